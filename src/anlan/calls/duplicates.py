"""Open calls that may well be about the same thing: suggested before sending, never merged by themselves."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Q

from anlan.kernel.actors import Actor
from anlan.kernel.instance import local_day
from anlan.kernel.rulebook import parameter
from anlan.toolkit.search import pairs_of

from .flow import LIVE
from .models import Call
from .selectors import calls_seen_by

LOOKED_AT = 200
METRES_A_DEGREE = 111_320


class Place(NamedTuple):
    """Where somebody reports something: a unit, a point, or an area."""

    premises_id: int | None = None
    lon: float | None = None
    lat: float | None = None
    area_id: int | None = None


def likeness(one: str, other: str) -> float:
    """Shared pairs of characters among all of both: 0 nothing in common, 1 the same."""
    a, b = set(pairs_of(one)), set(pairs_of(other))
    return len(a & b) / len(a | b) if a | b else 0.0


def alike(text: str, place: Place, actor: Actor, at: datetime, *, but: int | None = None, most: int = 5) -> list[Call]:
    """Calls in the actor's scope, still open and no older than call.duplicate_days: at the same unit, or within
    call.duplicate_metres, or in the same grid, with words alike; likest first."""
    day = local_day(at)
    near = near_to(place, int(parameter("call.duplicate_metres", day)))
    if near is None:
        return []
    since = at - timedelta(days=int(parameter("call.duplicate_days", day)))
    rows = calls_seen_by(actor, at).filter(near, state__in=LIVE, opened_at__gte=since)
    if but is not None:
        rows = rows.exclude(matter_id=but)
    least = float(parameter("call.duplicate_likeness", day))
    return _likest(list(rows.order_by("-id")[:LOOKED_AT]), text, place, least)[:most]


def _likest(rows: Sequence[Any], text: str, place: Place, least: float) -> list[Any]:
    scored = [(max(likeness(text, c.matter.what), likeness(text, c.goal)), c) for c in rows]
    kept = {c.matter_id: (score, c) for score, c in scored if score >= least}  # the oldest call of each matter
    return [c for _score, c in sorted(kept.values(), key=lambda pair: -pair[0])]


def near_to(place: Place, metres: int) -> Q | None:
    found = Q()
    if place.premises_id:
        found |= Q(premises=place.premises_id)
    if place.lon is not None and place.lat is not None:
        tall = metres / METRES_A_DEGREE
        wide = tall / max(math.cos(math.radians(place.lat)), 0.01)
        found |= Q(matter__lon__range=(place.lon - wide, place.lon + wide),
                   matter__lat__range=(place.lat - tall, place.lat + tall))
    if place.area_id:
        found |= Q(area=place.area_id)
    return found or None
