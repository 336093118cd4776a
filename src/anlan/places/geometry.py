"""Shapes on the ground: areas, point → grid, coverage, simplification, sketches, random points.

Shapes are shapely polygons in WGS-84 degrees. Metres are measured on a flat plane laid at the shape's own
latitude; across a district that is off by less than 0.3 %.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import shapely
from django.utils.translation import gettext as _
from shapely import MultiPolygon, Polygon, STRtree
from shapely.affinity import affine_transform

from anlan.places.coordinates import Box, Point, point_faults

Polygonal = Polygon | MultiPolygon
PIXELS_A_TILE = 256
MOST_TRIES = 10_000


class Plane(NamedTuple):
    """A flat plane in metres around a point of the earth (WGS-84 ellipsoid)."""

    lon: float
    lat: float
    east: float
    north: float

    @classmethod
    def at(cls, lon: float, lat: float) -> Plane:
        """The plane that touches the earth at lon, lat; `east` and `north` are metres a degree."""
        angle = math.radians(lat)
        east = 111_412.84 * math.cos(angle) - 93.5 * math.cos(3 * angle) + 0.118 * math.cos(5 * angle)
        north = 111_132.954 - 559.822 * math.cos(2 * angle) + 1.175 * math.cos(4 * angle)
        return cls(lon, lat, east, north)

    @classmethod
    def under(cls, shapes: Iterable[Polygonal]) -> Plane:
        """The plane at the middle of the shapes' bounds."""
        west, south, east, north = shapely.total_bounds(list(shapes)).tolist()
        return cls.at((west + east) / 2, (south + north) / 2)

    def to_metres(self, shape: Polygonal) -> Polygonal:
        moved = [self.east, 0, 0, self.north, -self.lon * self.east, -self.lat * self.north]
        return affine_transform(shape, moved)

    def to_degrees(self, shape: Polygonal) -> Polygonal:
        return affine_transform(shape, [1 / self.east, 0, 0, 1 / self.north, self.lon, self.lat])

    def point_to_metres(self, lon: float, lat: float) -> tuple[float, float]:
        return (lon - self.lon) * self.east, (lat - self.lat) * self.north

    def point_to_degrees(self, x: float, y: float) -> Point:
        return Point(self.lon + x / self.east, self.lat + y / self.north)


def square_metres(shape: Polygonal) -> float:
    """Area in m²."""
    return Plane.under([shape]).to_metres(shape).area if not shape.is_empty else 0.0


def box_of(shape: Polygonal, margin: float = 0.02) -> Box:
    """The bounds of the shape, grown by `margin` degrees (0.02° is about 2 km)."""
    return Box(*shape.bounds).grown(margin)


class Found(NamedTuple):
    """Where a point belongs. `inside` is False where only a near area was found; metres to it."""

    code: str | None
    inside: bool
    metres: float


class GridIndex:
    """Point → area code over many polygons, built once and read often.

    A point on a common border belongs to the lower code; a point in no area belongs to the nearest one
    within `within` metres and says so.
    """

    def __init__(self, shapes: Mapping[str, Polygonal]) -> None:
        if not shapes:
            raise ValueError(_("还没有任何区域边界，无法按位置找网格。"))
        self._codes = sorted(shapes)
        self._plane = Plane.under(shapes.values())
        self._shapes = [self._plane.to_metres(shapes[code]) for code in self._codes]
        shapely.prepare(self._shapes)
        self._tree = STRtree(self._shapes)

    def __len__(self) -> int:
        return len(self._codes)

    def find(self, lon: float, lat: float, within: float = 0) -> Found:
        """The area that holds the point, or the nearest within `within` metres. ValueError for a bad point."""
        faults = point_faults(lon, lat)
        if faults:
            raise ValueError(faults[0])
        x, y = self._plane.point_to_metres(lon, lat)
        point = shapely.Point(x, y)
        holding = [int(i) for i in self._tree.query(point) if shapely.intersects_xy(self._shapes[i], x, y)]
        if holding:
            return Found(self._codes[min(holding)], True, 0.0)
        return self._nearest(point, within)

    def find_many(self, points: Sequence[tuple[float, float]], within: float = 0) -> list[Found]:
        """`find` for many (lon, lat) points."""
        return [self.find(lon, lat, within) for lon, lat in points]

    def _nearest(self, point: shapely.Point, within: float) -> Found:
        if within <= 0:
            return Found(None, False, math.inf)
        near, metres = self._tree.query_nearest(point, max_distance=within, return_distance=True)
        if not len(near):
            return Found(None, False, math.inf)
        return Found(self._codes[min(near)], False, float(metres[0]))


