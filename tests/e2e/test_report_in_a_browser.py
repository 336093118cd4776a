"""The Congress report as its director reads it, in a browser: from a number to one hazard and back, signed, and checked again."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import override_settings
from playwright.sync_api import Page, expect

from anlan.hazards.models import Hazard
from anlan.kernel.changes import Ref
from anlan.kernel.corrections import correct
from anlan.kernel.door import advance
from anlan.kernel.follow import follow_all
from anlan.kernel.journal import seal_all
from anlan.kernel.models import Entry
from anlan.patrols import handbook
from anlan.people.testing import NOON, small_district
from anlan.places.actions import open_one
from anlan.reports.models import Report
from anlan.toolkit.jobs.queue import run_due
from anlan.toolkit.ui.tests.browser import violations
from tests.journeys.conftest import AFTER, BEFORE, SIGNATURE, find
from tests.served import a_house
from tests.world import forget

from .test_walk_in_a_browser import House

pytestmark = [pytest.mark.django_db, pytest.mark.browser]
UNTRUE = "本年度挂牌的隐患正在督促整改"
EAST, WEST = 3, 2
"""Hazards put right on the spot in each of the two streets."""


@pytest.fixture(scope="module")
def place(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[object]:
    home = tmp_path_factory.mktemp("home")
    forget()
    with override_settings(ANLAN_HOME=home, MEDIA_ROOT=home / "files"), django_db_blocker.unblock(), transaction.atomic():
        made = small_district()
        handbook.load()
        _walked(made, "warden", "G111", "restaurant", "百瑞景小馆", EAST)
        _walked(made, "warden2", "G211", "tea_house", "西湖小馆", WEST)
        seal_all()
        yield made
        transaction.set_rollback(True)
    forget()


def _walked(place, who: str, grid: str, owner: str, name: str, count: int) -> None:
    """One visit to one unit, and so many hazards put right before the warden's eyes."""
    street = place.actor("street" if who == "warden" else "street2", at=NOON - timedelta(days=30))
    unit = open_one("premises", "create", {
        "name": name, "place_type": "restaurant", "address": "中南路1号", "gas": "lpg", "area": place.areas[grid].uid,
        "owner": place.houses[owner].uid, "department": place.houses["gas_department"].uid}, actor=street,
        at=NOON - timedelta(days=30))
    finds = [find("", f"{name}第{n}处杂物堵住通道", days=3, before=[BEFORE], after=[AFTER], fixed="已清走") for n in range(1, count + 1)]
    advance(Ref("visit", uuid4()), "drop_in", actor=place.actor(who), at=NOON, given={
        "premises": str(unit), "result": "hazards", "finds": finds, "signature": [SIGNATURE], "signer": "陈某"})


@pytest.fixture(scope="module")
def house(place, tmp_path_factory) -> Iterator[House]:
    with a_house() as (browser, origin):
        yield House(browser, origin, tmp_path_factory.mktemp("photos"))


@pytest.fixture(scope="module")
def report(house) -> Report:
    """Begun by the bureau from the house's template; the one sentence that is not true here is marked, and taken out."""
    page = house.enter("emergency")
    page.goto("/desk/reports/new")
    page.select_option("select[name=sort]", "congress")
    page.fill("input[name=title]", "关于全区应急管理工作情况的报告")
    page.fill("input[name=as_of]", NOON.date().isoformat())
    send(page)
    assert page.locator(".report-fault").all_inner_texts() == [f"{UNTRUE}。"]
    step(page, "修改")
    text = page.input_value("textarea[name=text]")
    expect(page.locator(".report-editor .report-fault")).to_have_text(f"{UNTRUE}。")
    page.fill("textarea[name=text]", "\n".join(line for line in text.split("\n") if UNTRUE not in line))
    expect(page.locator(".report-editor .report-fault")).to_have_count(0)
    _pick_a_figure(page)
    send(page)
    assert page.locator(".report-fault").count() == 0
    step(page, "送审")
    page.context.close()
    return Report.objects.get()


def _pick_a_figure(page: Page) -> None:
    """From the catalogue, set at the end of the text and read back before anything is saved."""
    page.locator("textarea[name=text]").press("Control+End")
    page.locator("textarea[name=text]").type("\n全区今年整改隐患")
    page.select_option("[data-pick-figure]", "haz-rectified")
    page.get_by_role("button", name="插入").click()
    page.keyboard.type("起。")
    expect(page.locator(".report-editor .report-body")).to_contain_text(f"全区今年整改隐患{EAST + WEST}起。")


