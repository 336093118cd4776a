"""The map on the wall: the ground and its parts in turn, a few numbers that mean something, legible at three metres."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from anlan.kernel.instance import local_day
from anlan.kernel.models import Area
from anlan.people.access import needs_post
from anlan.places.grids import shapes_on
from anlan.places.selectors import areas_seen
from anlan.toolkit.indicators import INDICATORS, Figure, figures
from anlan.toolkit.layers import with_outer_tiles
from anlan.toolkit.ui.words import figures as in_words

from .describe import told

FIGURES = ("haz-standing", "haz-standing-major")
"""What stands now: of each that is there, the whole's and each part's value."""
MOST_STOPS = 20


class Stop(NamedTuple):
    """A part of the ground; its numbers are asked for by the script, together with the colours."""

    uid: str
    name: str
    bounds: list[float]


@require_GET
@needs_post
def wall(request: HttpRequest) -> HttpResponse:
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    ids = [i for i in FIGURES if i in INDICATORS]
    ground = Area.objects.filter(id=actor.area_id).first() if actor.area_id else None
    stops = _stops(ground, actor, at) if ground is not None else []
    whole = [_said(f) for f in figures(ids, actor=actor, at=at).values()] if ground is not None else []
    shown = {**told(request), "stops": [s._asdict() for s in stops], "figures": ids,
             "by": str(min(ground.level + 1, 3)) if ground else "1"}
    return with_outer_tiles(render(request, "onemap/wall.html", {
        "told": shown, "ground": ground, "figures": whole, "day": local_day(at)}))


def _stops(ground: Area, actor: Any, at: Any) -> list[Stop]:
    """The whole ground, then its parts by code."""
    shapes = shapes_on(local_day(at))
    parts = areas_seen(actor, at).filter(level=ground.level + 1, state="active")[:MOST_STOPS]
    found = [(str(a.uid), a.name, a.code) for a in (ground, *parts)]
    return [Stop(uid, name, list(shapes[code].bounds)) for uid, name, code in found if code in shapes]


def _said(told: Figure) -> dict[str, str]:
    return {"name": told.name, "value": _("无") if told.value is None else in_words(told.value), "unit": told.unit}
