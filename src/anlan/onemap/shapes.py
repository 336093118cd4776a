"""Tiles of what has an extent: areas with their names, and lines and areas of layers; simplified by zoom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import shapely
from django.db import connection
from django.db.models import Count, Max, Sum
from shapely import STRtree
from shapely.geometry import box, shape

from anlan.kernel.rulebook import rulebook
from anlan.places.geometry import Polygonal, simplified
from anlan.places.grids import shapes_on
from anlan.places.models import Level
from anlan.places.selectors import areas_seen
from anlan.toolkit.search import CANDIDATES
from anlan.toolkit.tilekey import key, lonlat

from . import mvt
from .asked import Asked, TileAt
from .shown import Shown
from .tiles import things_of

BUFFER = 64
LEVELS_FROM = {Level.DISTRICT: 0, Level.STREET: 9, Level.COMMUNITY: 12, Level.GRID: 14}
NAMES_FROM = {Level.DISTRICT: 0, Level.STREET: 11, Level.COMMUNITY: 13, Level.GRID: 15}
COARSEST = 16  # from here on nothing is simplified
HALF_PIXEL = 360 / 512 / 2  # degrees at zoom 0


class _Indexed(NamedTuple):
    names: Sequence[Any]
    shapes: Sequence[shapely.Geometry]
    tree: STRtree

    @classmethod
    def of(cls, found: Mapping[Any, shapely.Geometry]) -> _Indexed:
        return cls(list(found), list(found.values()), STRtree(list(found.values())))

    def within(self, west: float, south: float, east: float, north: float) -> list[tuple[Any, shapely.Geometry]]:
        hits = self.tree.query(box(west, south, east, north))
        return [(self.names[i], self.shapes[i]) for i in sorted(hits.tolist())]


_areas: dict[Any, _Indexed] = {}
_things: dict[Any, tuple[Any, _Indexed]] = {}
MOST_HELD = 200


def ground_tile(actor: Any, at: Any, tile: TileAt, on: date, level: int | None) -> bytes:
    """Areas of the reader's ground that are drawn at this zoom, or of one level, and a point for each name."""
    levels = [level] if level is not None else [lv for lv, z in LEVELS_FROM.items() if tile.z >= z]
    hits = {code: geometry for lv in levels for code, geometry in _level(on, lv, tile.z).within(*_grown(tile))}
    seen = areas_seen(actor, at).filter(code__in=hits).order_by("level", "code")
    rows = list(seen.values_list("code", "uid", "name", "level"))
    areas = mvt.layer("areas", (f for code, uid, name, lv in rows
                                for f in _drawn(hits[code], tile, {"uid": str(uid), "name": name, "level": lv})))
    names = mvt.layer("names", (f for code, uid, name, lv in rows if level is not None or tile.z >= NAMES_FROM[lv]
                                for f in _name(hits[code], tile, {"uid": str(uid), "name": name, "level": lv})))
    return areas + names


def _level(on: date, level: int, zoom: int) -> _Indexed:
    """Every area of a level on a day, as coarse as this zoom shows it; kept until areas change."""
    where = (connection.settings_dict["NAME"], id(rulebook().parents), on, level, min(zoom, COARSEST))
    if where not in _areas:
        if len(_areas) > MOST_HELD:
            _areas.clear()
        found: Mapping[str, Polygonal] = shapes_on(on, level)
        _areas[where] = _Indexed.of(simplified(found, zoom + 1) if found and zoom < COARSEST else found)
    return _areas[where]


def _grown(tile: TileAt) -> tuple[float, float, float, float]:
    west, south, east, north = tile.box
    by = (east - west) * BUFFER / mvt.EXTENT
    return west - by, south - by, east + by, north + by


