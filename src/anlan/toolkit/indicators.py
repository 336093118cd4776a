"""Numbers that exist once: a function with a definition, unit and owner, a figure as of an instant, and its rows.

An indicator returns what is to be counted (a `Count`, or a `Ratio` of two), never a number: so the figure and the
rows behind it are the same question, and folding the rows gives the figure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.db.models import Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from anlan.kernel import folds, marks
from anlan.kernel.actors import Actor
from anlan.kernel.areas import within
from anlan.kernel.flows import FLOWS
from anlan.kernel.folds import end_of
from anlan.kernel.instance import local_day
from anlan.kernel.marks import Count
from anlan.kernel.models import Area, Cursor, Seal
from anlan.kernel.refusals import Absent
from anlan.kernel.rulebook import parameter, rulebook

from . import dimensions
from .dimensions import BASE, Choice, Narrow


@dataclass(frozen=True)
class Ratio:
    """A share of two counts; without anything to share in it prints as a dash, which is not zero."""

    part: Count
    whole: Count


Question = Count | Ratio


class Period(NamedTuple):
    """since, until: days, both included. at: the instant as of which is counted."""

    since: date
    until: date
    at: datetime


@dataclass(frozen=True)
class Indicator:
    """owner: who vouches for it. dims: what it may be narrowed by, and nothing else. belongs: the day on which a row counts.

    fold: what stands may be read from the daily sums, which give the same (a contract test says so).
    per: a share is told for so many of the whole (100 where the unit is %). target: the dated rule that says what is aimed at,
    a share of one where the unit is %.
    """

    id: str
    name: Any
    unit: str
    owner: str
    ask: Callable[[Period, int | None], Question]
    name_en: str = ""
    kind: str = ""
    dims: tuple[str, ...] = BASE
    belongs: Any = ""
    fold: bool = False
    empty: str = "—"
    per: int = 1
    target: str = ""

    @property
    def definition(self) -> str:
        """What is counted, in the words of its function's docstring and the reader's language."""
        told = " ".join((self.ask.__doc__ or "").split())
        return _(told) if told else ""

    @property
    def label(self) -> str:
        """Its name for whoever reads; `name` is the one that papers print and texts are written with."""
        return self.name_en if self.name_en and get_language() == "en" else str(self.name)

    @property
    def is_day(self) -> bool:
        """Whether it tells a day, which has no unit."""
        asked = self.ask(ANY_PERIOD, None)
        return isinstance(asked, Count) and asked.pick is not None

    def aim(self, on: date) -> Decimal | None:
        """What is aimed at on a day, as the figure is told; None where no rule says so."""
        return Decimal(str(parameter(self.target, on))) * self.per if self.target else None

    def number(self, text: str) -> Decimal:
        """A value of it that was kept as text."""
        return marks.Day(text) if self.is_day else Decimal(text)

    @property
    def split(self) -> str:
        """Its dimensions, as a sentence lists them."""
        return dimensions.names_of(self.dims)

    @property
    def more(self) -> tuple[str, ...]:
        """What it can be narrowed by beside area and period."""
        return tuple(d for d in self.dims if d not in BASE)


class Figure(NamedTuple):
    """value None: nothing to count it from. url opens the rows. as_of, head: what it was counted by."""

    id: str
    name: str
    value: Decimal | None
    unit: str
    as_of: datetime
    head: int | None
    url: str
    period: Period
    empty: str = "—"

    def __str__(self) -> str:
        if isinstance(self.value, marks.Day):
            return self.value.day.isoformat() if self.value.day else self.empty
        return self.empty if self.value is None else f"{self.value.normalize():f}{self.unit}"


INDICATORS: dict[str, Indicator] = {}
SELECTORS: dict[str, Callable[[Actor, datetime], Any]] = {}
"""Kind → (actor, at) → rows; filled by registers and case pages, or by `rows_through`."""
PLACES = Decimal("0.01")
EVERYTHING: Narrow = {}
ANY_PERIOD = Period(date(2999, 12, 31), date(2999, 12, 31), datetime(2999, 12, 31, tzinfo=UTC))
"""Any day on which rules are known: what an indicator asks, not when."""


def indicator(id: str, *, name: Any, unit: str, owner: str, name_en: str = "", kind: str = "",
              dims: Sequence[str] = BASE, belongs: Any = "", fold: bool = False, empty: str = "—",
              per: int = 1, target: str = "") -> Callable[[Callable[..., Question]], Callable[..., Question]]:
    """Register (period, area_id) → Count or Ratio under an id; its docstring is the definition that people read."""

    def add(ask: Callable[..., Question]) -> Callable[..., Question]:
        if id in INDICATORS and INDICATORS[id].ask.__qualname__ != ask.__qualname__:
            raise ValueError(f"indicator {id} declared twice")
        INDICATORS[id] = Indicator(id, name, unit, owner, ask, name_en, kind, tuple(dims), belongs, fold, empty,
                                   100 if unit == "%" else per, target)
        return ask

    return add


def rows_through(kind: str, selector: Callable[[Actor, datetime], Any]) -> None:
    """Name the selector by which the rows of a kind are read, where it has neither register nor case pages."""
    SELECTORS[kind] = selector


def period_of(*, at: datetime, on: date | None = None, since: date | None = None) -> Period:
    """A bare date means the end of that day; without a start the period is the year so far."""
    instant = end_of(on) if on is not None else at
    until = on if on is not None else local_day(at)
    return Period(since or date(until.year, 1, 1), until, instant)


def figure(id: str, *, actor: Actor, at: datetime, area_id: int | None = None, on: date | None = None,
           since: date | None = None, head: int | None = None, narrow: Narrow = EVERYTHING) -> Figure:
    """The number for an area of the actor's ground, as of an instant and a head of the journal.

    Raises Absent, and Refused where it is narrowed by what the indicator does not declare.
    """
    found, period = _found(id), period_of(at=at, on=on, since=since)
    ground = ground_of(actor, area_id, at)
    question = question_of(found, period, ground, head, narrow)
    value = _value(question, found, period)
    return Figure(id, found.label, value, found.unit, period.at, head, url_of(id, area_id, on, since, narrow), period,
                  found.empty)


def figures(ids: Sequence[str], *, actor: Actor, at: datetime, area_id: int | None = None, on: date | None = None,
            since: date | None = None) -> dict[str, Figure]:
    """As `figure`, for several at once: one statement counts them all. Raises Absent."""
    period, ground = period_of(at=at, on=on, since=since), ground_of(actor, area_id, at)
    questions = {id: question_of(_found(id), period, ground) for id in ids}
    sums = iter(marks.totals([count for q in questions.values() for count in counts_of(q)]))
    told = {}
    for id, question in questions.items():
        found, counted = _found(id), [next(sums) for _count in counts_of(question)]
        value = counted[0] if isinstance(question, Count) else shown(found, *counted) if counted[1] else None
        told[id] = Figure(id, found.label, value, found.unit, period.at, None, url_of(id, area_id, on, since), period,
                          found.empty)
    return told


def _found(id: str) -> Indicator:
    try:
        return INDICATORS[id]
    except KeyError as absent:
        raise Absent(_("没有这个指标")) from absent


def ground_of(actor: Actor, area_id: int | None, at: datetime) -> int | None:
    """The area to count in: what was asked, if it lies in the actor's ground; else that ground. Raises Absent."""
    if actor.system:
        return area_id
    if actor.area_id is None:
        raise Absent(_("没有这个区域，或者它不在您的范围内"))
    if area_id is None or area_id == actor.area_id:
        return actor.area_id
    if actor.area_id not in rulebook().lineage(area_id, local_day(at)):
        raise Absent(_("没有这个区域，或者它不在您的范围内"))
    return area_id


