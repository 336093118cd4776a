"""Vector tiles (MVT 2.1) written by hand: points, lines and areas with text and whole-number attributes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import shapely

EXTENT = 4096
MEDIA_TYPE = "application/vnd.mapbox-vector-tile"
POINT, LINE, AREA = 1, 2, 3
MOVE_TO, LINE_TO, CLOSE = 1, 2, 7
Value = str | int
Pixels = Sequence[tuple[int, int]]


class Feature(NamedTuple):
    """geometry: the commands of one shape in tile units; properties: attributes by name, empty ones left out."""

    kind: int
    geometry: list[int]
    properties: Mapping[str, Value]


def layer(name: str, features: Iterable[Feature]) -> bytes:
    """One layer of a tile; a tile is the layers one after the other."""
    keys: dict[str, int] = {}
    values: dict[Value, int] = {}
    body = bytearray(b"\x78\x02")
    _text(0x0A, name, body)
    for feature in features:
        _field(0x12, _feature(feature, keys, values), body)
    for key in keys:
        _text(0x1A, key, body)
    for value in values:
        _field(0x22, _value(value), body)
    body.append(0x28)
    _varint(EXTENT, body)
    out = bytearray()
    _field(0x1A, body, out)
    return bytes(out)


def _feature(feature: Feature, keys: dict[str, int], values: dict[Value, int]) -> bytearray:
    tags, geometry, out = bytearray(), bytearray(), bytearray()
    for name, value in feature.properties.items():
        if value != "" and value is not None:
            _varint(keys.setdefault(name, len(keys)), tags)
            _varint(values.setdefault(value, len(values)), tags)
    for number in feature.geometry:
        _varint(number, geometry)
    _field(0x12, tags, out)
    out += bytes((0x18, feature.kind))
    _field(0x22, geometry, out)
    return out


def _value(value: Value) -> bytearray:
    out = bytearray()
    if isinstance(value, int):
        out.append(0x30)
        _varint(_zigzag(value), out)
    else:
        _text(0x0A, value, out)
    return out


def _text(tag: int, text: str, out: bytearray) -> None:
    _field(tag, text.encode(), out)


def _field(tag: int, payload: bytes | bytearray, out: bytearray) -> None:
    out.append(tag)
    _varint(len(payload), out)
    out += payload


def _varint(number: int, out: bytearray) -> None:
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)


def _zigzag(number: int) -> int:
    return number << 1 ^ number >> 63


# Shapes


def point(x: int, y: int) -> list[int]:
    """The geometry of a point at tile units."""
    return [MOVE_TO | 1 << 3, _zigzag(x), _zigzag(y)]


def shape(geometry: shapely.Geometry) -> tuple[int, list[int]] | None:
    """Kind and geometry of a line or an area in tile units (y downwards); None where nothing is left of it."""
    parts = shapely.get_parts(geometry).tolist()
    areas = [p for p in parts if p.geom_type == "Polygon"]
    if areas:
        return _drawn(AREA, [ring for p in areas for ring in _rings(p)], 3)
    lines = [list(p.coords) for p in parts if p.geom_type in ("LineString", "LinearRing")]
    return _drawn(LINE, lines, 2) if lines else None


def _rings(polygon: shapely.Polygon) -> list[Sequence[tuple[float, float]]]:
    """The outer ring first, clockwise on the screen; holes the other way round, as the format asks."""
    right = shapely.geometry.polygon.orient(polygon, sign=1.0)
    return [list(right.exterior.coords), *(list(hole.coords) for hole in right.interiors)]


def _drawn(kind: int, lines: Iterable[Sequence[tuple[float, float]]], least: int) -> tuple[int, list[int]] | None:
    out: list[int] = []
    x = y = 0
    for line in lines:
        pixels = _whole(line)
        if kind == AREA and pixels and pixels[0] == pixels[-1]:
            pixels = pixels[:-1]
        if len(pixels) < least:
            continue
        for n, (px, py) in enumerate(pixels):
            if n < 2:
                out.append(MOVE_TO | 1 << 3 if n == 0 else LINE_TO | len(pixels) - 1 << 3)
            out += (_zigzag(px - x), _zigzag(py - y))
            x, y = px, py
        if kind == AREA:
            out.append(CLOSE | 1 << 3)
    return (kind, out) if out else None


def _whole(line: Sequence[tuple[float, float]]) -> list[tuple[int, int]]:
    """Rounded to tile units, without repeats."""
    pixels: list[tuple[int, int]] = []
    for x, y, *_height in line:
        pixel = round(x), round(y)
        if not pixels or pixels[-1] != pixel:
            pixels.append(pixel)
    return pixels