def _drawn(geometry: shapely.Geometry, tile: TileAt, told: Mapping[str, Any]) -> Iterator[mvt.Feature]:
    edge = mvt.EXTENT + BUFFER
    clipped = shapely.clip_by_rect(in_pixels(geometry, tile), -BUFFER, -BUFFER, edge, edge)
    found = mvt.shape(clipped) if not clipped.is_empty else None
    if found is not None:
        yield mvt.Feature(*found, told)


def _name(geometry: shapely.Geometry, tile: TileAt, told: Mapping[str, Any]) -> Iterator[mvt.Feature]:
    """The name stands once, in the tile that holds its point."""
    where = in_pixels(geometry.representative_point(), tile)
    x, y = int(where.x), int(where.y)
    if 0 <= x < mvt.EXTENT and 0 <= y < mvt.EXTENT:
        yield mvt.Feature(mvt.POINT, mvt.point(x, y), told)


def in_pixels(geometry: shapely.Geometry, tile: TileAt) -> shapely.Geometry:
    """Degrees as tile units, y downwards."""
    return shapely.transform(geometry, partial(_to_pixels, tile))


def _to_pixels(tile: TileAt, degrees: np.ndarray) -> np.ndarray:
    side, sine = float(1 << tile.z), np.sin(np.radians(np.clip(degrees[:, 1], -85.06, 85.06)))
    x = (degrees[:, 0] / 360 + 0.5) * side - tile.x
    y = (0.5 - np.log((1 + sine) / (1 - sine)) / (4 * np.pi)) * side - tile.y
    return np.column_stack((x, y)) * mvt.EXTENT


# Lines and areas of layers


def shape_tile(asked: Asked, tile: TileAt) -> bytes:
    """The tile's layer `shapes`: what of the layer is a line or an area, in the reader's scope."""
    layer = asked.shown
    hits = dict(drawn_of(layer).within(*_grown(tile))) if layer.layer.shape else {}
    return mvt.layer("shapes", _shapes(asked, hits, tile) if hits else ())


def drawn_of(layer: Shown) -> _Indexed:
    """Every shape of the layer by row id; read again when a row has come or changed, which makes the versions more."""
    name, rows = (connection.settings_dict["NAME"], layer.id), layer.model._default_manager
    stamp = rows.aggregate(n=Count("id"), newest=Max("id"), versions=Sum("version"))
    if name not in _things or _things[name][0] != stamp:
        drawn = rows.exclude(**{f"{layer.layer.shape}__isnull": True}).values_list("id", layer.layer.shape)
        _things[name] = stamp, _Indexed.of({id: found for id, told in drawn if (found := _read(told)) is not None})
    return _things[name][1]


def geometry_of(layer: Shown, row: Any) -> shapely.Geometry:
    """Where a row with a `map_point` lies: its line or area, or else its point."""
    own = _read(getattr(row, layer.layer.shape)) if layer.layer.shape else None
    return own if own is not None else shapely.Point(lonlat(row.map_point))


def _read(told: Any) -> shapely.Geometry | None:
    try:
        return shape(told)
    except (AttributeError, KeyError, TypeError, ValueError, shapely.errors.ShapelyError):
        return None


def _shapes(asked: Asked, hits: Mapping[int, shapely.Geometry], tile: TileAt) -> Iterable[mvt.Feature]:
    """What of the drawn fits what is asked, on a past day as it stood then; none is left out, however many there are."""
    ids = sorted(hits)
    for first in range(0, len(ids), CANDIDATES):
        for thing in things_of(asked, ids[first : first + CANDIDATES]):
            told = {"uid": str(thing.uid), "title": thing.title, "family": thing.family, "level": thing.level}
            coarse = hits[thing.id].simplify(HALF_PIXEL / 2**tile.z) if tile.z < COARSEST else hits[thing.id]
            yield from _drawn(coarse if not coarse.is_empty else hits[thing.id], tile, told)


def key_of_shape(geometry: shapely.Geometry) -> tuple[float, float, int]:
    """A point inside of a shape and its tile key."""
    inside = geometry.representative_point()
    return inside.x, inside.y, key(inside.x, inside.y)
