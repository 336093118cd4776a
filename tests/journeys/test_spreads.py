"""A figure month by month, area by area, and beside last year: the parts are the whole."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from django.test import Client

from anlan.hazards.models import Hazard
from anlan.kernel.actors import SYSTEM
from anlan.kernel.journal import seal_all
from anlan.kernel.models import Area, Mark
from anlan.kernel.rulebook import parameter
from anlan.people.testing import NOON, PASSWORD
from anlan.places.actions import open_one
from anlan.premises.models import Premises
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


def test_for_a_thousand_units_a_small_street_stands_before_a_large_one(found, place, walk):
    def units(area, count, colour="blue"):
        for n in range(count):
            uid = open_one("premises", "create", {"name": f"{area}{n}", "place_type": "restaurant", "address": f"{n}号",
                                                  "area": place.areas[area].uid}, actor=SYSTEM, at=NOON - timedelta(days=9))
            Mark.objects.filter(kind="premises", case_id=Premises.objects.get(uid=uid).id).update(level=colour)

    units("G111", 9)
    units("G211", 1)
    walk("visit", uuid4(), "drop_in", "warden2", NOON, premises=str(Premises.objects.get(name="G2110").uid), result="hazards",
         finds=[find("", "灯箱破损", days=3, before=[BEFORE])], signature=[SIGNATURE], signer="陈某")
    seal_all()
    client = Client()
    client.post("/sign-in/", {"login_name": "director", "password": PASSWORD})
    page = client.get("/desk/figures/haz-found/areas/?per=units")
    table, tabs = page.context["table"], page.context["by_whole"]
    assert [(row.label, row.value) for row in table.rows] == [("西街街道", Decimal("1000.00")), ("东街街道", Decimal("222.22"))]
    assert ([tab.label for tab in tabs], table.unit) == (["按数量", "每千家单位"], "起（每千家单位）")
    exported = b"".join(client.get("/desk/figures/haz-found/areas/export.csv?per=units").streaming_content).decode("utf-8-sig")
    assert exported.splitlines()[1].split(",")[1:] == ["西街街道", "1000", "起（每千家单位）"]
    for path in ("haz-rate/areas/?per=units", "grd-units/areas/?per=units", "haz-found/areas/?per=shops"):
        assert client.get(f"/desk/figures/{path}").status_code == 404, "a share, what is divided by, and what nobody knows"
    assert client.get("/desk/figures/haz-rate/areas/").context["by_whole"] == []


def test_what_is_aimed_at_stands_beside_a_figure_from_the_dated_rule(place):
    client = Client()
    client.post("/sign-in/", {"login_name": "director", "password": PASSWORD})

    def aimed(id):
        beside = client.get(f"/desk/figures/{id}/trend/").context["beside"]
        return [(str(f.label), f.value) for f in beside[2:]]

    wanted = Decimal(str(parameter("call.target_street_or_below", TODAY))) * 100
    assert (aimed("call-street-or-below"), aimed("haz-rate")) == ([("目标", wanted)], [])


def test_a_figure_leads_to_the_map_coloured_by_it_as_of_its_day(found, place):
    client = Client()
    client.post("/sign-in/", {"login_name": "director", "password": PASSWORD})

    def offered(words=""):
        page = client.get(f"/desk/figures/haz-standing/areas/{words}")
        return [o.url for o in page.context["offers"] if "/map/" in o.url]

    assert offered() == ["/desk/map/?layers=&colour=haz-standing&by=1"]
    assert offered("?on=2021-05-31") == ["/desk/map/?layers=&colour=haz-standing&by=1&on=2021-05-31"]
    assert offered("?industry=H") == [], "the map tells no industries apart"


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
