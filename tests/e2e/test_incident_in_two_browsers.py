"""Two people at once on one incident: the duty officer at the desk and the director in the room, live, and without a gap after a drop."""

import re
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from anlan.duty.testing import desk_roster
from anlan.incidents.models import Incident, InfoReport, Relay
from anlan.incidents.selectors import LIVE
from tests.served import enter
from tests.test_stream import place, port, signed_in, web  # noqa: F401

from .test_live import browser, desks, house  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SUBMIT = ".form-foot button[type=submit]"


def fill(page: Page, address: str, **typed: str) -> None:
    """A move's form, filled and sent; the page of the case follows."""
    page.goto(address)
    for name, text in typed.items():
        field = page.locator(f"[name={name}]")
        field.select_option(text) if field.evaluate("e => e.tagName") == "SELECT" else field.fill(text)
    page.click(SUBMIT)
    page.wait_for_url(re.compile(r"/desk/[a-z-]+/[0-9a-f-]{36}/$"))


def press(page: Page, words: str) -> None:
    page.locator(".moves-list").get_by_role("button", name=words, exact=True).click()


def test_the_director_sees_what_the_duty_officer_does_signs_and_misses_nothing(place, house):  # noqa: F811
    desk_roster(place, "emergency_bureau", date(2021, 6, 1))
    officer = enter(*house, signed_in("emergency"), 1440).new_page()
    lon, lat = place.point("G111")
    fill(officer, f"/desk/incidents/report/?lon={lon}&lat={lat}", title="东街居民楼起火")
    incident = Incident.objects.get(state__in=LIVE)
    for desk in ("区应急管理局待报告电话报告还剩 30 分钟", "区政府待报告电话报告还剩 30 分钟"):  # both clocks run
        expect(officer.locator(".rung-steps")).to_contain_text(desk)

    context = enter(*house, signed_in("director"), 1440)
    director = context.new_page()
    director.goto(f"/desk/incidents/{incident.uid}/room/")
    director.evaluate("window.stayed = true")
    story = director.locator("section[aria-labelledby=story]")
    bureau = Relay.objects.get(incident=incident, rung="bureau")
    fill(officer, f"/desk/relays/{bureau.uid}/phone", whom="市局值班员")
    expect(story).to_contain_text("电话报告市局值班员")

    fill(officer, f"/desk/info-reports/new?incident={incident.uid}&sort=first")
    report = InfoReport.objects.get(incident=incident)
    signing = context.new_page()
    signing.goto(f"/desk/info-reports/{report.uid}/")
    press(signing, "签发")
    expect(signing.locator(".moves-list")).to_contain_text("报出")
    officer.reload()
    press(officer, "报出")
    expect(story).to_contain_text("报出，文号本区应急信息〔2021〕第001期")

    context.set_offline(True)
    fill(officer, f"/desk/judgements/new?incident={incident.uid}", people="卫华、蒋军", facts="火势蔓延", decision="respond", level="3")
    fill(officer, f"/desk/incidents/{incident.uid}/note", text="一人救出")
    assert "研判" not in story.inner_text()
    context.set_offline(False)
    expect(story).to_contain_text("一人救出")
    lines = story.inner_text()
    assert [lines.count(text) for text in ("电话报告市局值班员", "启动或调整响应", "一人救出")] == [1, 1, 1]
    assert lines.index("一人救出") < lines.index("启动或调整响应") < lines.index("电话报告市局值班员")  # newest first
    assert director.evaluate("window.stayed") is True  # the page is the same: nothing was reloaded

    fill(signing, f"/desk/incidents/{incident.uid}/respond", level="3")
    expect(director.locator("section[aria-labelledby=situation]")).to_contain_text("已启动Ⅲ级响应，指挥长：分管副区长。")
    expect(director.locator("[data-room-map] .maplibregl-canvas")).to_have_count(1)
    expect(director.locator("[data-room-map]")).to_have_attribute("data-ways", "0")
