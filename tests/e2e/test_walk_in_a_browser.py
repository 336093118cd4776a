"""The first walk as people do it: on a phone and at a desk, in a browser, from the planned round to what is struck off."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import transaction
from django.test import override_settings
from playwright.sync_api import Browser, Page, expect

from anlan.hazards.models import Hazard
from anlan.kernel.follow import follow_all
from anlan.kernel.journal import seal_all
from anlan.patrols import handbook
from anlan.patrols.rounds import plan_rounds
from anlan.people.testing import NOON, PASSWORD, small_district
from anlan.places.actions import open_one
from tests.served import a_house
from tests.world import forget, photo

pytestmark = [pytest.mark.django_db, pytest.mark.browser]
PHONE, DESK = (360, 640), (1440, 900)
SOUND = ("CY01", "CY03", "CY04", "CY07", "CY08", "CY10")
HOSE, CYLINDER, GREASE, SIGN, FLOOR = "CY05", "CY02", "CY09", "CY06", "后厨地面湿滑，没有警示"
COUNTED = {"排查一般隐患": ("4", {HOSE, GREASE, SIGN, "floor"}), "整改一般隐患": ("2", {HOSE, GREASE}),
           "未销号隐患": ("2起", {SIGN, "floor"})}
SO_FAR = {"排查一般隐患": "li:has-text('今年以来') a", "整改一般隐患": "li:has-text('今年以来') a", "未销号隐患": "a.figure-value"}
FIRST_SCREEN = {"state": ".case-signs", "who owes what by when": ".owes", "the next step": ".moves .btn-primary",
                "the newest of the trail": ".case-newest"}


@pytest.fixture(scope="module")
def district(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[object]:
    """The cast, the handbook, and today's round of the warden with one restaurant."""
    home = tmp_path_factory.mktemp("home")
    forget()
    with override_settings(ANLAN_HOME=home, MEDIA_ROOT=home / "files"), django_db_blocker.unblock(), transaction.atomic():
        place = small_district()
        handbook.load()
        open_one("premises", "create", {
            "name": "百瑞景小馆", "place_type": "restaurant", "address": "中南路1号", "gas": "lpg",
            "area": place.areas["G111"].uid, "owner": place.houses["restaurant"].uid,
            "department": place.houses["gas_department"].uid}, actor=place.actor("street"),
            at=NOON - timedelta(days=30))
        plan_rounds([place.posts["warden"]], NOON.date(), actor=place.actor("community"), at=NOON)
        yield place
        transaction.set_rollback(True)
    forget()


class House:
    """The house as the cast come to it, each with a browser of her own."""

    def __init__(self, browser: Browser, origin: str, folder) -> None:
        self.browser, self.origin, self.folder = browser, origin, folder
        self.complaints: list[str] = []

    def enter(self, name: str, size: tuple[int, int] = DESK) -> Page:
        context = self.browser.new_context(viewport={"width": size[0], "height": size[1]}, locale="zh-CN",
                                           base_url=self.origin)
        context.set_default_timeout(60_000)
        page = context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        page.goto("/sign-in/")
        page.fill("input[name=login_name]", name)
        page.fill("input[name=password]", PASSWORD)
        page.click("main button[type=submit]")
        page.wait_for_url(lambda address: "/sign-in/" not in address)
        return page

    def photo(self, shade: int) -> str:
        data, name = photo(shade)
        (self.folder / name).write_bytes(data)
        return str(self.folder / name)


@pytest.fixture(scope="module")
def house(district, tmp_path_factory) -> Iterator[House]:
    with a_house() as (browser, origin):
        yield House(browser, origin, tmp_path_factory.mktemp("photos"))


def answer(page: Page, item: str, said: str) -> None:
    page.locator(f"#item-{item} .answer-{said}").click()


def sign_with_a_finger(page: Page) -> None:
    pad = page.locator(".signature-pad canvas")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    page.mouse.move(box["x"] + 40, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 140, box["y"] + 30, steps=6)
    page.mouse.move(box["x"] + 200, box["y"] + 70, steps=6)
    page.mouse.up()


def send(page: Page) -> None:
    page.click(".form-foot button[type=submit]")
    page.wait_for_url(re.compile(r"/desk/hazards/[0-9a-f-]+/$"))


def step(page: Page, label: str) -> None:
    """Press a button of the case: a move without a form is made, another opens its form."""
    with page.expect_navigation():
        page.locator(".moves-list").get_by_text(label, exact=True).click()


def state_of(hazard: Hazard) -> tuple[str, str]:
    hazard.refresh_from_db()
    return hazard.state, hazard.level


