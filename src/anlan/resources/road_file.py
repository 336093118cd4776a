"""Reading the GeoJSON file of roads that a bureau brings: every fault with the number of its line. Nothing is stored here."""

from __future__ import annotations

import json
import math
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from anlan.places.boundary_file import Unreadable, check_system, document_of
from anlan.places.coordinates import POINT_DIGITS, metres_between, point_faults, to_wgs84

from .roads import BACK, BOTH, FORTH, Degrees, Road, RoadGraph

MOST_BYTES, MOST_ROADS, MOST_POINTS = 40_000_000, 60_000, 500_000
SPEED_NAMES = ("speed", "maxspeed", "时速", "限速")
CLASS_NAMES = ("class", "highway", "道路等级", "等级")
WAY_NAMES = ("oneway", "单行", "单向")
NAME_NAMES = ("name", "路名", "名称")
ONE_WAY = {"yes": FORTH, "true": FORTH, "1": FORTH, "是": FORTH, "-1": BACK, "reverse": BACK, "反向": BACK}
TWO_WAY = ("", "no", "false", "0", "否", "none")
ON_FOOT = frozenset({"footway", "path", "steps", "pedestrian", "cycleway", "corridor", "bridleway", "platform", "elevator",
                     "construction", "proposed", "人行道", "步道", "自行车道", "在建"})
CLASSES = {
    "motorway": "高速公路", "trunk": "快速路", "primary": "主干路", "secondary": "次干路", "tertiary": "支路", "unclassified": "支路",
    "residential": "街巷", "living_street": "街巷", "service": "街巷", "road": "支路"}
"""What OpenStreetMap's `highway` says → the class that the rule of speeds names; its slip roads (`_link`) likewise."""
SLOWEST, FASTEST = 1.0, 150.0
HANGS_TOGETHER = 0.9


@dataclass(frozen=True)
class RoadReading:
    """With any fault nothing should be stored; warnings are for a second look."""

    roads: list[Road] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    graph: RoadGraph = field(default_factory=lambda: RoadGraph(()))

    @property
    def km(self) -> float:
        return sum(metres_between(*a, *b) for r in self.roads for a, b in pairwise(r.points)) / 1000


def read_roads(content: bytes | str, *, datum: str, speeds: Mapping[str, float]) -> RoadReading:
    """A FeatureCollection of LineStrings. speeds: km/h of a class of road, where a line does not say its own."""
    try:
        features = _features(document_of(content, MOST_BYTES))
    except Unreadable as unreadable:
        return RoadReading(faults=[str(unreadable)])
    roads, faults, left_out = [], [], Counter[str]()
    for number, feature in enumerate(features, 1):
        try:
            roads += _roads(feature, datum, speeds, left_out)
        except Unreadable as unreadable:
            faults.append(_("第 %(n)s 条路：%(fault)s") % {"n": number, "fault": unreadable})
    if not faults and sum(len(r.points) for r in roads) > MOST_POINTS:
        faults.append(_("文件里的道路超过 %(most)s 个点，请先简化或分开。") % {"most": f"{MOST_POINTS:,}"})
    if not faults and not roads:
        faults.append(_("文件里没有可以行车的道路。"))
    graph = RoadGraph(() if faults else roads)
    return RoadReading(roads, faults, list(_warnings(graph, left_out)), graph)


def _features(document: dict[str, Any]) -> list[Any]:
    check_system(document.get("crs"))
    features = document.get("features")
    if document.get("type") != "FeatureCollection" or not isinstance(features, list):
        raise Unreadable(_("文件里没有道路：应是 GeoJSON 的 FeatureCollection，每条路是一个 LineString。"))
    if len(features) > MOST_ROADS:
        raise Unreadable(_("文件里超过 %(most)s 条道路，请只留本区及周边的道路。") % {"most": f"{MOST_ROADS:,}"})
    return features


