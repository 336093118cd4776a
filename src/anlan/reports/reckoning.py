"""The figures of a report counted together, said in words, and held against what its sentences claim."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from django.utils.translation import gettext as _

from anlan.kernel import marks
from anlan.kernel.areas import within
from anlan.kernel.folds import end_of
from anlan.kernel.marks import Day
from anlan.kernel.models import Area
from anlan.kernel.refusals import Absent, Refused
from anlan.toolkit.dimensions import asked_once, chosen, meant
from anlan.toolkit.indicators import INDICATORS, Indicator, Period, Ratio, counts_of, question_of, shown

from .grammar import Block, Claim, FigureRef, Promise, Sentence
from .periods import BadPeriod, days_of

ROUNDING = {"余": ROUND_FLOOR, "超": ROUND_FLOOR, "近": ROUND_CEILING, "约": ROUND_HALF_UP, "": ROUND_HALF_UP}
NEARLY = Decimal("0.95")
"""近 is 95 to just under 100 % of what is said."""


class Named(NamedTuple):
    """An area that a figure names."""

    id: int | None = None
    uid: UUID | None = None
    name: str = ""


@dataclass(frozen=True)
class Ground:
    """As of when and of what journal a report counts, and where. at: the end of `on`, or the instant it was begun."""

    on: date
    at: datetime
    area_id: int | None
    head: int | None = None
    areas: Mapping[str, Named] = field(default_factory=dict)  # code → the areas that figures name
    area_uid: UUID | None = None

    def period(self, ref: FigureRef) -> Period:
        """Raises BadPeriod."""
        days = days_of(ref.period, self.on)
        return Period(days.since, days.until, min(self.at, end_of(days.until)))

    def area_of(self, ref: FigureRef) -> Named:
        """Without an id for a code that nobody knows; without a name for the ground itself."""
        return self.areas.get(ref.area, Named()) if ref.area else Named(self.area_id, self.area_uid)


@dataclass(frozen=True)
class Counted:
    """A figure with its answer. indicator None: no app counts it yet; value None: nothing to count it from.

    narrow: dimension → word; only: the area and what else it is narrowed to, by name.
    """

    ref: FigureRef
    indicator: Indicator | None
    period: Period | None
    area_id: int | None
    area_uid: UUID | None = None
    value: Decimal | None = None
    fault: str = ""
    narrow: Mapping[str, str] = field(default_factory=dict)
    only: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """排查一般隐患（东街街道、区城管局）."""
        name = str(self.indicator.name) if self.indicator else self.ref.indicator
        return f"{name}（{'、'.join(self.only)}）" if self.only else name

    @property
    def unit(self) -> str:
        return self.indicator.unit if self.indicator else ""

    @property
    def is_pending(self) -> bool:
        """The app that counts it does not exist yet."""
        return self.indicator is None

    @property
    def url(self) -> str:
        """The rows behind it."""
        if self.period is None or self.is_pending:
            return ""
        words = {"since": self.period.since.isoformat(), "on": self.period.until.isoformat()}
        if self.area_uid:
            words["area"] = str(self.area_uid)
        words |= self.narrow
        return f"/desk/figures/{self.indicator.id}/?{urlencode(words)}"  # type: ignore[union-attr]


def refs_of(blocks: Iterable[Block]) -> dict[str, FigureRef]:
    """Each question of a text once, in order."""
    return {ref.key: ref for block in blocks for sentence in block.sentences for ref in sentence.figures()}


def areas_named(refs: Iterable[FigureRef], ground: int | None, on: date) -> dict[str, Named]:
    """Those that lie in the ground of the report: a street's report tells nothing of another street."""
    codes = {ref.area for ref in refs if ref.area}
    if not codes or ground is None:
        return {}
    rows = Area.objects.filter(code__in=codes, id__in=within(ground, on)).values_list("code", "id", "uid", "name")
    return {code: Named(*told) for code, *told in rows}


def count_all(refs: Iterable[FigureRef], ground: Ground) -> dict[str, Counted]:
    """Every figure by its key; one statement for all that are counted from marks, and one for the departments they name."""
    with asked_once():
        found = {ref.key: _asked(ref, ground) for ref in refs}
        askable = [c for c in found.values() if c.indicator and c.period and not c.fault]
        questions = {c.ref.key: question_of(c.indicator, c.period, c.area_id, ground.head, c.narrow) for c in askable}  # type: ignore[arg-type]
    plain = {key: counts_of(q) for key, q in questions.items()}
    told = iter(marks.totals([count for counts in plain.values() for count in counts]))
    for key, counts in plain.items():
        sums = [next(told) for _count in counts]
        held = found[key]
        found[key] = replace(held, value=_value(held.indicator, questions[key], sums))
    return found


def _value(indicator: Any, question: Any, sums: list[Decimal]) -> Decimal | None:
    if not isinstance(question, Ratio):
        return sums[0]
    part, whole = sums
    return shown(indicator, part, whole) if whole else None


def indicator_of(word: str) -> Indicator | None:
    """By its id, or by the name that people read."""
    return INDICATORS.get(word) or next((i for i in INDICATORS.values() if str(i.name) == word), None)


def _asked(ref: FigureRef, ground: Ground) -> Counted:
    indicator, area = indicator_of(ref.indicator), ground.area_of(ref)
    asked = Counted(ref, indicator, None, area.id, area.uid, only=(area.name,) if area.name else ())
    if ref.area and area.id is None:
        return replace(asked, fault=_("没有区域“{code}”").format(code=ref.area))
    try:
        return _narrowed(replace(asked, period=ground.period(ref)))
    except BadPeriod as bad:
        return replace(asked, fault=str(bad))
    except (Absent, Refused) as wrong:
        return replace(asked, fault=str(wrong))


