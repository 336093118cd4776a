"""A year of duty in the two duty rooms and the fourteen streets."""

from datetime import date

from anlan.demo.days import DAY, moment
from anlan.demo.rosters import FIRST, LAST
from anlan.duty.models import DutyNumber, MorningSheet, Roster
from anlan.duty.selectors import on_shift, on_shift_of
from anlan.people.models import Organisation


def test_sixteen_bodies_keep_a_published_roster_for_a_year_and_the_coming_week(demo):
    found = Roster.objects.filter(state="published").values_list("organisation__code", "month")
    houses = {code for code, _month in found}
    assert (len(houses), {"emergency", "government_office"} <= houses) == (16, True)
    assert {month for _code, month in found} >= {FIRST, date(2020, 12, 1), date(2021, 6, 1), LAST}
    assert len(found) == len(houses) * 13


def test_whoever_opens_the_demonstration_sees_a_leader_a_main_and_an_assistant(demo):
    bureau = Organisation.objects.get(code="emergency")
    assert [w.place for w in on_shift(bureau, moment(DAY, "08:40"))] == ["leader", "main", "assistant"]
    houses = Roster.objects.values_list("organisation_id", flat=True)
    assert {len(watch) for watch in on_shift_of(houses, moment(DAY, "23:00")).values()} == {3}
    assert DutyNumber.objects.count() >= 16
    sheets = MorningSheet.objects.filter(day__gte=DAY)
    assert (sheets.filter(day=DAY, state__in=("due", "drawn")).count(), sheets.filter(state="waiting").count()) == (16, 16)
