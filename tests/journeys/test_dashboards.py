"""What a leader, a department and a street look at first: on their own ground, each number with its rows."""

import re
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from anlan.kernel.journal import seal_all
from anlan.people.testing import NOON, PASSWORD

from ..crawl import asked_by_page
from .conftest import BEFORE, SIGNATURE, find

pytestmark = pytest.mark.django_db
TODAY = NOON.date()


@pytest.fixture
def found(place, restaurant, walk):
    walk("visit", uuid4(), "drop_in", "warden", NOON, premises=str(restaurant.uid), result="hazards", signer="陈某",
         finds=[find("CY09", before=[BEFORE]), find("", "地面湿滑", days=3, before=[BEFORE])], signature=[SIGNATURE])
    seal_all()


def read(who, words=""):
    client = Client()
    client.post("/sign-in/", {"login_name": who, "password": PASSWORD})
    return client.get(f"/desk/dashboard/{words}")


@pytest.mark.parametrize(("who", "title", "group"), [
    ("leader", "领导看板", "呼叫"), ("director", "领导看板", "呼叫"), ("gas", "部门看板", "月报"), ("street", "街道看板", "网格"),
    ("community", "社区看板", "网格"), ("warden", "网格看板", "网格"), ("expert", "全区看板", "网格")])
def test_each_has_a_page_of_what_it_looks_at_first(found, who, title, group):
    page = read(who)
    headings = re.findall(r"<h2>([^<]+)</h2>", page.content.decode())
    assert (page.status_code, page.context["title"], group in headings) == (200, title, True)


def test_it_is_the_readers_ground_and_no_other(found, place):
    values = {who: read(who).context["groups"][0]["shown"][0].figure.value for who in ("director", "street", "street2")}
    assert values == {"director": 2, "street": 2, "street2": 0}
    west, east = (f"?area={place.areas[code].uid}" for code in ("S2", "S1"))
    assert read("director", west).context["groups"][0]["shown"][0].figure.value == 0
    assert (read("street2", east).status_code, read("unit").status_code, Client().get("/desk/dashboard/").status_code) == (404, 404, 302)


def test_every_number_leads_to_rows_that_give_it(found, place):
    page = read("director")
    first = page.context["groups"][0]["shown"][0]
    client = Client()
    client.post("/sign-in/", {"login_name": "director", "password": PASSWORD})
    for url in (first.figure.url, first.trend.rows[0].url, first.areas.rows[0].url):
        assert client.get(url).context["told"].value == 2, url
    assert client.get(first.trend.rows[1].url).context["told"].value == 0, "of the month before"


def test_a_count_has_no_decimals_and_a_mean_has_one(found):
    shown = {s.figure.label: s.figure.places for group in read("director").context["groups"] for s in group["shown"]}
    assert (shown["网格员巡查任务"], shown["岗均检查次数"], shown["整改率"]) == (None, 1, 1)


def test_behind_each_chart_stands_its_table(found):
    text = read("director").content.decode()
    assert text.count('class="chart"') > 6
    assert "没有可画的" in text, "where all is zero a sentence stands instead"
    assert text.count("<details><summary>") == text.count('class="board-chart"')
    assert all("<table" in one for one in text.split('class="board-chart"')[1:])


@pytest.mark.parametrize("who", ["leader", "gas", "street"])
def test_it_takes_few_statements(found, who):
    client = Client()
    client.post("/sign-in/", {"login_name": who, "password": PASSWORD})
    client.get("/desk/dashboard/")
    with CaptureQueriesContext(connection) as held:
        client.get("/desk/dashboard/")
    assert asked_by_page(held) <= 12
