"""The charts of a dashboard in a browser: drawn, named for those who do not see them, and each with its table at hand."""

import re

import pytest
from playwright.sync_api import expect

from anlan.toolkit.ui.tests.browser import violations

from .test_report_in_a_browser import EAST, WEST, house, place  # noqa: F401  the two streets with hazards put right

pytestmark = [pytest.mark.django_db, pytest.mark.browser]


@pytest.mark.parametrize("width", [360, 1440])
def test_every_chart_is_drawn_and_its_table_opens_by_key(house, width):  # noqa: F811
    page = house.enter("director", (width, 900))
    page.goto("/desk/dashboard/")
    charts = page.locator(".chart")
    expect(charts.locator("canvas")).to_have_count(charts.count())
    assert charts.count() > 6
    assert all(page.evaluate("[...document.querySelectorAll('.chart')].map(c => c.getAttribute('aria-label'))"))
    assert page.evaluate("document.documentElement.scrollWidth") == width
    behind = page.locator(".board-chart", has=page.locator(".chart[data-chart=areas]")).first
    behind.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(behind.locator("tbody tr")).to_have_count(2)
    expect(behind.locator("tbody td.number").first).to_have_text(f"{EAST} 起")
    assert house.complaints == []
    page.context.close()


def test_a_bar_opens_the_rows_of_its_street(house):  # noqa: F811
    page = house.enter("director")
    page.goto("/desk/dashboard/")
    chart = page.locator(".board-chart", has=page.locator("h3", has_text="整改一般隐患 · 分区域")).locator("canvas")
    chart.scroll_into_view_if_needed()
    page.wait_for_timeout(500)
    box = chart.bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.35, box["y"] + box["height"] * 0.68)  # the second line
    page.wait_for_url(re.compile("/desk/figures/haz-rectified/"))
    expect(page.locator("h1")).to_have_text("整改一般隐患")
    expect(page.locator(".figure-value").first).to_have_text(f"{WEST}起")
    page.context.close()


def test_axe_finds_nothing(house):  # noqa: F811
    page = house.enter("director")
    context = house.browser.new_context(base_url=house.origin, bypass_csp=True, storage_state=page.context.storage_state())
    looked_at = context.new_page()
    looked_at.goto("/desk/dashboard/")
    expect(looked_at.locator(".chart canvas").first).to_be_visible()
    assert violations(looked_at) == []
    context.close()
    page.context.close()
