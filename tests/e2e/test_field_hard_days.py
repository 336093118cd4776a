"""What happens to phones: killed while a visit is made, a disk that is full, two windows, and nothing but a file to hand in."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import CDPSession, Page, expect

from anlan.hazards.models import Hazard
from anlan.patrols.models import SelfInspection, Visit
from anlan.people.testing import NOON, PASSWORD
from anlan.places.actions import open_one
from anlan.toolkit.ui.tests.browser import violations
from tests.served import HELD, a_phone

from .test_field_in_a_browser import HELD as ON_THE_PHONE
from .test_field_in_a_browser import Day, district, installed, told_by_the_phone  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.browser]
ROUND = ".stops > li"


def begun(day: Day, cut: bool = True) -> Page:
    """The day is on the phone, and then there is no network."""
    page = day.open()
    day.sign_in(page)
    expect(page.locator(ROUND)).to_have_count(9)
    installed(page)
    day.context.set_offline(cut)
    return page


FILL = """async () => {
  const opened = (q) => new Promise((done) => {
    q.onupgradeneeded = () => q.result.createObjectStore("s", { autoIncrement: true });
    q.onsuccess = () => done(q.result);
  });
  const noise = crypto.getRandomValues(new Uint8Array(1 << 16));
  const junk = await opened(indexedDB.open("junk", 1));
  const kept = (size) => new Promise((done) => {
    const change = junk.transaction("s", "readwrite", { durability: "strict" });
    change.objectStore("s").put(noise.slice(0, size));
    change.oncomplete = () => done(true);
    change.onabort = () => done(false);
  });
  let n = 0;
  for (const size of [1 << 16, 1 << 12, 1 << 8, 16]) while (n < 2000 && await kept(size)) n += 1;
  return n;
}"""
"""Another database of the same origin takes whatever room there is."""


SENDS_FOR_A_SECOND = "void navigator.locks.request('anlan-field', () => new Promise((done) => setTimeout(done, 1500)))"


def on_a_small_disk(day: Day) -> tuple[Page, CDPSession]:
    """A browser that has used no room yet, told how little there is before it looks: it looks again every half minute only."""
    day.context = day.begin(False)
    page = day.context.pages[0]
    page.on("pageerror", lambda error: day.complaints.append(str(error)))
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("/public/knowledge/")
    disk = day.context.new_cdp_session(page)
    disk.send("Storage.overrideQuotaForOrigin", {"origin": page.evaluate("location.origin"), "quotaSize": 8 << 20})
    page.goto("/field/app/")
    expect(page.locator(ROUND)).to_have_count(9)
    return page, disk


def kill(day: Day, profile: Path) -> None:
    """The browser of this profile ends as a phone does whose battery is taken out: nothing is put in order first."""
    with day.context.expect_event("close"):
        for process in main_processes(f"--user-data-dir={profile}"):
            os.kill(process, signal.SIGKILL)


def main_processes(told: str) -> Iterator[int]:
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().decode(errors="replace").split("\0")
        except OSError:
            continue
        if told in words and not any(word.startswith("--type=") for word in words):
            yield int(process.name)


def test_a_phone_that_is_killed_keeps_every_tap(district, tmp_path):  # noqa: F811
    with a_phone(tmp_path / "profile") as begin:
        day = Day(begin, tmp_path)
        page = begun(day)
        day.begin_visit(page, 1)
        day.say(page, "CY01", "normal")
        day.find(page, "CY05", 2)
        kill(day, tmp_path / "profile")
        page = day.open(cut=True)
        page.locator(".stops").get_by_text("小馆1", exact=False).first.click()
        expect(page.locator("#item-CY05 .photos").first.locator("figure")).to_have_count(2)
        expect(page.locator("#item-CY01 .answer-normal input")).to_be_checked()
        day.finish(page, 8)
        kill(day, tmp_path / "profile")
        page = day.open(cut=True)
        expect(page.locator(".outbox-chip")).to_have_text("1 条待发")
        day.context.clear_cookies()  # a browser that is killed may forget the sign-in; with it or without it nothing is lost
        day.context.set_offline(False)
        expect(page.locator("main")).to_contain_text("登录已过期")
        day.sign_in(page)
        expect(page.locator(".outbox-chip")).to_have_text("已全部发送", timeout=20_000)
        day.close()
    told = told_by_the_phone()
    assert (told["hazards"], told["pictures"], told["whole"], told["moves"]) == (1, 2, 2, 1)


def test_on_a_full_disk_nothing_is_said_to_be_kept_and_once_there_is_room_nothing_is_missing(district, tmp_path):  # noqa: F811
    with a_phone(tmp_path / "profile") as begin:
        day = Day(begin, tmp_path)
        begun(day)
        day.close()
        page, disk = on_a_small_disk(day)
        day.context.set_offline(True)
        day.begin_visit(page, 1)
        assert page.evaluate(FILL) > 10
        day.say(page, "CY05", "hazard")
        expect(page.locator("[data-toasts]")).to_contain_text("手机存储空间不足")
        page.set_input_files("#item-CY05 input[name=photo-CY05]", day.photo())
        expect(page.locator("#item-CY05 .photos").first.locator("figure")).to_have_count(1)
        page.get_by_role("button", name="完成检查").click()
        expect(page.get_by_role("button", name="完成检查")).to_be_enabled()
        expect(page.locator("#item-CY05")).to_be_visible()
        assert page.evaluate(ON_THE_PHONE)["items"] == 0
        disk.send("Storage.overrideQuotaForOrigin", {"origin": page.evaluate("location.origin")})
        day.finish(page, 8)
        day.context.set_offline(False)
        page.locator(".outbox-chip").click()
        expect(page.locator(".outbox-chip")).to_have_text("已全部发送", timeout=20_000)
        day.close()
    told = told_by_the_phone()
    assert (told["hazards"], told["pictures"], told["whole"], day.complaints) == (1, 1, 1, [])


def test_of_two_windows_with_one_visit_neither_undoes_the_other(district, tmp_path):  # noqa: F811
    with a_phone(tmp_path / "profile") as begin:
        day = Day(begin, tmp_path)
        page = begun(day)
        day.begin_visit(page, 1)
        day.find(page, "CY05", 1)
        second = day.context.new_page()
        second.on("dialog", lambda dialog: dialog.accept())
        second.goto(page.url)
        expect(second.locator("#item-CY05 .photos").first.locator("figure")).to_have_count(1)
        day.say(second, "CY09", "hazard")
        second.set_input_files("#item-CY09 input[name=photo-CY09]", day.photo())
        expect(second.locator("#item-CY09 .photos").first.locator("figure")).to_have_count(1)
        day.say(page, "CY01", "normal")
        expect(page.locator("[data-toasts]")).to_contain_text("在另一个窗口里打开过")
        expect(page.locator("#item-CY09 .photos").first.locator("figure")).to_have_count(1)
        day.say(page, "CY01", "normal")
        day.finish(page, 8)
        second.bring_to_front()
        second.get_by_role("button", name="完成检查").click()
        expect(second.locator("main")).to_contain_text("这次检查已完成")
        second.evaluate(SENDS_FOR_A_SECOND)
        day.context.set_offline(False)
        page.bring_to_front()
        page.locator(".outbox-chip").click()
        expect(page.locator(".outbox-chip")).to_have_text("已全部发送", timeout=20_000)
        day.close()
    visit = Visit.objects.get(state="done")
    assert (visit.answers["items"]["CY01"], sorted(Hazard.objects.values_list("item_code", flat=True))) == ("ok", ["CY05", "CY09"])
    assert told_by_the_phone()["moves"] == 1


def test_what_can_never_be_sent_is_handed_in_as_a_file_and_counts_once(district, tmp_path):  # noqa: F811
    with a_phone(tmp_path / "profile") as begin:
        day = Day(begin, tmp_path)
        page = begun(day)
        day.begin_visit(page, 1)
        day.find(page, "CY05", 1)
        day.finish(page, 8)
        page.locator(".outbox-chip").click()
        files = [saved(page, name, tmp_path) for name in ("导出未发送的记录", "把照片和录音存到手机")]
        with HELD:
            told = handed_in(*files)
            assert ("已收下" in told, "收下照片和录音 1 个" in told) == (True, True), told
            assert (Hazard.objects.count(), told_by_the_phone()["whole"]) == (1, 1)
        day.context.set_offline(False)
        page.get_by_role("button", name="现在发送").click()
        expect(page.locator(".outbox-chip")).to_have_text("已全部发送", timeout=20_000)
        day.close()
    told = told_by_the_phone()
    assert (told["hazards"], told["pictures"], told["moves"]) == (1, 1, 1)


def saved(page: Page, button: str, folder: Path) -> Path:
    with page.expect_download() as waiting:
        page.get_by_role("button", name=button).click()
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path


def handed_in(records: Path, photo: Path) -> str:
    assert [set(one) for one in json.loads(records.read_text())["envelopes"]] == [{"n", "at", "state", "sentences", "body", "signature"}]
    office = Client()
    office.post("/sign-in/", {"login_name": "community", "password": PASSWORD})
    with records.open("rb") as file, photo.open("rb") as picture:
        answer = office.post("/field/hand-in/", {"records": file, "files": picture})
    assert answer.status_code == 200, answer.content.decode()
    return answer.content.decode()


def test_a_unit_inspects_itself_where_there_is_no_signal(district, tmp_path):  # noqa: F811
    shop = open_one("premises", "create", {
        "name": "老陈饭店", "place_type": "restaurant", "address": "中南路88号", "area": district.areas["G111"].uid,
        "owner": district.houses["restaurant"].uid}, actor=district.actor("street"), at=NOON - timedelta(days=30))
    with a_phone(tmp_path / "profile") as begin:
        day = Day(begin, tmp_path)
        page = day.open(trust=True)
        day.sign_in(page, "unit")
        expect(page.locator(".stops")).to_contain_text("还没有自查记录")
        installed(page)
        day.context.set_offline(True)
        page.get_by_role("link", name="老陈饭店").click()
        page.locator("fieldset", has_text="CY01").locator(".answer-normal").click()
        page.locator("fieldset", has_text="CY05").locator(".answer-hazard").click()
        page.locator("fieldset", has_text="CY05").locator("textarea").fill("软管有裂纹")
        page.set_input_files("input[name=photos]", day.photo())
        expect(page.locator("figure")).to_have_count(1)
        assert (page.evaluate("document.documentElement.scrollWidth"), violations(page)) == (360, [])
        day.picture(page, "own-check")
        page.get_by_role("button", name="记下").click()
        expect(page.locator(".stops")).to_contain_text("这台手机上 1 次")
        assert SelfInspection.objects.count() == 0
        day.context.set_offline(False)
        page.locator(".outbox-chip").click()
        expect(page.locator(".outbox-chip")).to_have_text("已全部发送", timeout=20_000)
        day.close()
    made = SelfInspection.objects.get()
    assert (made.premises.uid, made.found, made.problems[0]["what"], made.answers["items"], day.complaints) == (
        shop, 1, "软管有裂纹", {"CY01": "ok", "CY05": "hazard"}, [])
    assert told_by_the_phone()["whole"] == 1
