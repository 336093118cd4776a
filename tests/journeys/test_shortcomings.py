"""How the three weaknesses stand: what nobody checked, how long others take to come, what residents tell."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from anlan.calls.models import Attendance
from anlan.kernel.journal import head_of_chain, seal_all
from anlan.people.testing import NOON, PASSWORD
from anlan.places.actions import open_one
from anlan.premises.models import Premises
from anlan.reports.freezing import check
from anlan.reports.models import Report
from anlan.toolkit import spreads
from anlan.toolkit.indicators import INDICATORS, figure, period_of
from anlan.toolkit.registers.contract import rows_fold_to_the_figure

from ..crawl import asked_by_page
from .test_reports import settle

pytestmark = pytest.mark.django_db
DAY, TODAY = timedelta(days=1), NOON.date()


@pytest.fixture
def red(place, restaurant, walk):
    """The restaurant is red: a warden is to come every seven days."""
    open_one("risk_point", "create", {"premises": restaurant.uid, "name": "后厨", "method": "ls", "likelihood": "5",
                                      "consequence": "5"}, actor=place.actor("street"), at=NOON - 29 * DAY)
    restaurant.refresh_from_db()
    assert restaurant.colour == "red"
    seal_all()
    return restaurant


@pytest.fixture
def visit(walk, restaurant):
    def at(when, who="warden"):
        walk("visit", uuid4(), "drop_in", who, when, premises=str(restaurant.uid), result="normal")
        seal_all()

    return at


def number(id, place, at=NOON, **asked):
    return rows_fold_to_the_figure(id, actor=place.actor("director", at), at=at, **asked).value


def test_a_unit_is_unchecked_until_somebody_comes_and_again_when_its_interval_has_passed(place, red, visit):
    assert [number(i, place) for i in ("grd-unchecked", "grd-unchecked-rate")] == [1, 100]
    visit(NOON - 6 * DAY, "street")
    assert [number(i, place) for i in ("grd-unchecked", "grd-unchecked-rate")] == [0, 0], "any party's check counts"
    assert number("grd-unchecked", place, at=NOON + DAY) == 1, "the seventh day is over"
    assert number("grd-unchecked", place, on=TODAY - 7 * DAY) == 1, "and it was so before"


def test_the_interval_is_that_of_the_units_colour(place, restaurant, visit):
    visit(NOON - 20 * DAY)
    assert restaurant.colour == "ungraded"
    assert number("grd-unchecked", place) == 0, "looked after like a yellow one: thirty days"
    assert number("grd-unchecked", place, at=NOON + 10 * DAY) == 1


def test_a_check_that_was_told_later_or_taken_back_changes_what_is_known_now_not_what_was_known_then(place, red, visit):
    head = head_of_chain()[0]
    visit(NOON - 2 * DAY)
    told = [figure("grd-unchecked", actor=place.actor("director"), at=NOON, head=h).value for h in (head, None)]
    assert told == [1, 0]


def test_a_closed_unit_is_owed_no_check_and_no_unit_gives_a_dash(place, red, walk):
    walk("premises", red.uid, "close", "street", NOON - DAY, reason="歇业")
    seal_all()
    assert number("grd-unchecked", place) == 0
    assert number("grd-unchecked-rate", place) is None
    assert str(figure("grd-unchecked-rate", actor=place.actor("director"), at=NOON)) == "—"


def test_each_month_of_what_was_not_checked_is_told_by_itself(place, red, visit):
    visit(NOON - 22 * DAY)
    period = period_of(at=NOON, on=TODAY, since=date(TODAY.year, 1, 1))
    months = spreads.by_month(INDICATORS["grd-unchecked"], period, place.areas["D"].id)
    alone = {first: figure("grd-unchecked", actor=place.actor("director"), at=NOON,
                           on=min(TODAY, (first + 31 * DAY).replace(day=1) - DAY)).value for first in months}
    assert months == alone
    assert set(months.values()) == {0, 1}
    streets = dict(spreads.by_area(INDICATORS["grd-unchecked"], period, place.areas["D"]))
    assert {a.code: v for a, v in streets.items()} == {place.areas["S1"].code: 1, place.areas["S2"].code: 0}


def test_checks_are_shared_among_the_posts_that_check(place, restaurant, visit):
    checking = {"warden", "community", "street", "officer", "department"}
    posts = len([p for p in place.posts.values() if p.area_id and checking & set(p.roles)])
    for n in range(3):
        visit(NOON - n * DAY)
    assert number("grd-checks-per-post", place) == (Decimal(3) / posts).quantize(Decimal("0.01"))
    nobody = place.areas["G212"]
    assert figure("grd-checks-per-post", actor=place.actor("director"), at=NOON, area_id=nobody.id).value is None


def test_the_minutes_until_others_stand_beside_the_callee(place, restaurant, walk):
    matter, call = uuid4(), uuid4()
    walk("matter", matter, "open", "warden", NOON, what="燃气味", premises=str(restaurant.uid))
    houses = [str(place.houses[h].uid) for h in ("emergency_bureau", "gas_department")]
    walk("call", call, "ring", "community", NOON, matter=str(matter), goal="查漏", priority="P3", reason="power", tried="已通风",
         assistants=houses)
    seal_all()
    assert number("call-joint-minutes", place, at=NOON + DAY) is None
    by_party = {a.party: a.uid for a in Attendance.objects.all()}
    walk("attendance", by_party[place.houses["emergency_bureau"].id], "come", "emergency", NOON + timedelta(minutes=20), people="卫华")
    walk("attendance", by_party[place.houses["gas_department"].id], "come", "gas", NOON + timedelta(minutes=50), people="褚亮")
    seal_all()
    assert number("call-joint-minutes", place, at=NOON + DAY) == 35


def test_what_an_office_takes_down_by_phone_a_resident_has_brought(place, restaurant, walk):
    assert number("grd-residents-share", place) is None
    for who, more in (("warden", {}), ("street", {"channel": "phone"}), ("street", {}), ("community", {"channel": "portal"})):
        walk("matter", uuid4(), "open", who, NOON, what="楼道堆物", premises=str(restaurant.uid), **more)
    seal_all()
    assert number("grd-residents-share", place) == 50


def test_a_frozen_report_names_the_check_that_was_told_later(place, red, walk, visit):
    uid = uuid4()
    walk("report", uid, "begin", "emergency", NOON, sort="other", title="覆盖", as_of=TODAY.isoformat())
    walk("report", uid, "edit", "emergency", NOON, title="覆盖", as_of=TODAY.isoformat(), text="逾期未查{grd-unchecked 本年}家。")
    walk("report", uid, "submit", "emergency", NOON)
    walk("report", uid, "sign", "director", NOON)
    settle()
    visit(NOON - DAY)
    (found,) = check(Report.objects.get(uid=uid))
    assert (found.then, found.again, found.now, found.holds) == (1, 1, 0, True)
    assert [s.verb for s in found.since] == ["drop_in"]


def test_the_page_is_the_readers_ground_and_each_figure_leads_to_its_rows(place, red, visit):
    def read(who, words=""):
        client = Client()
        client.post("/sign-in/", {"login_name": who, "password": PASSWORD})
        return client.get(f"/desk/shortcomings/{words}")

    director = read("director").content.decode()
    assert "三个短板" in director and "逾期未查单位" in director and "东街街道" in director
    assert f"/desk/figures/grd-unchecked/?since=2021-01-01&amp;on={TODAY}" in director
    mine, other = read("street").content.decode(), read("street2").content.decode()
    assert "东一社区" in mine and "东一社区" not in other
    assert read("unit").status_code == 404
    assert read("street2", f"?area={place.areas['S1'].uid}").status_code == 404
    assert Premises.objects.count() == 1


@pytest.mark.parametrize("path", ["/desk/shortcomings/", "/desk/figures/grd-unchecked-rate/trend/", "/desk/figures/grd-unchecked-rate/"])
def test_its_pages_take_few_statements_however_many_figures_and_months_they_show(place, red, path):
    client = Client()
    client.post("/sign-in/", {"login_name": "director", "password": PASSWORD})
    client.get(path)
    with CaptureQueriesContext(connection) as held:
        assert client.get(path).status_code == 200
    assert asked_by_page(held) <= 12
