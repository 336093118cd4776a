"""What may leave the house for the public: counts in squares of at least 500 m, never a point (domain.md 12.5)."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from anlan.toolkit.search import CANDIDATES
from anlan.toolkit.tilekey import BITS, LAST, deinterleave, tile_bounds

from .asked import Asked, fault
from .pyramid import ZOOMS
from .tiles import things_in

LEAST_METRES = 500
EQUATOR = 40_075_016.7
MOST_ZOOM = ZOOMS[-1]

COUNTS = """
SELECT cell >> %s, sum(n) FROM onemap_tile WHERE layer = %s AND z = %s AND family = ANY(%s) {levels} {grids}
GROUP BY 1 HAVING sum(n) > 0 ORDER BY 1"""


def zoom_for(lat: float) -> int:
    """The closest zoom whose squares are at least 500 m wide at this latitude."""
    return min(int(math.log2(EQUATOR * math.cos(math.radians(lat)) / LEAST_METRES)), MOST_ZOOM)


def cells(asked: Asked, lat: float) -> dict[str, Any]:
    """GeoJSON of squares with how many things of the layer stand in each. Raises Refused where there are too many rows."""
    zoom = zoom_for(lat)
    found = _grouped(asked, zoom) if asked.raw else _counted(asked, zoom)
    return {"type": "FeatureCollection", "features": [_square(zoom, cell, n) for cell, n in sorted(found.items())]}


def _counted(asked: Asked, zoom: int) -> dict[int, int]:
    params: list[Any] = [2 * (MOST_ZOOM - zoom), asked.shown.id, MOST_ZOOM, list(asked.families)]
    parts = {"levels": "", "grids": ""}
    for name, column, values in (("levels", "level", asked.levels or None), ("grids", "grid", asked.grids)):
        if values is not None:
            parts[name] = f"AND {column} = ANY(%s)"
            params.append(list(values))
    with connection.cursor() as cursor:
        cursor.execute(COUNTS.format(**parts), params)
        return {cell: int(n) for cell, n in cursor.fetchall()}


def _grouped(asked: Asked, zoom: int) -> dict[int, int]:
    things = things_in(asked, [(0, LAST + 1)])
    if len(things) > CANDIDATES:
        raise fault(_("超过 10,000 件，请减少条件后再导出。"))
    found: dict[int, int] = defaultdict(int)
    for thing in things:
        found[thing.code >> 2 * (BITS - zoom)] += 1
    return found


def _square(zoom: int, cell: int, n: int) -> dict[str, Any]:
    x, y = deinterleave(cell)
    west, south, east, north = (round(v, 6) for v in tile_bounds(zoom, x, y))
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Feature", "properties": {"n": n}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
