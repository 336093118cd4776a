"""The map on the wall: the ground and its parts in turn, a few numbers that mean something, legible at three metres."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from anlan.kernel.instance import local_day
from anlan.kernel.models import Area
from anlan.people.access import needs_post
from anlan.places.grids import shapes_on
from anlan.toolkit.indicators import INDICATORS, figure

from .choropleth import choropleth
from .describe import bounds, told
from .views import with_outer_tiles

FIGURES = ("haz-standing", "haz-standing-major", "cal-open")
"""What stands now: of each that is there, the whole's and each part's value."""
MOST_STOPS = 20


class Stop(NamedTuple):
    name: str
    bounds: list[float]
    figures: list[dict[str, str]]


@require_GET
@needs_post
def wall(request: HttpRequest) -> HttpResponse:
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    ground = Area.objects.filter(id=actor.area_id).first() if actor.area_id else None
    stops = _stops(ground, actor, at) if ground is not None else []
    shown = {**told(request), "stops": [s._asdict() for s in stops], "colour": FIGURES[0],
             "by": str(min(ground.level + 1, 3)) if ground else "1"}
    return with_outer_tiles(render(request, "onemap/wall.html", {
        "told": shown, "stops": stops, "ground": ground, "day": local_day(at)}))


def _stops(ground: Area, actor: Any, at: Any) -> list[Stop]:
    """The whole ground, then its parts, the most burdened first."""
    ids = [i for i in FIGURES if i in INDICATORS]
    whole = [figure(i, actor=actor, at=at) for i in ids]
    first = Stop(ground.name, bounds(ground.id, local_day(at)), [_said(f.name, f.value, f.unit) for f in whole])
    if ground.level >= 3:
        return [first]
    drawn = [choropleth(i, actor=actor, at=at, level=ground.level + 1) for i in ids]
    by_area = {a.uid: a for a in drawn[0].areas} if drawn else {}
    extents = _extents(list(by_area), at)
    parts = [(area, [_said(d.name, next(a.value for a in d.areas if a.uid == uid), d.unit) for d in drawn])
             for uid, area in by_area.items() if uid in extents]
    parts.sort(key=lambda p: (-(p[0].value or 0), p[0].code))
    return [first, *(Stop(area.name, extents[area.uid], said) for area, said in parts[:MOST_STOPS])]


def _extents(uids: list[str], at: Any) -> dict[str, list[float]]:
    shapes = shapes_on(local_day(at))
    rows = Area.objects.filter(uid__in=uids).values_list("uid", "code")
    return {str(uid): list(shapes[code].bounds) for uid, code in rows if code in shapes}


def _said(name: str, value: Decimal | None, unit: str) -> dict[str, str]:
    return {"name": name, "value": _("无") if value is None else f"{value.normalize():f}", "unit": unit}
