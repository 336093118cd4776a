"""Every page that anyone reaches: no dead link, no English, few statements; sound for axe and at 360 px."""

import re
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from playwright.sync_api import Browser

from anlan.kernel.actors import SYSTEM
from anlan.kernel.follow import follow_all
from anlan.kernel.journal import seal_all
from anlan.outgoing.weighing import weigh
from anlan.patrols.rounds import plan_rounds
from anlan.people.testing import CAST, HOUSES, NOON
from anlan.places.actions import open_many
from anlan.toolkit.ui.tests.browser import violations

from .crawl import Reader, asked_by_page, spoken
from .served import a_house, enter
from .world import World, _do, a_world

# All of it beside the browser: what one reading found serves every test.
pytestmark = [pytest.mark.django_db, pytest.mark.browser]
READERS = sorted(set(CAST) - {"warden2", "street2", "officer2", "unit2", "teamleader", "deputy"})  # these have doubles
MOST_STATEMENTS, MOST_OF_A_CASE = 12, 14  # of a case: four of its trail and clocks name people, posts and parties
ALLOWED = {"word", "pdf", "qr", "lec", "ls", "excel", "csv", "xlsx", "docx", "geojson", "wgs", "gcj", "bd", "cgcs", "gb",
           "english", "enter", "esc", "tab", "code", "lpg", "json", "kb", "mb", "gis", "id", "parquet",
           "linestring", "speed", "class", "highway", "oneway"}  # names that a file of roads must use

GROWING = {
    "street": ("/desk/", "/desk/hazards/", "/desk/matters/", "/desk/premises/", "/desk/visits/?state=all",
               "/desk/rounds/?state=all", "/desk/proposals/", "/desk/risk-points/", "/desk/special-objects/",
               "/desk/shelters/", "/desk/hydrants/", "/desk/resources/", "/desk/resources/goods/", "/desk/teams/", "/desk/stocks/",
               "/desk/stocks/{stock}/", "/desk/callouts/",
               "/desk/duty/", "/desk/duty/phones/", "/desk/duty/log/", "/desk/duty/month/",
               "/desk/premises/{premises}/", "/desk/hazards/{hazard}/", "/desk/matters/{matter}/", "/desk/calls/",
               "/desk/calls/board/", "/desk/calls/{call}/", "/desk/calls/{call}/same/", "/desk/attendances/",
               "/desk/rounds/plan/?day=2021-06-01", "/desk/search/?q=小", "/desk/notices/", "/desk/figures/haz-found/",
               "/desk/messages/", "/desk/my-notices/"),
    "warden": ("/field/", "/field/visits/{planned}/", "/field/visits/{visit}/"),
    "unit": ("/unit/", "/unit/hazards/{hazard}/", "/unit/premises/{premises}/", "/desk/hazards/"),
}
DRAWN = "() => document.querySelector('main') !== null && document.querySelector('h1') !== null"
SPILLED = """width => [...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().right > width + 1)
  .slice(0, 3).map(e => e.outerHTML.slice(0, 120))"""


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[World]:
    with a_world(tmp_path_factory.mktemp("home"), django_db_blocker) as made:
        made.sign_in("auditor").get("/", follow=True)  # what a process reads once is read
        yield made


READ: dict[str, Reader] = {}


def read_by(world: World, who: str) -> Reader:
    """What one of the cast reaches; read once for all tests of this module."""
    if who not in READ:
        READ[who] = Reader(world.sign_in(who), "/").read()
    return READ[who]


@pytest.mark.parametrize("who", READERS)
def test_no_link_is_dead_and_no_form_goes_nowhere(world, who):
    read = read_by(world, who)
    assert read.dead == []
    assert len(read.pages) > 8


@pytest.mark.parametrize("who", READERS)
def test_a_page_takes_few_statements(world, who):
    assert {p.path: p.statements for p in read_by(world, who).pages if p.text and p.statements > most_of(p.path)} == {}


def most_of(path: str) -> int:
    return MOST_OF_A_CASE if re.match(r"/desk/[a-z-]+/[0-9a-f-]{36}/$", path) else MOST_STATEMENTS


@pytest.mark.parametrize("who", READERS)
def test_pages_speak_chinese(world, who):
    known = {*CAST, *HOUSES, "member"}  # login names and codes are what people have chosen
    told = {}
    for page in read_by(world, who).pages:
        words = {w for w in re.findall(r"(?<![\w.@/-])[A-Za-z]{2,}(?![\w@/.-])", spoken(page.text))}
        if foreign := {w for w in words if w.lower() not in ALLOWED | known}:
            told[page.path] = sorted(foreign)
    assert told == {}


