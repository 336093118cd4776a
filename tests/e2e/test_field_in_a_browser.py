"""A warden's whole day without a network: nine visits, twelve findings, thirty photos, the browser closed in between."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import pytest
from django.db import transaction
from django.test import override_settings
from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect

from anlan.field.models import Device
from anlan.hazards.models import Hazard
from anlan.kernel.models import Entry
from anlan.patrols import handbook
from anlan.patrols.models import Visit
from anlan.patrols.rounds import plan_rounds
from anlan.people.testing import NOON, PASSWORD, small_district
from anlan.places.actions import open_one
from anlan.premises.models import Premises
from anlan.toolkit.attachments.keeping import store
from anlan.toolkit.attachments.models import File
from anlan.toolkit.ui.tests.browser import violations
from tests.served import a_phone
from tests.world import forget

from .taps import CAMERA, Counted, written_down

pytestmark = [pytest.mark.django_db, pytest.mark.browser]
SOUND = ("CY01", "CY03", "CY04", "CY07", "CY08", "CY10")
MAJOR = ("CY02", "CY03")
EXPECTED = {"results": ["hazards"] * 5 + ["normal", "closed", "refused", "normal"], "found": [5, 3, 2, 1, 1, 0, 0, 0, 0], "moves": 9,
            "hazards": 12, "on the spot": 1, "pictures": 31, "whole": 31, "arrived with a place": 9}
"""Pictures: thirty photos and a signature."""
HELD = """async () => {
  const open = (request) => new Promise((done) => (request.onsuccess = () => done(request.result)));
  const read = (await open(indexedDB.open("anlan-field"))).transaction(["items", "photos", "drafts", "taken", "meta"]);
  const counts = ["items", "photos", "drafts", "taken"].map(async (name) => [name, await open(read.objectStore(name).count())]);
  return { ...Object.fromEntries(await Promise.all(counts)), meta: await open(read.objectStore("meta").getAllKeys()) };
}"""


INSTALLED = """Promise.race([navigator.serviceWorker.ready.then(() => true), new Promise((done) => setTimeout(done, 30_000, false))])"""


def installed(page: Page) -> None:
    """All that the app needs is on the phone. A file that is missing would be waited for without end."""
    assert page.evaluate(INSTALLED), "the app's worker has not been installed"


@pytest.fixture
def district(django_db_setup, django_db_blocker, tmp_path) -> Iterator[object]:
    """The cast, the handbook, and today's round of the warden: nine restaurants."""
    forget()
    with override_settings(ANLAN_HOME=tmp_path, MEDIA_ROOT=tmp_path / "files"), django_db_blocker.unblock(), transaction.atomic():
        place = small_district()
        handbook.load()
        for no in range(1, 10):
            open_one("premises", "create", {
                "name": f"小馆{no}", "place_type": "restaurant", "address": f"中南路{no}号", "gas": "lpg", "lon": 114.31 + no / 9000,
                "lat": 30.54 + no / 20000, "area": place.areas["G111"].uid}, actor=place.actor("street"), at=NOON - timedelta(days=30))
        plan_rounds([place.posts["warden"]], NOON.date(), actor=place.actor("community"), at=NOON)
        yield place
        transaction.set_rollback(True)
    forget()


