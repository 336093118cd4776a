"""The tile key: one 64-bit number for a place, 56 bits used.

A Morton code of web-mercator x and y with 28 bits an axis (about 0.15 m at the equator). A map tile is one
range of keys, a cluster is a shift, so that a B-tree index serves tiles, clusters and nearest.
Coordinates are WGS-84 degrees, longitude first.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from django.utils.translation import gettext as _

BITS = 28
SIDE = 1 << BITS
LAST = (1 << 2 * BITS) - 1
POLAR_LIMIT = 85.0511287798066

_SPREAD = (
    (32, 0x00000000FFFFFFFF),
    (16, 0x0000FFFF0000FFFF),
    (8, 0x00FF00FF00FF00FF),
    (4, 0x0F0F0F0F0F0F0F0F),
    (2, 0x3333333333333333),
    (1, 0x5555555555555555),
)
_GATHER = (
    (1, 0x3333333333333333),
    (2, 0x0F0F0F0F0F0F0F0F),
    (4, 0x00FF00FF00FF00FF),
    (8, 0x0000FFFF0000FFFF),
    (16, 0x00000000FFFFFFFF),
)


def key(lon: float, lat: float) -> int:
    """The key of a point in degrees. ValueError outside the web-mercator square."""
    _check_point(lon, lat)
    sine = math.sin(math.radians(lat))
    x = (lon / 360 + 0.5) * SIDE
    y = (0.5 - math.log((1 + sine) / (1 - sine)) / (4 * math.pi)) * SIDE
    return interleave(_on_axis(x), _on_axis(y))


def keys(points: Iterable[tuple[float, float]]) -> list[int]:
    """Keys of many (lon, lat) points."""
    return [key(lon, lat) for lon, lat in points]


def lonlat(tile_key: int) -> tuple[float, float]:
    """Degrees of the middle of the key's 0.15 m square."""
    x, y = deinterleave(_check_key(tile_key))
    return _longitude((x + 0.5) / SIDE), _latitude((y + 0.5) / SIDE)


def tile_range(z: int, x: int, y: int) -> tuple[int, int]:
    """The half-open range [lo, hi) of keys in the map tile z/x/y."""
    _check_tile(z, x, y)
    shift = 2 * (BITS - z)
    first = interleave(x, y)
    return first << shift, (first + 1) << shift


def tile_bounds(z: int, x: int, y: int) -> tuple[float, float, float, float]:
    """West, south, east, north of the map tile in degrees."""
    _check_tile(z, x, y)
    side = 1 << z
    return _longitude(x / side), _latitude((y + 1) / side), _longitude((x + 1) / side), _latitude(y / side)


def cell(tile_key: int, zoom: int) -> int:
    """The number of the tile at this zoom that holds the key; also its cluster."""
    return _check_key(tile_key) >> 2 * (BITS - _check_zoom(zoom))


def tile(tile_key: int, zoom: int) -> tuple[int, int]:
    """The x, y of the tile at this zoom that holds the key."""
    return deinterleave(cell(tile_key, zoom))


def neighbours(cell_number: int, zoom: int) -> list[int]:
    """The up to eight cells around a cell, ascending. East and west meet; beyond the poles there is nothing."""
    side = 1 << _check_zoom(zoom)
    x, y = deinterleave(cell_number)
    _check_tile(zoom, x, y)
    around = {
        interleave((x + right) % side, y + down) for right in (-1, 0, 1) for down in (-1, 0, 1) if 0 <= y + down < side
    }
    return sorted(around - {cell_number})


def ranges_around(lon: float, lat: float, zoom: int) -> list[tuple[int, int]]:
    """Half-open key ranges of the 3 × 3 tiles around a point, joined where they touch."""
    middle = cell(key(lon, lat), zoom)
    shift = 2 * (BITS - zoom)
    return _joined([(n << shift, (n + 1) << shift) for n in sorted([middle, *neighbours(middle, zoom)])])


def interleave(x: int, y: int) -> int:
    """Morton number of two axis numbers, x in the even bits."""
    return _spread(x) | _spread(y) << 1


def deinterleave(number: int) -> tuple[int, int]:
    """The two axis numbers of a Morton number."""
    return _gather(number), _gather(number >> 1)


def _spread(value: int) -> int:
    for shift, mask in _SPREAD:
        value = (value | value << shift) & mask
    return value


def _gather(value: int) -> int:
    value &= 0x5555555555555555
    for shift, mask in _GATHER:
        value = (value | value >> shift) & mask
    return value


def _on_axis(value: float) -> int:
    return min(max(int(value), 0), SIDE - 1)


def _longitude(share: float) -> float:
    return share * 360 - 180


def _latitude(share: float) -> float:
    return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * share))))


def _joined(ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for low, high in ranges:
        if joined and joined[-1][1] == low:
            joined[-1] = (joined[-1][0], high)
        else:
            joined.append((low, high))
    return joined


def _check_point(lon: float, lat: float) -> None:
    if not (math.isfinite(lon) and math.isfinite(lat)):
        raise ValueError(_("坐标不是有效的数。"))
    if not -180 <= lon <= 180:
        raise ValueError(_("经度应在 -180 到 180 之间，现为 %(lon)s。") % {"lon": lon})
    if not -POLAR_LIMIT <= lat <= POLAR_LIMIT:
        raise ValueError(_("纬度应在 -85.05 到 85.05 之间，现为 %(lat)s，地图画不到两极。") % {"lat": lat})


def _check_key(tile_key: int) -> int:
    if not 0 <= tile_key <= LAST:
        raise ValueError(_("位置编码 %(key)s 超出范围。") % {"key": tile_key})
    return tile_key


def _check_zoom(zoom: int) -> int:
    if not 0 <= zoom <= BITS:
        raise ValueError(_("地图级别应在 0 到 28 之间，现为 %(zoom)s。") % {"zoom": zoom})
    return zoom


def _check_tile(z: int, x: int, y: int) -> None:
    side = 1 << _check_zoom(z)
    if not (0 <= x < side and 0 <= y < side):
        raise ValueError(_("没有这块地图：%(z)s/%(x)s/%(y)s。") % {"z": z, "x": x, "y": y})
