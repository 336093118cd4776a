"""Geometry that people or other systems send: read within bounds, refused in a sentence."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any

import shapely
from django.utils.translation import gettext as _
from shapely.geometry import shape

from anlan.kernel.refusals import Refused
from anlan.places.geometry import Plane

from .asked import Box, fault, point_of

MOST_BYTES = 200_000
MOST_POINTS = 2_000
KINDS = ("Point", "LineString", "Polygon")
MOST_METRES = 20_000


def too_large(size: int) -> Refused:
    return fault(_("图形太大（{size} 千字节，最多 {most}），请简化后再试。").format(
        size=f"{size // 1000:,}", most=MOST_BYTES // 1000))


def geometry_from(told: Any) -> shapely.Geometry:
    """A GeoJSON point, line or area in WGS-84, as text or as read. Raises Refused with what is wrong."""
    if isinstance(told, str | bytes):
        if len(told) > MOST_BYTES:
            raise too_large(len(told))
        try:
            told = json.loads(told)
        except (ValueError, RecursionError):
            raise fault(_("图形不是有效的 GeoJSON。")) from None
    if not isinstance(told, dict) or told.get("type") not in KINDS:
        raise fault(_("图形只能是一个点、一条线或一个面。"))
    _check_positions(told.get("coordinates"))
    try:
        found: shapely.Geometry = shape(told)
    except (AttributeError, KeyError, TypeError, ValueError, IndexError, shapely.errors.ShapelyError):
        raise fault(_("图形的坐标写法不对：线至少两点，面至少三点并首尾相接。")) from None
    _check_shape(found)
    return found


def _check_positions(told: Any) -> None:
    count = 0
    for lon, lat in _positions(told):
        point_of(lon, lat)
        count += 1
        if count > MOST_POINTS:
            raise fault(_("图形的点太多（超过 {most} 个），请简化后再试。").format(most=f"{MOST_POINTS:,}"))
    if not count:
        raise fault(_("图形没有坐标。"))


def _positions(told: Any, depth: int = 0) -> Iterator[tuple[Any, Any]]:
    if not isinstance(told, list) or depth > 3:
        raise fault(_("图形的坐标写法不对：线至少两点，面至少三点并首尾相接。"))
    if told and not isinstance(told[0], list):
        if len(told) < 2:
            raise fault(_("坐标不是有效的数。"))
        yield told[0], told[1]
        return
    for part in told:
        yield from _positions(part, depth + 1)


def _check_shape(found: shapely.Geometry) -> None:
    if found.is_empty:
        raise fault(_("图形没有坐标。"))
    if not shapely.is_valid(found):
        why = shapely.is_valid_reason(found)
        raise fault(_("面的边线自己相交，请重新画一圈不交叉的边线。") if "Self-intersection" in why
                    else _("图形不成立，请重新画。"))
    if found.geom_type == "LineString" and found.length == 0:
        raise fault(_("线的两端是同一点，请重新画。"))


def metres_of(told: Any) -> float:
    """A distance. Raises Refused."""
    try:
        metres = float(str(told))
    except ValueError:
        metres = math.nan
    if not 1 <= metres <= MOST_METRES:
        raise fault(_("距离应在 1 到 {most} 米之间。").format(most=f"{MOST_METRES:,}"))
    return metres


def grown(found: shapely.Geometry, metres: float) -> Box:
    """The bounds of a shape with so many metres around it."""
    west, south, east, north = found.bounds
    plane = Plane.at((west + east) / 2, (south + north) / 2)
    across, up = metres / max(plane.east, 1.0), metres / plane.north
    return Box(max(west - across, -180), max(south - up, -85.05), min(east + across, 180), min(north + up, 85.05))