class Day:
    """The warden's phone: what she taps, and what the browser complains about."""

    def __init__(self, begin, folder: Path) -> None:
        self.begin, self.folder, self.shade, self.complaints = begin, folder, 0, []
        self.context: BrowserContext | None = None

    def open(self, cut: bool = False, trust: bool = False) -> Page:
        """cut: without a network from the first moment."""
        self.context = self.begin(trust)
        self.context.set_default_timeout(15_000)
        self.context.set_offline(cut)
        page = self.context.pages[0] if self.context.pages else self.context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("dialog", lambda dialog: dialog.accept())
        page.add_init_script("addEventListener('pointerdown', (e) => e.isTrusted && (window.taps = (window.taps ?? 0) + 1), true)")
        page.goto("/field/app/")
        return page

    def close(self) -> None:
        assert self.context is not None
        self.context.close()

    def sign_in(self, page: Page, who: str = "warden") -> None:
        page.get_by_role("link", name="去登录").first.click()
        page.fill("input[name=login_name]", who)
        page.fill("input[name=password]", PASSWORD)
        page.click("main button[type=submit]")
        page.wait_for_url("**/field/app/**")

    def photo(self) -> str:
        """A photo as a phone takes it: large, and no two alike."""
        self.shade += 1
        path = self.folder / f"{self.shade}.jpg"
        if not path.exists():
            Image.new("RGB", (2000, 1500), (self.shade * 7, 90, 60)).save(path, "JPEG")
        return str(path)

    def picture(self, page: Page, name: str) -> None:
        """For docs/images, where ANLAN_PICTURES names a folder."""
        if folder := os.environ.get("ANLAN_PICTURES"):
            page.screenshot(path=f"{folder}/field-{name}-360.png")

    def begin_visit(self, page: Page, no: int) -> None:
        page.locator(".stops").get_by_text(f"小馆{no}", exact=False).first.click()
        page.get_by_role("link", name="到了，开始检查").click()
        expect(page.locator("#item-CY01")).to_be_visible()

    def say(self, page: Page, item: str, kind: str) -> None:
        page.locator(f"#item-{item} .answer-{kind}").click()

    def find(self, page: Page, item: str, photos: int, control: str = "") -> int:
        """Taps from seeing the hazard to having it recorded with its first photo."""
        before = page.evaluate("window.taps ?? 0")
        self.say(page, item, "hazard")
        with page.expect_file_chooser() as chooser:
            page.locator(f"#item-{item} .photo-add").first.click()
        chooser.value.set_files([self.photo() for _ in range(photos)])
        if control:
            page.locator(f"#item-{item} .choice", has_text=control).click()
        expect(page.locator(f"#item-{item} .photos").first.locator("figure")).to_have_count(photos)
        expect(page.locator(f"#item-{item} .find-state")).to_contain_text("已记下")
        return page.evaluate("window.taps") - before + CAMERA

    def sign(self, page: Page) -> None:
        page.fill("input[name=signer]", "陈某")
        pad = page.locator(".signature-pad canvas")
        pad.scroll_into_view_if_needed()
        box = pad.bounding_box()
        page.mouse.move(box["x"] + 40, box["y"] + 60)
        page.mouse.down()
        page.mouse.move(box["x"] + 200, box["y"] + 40, steps=4)
        page.mouse.up()
        expect(page.locator(".signature [role=status]")).to_have_text("已手写签名")

    def not_checked(self, page: Page, words: str, reason: str) -> None:
        page.get_by_text("没有查成").click()
        page.locator(".choice", has_text=words).click()
        page.get_by_label("说明").fill(reason)
        page.set_input_files("input[name=scene]", self.photo())
        expect(page.locator("figure")).to_have_count(1)

    def finish(self, page: Page, left: int) -> None:
        """left: how many units are still to be checked."""
        page.get_by_role("button", name="完成检查").click()
        expect(page.locator(".stops > li:not(.stop-done)")).to_have_count(left)


class Morning(NamedTuple):
    """Taps of the first visit's findings, the whole visit's taps and seconds."""

    finds: list[int]
    visit: int
    seconds: float


