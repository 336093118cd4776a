"""A resident's phone at 360 px: taps counted, photo shrunk, place taken, sent, followed; the same without scripts."""

import os
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from django.db import transaction
from django.test import override_settings
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.matters.models import Matter
from anlan.people.testing import NOON, small_district
from anlan.portal import limits
from anlan.toolkit.attachments.models import File
from anlan.toolkit.intake.rates import Buckets
from anlan.toolkit.ui.tests.browser import violations
from tests.served import a_house
from tests.world import forget

pytestmark = [pytest.mark.django_db, pytest.mark.browser]
MOST_TAPS = 4  # photo, kind, place, send; the camera's own taps are the camera's
WHERE = """(map, [lon, lat]) => {
  const [x, y, span, narrow] = map.dataset.seen.split(" ").map(Number), box = map.getBoundingClientRect(), scale = box.width / span;
  return [box.width / 2 + (lon - x) * narrow * scale, box.height / 2 - (lat - y) * scale];
}"""
"""Where a place is drawn on the small map now."""
SHOTS = os.environ.get("ANLAN_SHOTS", "")


@pytest.fixture(scope="module")
def district(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[object]:
    home = tmp_path_factory.mktemp("home")
    forget()
    with override_settings(ANLAN_HOME=home, MEDIA_ROOT=home / "files"), django_db_blocker.unblock(), transaction.atomic():
        yield small_district()
        transaction.set_rollback(True)
    forget()


@pytest.fixture(scope="module")
def house(district) -> Iterator[tuple[Browser, str]]:
    with a_house() as found:
        yield found


@pytest.fixture(autouse=True)
def rested(monkeypatch):
    monkeypatch.setattr(limits, "BUCKETS", Buckets())


@pytest.fixture
def photo(tmp_path) -> Path:
    """As a phone takes it: large, and not smaller as JPEG."""
    path, out = tmp_path / "IMG_0001.jpg", BytesIO()
    Image.effect_noise((3000, 2000), 60).convert("RGB").save(out, "JPEG", quality=95)
    path.write_bytes(out.getvalue())
    return path


class Phone:
    """A page whose taps are counted."""

    def __init__(self, house: tuple[Browser, str], place: tuple[float, float] | None, width: int = 360, script: bool = True) -> None:
        browser, origin = house
        self.context = browser.new_context(
            viewport={"width": width, "height": 780}, locale="zh-CN", base_url=origin, bypass_csp=True, java_script_enabled=script,
            **({"geolocation": {"longitude": place[0], "latitude": place[1]}, "permissions": ["geolocation"]} if place else {}))
        self.page: Page = self.context.new_page()
        self.taps = 0

    def tap(self, selector: str) -> None:
        self.taps += 1
        self.page.click(selector)

    def take(self, photo: Path) -> None:
        self.taps += 1
        self.page.set_input_files("input[name=photos]", photo)

    def sound(self, name: str) -> None:
        """Nothing that axe or a narrow screen finds."""
        if SHOTS:
            self.page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)
        assert violations(self.page) == [], name
        assert self.page.evaluate("document.documentElement.scrollWidth") <= self.page.viewport_size["width"], name


def test_a_report_takes_four_taps_and_is_followed_to_its_rating(house, district, photo):
    phone = Phone(house, district.point("G111"))
    page = phone.page
    page.goto("/public/report/")
    phone.sound("report")
    phone.take(photo)
    expect(page.locator("[data-photo-note]").first).to_contain_text("1 张照片")
    phone.tap(".kind:has-text('通道堵塞')")
    phone.tap("[data-locate]")
    expect(page.locator("[data-located]")).to_have_text("已取到您现在的位置。")
    phone.sound("report-filled")
    phone.tap(".tell-send")
    page.wait_for_selector("dl.told")
    assert phone.taps <= MOST_TAPS
    phone.sound("receipt")
    file, matter = File.objects.get(), Matter.objects.get()
    assert (max(file.width, file.height), matter.area, matter.what) == (1600, district.areas["G111"], "通道堵塞、堆物")

    advance(Ref("matter", matter.uid), "answer", actor=district.actor("community"), at=NOON, given={"answer": "已清走，谢谢反映。"})
    page.click("button:has-text('看办理情况')")
    expect(page.locator("main")).to_contain_text("已清走，谢谢反映。")
    phone.sound("follow")
    page.select_option("select[name=stars]", "5")
    page.select_option("select[name=solved]", "yes")
    page.click("button:has-text('提交评价')")
    expect(page.locator("main")).to_contain_text("谢谢您的评价。")
    assert Matter.objects.get().stars == 5
    phone.context.close()


