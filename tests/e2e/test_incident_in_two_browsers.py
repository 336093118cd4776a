"""Two people at once on one incident: the duty officer at the desk and the commander in the room, live, and without a gap after a drop."""

import re
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from anlan.duty.testing import desk_roster
from anlan.incidents.models import Incident
from anlan.incidents.selectors import LIVE
from tests.served import enter
from tests.test_stream import place, port, signed_in  # noqa: F401

from .test_live import house  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def note(page: Page, incident: Incident, text: str) -> None:
    """As the officer writes on the incident's page."""
    page.goto(f"/desk/incidents/{incident.uid}/note")
    page.fill("textarea[name=text]", text)
    page.click(".form-foot button[type=submit]")
    page.wait_for_url(re.compile(f"/desk/incidents/{incident.uid}/$"))


def test_the_commander_sees_what_the_duty_officer_does_and_misses_nothing(place, house):  # noqa: F811
    desk_roster(place, "emergency_bureau", date(2021, 6, 1))
    officer = enter(*house, signed_in("emergency"), 1440).new_page()
    officer.goto("/desk/incidents/report/")
    officer.fill("input[name=title]", "东街居民楼起火")
    officer.click(".form-foot button[type=submit]")
    officer.wait_for_url(re.compile(r"/desk/incidents/[0-9a-f-]{36}/$"))
    incident = Incident.objects.get(state__in=LIVE)

    context = enter(*house, signed_in("leader"), 1440)
    commander = context.new_page()
    commander.goto(f"/desk/incidents/{incident.uid}/room/")
    commander.evaluate("window.stayed = true")
    story = commander.locator("section[aria-labelledby=story]")
    note(officer, incident, "第一辆车到场")
    expect(story).to_contain_text("第一辆车到场")

    context.set_offline(True)
    for text in ("水枪出水", "一人救出"):
        note(officer, incident, text)
    assert "水枪出水" not in story.inner_text()
    context.set_offline(False)
    expect(story).to_contain_text("一人救出")
    lines = story.inner_text()
    assert [lines.count(text) for text in ("第一辆车到场", "水枪出水", "一人救出")] == [1, 1, 1]
    assert lines.index("一人救出") < lines.index("水枪出水") < lines.index("第一辆车到场")  # newest first
    assert commander.evaluate("window.stayed") is True  # the page is the same: nothing was reloaded
