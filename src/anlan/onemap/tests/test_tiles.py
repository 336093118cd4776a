"""Tiles: single things close up, true counts far out, in the reader's scope, as of a day; faults are sentences."""

import json
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from anlan.hazards.models import Hazard
from anlan.kernel import instance
from anlan.kernel.refusals import Refused
from anlan.onemap import tiles
from anlan.patrols import handbook
from anlan.patrols.models import Round
from anlan.patrols.rounds import plan_rounds
from anlan.people.testing import CAST, NOON
from anlan.toolkit.indicators import INDICATORS
from anlan.toolkit.layers import LAYERS
from anlan.toolkit.registers import REGISTERS

from .decode import layers, things

pytestmark = pytest.mark.django_db
PAST = NOON - timedelta(days=20)


@pytest.fixture
def hazard(place, walk):
    def found(unit, when=NOON, grid="G111"):
        matter, uid = uuid4(), uuid4()
        who = "community" if grid.startswith("G11") else "street2"
        walk("matter", matter, "open", who, when, what="楼道堆物", premises=str(unit.uid))
        walk("hazard", uid, "find", who, when, matter=str(matter), what="灭火器过期")
        return Hazard.objects.get(uid=uid)

    return found


def test_close_up_a_thing_stands_with_its_name_level_and_state(reader, at, shop, caught_up):
    unit = shop(name="百瑞景小馆")
    (told,) = things(reader("warden"), "premises", at(16))
    x, y = told.pop("geometry")[0][1:]
    assert told == {"uid": str(unit.uid), "title": "百瑞景小馆", "family": "live", "level": "ungraded", "kind": 1}
    assert 0 <= x < 4096 and 0 <= y < 4096


def test_far_out_there_is_a_true_count_at_the_middle_of_what_it_counts(reader, at, shop, caught_up):
    for grid in ("G111", "G111", "G112"):
        shop(grid)
    caught_up()
    (told,) = things(reader("street"), "premises", at(8))
    assert (told["n"], "uid" in told) == (3, False)


def test_what_is_not_yet_counted_far_out_is_there_close_up(reader, at, shop):
    shop()
    assert (things(reader("street"), "premises", at(8)), len(things(reader("street"), "premises", at(16)))) == ([], 1)


def test_a_street_counts_its_own_and_the_district_both(reader, at, shop, caught_up):
    for grid in ("G111", "G121", "G211", "G212"):
        shop(grid)
    caught_up()
    told = {who: sum(t["n"] for t in things(reader(who), "premises", at(8))) for who in ("warden", "street", "street2", "director")}
    assert told == {"warden": 1, "street": 2, "street2": 2, "director": 4}


@pytest.mark.parametrize("z", [5, 11, 14, 17])
def test_every_zoom_tells_what_the_registers_selector_tells_to_each_of_the_cast(place, reader, at, shop, hazard, caught_up, z):
    """Counts and single things, of all layers, against the rows that the selector gives."""
    for grid in ("G111", "G111", "G112", "G211", "G221"):
        hazard(shop(grid), grid=grid) if grid in ("G111", "G211") else shop(grid)
    caught_up()
    for who in ("warden", "community", "street", "street2", "unit", "director", "sysadmin", "gas"):
        client, actor = reader(who), place.actor(who)
        for name, (layer, register) in LAYERS.items():
            if name in ("pumps",) or layer.day:
                continue
            shown = tiles.Shown(layer, register)
            rows = register.seen_by(actor, NOON).filter(**{f"{layer.point}__isnull": False}, state__in=[
                s for f in shown.usual for s in shown.families[f]])
            found = {where: things(client, name, where) for where in {at(z, g) for g in ("G111", "G112", "G211", "G221")}}
            assert sum(t.get("n", 1) for told in found.values() for t in told) == rows.count(), (who, name, z)


def test_a_filter_the_counts_do_not_know_groups_the_rows(reader, at, shop, caught_up):
    shop(place_type="restaurant")
    shop("G112", place_type="hotel")
    caught_up()
    told = {who: [t["n"] for t in things(reader(who), "premises", at(8), place_type="hotel")] for who in ("street", "street2", "director")}
    assert told == {"street": [1], "street2": [], "director": [1]}


