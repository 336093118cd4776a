"""The public front, a post's day, the queue of what waits for an answer, search, and a unit's own page."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from anlan.hazards.models import Hazard
from anlan.hazards.selectors import hazards_seen_by, review_queue
from anlan.kernel.flows import FLOWS
from anlan.kernel.instance import local_day
from anlan.kernel.models import Area
from anlan.matters.selectors import matters_seen_by
from anlan.people.access import needs_post
from anlan.places.grids import district_name
from anlan.premises.selectors import premises_seen_by
from anlan.toolkit.codes import looks_right
from anlan.toolkit.indicators import INDICATORS, Figure, url_of
from anlan.toolkit.indicators import figures as figures_of
from anlan.toolkit.ui import parts, signs

from .shell import home_of
from .work import BOUND, Duty, duties_of

FOUND, RECTIFIED, STANDING, RATE = "haz-found", "haz-rectified", "haz-standing", "haz-rate"
FIGURES = (FOUND, RECTIFIED, STANDING)
DONE = ("closed", "cancelled", "to_enforcement")


@require_GET
def front(request: HttpRequest) -> HttpResponse:
    """The public front: what this is, how to report, where to sign in."""
    if request.actor.post_id is not None:
        return redirect(home_of(request.actor))
    if not district_name():
        return redirect("/setup/")
    return render(request, "desk/front.html")


@require_GET
@needs_post
def today(request: HttpRequest) -> HttpResponse:
    """One page per post: what is owed, late first; what waits for an answer; the figures of its ground."""
    duties = duties_of(request.actor)
    late = [d for d in duties if d.due and d.due <= request.at]
    queue = list(review_queue(request.actor, request.at)[:6]) if request.actor.area_id else []
    return render(request, "desk/today.html", {
        "table": _duty_table(duties, request), "late": len(late), "owed": len(duties), "queue": queue,
        "figures": _figures(request), "day": local_day(request.at)})


def _duty_table(duties: list[Duty], request: HttpRequest) -> parts.Table:
    columns = (parts.Column(_("事项")), parts.Column(_("要做的")), parts.Column(_("时限"), "bare"), parts.Column(_("地点")))
    rows = [parts.Row((d.title, d.words, _due(d, request), _where(d)), d.url, str(d.case.uid)) for d in duties]
    count = _("前{n}件").format(n=BOUND) if len(duties) >= BOUND else ""
    empty = parts.Empty(_("现在没有要办的事"), _("新的隐患、复查和待批事项会出现在这里，快到期的排在前面。"))
    return parts.Table(_("要办的事"), columns, rows, empty, count)


def _due(d: Duty, request: HttpRequest) -> str:
    return signs.due_sign(d.due, request.at, d.remind) if d.due else ""


def _where(d: Duty) -> str:
    unit = getattr(d.case, "premises", None)
    return str(unit) if unit else str(getattr(d.case, "area", "") or "")


def _figures(request: HttpRequest) -> list[parts.Figure]:
    actor, day = request.actor, local_day(request.at)
    if actor.area_id is None:
        return []
    told = figures_of(FIGURES, actor=actor, at=request.at, on=day, since=day.replace(month=1, day=1))
    ground = _uid_of(actor.area_id)
    return [_tile(f, f.value, day, ground) for f in told.values()] + [_rate(told, day, ground)]


@require_GET
@needs_post
def search(request: HttpRequest) -> HttpResponse:
    """Units, hazards and matters by name, address or code; a whole code opens its case."""
    text = request.GET.get("q", "").strip()[:60]
    if looks_right(text):
        for kind, rows in (("hazard", hazards_seen_by), ("matter", matters_seen_by)):
            case = rows(request.actor, request.at).filter(code=text.upper()).first()
            if case:
                return redirect(FLOWS[kind].url(case.uid))
    return render(request, "desk/search.html", {"text": text, "found": _found(request, text) if len(text) > 1 else {}})


def _found(request: HttpRequest, text: str) -> dict[str, list[Any]]:
    actor, at = request.actor, request.at
    return {
        "premises": list(premises_seen_by(actor, at).filter(name__icontains=text)[:10]),
        "hazards": list(hazards_seen_by(actor, at).filter(what__icontains=text)[:10]),
        "matters": list(matters_seen_by(actor, at).filter(what__icontains=text)[:10]),
    }


@require_GET
@needs_post
def unit_home(request: HttpRequest) -> HttpResponse:
    """The unit's own page: what it owes and by when."""
    hazards = list(hazards_seen_by(request.actor, request.at).exclude(state__in=DONE)[:50])
    done = Hazard.objects.filter(owner_party__in=request.actor.parties, state="closed").order_by("-closed_at")[:10]
    return render(request, "desk/unit.html", {
        "hazards": hazards, "done": done, "units": premises_seen_by(request.actor, request.at)[:20], "now": request.at})


@require_GET
@needs_post
def figures(request: HttpRequest) -> HttpResponse:
    """The catalogue of figures: what each counts; each opens its value for the reader's ground, and its rows."""
    day = local_day(request.at)
    text = request.GET.get("q", "").strip()
    chosen = [i for i in sorted(INDICATORS.values(), key=lambda i: i.id) if text in f"{i.name}{i.definition}"]
    since = day.replace(month=1, day=1)
    rows = [parts.Row((str(i.name), i.unit, i.definition), url_of(i.id, None, day, since)) for i in chosen]
    columns = (parts.Column(_("指标")), parts.Column(_("单位")), parts.Column(_("数的是什么")))
    empty = parts.Empty(_("没有找到这样的指标"), _("可以换一个更短的词。"))
    table = parts.Table(_("指标"), columns, rows, empty)
    return render(request, "desk/figures.html", {"table": table, "text": text, "day": day})


def _tile(f: Figure, value: Decimal | None, day: date, ground: UUID) -> parts.Figure:
    url = f"{f.url}&area={ground}"
    return parts.Figure(f.name, value, f.unit, day, url, places=1 if f.unit == "%" else None)


def _rate(told: dict[str, Figure], day: date, ground: UUID) -> parts.Figure:
    """The share of what was found; both counts stand beside it, so neither is asked for again."""
    found, rectified, kind = told[FOUND].value, told[RECTIFIED].value, INDICATORS[RATE]
    share = (rectified or Decimal(0)) / found * 100 if found else None
    period = told[FOUND].period
    url = url_of(RATE, None, period.until, period.since)
    return _tile(told[FOUND]._replace(name=str(kind.name), unit=kind.unit, url=url), share, day, ground)


@cache
def _uid_of(area_id: int) -> UUID:
    """An area keeps its uid."""
    return Area.objects.values_list("uid", flat=True).get(id=area_id)
