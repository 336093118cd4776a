"""What a member of the Congress (人大代表) reads: published reports with their figures, and what became of the promises."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from anlan.people.access import needs
from anlan.toolkit.indicators import INDICATORS
from anlan.toolkit.ui import parts, signs

from .flow import CommitmentState
from .models import Commitment, Report
from .reckoning import plain
from .rules import READ_PUBLIC
from .selectors import public_commitments, published_reports
from .views import PUBLIC_MOST, body_of
from .wording import days

TONES = {"open": "working", "done": "closed"}


@require_GET
@needs(READ_PUBLIC)
def home(request: HttpRequest) -> HttpResponse:
    """The published reports, and every commitment with its state."""
    reports = published_reports()[:PUBLIC_MOST]
    return render(request, "reports/member.html", {
        "reports": _reports(reports), "commitments": _commitments(public_commitments()[:PUBLIC_MOST])})


@require_GET
@needs(READ_PUBLIC)
def report(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One of them: as signed, each figure with its meaning and what it was counted from, and its own commitments."""
    held = published_reports().filter(uid=uid).first()
    if held is None:
        raise Http404
    return render(request, "reports/member_report.html", {
        "report": held, "parts": body_of(held), "figures": _figures(held),
        "commitments": _commitments(public_commitments().filter(report=held))})


def _reports(reports: Iterable[Report]) -> parts.Table:
    columns = (parts.Column(_("报告")), parts.Column(_("数据截至")), parts.Column(_("公开时间")), parts.Column(_("数"), "number"))
    rows = [parts.Row((r.title, r.as_of, r.published_at, len(r.figures_read)), f"/member/reports/{r.uid}/", str(r.uid)) for r in reports]
    return parts.Table(_("公开报告"), columns, rows, parts.Empty(_("还没有公开的报告"), _("报告公开后列在这里。")))


def _figures(held: Report) -> parts.Table:
    columns = (parts.Column(_("数据")), parts.Column(_("数的是什么")), parts.Column(_("时段")), parts.Column(_("数值"), "number"),
               parts.Column(_("明细条数"), "number"), parts.Column(_("明细摘要")))
    rows = [parts.Row((f["name"], _meaning(f), days(f), _value(f), f["rows"], f["digest"][:16]), "", f["key"])
            for f in held.figures_read]
    return parts.Table(_("报告里的数"), columns, rows, parts.Empty(_("这份报告里没有数"), ""))


def _meaning(frozen: dict[str, Any]) -> str:
    found = INDICATORS.get(frozen["indicator"])
    return found.definition if found else ""


def _value(frozen: dict[str, Any]) -> str:
    found, text = INDICATORS.get(frozen["indicator"]), frozen["value"]
    return plain(None if text is None else found.number(text) if found else Decimal(text)) + frozen["unit"]


def _commitments(rows: Iterable[Commitment]) -> parts.Table:
    columns = (parts.Column(_("事项")), parts.Column(_("来源")), parts.Column(_("承办单位")), parts.Column(_("完成时限")),
               parts.Column(_("状态")), parts.Column(_("办理情况")))
    told = [parts.Row((c.text, c.get_source_display(), str(c.organisation), c.due_on, _state(c), c.result), "", str(c.uid)) for c in rows]
    return parts.Table(_("承诺事项"), columns, told, parts.Empty(_("还没有承诺事项"), _("报告承诺的和审议提出的事项列在这里。")))


def _state(c: Commitment) -> Any:
    if c.late and c.state == CommitmentState.OPEN:
        return signs.state_sign(_("已逾期"), "late")
    return signs.state_sign(str(CommitmentState(c.state).label), TONES[c.state])
