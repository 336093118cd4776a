"""A figure spread out: month by month, area by area, and beside last year and the time before."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate
from typing import NamedTuple, TypeVar

from anlan.kernel import marks
from anlan.kernel.areas import within
from anlan.kernel.folds import end_of
from anlan.kernel.marks import Count
from anlan.kernel.models import Area

from .indicators import Indicator, Period, Question, Ratio, counts_of, question_of, shown

MONTHS = 12
Key = TypeVar("Key", date, int)


class Compared(NamedTuple):
    """The same figure for other days; None: nothing to count it from."""

    last_year: Decimal | None
    before: Decimal | None


def by_month(found: Indicator, period: Period, area_id: int | None, months: int = MONTHS) -> dict[date, Decimal | None]:
    """The figure of each of the last months (its first day), the last one up to the period's end."""
    firsts = months_until(period.until, months)
    whole = period._replace(since=firsts[0])
    return _spread(found, question_of(found, whole, area_id), lambda count: _months(count, firsts), firsts)


def _months(count: Count, firsts: list[date]) -> dict[date, Decimal]:
    """What happened in each month; what stood at the end of each."""
    if count.since is not None:
        return _in_months(marks.by_day(count), firsts)
    change = marks.by_instant_month(count)
    early = sum((v for month, v in change.items() if month < firsts[0]), Decimal(0))
    steps = accumulate((change.get(first, Decimal(0)) for first in firsts), initial=early)
    return dict(zip(firsts, list(steps)[1:], strict=True))


def _in_months(days: Mapping[date, Decimal], firsts: list[date]) -> dict[date, Decimal]:
    found = dict.fromkeys(firsts, Decimal(0))
    for day, value in days.items():
        found[day.replace(day=1)] += value
    return found


def months_until(last: date, count: int) -> list[date]:
    """First days of so many months, the last one that of `last`."""
    index = last.year * 12 + last.month - 1
    return [date((index - n) // 12, (index - n) % 12 + 1, 1) for n in range(count - 1, -1, -1)]


def by_area(found: Indicator, period: Period, area: Area) -> list[tuple[Area, Decimal | None]]:
    """The figure of each area one level below, largest first; areas without anything are there too."""
    day = period.until
    below = list(Area.objects.filter(id__in=within(area.id, day), level=area.level + 1).order_by("code"))
    told = _spread(found, question_of(found, period, area.id), lambda count: marks.by_area(count, area.level + 1),
                   [a.id for a in below])
    return sorted(((a, told[a.id]) for a in below), key=lambda pair: (pair[1] is None, -(pair[1] or 0)))


def _spread(found: Indicator, question: Question, split: Callable[[Count], Mapping[Key, Decimal]],
            keys: list[Key]) -> dict[Key, Decimal | None]:
    """A count split by keys, or a share of two that are."""
    parts = [split(count) for count in counts_of(question)]
    if not isinstance(question, Ratio):
        return {k: parts[0].get(k, Decimal(0)) for k in keys}
    return {k: shown(found, parts[0].get(k, Decimal(0)), whole) if (whole := parts[1].get(k, Decimal(0))) else None for k in keys}


def compared(found: Indicator, period: Period, area_id: int | None) -> Compared:
    """The same days a year before, and as many days just before; one statement."""
    others = (a_year_before(period), just_before(period))
    questions = [question_of(found, p, area_id) for p in others]
    sums = iter(marks.totals([count for q in questions for count in counts_of(q)]))
    told = []
    for question in questions:
        values = [next(sums) for _count in counts_of(question)]
        ratio = isinstance(question, Ratio)
        told.append((shown(found, *values) if values[1] else None) if ratio else values[0])
    return Compared(*told)


def a_year_before(period: Period) -> Period:
    since, until = _year_before(period.since), _year_before(period.until)
    return Period(since, until, end_of(until))


def _year_before(day: date) -> date:
    return day.replace(year=day.year - 1, day=min(day.day, monthrange(day.year - 1, day.month)[1]))


def just_before(period: Period) -> Period:
    """As many days as the period has, up to the day before it; of what stands, the same."""
    days = period.until - period.since
    until = period.since - timedelta(days=1)
    return Period(until - days, until, end_of(until))

