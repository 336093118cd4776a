"""What stands in a piece of the map, as rows: for the table beside it, for distances, for other systems."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

import shapely
from django.utils.translation import gettext as _

from anlan.kernel.actors import Actor
from anlan.places.geometry import Plane
from anlan.toolkit.search import CANDIDATES
from anlan.toolkit.tilekey import BITS, interleave, lonlat

from .asked import Asked, Box, fault, layer_of, read
from .drawn import grown
from .shapes import drawn_of
from .shown import Shown
from .tiles import Thing, things_in, things_of

MOST_TILES = 16
FIRST_RADIUS, LAST_RADIUS = 250.0, 16_000.0


class Near(NamedTuple):
    thing: Thing
    layer: Shown
    lon: float
    lat: float
    metres: float


@dataclass(frozen=True)
class Within:
    """Things of one layer in a box; over: too many to read one by one, then `things` is empty. shapes: lines and areas by row."""

    asked: Asked
    things: Sequence[tuple[Thing, float, float]]
    over: bool
    shapes: Mapping[int, shapely.Geometry] = field(default_factory=dict)


def layers_of(told: Mapping[str, str], actor: Actor, at: datetime) -> list[Asked]:
    """The layers that an address names, each with its own conditions: `layers=a,b&a.level=red&on=…`."""
    names = [n for n in told.get("layers", "").split(",") if n]
    if not names or len(names) > 12:
        raise fault(_("请选一到十二个图层。"))
    return [read(name, actor, at, conditions(told, name)) for name in names if layer_of(name)]


def conditions(told: Mapping[str, str], layer: str) -> dict[str, str]:
    """The words of one layer, and those that hold for all."""
    common = {k: told[k] for k in ("on", "area") if told.get(k)}
    return common | {k.partition(".")[2]: v for k, v in told.items() if k.startswith(f"{layer}.") and v}


def cover(box: Box) -> list[tuple[int, int]]:
    """At most MOST_TILES key ranges that hold a box, joined where they touch."""
    side = max(box.east - box.west, 1e-9)
    zoom = min(max(int(math.log2(360 / side)) + 1, 0), 20)
    while True:
        tiles = _tiles(box, zoom)
        if len(tiles) <= MOST_TILES or zoom == 0:
            break
        zoom -= 1
    shift = 2 * (BITS - zoom)
    ranges: list[tuple[int, int]] = []
    for cell in sorted(tiles):
        low, high = cell << shift, (cell + 1) << shift
        if ranges and ranges[-1][1] == low:
            ranges[-1] = ranges[-1][0], high
        else:
            ranges.append((low, high))
    return ranges


def _tiles(box: Box, zoom: int) -> list[int]:
    side = 1 << zoom
    x0, y0 = _axes(box.west, box.north, side)
    x1, y1 = _axes(box.east, box.south, side)
    if (x1 - x0 + 1) * (y1 - y0 + 1) > 4 * MOST_TILES:
        return [0] * (MOST_TILES + 1)
    return [interleave(x, y) for x in range(x0, x1 + 1) for y in range(y0, y1 + 1)]


def _axes(lon: float, lat: float, side: int) -> tuple[int, int]:
    sine = math.sin(math.radians(max(min(lat, 85.05), -85.05)))
    x = (lon / 360 + 0.5) * side
    y = (0.5 - math.log((1 + sine) / (1 - sine)) / (4 * math.pi)) * side
    return min(max(int(x), 0), side - 1), min(max(int(y), 0), side - 1)


def within(asked: Asked, box: Box) -> Within:
    """The layer's things in a box: points by key, lines and areas where any part of them lies in it."""
    things, shapes = things_in(asked, cover(box)), shapes_in(asked.shown, box)
    others = set(shapes) - {t.id for t in things}
    if len(things) + len(others) > CANDIDATES:
        return Within(asked, (), True)
    if others:
        things += things_of(asked, others)
    where = ((thing, *lonlat(thing.code)) for thing in things)
    return Within(asked, [(t, lon, lat) for t, lon, lat in where if t.id in shapes or box.holds(lon, lat)], False, shapes)


def shapes_in(shown: Shown, box: Box) -> dict[int, shapely.Geometry]:
    """Lines and areas of a layer that touch a box, by row; whose they are is for the rows to say."""
    if not shown.layer.shape:
        return {}
    frame = shapely.box(*box)
    return {id: shape for id, shape in drawn_of(shown).within(*box) if shape.intersects(frame)}


def near(layers: Iterable[Asked], geometry: shapely.Geometry, metres: float) -> tuple[list[Near], list[str]]:
    """Things within so many metres, nearest first, and the labels of layers that hold too many to tell."""
    box, found, over = grown(geometry, metres), [], []
    plane = Plane.at(*geometry.representative_point().coords[0][:2])
    flat = plane.to_metres(geometry)
    for asked in layers:
        here = within(asked, box)
        if here.over:
            over.append(asked.shown.label)
        for thing, lon, lat in here.things:
            shape = here.shapes.get(thing.id)
            away = flat.distance(shapely.Point(plane.point_to_metres(lon, lat)) if shape is None else plane.to_metres(shape))
            if away <= metres:
                found.append(Near(thing, asked.shown, lon, lat, away))
    return sorted(found, key=lambda n: (n.metres, n.layer.id, n.thing.id)), over


def nearest(layers: Sequence[Asked], geometry: shapely.Geometry, count: int) -> tuple[list[Near], list[str]]:
    """The nearest so many things of these layers, looked for in growing circles up to 16 km."""
    radius = FIRST_RADIUS
    while True:
        found, over = near(layers, geometry, radius)
        if len(found) >= count or over or radius >= LAST_RADIUS:
            return found[:count], over
        radius *= 2


def unplaced(asked: Asked) -> int:
    """How many of the layer's things have no place, at most one more than the bound."""
    s = asked.shown
    rows = s.rows(asked.actor, asked.at).filter(asked.more, state__in=asked.states, **{f"{s.layer.point}__isnull": True})
    if s.layer.day:
        rows = rows.filter(**{s.layer.day: asked.day})
    return rows.values("id")[: CANDIDATES + 1].count()
