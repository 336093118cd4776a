"""The morning on paper, on the wall and on the phone, in a browser."""

import re
from collections.abc import Iterator
from io import BytesIO
from unicodedata import normalize

import pytest
from playwright.sync_api import Browser, expect
from pypdf import PdfReader

from tests.served import a_house, enter
from tests.world import World, a_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[World]:
    with a_world(tmp_path_factory.mktemp("home"), django_db_blocker) as made:
        yield made


@pytest.fixture(scope="module")
def house(world) -> Iterator[tuple[Browser, str]]:
    with a_house() as found:
        yield found


def test_it_prints_on_one_sheet_of_a4_with_its_numbers_and_what_is_due(world, house):
    page = enter(*house, world.sign_in("director"), 1440).new_page()
    page.goto("/desk/morning/")
    paper = PdfReader(BytesIO(page.pdf(format="A4", prefer_css_page_size=True)))
    told = normalize("NFKC", re.sub(r"\s+", "", "".join(sheet.extract_text() for sheet in paper.pages)))
    assert len(paper.pages) == 1
    for words in ("晨报", "未销号隐患", "没有签收的呼叫", "重大隐患", "在办的挂牌督办", "每千家"):
        assert words in told, words
    page.context.close()


def test_the_wall_goes_from_part_to_part_can_be_held_and_is_read_from_three_metres(world, house):
    page = enter(*house, world.sign_in("director"), 1920, 1080).new_page()
    page.clock.install()
    page.goto("/desk/morning/wall/")
    shown = page.locator("[data-slide]:visible h2")
    first = shown.inner_text()
    assert page.locator("[data-slide]:visible").count() == 1
    page.clock.run_for(15_000)
    assert shown.inner_text() != first
    page.get_by_role("button", name="停在这里").click()
    held = shown.inner_text()
    page.clock.run_for(40_000)
    assert shown.inner_text() == held
    page.keyboard.press("ArrowLeft")
    assert shown.inner_text() == first
    sizes = page.evaluate("""() => [...document.querySelectorAll('[data-slide]:not([hidden]) dt, [data-slide]:not([hidden]) .figure-value')]
      .map(e => parseFloat(getComputedStyle(e).fontSize))""")
    assert min(sizes) >= 26 and max(sizes) >= 90  # at 1920 × 1080 on a screen of 1.2 m: 16 mm and more
    assert page.evaluate("document.documentElement.scrollHeight") <= 1080
    page.context.close()


def test_the_wall_fetches_its_parts_anew_and_stays_where_it_is(world, house):
    page = enter(*house, world.sign_in("director"), 1920, 1080).new_page()
    page.goto("/desk/morning/wall/")
    page.keyboard.press("ArrowRight")
    stands = page.locator("[data-slide]:visible h2").inner_text()
    page.evaluate("document.querySelector('[data-slides-parts]').dataset.old = '1'")
    page.evaluate("document.dispatchEvent(new CustomEvent('anlan:sealed', {detail: {kind: 'hazard'}}))")
    expect(page.locator("[data-slides-parts][data-old]")).to_have_count(0, timeout=15_000)
    assert page.locator("[data-slide]:visible h2").inner_text() == stands
    page.context.close()


def test_on_a_phone_nothing_stands_out_and_groups_open(world, house):
    page = enter(*house, world.sign_in("director"), 360).new_page()
    page.goto("/desk/morning/")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    closed = page.locator(".night details:not([open])").first
    if closed.count():
        closed.locator("summary").click()
        expect(page.locator(".night details[open] li").first).to_be_visible()
    page.context.close()