def test_more_candidates_than_may_be_read_are_said_not_shown(reader, at, shop, caught_up, monkeypatch):
    for _n in range(3):
        shop()
    monkeypatch.setattr(tiles, "CANDIDATES", 2)
    (told,) = things(reader("street"), "premises", at(8), place_type="restaurant")
    assert (told["over"], "n" in told) == (1, False)


def test_many_things_close_up_are_counted_not_cut(reader, at, shop, caught_up, monkeypatch):
    for _n in range(3):
        shop()
    caught_up()
    monkeypatch.setattr(tiles, "SINGLES", 2)
    assert [[t["n"] for t in things(reader("street"), "premises", at(z))] for z in (14, 15, 16, 17, 18)] == [[3]] * 5
    assert [t.get("here") for t in things(reader("street"), "premises", at(20))] == [3, 3, 3]


def test_a_past_day_shows_what_stood_then(place, reader, at, shop, hazard, walk, caught_up):
    found = hazard(shop(), PAST)
    walk("hazard", found.uid, "register", "community", PAST + timedelta(days=1))
    walk("hazard", found.uid, "cancel", "street", PAST + timedelta(days=5), reason="重复")
    caught_up()
    client = reader("street")

    def on(days):
        return (PAST + timedelta(days=days)).date().isoformat()

    told = {days: [t["family"] for t in things(client, "hazards", at(16), on=on(days))] for days in (-1, 0, 1, 4, 5)}
    assert told == {-1: [], 0: ["early"], 1: ["early"], 4: ["early"], 5: []}
    assert [t["family"] for t in things(client, "hazards", at(16), on=on(5), state="all")] == ["done"]
    assert things(client, "hazards", at(16)) == []
    assert [t["n"] for t in things(client, "hazards", at(8), on=on(4))] == [1]


def test_a_shape_of_a_layer_is_drawn_and_simplified(place, reader, at, walk, caught_up):
    lon, lat = place.point("G111")
    line = [[lon + n * 0.00001, lat + (n % 2) * 0.0000001] for n in range(200)]
    walk("special_object", uuid4(), "create", "street", sort="gas_pipe", name="中压管", area=str(place.areas["G111"].uid),
         geometry={"type": "LineString", "coordinates": line})
    answer = reader("street").get(f"/desk/map/shapes/special_objects/{at(14)}.mvt")
    (told,) = layers(answer.content)["shapes"]
    assert (told["title"], told["kind"], told["level"], len(told["geometry"])) == ("中压管", 2, "gas_pipe", 2)
    assert layers(reader("street2").get(f"/desk/map/shapes/special_objects/{at(14)}.mvt").content)["shapes"] == []


def test_a_line_stands_on_the_days_on_which_it_was_there_whatever_has_become_of_it(place, reader, at, walk, caught_up):
    lon, lat = place.point("G111")
    uid = uuid4()
    walk("special_object", uid, "create", "street", PAST, sort="gas_pipe", name="中压管", area=str(place.areas["G111"].uid),
         geometry={"type": "LineString", "coordinates": [[lon, lat], [lon + 0.001, lat]]})
    walk("special_object", uid, "retire", "street", PAST + timedelta(days=5), reason="拆除")
    caught_up()
    client = reader("street")

    def drawn(**words):
        answer = client.get(f"/desk/map/shapes/special_objects/{at(14)}.mvt", words)
        return [(f["title"], f["family"]) for f in layers(answer.content)["shapes"]]

    days = {n: drawn(on=(PAST + timedelta(days=n)).date().isoformat()) for n in (-1, 0, 4, 5)}
    assert days == {-1: [], 0: [("中压管", "active")], 4: [("中压管", "active")], 5: []}
    assert (drawn(), drawn(state="retired"), drawn(level="elevator", state="all")) == ([], [("中压管", "retired")], [])


