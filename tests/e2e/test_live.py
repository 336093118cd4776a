"""Two people, two browsers, one served instance with its worker: one acts, the other's open page tells of it."""

import time
from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from django.db import connections
from playwright.sync_api import Browser, Page, expect

from anlan.calls.models import Call
from anlan.kernel.actors import SYSTEM
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.patrols import handbook
from anlan.people.testing import NOON, District
from anlan.places.actions import open_one
from anlan.toolkit.attachments.keeping import keep
from anlan.toolkit.ui.tests.browser import a_browser, violations
from tests.served import enter
from tests.serving import at_rest, at_work
from tests.test_stream import place, port, signed_in, web  # noqa: F401
from tests.world import photo

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One for the tests of a file: each person's profile is her own, and ends with the test."""
    connection = connections["default"]
    with a_browser() as found:
        connections["default"] = connection  # the driver runs an event loop, in which connections begin anew
        yield found


@pytest.fixture
def desks(place, web, browser, settings) -> Iterator[tuple[Browser, str]]:  # noqa: F811
    """A house without its worker."""
    handbook.load()
    yield browser, web
    for profile in browser.contexts:
        profile.close()
    at_rest()


@pytest.fixture
def house(desks, port) -> Iterator[tuple[Browser, str]]:  # noqa: F811
    with at_work(port):
        yield desks


def find_cylinder(place: District) -> UUID:  # noqa: F811
    """The warden drops in at a restaurant and finds a cylinder in its basement: a major hazard, to be confirmed."""
    lon, lat = place.point("G111")
    unit = open_one("premises", "create", {
        "name": "丹桂小馆", "place_type": "restaurant", "address": "丹桂路1号", "area": place.areas["G111"].uid,
        "owner": place.houses["restaurant"].uid, "gas": "lpg", "lon": lon, "lat": lat}, actor=SYSTEM, at=NOON)
    warden, hazard = place.actor("warden"), uuid4()
    shots = [keep(*photo(shade), actor=warden, at=NOON).sha256 for shade in (1, 2)]
    finds = [{"uid": str(hazard), "matter": str(uuid4()), "item": "CY02", "what": "地下室存放液化气瓶", "control": "remove",
              "before": shots[:1]}]
    advance(Ref("visit", uuid4()), "drop_in", actor=warden, at=NOON, given={
        "premises": str(unit), "result": "hazards", "finds": finds, "answers": {"CY02": "hazard"},
        "signature": shots[1:], "signer": "陈某"})
    return hazard


def test_one_acts_and_the_others_open_pages_tell_of_it_without_reloading(place, house):  # noqa: F811
    desk = enter(*house, signed_in("street"), 1440).new_page()
    desk.goto("/desk/")
    expect(desk.locator("[data-bell-words]")).to_have_text("通知，0 条未读")
    read = "() => document.querySelector('main h1').getBoundingClientRect().top"
    before = desk.evaluate(read)
    hazard = find_cylinder(place)
    expect(desk.locator("[data-live='mine']")).to_have_text("1 条新事项", timeout=15_000)
    expect(desk.locator("[data-bell-words]")).to_have_text("通知，1 条未读")
    expect(desk.locator("[data-ring]")).to_have_count(0)  # a call of the first rank rings, nothing else
    assert desk.evaluate(read) == before
    desk.locator("[data-live='mine'] a").click()
    expect(desk.locator("main")).to_contain_text("地下室存放液化气瓶")
    desk.goto(f"/desk/hazards/{hazard}/")
    colleague = enter(*house, signed_in("officer1"), 1440).new_page()
    colleague.goto(f"/desk/hazards/{hazard}/")
    colleague.get_by_role("button", name="确认为重大").click()
    expect(colleague.locator(".case-head")).to_contain_text("整改中")
    expect(desk.locator("[data-live-case]")).to_have_text("这件事有新进展", timeout=15_000)
    expect(colleague.locator("[data-live-case]")).to_be_hidden()


DRAWN = "id => window.anlanMap?.getLayer(id) ? anlanMap.queryRenderedFeatures({layers: [id]}).map(f => f.properties.uid) : []"


