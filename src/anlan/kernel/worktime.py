"""Limits in minutes, hours, working hours, working days and calendar days on dated calendars. Pure.

Day counting (domain.md 13.1): the start day is day 0, a day limit ends at 24:00 local of its last day.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
HORIZON_DAYS = 3700  # a calendar without work for ten years is a fault, not a wait


class Unit(StrEnum):
    MINUTE = "minute"
    HOUR = "hour"
    WORKING_HOUR = "working_hour"
    WORKING_DAY = "working_day"
    CALENDAR_DAY = "calendar_day"


class Limit(NamedTuple):
    value: int
    unit: Unit

    @classmethod
    def of(cls, raw: object) -> Limit:
        """From [value, unit] as stored in a parameter. Raises ValueError."""
        if not isinstance(raw, list | tuple) or len(raw) != 2 or not isinstance(raw[0], int) or raw[0] < 0:
            raise ValueError("时限应写作 [数值, 单位]，数值为非负整数")
        return cls(raw[0], Unit(str(raw[1])))


class Hours(NamedTuple):
    start: time
    end: time


def hours_of(raw: object) -> tuple[Hours, ...]:
    """[["08:30","12:00"], …] → ordered, not overlapping. Raises ValueError."""
    if not isinstance(raw, list | tuple):
        raise ValueError("作息时间应为时段列表")
    spans = tuple(sorted(Hours(time.fromisoformat(a), time.fromisoformat(b)) for a, b in raw))
    overlap = any(b.start < a.end for a, b in pairwise(spans))
    if overlap or any(h.end <= h.start for h in spans):
        raise ValueError("作息时段须先后有序、互不重叠")
    return spans


@dataclass(frozen=True)
class Worktime:
    """weekly: seven days of hours, Monday first; days: what differs (None: rest)."""

    zone: ZoneInfo
    weekly: tuple[tuple[Hours, ...], ...]
    days: Mapping[date, tuple[Hours, ...] | None] = field(default_factory=dict)
    id: int | None = None
    code: str = ""

    @cached_property
    def usual(self) -> tuple[Hours, ...]:
        return next((h for h in self.weekly if h), ())

    def hours(self, day: date) -> tuple[Hours, ...]:
        if day in self.days:
            return self.days[day] or ()
        return self.weekly[day.weekday()]

    def works(self, day: date) -> bool:
        return bool(self.hours(day))

    def spans(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Working spans from `start` on, the first one cut at it."""
        local = start.astimezone(self.zone)
        for n in range(HORIZON_DAYS):
            day = local.date() + n * DAY
            for h in self.hours(day):
                begin, end = (datetime.combine(day, t, self.zone) for t in h)
                if end > local:
                    yield max(begin, local), end
        raise ValueError("日历中十年内没有工作时间")

    def midnight_after(self, day: date) -> datetime:
        return datetime.combine(day + DAY, time(0), self.zone)

    def working_day_after(self, day: date, count: int) -> date:
        """The count-th working day after `day`; `day` itself for 0."""
        for _n in range(1, HORIZON_DAYS):
            if count == 0:
                return day
            if self.works(day + DAY):
                count -= 1
            day += DAY
        raise ValueError("日历中没有足够的工作日")

    def worked(self, since: datetime, until: datetime) -> timedelta:
        """Working time between two instants."""
        total = timedelta()
        if until <= since:
            return total
        for begin, end in self.spans(since):
            if begin >= until:
                return total
            total += min(end, until) - begin
        return total


def weekday_calendar(zone: ZoneInfo, hours: tuple[Hours, ...]) -> Worktime:
    return Worktime(zone, (hours,) * 5 + ((), ()))


def add(start: datetime, limit: Limit, calendar: Worktime) -> datetime:
    """When a limit that starts at `start` runs out."""
    value, unit = limit
    if unit in (Unit.MINUTE, Unit.HOUR):
        return start + timedelta(minutes=value * (60 if unit is Unit.HOUR else 1))
    if unit is Unit.WORKING_HOUR:
        return _after_working(start, timedelta(hours=value), calendar)
    day = start.astimezone(calendar.zone).date()
    if unit is Unit.WORKING_DAY:
        return calendar.midnight_after(calendar.working_day_after(day, value))
    return calendar.midnight_after(day + value * DAY)


def _after_working(start: datetime, span: timedelta, calendar: Worktime) -> datetime:
    if not span:
        return start
    for begin, end in calendar.spans(start):
        if end - begin >= span:
            return begin + span
        span -= end - begin
    raise AssertionError("unreachable: spans raises first")


def resume(due: datetime, paused: datetime, resumed: datetime, unit: Unit, calendar: Worktime) -> datetime:
    """The new due instant after a pause; what was left at the pause is left at the resumption."""
    if resumed <= paused or due <= paused:
        return due
    if unit in (Unit.MINUTE, Unit.HOUR):
        return due + (resumed - paused)
    if unit is Unit.WORKING_HOUR:
        return _after_working(resumed, calendar.worked(paused, due), calendar)
    first, last = (t.astimezone(calendar.zone).date() for t in (paused, resumed))
    end = due.astimezone(calendar.zone)
    final = (end - timedelta(microseconds=1)).date()
    if unit is Unit.CALENDAR_DAY:
        return _moved(end, final, last + (final - first))
    left = sum(calendar.works(first + n * DAY) for n in range(1, (final - first).days + 1))
    return _moved(end, final, calendar.working_day_after(last, left))


def _moved(end: datetime, final: date, day: date) -> datetime:
    """The same wall-clock end, on another final day."""
    return datetime.combine(day + (end.date() - final), end.time(), end.tzinfo)


def remind_at(start: datetime, due: datetime, share: float) -> datetime:
    """The instant when `share` (0 to 1) of the limit has passed."""
    return start + (due - start) * share