def question_of(found: Indicator, period: Period, area_id: int | None, head: int | None = None,
                narrow: Narrow = EVERYTHING) -> Question:
    """What the indicator counts, as of the period's instant and the head. Raises as `dimensions.chosen`."""
    asked, told = found.ask(period, area_id), dimensions.chosen(found.label, found.dims, narrow)
    if isinstance(asked, Ratio):
        return Ratio(_dated(asked.part, period, head, told), _dated(asked.whole, period, head, told))
    return _dated(asked, period, head, told)


def _dated(count: Count, period: Period, head: int | None, told: Mapping[str, Choice]) -> Count:
    dated = replace(count, at=count.at or period.at, head=head if head is not None else count.head)
    return dimensions.narrowed(dated, told)


def value_of(found: Indicator, period: Period, area_id: int | None, head: int | None = None,
             narrow: Narrow = EVERYTHING) -> Decimal | None:
    """The number itself, without asking who reads it."""
    return _value(question_of(found, period, area_id, head, narrow), found, period)


def _value(question: Question, found: Indicator, period: Period) -> Decimal | None:
    total = _folded_or_counted if found.fold else marks.total
    if isinstance(question, Count):
        return total(question)
    part, whole = map(total, counts_of(question)) if found.fold else marks.totals(counts_of(question))
    return shown(found, part, whole) if whole else None


def shown(found: Indicator, part: Decimal, whole: Decimal) -> Decimal:
    """A share as it is printed: for a hundred or however many its unit names, to two places."""
    return (part / whole * found.per).quantize(PLACES)


def _folded_or_counted(count: Count) -> Decimal:
    """What stood: the daily sums of the days that had ended, where they can answer, and the marks since then."""
    ended = _folded_until(count)
    if ended is None:
        return marks.total(count)
    ids = None if count.area_id is None else list(within(count.area_id, ended))
    since = marks.total(replace(count, after=end_of(ended))) if end_of(ended) != count.at else Decimal(0)
    return folds.standing_folded(count.kind, count.cells, ids, ended, count.level) + since