def _roads(feature: Any, datum: str, speeds: Mapping[str, float], left_out: Counter[str]) -> Iterator[Road]:
    """The lines of one feature; none where nobody drives on it."""
    told = feature.get("properties") if isinstance(feature, dict) else None
    told = told if isinstance(told, dict) else {}
    kind = str(_first(told, CLASS_NAMES) or "").strip()
    if kind.lower() in ON_FOOT:
        left_out[kind] += 1
        return
    speed, way = _speed(told, kind, speeds), _way(told)
    for line in _lines(feature):
        yield Road([_point(p, datum) for p in line], speed, way, str(_first(told, NAME_NAMES) or "")[:60])


def _first(told: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    return next((told[n] for n in names if told.get(n) not in (None, "")), None)


def _lines(feature: Any) -> list[Any]:
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    kind, held = (geometry.get("type"), geometry.get("coordinates")) if isinstance(geometry, dict) else (None, None)
    lines = [held] if kind == "LineString" else held if kind == "MultiLineString" else None
    if not isinstance(lines, list) or not all(isinstance(line, list) for line in lines):
        raise Unreadable(_("不是线，道路应是 LineString。"))
    if not all(len(line) > 1 for line in lines):
        raise Unreadable(_("线上不到两个点。"))
    return lines


def _point(told: Any, datum: str) -> Degrees:
    if not isinstance(told, list) or len(told) < 2 or not all(isinstance(x, int | float) and not isinstance(x, bool) for x in told[:2]):
        raise Unreadable(_("坐标写法有误，看不懂。"))
    lon, lat = float(told[0]), float(told[1])
    if faults := point_faults(lon, lat):
        raise Unreadable(faults[0])
    moved = to_wgs84(lon, lat, datum)
    return round(moved.lon, POINT_DIGITS), round(moved.lat, POINT_DIGITS)


def _speed(told: Mapping[str, Any], kind: str, speeds: Mapping[str, float]) -> float:
    raw = _first(told, SPEED_NAMES)
    known = CLASSES.get(kind.lower().removesuffix("_link"), kind)
    if raw is None and known in speeds:
        return float(speeds[known])
    if raw is None:
        raise Unreadable(_("没有写时速（speed），道路等级“%(kind)s”也不在规则“各级道路的行车时速”里。") % {"kind": kind[:20]} if kind
                         else _("没有写时速（speed），也没有写道路等级（class 或 highway）。"))
    try:
        found = float(str(raw).lower().removesuffix("km/h").strip())
    except ValueError:
        found = math.nan
    if not SLOWEST <= found <= FASTEST:
        raise Unreadable(_("时速“%(raw)s”看不懂，应是 %(least)s 到 %(most)s 之间的公里数。") % {
            "raw": str(raw)[:20], "least": int(SLOWEST), "most": int(FASTEST)})
    return found


def _way(told: Mapping[str, Any]) -> str:
    raw = str(_first(told, WAY_NAMES) or "").strip().lower()
    if raw in TWO_WAY:
        return BOTH
    if raw not in ONE_WAY:
        raise Unreadable(_("单行“%(raw)s”看不懂，应写 yes、no 或 -1（与画线方向相反）。") % {"raw": raw[:20]})
    return ONE_WAY[raw]


def _warnings(graph: RoadGraph, left_out: Counter[str]) -> Iterator[str]:
    if left_out:
        yield _("%(n)s 条不行车的路没有读入：%(kinds)s。") % {"n": sum(left_out.values()), "kinds": "、".join(sorted(left_out))}
    share = graph.largest_part()
    if len(graph) and share < HANGS_TOGETHER:
        said = {"share": f"{share * 100:.0f}"}
        yield _("最大的一片相连道路只占 %(share)s%%，其余各片之间不通。请核对路口处两条线是否共用一个点。") % said


# As it is kept


def packed(roads: list[Road]) -> bytes:
    """The same roads give the same bytes."""
    told = [[r.km_per_hour, r.way, [list(p) for p in r.points]] for r in roads]
    return zlib.compress(json.dumps(told, separators=(",", ":")).encode(), 6)


def unpacked(content: bytes) -> list[Road]:
    return [Road([(x, y) for x, y in points], speed, way) for speed, way, points in json.loads(zlib.decompress(content))]