def send(page: Page) -> None:
    page.click(".form-foot button[type=submit]")
    page.wait_for_url(re.compile(r"/desk/reports/[0-9a-f-]{36}/$"))


def step(page: Page, label: str) -> None:
    """Press a button of the case, and answer its question."""
    with page.expect_navigation():
        page.locator(".moves-list").get_by_text(label, exact=True).click()
        question = page.locator("dialog[open] button").get_by_text(label, exact=True)
        if question.count():  # it opens within the click
            question.click()


@pytest.fixture(scope="module")
def director(house, report) -> Iterator[Page]:
    page = house.enter("director")
    page.goto(f"/desk/reports/{report.uid}/")
    yield page
    page.context.close()


def rectified(page: Page) -> Any:
    return page.locator(".report-body a[href*='/haz-rectified/']").first


def rows_of(page: Page) -> int:
    return page.locator("main tbody tr").count()


def test_the_number_opens_its_rows_one_street_of_them_and_one_hazard_and_back(director, house):
    page = director
    expect(rectified(page)).to_have_text(str(EAST + WEST))
    rectified(page).click()
    page.wait_for_url(re.compile("/desk/figures/haz-rectified/"))
    expect(page.locator("h1")).to_have_text("整改一般隐患")
    assert rows_of(page) == EAST + WEST
    page.select_option("select[name=area]", label="　西街街道")
    with page.expect_navigation():
        page.get_by_role("button", name="看这里").click()
    assert (rows_of(page), page.locator(".figure-value").first.inner_text()) == (WEST, f"{WEST}起")
    street = page.url
    page.locator("main tbody tr a").first.click()
    page.wait_for_url(re.compile("/desk/hazards/[0-9a-f-]{36}/"))
    expect(page.locator("h1")).to_contain_text("西湖小馆第")
    page.go_back()
    assert (page.url, rows_of(page)) == (street, WEST)
    page.go_back()
    page.go_back()
    expect(rectified(page)).to_have_text(str(EAST + WEST))
    assert house.complaints == []


def test_signed_it_freezes_and_a_correction_afterwards_is_named_by_the_check(director, house, place, report):
    page = director
    page.goto(f"/desk/reports/{report.uid}/")
    step(page, "签发")
    settle()
    page.reload()
    page.get_by_role("link", name="重新核对").click()
    expect(page.locator("main")).to_contain_text("个数全部相同，此后没有更正。")
    wrong = Hazard.objects.filter(area=place.areas["G211"]).first()
    entry = Entry.objects.get(kind="hazard", subject_id=wrong.id, verb="close_on_spot")
    correct(entry, reason="照片看不出已清走", actor=place.actor("emergency"), at=NOON + timedelta(hours=1), given={"withdraw": True})
    seal_all()
    page.reload()
    expect(page.locator("main")).to_contain_text("的记录此后有更正或补报。")
    named = page.locator("section", has=page.get_by_role("heading", name="整改一般隐患")).first
    expect(named).to_contain_text(f"定稿时 {EAST + WEST}，现在 {EAST + WEST - 1}")
    expect(named).to_contain_text("2021-06-01 12:00")
    expect(named).to_contain_text("卫华")
    page.goto(f"/desk/reports/{report.uid}/")
    expect(rectified(page)).to_have_text(str(EAST + WEST))
    assert house.complaints == []


def settle() -> None:
    seal_all()
    follow_all()
    run_due()
    seal_all()


def test_writing_is_sound_for_axe_and_on_a_narrow_screen(house, report):
    page = house.enter("emergency")
    context = house.browser.new_context(base_url=house.origin, bypass_csp=True, storage_state=page.context.storage_state(),
                                        viewport={"width": 360, "height": 640})
    narrow = context.new_page()
    narrow.goto("/desk/report-templates/new")
    narrow.fill("textarea[name=text]", "# 隐患\n本年整改{haz-rectified 本年}起。")
    expect(narrow.locator(".report-editor .report-body")).to_contain_text("本年整改")
    assert narrow.evaluate("document.documentElement.scrollWidth") == 360
    assert violations(narrow) == []
    context.close()
    page.context.close()
