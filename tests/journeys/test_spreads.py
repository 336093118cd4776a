"""A figure month by month, area by area, and beside last year: the parts are the whole."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from django.test import Client

from anlan.hazards.models import Hazard
from anlan.kernel.journal import seal_all
from anlan.kernel.models import Area
from anlan.people.testing import NOON, PASSWORD
from anlan.toolkit import indicators, spreads
from anlan.toolkit.indicators import INDICATORS, period_of, question_of

from .conftest import BEFORE, SIGNATURE, find

pytestmark = pytest.mark.django_db
TODAY = NOON.date()


@pytest.fixture
def found(walk, restaurant):
    """Two hazards today, one twenty days ago; one of today's is cancelled."""
    def visit(at, *names):
        finds = [find("", name, days=3, before=[BEFORE]) for name in names]
        walk("visit", uuid4(), "drop_in", "warden", at, premises=str(restaurant.uid), result="hazards", finds=finds,
             signature=[SIGNATURE], signer="陈某")
        return [UUID(f["uid"]) for f in finds]

    visit(NOON - timedelta(days=20), "灭火器过期")
    one, _two = visit(NOON, "地面湿滑", "通道堆物")
    walk("hazard", one, "cancel", "street", NOON, reason="不属于隐患")
    seal_all()
    assert Hazard.objects.count() == 3


def asked(id="haz-found"):
    return INDICATORS[id], period_of(at=NOON, on=TODAY, since=date(TODAY.year, 1, 1))


def test_the_months_add_up_to_the_year(found, place):
    months = spreads.by_month(*asked(), place.areas["D"].id)
    assert {m: v for m, v in months.items() if v} == {date(2021, 5, 1): 1, date(2021, 6, 1): 1}
    assert (len(months), next(iter(months)), sum(months.values())) == (
        12, date(2020, 7, 1), indicators.value_of(*asked(), place.areas["D"].id))


def test_what_stands_is_told_at_the_end_of_each_month(found, place):
    months = spreads.by_month(*asked("haz-standing"), place.areas["D"].id)
    assert list(months.values())[-3:] == [0, 1, 2]


def test_the_areas_below_add_up_to_the_whole_and_the_empty_ones_are_there(found, place):
    told = spreads.by_area(*asked(), place.areas["D"])
    assert {a.code: v for a, v in told} == {a.code: (2 if a.code == place.areas["S1"].code else 0)
                                            for a in Area.objects.filter(level=1)}
    assert [v for _a, v in told] == sorted((v for _a, v in told), reverse=True)


def test_a_share_is_spread_as_a_share_and_is_a_dash_where_there_is_nothing_to_share_in(found, place):
    told = dict(spreads.by_area(*asked("haz-rate"), place.areas["D"]))
    assert {a.code: v for a, v in told.items()} == {place.areas["S1"].code: Decimal("0.00"), **{
        a.code: None for a in Area.objects.filter(level=1).exclude(id=place.areas["S1"].id)}}


def test_last_year_and_the_days_before_are_counted_beside(found, place):
    indicator, period = INDICATORS["haz-found"], period_of(at=NOON, on=TODAY, since=TODAY - timedelta(days=9))
    told = spreads.compared(indicator, period, place.areas["D"].id)
    assert (told.last_year, told.before) == (0, 0)
    wider = spreads.compared(indicator, period_of(at=NOON, on=TODAY, since=TODAY - timedelta(days=15)), place.areas["D"].id)
    assert wider.before == 1
    assert question_of(indicator, period, None).since == TODAY - timedelta(days=9)


def test_the_time_before_has_as_many_days_and_ends_the_day_before(place):
    period = period_of(at=NOON, on=date(2021, 6, 10), since=date(2021, 6, 1))
    assert spreads.just_before(period)[:2] == (date(2021, 5, 22), date(2021, 5, 31))
    leap = period_of(at=NOON, on=date(2020, 2, 29), since=date(2020, 2, 1))
    assert spreads.a_year_before(leap)[:2] == (date(2019, 2, 1), date(2019, 2, 28))


@pytest.mark.parametrize("page", ["trend/", "areas/"])
def test_the_pages_of_a_spread_are_the_readers_ground(found, place, page):
    def read(who):
        client = Client()
        client.post("/sign-in/", {"login_name": who, "password": PASSWORD})
        return client.get(f"/desk/figures/haz-found/{page}?on={TODAY}&since=2021-01-01")

    mine, other = read("street"), read("street2")
    assert (mine.status_code, other.status_code, read("unit").status_code) == (200, 200, 404)
    assert ("东一社区</a></th>" in mine.content.decode()) == (page == "areas/")
    assert "　东一社区</option>" in mine.content.decode()
    assert "东一社区" not in other.content.decode()
