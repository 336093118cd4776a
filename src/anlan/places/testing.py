"""A small piece of ground for tests: two streets × two communities × two grids, each grid about a square kilometre."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from anlan.kernel import instance
from anlan.kernel.actors import SYSTEM
from anlan.kernel.models import Area, Calendar, CalendarDay
from anlan.kernel.rulebook import touch

from . import defaults
from .actions import AreaRow, create_areas, draw_boundaries
from .calendars import OFFICE, OFFICE_WEEK

NOON = datetime(2021, 6, 1, 4, 0, tzinfo=UTC)  # 12:00 in the district, a Tuesday
BEGAN = date(2019, 1, 1)
WEST, SOUTH, SIDE = 114.30, 30.50, 0.01
# code, name, level, parent; the digits of a code say where it lies: G112 is grid 2 of community C11 of street S1.
AREAS = [
    ("D", "安澜区", 0, ""),
    ("S1", "东街街道", 1, "D"), ("S2", "西街街道", 1, "D"),
    ("C11", "东一社区", 2, "S1"), ("C12", "东二社区", 2, "S1"),
    ("C21", "西一社区", 2, "S2"), ("C22", "西二社区", 2, "S2"),
    ("G111", "东一社区一网格", 3, "C11"), ("G112", "东一社区二网格", 3, "C11"),
    ("G121", "东二社区一网格", 3, "C12"), ("G122", "东二社区二网格", 3, "C12"),
    ("G211", "西一社区一网格", 3, "C21"), ("G212", "西一社区二网格", 3, "C21"),
    ("G221", "西二社区一网格", 3, "C22"), ("G222", "西二社区二网格", 3, "C22"),
]


def small_ground(at: datetime = NOON) -> dict[str, Area]:
    """Areas with boundaries by code, the office calendar, every app's default rules; the instance clock stands."""
    instance.set_clock(at, running=False)
    calendar, _made = Calendar.objects.get_or_create(code=OFFICE, defaults={"name": "办公", "weekly": OFFICE_WEEK})
    CalendarDay.objects.get_or_create(calendar=calendar, day=date(2021, 6, 14), valid_from=date(2020, 11, 25),
                                      defaults={"works": False, "name": "端午节", "source": "国办"})
    touch("calendars")
    defaults.load(SYSTEM, at)
    rows = [AreaRow(code, name, level, parent, BEGAN) for code, name, level, parent in AREAS]
    uids = create_areas(rows, actor=SYSTEM, at=at)
    draw_boundaries([{"area": uids[code], "geometry": square(code), "source": "测试", "datum": "wgs84",
                      "generated": True, "valid_from": BEGAN} for code, *_rest in AREAS], actor=SYSTEM, at=at)
    return by_uid(Area, uids)


def by_uid(model: Any, uids: Mapping[str, UUID]) -> dict[str, Any]:
    rows = {row.uid: row for row in model.objects.filter(uid__in=uids.values())}
    return {key: rows[uid] for key, uid in uids.items()}


def square(code: str) -> dict[str, Any]:
    """The ground of an area as GeoJSON: communities in a row from west to east, their two grids one above the other."""
    cells = [_cell(c) for c, _name, level, _parent in AREAS if level == 3 and _lies_in(c, code)]
    west, south = min(x for x, _ in cells), min(y for _, y in cells)
    east, north = max(x for x, _ in cells) + 1, max(y for _, y in cells) + 1
    corners = [(west, south), (east, south), (east, north), (west, north), (west, south)]
    ring = [[round(WEST + x * SIDE, 6), round(SOUTH + y * SIDE, 6)] for x, y in corners]
    return {"type": "Polygon", "coordinates": [ring]}


def middle(grid: str) -> tuple[float, float]:
    """A point (lon, lat, WGS-84) in the middle of a grid."""
    x, y = _cell(grid)
    return round(WEST + (x + 0.5) * SIDE, 6), round(SOUTH + (y + 0.5) * SIDE, 6)


def _cell(grid: str) -> tuple[int, int]:
    street, community, no = (int(d) - 1 for d in grid[1:])
    return street * 2 + community, no


def _lies_in(grid: str, code: str) -> bool:
    return code == "D" or grid[1:].startswith(code[1:])