def _folded_until(count: Count) -> date | None:
    """The last day whose sums give the same as the marks; None where only the marks know.

    Events are always counted: their sums are by the day they belong to, and tell nothing of what was known when.
    """
    if count.at is None or not folds_tell(count):
        return None
    rules = rulebook()
    if not rules.steady or rules.levels.get(count.area_id or 0, 0) > settings.ANLAN_FOLD_LEVEL or not folds_are_current():
        return None
    return local_day(count.at + timedelta(microseconds=1)) - timedelta(days=1)


def folds_tell(count: Count) -> bool:
    """Whether it asks for nothing that the daily sums do not keep."""
    return not count.summed and all(x is None for x in (
        count.distinct, count.since, count.head, count.facets, count.levels, count.party_id, count.no_party, count.without,
        count.stood))


def folds_are_current() -> bool:
    """The follower has handled all that is sealed."""
    head = Coalesce(Subquery(Seal.objects.order_by("-no").values("no")[:1]), 0)
    return bool(Cursor.objects.filter(name="folds", no__gte=head).exists())


def url_of(id: str, area_id: int | None = None, on: date | None = None, since: date | None = None,
           narrow: Narrow = EVERYTHING) -> str:
    """The page of a figure with its rows."""
    words = {"since": since, "on": on, **narrow}
    if area_id is not None:
        words["area"] = Area.objects.filter(id=area_id).values_list("uid", flat=True).first()  # type: ignore[assignment]
    asked = urlencode({k: str(v) for k, v in words.items() if v is not None})
    return f"/desk/figures/{id}/" + (f"?{asked}" if asked else "")


def adds_up(found: Indicator) -> bool:
    """Whether the parts of a ground add up to the whole: a share does not, nor how many different ones there were."""
    asked = found.ask(ANY_PERIOD, None)
    return isinstance(asked, Count) and asked.distinct is None


def counts_of(question: Question) -> tuple[Count, ...]:
    return (question,) if isinstance(question, Count) else (question.part, question.whole)


class Page(NamedTuple):
    """Some of the rows behind a figure. hidden: how many of this page stand outside the reader's scope."""

    rows: list[tuple[Any, Decimal]]
    hidden: int
    next_after: int | None


def rows(id: str, *, actor: Actor, at: datetime, area_id: int | None = None, on: date | None = None,
         since: date | None = None, head: int | None = None, part: bool = False, after: int = 0,
         limit: int | None = 50, narrow: Narrow = EVERYTHING) -> list[tuple[Any, Decimal]]:
    """(case, its share) behind a figure, in the actor's scope, from the key `after` on.

    For a ratio these are the rows of the whole, or with part=True of the part. Raises Absent.
    """
    return page_of(id, actor=actor, at=at, area_id=area_id, on=on, since=since, head=head, part=part, after=after,
                   limit=limit, narrow=narrow).rows


def page_of(id: str, *, actor: Actor, at: datetime, area_id: int | None = None, on: date | None = None,
            since: date | None = None, head: int | None = None, part: bool = False, after: int = 0,
            limit: int | None = 50, narrow: Narrow = EVERYTHING) -> Page:
    """As `rows`, with the key of the next page."""
    found, period = _found(id), period_of(at=at, on=on, since=since)
    question = question_of(found, period, ground_of(actor, area_id, at), head, narrow)
    count = question if isinstance(question, Count) else question.part if part else question.whole
    shares = marks.rows(count, after=after, limit=None if limit is None else limit + 1)
    more = limit is not None and len(shares) > limit
    shares = shares[:limit] if more else shares
    seen = {case.id: case for case in selector_of(count.kind)(actor, at).filter(id__in=[i for i, _ in shares])}
    return Page([(seen[i], share) for i, share in shares if i in seen], len(shares) - len(seen),
                shares[-1][0] if more else None)


def selector_of(kind: str) -> Callable[[Actor, datetime], Any]:
    """By which the rows of a kind are read; without one nobody but the system sees any."""
    from anlan.toolkit.registers import BY_KIND  # noqa: PLC0415  registers name no indicator, indicators are declared early
    from anlan.toolkit.registers.caseview import CASES  # noqa: PLC0415

    if kind in SELECTORS:
        return SELECTORS[kind]
    held = BY_KIND.get(kind) or CASES.get(kind)
    if held is not None:
        return held.rows  # type: ignore[no-any-return]
    model = FLOWS[kind].model
    return lambda actor, at: model._default_manager.all() if actor.system else model._default_manager.none()


@register()
def check_indicators(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Found at start-up: a dimension that the marks cannot tell, a row that belongs to no day."""
    return [Error(f"indicator {i.id}: {text}", id="indicators.E001") for i in INDICATORS.values()
            for text in dimensions.faults(i.dims, i.kind, i.belongs)]
