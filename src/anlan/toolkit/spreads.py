"""A figure spread out: month by month, area by area, and beside last year and the time before."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate
from typing import Any, NamedTuple, TypeVar

from anlan.kernel import marks
from anlan.kernel.areas import within
from anlan.kernel.folds import end_of
from anlan.kernel.marks import Count
from anlan.kernel.models import Area
from anlan.kernel.rulebook import one_rulebook

from . import dimensions
from .dimensions import OTHERS, Choice, Narrow
from .indicators import (
    EVERYTHING,
    INDICATORS,
    PLACES,
    Indicator,
    Period,
    Question,
    Ratio,
    counts_of,
    question_of,
    shown,
)

MONTHS = 12
Key = TypeVar("Key", date, int, str)


class Compared(NamedTuple):
    """The same figure for other days; None: nothing to count it from."""

    last_year: Decimal | None
    before: Decimal | None


def by_month(found: Indicator, period: Period, area_id: int | None, months: int = MONTHS,
             narrow: Narrow = EVERYTHING) -> dict[date, Decimal | None]:
    """The figure of each of the last months (its first day), the last one up to the period's end."""
    return months_of([found], period, area_id, months, narrow)[found.id]


def months_of(founds: Sequence[Indicator], period: Period, area_id: int | None, months: int = MONTHS,
              narrow: Narrow = EVERYTHING) -> dict[str, dict[date, Decimal | None]]:
    """As `by_month` for several figures: one statement, and one more where a figure is not the sum of its days."""
    firsts = months_until(period.until, months)
    with one_rulebook():
        questions = {f.id: question_of(f, period._replace(since=firsts[0]), area_id, narrow=narrow) for f in founds}
        never = [f for f in founds if any(c.without or c.distinct for c in counts_of(questions[f.id]))]
        lacking = _month_by_month(never, period, area_id, firsts, narrow) if never else {}
    plain = list({c: None for f in founds if f not in never for c in counts_of(questions[f.id])})
    changes = dict(zip(plain, marks.by_month_of(plain), strict=True))
    return {f.id: lacking.get(f.id) or _spread(f, questions[f.id], lambda count: _months(count, firsts, changes[count]), firsts)
            for f in founds}


def _months(count: Count, firsts: list[date], change: Mapping[date, Decimal]) -> dict[date, Decimal]:
    """What happened in each month; what stood at the end of each."""
    if count.since is not None:
        return {first: change.get(first, Decimal(0)) for first in firsts}
    early = sum((v for month, v in change.items() if month < firsts[0]), Decimal(0))
    steps = accumulate((change.get(first, Decimal(0)) for first in firsts), initial=early)
    return dict(zip(firsts, list(steps)[1:], strict=True))


def _month_by_month(founds: Sequence[Indicator], period: Period, area_id: int | None,
                    firsts: list[date], narrow: Narrow) -> dict[str, dict[date, Decimal | None]]:
    """What has not happened, and how many different there were, says nothing of other days: each month is asked for itself."""
    asked = {(f.id, first): question_of(f, _month(first, period), area_id, narrow=narrow) for f in founds for first in firsts}
    counts = list({c: None for q in asked.values() for c in counts_of(q)})
    sums = dict(zip(counts, marks.totals(counts), strict=True))
    told: dict[str, dict[date, Decimal | None]] = {f.id: {} for f in founds}
    by_id = {f.id: f for f in founds}
    for (id, first), question in asked.items():
        told[id][first] = _one(by_id[id], question, [sums[c] for c in counts_of(question)])
    return told


def _month(first: date, period: Period) -> Period:
    last = first.replace(day=monthrange(first.year, first.month)[1])
    until = min(last, period.until)
    return Period(first, until, min(end_of(until), period.at))


def _one(found: Indicator, question: Question, sums: list[Decimal]) -> Decimal | None:
    if not isinstance(question, Ratio):
        return sums[0]
    return shown(found, *sums) if sums[1] else None


