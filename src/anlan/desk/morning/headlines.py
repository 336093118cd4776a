"""The ground's figures, each beside a week before and the same days of last year; one statement for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _

from anlan.kernel import marks
from anlan.kernel.folds import end_of
from anlan.kernel.instance import local_day
from anlan.toolkit.indicators import INDICATORS, Indicator, Period, Ratio, counts_of, question_of, shown, url_of
from anlan.toolkit.spreads import a_year_before

STOOD = ("haz-standing", "haz-overdue", "haz-standing-major", "haz-listed-open")
HAPPENED = ("haz-found", "haz-rectified", "haz-rate", "haz-units-checked", "call-made", "call-response")
WEEK = timedelta(days=7)


class Value(NamedTuple):
    """A figure of some days, which opens its rows. value None: nothing to count it from."""

    label: str
    value: Decimal | None
    url: str
    change: str = ""


class Headline(NamedTuple):
    """what: which days the large number is of. beside: what it is measured by, then what it is part of."""

    id: str
    name: str
    unit: str
    what: str
    now: Value
    beside: Sequence[Value]

    @property
    def places(self) -> int | None:
        return 1 if self.unit == "%" else None


class _Asked(NamedTuple):
    """One number to be counted: of which headline, under which label, for which days."""

    found: Indicator
    label: str
    period: Period
    measures: bool


def headlines(ground_id: int, ground: UUID, at: datetime, began: datetime | None) -> list[Headline]:
    """began: when the journal begins; of days before it nothing is told."""
    asked = [one for id in (*STOOD, *HAPPENED) if id in INDICATORS for one in _asked(INDICATORS[id], at)]
    first = local_day(began) if began else date.max
    values = [v if one.period.since >= first or not one.measures else None
              for one, v in zip(asked, _values(asked, ground_id), strict=True)]
    found = []
    for id in dict.fromkeys(one.found.id for one in asked):
        told = [(one, v) for one, v in zip(asked, values, strict=True) if one.found.id == id]
        found.append(_headline(told, ground))
    return found


def _asked(found: Indicator, at: datetime) -> list[_Asked]:
    day = local_day(at)
    if found.id in STOOD:
        days = [(_("现在"), day, False), (_("7天前"), day - WEEK, True), (_("去年同日"), a_year_before(_on(day)).until, True)]
        return [_Asked(found, label, Period(on, on, at if on == day else end_of(on)), measures) for label, on, measures in days]
    week = Period(day - WEEK, day - timedelta(days=1), end_of(day - timedelta(days=1)))
    before = Period(week.since - WEEK, week.until - WEEK, end_of(week.until - WEEK))
    year = Period(day.replace(month=1, day=1), day, at)
    return [_Asked(found, _("近7天"), week, False), _Asked(found, _("前7天"), before, True),
            _Asked(found, _("去年同期"), a_year_before(week), True), _Asked(found, _("今年以来"), year, False),
            _Asked(found, _("今天"), Period(day, day, at), False)]


def _on(day: date) -> Period:
    return Period(day, day, end_of(day))


def _values(asked: Sequence[_Asked], ground_id: int) -> list[Decimal | None]:
    questions = [question_of(one.found, one.period, ground_id) for one in asked]
    sums = iter(marks.totals([count for q in questions for count in counts_of(q)]))
    told: list[Decimal | None] = []
    for one, question in zip(asked, questions, strict=True):
        parts = [next(sums) for _count in counts_of(question)]
        told.append((shown(one.found, *parts) if parts[1] else None) if isinstance(question, Ratio) else parts[0])
    return told


def _headline(told: Sequence[tuple[_Asked, Decimal | None]], ground: UUID) -> Headline:
    (first, now), *rest = told
    found = first.found
    beside = [Value(one.label, v, _url(one, ground), change(now, v, found.unit) if one.measures else "") for one, v in rest]
    return Headline(found.id, found.label, found.unit, first.label, Value(first.label, now, _url(first, ground)), beside)


def _url(one: _Asked, ground: UUID) -> str:
    since = None if one.found.id in STOOD else one.period.since
    return f"{url_of(one.found.id, None, one.period.until, since)}&area={ground}"


def change(now: Decimal | None, before: Decimal | None, unit: str) -> str:
    """多 12, 少 3, 持平; of a share in percentage points. Without either there is nothing to say."""
    if now is None or before is None:
        return ""
    more: Any = now - before
    if not more:
        return _("持平")
    size = f"{abs(more):,.1f}" if unit == "%" else f"{abs(more):,.0f}"
    if unit == "%":
        return (_("高 %(n)s 个百分点") if more > 0 else _("低 %(n)s 个百分点")) % {"n": size}
    return (_("多 %(n)s") if more > 0 else _("少 %(n)s")) % {"n": size}
