"""Open calls that may well be about the same thing: suggested before sending and beside a call, never merged by themselves."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Q
from django.utils.translation import gettext as _

from anlan.kernel.actors import Actor
from anlan.kernel.instance import local_day
from anlan.kernel.rulebook import parameter
from anlan.toolkit.search import pairs_of

from .flow import LIVE
from .merging import apart_by
from .models import Call
from .selectors import calls_seen_by

LOOKED_AT = 200
METRES_A_DEGREE = 111_320


class Place(NamedTuple):
    """Where somebody reports something, and of what kind of work: a unit, a point, or an area."""

    premises_id: int | None = None
    lon: float | None = None
    lat: float | None = None
    area_id: int | None = None
    trade: str = ""


class Likeness(NamedTuple):
    """How a call is like what is reported. metres: None where a point is missing; words: 0 to 1, alike from `least` on."""

    same_unit: bool
    metres: float | None
    same_trade: bool
    words: float
    least: float

    @property
    def said(self) -> str:
        """Why it is suggested, in a few words."""
        apart = _("地点不详") if self.metres is None else _("相距约{n}米").format(n=round(self.metres))
        return "、".join([_("同一单位") if self.same_unit else apart, *([_("行业类别相同")] if self.same_trade else []),
                         *([_("文字相近")] if self.words >= self.least else [])])


def likeness(one: str, other: str) -> float:
    """Shared pairs of characters among all of both: 0 nothing in common, 1 the same."""
    a, b = set(pairs_of(one)), set(pairs_of(other))
    return len(a & b) / len(a | b) if a | b else 0.0


def alike(text: str, place: Place, actor: Actor, at: datetime, *, but: int | None = None, states: Sequence[str] = LIVE,
          most: int = 5) -> list[Call]:
    """Calls in the actor's scope, still open and no older than call.duplicate_days, at the same unit, within
    call.duplicate_metres, or (where a point is missing) in the same area; of the same kind of work, or of a kind not told;
    with words alike, or at the same unit and of the same kind. Likest first, each with its `like`. but: a matter."""
    day = local_day(at)
    metres, days = (int(parameter(f"call.duplicate_{name}", day)) for name in ("metres", "days"))
    near = near_to(place, metres)
    if near is None:
        return []
    rows = calls_seen_by(actor, at).filter(near, state__in=states, opened_at__gte=at - timedelta(days=days))
    if but is not None:
        rows = rows.exclude(matter_id=but)
    least = least_likeness(day)
    return _likest(list(rows.order_by("-id")[:LOOKED_AT]), text, place, metres, least)[:most]


def least_likeness(day: date) -> float:
    return float(parameter("call.duplicate_likeness", day))


def _likest(rows: Sequence[Any], text: str, place: Place, metres: int, least: float) -> list[Any]:
    kept: dict[int, Any] = {}
    for call in rows:
        call.like = like_of(call, text, place, least)
        if _is_alike(call, place, metres):
            kept[call.matter_id] = call  # the oldest call of each matter
    return sorted(kept.values(), key=lambda c: (-c.like.same_unit, -c.like.words))


def like_of(call: Any, text: str, place: Place, least: float) -> Likeness:
    words = max(likeness(text, call.matter.what), likeness(text, call.goal))
    return Likeness(bool(place.premises_id) and place.premises_id == call.premises_id,
                    apart_by((place.lon, place.lat), (call.matter.lon, call.matter.lat)),
                    bool(place.trade) and place.trade == call.trade, words, least)


def _is_alike(call: Any, place: Place, metres: int) -> bool:
    like: Likeness = call.like
    if place.trade and call.trade and not like.same_trade:
        return False
    if not like.same_unit and like.metres is not None and like.metres > metres:
        return False
    return like.words >= like.least or (like.same_unit and like.same_trade)


def near_to(place: Place, metres: int) -> Q | None:
    """A box around the point, which `_is_alike` rounds off; the area only where one of the two has no point."""
    found = Q()
    if place.premises_id:
        found |= Q(premises=place.premises_id)
    placed = place.lon is not None and place.lat is not None
    if placed:
        tall = metres / METRES_A_DEGREE
        wide = tall / max(math.cos(math.radians(place.lat)), 0.01)  # type: ignore[arg-type]
        found |= Q(matter__lon__range=(place.lon - wide, place.lon + wide),  # type: ignore[operator]
                   matter__lat__range=(place.lat - tall, place.lat + tall))  # type: ignore[operator]
    if place.area_id:
        found |= Q(area=place.area_id, matter__lon__isnull=True) if placed else Q(area=place.area_id)
    return found or None
