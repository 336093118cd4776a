"""The office calendar: years of holidays, how they are entered and corrected, and when one is missing."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from importlib.resources import files
from itertools import groupby
from typing import Any, NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _
from uuid_utils.compat import uuid7

from anlan.kernel.actors import Actor
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.instance import local_day
from anlan.kernel.models import Calendar, CalendarDay
from anlan.kernel.rulebook import parameter, touch

from .models import HolidayYear

OFFICE = "office"
OFFICE_WEEK = [[["08:30", "12:00"], ["14:00", "17:30"]]] * 5 + [[], []]


class Day(NamedTuple):
    """A day that differs from the week: a rest day, or a made-up working day."""

    day: date
    works: bool
    name: str


def load(actor: Actor, at: datetime) -> int:
    """Set up the office calendar with the years of `data/holidays.csv`. Returns how many years were added."""
    Calendar.objects.get_or_create(code=OFFICE, defaults={"name": "办公", "weekly": OFFICE_WEEK})
    touch("calendars")
    known = set(HolidayYear.objects.filter(calendar__code=OFFICE).values_list("year", flat=True))
    missing = [(year, days, source) for year, days, source in shipped_years() if year not in known]
    for year, days, source in missing:
        publish_year(year, days, source, actor=actor, at=at)
    return len(missing)


def shipped_years() -> list[tuple[int, list[Day], str]]:
    with (files("anlan.places") / "data" / "holidays.csv").open(encoding="utf-8-sig") as lines:
        rows = list(csv.DictReader(lines))
    found = []
    for year, group in groupby(rows, lambda r: int(r["day"][:4])):
        held = list(group)
        days = [Day(date.fromisoformat(r["day"]), r["works"] == "true", r["name"]) for r in held]
        found.append((year, days, held[0]["source"]))
    return found


def publish_year(year: int, days: Sequence[Day], source: str, *, actor: Actor, at: datetime,
                 calendar: str = OFFICE) -> HolidayYear:
    """Enter a year's notice. Raises Refused."""
    with transaction.atomic():
        ref = Ref("holidays", uuid7())
        advance(ref, "publish", actor=actor, at=at,
                given={"calendar": calendar, "year": year, "source": source, "days": as_given(days)})
        row = HolidayYear.objects.get(uid=ref.uid)
        _write(row, days, at)
    return row


def amend_year(row: HolidayYear, days: Sequence[Day], source: str, *, actor: Actor, at: datetime,
               expect: int | None = None) -> None:
    """Replace a year's days; what stood before stays in the table under its own date. Raises Refused."""
    with transaction.atomic():
        advance(Ref("holidays", row.uid), "amend", actor=actor, at=at, expect=expect,
                given={"source": source, "days": as_given(days)})
        row.source = source
        _write(row, days, at)


def as_given(days: Iterable[Day]) -> list[list[Any]]:
    return [[d.day.isoformat(), d.works, d.name] for d in days]


def _write(row: HolidayYear, days: Sequence[Day], at: datetime) -> None:
    """One CalendarDay for each day that changes; a day taken off the list goes back to its weekday."""
    since, changed = local_day(at), changed_days(row.calendar, row.year, days)
    CalendarDay.objects.bulk_create(
        [CalendarDay(calendar_id=row.calendar_id, day=d.day, works=d.works, name=d.name, valid_from=since,
                     source=row.source) for d in changed],
        update_conflicts=True, unique_fields=["calendar", "day", "valid_from"],
        update_fields=["works", "name", "source", "hours"])
    touch("calendars")


def days_of(row: HolidayYear) -> list[Day]:
    """The days of a year that differ from the week, as they stand now."""
    return _days(row.calendar, row.year)


def _days(calendar: Calendar, year: int) -> list[Day]:
    held: dict[date, Day] = {}
    for d in CalendarDay.objects.filter(calendar=calendar, day__year=year).order_by("valid_from"):
        held[d.day] = Day(d.day, d.works, d.name)
    return sorted(d for d in held.values() if d.name or d.works != _usual(calendar, d.day))


def _usual(calendar: Calendar, day: date) -> bool:
    return bool(calendar.weekly[day.weekday()])


def changed_days(calendar: Calendar, year: int, days: Iterable[Day]) -> list[Day]:
    """What a year's list would change; a day that is taken off it goes back to its weekday."""
    standing = {d.day: d for d in _days(calendar, year)}
    wanted = {d.day: d for d in days}
    usual = {day: Day(day, _usual(calendar, day), "") for day in standing if day not in wanted}
    return [d for day, d in {**wanted, **usual}.items() if standing.get(day) != d]


def missing_years(on: date, calendar: str = OFFICE) -> list[int]:
    """This year, and from calendar.alarm_from on the next, where no table has been entered."""
    month, day = (int(n) for n in str(parameter("calendar.alarm_from", on)).split("-"))
    wanted = [on.year, on.year + 1] if (on.month, on.day) >= (month, day) else [on.year]
    known = set(HolidayYear.objects.filter(calendar__code=calendar, year__in=wanted).values_list("year", flat=True))
    return [year for year in wanted if year not in known]


def alarms(on: date) -> list[str]:
    """What the office must be told about its calendar; empty when nothing is missing."""
    return [_("%(year)s年的节假日安排还没有登记，按工作日计算的时限会算错，请尽快登记") % {"year": year}
            for year in missing_years(on)]