def test_areas_are_those_of_the_readers_ground_with_one_name_each(reader, at):
    told = layers(reader("street").get(f"/desk/map/ground/{at(14)}.mvt").content)
    names = {f["name"] for f in told["areas"]}
    assert {"东街街道", "东一社区", "东一社区一网格"} <= names and not {"西街街道", "安澜区"} & names
    only = layers(reader("street").get(f"/desk/map/ground/{at(9)}.mvt", {"level": "2"}).content)
    assert {f["name"] for f in only["areas"]} == {"东一社区", "东二社区"} == {f["name"] for f in only["names"]}


@pytest.mark.parametrize(("path", "words", "sentence"), [
    ("tiles/premises/99/0/0.mvt", {}, "地图级别应在 0 到 22 之间，现为 99。"),
    ("tiles/premises/3/9/0.mvt", {}, "没有这块地图：3/9/0。"),
    ("tiles/premises/3/0/0.mvt", {"state": "burning"}, "状态没有“burning”这一项。"),
    ("tiles/premises/3/0/0.mvt", {"level": "pink"}, "等级没有“pink”这一项。"),
    ("tiles/premises/3/0/0.mvt", {"on": "昨天"}, "日期“昨天”写法不对，应如 2021-06-25。"),
    ("tiles/premises/3/0/0.mvt", {"on": "2031-01-01"}, "日期应在 2000 年到今天（2021-06-01）之间。"),
    ("tiles/premises/3/0/0.mvt", {"age": "-3"}, "天数应在 1 到 3660 之间。"),
    ("ground/3/0/0.mvt", {"level": "7"}, "区域层级只有 0 到 3：区、街道、社区、网格。"),
    ("table", {"layers": "premises", "bbox": "1,2,3"}, "范围应写四个数：西经度、南纬度、东经度、北纬度，以逗号分开。"),
    ("table", {"layers": "premises", "bbox": "5,1,2,3"}, "范围不对：西须小于东、南须小于北，经度在 ±180、纬度在 ±90 之内。"),
    ("table", {"layers": "premises", "bbox": "nan,1,2,3"}, "范围应写四个数：西经度、南纬度、东经度、北纬度，以逗号分开。"),
    ("table", {"bbox": "1,2,3,4"}, "请选一到十二个图层。")])
def test_what_is_wrong_with_an_address_is_said_in_a_sentence(reader, path, words, sentence):
    answer = reader("street").get(f"/desk/map/{path}", words)
    assert (answer.status_code, answer.json()["error"]["sentences"]) == (400, [sentence])


def test_what_is_not_there_or_not_the_readers_looks_absent(place, reader, shop):
    client, foreign = reader("street"), shop("G211")
    asked = ["tiles/dragons/3/0/0.mvt", f"tiles/premises/3/0/0.mvt?area={place.areas['G211'].uid}",
             f"card/premises/{foreign.uid}/", f"card/premises/{uuid4()}/", "areas?indicator=nothing"]
    assert [client.get(f"/desk/map/{path}").status_code for path in asked] == [404] * 5


def square(*ring):
    return {"type": "Polygon", "coordinates": [[list(p) for p in ring]]}


BOW = square((114.301, 30.501), (114.309, 30.509), (114.309, 30.501), (114.301, 30.509), (114.301, 30.501))


@pytest.mark.parametrize(("geometry", "sentence"), [
    (BOW, "面的边线自己相交，请重新画一圈不交叉的边线。"),
    ({"type": "Point", "coordinates": [114.3, 90]}, "纬度应在 -85.05 到 85.05 之间，现为 90.0，地图画不到两极。"),
    ({"type": "Point", "coordinates": ["a", 30]}, "坐标不是有效的数。"),
    ({"type": "Circle", "coordinates": [1, 2]}, "图形只能是一个点、一条线或一个面。"),
    ({"type": "LineString", "coordinates": [[114.3, 30.5]]}, "图形的坐标写法不对：线至少两点，面至少三点并首尾相接。"),
    ({"type": "LineString", "coordinates": [[114.3, 30.5]] * 3000}, "图形的点太多（超过 2,000 个），请简化后再试。"),
    (None, "图形只能是一个点、一条线或一个面。")])
def test_a_geometry_that_cannot_be_is_refused_in_a_sentence(reader, geometry, sentence):
    body = {"geometry": geometry, "layers": "premises", "metres": 500}
    answer = reader("street").post("/desk/map/near", json.dumps(body), content_type="application/json")
    assert (answer.status_code, answer.json()["error"]["sentences"]) == (400, [sentence])


