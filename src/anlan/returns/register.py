"""The registers of monthly returns and of contradictions."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as lazy

from anlan.toolkit.registers import Col, Facts, Files, Register, Trail

from .flow import CONTRADICTION, RETURN
from .models import Contradiction, MonthlyReturn
from .panels import AGAINST, BOTH, DETAIL, NUMBERS
from .selectors import contradictions_seen_by, returns_seen_by


class ReturnRegister(Register):
    kind, slug, model, label, flow = "monthly_return", "monthly-returns", MonthlyReturn, lazy("部门月报"), RETURN
    create_alone = True
    seen_by = returns_seen_by
    create, edit, importable = "ask", "", False
    order, called_by, small = "-month", ("code",), True
    tones = {"due": "new", "sent": "waiting", "sent_back": "late", "accepted": "closed", "excused": "stopped", "stopped": "stopped"}
    clocks = {"send": lazy("报送月报"), "correct": lazy("更正月报")}
    panels = (NUMBERS, AGAINST, DETAIL, Files(), Facts(), Trail())
    cols = (Col("code", search=True, link=True), Col("organisation", filter="exact", edit=False),
            Col("month", sort=True, filter="range", edit=False),
            Col("state", badge="state", edit=False), Col("detail", filter="exact", edit=False), Col("sent_at", edit=False),
            Col("late", filter="exact", edit=False, show=False), Col("sender", show=False, edit=False),
            Col("digest", show=False, edit=False), Col("reason", show=False, edit=False),
            Col("accepted_at", show=False, edit=False), Col("amended_at", show=False, edit=False),
            Col("area", show=False, edit=False))

    @staticmethod
    def initial(case: Any) -> dict[str, Any]:
        """A second sending begins with the numbers of the first."""
        return dict(case.numbers)


class ContradictionRegister(Register):
    kind, slug, model, label, flow = "contradiction", "contradictions", Contradiction, lazy("数据矛盾"), CONTRADICTION
    seen_by = contradictions_seen_by
    create, edit, importable = "", "", False
    order, called_by = "-opened_at", ("sentence",)
    tones = {"open": "late", "explained": "closed", "corrected": "closed"}
    clocks = {"explain": lazy("说明矛盾")}
    panels = (BOTH, Facts(), Trail())
    cols = (Col("sentence", search=False, link=True), Col("subject"), Col("sort", filter="exact"), Col("organisation"),
            Col("state", badge="state"), Col("opened_at", sort=True, filter="range", label=lazy("指出时间")),
            Col("answer", show=False), Col("area", show=False))