# In a browser


@pytest.fixture(scope="module")
def house(world) -> Iterator[tuple[Browser, str]]:
    with a_house() as found:
        yield found


LOOKED_AT: set[str] = set()


@pytest.mark.parametrize("who", READERS)
def test_pages_are_sound_at_two_widths(world, house, who):
    """Each route is looked at in the first of the cast that reaches it, whatever its frame."""
    pages = {p.route: p for p in reversed(read_by(world, who).pages) if p.text and p.route not in LOOKED_AT}
    LOOKED_AT.update(pages)
    told: dict[str, object] = {}
    context = enter(*house, world.sign_in(who), 360, trust=True)
    page = context.new_page()
    widths = [360, 1440]
    for shown in pages.values():
        page.goto(shown.path)
        if not page.evaluate(DRAWN):  # the field app draws its pages itself
            page.wait_for_function(DRAWN)
        for width in widths:
            page.set_viewport_size({"width": width, "height": 900})
            if (wide := page.evaluate("document.documentElement.scrollWidth")) > width:
                told[f"{shown.path} is {wide} wide"] = page.evaluate(SPILLED, width)
            if faults := violations(page):
                told[f"{shown.path} at {width}"] = faults
        widths.reverse()  # the next page begins at the width that this one ended with
    context.close()
    assert told == {}


# What a page costs does not grow with its rows


def test_thirty_rows_take_as_many_statements_as_one(world):
    pages = [(who, path) for who, paths in GROWING.items() for path in paths]
    clients = {who: world.sign_in(who) for who in GROWING}
    few = {(who, path): _statements(clients[who], path.format(**world.east.rows)) for who, path in pages}
    _thirty_more(world)
    many = {(who, path): _statements(clients[who], path.format(**world.east.rows)) for who, path in pages}
    assert {k: (few[k], n) for k, n in many.items() if n > few[k]} == {}
    assert {k: n for k, n in many.items() if n > most_of(k[1].format(**world.east.rows))} == {}


def _statements(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as held:
        assert client.get(path).status_code == 200, path
    return asked_by_page(held)


def _thirty_more(world: World) -> None:
    place, east = world.place, world.east
    grid = place.areas["G111"].uid
    units = open_many("premises", "create", [
        {"name": f"小店{n}", "place_type": "restaurant", "address": f"中南路{n}号", "area": grid,
         "owner": place.houses["restaurant"].uid} for n in range(30)], actor=place.actor("street"), at=NOON)
    open_many("hydrant", "create", [{"code": f"Y{n}", "sort": "ground", "place": f"路口{n}", "area": grid} for n in range(30)],
              actor=SYSTEM, at=NOON)
    open_many("shelter", "create", [{"name": f"广场{n}", "sort": "outdoor", "capacity": 9, "address": f"{n}号", "area": grid}
                                    for n in range(30)], actor=SYSTEM, at=NOON)
    open_many("special_object", "create", [{"sort": "elevator", "name": f"电梯{n}", "area": grid} for n in range(30)],
              actor=SYSTEM, at=NOON)
    open_many("risk_point", "create", [
        {"premises": east.rows["premises"], "name": f"风险点{n}", "method": "ls", "likelihood": "3", "consequence": "4"}
        for n in range(30)], actor=SYSTEM, at=NOON)
    finds = [{"uid": str(uuid4()), "matter": str(uuid4()), "item": "", "what": f"地面湿滑{n}", "days": 3,
              "level": "general", "before": ["a" * 64]} for n in range(30)]
    _do(place, "visit", uuid4(), "drop_in", "warden", premises=str(east.rows["premises"]), result="hazards", finds=finds,
        signature=["b" * 64], signer="某")
    for n, found in enumerate(finds):
        _do(place, "hazard", UUID(found["uid"]), "ask_extension", "unit", reason=f"排期{n}", days=3)
    for n in range(30):
        _do(place, "call", uuid4(), "ring", "warden", matter=str(east.rows["matter"]), goal=f"请清理{n}", priority="P3",
            reason="force", tried="已劝导", assistants=[str(place.houses["street1_office"].uid)])
    for uid in units[:29]:
        _do(place, "visit", uuid4(), "drop_in", "warden", premises=str(uid), result="normal")
    plan_rounds([place.posts["warden"]], NOON.date() + timedelta(days=60), actor=place.actor("street"), at=NOON)
    plan_rounds([place.posts["warden"]], NOON.date(), actor=place.actor("street"), at=NOON)
    seal_all()
    follow_all()
    weigh(NOON)