def test_ten_megabytes_are_refused_before_they_are_read(reader):
    answer = reader("street").post("/desk/map/sketch", b'{"name": "' + b"x" * 10_000_000, content_type="application/json")
    assert (answer.status_code, answer.json()["error"]["sentences"]) == (400, ["图形太大（10,000 千字节，最多 200），请简化后再试。"])


def test_what_lies_near_comes_nearest_first_with_its_metres(place, reader, shop):
    lon, lat = place.point("G111")
    shop(name="近", lon=lon + 0.001, lat=lat)
    shop(name="远", lon=lon + 0.003, lat=lat)
    shop("G211", name="外")
    body = {"geometry": {"type": "Point", "coordinates": [lon, lat]}, "layers": "premises"}
    client = reader("street")

    def ask(**more):
        told = client.post("/desk/map/near", json.dumps({**body, **more}), content_type="application/json").json()
        return [(f["title"], f["metres"]) for f in told["found"]]

    assert ask(metres=200) == [("近", 96)]
    assert ask(metres=400) == ask(nearest=2) == [("近", 96), ("远", 288)]
    assert ask(nearest=1) == [("近", 96)]


def test_what_lies_near_a_kept_sketch_is_near_any_part_of_it_and_only_for_whom_may_see_the_sketch(place, reader, shop, walk):
    lon, lat = place.point("G111")
    shop(name="旁", lon=lon + 0.002, lat=lat + 0.001)
    uid, line = uuid4(), {"type": "LineString", "coordinates": [[lon, lat], [lon + 0.002, lat]]}
    walk("sketch", uid, "draw", "street", name="管道", geometry=line, shared=False)
    ask = {"around": f"sketches:{uid}", "layers": "premises", "metres": 150}

    def told(who, **more):
        return reader(who).post("/desk/map/near", json.dumps({**ask, **more}), content_type="application/json")

    assert [(f["title"], f["metres"]) for f in told("street").json()["found"]] == [("旁", 111)]
    for who, asked in (("director", {}), ("street", {"around": f"sketches:{uuid4()}"}), ("street", {"around": "premises:x"})):
        assert (told(who, **asked).status_code, told(who, **asked).json()["error"]["sentences"]) == (404, ["没有找到"])


def test_a_layers_figure_counts_what_the_layer_shows(db):
    named = {name: layer.figure for name, (layer, _register) in LAYERS.items() if layer.figure}
    assert {name: INDICATORS[id].kind for name, id in named.items()} == {name: LAYERS[name][1].kind for name in named}
    assert named["hazards"] == "haz-standing"


def test_the_table_lists_what_stands_in_the_box_and_nothing_else(place, reader, shop):
    lon, lat = place.point("G111")
    inside = shop(name="里")
    shop("G112", name="外")
    words = {"layers": "premises", "bbox": f"{lon - 0.002},{lat - 0.002},{lon + 0.002},{lat + 0.002}"}
    text = reader("street").get("/desk/map/table", words).content.decode()
    assert (f"/desk/premises/{inside.uid}/" in text, "里" in text, "外" in text, "图上 1 件" in text) == (True, True, False, True)


def test_a_sketch_is_kept_and_seen_by_who_drew_it_then_by_the_ground_it_is_shared_with(place, reader, walk):
    lon, lat = place.point("G111")
    body = {"name": "警戒区", "geometry": square((lon, lat), (lon + 0.001, lat), (lon, lat + 0.001), (lon, lat))}
    kept = reader("community").post("/desk/map/sketch", json.dumps(body), content_type="application/json")
    assert kept.status_code == 201, kept.content.decode()

    def seen():
        return [who for who in ("warden", "community", "street", "street2", "director")
                if reader(who).get(f"/desk/sketches/{kept.json()['uid']}/").status_code == 200]

    assert seen() == ["community"]
    walk("sketch", UUID(kept.json()["uid"]), "share", "community")
    assert seen() == ["warden", "community", "street", "director"]


