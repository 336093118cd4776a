"""What lies out of reach is reckoned by hand here: a row of plots a kilometre apart, and who would come first."""

import json
from datetime import timedelta
from math import ceil

import pytest

from anlan.people.testing import NOON, small_district
from anlan.resources.gaps import BEYOND, FAR, NEAR, Answers, Network, Plot, covered, rows_of, whole
from anlan.resources.matching import Roads, distance_km
from anlan.resources.models import RescueTeam
from anlan.resources.nights import minutes_of_night
from anlan.resources.roads import Road, RoadGraph

from .test_forces_page import enter
from .test_teams import team

WEST, LAT = 114.30, 30.50
FLAT = Roads(factor=1.0, km_per_hour=60.0)  # a kilometre is a minute
URL = "/desk/resources/gap/"


def lon(km):
    return WEST + km / (100 * distance_km(WEST, LAT, WEST + 0.01, LAT))


def plot(n, km, community="东一社区", street="东街街道", **more):
    return Plot(**{"code": f"G{n}", "name": f"{n}格", "community": community, "street": street, "lon": lon(km), "lat": LAT, "km2": 1.0,
                   "units": n, **more})


def answers(key, km, ready=0.0):
    return Answers(key, f"{key}站", lon(km), LAT, ready)


ROW = [plot(1, 0), plot(2, 5), plot(3, 9.5, km2=2.0), plot(4, 30, "西一社区", "西街街道")]


def test_each_plot_waits_for_whoever_is_first_and_lies_near_far_or_beyond():
    found = covered(ROW, [answers("甲", 0, 1), answers("乙", 10, 3)], FLAT)
    assert [(c.minutes, c.answers.key, c.step(6)) for c in found] == [(1, "甲", NEAR), (6, "甲", NEAR), (4, "乙", NEAR), (23, "乙", BEYOND)]
    assert [c.step(3) for c in found] == [NEAR, FAR, FAR, BEYOND]
    assert [(c.minutes, c.answers, c.step(240)) for c in covered(ROW, [], FLAT)] == [(None, None, BEYOND)] * 4


def test_streets_and_communities_say_how_much_of_them_is_out_of_reach():
    found = covered(ROW, [answers("甲", 0, 1)], FLAT)  # 1, 6, 11 (10.5 rounded up) and 31 minutes
    rows = rows_of(found, 6)
    told = [(r.street, r.community, r.out, r.plots, r.km2_out, r.km2, r.units_out, r.units, r.slowest.plot.name, r.slowest.minutes)
            for r in rows]
    assert told == [
        ("东街街道", "", 1, 3, 2.0, 4.0, 3, 6, "3格", 11), ("东街街道", "东一社区", 1, 3, 2.0, 4.0, 3, 6, "3格", 11),
        ("西街街道", "", 1, 1, 1.0, 1.0, 4, 4, "4格", 31), ("西街街道", "西一社区", 1, 1, 1.0, 1.0, 4, 4, "4格", 31)]
    assert [r.share for r in rows] == [0.5, 0.5, 1.0, 1.0]
    assert (whole(found, 6).out, whole(found, 6).share, whole([], 6)) == (2, 0.6, None)


def test_by_the_roads_a_detour_counts_and_whoever_is_off_them_goes_straight():
    """From 0 to 10 km there is only a road that goes round by 0.2° north; 30 km lies on no road."""
    round_by = [(lon(0), LAT), (lon(0), LAT + 0.2), (lon(9.5), LAT + 0.2), (lon(9.5), LAT)]
    network = Network(RoadGraph([Road(round_by, 60), Road([(lon(0), LAT), (lon(5), LAT)], 60, "back")]), 300)
    found = covered(ROW, [answers("甲", 0)], FLAT, network)
    way = 2 * distance_km(WEST, LAT, WEST, LAT + 0.2) + distance_km(lon(0), LAT + 0.2, lon(9.5), LAT + 0.2)
    assert [(c.minutes, c.by_road) for c in found] == [(0, True), (None, False), (ceil(way), True), (30, False)]
    off = covered(ROW, [answers("甲", 0), answers("乙", 20)], FLAT, network)
    assert [(c.minutes, c.answers.key, c.by_road) for c in off] == [
        (0, "甲", True), (15, "乙", False), (11, "乙", False), (10, "乙", False)]


