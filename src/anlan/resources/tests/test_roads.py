"""Roads are read with every fault named, and the shortest way is driven; what lies too far from any goes by the straight line."""

import json
from datetime import date
from math import inf
from types import SimpleNamespace

import pytest

from anlan.kernel.refusals import Refused
from anlan.people.testing import NOON, small_district
from anlan.places.coordinates import Datum, from_wgs84, metres_between
from anlan.resources import road_command, road_facts
from anlan.resources.matching import Roads, distance_km
from anlan.resources.models import RoadFile, RoadNetwork
from anlan.resources.road_facts import roads_between
from anlan.resources.road_file import packed, read_roads, unpacked
from anlan.resources.road_import import RoadsGiven, commit, rehearse
from anlan.resources.roads import BACK, FORTH, Road, RoadGraph, minutes_between

from .of_the_district import OfTheDistrict

A, B, C, E, ISLAND = (114.30, 30.50), (114.31, 30.50), (114.32, 30.50), (114.31, 30.51), (114.40, 30.60)
SPEEDS = {"主干路": 40, "支路": 20}
GIVEN = RoadsGiven("区路网", "规划局", "wgs84", date(2021, 1, 1))


def minutes(one, other, km_per_hour):
    return metres_between(*one, *other) / 1000 / km_per_hour * 60


def spot(key, lon, lat):
    return SimpleNamespace(key=key, lon=lon, lat=lat)


def line(*points, **told):
    drawn = {"type": "LineString", "coordinates": [list(p) for p in points]}
    return {"type": "Feature", "properties": {"speed": 30, **told}, "geometry": drawn}


def sheet(*features, **more):
    return json.dumps({"type": "FeatureCollection", "features": list(features), **more})


def read(content, datum="wgs84"):
    return read_roads(content, datum=datum, speeds=SPEEDS)


# The graph


@pytest.fixture
def graph():
    """A – B – C by a fast road, A → E → C by one-way streets, and an island."""
    return RoadGraph([Road([A, B, C], 60), Road([A, E], 20, FORTH), Road([C, E], 20, BACK), Road([ISLAND, (114.41, 30.60)], 30)])


def test_the_shortest_way_is_the_sum_of_its_pieces(graph):
    reached = graph.reach({0: 0.0})
    assert len(graph) == 6
    assert reached.minutes[2] == pytest.approx(minutes(A, B, 60) + minutes(B, C, 60))
    assert reached.minutes[3] == pytest.approx(minutes(A, E, 20))
    assert (reached.minutes[4], reached.origin) == (inf, [0, 0, 0, 0, -1, -1])


def test_a_one_way_street_is_driven_one_way(graph):
    assert graph.reach({3: 0.0}).minutes[0] == pytest.approx(minutes(E, C, 20) + minutes(C, B, 60) + minutes(B, A, 60))
    assert graph.reach({2: 0.0}).minutes[3] == pytest.approx(minutes(C, B, 60) + minutes(B, A, 60) + minutes(A, E, 20))
    assert graph.reach({3: 0.0}, backwards=True).minutes[0] == pytest.approx(minutes(A, E, 20))


def test_of_several_starts_the_first_to_arrive_is_named(graph):
    reached = graph.reach({0: 0.0, 2: 30.0})
    assert (reached.origin[1], reached.origin[2]) == (0, 0)
    assert graph.reach({0: 30.0, 2: 0.0}).origin[:3] == [2, 2, 2]


def test_a_point_goes_to_the_nearest_node_and_one_too_far_to_none(graph):
    near = (B[0] + 0.001, B[1])
    assert graph.snap(*near, within=300) == (1, pytest.approx(metres_between(*near, *B), rel=0.002))
    assert graph.snap(*near, within=90) is None
    assert RoadGraph(()).snap(*A, within=300) is None