def _narrowed(asked: Counted) -> Counted:
    """Raises Absent for what nobody knows, Refused for what the indicator cannot be narrowed by."""
    if asked.indicator is None or not asked.ref.narrow:
        return asked
    told = dict(meant(dimension, value) for dimension, value in asked.ref.narrow)
    narrow = {dimension: choice.word for dimension, choice in told.items()}
    chosen(asked.indicator.name, asked.indicator.dims, narrow)
    return replace(asked, narrow=narrow, only=(*asked.only, *(choice.label for choice in told.values())))


# How a figure is said


@dataclass(frozen=True)
class Said:
    """text: as it is printed; states: the number that stands there."""

    text: str
    states: Decimal


def say(ref: FigureRef, value: Decimal) -> Said:
    """约9.5万, 480余, 86,408: the value as the text says it."""
    if isinstance(value, Day):
        return Said(_day_in_words(value), value)
    place = ref.place if ref.place is not None else Decimal(1).scaleb(-ref.decimals) if ref.decimals is not None else None
    scaled = value / ref.scale
    if place is None and (ref.word or ref.scale != 1):
        place = Decimal(1) if ref.word else None
    stated = scaled if place is None else (scaled / place).to_integral_value(ROUNDING[ref.word]) * place
    number = f"{stated.normalize():f}"
    before, after = ("", ref.word) if ref.word == "余" else (ref.word, "")
    tail = f"{ref.suffix}{after}" if ref.suffix else after
    return Said(f"{before}{number}{tail}", stated * ref.scale)


def _day_in_words(value: Day) -> str:
    """As a Chinese text says a day."""
    return f"{value.day.year}年{value.day.month}月{value.day.day}日" if value.day else "—"


def word_fault(ref: FigureRef, value: Decimal) -> str:
    """Why the word before or after a number is not true of it; empty where it is."""
    if not ref.word:
        return ""
    said = say(ref, value)
    true = {"余": value > said.states > 0, "超": value > said.states > 0, "近": NEARLY * said.states <= value < said.states,
            "约": True}[ref.word]
    return "" if true else _("“{said}”不成立：实为{value}").format(said=said.text, value=plain(value))


def plain(value: Decimal | None) -> str:
    if isinstance(value, Day):
        return value.day.isoformat() if value.day else "—"
    return "—" if value is None else f"{value.normalize():,f}"


# What sentences claim


def faults_of(sentence: Sentence, counted: Mapping[str, Counted]) -> Iterator[str]:
    """Everything that does not hold in a sentence, in words. One that is not printed says nothing that could be untrue."""
    for ref in sentence.figures():
        held = counted[ref.key]
        if held.fault:
            yield held.fault
    if not unprinted(sentence, counted):
        yield from _untrue(sentence, counted)
    for typed in sentence.typed:
        yield _("“{typed}”是手写的数，没有来源").format(typed=typed)


def _untrue(sentence: Sentence, counted: Mapping[str, Counted]) -> Iterator[str]:
    for piece in sentence.pieces:
        if isinstance(piece, FigureRef) and (value := counted[piece.key].value) is not None:
            if fault := word_fault(piece, value):
                yield fault
        elif isinstance(piece, Claim):
            yield from _claim_fault(piece, [counted[ref.key] for ref in piece.figures])
        elif isinstance(piece, Promise) and piece.figure and not _is_day(counted[piece.figure.key].value):
            yield _("“{name}”没有数出日期，不能作为时限").format(name=counted[piece.figure.key].name)


def _is_day(value: Decimal | None) -> bool:
    return isinstance(value, Day) and value.day is not None


def _claim_fault(claim: Claim, figures: list[Counted]) -> Iterator[str]:
    if any(f.is_pending or f.fault for f in figures):
        return
    values = [f.value for f in figures]
    if any(v is None for v in values):
        yield _("“{name}”无从判断：没有可数的数据").format(name=claim.name)
    elif not _holds(claim, values):  # type: ignore[arg-type]
        told = _("与").join(plain(v) for v in values)
        yield _("“{name}”不成立：{values}").format(name=claim.name, values=told)


def _holds(claim: Claim, v: list[Decimal]) -> bool:
    if claim.count:
        return v[0] >= claim.count
    rules = {"下降": lambda: v[1] < v[0], "上升": lambda: v[1] > v[0], "持平": lambda: v[1] == v[0],
             "不降": lambda: v[1] >= v[0], "不升": lambda: v[1] <= v[0], "为零": lambda: v[0] == 0,
             "不为零": lambda: v[0] != 0, "全部": lambda: v[0] == v[1], "其中": lambda: v[0] <= v[1],
             "之和": lambda: sum(v[:-1]) == v[-1], "高于": lambda: v[0] > v[1], "低于": lambda: v[0] < v[1]}
    return rules[claim.name]()


def claims_zero(sentence: Sentence) -> bool:
    return any(claim.name == "为零" for claim in sentence.claims)


def unprinted(sentence: Sentence, counted: Mapping[str, Counted]) -> str:
    """Why a sentence is left out of print; empty where it is printed."""
    printed = [counted[p.key] for p in sentence.pieces if isinstance(p, FigureRef)]
    if any(counted[ref.key].is_pending for ref in sentence.figures()):
        return _("所用的数尚无业务模块记录，不印出")
    if any(c.value is None for c in printed):
        return _("没有可数的数据，不印出")
    if any(c.value == 0 for c in printed) and not claims_zero(sentence):
        return _("数为零，不印出")
    return ""
