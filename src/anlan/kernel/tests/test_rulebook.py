"""Dated parameters, calendars and the tree as processes hold them."""

from datetime import date, datetime, time, timedelta
from uuid import uuid4

import pytest

from anlan.kernel import rulebook
from anlan.kernel.instance import local_day
from anlan.kernel.models import Calendar, CalendarDay, Parameter
from anlan.kernel.rulebook import Missing, touch
from anlan.kernel.worktime import Hours, Limit, Unit

from .conftest import NOON

pytestmark = pytest.mark.django_db
TODAY = date(2021, 6, 1)


def put(key, value, valid_from, confidence="sure", state="active"):
    row = Parameter.objects.create(uid=uuid4(), state=state, opened_at=NOON, changed_at=NOON, key=key, label=key,
                                   value=value, valid_from=valid_from, source="domain.md 13", confidence=confidence)
    touch("parameters")
    return row


def test_the_value_of_the_day_is_the_newest_that_is_valid_on_it(ground):
    for value, valid_from in ((1, date(2020, 1, 1)), (2, TODAY), (3, date(2022, 1, 1))):
        put("n", value, valid_from)
    on = {date(2019, 12, 31): None, date(2020, 1, 1): 1, TODAY - timedelta(days=1): 1, TODAY: 2, date(2030, 1, 1): 3}
    for day, value in on.items():
        if value is None:
            with pytest.raises(Missing, match="规则“n”在2019-12-31没有生效的取值"):
                rulebook.parameter("n", day)
        else:
            assert rulebook.parameter("n", day) == value


def test_a_setting_knows_its_row_its_source_and_whether_it_is_provisional(ground):
    row = put("n", [3, "working_day"], TODAY, "likely")
    book = rulebook.rulebook()
    assert book.setting("n", TODAY) == ([3, "working_day"], row.id, TODAY, "domain.md 13", "likely")
    assert (book.setting("n", TODAY).provisional, book.limit("n", TODAY)) == (True, Limit(3, Unit.WORKING_DAY))
    put("m", 1, TODAY)
    assert not rulebook.rulebook().setting("m", TODAY).provisional


def test_a_withdrawn_value_no_longer_counts(ground):
    row = put("n", 1, TODAY)
    Parameter.objects.filter(id=row.id).update(state="withdrawn")
    touch("parameters")
    with pytest.raises(Missing):
        rulebook.parameter("n", TODAY)


def test_what_is_held_is_read_again_only_after_a_touch(ground, django_assert_num_queries):
    put("n", 1, TODAY)
    rulebook.rulebook()
    with django_assert_num_queries(1):
        assert rulebook.rulebook().value("n", TODAY) == 1
    Parameter.objects.update(value=2)
    assert rulebook.parameter("n", TODAY) == 1
    touch("parameters")
    assert rulebook.parameter("n", TODAY) == 2


def test_calendars_hold_the_week_and_the_days_that_differ_the_newest_table_first(ground):
    office = Calendar.objects.get()
    for day, works, hours, valid_from in (
            (date(2021, 6, 12), True, None, date(2020, 11, 1)), (date(2021, 6, 2), True, [["08:00", "10:00"]], TODAY),
            (date(2021, 6, 14), True, None, date(2021, 5, 1))):
        CalendarDay.objects.create(calendar=office, day=day, works=works, hours=hours, valid_from=valid_from, source="x")
    touch("calendars")
    book = rulebook.rulebook()
    held = book.calendar()
    usual = (Hours(time(8, 30), time(12)), Hours(time(14), time(17, 30)))
    assert [held.hours(date(2021, 6, d)) for d in (1, 2, 5, 12, 14)] == [
        usual, (Hours(time(8), time(10)),), (), usual, usual]
    assert book.calendar_of == {office.id: held}
    with pytest.raises(Missing, match="日历“court”尚未建立"):
        book.calendar("court")


def test_an_area_knows_its_line_and_its_ancestor_of_a_level(ground):
    book = rulebook.rulebook()
    ids = {code: area.id for code, area in ground.items()}
    assert book.lineage(ids["G1"], TODAY) == {ids[c] for c in ("G1", "C1", "S", "D")}
    assert [book.ancestor(ids["G1"], level, TODAY) for level in range(4)] == [ids[c] for c in ("D", "S", "C1", "G1")]
    assert (book.lineage(ids["G1"], date(1999, 1, 1)), book.ancestor(ids["D"], 2, TODAY)) == ({ids["G1"]}, None)
    assert book.lineage(0, TODAY) == {0}


def test_instants_are_days_of_the_district():
    assert local_day(datetime.fromisoformat("2021-06-01T16:00:00+00:00")) == date(2021, 6, 2)
