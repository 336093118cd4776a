"""Listed supervision as people do it, in a browser: from the hazard's page to the proof that an outsider checks."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.test import override_settings
from playwright.sync_api import Page, expect

from anlan.hazards.models import Hazard, Listing
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.journal import anchor, seal_all
from anlan.patrols import handbook
from anlan.people.testing import NOON, small_district
from anlan.places.actions import open_one
from anlan.toolkit.ui.tests.browser import violations
from tests.journeys.conftest import BEFORE, SIGNATURE, find
from tests.served import a_house
from tests.world import forget

from .test_walk_in_a_browser import DESK, PHONE, House

pytestmark = [pytest.mark.django_db, pytest.mark.browser]
DONE = re.compile(r"/desk/(hazards|listings)/[0-9a-f-]+/$")


@pytest.fixture(scope="module")
def major(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[Hazard]:
    """A major hazard, confirmed, ordered and with its five blocks, in the district of the cast."""
    home = tmp_path_factory.mktemp("home")
    forget()
    with override_settings(ANLAN_HOME=home, MEDIA_ROOT=home / "files"), django_db_blocker.unblock(), transaction.atomic():
        yield _major()
        transaction.set_rollback(True)
    forget()


def _major() -> Hazard:
    place = small_district()
    handbook.load()
    unit = open_one("premises", "create", {
        "name": "百瑞景小馆", "place_type": "restaurant", "address": "中南路1号", "gas": "lpg",
        "area": place.areas["G111"].uid, "owner": place.houses["restaurant"].uid,
        "department": place.houses["gas_department"].uid}, actor=place.actor("street"), at=NOON - timedelta(days=30))
    found = find("CY02", before=[BEFORE], control="remove")
    uid = UUID(found["uid"])
    for ref, move, who, given in (
            (Ref("visit", uuid4()), "drop_in", "warden", {
                "premises": str(unit), "result": "hazards", "finds": [found], "signature": [SIGNATURE], "signer": "陈某"}),
            (Ref("hazard", uid), "confirm", "street", {}),
            (Ref("hazard", uid), "draft_order", "officer1", {"demand": "停止使用", "due_on": "2021-06-20"}),
            (Ref("hazard", uid), "sign_order", "officer2", {}),
            (Ref("hazard", uid), "fill_blocks", "unit", {
                "responsible": "陈某", "phone": "13800138000", "leader": "李主任", "measures": "移出", "budget_yuan": "3000",
                "funds_from": "own", "due_on": "2021-06-20", "plan": "疏散演练"})):
        advance(ref, move, actor=place.actor(who), at=NOON, given=given)
    return Hazard.objects.get(uid=uid)


@pytest.fixture(scope="module")
def house(major, tmp_path_factory) -> Iterator[House]:
    with a_house() as (browser, origin):
        yield House(browser, origin, tmp_path_factory.mktemp("photos"))


def act(page: Page, label: str, **filled: str) -> None:
    """Press a button of the case, answer its question, or fill its form and send it."""
    move = page.locator(".moves-list").get_by_text(label, exact=True)
    question = page.locator("dialog[open] button").get_by_text(label, exact=True)
    if not filled:
        with page.expect_navigation():
            move.click()
            if question.count():  # it opens within the click
                question.click()
        return
    move.click()
    page.wait_for_url(re.compile(r"/[a-z_]+$"))
    for name, value in filled.items():
        field = page.locator(f"[name={name}]").first
        kind = field.evaluate("e => e.tagName + ':' + e.type")
        if kind.startswith("SELECT"):
            field.select_option(label=value)
        elif kind == "INPUT:radio":
            page.locator(f"[name={name}][value={value}]").check()
        elif kind == "INPUT:file":
            field.set_input_files(value)
        else:
            field.fill(value)
    page.click(".form-foot button[type=submit]")
    if question.count():
        question.click()
    page.wait_for_url(DONE)


def at_desk(house: House, who: str, address: str, *acts: tuple[str, dict[str, str]], size: tuple[int, int] = DESK) -> None:
    page = house.enter(who, size)
    page.goto(address)
    for label, filled in acts:
        act(page, label, **filled)
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    page.context.close()


@pytest.fixture(scope="module")
def struck_off(house, major) -> Listing:
    hazard = f"/desk/hazards/{major.uid}/"
    at_desk(house, "emergency", hazard, ("提请挂牌督办", {"reason": "临街餐馆", "batch": "1", "days": "60"}))
    listing = Listing.objects.get()
    here = f"/desk/listings/{listing.uid}/"
    at_desk(house, "leader", here, ("批准挂牌", {"days": "90"}))
    at_desk(house, "emergency", here, ("下达挂牌督办通知书", {}), ("向社会公布", {"media": "区政府网站"}))
    at_desk(house, "unit", here, ("签收通知书", {}), ("报月进展", {"text": "已联系燃气公司", "percent": "20"}),
            ("申请延期", {"days": "30", "reason": "开户排期"}), size=PHONE)
    at_desk(house, "gas", here, ("批准延期", {"days": "20"}))
    at_desk(house, "unit", hazard, ("报整改完成", {"fixed_what": "已改用管道气", "fixer_name": "陈某",
                                              "photos": house.photo(40)}), size=PHONE)
    at_desk(house, "emergency", here, ("组成复查组", {"first": "吴刚", "second": "郑伟", "expert": "陈明"}))
    for who in ("officer1", "officer2", "expert"):
        at_desk(house, who, here, ("签署复查意见", {"verdict": "passed", "opinion": "现场已无气瓶"}), size=PHONE)
    at_desk(house, "emergency", here, ("批复销号", {}), ("公布销号", {}))
    seal_all()
    anchor(NOON)
    listing.refresh_from_db()
    major.refresh_from_db()
    return listing


def test_it_goes_from_the_hazards_page_to_its_end_in_the_hands_of_nine_people(struck_off, major):
    assert (struck_off.state, struck_off.listing_no, struck_off.closing_no, struck_off.extensions, major.state) == (
        "announced", "本区安督〔2021〕1号", "XH-2021-0001", 1, "closed")


def test_anybody_finds_it_on_a_phone_and_proves_it(house, struck_off, tmp_path):
    context = house.browser.new_context(viewport={"width": 360, "height": 640}, locale="zh-CN", base_url=house.origin,
                                        bypass_csp=True)
    page = context.new_page()
    page.goto("/public/listings/")
    page.locator("[data-filters-fold]").click()
    page.fill("input[name=q]", "百瑞景")
    page.press("input[name=q]", "Enter")
    page.get_by_text("百瑞景小馆").first.click()
    faults = {}
    for path in ("/public/listings/", "/public/listings/2021-1/", "/public/listings/2021-1/proof/"):
        page.goto(path)
        faults[path] = violations(page), page.evaluate("document.documentElement.scrollWidth")
    assert faults == {path: ([], 360) for path in faults}
    expect(page.get_by_text("区应急管理局批复销号，销号编号XH-2021-0001")).to_be_visible()
    for label, name in (("下载证明文件", "proof.json"), ("下载校验程序", "check_listing.py")):
        with page.expect_download() as coming:
            page.get_by_role("link", name=label, exact=True).click()
        coming.value.save_as(tmp_path / name)
    context.close()
    done = subprocess.run([sys.executable, "-I", "check_listing.py", "proof.json"], cwd=tmp_path, capture_output=True, check=False)
    assert (done.returncode, len(json.loads((tmp_path / "proof.json").read_text(encoding="utf-8"))["entries"])) == (0, 15)


def test_no_page_of_a_listing_complains(house, struck_off):
    assert house.complaints == []
