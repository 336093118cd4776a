"""A call as two people live it: the community at its desk, the gas department on a phone in the street."""

import re
import time
from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client, override_settings
from playwright.sync_api import Page, expect

from anlan.calls.models import Attendance, Call
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.follow import follow_all
from anlan.kernel.journal import seal_all
from anlan.kernel.tick import tick
from anlan.matters.models import Matter
from anlan.people.testing import NOON, PASSWORD, small_district
from anlan.places.actions import open_one
from anlan.toolkit.ui.tests.browser import violations
from tests.served import a_house, enter
from tests.world import forget

from .taps import picture
from .test_walk_in_a_browser import DESK, PHONE, House, step

pytestmark = [pytest.mark.django_db, pytest.mark.browser]
MINUTE = timedelta(minutes=1)


@pytest.fixture(scope="module")
def district(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[object]:
    """The cast, a restaurant that cooks with gas, and a matter that the warden has brought."""
    home = tmp_path_factory.mktemp("home")
    forget()
    with override_settings(ANLAN_HOME=home, MEDIA_ROOT=home / "files"), django_db_blocker.unblock(), transaction.atomic():
        place = small_district()
        unit = open_one("premises", "create", {
            "name": "百瑞景小馆", "place_type": "restaurant", "address": "中南路1号", "gas": "lpg",
            "area": place.areas["G111"].uid, "owner": place.houses["restaurant"].uid,
            "department": place.houses["gas_department"].uid}, actor=place.actor("street"), at=NOON - timedelta(days=30))
        advance(Ref("matter", uuid4()), "open", actor=place.actor("warden"), at=NOON,
                given={"what": "楼道里有燃气味", "premises": str(unit)})
        yield place
        transaction.set_rollback(True)
    forget()


@pytest.fixture(scope="module")
def house(district, tmp_path_factory) -> Iterator[House]:
    with a_house() as (browser, origin):
        yield House(browser, origin, tmp_path_factory.mktemp("photos"))


@pytest.fixture(autouse=True)
def nobody_looks_on(house):
    """Open pages ask by themselves, over the connection that the next test acts on."""
    yield
    for context in house.browser.contexts:
        context.close()


def send(page: Page, call: Call) -> None:
    page.click(".form-foot button[type=submit]")
    page.wait_for_url(re.compile(f"/desk/calls/{call.uid}/$"))


def finish(page: Page, house: House, call: Call, finding: str, shade: int) -> None:
    step(page, "办结")
    page.select_option("select[name=result]", "solved")
    page.fill("textarea[name=finding]", finding)
    page.set_input_files("input[name=photos]", house.photo(shade))
    send(page, call)


def invite(page: Page, house_name: str, call: Call) -> None:
    step(page, "请协办")
    option = page.locator("select[name=organisation] option", has_text=house_name)
    page.select_option("select[name=organisation]", option.get_attribute("value"))
    page.fill("[name=why]", "检测仪器")
    send(page, call)


def come(house: House, who: str, parties: frozenset[int], call: Call) -> None:
    """An assistant reports on a phone."""
    page = house.enter(who, PHONE)
    attendance = Attendance.objects.get(call=call, party__in=parties)
    page.goto(f"/desk/attendances/{attendance.uid}/")
    step(page, "到场报到")
    page.fill("[name=people]", "赵强等2人")
    page.click(".form-foot button[type=submit]")
    page.wait_for_url(re.compile(r"/desk/attendances/[0-9a-f-]+/$"))
    expect(page.locator(".case-signs")).to_contain_text("已到场")
    page.context.close()


def scores(house: House) -> list[str]:
    """What the director reads of the department: calls, response, solving, satisfaction, points."""
    seal_all()
    follow_all()
    page = house.enter("director", DESK)
    page.goto("/desk/calls/scores/")
    read = page.locator("tbody tr td").all_inner_texts()
    page.context.close()
    return read


def test_the_community_calls_the_street_sleeps_and_the_gas_department_comes(house, district):
    desk = house.enter("community", DESK)
    desk.goto(f"/desk/matters/{Matter.objects.get().uid}/")
    step(desk, "呼叫")
    desk.fill("textarea[name=goal]", "请立即派人查漏")
    desk.select_option("select[name=priority]", "P1")
    desk.select_option("select[name=reason]", "urgent")
    desk.click(".form-foot button[type=submit]")
    desk.wait_for_url(re.compile(r"/desk/calls/[0-9a-f-]+/$"))
    first = Call.objects.get()
    expect(desk.locator(".ladder [aria-current]")).to_contain_text("东街街道办事处")

    tick(at=NOON + 11 * MINUTE)
    gas = Call.objects.get(climbed_from=first.uid)
    desk.goto(f"/desk/calls/{first.uid}/")
    expect(desk.locator(".ladder")).to_contain_text("区城管局")
    expect(desk.locator(".case-signs")).to_contain_text("未签收")

    phone = house.enter("gas", PHONE)
    phone.goto("/desk/calls/board/?show=to")
    phone.get_by_role("link", name="请立即派人查漏").click()
    expect(phone.locator(".ringing")).to_contain_text("紧急呼叫正在响铃")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360
    step(phone, "签收")
    expect(phone.locator(".case-signs")).to_contain_text("已签收")
    invite(phone, district.houses["emergency_bureau"].name, gas)
    for who in ("street", "emergency"):
        come(house, who, district.actor(who).parties, gas)
    step(phone, "到场")
    expect(phone.locator(".case-signs")).to_contain_text("已到场")
    expect(phone.locator(".ringing")).to_have_count(0)
    finish(phone, house, gas, "三方会商：更换软管", 31)
    before = scores(house)

    desk.goto(f"/desk/calls/{gas.uid}/")
    step(desk, "不满意，再办理")
    desk.fill("textarea[name=reason_text]", "仍有气味")
    send(desk, gas)
    phone.reload()
    finish(phone, house, gas, "阀门也已更换", 32)
    desk.reload()
    step(desk, "评价")
    for name, value in (("response_stars", "5"), ("result_stars", "5"), ("solved", "yes")):
        desk.select_option(f"select[name={name}]", value)
    send(desk, gas)

    gas.refresh_from_db()
    assert (gas.state, gas.reworks, gas.solved, Matter.objects.get().state) == ("closed", 1, True, "closed")
    expect(desk.locator(".case-signs")).to_contain_text("已办结")
    assert set(Attendance.objects.filter(call=gas, arrived_at__isnull=False).values_list("party", flat=True)) == {
        first.to_party, district.houses["emergency_bureau"].id}
    assert (before, scores(house)) == (["区城管局", "1", "100.0%", "0.0%", "—", "15.00 / 30"],
                                       ["区城管局", "1", "100.0%", "100.0%", "100.0%", "30.00 / 30"])
    assert house.complaints == []


def test_a_caller_on_the_phone_is_filed_by_keyboard_alone(house, district):
    page = house.enter("community", DESK)
    page.goto("/desk/calls/phone/")
    expect(page.locator("input[name=reporter_phone]")).to_be_focused()
    page.keyboard.type("13800001111")
    page.keyboard.press("Tab")
    page.keyboard.type("李某")
    page.keyboard.press("Tab")
    page.keyboard.type("电梯困人")
    grid = page.locator("select[name=area] option", has_text="东一社区一网格").get_attribute("value")
    page.select_option("select[name=area]", grid)
    page.locator("input[name=priority][value=P1]").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("来电已登记")
    code, pin = (page.locator(".told dd").nth(n).inner_text() for n in (0, 1))
    public = house.browser.new_context(viewport={"width": 360, "height": 640}, locale="zh-CN", base_url=house.origin).new_page()
    public.goto("/public/calls/")
    public.fill("input[name=code]", code)
    public.fill("input[name=pin]", pin)
    public.keyboard.press("Enter")
    expect(public.locator(".ladder")).to_contain_text("已通知，等待接办")
    assert public.evaluate("document.documentElement.scrollWidth") <= 360
    assert house.complaints == []


COUNTS = """(() => {
  const at = (window.effort = { keys: 0, taps: 0, signs: 0, typed: {} })
  const name = (e) => e.target && e.target.name
  addEventListener("keydown", () => { at.keys += 1 }, true)
  addEventListener("pointerdown", () => { at.taps += 1 }, true)
  addEventListener("input", (e) => {
    if (name(e)) at.typed[name(e)] = true
    if (e.data && /[^\\x00-\\x7f]/.test(e.data)) at.signs += e.data.length
  }, true)
})()"""
A_KEY, A_TAP, A_THOUGHT, KEYS_A_SIGN = 0.28, 1.1, 1.35, 4
"""Seconds of the keystroke-level model (Card, Moran, Newell 1980); a Chinese character takes about four keys of pinyin."""


def seconds_of(effort: dict, fields: int) -> float:
    keys = effort["keys"] + KEYS_A_SIGN * effort["signs"]
    return keys * A_KEY + effort["taps"] * A_TAP + fields * A_THOUGHT


def test_a_caller_about_a_known_unit_is_filed_within_a_minute_and_nothing_known_is_typed(house, district):
    """Seen to fail with the area required beside the unit, and with the grade left to be chosen."""
    page = house.enter("community", DESK)
    page.goto("/desk/calls/phone/")
    page.evaluate(COUNTS)
    began = time.monotonic()
    page.keyboard.type("13900003333")
    for _n in range(2):  # the name is not needed
        page.keyboard.press("Tab")
    page.keyboard.insert_text("后厨有人闻到焦味")
    page.keyboard.press("Tab")
    unit = page.locator("select[name=premises] option", has_text="百瑞景小馆").get_attribute("value")
    page.locator("select[name=premises]").select_option(unit)
    effort = page.evaluate("({...window.effort, taps: window.effort.taps + 3})")  # opens the list, picks, and sends
    page.click(".form-foot button[type=submit]")
    expect(page.locator("h1")).to_have_text("来电已登记")
    machine = time.monotonic() - began
    assert sorted(effort["typed"]) == ["premises", "reporter_phone", "what"]
    assert effort["signs"] == len("后厨有人闻到焦味") and effort["keys"] >= len("13900003333")
    assert seconds_of(effort, fields=3) + machine <= 60
    matter = Matter.objects.order_by("-id").first()
    call = Call.objects.get(matter=matter)
    assert (matter.premises.name, matter.place, matter.area.code, matter.channel, matter.opener) == (
        "百瑞景小馆", "中南路1号", district.areas["G111"].code, "phone", "resident")
    assert (call.priority, call.to_party, call.from_party) == ("P3", district.posts["warden"].id, district.parties["community11"])
    assert re.fullmatch(r"\d{6}", page.locator(".told dd").nth(1).inner_text())
    assert house.complaints == []


def urgent_call(district) -> Call:
    """One that has climbed, with an assistant."""
    uid = uuid4()
    advance(Ref("call", uid), "ring", actor=district.actor("community"), at=NOON, given={
        "matter": str(Matter.objects.get().uid), "goal": "请立即派人查漏，小区南门进", "priority": "P1", "reason": "urgent"})
    tick(at=NOON + 11 * MINUTE)
    return Call.objects.get(climbed_from=uid)


def test_the_pages_of_calls_are_sound(house, district):
    client = Client()
    assert client.post("/sign-in/", {"login_name": "emergency", "password": PASSWORD}).status_code == 302
    call, told = urgent_call(district), {}
    names = {"/desk/calls/board/": "board", "/desk/calls/phone/": "phone", "/desk/calls/scores/": "scores",
             f"/desk/calls/{call.uid}/": "ladder", f"/desk/calls/ring/?matter={call.matter.uid}": "form",
             f"/desk/calls/{call.uid}/same/": "same", "/public/calls/": "status"}
    for width in (360, 1440):
        context = enter(house.browser, house.origin, client, width, trust=True)
        page = context.new_page()
        for path in names:
            page.goto(path)
            picture(page, f"call-{names[path]}")
            if faults := violations(page):
                told[f"{path} at {width}"] = faults
            if (wide := page.evaluate("document.documentElement.scrollWidth")) > width:
                told[f"{path} is wide"] = wide
        context.close()
    assert told == {}
