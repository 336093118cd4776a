"""Point → grid: an index of the boundaries in force on a day, kept until areas or boundaries change."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any, NamedTuple

from django.db import connection
from shapely.geometry import shape as shape_of

from anlan.kernel.models import Area
from anlan.kernel.rulebook import rulebook

from .geometry import GridIndex, Polygonal
from .models import Boundary, Level


class Place(NamedTuple):
    """Where a point lies; inside False: only near it, metres away."""

    area_id: int
    code: str
    inside: bool
    metres: float


class _Drawn(NamedTuple):
    area_id: int
    code: str
    level: int
    shape: Polygonal
    since: date
    until: date | None


@dataclass
class _Held:
    areas: Any  # the tree of the rulebook that this was read with
    drawn: list[_Drawn]
    days: list[date]
    indexes: dict[tuple[int, int], tuple[GridIndex, dict[str, int]] | None] = field(default_factory=dict)


_held: dict[Any, _Held] = {}


class Finder:
    """Point → grid on one day, for many points; built with one statement."""

    def __init__(self, on: date, level: int = Level.GRID) -> None:
        held = _current()
        key = bisect_right(held.days, on), level
        if key not in held.indexes:
            held.indexes[key] = _index(held.drawn, on, level)
        self._found = held.indexes[key]

    def find(self, lon: float, lat: float, within: float = 0) -> Place | None:
        """The area that holds a WGS-84 point, or the nearest within `within` metres. ValueError for no point."""
        if self._found is None:
            return None
        index, ids = self._found
        hit = index.find(lon, lat, within)
        return None if hit.code is None else Place(ids[hit.code], hit.code, hit.inside, hit.metres)


def grid_of(lon: float, lat: float, on: date, within: float = 0, level: int = Level.GRID) -> Place | None:
    """The grid that holds a WGS-84 point on a day; None where no boundary does. ValueError for no point."""
    return Finder(on, level).find(lon, lat, within)


def grid_at(lon: float, lat: float, on: date) -> int | None:
    """The id of the grid that holds a WGS-84 point on a day."""
    found = grid_of(lon, lat, on)
    return found and found.area_id


def _current() -> _Held:
    """What was read with the area tree that the rulebook holds now; one statement while nothing changes."""
    key, areas = connection.settings_dict["NAME"], rulebook().parents
    if key not in _held or _held[key].areas is not areas:
        drawn = _load()
        days = sorted({d for row in drawn for d in (row.since, row.until) if d is not None})
        _held[key] = _Held(areas, drawn, days)
    return _held[key]


def _load() -> list[_Drawn]:
    """Every boundary with the days it is in force: until the next of its area, or the area's end."""
    rows = list(Boundary.objects.filter(state="active").select_related("area").order_by("area_id", "valid_from"))
    following = {a.id: b.valid_from for a, b in pairwise(rows) if a.area_id == b.area_id}
    return [_Drawn(b.area_id, b.area.code, b.area.level, shape_of(b.geometry), max(b.valid_from, b.area.valid_from),
                   _earlier(following.get(b.id), b.area.valid_to)) for b in rows]


def _earlier(one: date | None, other: date | None) -> date | None:
    return min((d for d in (one, other) if d is not None), default=None)


def _index(drawn: list[_Drawn], on: date, level: int) -> tuple[GridIndex, dict[str, int]] | None:
    here = [d for d in drawn if d.level == level and d.since <= on and (d.until is None or on < d.until)]
    if not here:
        return None
    return GridIndex({d.code: d.shape for d in here}), {d.code: d.area_id for d in here}


def shapes_on(on: date, level: int | None = None) -> dict[str, Polygonal]:
    """Code → shape of every area drawn and in use on a day."""
    return {d.code: d.shape for d in _current().drawn
            if (level is None or d.level == level) and d.since <= on and (d.until is None or on < d.until)}


_names: dict[Any, tuple[Any, str]] = {}


def district_name() -> str:
    """The name of the instance's whole area, kept until the tree of areas moves; empty before one is set up."""
    key, areas = connection.settings_dict["NAME"], rulebook().parents
    if key not in _names or _names[key][0] is not areas:
        _names[key] = (areas, Area.objects.filter(level=Level.DISTRICT).values_list("name", flat=True).first() or "")
    return _names[key][1]