def shows(page: Page, layer: str, uid: UUID, seconds: float = 20) -> bool:
    """Asked from here: the content policy lets no text become a script."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if str(uid) in page.evaluate(DRAWN, layer):
            return True
        page.wait_for_timeout(200)
    return False


def test_a_hazard_that_is_found_appears_on_an_open_map_and_only_its_layers_are_fetched(place, house):  # noqa: F811
    page = enter(*house, signed_in("street"), 1440).new_page()
    lon, lat = place.point("G111")
    page.goto(f"/desk/map/?c={lon},{lat}&z=16&layers=hazards,special_objects")
    page.wait_for_function("() => Number(document.querySelector('[data-map]').dataset.settled || 0) > 0")
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url) if "/map/tiles/" in request.url else None)
    page.evaluate("window.marked = true")
    hazard = find_cylinder(place)
    assert shows(page, "hazards-singles", hazard)
    assert page.evaluate("window.marked") is True  # the page is the same: nothing was reloaded
    assert fetched and all("/tiles/hazards/" in url for url in fetched)


def test_the_wall_of_the_map_and_of_the_morning_follow(place, house):  # noqa: F811
    leader = signed_in("director")
    walls = [enter(*house, leader, 1920, 1080).new_page() for _wall in range(2)]
    walls[0].goto("/desk/map/wall/")
    walls[0].wait_for_function("() => Number(document.querySelector('[data-wall]').dataset.settled || 0) > 0")
    walls[1].goto("/desk/morning/wall/")
    number = walls[1].locator("[data-slide]").first.locator(".figure-value").first
    assert number.inner_text() == "0起"
    fetched: list[str] = []
    walls[0].on("request", lambda request: fetched.append(request.url) if "/tiles/hazards/" in request.url else None)
    find_cylinder(place)
    expect(number).to_have_text("1起", timeout=20_000)
    deadline = time.monotonic() + 20
    while not fetched and time.monotonic() < deadline:
        walls[0].wait_for_timeout(200)
    assert fetched


def ring_for_help(place: District, priority: str) -> tuple[UUID, UUID]:  # noqa: F811
    """The warden smells gas and calls her community: the matter, the call."""
    warden, matter, call = place.actor("warden"), uuid4(), uuid4()
    advance(Ref("matter", matter), "open", actor=warden, at=NOON, given={"what": "楼道里有燃气味", "area": str(place.areas["G111"].uid)})
    advance(Ref("call", call), "ring", actor=warden, at=NOON, given={
        "matter": str(matter), "goal": "请到场关阀", "priority": priority, "reason": "power", "tried": "已劝离住户"})
    return matter, call


COVERED = """() => {
  const low = document.querySelector(".rings").getBoundingClientRect().bottom;
  return [...document.querySelectorAll("main > :not(.rings)")].filter((part) => part.offsetHeight && part.getBoundingClientRect().top < low)
    .map((part) => part.outerHTML.slice(0, 80));
}"""


def test_a_call_rings_on_a_phone_whose_app_is_open_and_is_signed_there(place, house):  # noqa: F811
    phone = enter(*house, signed_in("community"), 360).new_page()
    phone.goto("/field/app/")
    expect(phone.locator(".outbox-chip")).to_have_text("已全部发送")
    phone.evaluate("window.marked = true")
    desks = [enter(*house, signed_in("community"), width).new_page() for width in (1440, 360)]
    for desk in desks:
        desk.goto("/desk/")
    _matter, call = ring_for_help(place, "P1")
    for desk in desks:
        expect(desk.locator("main > .rings")).to_contain_text("请到场关阀", timeout=15_000)
        assert desk.evaluate(COVERED) == []
        assert violations(desk) == []
    expect(phone.get_by_role("alert")).to_contain_text("请到场关阀", timeout=15_000)
    phone.get_by_role("link", name="去处理").click()
    phone.locator(f"[data-call='{call}']").get_by_role("button", name="签收").click()
    expect(phone.locator(f"[data-call='{call}']").get_by_role("button", name="到场")).to_be_visible()
    phone.goto("/field/app/#/")
    expect(phone.get_by_role("alert")).to_have_count(0, timeout=15_000)  # signed, it is silent again
    assert (Call.objects.get(uid=call).state, phone.evaluate("window.marked")) == ("signed", True)


def test_a_phone_whose_line_was_away_asks_for_what_it_missed(place, house):  # noqa: F811
    context = enter(*house, signed_in("community"), 360)
    phone = context.new_page()
    phone.goto("/field/app/#/calls")
    expect(phone.locator("main")).to_contain_text("没有需要办理的呼叫")
    context.set_offline(True)
    _matter, call = ring_for_help(place, "P3")
    phone.wait_for_timeout(1_500)
    assert phone.locator(f"[data-call='{call}']").count() == 0
    context.set_offline(False)
    expect(phone.locator(f"[data-call='{call}']")).to_contain_text("请到场关阀", timeout=15_000)
