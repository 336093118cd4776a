"""The morning view: the ground's figures with the last seven days, its parts compared, and what is due next; one A4 page."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from anlan.kernel.actors import Actor
from anlan.kernel.flows import FLOWS
from anlan.kernel.instance import local_day
from anlan.kernel.models import Area, Clock
from anlan.people.access import needs_post
from anlan.toolkit import spreads
from anlan.toolkit.indicators import INDICATORS, Figure, figures, period_of, url_of
from anlan.toolkit.registers.caseview import CASES
from anlan.toolkit.ui import parts, signs

FOUND, RECTIFIED, STANDING, RATE = "haz-found", "haz-rectified", "haz-standing", "haz-rate"
SHOWN = (FOUND, RECTIFIED, STANDING)
WEEK = timedelta(days=6)
WATCHED = {"call": ("sign",), "listing": ("approve", "due", "extension_answer")}
"""Clocks that a leader asks after: calls not signed, listings and their days left."""
DUE_MOST = 20


@require_GET
@needs_post
def morning(request: HttpRequest) -> HttpResponse:
    actor, day = request.actor, local_day(request.at)  # type: ignore[attr-defined]
    ground = Area.objects.filter(id=actor.area_id or 0).first()
    return render(request, "desk/morning.html", {
        "day": day, "ground": ground, "figures": _tiles(request, ground, day) if ground else [],
        "compared": _compared(request, ground, day) if ground else None, "due": _due_next(actor, request.at)})  # type: ignore[attr-defined]


def _tiles(request: HttpRequest, ground: Area, day: date) -> list[parts.Figure]:
    """The year so far; what came in the last seven days stands below what is counted by period."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    told = figures(SHOWN, actor=actor, at=at, on=day, since=day.replace(month=1, day=1))
    week = figures(SHOWN, actor=actor, at=at, on=day, since=day - WEEK)
    notes = {id: _("近7天 %(n)s") % {"n": f"{week[id].value or 0:,.0f}"} for id in (FOUND, RECTIFIED)}
    return [_tile(f, f.value, day, ground.uid, notes.get(f.id, "")) for f in told.values()] + [_rate(told, day, ground.uid)]


def _tile(f: Figure, value: Decimal | None, day: date, ground: UUID, note: str = "") -> parts.Figure:
    url = f"{f.url}&area={ground}"
    return parts.Figure(f.name, value, f.unit, day, url, note, places=1 if f.unit == "%" else None)


def _rate(told: dict[str, Figure], day: date, ground: UUID) -> parts.Figure:
    """The share of what was found; both counts stand beside it, so neither is asked for again."""
    found, rectified, kind = told[FOUND].value, told[RECTIFIED].value, INDICATORS[RATE]
    share = (rectified or Decimal(0)) / found * 100 if found else None
    period = told[FOUND].period
    url = url_of(RATE, None, period.until, period.since)
    return _tile(told[FOUND]._replace(name=str(kind.name), unit=kind.unit, url=url), share, day, ground)


def _compared(request: HttpRequest, ground: Area, day: date) -> parts.FigureTable | None:
    """What still stands, by the areas one level below, the most first."""
    found = INDICATORS[STANDING]
    told = period_of(at=request.at, on=day, since=day.replace(month=1, day=1))  # type: ignore[attr-defined]
    rows = [parts.FigureRow(area.name, value, f"{url_of(STANDING, None, day)}&area={area.uid}")
            for area, value in spreads.by_area(found, told, ground)]
    return parts.FigureTable(str(found.name), rows, found.unit, str(found.name), told.at) if rows else None


def _due_next(actor: Actor, at: datetime) -> list[dict[str, Any]]:
    """Calls that nobody has signed and listings in work, the most pressing first; a statement, and one a kind."""
    rows = Clock.objects.filter(stopped_at__isnull=True, paused_at__isnull=True, kind__in=[k for k in WATCHED if k in CASES])
    clocks = [c for c in rows.filter(name__in={n for names in WATCHED.values() for n in names}).order_by("due_at", "id")[:200]
              if c.name in WATCHED[c.kind]]
    cases = {}
    for kind in {c.kind for c in clocks}:
        ids = {c.case_id for c in clocks if c.kind == kind}
        for case in CASES[kind].seen_by(actor, at).order_by().filter(id__in=ids):
            cases[kind, case.id] = case
    return [_line(c, cases[c.kind, c.case_id], at) for c in clocks if (c.kind, c.case_id) in cases][:DUE_MOST]


def _line(clock: Clock, case: Any, at: datetime) -> dict[str, Any]:
    flow = FLOWS[clock.kind]
    return {"label": str(flow.label), "title": str(flow.title(case)), "url": flow.url(case.uid),
            "what": flow.clock_label(clock.name), "due": signs.due_sign(clock.due_at, at, clock.remind_at)}
