"""A resident follows a community without a name: what was reported and put right there, and what is new since she looked."""

from __future__ import annotations

import re
from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.test import Client

from anlan.kernel.models import Entry
from anlan.people.testing import NOON
from anlan.portal import limits, neighbourhood
from anlan.toolkit.intake.rates import Buckets

from .conftest import find

pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture(autouse=True)
def rested(monkeypatch):
    monkeypatch.setattr(limits, "BUCKETS", Buckets())


@pytest.fixture
def page(place):
    return f"/public/neighbourhood/{place.areas['C11'].uid}/"


@pytest.fixture
def life(place, walk, restaurant):
    """Two days ago somebody reported; yesterday a visit found two hazards; in the west something of its own."""
    walk("matter", uuid4(), "open", "warden", NOON - 2 * DAY, what="张三家门口堆物，电话13800138000", place="3栋2单元",
         area=str(place.areas["G111"].uid))
    walk("matter", uuid4(), "open", "warden2", NOON - 2 * DAY, what="西边的事", area=str(place.areas["G211"].uid))
    walk("visit", uuid4(), "drop_in", "warden", NOON - DAY, premises=str(restaurant.uid), result="hazards",
         finds=[find("CY05"), find("CY06")], answers={}, signature=["c" * 64], signer="陈某")


def text_of(answer):
    assert answer.status_code == 200, answer.content.decode()
    return answer.content.decode()


def said(answer):
    return re.findall(r"</time> (.*?)</li>", text_of(answer))


def test_kinds_days_and_counts_are_told_and_nobodys_words_name_or_place(page, life):
    told = text_of(Client().get(page))
    assert said(Client().get(page)) == ["检查发现隐患 2 起", "有人反映：安全问题"]
    assert [word for word in ("张三", "13800138000", "3栋", "小馆", "西边", "王敏") if word in told] == []


def test_followed_it_says_what_is_new_since_the_last_look_and_unfollowed_it_forgets(page, life, walk, place):
    phone, before = Client(), Entry.objects.count()
    assert "以来" not in text_of(phone.get(page))
    phone.post(page, {"follow": "1"})
    assert "以来没有新动态" in text_of(phone.get(page))
    walk("matter", uuid4(), "open", "warden", NOON, what="井盖破损", area=str(place.areas["G111"].uid))
    phone.cookies[neighbourhood.COOKIE] = neighbourhood.signing.dumps(
        [[str(place.areas["C11"].uid), int((NOON - HOUR).timestamp())]], salt=neighbourhood.SALT)
    assert "1 条新动态" in text_of(phone.get("/public/neighbourhood/"))
    assert said(phone.get(page))[0] == '有人反映：安全问题 <span class="tag">新</span>'
    assert "以来没有新动态" in text_of(phone.get(page))
    phone.post(page, {"follow": "0"})
    assert ("以来" in text_of(phone.get(page)), phone.cookies[neighbourhood.COOKIE].value) == (False, "")
    assert Entry.objects.count() == before + 1  # the report alone: nothing is kept of who reads


def test_following_five_takes_no_more_statements_than_following_one(place, life, django_assert_max_num_queries):
    phone = Client()
    for name in ("C11", "C12", "C21", "S1", "S2"):
        phone.post(f"/public/neighbourhood/{place.areas[name].uid}/", {"follow": "1"})
    with django_assert_max_num_queries(12):
        told = text_of(phone.get("/public/neighbourhood/"))
    assert told.count("没有新动态") == 5


def test_a_cookie_that_is_not_ours_follows_nothing(page):
    phone = Client()
    phone.cookies[neighbourhood.COOKIE] = '[["x", 1]]'
    assert "关注，下次来看有什么新动态" in text_of(phone.get(page))


def test_the_feed_tells_the_same(page, life):
    answer = Client().get(f"{page}feed.xml")
    assert re.findall(r"<title>(.*?)</title>", text_of(answer))[1:] == ["检查发现隐患 2 起", "有人反映：安全问题"]
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"


def test_a_grid_or_an_unknown_place_has_no_page(place):
    assert [Client().get(f"/public/neighbourhood/{uid}/").status_code for uid in (place.areas["G111"].uid, uuid4())] == [404, 404]


def test_too_many_pages_of_one_address_wait_and_another_reads_on(page, monkeypatch):
    monkeypatch.setattr(limits, "time", SimpleNamespace(monotonic=lambda: 1_000.0))
    answers = [Client().get(page, REMOTE_ADDR="203.0.113.7").status_code for _n in range(62)]
    assert (answers.count(200), answers[-1], Client().get(page, REMOTE_ADDR="203.0.113.8").status_code) == (60, 429, 200)
