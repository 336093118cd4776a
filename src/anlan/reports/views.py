"""The check of a frozen report, and what the public reads."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from anlan.kernel.instance import zone
from anlan.kernel.models import Entry
from anlan.kernel.refusals import Absent
from anlan.kernel.wording import sentence
from anlan.people.access import needs_post
from anlan.toolkit.indicators import ground_of
from anlan.toolkit.registers.figurewords import read_words, words_of
from anlan.toolkit.registers.names import names_of
from anlan.toolkit.ui import parts, signs

from .boards import SHORTCOMINGS, Asked, dashboard_of, drawn
from .freezing import Checked, check
from .models import Report
from .reckoning import plain
from .selectors import published_reports, reports_seen_by

PUBLIC_MOST = 200


@require_GET
@needs_post
def shortcomings(request: HttpRequest) -> HttpResponse:
    """How the three weaknesses of the source report stand on the reader's ground."""
    asked = read_words(request)
    try:
        told = drawn(SHORTCOMINGS, request.actor, request.at, Asked(asked.area_id, asked.on, asked.since))
    except Absent as absent:
        raise Http404 from absent
    return render(request, "reports/board.html", {"title": _("三个短板"), **told})


@require_GET
@needs_post
def dashboard(request: HttpRequest) -> HttpResponse:
    """What a leader, a department or a street looks at first, each on the reader's own ground."""
    asked = read_words(request)
    title, groups = dashboard_of(request.actor)
    try:
        told = drawn(groups, request.actor, request.at, Asked(asked.area_id, asked.on, asked.since))
        ground = ground_of(request.actor, None, request.at)
    except Absent as absent:
        raise Http404 from absent
    words = words_of(ground, asked, told["period"])
    return render(request, "reports/dashboard.html", {"title": title, "words": words, **told})


@require_GET
@needs_post
def check_report(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Every figure of a frozen report counted again: as then, and now; what was told since, and by whom."""
    report = reports_seen_by(request.actor, request.at).filter(uid=uid, state__in=("frozen", "published")).first()
    if report is None:
        raise Http404
    found = check(report)
    return render(request, "reports/check.html", {
        "report": report, "sentence": verdict(found), "table": _table(found),
        "corrected": [{"name": c.name, "then_text": plain(c.then), "now_text": plain(c.now), "lines": told_since(c)}
                      for c in found if c.since]})


def verdict(found: list[Checked]) -> str:
    broken, moved = [c for c in found if not c.holds], [c for c in found if c.since]
    if broken:
        return _("{n}个数与定稿时的记录对不上，请核验日志。").format(n=len(broken))
    if moved:
        return _("按定稿时的记录，{n}个数全部相同；其中{m}个数的记录此后有更正或补报。").format(n=len(found), m=len(moved))
    return _("{n}个数全部相同，此后没有更正。").format(n=len(found))


def _table(found: list[Checked]) -> parts.Table:
    columns = (parts.Column(_("数据")), parts.Column(_("定稿时"), "number"), parts.Column(_("按当时记录重数"), "number"),
               parts.Column(_("按现在记录"), "number"), parts.Column(_("核对")))
    rows = [parts.Row((c.name, plain(c.then), plain(c.again), plain(c.now), _sign(c)), "", c.key) for c in found]
    return parts.Table(_("核对报告"), columns, rows, parts.Empty(_("这份报告里没有数"), ""))


def _sign(c: Checked) -> Any:
    if not c.holds:
        return signs.state_sign(_("对不上"), "late")
    return signs.state_sign(_("有更正"), "waiting") if c.since else signs.state_sign(_("相同"), "closed")


def told_since(c: Checked) -> list[str]:
    """When and by whom what was corrected or told late, a sentence a deed; four statements."""
    names = names_of([s.actor_id for s in c.since], [s.post_id for s in c.since], [])
    entries = {e.id: e for e in Entry.objects.filter(id__in=[s.entry_id for s in c.since])}
    told = {s.entry_id: sentence(entries[s.entry_id], names.who(s.actor_id, s.post_id), {"title": ""}) for s in c.since}
    return [f"{s.told_at.astimezone(zone()):%Y-%m-%d %H:%M} {told[s.entry_id]}" for s in c.since]


@require_GET
def public_list(request: HttpRequest) -> HttpResponse:
    return render(request, "reports/public_list.html", {"reports": published_reports()[:PUBLIC_MOST]})


@require_GET
def public_report(request: HttpRequest, uid: UUID) -> HttpResponse:
    """A published report as signed, with its digest; nothing of who wrote it."""
    report = published_reports().filter(uid=uid).first()
    if report is None:
        raise Http404
    return render(request, "reports/public.html", {"report": report, "parts": body_of(report)})


def body_of(report: Report) -> list[dict[str, Any]]:
    from anlan.kernel.models import Paper  # noqa: PLC0415

    paper = Paper.objects.filter(subject_kind="report", subject_id=report.id, kind="report").first()
    body = paper.content["body"]["value"] if paper else []
    return [{"level": b["level"], "text": "".join(text for text, _key in b["pieces"])} for b in body]