def test_a_sketch_on_foreign_ground_is_refused(place, reader):
    lon, lat = place.point("G211")
    body = {"name": "点", "geometry": {"type": "Point", "coordinates": [lon, lat]}}
    answer = reader("community").post("/desk/map/sketch", json.dumps(body), content_type="application/json")
    assert (answer.status_code, answer.json()["error"]["sentences"]) == (400, ["标绘须落在自己的责任区内"])


def test_an_indicator_by_area_adds_up_to_the_figure_of_the_ground(place, reader, shop, hazard, caught_up):
    for grid in ("G111", "G112", "G211"):
        hazard(shop(grid), grid=grid)
    caught_up()
    told = {level: reader("director").get("/desk/map/areas", {"indicator": "haz-standing", "level": level}).json() for level in (1, 2, 3)}
    assert {level: {a["name"]: a["value"] for a in drawn["areas"] if a["value"]} for level, drawn in told.items()} == {
        1: {"东街街道": 2, "西街街道": 1}, 2: {"东一社区": 2, "西一社区": 1},
        3: {"东一社区一网格": 1, "东一社区二网格": 1, "西一社区一网格": 1}}
    mine = reader("street").get("/desk/map/areas", {"indicator": "haz-standing", "level": 1}).json()
    assert [a["name"] for a in mine["areas"]] == ["东街街道"]


def test_folds_and_marks_colour_alike(place, reader, shop, hazard, caught_up):
    from anlan.onemap import choropleth as c  # noqa: PLC0415

    hazard(shop(), PAST)
    hazard(shop("G211"), NOON, grid="G211")
    caught_up()
    actor, day = place.actor("director"), (NOON - timedelta(days=1)).date()
    for name in ("haz-standing", "haz-standing-major"):
        folded = c.choropleth(name, actor=actor, at=NOON, level=1, on=day)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(c, "folds_are_current", lambda: False)
            marked = c.choropleth(name, actor=actor, at=NOON, level=1, on=day)
        assert (folded.areas, folded.source, marked.source) == (marked.areas, "folds", "marks"), name


def test_what_has_not_happened_is_coloured_from_marks_as_no_sum_knows_it(place, shop, walk, caught_up):
    from anlan.onemap import choropleth as c  # noqa: PLC0415

    handbook.load()
    seen, unseen = shop(), shop("G211")
    walk("visit", uuid4(), "drop_in", "warden", PAST, premises=str(seen.uid), result="normal")
    caught_up()
    told = c.choropleth("grd-unchecked", actor=place.actor("director"), at=NOON, level=1, on=(NOON - timedelta(days=1)).date())
    assert ({a.name: a.value for a in told.areas}, told.source, unseen.state) == ({"东街街道": 0, "西街街道": 1}, "marks", "active")


def test_what_was_put_right_later_does_not_colour_the_day_before(place, shop, walk, caught_up):
    from anlan.onemap import choropleth as c  # noqa: PLC0415

    unit, found = shop(), {"uid": str(uuid4()), "matter": str(uuid4()), "item": "CY09", "what": "", "before": ["a" * 64]}
    handbook.load()
    walk("visit", uuid4(), "drop_in", "street", PAST, premises=str(unit.uid), result="hazards", finds=[found],
         signature=["c" * 64], signer="陈某")
    walk("hazard", UUID(found["uid"]), "self_check", "community", NOON, fixed_what="已清理", fixer_name="陈某",
         photos=["b" * 64])
    walk("hazard", UUID(found["uid"]), "plan_review", "street", NOON)
    walk("hazard", UUID(found["uid"]), "pass_review", "officer1", NOON, opinion="属实")
    caught_up()
    rates = {day: c.choropleth("haz-rate", actor=place.actor("director"), at=NOON + timedelta(hours=1), level=1, on=day)
             for day in (PAST.date(), NOON.date())}
    assert {day: {a.name: a.value for a in told.areas if a.value is not None} for day, told in rates.items()} == {
        PAST.date(): {"东街街道": 0}, NOON.date(): {"东街街道": 100}}


