"""Who has sent and who has not, month by month; and the empty sheet."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from anlan.kernel.changes import Ref
from anlan.kernel.door import Order, Receipt, advance_many
from anlan.kernel.instance import local_day
from anlan.kernel.models import Clock
from anlan.people.access import needs_post
from anlan.people.models import Organisation, Sort
from anlan.toolkit.registers.exporting import MIME
from anlan.toolkit.ui import parts, signs

from .facts import next_month, return_uid
from .flow import State
from .models import Detail, MonthlyReturn
from .register import ReturnRegister
from .rules import JUDGE
from .selectors import contradictions_seen_by, returns_of
from .sheet import template

MISSING = (State.DUE, State.SENT_BACK)


@require_http_methods(["GET", "POST"])
@needs_post
def board(request: HttpRequest) -> HttpResponse:
    """A month's returns: who owes, who has sent, with what behind it. POST asks every department that was not asked."""
    month, may = _month(request), JUDGE in request.actor.permits  # type: ignore[attr-defined]
    if request.method == "POST":
        if not may:
            raise PermissionDenied(_("须由应急管理部门要求报送。"))
        made = ask_all(month, actor=request.actor, at=request.at)  # type: ignore[attr-defined]
        messages.success(request, _("已向{n}个部门要求报送。").format(n=made) if made else _("各部门都已要求过。"))
        return redirect(f"{request.path}?month={month:%Y-%m}")
    held = list(returns_of(request.actor, request.at, month))  # type: ignore[attr-defined]
    missing = request.GET.get("only") == "missing"
    last = _last_month(request)
    return render(request, "returns/board.html", {
        "month": month, "table": _table(request, [h for h in held if not missing or h.state in MISSING], missing), "may": may,
        "owing": sum(h.state in MISSING for h in held), "count": len(held), "tabs": _tabs(month, held, missing),
        "before": (month - timedelta(days=1)).replace(day=1), "after": next_month(month) if month < last else None})


def _month(request: HttpRequest) -> date:
    """The month asked for; by default the last one that has ended."""
    try:
        day = parse_date(f"{request.GET.get('month') or request.POST.get('month') or ''}-01")
    except ValueError:
        day = None
    last = _last_month(request)
    return min(day, last) if day else last


def _last_month(request: HttpRequest) -> date:
    first = local_day(request.at).replace(day=1)  # type: ignore[attr-defined]
    return (first - timedelta(days=1)).replace(day=1)


def ask_all(month: date, *, actor: Any, at: Any) -> int:
    """Ask each department of the actor's ground for this month's return; those that were asked are left alone."""
    houses = Organisation.objects.filter(sort=Sort.DEPARTMENT, state="active", area_id=actor.area_id)
    asked = MonthlyReturn.objects.filter(month=month).values("organisation")
    orders = [Order(Ref("monthly_return", return_uid(h.uid, month)), "ask", actor, at,
                    {"organisation": str(h.uid), "month": month.isoformat()}) for h in houses.exclude(id__in=asked).order_by("id")]
    return sum(isinstance(made, Receipt) for made in advance_many(orders)) if orders else 0


def _tabs(month: date, held: list[MonthlyReturn], missing: bool) -> list[parts.Tab]:
    owing = sum(h.state in MISSING for h in held)
    words = f"?month={month:%Y-%m}"
    return [parts.Tab(_("全部"), words, not missing, len(held)), parts.Tab(_("还没报的"), f"{words}&only=missing", missing, owing)]


def _table(request: HttpRequest, held: list[MonthlyReturn], missing: bool) -> parts.Table:
    """The clocks and the open contradictions of all rows in one statement each."""
    ids, uids = [h.id for h in held], [h.uid for h in held]
    clocks = {c.case_id: c for c in Clock.objects.filter(
        kind="monthly_return", case_id__in=ids, name__in=("send", "correct"), stopped_at__isnull=True)}
    seen = contradictions_seen_by(request.actor, request.at).order_by()  # type: ignore[attr-defined]
    against = dict(seen.filter(subject_uid__in=uids, state="open").values_list("subject_uid").annotate(n=Count("id")))
    columns = (parts.Column(_("部门")), parts.Column(_("状态"), "bare"), parts.Column(_("时限"), "bare"),
               parts.Column(_("报送时间"), "when"), parts.Column(_("明细")), parts.Column(_("待说明的矛盾"), "number"))
    rows = [_row(h, clocks.get(h.id), against.get(h.uid, 0), request.at) for h in held]  # type: ignore[attr-defined]
    empty = parts.Empty(_("都报了"), _("本月没有还欠着的部门。")) if missing else parts.Empty(
        _("本月还没有要求报送"), _("应急管理部门要求一次后，以后每月自动要求。"))
    return parts.Table(_("部门月报"), columns, rows, empty)


def _row(held: MonthlyReturn, clock: Clock | None, against: int, now: Any) -> parts.Row:
    sign = signs.state_sign(str(State(held.state).label), ReturnRegister.tones[held.state])
    due = signs.due_sign(clock.due_at, now, clock.remind_at) if clock else (_("曾逾期") if held.late else "")
    tone = "closed" if held.detail == Detail.UNITS else "waiting"
    detail = signs.state_sign(str(Detail(held.detail).label), tone) if held.detail else ""
    cells = (str(held.organisation), sign, due, held.sent_at, detail, against)
    return parts.Row(cells, f"/desk/monthly-returns/{held.uid}/", str(held.uid))


@require_GET
@needs_post
def sheet(request: HttpRequest) -> HttpResponse:
    month = _month(request)
    answer = HttpResponse(template(month), content_type=MIME["xlsx"])
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{month:%Y-%m}.xlsx"
    return answer


