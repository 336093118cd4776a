"""Where a resident stands or points: a unit's doorplate, a point, or a community chosen from a list."""

from __future__ import annotations

import math
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Q

from anlan.kernel.models import Area, AreaIn
from anlan.kernel.rulebook import parameter
from anlan.places.grids import grid_of
from anlan.places.models import Level
from anlan.premises.models import Premises
from anlan.toolkit import search

NEAR_A_BOUNDARY = 80.0
"""Metres by which a phone may be wrong at the edge of a grid."""


class Ground(NamedTuple):
    """area: of the grid or community that answers. lon None: no point is known."""

    area: UUID
    lon: float | None = None
    lat: float | None = None
    unit: Premises | None = None


def unit_at(token: Any) -> Premises | None:
    """The unit whose doorplate was scanned."""
    if token is None:
        return None
    return Premises.objects.filter(door_token=token).exclude(state="closed").select_related("area").first()


def ground_of(on: date, unit: Premises | None, point: tuple[float, float] | None, area: UUID | None) -> Ground | None:
    """The unit's own ground, else the grid of the point, else the chosen community. None: there is none in the district."""
    if unit is not None:
        return Ground(unit.area.uid, unit.lon, unit.lat, unit)
    if point is not None:
        return _at(point, on)
    chosen = Area.objects.filter(uid=area, state="active", level__gte=Level.STREET).first() if area else None
    return Ground(chosen.uid) if chosen else None


NAMED_MOST = 50
"""Units of one address that are looked at."""


def addressed(text: str, on: date) -> Ground | None:
    """The community that the words name; else the one in which every unit of that address or name stands. None: none, or several."""
    bare = "".join(text.split())
    if len(bare) < 2:
        return None
    named = [(len(name), uid) for _street, held in communities(on) for uid, name in held if name in bare]
    longest = {uid for length, uid in named if length == max(named)[0]}
    found = longest or _of_units(bare, on)
    return Ground(UUID(found.pop())) if len(found) == 1 else None


def _of_units(text: str, on: date) -> set[str]:
    annotations, condition = search.holds(("name", "sign_name", "address"), [text.lower()])
    units = Premises.objects.alias(**annotations).filter(condition, state="active")[:NAMED_MOST]
    within = AreaIn.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=on), valid_from__lte=on, ancestor__level=Level.COMMUNITY,
                                   area__in=[u.area_id for u in units])
    return {str(uid) for uid in within.values_list("ancestor__uid", flat=True)}


def _at(point: tuple[float, float], on: date) -> Ground | None:
    """Longitude and latitude, also where they came the wrong way round."""
    for lon, lat in (point, point[::-1]):
        found = grid_of(lon, lat, on, NEAR_A_BOUNDARY) if abs(lat) < 85 else None
        if found is not None:
            return Ground(Area.objects.only("uid").get(id=found.area_id).uid, lon, lat)
    return None


class Outside(NamedTuple):
    """A place that another district answers for; name empty where it is far away."""

    name: str
    phone: str


def outside(point: tuple[float, float], on: date) -> Outside:
    lon, lat = point
    far = [(_metres(lon, lat, x, y), name) for name, x, y in parameter("portal.neighbours", on)]
    metres, name = min(far, default=(math.inf, ""))
    return Outside(name if metres < 30_000 else "", str(parameter("portal.outside_number", on)))


def _metres(lon: float, lat: float, x: float, y: float) -> float:
    wide = math.cos(math.radians(lat))
    return math.hypot((lon - x) * wide, lat - y) * 111_320


def communities(on: date) -> list[tuple[str, list[tuple[str, str]]]]:
    """(street, [(uid, community)]) in the order of their codes."""
    rows = AreaIn.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=on), valid_from__lte=on, area__level=Level.COMMUNITY,
        area__state="active", ancestor__level=Level.STREET).order_by("ancestor__code", "area__code")
    named = rows.values_list("ancestor__name", "area__uid", "area__name")
    return [(street, [(str(uid), name) for _s, uid, name in held]) for street, held in groupby(named, key=lambda r: r[0])]
