"""Limits on the office calendar of 2021 (国务院办公厅 2020-11-25 notice on the holidays of 2021)."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from anlan.kernel.worktime import Hours, Limit, Unit, Worktime, add, hours_of, remind_at, resume

ZONE = ZoneInfo("Asia/Shanghai")
MORNING, AFTERNOON = Hours(time(8, 30), time(12)), Hours(time(14), time(17, 30))
OFFICE = (MORNING, AFTERNOON)
REST = ["2021-01-01", "2021-02-11", "2021-02-12", "2021-02-15", "2021-02-16", "2021-02-17", "2021-04-05", "2021-05-03",
        "2021-05-04", "2021-05-05", "2021-06-14", "2021-09-20", "2021-09-21", "2021-10-01", "2021-10-04", "2021-10-05",
        "2021-10-06", "2021-10-07"]
MADE_UP = ["2021-02-07", "2021-02-20", "2021-04-25", "2021-05-08", "2021-09-18", "2021-09-26", "2021-10-09"]
YEAR = Worktime(ZONE, (OFFICE,) * 5 + ((), ()), {
    **{date.fromisoformat(d): None for d in REST}, **{date.fromisoformat(d): OFFICE for d in MADE_UP}})


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(("start", "value", "unit", "due"), [
    ("2021-06-01 10:00", 45, Unit.MINUTE, "2021-06-01 10:45"),
    ("2021-06-11 23:30", 2, Unit.HOUR, "2021-06-12 01:30"),
    ("2021-06-01 10:00", 0, Unit.WORKING_HOUR, "2021-06-01 10:00"),
    ("2021-06-01 10:00", 4, Unit.WORKING_HOUR, "2021-06-01 16:00"),  # over the noon rest
    ("2021-06-11 17:00", 1, Unit.WORKING_HOUR, "2021-06-15 09:00"),  # over the Dragon Boat weekend
    ("2021-06-01 12:30", 1, Unit.WORKING_HOUR, "2021-06-01 15:00"),  # started while the office rests
    ("2021-09-24 17:00", 1, Unit.WORKING_HOUR, "2021-09-26 09:00"),  # Sunday 26 September was worked
    ("2021-06-01 10:00", 3, Unit.CALENDAR_DAY, "2021-06-05 00:00"),
    ("2021-06-01 00:00", 0, Unit.CALENDAR_DAY, "2021-06-02 00:00"),
    ("2021-06-11 10:00", 1, Unit.WORKING_DAY, "2021-06-16 00:00"),  # Friday; Monday 14 June rests
    ("2021-04-30 10:00", 3, Unit.WORKING_DAY, "2021-05-09 00:00"),  # 6, 7 and the made-up Saturday 8 May
    ("2021-09-30 10:00", 2, Unit.WORKING_DAY, "2021-10-10 00:00"),  # 8 and the made-up Saturday 9 October
    ("2021-02-06 10:00", 1, Unit.WORKING_DAY, "2021-02-08 00:00"),  # Sunday 7 February was worked
])
def test_a_limit_runs_out_when_the_calendar_of_2021_says(start, value, unit, due):
    assert add(at(start), Limit(value, unit), YEAR) == at(due)


@pytest.mark.parametrize(("unit", "due", "paused", "resumed", "new_due"), [
    (Unit.HOUR, "2021-06-01 12:00", "2021-06-01 10:00", "2021-06-02 10:00", "2021-06-02 12:00"),
    (Unit.WORKING_HOUR, "2021-06-01 16:00", "2021-06-01 11:00", "2021-06-04 17:00", "2021-06-07 11:00"),
    (Unit.CALENDAR_DAY, "2021-06-05 00:00", "2021-06-02 09:00", "2021-06-10 18:00", "2021-06-13 00:00"),
    (Unit.WORKING_DAY, "2021-06-12 00:00", "2021-06-10 09:00", "2021-06-13 09:00", "2021-06-16 00:00"),
    (Unit.WORKING_DAY, "2021-06-12 00:00", "2021-06-11 09:00", "2021-06-13 09:00", "2021-06-14 00:00"),
    (Unit.CALENDAR_DAY, "2021-06-04 15:00", "2021-06-02 09:00", "2021-06-10 18:00", "2021-06-12 15:00"),
    (Unit.HOUR, "2021-06-01 12:00", "2021-06-01 10:00", "2021-06-01 10:00", "2021-06-01 12:00"),
    (Unit.HOUR, "2021-06-01 12:00", "2021-06-01 13:00", "2021-06-01 15:00", "2021-06-01 12:00"),  # had run out
])
def test_a_pause_keeps_what_was_left(unit, due, paused, resumed, new_due):
    assert resume(at(due), at(paused), at(resumed), unit, YEAR) == at(new_due)


def test_a_reminder_comes_at_its_share_of_the_limit():
    assert remind_at(at("2021-06-01 10:00"), at("2021-06-01 20:00"), 0.8) == at("2021-06-01 18:00")


def test_a_limit_is_a_value_and_a_known_unit():
    assert Limit.of([3, "working_day"]) == Limit(3, Unit.WORKING_DAY)
    for raw in ([3], [-1, "hour"], ["3", "hour"], [3, "week"], "3 hours", None):
        with pytest.raises(ValueError):
            Limit.of(raw)


def test_hours_are_ordered_spans_that_do_not_overlap():
    assert hours_of([["14:00", "17:30"], ["08:30", "12:00"]]) == OFFICE
    for raw in ([["08:30", "12:00"], ["11:00", "13:00"]], [["12:00", "08:30"]], "08:30"):
        with pytest.raises(ValueError):
            hours_of(raw)


def test_a_calendar_without_work_is_a_fault_and_not_an_endless_wait():
    with pytest.raises(ValueError, match="没有工作时间"):
        add(at("2021-06-01 10:00"), Limit(1, Unit.WORKING_HOUR), Worktime(ZONE, ((),) * 7))
    with pytest.raises(ValueError, match="没有足够的工作日"):
        add(at("2021-06-01 10:00"), Limit(1, Unit.WORKING_DAY), Worktime(ZONE, ((),) * 7))


instants = st.integers(0, 333 * 86400).map(lambda s: datetime(2021, 1, 1, tzinfo=UTC) + timedelta(seconds=s))
limits = st.builds(Limit, st.integers(0, 40), st.sampled_from(list(Unit)))


@given(instants, limits)
def test_a_limit_never_runs_out_before_it_starts_and_inside_working_time(start, limit):
    due = add(start, limit, YEAR)
    assert due >= start
    if limit.unit is Unit.WORKING_HOUR and limit.value:
        local = due.astimezone(ZONE)
        assert any(h.start < local.time() <= h.end for h in YEAR.hours(local.date()))
        assert YEAR.worked(start, due) == timedelta(hours=limit.value)
    if limit.unit is Unit.WORKING_DAY and limit.value:
        assert YEAR.works((due - timedelta(microseconds=1)).astimezone(ZONE).date())


@given(instants, limits, st.integers(1, 20))
def test_a_longer_limit_never_runs_out_sooner(start, limit, more):
    assert add(start, Limit(limit.value + more, limit.unit), YEAR) >= add(start, limit, YEAR)


def left(since: datetime, due: datetime, unit: Unit) -> object:
    """What of a limit is left at an instant, in its own unit."""
    if unit is Unit.WORKING_HOUR:
        return YEAR.worked(since, due)
    if unit in (Unit.MINUTE, Unit.HOUR):
        return due - since
    first, last = since.astimezone(ZONE).date(), (due - timedelta(microseconds=1)).astimezone(ZONE).date()
    days = [first + timedelta(n) for n in range(1, (last - first).days + 1)]
    return sum(YEAR.works(d) for d in days) if unit is Unit.WORKING_DAY else len(days)


@given(instants, limits, st.timedeltas(timedelta(), timedelta(days=30)), st.timedeltas(timedelta(), timedelta(days=9)))
def test_what_was_left_at_the_pause_is_left_at_the_resumption(start, limit, until_pause, pause):
    due, paused = add(start, limit, YEAR), start + until_pause
    assume(paused < due)
    resumed = paused + pause
    again = resume(due, paused, resumed, limit.unit, YEAR)
    assert again >= resumed
    assert left(resumed, again, limit.unit) == left(paused, due, limit.unit)