@pytest.fixture(scope="module")
def visited(house) -> dict[str, Hazard]:
    """The warden at 360 px: the day's round, the restaurant, five findings, one put right before her eyes."""
    page = house.enter("warden", PHONE)
    page.get_by_text("检查：百瑞景小馆").click()
    for item in SOUND:
        answer(page, item, "normal")
    for shade, item in enumerate((HOSE, CYLINDER, GREASE, SIGN)):
        answer(page, item, "hazard")
        page.set_input_files(f"input[name=photo-{item}]", house.photo(shade))
    page.locator(f"#item-{HOSE} details summary").click()
    page.set_input_files(f"input[name=after-{HOSE}]", house.photo(20))
    page.locator(f"input[name=control-{CYLINDER}][value=remove]").check()
    page.get_by_text("手册以外的隐患").click()
    page.fill("textarea[name=note-extra1]", FLOOR)
    page.set_input_files("input[name=photo-extra1]", house.photo(21))
    page.fill("input[name=signer]", "陈某")
    sign_with_a_finger(page)
    page.get_by_text("完成检查").click()
    expect(page.get_by_text("登记的隐患 5 处")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    assert page.get_by_text("当场整改", exact=True).count() == 1
    page.context.close()
    return {h.item_code or "floor": h for h in Hazard.objects.order_by("id")}


@pytest.fixture(scope="module")
def put_right(house, visited) -> Hazard:
    """A general one: the unit on its phone, the community, the reviewer."""
    grease = visited[GREASE]
    page = house.enter("unit", PHONE)
    page.get_by_text(grease.what[:12]).first.click()
    page.get_by_role("link", name="改好了，拍照上报").click()
    page.fill("textarea[name=fixed_what]", "已清洗烟道")
    page.fill("input[name=fixer_name]", "陈某")
    page.set_input_files("input[name=photos]", house.photo(30))
    page.click(".form-foot button[type=submit]")
    page.wait_for_url(re.compile(rf"/unit/hazards/{grease.uid}/$"))
    expect(page.locator("main")).to_contain_text("已报改好，等待复查")
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    page.context.close()
    review(house, grease, "community")
    return grease


def review(house: House, hazard: Hazard, planner: str) -> None:
    desk = house.enter(planner)
    desk.goto(f"/desk/hazards/{hazard.uid}/")
    step(desk, "安排复查")
    desk.context.close()
    reviewer = house.enter("reviewer")
    reviewer.goto(f"/desk/hazards/{hazard.uid}/")
    step(reviewer, "复查通过并销号")
    reviewer.fill("textarea[name=opinion]", "现场复查合格")
    send(reviewer)
    reviewer.context.close()


@pytest.fixture(scope="module")
def struck_off(house, visited) -> Hazard:
    """The major one: confirmed, ordered by two officers, five blocks, put right, reviewed."""
    major = visited[CYLINDER]
    address = f"/desk/hazards/{major.uid}/"
    street = house.enter("street")
    street.get_by_text(major.what[:12]).first.click()
    step(street, "确认为重大")
    street.context.close()
    officer = house.enter("officer1")
    officer.goto(address)
    step(officer, "起草整改指令书")
    officer.fill("textarea[name=demand]", "立即停止使用并移出地下室")
    officer.fill("input[name=due_on]", "2021-06-10")
    send(officer)
    assert officer.locator(".moves-list").get_by_text("签发整改指令书").count() == 0
    officer.context.close()
    second = house.enter("officer2")
    second.goto(address)
    step(second, "签发整改指令书")
    second.context.close()
    unit = house.enter("unit", PHONE)
    unit.goto(address)
    step(unit, "填写五落实")
    for name, value in (("responsible", "陈某"), ("phone", "13800138000"), ("leader", "李主任"), ("budget_yuan", "3000"),
                        ("due_on", "2021-06-08")):
        unit.fill(f"input[name={name}]", value)
    for name, value in (("measures", "移出并改用管道气"), ("plan", "疏散演练")):
        unit.fill(f"textarea[name={name}]", value)
    send(unit)
    step(unit, "报整改完成")
    unit.fill("textarea[name=fixed_what]", "气瓶已移出")
    unit.fill("input[name=fixer_name]", "陈某")
    unit.set_input_files("input[name=photos]", house.photo(40))
    send(unit)
    unit.context.close()
    review(house, major, "street")
    return major


def test_one_visit_makes_five_hazards_and_closes_one_on_the_spot(visited):
    assert {item: (h.state, h.level, h.closed_how) for item, h in visited.items()} == {
        HOSE: ("closed", "general", "on_spot"), CYLINDER: ("notified", "major", ""),
        GREASE: ("notified", "general", ""), SIGN: ("notified", "general", ""), "floor": ("notified", "general", "")}


def test_a_hazards_first_screen_says_what_whose_by_when_and_what_next(house, visited):
    """360 × 640: state, who owes what by when, the next button and the newest of the trail, all inside."""
    page = house.enter("unit", PHONE)
    page.goto(f"/desk/hazards/{visited[SIGN].uid}/")
    boxes = {what: page.locator(where).first.bounding_box() for what, where in FIRST_SCREEN.items()}
    outside = {what: box for what, box in boxes.items()
               if box is None or box["x"] < 0 or box["x"] + box["width"] > 360 or box["y"] + box["height"] > 640}
    assert outside == {}
    assert "已告知" in page.locator(".case-signs").inner_text()
    assert "老陈饭店" in page.locator(".owes").inner_text() and "前" in page.locator(".owes").inner_text()
    page.context.close()


def test_a_general_hazard_is_put_right_and_struck_off_by_another(put_right):
    assert (state_of(put_right), put_right.result) == (("closed", "general"), "passed")


def test_a_major_hazard_is_confirmed_ordered_by_two_and_struck_off_with_its_number(struck_off):
    assert (state_of(struck_off), struck_off.order_no, struck_off.closing_no) == (
        ("closed", "major"), "（本区）应急责改〔2021〕1号", "XH-2021-0001")


def test_the_offices_page_shows_figures_and_each_opens_the_hazards_it_counts(house, visited, put_right, struck_off):
    seal_all()
    follow_all()
    page = house.enter("street")
    page.goto("/desk/morning/")
    expect(page.locator(".headline").first).to_be_visible()
    told = {}
    for label in COUNTED:
        page.goto("/desk/morning/")
        figure = page.locator(".headline").filter(has=page.locator("dt", has_text=re.compile(f"^{label}"))).locator(SO_FAR[label])
        value = figure.inner_text()
        figure.click()
        page.wait_for_url("**/desk/figures/**")
        told[label] = value, {item for item, h in visited.items() if page.locator(f'[data-url*="{h.uid}"]').count()}
    assert told == COUNTED
    page.context.close()


def test_no_page_of_the_walk_complains(house, put_right, struck_off):
    assert house.complaints == []
