"""What stands past its limit, as of any day, and for how many units."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from anlan.hazards.models import Hazard
from anlan.kernel import marks
from anlan.kernel.actors import SYSTEM
from anlan.kernel.instance import local_day
from anlan.kernel.journal import seal_all
from anlan.kernel.marks import Count
from anlan.kernel.tick import tick
from anlan.people.testing import NOON
from anlan.places.actions import open_one
from anlan.toolkit import spreads
from anlan.toolkit.indicators import INDICATORS, period_of
from anlan.toolkit.registers.contract import rows_fold_to_the_figure

from .conftest import AFTER, BEFORE, SIGNATURE, find

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def late(walk, restaurant):
    """Five wet floors with three days each, all of them late on the fourth day."""
    finds = [find("", f"地面湿滑{n}", days=3, before=[BEFORE]) for n in range(5)]
    walk("visit", UUID(int=7), "drop_in", "warden", NOON, premises=str(restaurant.uid), result="hazards", finds=finds,
         signature=[SIGNATURE], signer="陈某")
    tick(at=NOON + 4 * DAY)
    assert Hazard.objects.filter(overdue_since=local_day(NOON + 4 * DAY)).count() == 5
    return [UUID(f["uid"]) for f in finds]


def standing(place, at):
    """By the figure whose rows add up to it."""
    seal_all()
    return rows_fold_to_the_figure("haz-overdue", actor=place.actor("director", at=at), at=at).value


def test_what_is_done_put_off_cancelled_or_handed_over_is_late_no_more_and_stays_late_in_the_past(place, late, walk):
    done, put_off, cancelled, handed_over, _left = late
    at = NOON + 6 * DAY
    walk("hazard", done, "self_check", "unit", at, fixed_what="已擦干", fixer_name="陈某", photos=[AFTER])
    walk("hazard", put_off, "ask_extension", "unit", at, reason="排期", days=5)
    walk("proposal", Hazard.objects.get(uid=put_off).proposals.get().uid, "accept", "street", at, answer="同意")
    walk("hazard", cancelled, "cancel", "street", at, reason="不属于隐患")
    walk("hazard", handed_over, "enforce", "officer1", at, reason="拒不整改")
    assert [standing(place, NOON + n * DAY) for n in (3, 4, 5, 6)] == [0, 5, 5, 1]
    assert Hazard.objects.filter(overdue_since__isnull=False).count() == 1
    tick(at=NOON + 9 * DAY)
    assert standing(place, NOON + 9 * DAY) == 2  # the new limit of what was put off has passed as well


def test_the_months_of_what_stands_late_and_its_areas_add_up(place, late):
    seal_all()
    at = NOON + 4 * DAY
    asked = INDICATORS["haz-overdue"], period_of(at=at, on=local_day(at))
    months = spreads.by_month(*asked, place.areas["D"].id)
    assert {m: v for m, v in months.items() if v} == {date(2021, 6, 1): 5}
    assert {a.code: v for a, v in spreads.by_area(*asked, place.areas["D"]) if v} == {place.areas["S1"].code: 5}


def test_for_a_thousand_units_it_is_told_where_there_are_units_and_a_dash_where_there_are_none(place, late, restaurant):
    open_one("risk_point", "create", {"premises": restaurant.uid, "name": "灶台", "method": "ls", "likelihood": "3",
                                      "consequence": "4"}, actor=SYSTEM, at=NOON)
    seal_all()
    at, id = NOON + 4 * DAY, "haz-overdue-per-1000"
    told = {who: str(rows_fold_to_the_figure(id, actor=place.actor(who, at=at), at=at)) for who in ("director", "street", "street2")}
    assert told == {"director": "5000起/千家", "street": "5000起/千家", "street2": "—"}


def test_many_counts_by_area_are_told_as_one_by_one(place, late):
    seal_all()
    at = NOON + 4 * DAY
    counts = [Count("hazard", ("late_now",), place.areas["D"].id, at=at, summed=True),
              Count("hazard", ("found",), place.areas["D"].id, at=at, since=date(2021, 1, 1), until=local_day(at)),
              Count("hazard", ("closed",), place.areas["S2"].id, at=at)]
    assert marks.by_area_of(counts, 1) == [marks.by_area(count, 1) for count in counts]
