"""Special objects of the district: elevators, gas pipes, curtain walls, high-rises, compounds. Shapes are made up."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from anlan.kernel.door import Order
from anlan.places.geometry import Plane, random_point

from .chance import Chance, uid
from .days import moment
from .deeds import order
from .ground import Ground
from .units import Unit

if TYPE_CHECKING:
    from .world import World

DRAWN_UP = date(2021, 2, 22)
LIFTED = ("high_rise", "curtain_wall_building", "mall", "hotel", "residential_compound")
# What carries which sort, how many at the whole scale, and how large it is (metres).
SORTS: Mapping[str, tuple[tuple[str, ...], int, tuple[int, int]]] = {
    "elevator": (LIFTED, 190, (0, 0)),
    "curtain_wall": (("curtain_wall_building", "high_rise", "mall"), 70, (70, 8)),
    "high_rise": (("high_rise", "curtain_wall_building"), 85, (45, 30)),
    "compound": (("residential_compound",), 85, (160, 110)),
}
PRESSURES = ("中压", "低压")
PIPES = 85
USUAL_UNITS = 6156  # what the numbers above belong to
LABELS = {"elevator": "号电梯", "curtain_wall": "玻璃幕墙", "high_rise": "主楼", "compound": ""}


def registered(world: World) -> Iterator[tuple[str, Order]]:
    """Registered in the names of the streets' safety offices, with the grid of each."""
    scale = min(1.0, len(world.units) / USUAL_UNITS)
    rows = [*_held(world.units, world.ground, scale), *_pipes(world.ground, max(2, round(PIPES * scale)))]
    for n, (grid, row) in enumerate(rows):
        yield grid, order("special_object", uid("special", row["their_no"]), "create", world.street_clerk(grid[:9]),
                          moment(DRAWN_UP, "09:00") + timedelta(minutes=n % 480), row)


def _held(units: Sequence[Unit], ground: Ground, scale: float) -> Iterator[tuple[str, dict[str, Any]]]:
    dice = Chance("special objects")
    for sort, (kinds, count, size) in SORTS.items():
        holders = [u for u in units if u.kind in kinds and not u.spotted and u.ended is None]
        for n in range(max(1, round(count * scale))):
            unit = holders[n % len(holders)]
            name = f"{unit.sign}{n // len(holders) + 1}{LABELS[sort]}" if sort == "elevator" else unit.sign + LABELS[sort]
            if sort != "elevator" and n >= len(holders):
                break
            yield unit.grid, {
                **_common(unit, ground, dice), "sort": sort, "name": name, "their_no": f"演示{sort[:2].upper()}{n + 1:04}",
                **({"geometry": rectangle(unit.lon, unit.lat, size, dice)} if size[0] else _inspected(dice))}


def _common(unit: Unit, ground: Ground, dice: Chance) -> dict[str, Any]:
    return {"lon": unit.lon, "lat": unit.lat, "area": ground.uids[unit.grid], "keeper": unit.name,
            "built_year": dice.randint(1996, 2018), "details": unit.address}


def _inspected(dice: Chance) -> dict[str, Any]:
    """Elevators are tested once a year; a few are due soon."""
    tested = date(2021, 6, 25) - timedelta(days=dice.randint(40, 358))
    return {"checked_on": tested, "check_due_on": tested + timedelta(days=365)}


def rectangle(lon: float, lat: float, size: tuple[int, int], dice: Chance) -> dict[str, Any]:
    """A building's outline around a point, turned a little; degrees."""
    plane, angle = Plane.at(lon, lat), dice.uniform(-0.4, 0.4)
    wide, deep = size[0] / 2, size[1] / 2
    corners = []
    for x, y in ((-wide, -deep), (wide, -deep), (wide, deep), (-wide, deep), (-wide, -deep)):
        east, north = x * math.cos(angle) - y * math.sin(angle), x * math.sin(angle) + y * math.cos(angle)
        point = plane.point_to_degrees(east, north)
        corners.append([round(point.lon, 6), round(point.lat, 6)])
    return {"type": "Polygon", "coordinates": [corners]}


def _pipes(ground: Ground, count: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """Gas lines through some communities, from west to east."""
    dice = Chance("gas pipes")
    for n, community in enumerate(dice.sample([c for s in ground.streets for c in ground.below[s]], count)):
        grids = dice.sample(ground.below[community], min(5, len(ground.below[community])))
        points = sorted((p.lon, p.lat, grid) for grid in grids for p in [random_point(ground.shape(grid), dice)])
        line = [[round(lon, 6), round(lat, 6)] for lon, lat, _grid in points]
        name = f"{ground.names[community].removesuffix('社区')}段{dice.choice(PRESSURES)}燃气管线"
        yield points[0][2], {
            "sort": "gas_pipe", "name": name, "their_no": f"演示GP{n + 1:04}", "keeper": "区域燃气经营单位",
            "built_year": dice.randint(1998, 2015), "details": f"约{dice.randint(3, 18) * 50}米，{dice.choice(('钢管', 'PE管'))}",
            "lon": line[0][0], "lat": line[0][1], "area": ground.uids[points[0][2]],
            "geometry": {"type": "LineString", "coordinates": line}}