def test_a_search_finds_areas_and_things_with_where_they_lie(place, reader, shop):
    shop(name="百瑞景小馆")
    shop("G211", name="百瑞景分店")
    found = reader("street").get("/desk/map/find", {"q": "百瑞景"}).json()["found"]
    assert [(f["title"], f["layer"]) for f in found] == [("百瑞景小馆", "premises")]
    (area, *_rest) = reader("street").get("/desk/map/find", {"q": "东一社区"}).json()["found"]
    assert (area["title"], area["bounds"]) == ("东一社区", [114.3, 30.5, 114.31, 30.52])


def test_every_layer_can_be_asked_by_each_of_its_signs(reader, at):
    client = reader("director")
    for name in set(LAYERS) - {"pumps"}:
        shown = tiles.Shown(*LAYERS[name])
        for value, word in shown.colour_choices:
            assert word and things(client, name, at(12), level=value) == []


def test_a_registers_level_is_the_level_of_its_marks():
    """A filter by level asks the counts for what it asks the rows for."""
    levelled = {name for name in LAYERS if tiles.Shown(*LAYERS[name]).levelled}
    assert {"premises", "hazards", "risk_points"} <= levelled and "matters" not in levelled
    assert instance.zone() and REGISTERS and CAST


def test_wardens_stand_where_their_last_visit_of_today_was_and_without_one_nowhere(place, reader, at, shop, walk):
    """In the reader's ground only, and for today only: no place is told beyond the visits themselves."""
    handbook.load()
    visited = shop(name="小店")
    plan_rounds([place.posts["warden"]], NOON.date(), actor=place.actor("street"), at=NOON - timedelta(hours=3))
    assert (Round.objects.count(), things(reader("street"), "wardens", at(16))) == (1, [])
    walk("visit", uuid4(), "drop_in", "warden", NOON, premises=str(visited.uid), result="normal", finds=[], answers={},
         signature=["c" * 64], signer="陈某")
    (warden,) = things(reader("street"), "wardens", at(16))
    assert warden["title"].endswith("· 12:00 小店")
    assert things(reader("street2"), "wardens", at(16)) == []
    assert things(reader("street"), "wardens", at(16), on="2021-05-31") == []


@pytest.fixture
def pipe(place, walk):
    """A gas pipe that runs east for two kilometres from the middle of a grid; its sign stands far off."""
    lon, lat = place.point("G111")
    uid = uuid4()
    walk("special_object", uid, "create", "street", sort="gas_pipe", name="中压管", area=str(place.areas["G111"].uid),
         geometry={"type": "LineString", "coordinates": [[lon, lat], [lon + 0.02, lat]]})
    return uid


def test_a_line_is_near_and_in_view_with_any_part_of_it(place, reader, pipe):
    lon, lat = place.point("G111")
    client = reader("street")

    def near(north):
        body = {"geometry": {"type": "Point", "coordinates": [lon + 0.001, lat + north]}, "layers": "special_objects", "metres": 200}
        told = client.post("/desk/map/near", json.dumps(body), content_type="application/json").json()
        return [(f["title"], f["metres"]) for f in told["found"]]

    def listed(who, north):
        words = {"layers": "special_objects", "bbox": f"{lon - 0.001},{lat + north - 0.001},{lon + 0.001},{lat + north + 0.001}"}
        return "中压管" in reader(who).get("/desk/map/table", words).content.decode()

    assert (near(0.001), near(0.002)) == ([("中压管", 111)], [])
    assert [listed("street", 0), listed("street", 0.002), listed("street2", 0)] == [True, False, False]


def test_a_pipe_that_cannot_be_drawn_is_refused_in_a_sentence(place, walk):
    for shape, sentence in ((BOW, "面的边线自己相交"), ({"type": "LineString", "coordinates": [[114.3, 30.5]]}, "线至少两点"),
                            ({"type": "LineString", "coordinates": [[114.3, "x"], [1, 2]]}, "图形的坐标写法不对"),
                            ({"type": "LineString", "coordinates": [[114.3, 930.5], [114.3, 30.5]]}, "图形的坐标写法不对")):
        with pytest.raises(Refused, match=sentence):
            walk("special_object", uuid4(), "create", "street", sort="gas_pipe", name="中压管", area=str(place.areas["G111"].uid),
                 geometry=shape)