def coverage_faults(
    children: Mapping[str, Polygonal], parent: Polygonal, *, spare_m2: float = 1.0, share: float = 0.995
) -> list[str]:
    """Why the children do not tile their parent; empty when they do.

    No overlap and nothing outside beyond `spare_m2`, and the union covers at least `share` of the parent
    (domain.md 4.2).
    """
    if not children:
        return [_("没有任何下级区域。")]
    plane = Plane.under([parent, *children.values()])
    parent_flat = plane.to_metres(parent)
    flat = {code: plane.to_metres(children[code]) for code in sorted(children)}
    return [
        *_outside_faults(flat, parent_flat, spare_m2),
        *_overlap_faults(flat, spare_m2),
        *_gap_faults(flat, parent_flat, share),
    ]


def _outside_faults(flat: Mapping[str, Polygonal], parent: Polygonal, spare_m2: float) -> Iterator[str]:
    for code, shape in flat.items():
        outside = shape.difference(parent).area
        if outside > spare_m2:
            yield _("%(code)s 有 %(area)s 平方米在上级区域之外。") % {"code": code, "area": _rounded(outside)}


def _overlap_faults(flat: Mapping[str, Polygonal], spare_m2: float) -> Iterator[str]:
    codes, shapes = list(flat), list(flat.values())
    tree = STRtree(shapes)
    pairs = zip(*tree.query(shapes, predicate="intersects").tolist(), strict=True)
    for one, other in sorted(pair for pair in pairs if pair[0] < pair[1]):
        common = shapes[one].intersection(shapes[other]).area
        if common > spare_m2:
            said = {"one": codes[one], "other": codes[other], "area": _rounded(common)}
            yield _("%(one)s 与 %(other)s 重叠 %(area)s 平方米。") % said


def _gap_faults(flat: Mapping[str, Polygonal], parent: Polygonal, share: float) -> Iterator[str]:
    covered = shapely.union_all(list(flat.values())).intersection(parent).area / parent.area
    if covered < share:
        said = {"covered": f"{covered * 100:.2f}", "share": f"{share * 100:g}"}
        yield _("下级区域只盖住上级区域的 %(covered)s%%，应不少于 %(share)s%%。") % said


def _rounded(square: float) -> str:
    return f"{square:,.0f}" if square >= 10 else f"{square:.1f}"


def simplified(shapes: Mapping[str, Polygonal], zoom: float) -> dict[str, Polygonal]:
    """The shapes as coarse as the map shows them at this zoom; common borders stay common, none vanishes."""
    half_pixel = 360 / (PIXELS_A_TILE * 2**zoom) / 2
    codes = sorted(shapes)
    coarse = shapely.coverage_simplify([shapes[code] for code in codes], half_pixel)
    return {code: shapes[code] if shape.is_empty else shape for code, shape in zip(codes, coarse, strict=True)}


def outline_svg_path(polygon: Polygonal, width: float, height: float, margin: float = 4) -> str:
    """The `d` of an SVG path that fits the outline into width × height pixels, north up, undistorted.

    For thumbnails; the sketch with a point and a scale bar is toolkit.ui.sketch.
    """
    return path_of(polygon, Frame.around(polygon, width, height, margin))


class Frame(NamedTuple):
    """Degrees as pixels of a drawing."""

    west: float
    north: float
    across: float
    down: float
    left: float
    top: float

    @classmethod
    def around(cls, shape: shapely.Geometry, width: float, height: float, margin: float) -> Frame:
        west, south, east, north = shape.bounds
        squeeze = math.cos(math.radians((south + north) / 2))
        wide, high = max((east - west) * squeeze, 1e-9), max(north - south, 1e-9)
        scale = min((width - 2 * margin) / wide, (height - 2 * margin) / high)
        left, top = (width - wide * scale) / 2, (height - high * scale) / 2
        return cls(west, north, scale * squeeze, scale, left, top)

    def pixel(self, lon: float, lat: float) -> tuple[float, float]:
        x = self.left + (lon - self.west) * self.across
        y = self.top + (self.north - lat) * self.down
        return round(x, 1), round(y, 1)


def path_of(polygon: Polygonal, frame: Frame) -> str:
    """The `d` of an SVG path."""
    return "".join(_ring_path(ring, frame) for ring in _rings(polygon))


def _ring_path(ring: Iterable[tuple[float, float]], frame: Frame) -> str:
    pixels = [frame.pixel(lon, lat) for lon, lat in ring]
    kept = [pixels[0], *(after for before, after in pairwise(pixels) if after != before)]
    return "M" + "L".join(f"{x:g},{y:g}" for x, y in kept[:-1] or kept) + "Z"


def _rings(polygon: Polygonal) -> Iterator[list[tuple[float, float]]]:
    for part in shapely.get_parts(polygon).tolist():
        for ring in (part.exterior, *part.interiors):
            yield [(lon, lat) for lon, lat, *_height in ring.coords]


def random_point(polygon: Polygonal, rng: random.Random) -> Point:
    """A point evenly drawn from the inside; the same `rng` state draws the same point."""
    west, south, east, north = polygon.bounds
    for _try in range(MOST_TRIES):
        lon, lat = rng.uniform(west, east), rng.uniform(south, north)
        if shapely.contains_xy(polygon, lon, lat):
            return Point(lon, lat)
    inner = polygon.representative_point()
    return Point(inner.x, inner.y)