def the_morning(day: Day, page: Page) -> Morning:
    """Three visits, ten findings; the fourth is begun when the battery dies."""
    since = time.monotonic()
    day.begin_visit(page, 1)
    taps = [day.find(page, item, 2, "搬离危险源" if item in MAJOR else "") for item in ("CY01", "CY02", "CY04", "CY05", "CY09")]
    for item in ("CY03", "CY06", "CY07", "CY08", "CY10"):
        day.say(page, item, "normal")
    day.finish(page, 8)
    first = Morning(taps, page.evaluate("window.taps") + CAMERA * len(taps), time.monotonic() - since)
    for no, items, photos in ((2, ("CY05", "CY06", "CY09"), 2), (3, ("CY05", "CY09"), 3)):
        day.begin_visit(page, no)
        for item in items:
            day.find(page, item, photos)
        day.finish(page, 9 - no)
    day.begin_visit(page, 4)
    day.find(page, "CY05", 2)
    return first


def the_afternoon(day: Day, page: Page) -> None:
    """What was begun is still there; then five more, without a network."""
    page.locator(".stops").get_by_text("小馆4").click()
    expect(page.locator("#item-CY05 .photos").first.locator("figure")).to_have_count(2)
    page.locator("#item-CY05").get_by_text("当场改好了").click()
    page.set_input_files("#item-CY05 input[name=after-CY05]", day.photo())
    expect(page.locator("#item-CY05 figure")).to_have_count(3)
    day.sign(page)
    day.finish(page, 5)
    day.begin_visit(page, 5)
    day.find(page, "CY06", 3)
    day.finish(page, 4)
    for no in (6, 9):
        day.begin_visit(page, no)
        for item in SOUND:
            day.say(page, item, "normal")
        day.finish(page, 3 if no == 6 else 2)
    for no, words, reason in ((7, "关门", ""), (8, "拒绝检查", "店主不让进")):
        day.begin_visit(page, no)
        day.not_checked(page, words, reason)
        day.finish(page, 8 - no)


def test_a_day_without_a_network_is_told_once_and_whole(district, tmp_path):
    answers: list[str] = []

    def spoil(method: str, path: str) -> bool:
        """The first answer to records and the first to a photo are lost, after they were stored."""
        word = "sync" if path == "/field/sync" else "piece" if method == "PUT" else ""
        answers.append(word)
        return bool(word) and answers.count(word) == 1

    with a_phone(tmp_path / "profile", spoil) as begin:
        day = Day(begin, tmp_path)
        page = day.open()
        day.sign_in(page)
        expect(page.locator(".stops > li")).to_have_count(9)
        installed(page)
        day.close()
        first = the_morning(day, day.open(cut=True))
        day.close()
        page = day.open(cut=True)
        the_afternoon(day, page)
        expect(page.locator(".outbox-chip")).to_have_text("9 条待发")
        assert (Visit.objects.filter(state="done").count(), File.objects.count()) == (0, 0)
        day.context.set_offline(False)
        page.locator(".outbox-chip").click()
        expect(page.locator(".outbox-chip")).to_have_text("已全部发送", timeout=20_000)
        day.close()
    assert (answers.count("sync"), day.complaints) == (2, [])
    assert told_by_the_phone() == EXPECTED
    one, visit = written_down("网格员记一处隐患"), written_down("网格员一次检查，发现五处")
    assert max(first.finds) <= 6
    assert (Counted(min(first.finds), 0), Counted(first.visit, 0), first.seconds < visit.seconds) == (one.counted, visit.counted, True)


def told_by_the_phone() -> dict[str, object]:
    visits = list(Visit.objects.order_by("turn"))
    trails = Entry.objects.filter(kind="visit", verb="finish")
    return {"results": [v.result for v in visits], "found": [v.hazards_count for v in visits], "moves": trails.count(),
            "hazards": Hazard.objects.count(), "on the spot": Hazard.objects.filter(closed_how="on_spot").count(),
            "pictures": File.objects.filter(state="kept").count(), "whole": sum(is_whole(f) for f in File.objects.all()),
            "arrived with a place": sum(v.lon is not None and v.accuracy_m is not None for v in visits)}


