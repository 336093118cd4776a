"""What the page of a return and of a contradiction shows beside its facts."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from anlan.kernel import marks
from anlan.kernel.flows import FLOWS
from anlan.toolkit.indicators import selector_of
from anlan.toolkit.registers import Panel
from anlan.toolkit.registers.caseview import CASES
from anlan.toolkit.ui import parts

from .holding import asked_again
from .items import ITEMS, RATE, label_of, unit_of
from .judging import number
from .models import Contradiction, Detail

ROWS_MOST = 200


def numbers(view: Any) -> str:
    """The month, and the year so far, side by side; what was not reported is a dash."""
    held = view.case
    if held.sent_at is None:
        return ""
    rows = [parts.Row((str(item.label), _told(held.numbers, item.name), _told(held.numbers, f"year_{item.name}"), item.unit))
            for item in ITEMS]
    rows.append(parts.Row((label_of(RATE), _told(held.numbers, RATE), "—", unit_of(RATE))))
    columns = (parts.Column(_("数据")), parts.Column(_("本月"), "number"), parts.Column(_("本年累计"), "number"), parts.Column(_("单位")))
    table = parts.Table(_("报送的数"), columns, rows, parts.Empty(_("没有报送")))
    return render_to_string("returns/numbers.html", {
        "table": table, "held": held, "untraced": held.detail != Detail.UNITS, "detail": held.get_detail_display()},
        request=view.request)


def _told(held: dict[str, str], name: str) -> str:
    return number(Decimal(held[name])) if held.get(name) else "—"


def detail(view: Any) -> str:
    """The rows that were sent, with the line of the sheet."""
    held = view.case
    if not held.rows:
        return ""
    columns = (parts.Column(_("单位")), parts.Column(_("行"), "number"), parts.Column(_("日期")), parts.Column(_("街道代码")),
               *(parts.Column(str(item.label), "number") for item in ITEMS))
    rows = [parts.Row((row["name"] or _("（只报街道数）"), row["line"], row["day"], row["street"],
                       *(_told(row, item.name) for item in ITEMS)),
                      f"/desk/premises/{row['unit']}/" if row["unit"] else "") for row in held.rows[:ROWS_MOST]]
    more = len(held.rows) - len(rows)
    table = parts.Table(_("明细"), columns, rows, parts.Empty(_("没有明细")), count=str(len(held.rows)))
    return render_to_string("returns/detail.html", {"table": table, "more": more}, request=view.request)


def against(view: Any) -> str:
    """What contradicts it, open first."""
    rows = list(Contradiction.objects.filter(subject_uid=view.case.uid).order_by("-state", "id")[:50])
    if not rows:
        return ""
    return render_to_string("returns/against.html", {"rows": rows, "states": FLOWS["contradiction"].states}, request=view.request)


def both(view: Any) -> str:
    """Both numbers, and the rows of the second in the reader's scope."""
    held = view.case
    count = asked_again(held)
    shown, total = [], 0
    if count is not None:
        shares = marks.rows(count, limit=ROWS_MOST)
        pages = CASES.get(count.kind)
        seen = {c.id: c for c in selector_of(count.kind)(view.actor, view.at).filter(id__in=[i for i, _s in shares])}
        total = len(shares)
        shown = [(str(FLOWS[count.kind].title(seen[i])), pages.address(seen[i]) if pages else "") for i, _s in shares if i in seen]
    return render_to_string("returns/both.html", {
        "held": held, "said": number(held.said), "found": None if held.found is None else number(held.found), "rows": shown,
        "hidden": total - len(shown), "counted": count is not None}, request=view.request)


NUMBERS = Panel(lazy("报送的数"), numbers)
DETAIL = Panel(lazy("明细"), detail)
AGAINST = Panel(lazy("数据矛盾"), against)
BOTH = Panel(lazy("两个数"), both)
