"""Reading the GeoJSON file of boundaries that a bureau brings: every fault with the number of its feature.

Nothing is stored here. What comes back is WGS-84; the importer shows faults and warnings before it commits.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from typing import Any

import shapely
from django.utils.translation import gettext as _
from shapely.geometry import shape as shape_of

from anlan.places.coordinates import Box, Datum, point_faults, point_warnings, to_wgs84
from anlan.places.geometry import Polygonal, box_of

MOST_BYTES = 50_000_000
MOST_FEATURES = 20_000
MOST_VERTICES = 50_000
REPAIR_SHARE = 0.01
DEGREE_SYSTEMS = ("CRS84", "4326", "4490")


class Unreadable(ValueError):
    """Carries the sentence that says why."""


@dataclass(frozen=True)
class Boundary:
    """One feature of the file: its properties as they came, its shape in WGS-84."""

    number: int
    properties: dict[str, Any]
    shape: Polygonal


@dataclass(frozen=True)
class BoundaryReading:
    """The file as understood. With any fault nothing should be stored; warnings are for a second look."""

    boundaries: list[Boundary] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def read_boundaries(
    content: bytes | str,
    *,
    datum: str = Datum.WGS84,
    district: Polygonal | None = None,
    most_vertices: int = MOST_VERTICES,
) -> BoundaryReading:
    """Read a GeoJSON FeatureCollection, Feature or polygon whose coordinates are in `datum`.

    `district`, where known, is the outline that the shapes should lie in: it warns of a wrong datum.
    """
    reading = BoundaryReading()
    try:
        features = _features(document_of(content))
    except Unreadable as unreadable:
        reading.faults.append(str(unreadable))
        return reading
    for number, feature in enumerate(features, start=1):
        _read_feature(number, feature, datum, most_vertices, reading)
    if district is not None and reading.boundaries:
        reading.warnings.extend(_place_warnings(reading.boundaries, district))
    return reading


def document_of(content: bytes | str, most: int = 0) -> dict[str, Any]:
    """The JSON object of a file, of at most so many bytes. Raises Unreadable."""
    most = most or MOST_BYTES
    if len(content) > most:
        raise Unreadable(_("文件超过 %(most)s MB，请先按街道拆分或简化。") % {"most": most // 1_000_000})
    try:
        text = content.decode("utf-8-sig") if isinstance(content, bytes) else content
        document = json.loads(text, parse_constant=_not_a_number)
    except UnicodeDecodeError:
        raise Unreadable(_("文件不是 UTF-8 编码的文本，请另存为 UTF-8 的 GeoJSON。")) from None
    except (json.JSONDecodeError, RecursionError):
        raise Unreadable(_("文件不是 GeoJSON，或已损坏。")) from None
    if not isinstance(document, dict):
        raise Unreadable(_("文件不是 GeoJSON，或已损坏。"))
    return document


def _not_a_number(_name: str) -> float:
    raise Unreadable(_("文件里有不是数的坐标（NaN 或无穷大）。"))


def _features(document: dict[str, Any]) -> list[Any]:
    check_system(document.get("crs"))
    kind = document.get("type")
    if kind == "Feature":
        return [document]
    if kind in ("Polygon", "MultiPolygon"):
        return [{"type": "Feature", "properties": {}, "geometry": document}]
    features = document.get("features")
    if kind != "FeatureCollection" or not isinstance(features, list):
        raise Unreadable(_("文件里没有区域：应是 GeoJSON 的 FeatureCollection。"))
    if not features:
        raise Unreadable(_("文件里一个区域也没有。"))
    if len(features) > MOST_FEATURES:
        raise Unreadable(_("文件里超过 %(most)s 个区域，请分开导入。") % {"most": MOST_FEATURES})
    return features


def check_system(system: Any) -> None:
    """Degrees are what is read. Raises Unreadable where a file says that it holds something else."""
    if system is None:
        return
    properties = system.get("properties") if isinstance(system, dict) else None
    name = str(properties.get("name", "")) if isinstance(properties, dict) else ""
    if not name.upper().endswith(DEGREE_SYSTEMS):
        said = {"name": name or _("未写明")}
        raise Unreadable(_("文件声明的坐标系是 %(name)s，请先转成 WGS-84 或 CGCS2000 的经纬度。") % said)


def _read_feature(number: int, feature: Any, datum: str, most_vertices: int, reading: BoundaryReading) -> None:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    properties = properties if isinstance(properties, dict) else {}
    place = _place(number, properties)
    try:
        raw = _raw_shape(feature, most_vertices)
        repaired = _repaired(raw, place, reading.warnings)
        reading.boundaries.append(Boundary(number, properties, moved_to_wgs84(repaired, datum)))
    except Unreadable as unreadable:
        reading.faults.append(_("%(place)s：%(fault)s") % {"place": place, "fault": unreadable})


def _place(number: int, properties: dict[str, Any]) -> str:
    label = properties.get("name") or properties.get("code")
    said = {"number": number, "label": str(label)[:30]}
    return _("第 %(number)s 个区域（%(label)s）") % said if label else _("第 %(number)s 个区域") % said


def _raw_shape(feature: Any, most_vertices: int) -> Polygonal:
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    if not isinstance(geometry, dict) or geometry.get("type") not in ("Polygon", "MultiPolygon"):
        raise Unreadable(_("不是面，边界应是 Polygon 或 MultiPolygon。"))
    try:
        shape = shapely.force_2d(shape_of(geometry))
    except (shapely.errors.ShapelyError, ValueError, TypeError, IndexError, KeyError, AttributeError):
        raise Unreadable(_("边界坐标写法有误，看不懂。")) from None
    _check_vertices(shape, most_vertices)
    return shape


def _check_vertices(shape: Polygonal, most_vertices: int) -> None:
    count = shapely.get_num_coordinates(shape)
    if count == 0:
        raise Unreadable(_("边界是空的。"))
    if count > most_vertices:
        said = {"count": f"{count:,}", "most": f"{most_vertices:,}"}
        raise Unreadable(_("边界有 %(count)s 个点，最多 %(most)s 个，请先简化。") % said)
    flat = [number for pair in shapely.get_coordinates(shape).tolist() for number in pair]
    if not all(map(math.isfinite, flat)):
        raise Unreadable(_("文件里有不是数的坐标（NaN 或无穷大）。"))
    west, south, east, north = shape.bounds
    faults = point_faults(west, south) or point_faults(east, north)
    if faults:
        raise Unreadable(faults[0])


def _repaired(shape: Polygonal, place: str, warnings: list[str]) -> Polygonal:
    """The shape without self-crossing; refused where the repair would change its area by more than 1 %."""
    if shape.is_valid:
        return shape
    valid = shapely.make_valid(shape, method="structure", keep_collapsed=False)
    if valid.is_empty or abs(valid.area - shape.area) > REPAIR_SHARE * valid.area:
        raise Unreadable(_("边界自相交，无法判断哪一边是区域，请在制图软件里修正。"))
    warnings.append(_("%(place)s：边界有自相交，已自动修正，面积变化不到 1%%。") % {"place": place})
    return valid


def moved_to_wgs84(shape: Polygonal, datum: str) -> Polygonal:
    """The shape in `datum` degrees → WGS-84 degrees."""
    if datum in (Datum.WGS84, Datum.CGCS2000):
        return shape
    moved = [to_wgs84(lon, lat, datum) for lon, lat in shapely.get_coordinates(shape).tolist()]
    return shapely.set_coordinates(shape, moved)


def _place_warnings(boundaries: list[Boundary], district: Polygonal) -> list[str]:
    box = box_of(district)
    warnings = [sentence for boundary in boundaries for sentence in _far_warnings(boundary, box)]
    suspect = None if warnings else suspected_datum(shapely.union_all([each.shape for each in boundaries]), district)
    if suspect:
        said = {"datum": suspect.label}
        warnings.append(_("这些边界整体偏移，像是 %(datum)s 的坐标。请换用这个坐标系再读一次。") % said)
    return warnings


def _far_warnings(boundary: Boundary, box: Box) -> list[str]:
    inner = boundary.shape.representative_point()
    place = _place(boundary.number, boundary.properties)
    return [
        _("%(place)s：%(fault)s") % {"place": place, "fault": sentence}
        for sentence in point_warnings(inner.x, inner.y, box)
    ]


def suspected_datum(shape: Polygonal, district: Polygonal) -> Datum | None:
    """The shifted system that would bring the shape into the district much better than as it stands.

    A guess for a warning: as it stands more than 1 % lies outside, moved it would be less than half of that.
    """
    standing = _outside_share(shape, district)
    if standing <= REPAIR_SHARE:
        return None
    moved = {datum: _outside_share(moved_to_wgs84(shape, datum), district) for datum in (Datum.GCJ02, Datum.BD09)}
    best = min(moved, key=lambda datum: moved[datum])
    return best if moved[best] < standing / 2 else None


def _outside_share(shape: Polygonal, district: Polygonal) -> float:
    return shape.difference(district).area / shape.area