def is_whole(file: File) -> bool:
    """It came whole (its hash was checked as it came), is kept, can be drawn, and was shrunk on the phone."""
    data = store().path(file.kept_sha256).read_bytes()
    picture = Image.open(BytesIO(data))
    picture.load()
    return hashlib.sha256(data).hexdigest() == file.kept_sha256 and max(picture.size) <= 1600


def test_what_is_kept_outlives_the_sign_in_and_a_refused_visit_is_mended(district, tmp_path):
    with a_phone(tmp_path / "profile") as begin:
        day = Day(begin, tmp_path)
        page = day.open()
        day.sign_in(page)
        expect(page.locator(".stops > li")).to_have_count(9)
        day.context.clear_cookies()
        day.begin_visit(page, 1)
        day.not_checked(page, "关门", "")
        day.finish(page, 8)
        expect(page.get_by_role("status")).to_contain_text("登录已过期。记录都还在这台手机上")
        assert Visit.objects.filter(state="done").count() == 0
        day.picture(page, "round")
        day.sign_in(page)
        expect(page.locator(".outbox-chip")).to_have_text("已全部发送")
        day.begin_visit(page, 2)
        Visit.objects.filter(turn=2).update(post_id=district.posts["warden2"].id)
        day.find(page, "CY05", 1)
        day.picture(page, "visit")
        day.finish(page, 7)
        page.locator(".outbox-chip").click()
        expect(page.locator("[data-state=refused]")).to_contain_text("须由承担本任务的岗位检查")
        day.picture(page, "outbox")
        page.get_by_role("link", name="修改后重发").click()
        page.get_by_role("button", name="改按临时检查发送").click()
        page.get_by_role("button", name="完成检查").click()
        expect(page.locator(".outbox-chip")).to_have_text("已全部发送")
        day.close()
    visits = Visit.objects.filter(state="done").order_by("id")
    assert [(v.round_id is None, v.result, v.hazards_count) for v in visits] == [(False, "closed", 0), (True, "hazards", 1)]
    assert (Hazard.objects.get().visit_uid, day.complaints) == (visits[1].uid, [])


def test_signing_out_wipes_the_phone_and_gives_its_key_back(district, tmp_path):
    with a_phone(tmp_path / "profile") as begin:
        day = Day(begin, tmp_path)
        page = day.open()
        day.sign_in(page)
        day.begin_visit(page, 1)
        day.context.set_offline(True)
        page.goto("/field/app/#/leave")
        expect(page.get_by_role("alert")).to_contain_text("还有 1 条记录")
        day.context.set_offline(False)
        page.get_by_role("button", name="退出并清除手机上的数据").click()
        expect(page.get_by_role("link", name="去登录")).to_be_visible()
        held = page.evaluate(HELD)
        day.close()
    assert (held, Device.objects.get().state) == ({"items": 0, "photos": 0, "drafts": 0, "taken": 0, "meta": ["device"]}, "given_back")


def test_the_pages_are_narrow_enough_and_can_be_read_by_all(district, tmp_path):
    told = {}
    with a_phone(tmp_path / "profile") as begin:
        day = Day(begin, tmp_path)
        page = day.open(trust=True)
        day.sign_in(page)
        day.begin_visit(page, 1)
        day.find(page, "CY02", 1)
        visit = page.url.split("#/")[1]
        unit = f"unit/{Premises.objects.get(name='小馆2').uid}"
        for address in ("", unit, visit, "outbox", "shop", "matter", "phones", "calls", "place", "leave"):
            page.goto(f"/field/app/#/{address}")
            expect(page.locator("main > *").nth(1)).to_be_visible()
            for summary in page.locator("summary").all():
                summary.click()
            if address == "place":
                day.picture(page, "place")
            told[address.split("/")[0]] = page.evaluate("document.documentElement.scrollWidth"), violations(page)
        day.close()
    assert told == dict.fromkeys(("", "unit", "visit", "outbox", "shop", "matter", "phones", "calls", "place", "leave"), (360, []))
