"""Coordinates at the door: every point is stored as WGS-84 degrees, longitude first.

CGCS2000 differs from WGS-84 by centimetres and counts as equal; GCJ-02 and BD-09 are shifted by law and
are converted once, where they come in (domain.md 12.5 [sure]).
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable
from typing import NamedTuple

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

EARTH_RADIUS_M = 6_371_008.8
POINT_DIGITS = 6
_KRASOVSKY_AXIS_M = 6_378_245.0
_KRASOVSKY_ECCENTRICITY = 0.00669342162296594323
_BD_TURN = math.pi * 3000 / 180


class Datum(TextChoices):
    """The coordinate system a point came in."""

    WGS84 = "wgs84", gettext_lazy("WGS-84（卫星定位、手机）")
    CGCS2000 = "cgcs2000", gettext_lazy("CGCS2000（国家大地坐标、天地图）")
    GCJ02 = "gcj02", gettext_lazy("GCJ-02（高德、腾讯地图）")
    BD09 = "bd09", gettext_lazy("BD-09（百度地图）")


class Point(NamedTuple):
    """Degrees."""

    lon: float
    lat: float


class Box(NamedTuple):
    """A rectangle in degrees, used to warn, never to refuse."""

    west: float
    south: float
    east: float
    north: float

    def holds(self, lon: float, lat: float) -> bool:
        return self.west <= lon <= self.east and self.south <= lat <= self.north

    def grown(self, degrees: float) -> Box:
        return Box(self.west - degrees, self.south - degrees, self.east + degrees, self.north + degrees)


CHINA = Box(72.004, 0.8293, 137.8347, 55.8271)


def gcj02_from_wgs84(lon: float, lat: float) -> Point:
    """The legal offset of internet maps in China; outside China nothing is shifted."""
    if not CHINA.holds(lon, lat):
        return Point(lon, lat)
    east, north = _offset_metres(lon - 105, lat - 35)
    latitude = math.radians(lat)
    curve = 1 - _KRASOVSKY_ECCENTRICITY * math.sin(latitude) ** 2
    meridian = _KRASOVSKY_AXIS_M * (1 - _KRASOVSKY_ECCENTRICITY) / curve**1.5
    parallel = _KRASOVSKY_AXIS_M / math.sqrt(curve) * math.cos(latitude)
    return Point(lon + math.degrees(east / parallel), lat + math.degrees(north / meridian))


def wgs84_from_gcj02(lon: float, lat: float) -> Point:
    return _undo(gcj02_from_wgs84, lon, lat)


def bd09_from_gcj02(lon: float, lat: float) -> Point:
    """Baidu's second offset on top of GCJ-02."""
    radius = math.hypot(lon, lat) + 0.00002 * math.sin(lat * _BD_TURN)
    angle = math.atan2(lat, lon) + 0.000003 * math.cos(lon * _BD_TURN)
    return Point(radius * math.cos(angle) + 0.0065, radius * math.sin(angle) + 0.006)


def gcj02_from_bd09(lon: float, lat: float) -> Point:
    return _undo(bd09_from_gcj02, lon, lat)


def bd09_from_wgs84(lon: float, lat: float) -> Point:
    return bd09_from_gcj02(*gcj02_from_wgs84(lon, lat))


def wgs84_from_bd09(lon: float, lat: float) -> Point:
    return wgs84_from_gcj02(*gcj02_from_bd09(lon, lat))


def _same(lon: float, lat: float) -> Point:
    return Point(lon, lat)


Conversion = Callable[[float, float], Point]
_TO_WGS84: dict[str, Conversion] = {
    Datum.WGS84: _same,
    Datum.CGCS2000: _same,
    Datum.GCJ02: wgs84_from_gcj02,
    Datum.BD09: wgs84_from_bd09,
}
_FROM_WGS84: dict[str, Conversion] = {
    Datum.WGS84: _same,
    Datum.CGCS2000: _same,
    Datum.GCJ02: gcj02_from_wgs84,
    Datum.BD09: bd09_from_wgs84,
}


def to_wgs84(lon: float, lat: float, datum: str) -> Point:
    """Degrees in `datum` → WGS-84 degrees. ValueError for an unknown datum."""
    return _conversion(_TO_WGS84, datum)(lon, lat)


def from_wgs84(lon: float, lat: float, datum: str) -> Point:
    """WGS-84 degrees → degrees in `datum`. ValueError for an unknown datum."""
    return _conversion(_FROM_WGS84, datum)(lon, lat)


def _conversion(table: dict[str, Conversion], datum: str) -> Conversion:
    if datum not in table:
        raise ValueError(_("不认识的坐标系：%(datum)s。") % {"datum": datum})
    return table[datum]


def metres_between(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    """Great-circle distance in metres (haversine on the mean sphere, error below 0.6 %)."""
    south, north = math.radians(lat), math.radians(other_lat)
    half = math.sin((north - south) / 2) ** 2
    half += math.cos(south) * math.cos(north) * math.sin(math.radians(other_lon - lon) / 2) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(half)))


def looks_swapped(lon: float, lat: float, box: Box = CHINA) -> bool:
    """True where the point makes no sense as given but does with its two numbers exchanged."""
    return not box.holds(lon, lat) and box.holds(lat, lon)