def months_until(last: date, count: int) -> list[date]:
    """First days of so many months, the last one that of `last`."""
    index = last.year * 12 + last.month - 1
    return [date((index - n) // 12, (index - n) % 12 + 1, 1) for n in range(count - 1, -1, -1)]


def by_area(found: Indicator, period: Period, area: Area, narrow: Narrow = EVERYTHING) -> list[tuple[Area, Decimal | None]]:
    """The figure of each area one level below, largest first; areas without anything are there too."""
    return areas_of([found], period, area, narrow)[found.id]


class Per(NamedTuple):
    """What areas are made comparable by: the figure for so many of what an indicator counts in each."""

    label: Any
    indicator: str
    many: int


PER: dict[str, Per] = {}
"""Word → how; filled by the apps that count what there is to divide by."""


def by_area_per(found: Indicator, period: Period, area: Area, per: Per, narrow: Narrow = EVERYTHING) -> list[tuple[Area, Decimal | None]]:
    """As `by_area`, for so many of what stands in each area, narrowed alike; None where nothing stands there."""
    spread = areas_of([found, INDICATORS[per.indicator]], period, area, narrow)
    whole = {a.id: n for a, n in spread[per.indicator]}
    told = [(a, (value / n * per.many).quantize(PLACES) if value is not None and (n := whole[a.id]) else None)
            for a, value in spread[found.id]]
    return sorted(told, key=lambda pair: (pair[1] is None, -(pair[1] or 0)))


def by_dimension(found: Indicator, period: Period, area_id: int | None, id: str,
                 narrow: Narrow = EVERYTHING) -> list[tuple[Choice, Decimal]]:
    """The figure of each value of a dimension that the indicator declares, largest first; those without anything are left out.

    Last what is of none of them, so that what adds up adds up to the figure.
    """
    with dimensions.asked_once():
        question = question_of(found, period, area_id, narrow={k: v for k, v in narrow.items() if k != id})
        choices = dimensions.choices_of(id)
        split = dict(zip(counts_of(question), dimensions.split(counts_of(question), id), strict=True))
        values = _spread(found, question, split.__getitem__, [c.value for c in choices])
    told = [(c, v) for c in choices if (v := values[c.value]) is not None and (v or isinstance(question, Ratio))]
    return sorted(told, key=lambda pair: (pair[0].word == OTHERS, -pair[1]))


def areas_of(founds: Sequence[Indicator], period: Period, area: Area,
             narrow: Narrow = EVERYTHING) -> dict[str, list[tuple[Area, Decimal | None]]]:
    """As `by_area` for several figures; two statements."""
    below = list(Area.objects.filter(id__in=within(area.id, period.until), level=area.level + 1).order_by("code"))
    questions = {f.id: question_of(f, period, area.id, narrow=narrow) for f in founds}
    counts = list({c: None for q in questions.values() for c in counts_of(q)})
    split = dict(zip(counts, marks.by_area_of(counts, area.level + 1), strict=True))
    told = {f.id: _spread(f, questions[f.id], split.__getitem__, [a.id for a in below]) for f in founds}
    return {id: sorted(((a, values[a.id]) for a in below), key=lambda pair: (pair[1] is None, -(pair[1] or 0)))
            for id, values in told.items()}


def _spread(found: Indicator, question: Question, split: Callable[[Count], Mapping[Key, Decimal]],
            keys: list[Key]) -> dict[Key, Decimal | None]:
    """A count split by keys, or a share of two that are; where nothing happened there is no day."""
    parts = [split(count) for count in counts_of(question)]
    if not isinstance(question, Ratio):
        return {k: parts[0].get(k, None if question.pick else Decimal(0)) for k in keys}
    return {k: shown(found, parts[0].get(k, Decimal(0)), whole) if (whole := parts[1].get(k, Decimal(0))) else None for k in keys}


def compared(found: Indicator, period: Period, area_id: int | None, narrow: Narrow = EVERYTHING) -> Compared:
    """The same days a year before, and as many days just before; one statement."""
    questions = [question_of(found, p, area_id, narrow=narrow) for p in (a_year_before(period), just_before(period))]
    sums = iter(marks.totals([count for q in questions for count in counts_of(q)]))
    return Compared(*(_one(found, q, [next(sums) for _count in counts_of(q)]) for q in questions))


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