def test_minutes_between_ends_count_the_way_to_the_road(graph):
    off = Roads(1.0, 6.0)
    near = spot("队", B[0], B[1] + 0.001)
    goes = [near, spot("岛", *ISLAND), spot("远", 114.5, 30.5), spot("无", None, None)]
    told = minutes_between(graph, goes, [spot("闸", *C)], within=300, off_road=off.straight)
    assert set(told) == {("队", "闸"), ("岛", "闸")}
    assert told["队", "闸"] == pytest.approx(distance_km(near.lon, near.lat, *B) / 6 * 60 + minutes(B, C, 60))
    assert told["岛", "闸"] == inf


# The file


def test_a_good_file_gives_roads_with_speeds_and_directions():
    done = read(sheet(line(A, B, name="中山路"), line(B, C, speed=None, highway="primary_link"), line(A, E, oneway="yes", speed="20 km/h"),
                      line(C, E, oneway=-1), line(A, C, highway="footway")))
    assert done.faults == []
    assert [(r.km_per_hour, r.way) for r in done.roads] == [(30, "both"), (40, "both"), (20, "forth"), (30, "back")]
    assert (len(done.graph), done.warnings) == (4, ["1 条不行车的路没有读入：footway。"])
    assert [(r.km_per_hour, r.way, list(r.points)) for r in unpacked(packed(done.roads))] == [
        (r.km_per_hour, r.way, list(r.points)) for r in done.roads]


def test_every_fault_is_a_sentence_with_the_number_of_its_line():
    point = {"type": "Feature", "properties": {"speed": 30}, "geometry": {"type": "Point", "coordinates": list(A)}}
    done = read(sheet(line(A, B), line(A, B, speed=None), line(A, B, speed=None, highway="小路"), line(A, B, speed="快"),
                      line(A, B, speed=900), line(A, B, oneway="也许"), point, line(A), line(A[::-1], B), line(("东", 1), (1, 2))))
    assert done.faults == [
        "第 2 条路：没有写时速（speed），也没有写道路等级（class 或 highway）。",
        "第 3 条路：没有写时速（speed），道路等级“小路”也不在规则“各级道路的行车时速”里。",
        "第 4 条路：时速“快”看不懂，应是 1 到 150 之间的公里数。",
        "第 5 条路：时速“900”看不懂，应是 1 到 150 之间的公里数。",
        "第 6 条路：单行“也许”看不懂，应写 yes、no 或 -1（与画线方向相反）。",
        "第 7 条路：不是线，道路应是 LineString。",
        "第 8 条路：线上不到两个点。",
        "第 9 条路：经度和纬度好像写反了：30.5, 114.3。应先写经度再写纬度，即 114.3, 30.5。",
        "第 10 条路：坐标写法有误，看不懂。",
    ]
    assert len(done.graph) == 0


@pytest.mark.parametrize(("content", "sentence"), [
    ("<html>", "文件不是 GeoJSON，或已损坏。"),
    (json.dumps({"type": "Polygon"}), "文件里没有道路：应是 GeoJSON 的 FeatureCollection，每条路是一个 LineString。"),
    (sheet(), "文件里没有可以行车的道路。"),
    (sheet(line(A, B), crs={"type": "name", "properties": {"name": "EPSG:2381"}}),
     "文件声明的坐标系是 EPSG:2381，请先转成 WGS-84 或 CGCS2000 的经纬度。"),
])
def test_a_file_that_is_no_road_network_says_so(content, sentence):
    assert read(content).faults == [sentence]


def test_roads_that_do_not_hang_together_are_warned_of():
    (warning,) = read(sheet(line(A, B), line(ISLAND, (114.41, 30.60)))).warnings
    assert warning == "最大的一片相连道路只占 50%，其余各片之间不通。请核对路口处两条线是否共用一个点。"


def test_too_many_lines_are_refused_before_they_are_read(monkeypatch):
    monkeypatch.setattr("anlan.resources.road_file.MOST_ROADS", 1)
    assert read(sheet(line(A, B), line(B, C))).faults == ["文件里超过 1 条道路，请只留本区及周边的道路。"]
    monkeypatch.setattr("anlan.resources.road_file.MOST_ROADS", 9)
    monkeypatch.setattr("anlan.resources.road_file.MOST_POINTS", 3)
    assert read(sheet(line(A, B), line(B, C))).faults == ["文件里的道路超过 3 个点，请先简化或分开。"]


