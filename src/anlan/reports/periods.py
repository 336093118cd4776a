"""Periods as people write them in a report: 2020, 2021-06, 2019..2021-06, ..2021-06, 本年, 上月."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta
from typing import NamedTuple

from django.utils.translation import gettext as _

BEGINNING = date(2000, 1, 1)
THIS_YEAR = "本年"
_DAY = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?$")


class Days(NamedTuple):
    """Both days are included."""

    since: date
    until: date


class BadPeriod(ValueError):
    """A period nobody understands; the text says which."""


def _month_before(day: date, months: int) -> date:
    """The first day of the month so many months before."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, 1)


def _end_of_month(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def _a_year_before(day: date) -> date:
    return day.replace(year=day.year - 1, day=min(day.day, monthrange(day.year - 1, day.month)[1]))


RELATIVE: dict[str, Callable[[date], Days]] = {
    "本日": lambda day: Days(day, day),
    "昨日": lambda day: Days(day - timedelta(days=1), day - timedelta(days=1)),
    "本月": lambda day: Days(day.replace(day=1), day),
    "上月": lambda day: Days(_month_before(day, 1), _end_of_month(_month_before(day, 1))),
    THIS_YEAR: lambda day: Days(date(day.year, 1, 1), day),
    "上年": lambda day: Days(date(day.year - 1, 1, 1), date(day.year - 1, 12, 31)),
    "上年同期": lambda day: Days(date(day.year - 1, 1, 1), _a_year_before(day)),
    "累计": lambda day: Days(BEGINNING, day),
}


def days_of(text: str, on: date) -> Days:
    """The days a period means in a report as of `on`; none of them is later than that. Raises BadPeriod."""
    if text in RELATIVE:
        return RELATIVE[text](on)
    first, dots, last = text.partition("..")
    since = _bound(first, text)[0] if first else BEGINNING
    until = _bound(last if dots else first, text)[1] if (last or not dots) else on
    if since > until:
        raise BadPeriod(_("时段“{text}”的开始晚于结束").format(text=text))
    return Days(since, max(since, min(until, on)))


def last_day(text: str, on: date) -> date:
    """The day by which something is promised in a report as of `on`: of a month or a year its last. Raises BadPeriod."""
    return date(on.year, 12, 31) if text == THIS_YEAR else _bound(text, text).until


def _bound(text: str, whole: str) -> Days:
    """The first and last day of a year, a month or a day."""
    found = _DAY.match(text)
    if not found:
        raise BadPeriod(_("看不懂时段“{text}”，例如 2020、2021-06、2019..2021-06、本年、上月").format(text=whole))
    year, month, day = (int(g) if g else None for g in found.groups())
    try:
        if day and month:
            return Days(date(year, month, day), date(year, month, day))  # type: ignore[arg-type]
        first = date(year, month or 1, 1)  # type: ignore[arg-type]
        return Days(first, _end_of_month(first) if month else date(first.year, 12, 31))
    except ValueError as wrong:
        raise BadPeriod(_("时段“{text}”里没有这一天").format(text=whole)) from wrong
