"""The one map in a real browser: drawn by software, picked, filtered, walked back, listed, by mouse and by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from anlan.hazards.indicators import OPEN
from anlan.hazards.models import Hazard
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.follow import follow_all
from anlan.kernel.instance import set_clock
from anlan.kernel.journal import seal_all
from anlan.onemap import tiles
from anlan.people.testing import NOON
from anlan.toolkit.ui.tests.browser import violations
from tests.journeys.lives import LAST, live
from tests.served import a_house, enter
from tests.world import World, a_world

pytestmark = [pytest.mark.django_db, pytest.mark.browser]
SETTLED = 30_000
READERS = ("street", "director", "community")


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[World]:
    with a_world(tmp_path_factory.mktemp("home"), django_db_blocker) as made:
        made.standing = [Hazard.objects.filter(area__code=side.cast["grid"], state__in=OPEN).count() for side in (made.east, made.west)]
        yield made


@pytest.fixture(scope="module")
def house(world) -> Iterator[tuple[Browser, str, dict[str, Client]]]:
    clients = {who: world.sign_in(who) for who in READERS}  # before the server: later the connection is its own
    with a_house() as found:
        yield *found, clients


@pytest.fixture
def look(world, house):
    """look(who, path, width) → the page, once the map has settled; what the browser complains about fails the test.

    Drawn by software with half a dot a pixel and without flights, unless the page is looked at as it is: most of the time was paint.
    """
    opened, complaints = [], []

    def do(who: str, path: str = "/desk/map/", width: int = 1440, height: int = 900, trust: bool = False, flies: bool = False) -> Page:
        browser, origin, clients = house
        more = {} if trust else {"device_scale_factor": 0.5, "reduced_motion": None if flies else "reduce"}
        context = enter(browser, origin, clients[who], width, height, trust=trust, **more)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
        opened.append(context)
        page.goto(path)
        settled(page)
        return page

    yield do
    for context in opened:
        context.close()
    assert complaints == []


QUIET = """() => !!window.anlanMap && anlanMap.loaded() && anlanMap.areTilesLoaded()
  && Number(document.querySelector('[data-map], [data-wall]').dataset.settled || 0) > 0"""


def settled(page: Page) -> None:
    """Nothing is being fetched or drawn any more. Asked from here: the content policy lets no text become a script."""
    for _turn in range(SETTLED // 100):
        page.wait_for_timeout(100)
        if page.evaluate(QUIET):
            return
    pytest.fail(f"the map did not settle: {page.inner_text('main')[:300]}")


def comes_true(page: Page, said: str) -> None:
    """Looks again and again, from here as well."""
    for _turn in range(SETTLED // 50):
        page.wait_for_timeout(50)
        if page.evaluate(said):
            return
    pytest.fail(f"never came true: {said}")


def drawn(page: Page, layer: str) -> list[dict]:
    return page.evaluate(f"anlanMap.queryRenderedFeatures({{layers: ['{layer}']}}).map(f => f.properties)")


def close_up(world: World, **more: str) -> str:
    lon, lat = world.place.point("G111")
    return "/desk/map/?" + "&".join([f"c={lon},{lat}", "z=16", *(f"{k}={v}" for k, v in more.items())])


def test_a_street_sees_its_ground_its_units_and_what_the_boundaries_are(look):
    page = look("street")
    (unit,) = {f["title"] for f in drawn(page, "premises-singles")}
    assert unit == "丹桂小馆"
    assert {a["name"] for a in drawn(page, "edges")} >= {"东街街道", "东一社区", "东二社区"}
    assert not {a["name"] for a in drawn(page, "edges")} & {"西街街道", "西一社区"}
    assert "边界为生成，不是法定界线" in page.inner_text(".map-source")


def test_far_out_stand_true_counts_and_a_click_goes_nearer(world, look):
    lon, lat = world.place.point("G111")
    page = look("director", f"/desk/map/?c={lon},{lat}&z=9&layers=hazards", flies=True)
    assert sum(c["n"] for c in drawn(page, "hazards-clusters")) == sum(world.standing)
    page.mouse.click(*middle(page))
    comes_true(page, "anlanMap.getZoom() > 9.5")


def middle(page: Page) -> tuple[float, float]:
    box = page.locator("[data-map-canvas]").bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_a_click_opens_the_card_the_address_keeps_it_and_back_closes_it(world, look):
    page = look("street", close_up(world, layers="premises"))
    page.mouse.click(*middle(page))
    page.wait_for_selector("[data-map-card] h2")
    assert page.inner_text("[data-map-card] h2") == "丹桂招牌"
    assert f"at=premises:{world.east.rows['premises']}" in page.url
    page.go_back()
    page.wait_for_selector("[data-map-card]", state="hidden")
    page.go_forward()
    page.wait_for_selector("[data-map-card] h2")


def test_by_keyboard_the_middle_is_picked_and_escape_returns_to_the_map(world, look):
    page = look("street", close_up(world, layers="premises"))
    page.focus(".maplibregl-canvas")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-map-card] h2")
    page.keyboard.press("Escape")
    page.wait_for_selector("[data-map-card]", state="hidden")
    assert page.evaluate("document.activeElement.className").startswith("maplibregl-canvas")


def test_what_is_done_from_the_card_comes_back_to_the_same_view(world, look):
    page = look("street", close_up(world, layers="premises", at=f"premises:{world.east.rows['premises']}"))
    page.wait_for_selector("[data-map-card] .moves-list a")
    link = page.get_attribute("[data-map-card] .moves-list a", "href")
    assert "_next=%2Fdesk%2Fmap%2F%3Fc%3D" in link
    page.click("[data-map-card] .moves-list a")
    page.wait_for_selector("form input[name=_next]", state="attached")
    assert page.input_value("form input[name=_next]").startswith("/desk/map/?c=")


def test_a_filter_narrows_the_map_and_stands_in_the_address(world, look):
    page = look("street", close_up(world, layers="hazards"))
    assert len(drawn(page, "hazards-singles")) == world.standing[0]
    page.click("[data-layer=hazards] .map-filters > summary")
    page.uncheck("[data-layer=hazards] [data-level][value=general]")
    settled(page)
    assert {f["level"] for f in drawn(page, "hazards-singles")} == {"major"}
    assert "hazards.level=major" in page.url


def test_the_list_says_what_the_map_shows(world, look):
    page = look("street", close_up(world, layers="hazards,premises"))
    page.click("[data-map-list] > summary")
    page.wait_for_selector("[data-map-table] table")
    told = page.inner_text("[data-map-table]")
    assert ("丹桂小馆" in told, "丹桂地面湿滑" in told, "青檀" in told) == (True, True, False)
    page.click("[data-map-table] [data-fly]")
    page.wait_for_selector("[data-map-card] h2")


def test_a_search_flies_to_what_it_finds(world, look):
    page = look("street", flies=True)
    page.fill("[data-map-find] input", "丹桂小馆")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-map-found] button")
    page.click("[data-map-found] button")
    page.wait_for_selector("[data-map-card] h2")
    assert page.evaluate("anlanMap.getZoom()") >= 16


def test_a_search_that_gets_no_sound_answer_says_so(world, look):
    page = look("street")
    page.route("**/desk/map/find?*", lambda route: route.fulfill(status=200, content_type="text/html", body="<p>proxy"))
    page.fill("[data-map-find] input", "丹桂小馆")
    page.keyboard.press("Enter")
    expect(page.locator("[data-map-found]")).to_have_text("地图数据没有取到，请稍后再试。")


def test_on_a_phone_two_days_stand_one_above_the_other(world, look):
    page = look("street", close_up(world, layers="hazards"), 360, 740)
    page.check("[data-compare]")
    page.wait_for_selector(".map-second .maplibregl-canvas")
    settled(page)
    one, two, days = (page.locator(box).bounding_box() for box in ("[data-map-canvas]", ".map-second", "[data-map-time]"))
    assert (one["x"], one["width"], one["height"] > 150) == (two["x"], two["width"], True)
    assert (two["y"] >= one["y"] + one["height"], days["y"] > two["y"] + two["height"] - 1) == (True, True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_slider_shows_the_day_that_it_stands_on(world, look):
    page = look("street", close_up(world, layers="hazards"))
    assert len(drawn(page, "hazards-singles")) == world.standing[0]
    page.fill("[data-day]", (NOON - timedelta(days=1)).date().isoformat())
    page.keyboard.press("Tab")
    settled(page)
    assert drawn(page, "hazards-singles") == []  # all were found on the day itself
    page.click("[data-now]")
    settled(page)
    assert len(drawn(page, "hazards-singles")) == world.standing[0]


def test_areas_wear_an_indicator_and_two_days_stand_side_by_side(world, look):
    page = look("director", "/desk/map/?layers=&colour=haz-standing&by=1")
    page.click("[data-map-colouring] > summary")
    page.wait_for_selector(".map-ranking li")
    east, west = map(str, world.standing)
    assert page.inner_text(".map-ranking").split() == ["东街街道", east, "起", "西街街道", west, "起"]
    steps = {f["name"]: s for f, s in page.evaluate(
        "anlanMap.queryRenderedFeatures({layers: ['colouring']}).map(f => [f.properties, f.state.step])")}
    assert set(steps) == {"东街街道", "西街街道"} and set(steps.values()) == {1}
    page.check("[data-compare]")
    page.wait_for_selector(".map-second .maplibregl-canvas")
    assert "vs=2020-06-01" in page.url and page.inner_text(".map-caption") == "对比：2020-06-01"


def test_distances_are_measured_and_what_is_near_and_nearest_is_listed_by_keyboard(world, look):
    page = look("street", close_up(world, layers="premises"))
    page.click("[data-map-tools] > summary")
    page.click("[data-tool=near]")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-tool-result] li")
    assert page.inner_text("[data-tool-result] li") .split()[0] == "丹桂小馆"
    page.click("[data-tool=nearest]")
    page.fill("[data-count]", "1")
    page.focus(".maplibregl-canvas")
    page.keyboard.press("Enter")
    expect(page.locator("[data-tool-result] li")).to_have_count(1)
    assert page.inner_text("[data-tool-result] li").split()[0] == "丹桂小馆"
    page.click("[data-tool=measure]")
    for key in ("Enter", "ArrowRight", "Enter"):
        page.keyboard.press(key)
        comes_true(page, "!anlanMap.isMoving()")
    assert "米" in page.inner_text("[data-tool-hint]")


def test_a_sketch_is_drawn_by_keyboard_kept_shared_and_shown_to_a_colleague_who_looks_around_it(world, look):
    page = look("community", close_up(world, layers="sketches"))
    page.click("[data-map-tools] > summary")
    page.click("[data-tool=sketch]")
    page.fill("[data-name]", "集合点")
    page.check("[data-shared]")
    page.focus(".maplibregl-canvas")
    for key in ("ArrowRight", "Enter"):
        page.keyboard.press(key)
        comes_true(page, "!anlanMap.isMoving()")
    page.click("[data-tool-done]")
    page.wait_for_selector("[data-map-card] h2")
    assert page.inner_text("[data-map-card] h2") == "集合点"
    colleague = look("street", f"/desk/map/{page.url.partition('/desk/map/')[2]}")
    colleague.wait_for_selector("[data-map-card] h2")
    assert colleague.inner_text("[data-map-card] h2") == "集合点"
    assert "集合点" in {f["title"] for f in drawn(colleague, "sketches-singles")}
    colleague.click("[data-map-tools] > summary")
    colleague.click("[data-tool=near]")
    colleague.click("[data-tool-around]")
    colleague.wait_for_selector("[data-tool-result] li")
    assert colleague.inner_text("[data-tool-result] li").split()[0] == "集合点"


def test_heat_takes_the_place_of_the_signs_and_stands_in_the_address(world, look):
    page = look("director", close_up(world, layers="hazards"))
    page.click("[data-layer=hazards] .map-filters > summary")
    page.check("[data-layer=hazards] [data-heat]")
    settled(page)
    held = page.evaluate("anlanMap.getStyle().layers.map(l => l.id).filter(id => id.startsWith('hazards-'))")
    assert ("hazards-heat" in held, "hazards-singles" in held, "heat=hazards" in page.url) == (True, False, True)
    page.reload()
    settled(page)
    assert page.is_checked("[data-layer=hazards] [data-heat]")


def test_beyond_what_may_be_read_the_map_says_so_and_a_button_colours_the_areas_instead(world, look, monkeypatch):
    monkeypatch.setattr(tiles, "CANDIDATES", 0)
    page = look("director", close_up(world, layers="hazards", **{"hazards.age": "365"}))
    assert drawn(page, "hazards-singles") == []
    assert page.inner_text("[data-map-note]").startswith("这里超过 10,000 件，不逐件显示。")
    page.click("[data-map-note] button")
    page.wait_for_selector(".map-ranking li")
    assert page.inner_text(".map-ranking").split()[:3] == ["东街街道", str(world.standing[0]), "起"]
    assert "colour=haz-standing" in page.url and page.evaluate("document.activeElement.matches('[data-indicator]')")


def test_it_prints_as_a_picture_with_legend_day_and_source(world, look):
    page = look("street", close_up(world, layers="premises", colour="haz-standing", by="2"))
    page.wait_for_selector("[data-print-scale] li", state="attached")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    shades = page.evaluate("""async () => { const image = document.querySelector('.map-picture'); await image.decode();
      const canvas = document.createElement('canvas'); [canvas.width, canvas.height] = [image.width || 800, image.height || 600];
      const pen = canvas.getContext('2d'); pen.drawImage(image, 0, 0);
      return new Set(pen.getImageData(0, 0, canvas.width, canvas.height).data).size; }""")
    assert shades > 10
    foot = page.evaluate("document.querySelector('.map-print-foot').textContent")
    assert all(word in foot for word in ("单位红橙黄蓝未分级", "未销号隐患，2021-06-01", "0 起", "边界为生成", "数据来源"))
    assert page.evaluate("document.querySelectorAll('.map-print-legend canvas').length") == 5
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.query_selector(".map-picture") is None


def test_the_wall_shows_a_part_after_the_other_and_can_be_held(look):
    page = look("director", "/desk/map/wall/", 1920, 1080)
    first = page.inner_text("[data-wall-name]")
    page.keyboard.press("ArrowRight")
    assert (first, page.inner_text("[data-wall-name]")) == ("安澜区", "东街街道")
    size = page.evaluate("parseFloat(getComputedStyle(document.querySelector('.wall-figures dd')).fontSize)")
    assert size >= 90  # 1/12 of the height of a full-HD wall


@pytest.mark.parametrize("width", [360, 1440])
def test_the_map_is_sound_for_axe_and_does_not_spill(world, look, width):
    page = look("street", close_up(world, at=f"premises:{world.east.rows['premises']}"), width, 800, trust=True)
    page.wait_for_selector("[data-map-card] h2")
    page.evaluate("document.querySelectorAll('.map-page details').forEach(part => { part.open = true; })")
    page.wait_for_timeout(500)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_slider_tells_the_major_hazard_its_whole_life(world, look):
    """Last of this module: it moves the instance clock on."""
    hazard = world.east.rows["major"]

    def walk(kind, uid, move, who, at, **given):
        return advance(Ref(kind, uid), move, actor=world.place.actor(who, at=at), at=at, given=given)

    told = live(hazard, walk)
    seal_all()
    follow_all()
    set_clock(NOON + timedelta(days=LAST), running=False)
    families = {"notified": "owed", "rectifying": "owed", "self_checked": "checked", "review_pending": "checked", "closed": "done"}
    page = look("street", close_up(world, layers="hazards", **{"hazards.state": "all", "hazards.level": "major"}))
    seen = {}
    for day in range(-1, LAST):
        page.fill("[data-day]", (NOON + timedelta(days=day)).date().isoformat())
        page.press("[data-day]", "Tab")
        settled(page)
        seen[day] = [f["family"] for f in drawn(page, "hazards-singles") if f["uid"] == str(hazard)]
    assert seen == {-1: [], **{day: [families[told[day]]] for day in range(LAST)}}