def test_coordinates_are_turned_into_wgs84_at_the_door():
    shifted = [list(from_wgs84(*p, Datum.GCJ02)) for p in (A, B)]
    (road,) = read(sheet(line(*shifted)), Datum.GCJ02).roads
    assert max(abs(x - y) for p, q in zip(road.points, (A, B), strict=True) for x, y in zip(p, q, strict=True)) < 2e-6


# Kept, and driven on


@pytest.fixture
def place(district_stands, db):
    road_facts._graphs.clear()
    return small_district()


def network(place, n=1, actor=None, **more):
    given = RoadsGiven(**{"name": f"区路网{n}", "source": f"规划局{n}", "datum": "wgs84", "valid_from": date(2021, 1, n % 28 + 1), **more})
    reading = rehearse(sheet(line(A, (114.31, 30.5 + n / 1000))), given)
    return RoadNetwork.objects.get(uid=commit(reading, given, actor=actor or place.actor("emergency"), at=NOON))


class TestRoadNetworks(OfTheDistrict):
    slug, formula_input, one = "roads", "name", staticmethod(network)


def test_the_newest_network_in_force_tells_the_minutes_and_the_rest_goes_straight(place):
    goes, to = spot("队", *A), spot("闸", *C)
    assert roads_between([goes], [to], NOON.date()) == Roads(1.4, 25.0)
    commit(rehearse(sheet(line(A, B, C, speed=60)), GIVEN), GIVEN, actor=place.actor("emergency"), at=NOON)
    later = RoadsGiven("明年路网", "规划局", "wgs84", date(2022, 1, 1))
    commit(rehearse(sheet(line(A, C, speed=5)), later), later, actor=place.actor("emergency"), at=NOON)
    road_facts._graphs.clear()
    told = roads_between([goes, spot("远", 114.5, 30.5)], [to], NOON.date())
    assert (told.network, set(told.minutes)) == ("区路网", {("队", "闸")})
    assert told.between(goes, to) == pytest.approx(minutes(A, B, 60) + minutes(B, C, 60))
    assert told.between(spot("远", 114.5, 30.5), to) == pytest.approx(distance_km(114.5, 30.5, *C) * 1.4 / 25 * 60)
    assert (told.way(goes, to), told.way(spot("远", 114.5, 30.5), to)) == ([("路程", "按路网")], [("路程", "按直线折算")])


def test_only_the_bureau_brings_roads_in_and_a_faulty_file_keeps_nothing(place):
    reading = rehearse(sheet(line(A, B)), GIVEN)
    with pytest.raises(Refused, match="道路网由应急管理部门导入和撤回"):
        commit(reading, GIVEN, actor=place.actor("street"), at=NOON)
    with pytest.raises(Refused, match="没有写时速"):
        commit(rehearse(sheet(line(A, B, speed=None)), GIVEN), GIVEN, actor=place.actor("emergency"), at=NOON)
    assert RoadNetwork.objects.count() == 0
    assert commit(reading, GIVEN, actor=place.actor("emergency"), at=NOON)
    assert RoadFile.objects.count() == 1


def test_the_command_rehearses_then_brings_in(place, tmp_path, capsys):
    file = tmp_path / "路网.geojson"
    file.write_text(sheet(line(A, B)), encoding="utf-8")
    assert road_command.main([str(file), "--dry-run"]) == 0
    assert (capsys.readouterr().out.strip(), RoadNetwork.objects.count()) == ("1条道路，1.0公里；检查通过，没有导入", 0)
    assert road_command.main([str(file), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["kept"] is True
    assert RoadNetwork.objects.get().name == "路网"
    file.write_text(sheet(line(A, B, speed=None)), encoding="utf-8")
    assert road_command.main([str(file)]) == 1
    assert capsys.readouterr().out.strip().endswith("有1处要改正，没有导入")
    assert road_command.main([str(tmp_path / "没有")]) == 2
