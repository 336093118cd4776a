"""The one map in a real browser: drawn by software, picked, filtered, walked back, listed, by mouse and by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page

from anlan.people.testing import NOON
from anlan.premises.models import Premises
from anlan.toolkit.ui.tests.browser import violations
from tests.served import a_house, enter
from tests.world import World, a_world

pytestmark = [pytest.mark.django_db, pytest.mark.browser]
SETTLED = 30_000


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[World]:
    with a_world(tmp_path_factory.mktemp("home"), django_db_blocker) as made:
        place_units(made)
        yield made


def place_units(world: World) -> None:
    """The units of both streets get a point, and what hangs on them goes with it."""
    from anlan.hazards.models import Hazard  # noqa: PLC0415
    from anlan.onemap import pyramid  # noqa: PLC0415
    from anlan.toolkit.tilekey import key  # noqa: PLC0415

    for side in (world.east, world.west):
        lon, lat = world.place.point(side.cast["grid"])
        spot = {"lon": lon, "lat": lat, "tile_key": key(lon, lat)}
        Premises.objects.filter(uid=side.rows["premises"]).update(**spot)
        Hazard.objects.filter(premises__uid=side.rows["premises"]).update(**spot)
    pyramid.rebuild()


@pytest.fixture(scope="module")
def house(world) -> Iterator[tuple[Browser, str]]:
    with a_house() as found:
        yield found


@pytest.fixture
def look(world, house):
    """look(who, path, width) → the page, once the map has settled; what the browser complains about fails the test."""
    opened, complaints = [], []

    def do(who: str, path: str = "/desk/map/", width: int = 1440, height: int = 900, trust: bool = False) -> Page:
        context = enter(*house, world.sign_in(who), width, height, trust=trust)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
        opened.append(context)
        page.goto(path)
        settled(page)
        return page

    yield do
    for context in opened:
        context.close()
    assert complaints == []


QUIET = """() => !!window.anlanMap && anlanMap.loaded() && anlanMap.areTilesLoaded()
  && Number(document.querySelector('[data-map]').dataset.settled || 0) > 0"""


def settled(page: Page) -> None:
    """Nothing is being fetched or drawn any more. Asked from here: the content policy lets no text become a script."""
    for _turn in range(SETTLED // 100):
        page.wait_for_timeout(100)
        if page.evaluate(QUIET):
            return
    pytest.fail(f"the map did not settle: {page.inner_text('[data-map-note]')}")


def drawn(page: Page, layer: str) -> list[dict]:
    return page.evaluate(f"anlanMap.queryRenderedFeatures({{layers: ['{layer}']}}).map(f => f.properties)")


def close_up(world: World, **more: str) -> str:
    lon, lat = world.place.point("G111")
    return "/desk/map/?" + "&".join([f"c={lon},{lat}", "z=16", *(f"{k}={v}" for k, v in more.items())])


def test_a_street_sees_its_ground_and_its_units(world, look, tmp_path):
    page = look("street")
    page.screenshot(path=str(tmp_path / "street.png"))
    assert [c["n"] for c in drawn(page, "premises-clusters")] == [1]
    assert {a["name"] for a in drawn(page, "edges")} >= {"东街街道", "东一社区"}
    assert "边界为生成" in page.inner_text(".map-source")
