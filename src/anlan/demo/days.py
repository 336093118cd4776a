"""The days of the history: which are worked, how busy each was, and when the city was closed. Pure."""

from __future__ import annotations

from bisect import bisect_left
from datetime import date, datetime, time, timedelta, timezone
from functools import cache

from anlan.places.calendars import shipped_years

BEGAN, DAY = date(2019, 1, 1), date(2021, 6, 25)
UNTIL = DAY - timedelta(days=1)
REGISTERED, REGISTER_ENDED = date(2019, 1, 3), date(2020, 8, 28)  # units come on file
SHUT = (date(2020, 1, 23), date(2020, 4, 8))  # the city was closed from the first day up to the other
SHUT_SHARE, REST_SHARE = 0.05, 0.13  # of a usual working day's checks
RECOVERY = timedelta(days=40)  # after the city opened, checks come back step by step
# Times of more checks, with their factor: what a district does every year, and the games of October 2019.
BUSY = (
    (date(2019, 3, 1), date(2019, 3, 31), 1.15), (date(2019, 6, 1), date(2019, 6, 30), 1.3),
    (date(2019, 9, 16), date(2019, 10, 27), 1.35), (date(2019, 12, 16), date(2020, 1, 17), 1.15),
    (date(2020, 6, 1), date(2020, 6, 30), 1.25), (date(2020, 9, 14), date(2020, 9, 30), 1.2),
    (date(2020, 11, 9), date(2021, 1, 29), 1.15), (date(2021, 3, 8), date(2021, 6, 24), 1.2),
)
SHANGHAI = timezone(timedelta(hours=8))  # no summer time in any of these years


@cache
def _differing() -> dict[date, bool]:
    return {d.day: d.works for _year, days, _source in shipped_years() for d in days}


def works(day: date) -> bool:
    """Whether offices work, by the holiday notices that come with Anlan."""
    return _differing().get(day, day.weekday() < 5)


@cache
def _workdays() -> list[date]:
    first = date(2018, 12, 20)
    return [d for n in range(1100) if works(d := first + timedelta(days=n))]


def workday(day: date, after: int = 0) -> date:
    """The day itself if it is worked, else the next; `after` working days later."""
    held = _workdays()
    return held[bisect_left(held, day) + after]


def shut(day: date) -> bool:
    return SHUT[0] <= day < SHUT[1]


def busyness(day: date) -> float:
    """How many checks compared with a usual working day."""
    share = 1.0 if works(day) else REST_SHARE
    for since, until, factor in BUSY:
        if since <= day <= until:
            share *= factor
    if shut(day):
        return SHUT_SHARE
    if SHUT[1] <= day < SHUT[1] + RECOVERY:
        share *= 0.3 + 0.7 * (day - SHUT[1]) / RECOVERY
    return share


def moment(day: date, clock: str | time) -> datetime:
    """A day and a time in the district."""
    return datetime.combine(day, time.fromisoformat(clock) if isinstance(clock, str) else clock, SHANGHAI)


def minute(day: date, of_day: int) -> datetime:
    """A day and its so manieth minute."""
    return datetime(day.year, day.month, day.day, of_day // 60, of_day % 60, tzinfo=SHANGHAI)


def midnight_after(day: date) -> datetime:
    return moment(day + timedelta(days=1), time(0))


def each_day(since: date, until: date) -> list[date]:
    return [since + timedelta(days=n) for n in range((until - since).days + 1)]
