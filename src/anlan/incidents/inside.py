"""What the command room knows of the place itself: who is inside and when they last spoke, what is lacking, what is on its way."""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import Any, NamedTuple

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from anlan.kernel.ledger import plain
from anlan.kernel.models import Clock
from anlan.resources.firm_flow import UNDER_WAY, told_amount
from anlan.resources.firm_flow import State as Answer
from anlan.resources.models import AgreementCall, Transfer
from anlan.resources.store_models import Measure
from anlan.resources.store_register import CALL_TONES
from anlan.toolkit.ui import signs

from .crews import Being
from .models import Crew, Incident, Need

MOST = 100


class Field(NamedTuple):
    """crews: those inside, the silent first; needs: open ones; goods: lent for the incident and not yet refused; calls: what a firm
    was called for and did not refuse."""

    crews: Sequence[Any]
    needs: Sequence[Need]
    goods: Sequence[Transfer]
    calls: Sequence[AgreementCall]

    @property
    def silent(self) -> list[Any]:
        return [c for c in self.crews if c.state == Being.SILENT]

    @property
    def lacking(self) -> list[str]:
        """排水泵3台, of each thing that nobody gives yet."""
        return [f"{n.what}{n.lacking}{n.get_measure_display()}" for n in self.needs if n.lacking]

    def sentences(self) -> list[str]:
        found = []
        if self.crews:
            found.append(_("现场作业{n}支{m}人。").format(n=len(self.crews), m=sum(c.people for c in self.crews)))
        if self.silent:
            found.append(_("超时未报平安：{who}。").format(who="、".join(c.name for c in self.silent)))
        if self.lacking:
            found.append(_("还缺：{what}。").format(what="、".join(self.lacking)))
        return found

    def crew_lines(self) -> list[tuple[Any, str]]:
        """(crew, its sign), the silent first."""
        return [(c, signs.state_sign(str(Being(c.state).label), "late" if c.state == Being.SILENT else "working")) for c in self.crews]

    def silent_lines(self) -> list[tuple[Any, str]]:
        return [line for line in self.crew_lines() if line[0].state == Being.SILENT]

    def need_lines(self) -> list[tuple[Need, str, str]]:
        """(need, its sign, who gives)."""
        return [(n, _lacking(n), "、".join(_given(n, p) for p in n.pledges)) for n in self.needs]

    def good_lines(self) -> list[tuple[Transfer, str, str]]:
        """(transfer, its sign, how much of what)."""
        return [(t, signs.state_sign(_STATES[t.state](), "closed" if t.state == "received" else "working"),
                 f"{t.from_stock.good.name}{plain(_amount(t))}{Measure(t.from_stock.good.measure).label}") for t in self.goods]

    def call_lines(self) -> list[tuple[AgreementCall, str, str]]:
        """(call on a firm, its sign, how much of what)."""
        return [(x, signs.state_sign(str(Answer(x.state).label), "late" if x.alarm else CALL_TONES[x.state]),
                 f"{x.stock.good.name}{told_amount(x)}") for x in self.calls]


_STATES = {"asked": lambda: _("待批准"), "approved": lambda: _("待发出"), "sent": lambda: _("在途"), "received": lambda: _("已收到")}


def _amount(t: Transfer) -> Any:
    """What arrived, else what was sent, else what was granted or asked."""
    return next(n for n in (t.received, t.sent, t.approved, t.asked) if n is not None)


def _lacking(need: Need) -> str:
    if need.lacking:
        return signs.state_sign(_("还缺{n}").format(n=f"{need.lacking}{need.get_measure_display()}"), "late" if need.late else "new")
    there = need.delivered >= need.amount
    return signs.state_sign(_("已送到") if there else _("已有着落"), "closed" if there else "working")


def _given(need: Need, pledge: dict[str, Any]) -> str:
    said = f"{pledge['name']}{pledge['amount']}{need.get_measure_display()}"
    return _("{said}（已送到）").format(said=said) if pledge["delivered_at"] else said


def of(incident: Incident, told: Container[str]) -> Field:
    """told: the kinds that the timeline tells of. Three statements, and one where a firm was called."""
    due = Clock.objects.filter(kind="field_crew", case_id=OuterRef("pk"), stopped_at=None).order_by("due_at").values("due_at")[:1]
    crews = Crew.objects.filter(incident=incident, state__in=("inside", "silent")).annotate(next_due=Subquery(due))
    goods = Transfer.objects.filter(for_kind="incident", for_uid=incident.uid, state__in=_STATES)
    calls = AgreementCall.objects.filter(for_kind="incident", for_uid=incident.uid, state__in=(*UNDER_WAY, Answer.DELIVERED))
    return Field(sorted(crews.order_by("id")[:MOST], key=lambda c: c.state != Being.SILENT),
                 list(Need.objects.filter(incident=incident, state="open").order_by("id")[:MOST]),
                 list(goods.select_related("from_stock__good", "from_stock__store").order_by("id")[:MOST]),
                 list(calls.select_related("stock__good", "stock__store").order_by("id")[:MOST]) if "agreement_call" in told else [])