def point_faults(lon: float, lat: float, box: Box = CHINA) -> list[str]:
    """Why the point cannot be taken; empty when it can."""
    if not (math.isfinite(lon) and math.isfinite(lat)):
        return [_("坐标不是有效的数。")]
    if looks_swapped(lon, lat, box):
        return [_swapped_sentence(lon, lat)]
    if max(abs(lon), abs(lat)) > 1000:
        return [_("坐标 %(lon)s, %(lat)s 像是以米计的平面坐标，请换成经纬度。") % _shown(lon, lat)]
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        return [_("坐标 %(lon)s, %(lat)s 不是经纬度：经度到 180 度为止，纬度到 90 度为止。") % _shown(lon, lat)]
    return []


def point_warnings(lon: float, lat: float, box: Box) -> list[str]:
    """What a clerk should look at again, though the point is taken (domain.md 12.5 [likely], a warning only)."""
    if box.holds(lon, lat):
        return []
    return [_("坐标 %(lon)s, %(lat)s 不在本区附近，请核对数值和坐标系。") % _shown(lon, lat)]


def parse_point(text: str) -> Point:
    """Longitude and latitude as people write them: «114.33, 30.52», «东经114°19′48″ 北纬30°31′12″».

    Without letters the longitude comes first. ValueError with a sentence when it cannot be a point.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    numbers = [_degrees(match) for match in _NUMBER.finditer(plain)]
    if len(numbers) != 2 or _NUMBER.sub("", plain).strip(_BETWEEN):
        raise ValueError(_("看不懂坐标“%(text)s”。请写成 114.33, 30.52，先经度后纬度。") % {"text": text[:60]})
    lon, lat = _ordered(numbers, text)
    faults = point_faults(lon, lat)
    if faults:
        raise ValueError(faults[0])
    return Point(lon, lat)


_BETWEEN = " \t\r\n,，;；、()[]"
_AXES = {"东经": "E", "西经": "W", "北纬": "N", "南纬": "S", "经度": "E", "纬度": "N"}
_AXES |= {"LON": "E", "LNG": "E", "LAT": "N"}
_NUMBER = re.compile(
    r"(?P<before>东经|西经|北纬|南纬|经度|纬度|lon|lng|lat|[EWNS])?\s*[:=]?\s*"
    r"(?P<degrees>[-+]?\d{1,9}(?:\.\d{1,20})?)\s*[°º度]?\s*"
    r"(?:(?P<minutes>\d{1,2}(?:\.\d{1,20})?)\s*['′’分]\s*)?"
    r"(?:(?P<seconds>\d{1,2}(?:\.\d{1,20})?)\s*(?:[\"″”秒]|''|′′)\s*)?"
    r"(?(before)|(?P<after>[EWNS])?)",
    re.IGNORECASE,
)


class _Degrees(NamedTuple):
    value: float
    axis: str


def _degrees(match: re.Match[str]) -> _Degrees:
    degrees = float(match["degrees"])
    part = float(match["minutes"] or 0) / 60 + float(match["seconds"] or 0) / 3600
    value = math.copysign(abs(degrees) + part, degrees)
    written = (match["before"] or match["after"] or "").upper()
    axis = _AXES.get(written, written)
    return _Degrees(-value if axis in ("W", "S") else value, {"W": "E", "S": "N"}.get(axis, axis))


def _ordered(numbers: list[_Degrees], text: str) -> tuple[float, float]:
    first, second = numbers
    if first.axis and first.axis == second.axis:
        raise ValueError(_("坐标“%(text)s”里有两个经度或两个纬度。") % {"text": text[:60]})
    if first.axis == "N" or second.axis == "E":
        return second.value, first.value
    return first.value, second.value


def _swapped_sentence(lon: float, lat: float) -> str:
    return _("经度和纬度好像写反了：%(lon)s, %(lat)s。应先写经度再写纬度，即 %(lat)s, %(lon)s。") % _shown(lon, lat)


def _shown(lon: float, lat: float) -> dict[str, str]:
    return {"lon": f"{round(lon, POINT_DIGITS):.10g}", "lat": f"{round(lat, POINT_DIGITS):.10g}"}


def _offset_metres(x: float, y: float) -> tuple[float, float]:
    """East and north shift of GCJ-02 in metres, from degrees relative to 105° E 35° N."""
    both = 20 * math.sin(6 * math.pi * x) + 20 * math.sin(2 * math.pi * x)
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x))
    east += (both + _ripple(x) + 150 * math.sin(math.pi * x / 12) + 300 * math.sin(math.pi * x / 30)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x))
    north += (both + _ripple(y) + 160 * math.sin(math.pi * y / 12) + 320 * math.sin(math.pi * y / 30)) * 2 / 3
    return east, north


def _ripple(value: float) -> float:
    return 20 * math.sin(math.pi * value) + 40 * math.sin(math.pi * value / 3)


def _undo(forward: Conversion, lon: float, lat: float) -> Point:
    """The point that `forward` takes to lon, lat, to 1e-9 degrees (0.1 mm) or the best after 12 steps."""
    guess = Point(lon, lat)
    for _step in range(12):
        reached = forward(*guess)
        east, north = lon - reached.lon, lat - reached.lat
        guess = Point(guess.lon + east, guess.lat + north)
        if max(abs(east), abs(north)) < 1e-9:
            break
    return guess