@pytest.fixture
def place(district_stands, db):
    return small_district()


def test_the_night_begins_and_ends_by_the_rule(place):
    """NOON is 12:00 in the district; the night lasts from 22:00 to 06:00."""
    told = [minutes_of_night(NOON + timedelta(hours=h)) for h in (0, 9.9, 10, 12, 17.5, 18)]
    assert told == [0, 0, 480, 360, 30, 0]


def look(who="emergency", **asked):
    return enter(who).get(URL, asked)


def test_the_page_counts_grids_out_of_reach_and_by_night_only_who_is_there(place):
    """The team stands in G111 and gathers in 5 minutes. Middles of grids lie 0.01° apart: east 0.958 km, north 1.112 km."""
    lon_, lat = place.point("G111")
    held = team(place, 1, lon=lon_, lat=lat, ready_minutes=5, day_only=True)
    found = look(within=10).context["found"]
    km = {c.plot.code: distance_km(lon_, lat, c.plot.lon, c.plot.lat) for c in found.covered}
    by_hand = {code: 5 + x * 1.4 / 25 * 60 for code, x in km.items()}
    assert {c.plot.code: c.minutes for c in found.covered} == {code: ceil(round(m, 6)) for code, m in by_hand.items()}
    assert {c.plot.code for c in found.covered if c.minutes <= 10} == {"G111", "G112", "G121", "G122"}
    assert [(r.street, r.community, r.out, r.plots) for r in found.rows] == [
        ("东街街道", "", 0, 4), ("东街街道", "东一社区", 0, 2), ("东街街道", "东二社区", 0, 2),
        ("西街街道", "", 4, 4), ("西街街道", "西一社区", 2, 2), ("西街街道", "西二社区", 2, 2)]
    assert look(within=10, when="night").context["found"].whole.out == 8
    RescueTeam.objects.filter(id=held.id).update(standing="out")
    assert [look(within=10, when=w).context["found"].whole.out for w in ("day", "now")] == [4, 8]
    RescueTeam.objects.filter(id=held.id).update(standing="off", day_only=False)
    assert look(within=10).context["found"].whole.out == 8


def test_the_page_draws_its_map_and_says_what_it_was_asked(place):
    lon_, lat = place.point("G111")
    team(place, 1, lon=lon_, lat=lat, ready_minutes=5)
    page = look(kind="flood", within=10).content.decode()
    assert "防汛抢险，白天，10 分钟：8 个网格里有 4 个够不到" in page
    assert 'class="gap-near"' in page and "10分钟内到达" in page and "<title>东街抢险1队</title>" in page
    assert "路程按直线距离的 1.4 倍、时速 25 公里折算" in page and "/desk/resources/gap/csv/?kind=flood&amp;within=10" in page
    assert "8 个网格里有 8 个够不到" in look(kind="fire").content.decode()
    assert (look(within="快").status_code, look(kind="空气").status_code, look("unit").status_code) == (422, 422, 403)


def test_a_street_sees_its_own_ground_reached_by_anybodys_teams(place):
    lon_, lat = place.point("G111")
    team(place, 1, lon=lon_, lat=lat, ready_minutes=5)
    found = look("street2", within=10).context["found"]
    assert ({c.plot.code for c in found.covered}, found.whole.out) == ({"G211", "G212", "G221", "G222"}, 4)
    assert found.covered[0].answers.name == "东街抢险1队"


def test_the_map_and_the_table_go_out_as_files(place):
    lon_, lat = place.point("G111")
    team(place, 1, lon=lon_, lat=lat, ready_minutes=5)
    browser = enter("emergency")
    sheet = b"".join(browser.get(f"{URL}csv/?within=10").streaming_content).decode("utf-8-sig").splitlines()
    assert sheet[1].startswith("东街街道,合计,4,0,") and len(sheet) == 7
    drawn = json.loads(browser.get(f"{URL}geojson/?within=10").content)
    assert {f["properties"]["code"]: f["properties"]["within"] for f in drawn["features"]} == {
        "G111": True, "G112": True, "G121": True, "G122": True, "G211": False, "G212": False, "G221": False, "G222": False}
    assert browser.get(f"{URL}pdf/").status_code == 404