def test_who_shares_no_place_points_on_the_map_and_comes_nearer_with_each_touch(house, district, photo):
    phone = Phone(house, None)
    page, (lon, lat) = phone.page, district.point("G111")
    page.goto("/public/report/")
    phone.take(photo)
    phone.tap(".kind:has-text('通道堵塞')")
    phone.tap(".pick > summary")
    for _touch in range(4):
        x, y = page.locator(".pick-map").evaluate(WHERE, [lon, lat])
        phone.taps += 1
        page.locator(".pick-map").click(position={"x": x, "y": y})
    expect(page.locator("[data-located]")).to_contain_text(f"点在：{district.areas['C11'].name}")
    phone.sound("report-map")
    phone.tap(".tell-send")
    page.wait_for_selector("dl.told")
    matter = Matter.objects.order_by("-id").first()
    assert (matter.area, abs(matter.lon - lon) < 0.001, abs(matter.lat - lat) < 0.001) == (district.areas["G111"], True, True)
    phone.context.close()


def test_what_sounds_urgent_shows_itself_while_typing(house, district):
    phone = Phone(house, None)
    phone.page.goto("/public/report/")
    phone.page.click("summary:has-text('说几句')")
    phone.page.fill("[name=what]", "二楼冒烟了")
    expect(phone.page.locator("[data-emergency-now]")).to_contain_text("请现在就打电话")
    phone.sound("urgent")
    phone.page.fill("[name=what]", "堆了纸板")
    expect(phone.page.locator("[data-emergency-now]")).to_have_text("")
    phone.context.close()


def test_a_draft_survives_and_is_gone_once_sent(house, district):
    phone = Phone(house, None)
    page = phone.page
    page.goto("/public/report/")
    page.click(".kind:has-text('道路')")
    page.click("summary:has-text('说几句')")
    page.fill("[name=what]", "井盖松动")
    page.wait_for_timeout(600)
    page.goto("/public/follow/")
    page.goto("/public/report/")
    expect(page.locator("[name=what]")).to_have_value("井盖松动")
    page.select_option("[name=area]", label="东二社区")
    page.click(".tell-send")
    page.wait_for_selector("dl.told")
    page.click("text=再报一件")
    expect(page.locator("[name=what]")).to_have_value("")
    phone.context.close()


def test_without_scripts_a_known_report_is_joined_and_nothing_is_lost_on_the_way(house, district):
    phone = Phone(house, None, script=False)
    page = phone.page
    for _n in range(2):
        page.goto("/public/report/")
        page.check("input[value=site]", force=True)
        page.click("summary:has-text('说几句')")
        page.fill("[name=what]", "工地围挡倒了")
        page.click(".tell-send")
        expect(page.locator("[data-faults]")).to_contain_text("选所在社区")
        expect(page.locator("[name=what]")).to_have_value("工地围挡倒了")
        page.select_option("[name=area]", label="西一社区")
        page.click(".tell-send")
        if _n:
            expect(page.locator("h1")).to_have_text("附近已有人反映")
            page.click("button:has-text('我也反映')")
        page.wait_for_selector("dl.told")
    assert Matter.objects.get(sort="site").others == 1
    phone.context.close()


@pytest.mark.parametrize("width", [360, 1440])
def test_every_page_of_the_way_is_sound_at_two_widths(house, district, width):
    phone = Phone(house, district.point("G122"), width)
    page = phone.page
    for n in range(2):
        page.goto("/public/report/")
        page.click(".kind:has-text('用电')")
        page.click("summary:has-text('说几句')")
        page.fill("[name=what]", "飞线充电")
        page.click("[data-locate]")
        expect(page.locator("[data-located]")).to_have_text("已取到您现在的位置。")
        page.click(".tell-send")
        page.locator("dl.told").or_(page.get_by_text("附近已有人反映")).first.wait_for()
        if n == 0 and page.locator("dl.told").count():
            phone.sound(f"receipt-{width}")
    page.wait_for_selector("text=附近已有人反映")
    phone.sound(f"near-{width}")
    page.click("button:has-text('我也反映')")
    page.wait_for_selector("dl.told")
    phone.sound(f"joined-{width}")
    page.goto("/public/report/")
    page.click(".tell-send")
    page.wait_for_selector("[data-faults]")
    phone.sound(f"faults-{width}")
    page.goto("/")
    phone.sound(f"front-{width}")
    phone.context.close()


def test_the_printed_code_fills_in_number_and_pin_which_leave_the_address(house, district):
    phone = Phone(house, None)
    phone.page.goto("/public/follow/#code=S2345-6789A&pin=012345")
    expect(phone.page.locator("[name=pin]")).to_have_value("012345")
    assert re.search(r"/public/follow/$", phone.page.url)
    phone.sound("follow-empty")
    phone.context.close()
