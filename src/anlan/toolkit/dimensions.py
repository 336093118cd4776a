"""By what a figure can be split beside its area and period: which dimensions there are, and how the marks of a kind tell them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from anlan.kernel import marks
from anlan.kernel.marks import Count
from anlan.kernel.refusals import Absent, Refusal, Refused

from .papers.chinese import stored

Narrow = Mapping[str, str]
"""Dimension → the word for its value, as in an address."""


class Choice(NamedTuple):
    """One value of a dimension. word: in addresses; value: as marks know it."""

    word: str
    label: str
    value: Any


class Rest(NamedTuple):
    """What is of none of these values."""

    values: tuple[Any, ...]


@dataclass(frozen=True)
class Dimension:
    """choices: every value there is; None for the two that each figure has of itself. rest: what is of none is called."""

    id: str
    label: Any
    label_en: str
    choices: Callable[[], Sequence[Choice]] | None = None
    rest: Any = ""


@dataclass(frozen=True)
class Told:
    """How marks of a kind tell a dimension. only: a count narrowed to one value; split: the figure of each value.

    rest: a count narrowed to what is of none of these values.
    """

    only: Callable[[Count, Any], Count]
    split: Callable[[Count], Mapping[Any, Decimal]]
    rest: Callable[[Count, tuple[Any, ...]], Count]


_known: ContextVar[dict[str, Sequence[Choice]] | None] = ContextVar("known_choices", default=None)
BASE = ("area", "period")
DIMENSIONS: dict[str, Dimension] = {d.id: d for d in (
    Dimension("area", lazy("区域"), "area"), Dimension("period", lazy("时段"), "period"))}
TOLD: dict[tuple[str, str], Told] = {}
BY_PARTY = Told(lambda count, party: replace(count, party_id=party), marks.by_party,
                lambda count, parties: replace(count, no_party=parties))
"""Where the marks' party is the department."""
OTHERS = "others"
"""The word for what is of none of a dimension's values."""


def dimension(id: str, label: Any, label_en: str, choices: Callable[[], Sequence[Choice]], rest: Any) -> None:
    DIMENSIONS[id] = Dimension(id, label, label_en, choices, rest)


def tells(kind: str, dimension: str, how: Told) -> None:
    """The marks of a kind can be narrowed to a value of the dimension."""
    TOLD[kind, dimension] = how


def names_of(dims: Sequence[str]) -> str:
    """As a sentence lists them."""
    return "、".join(str(DIMENSIONS[d].label) for d in dims)


def chosen(name: Any, dims: Sequence[str], narrow: Narrow) -> dict[str, Choice]:
    """What the words mean. Raises Refused for a dimension that the indicator does not declare, Absent for an unknown value."""
    for id in narrow:
        if id not in dims or id in BASE:
            raise Refused(Refusal((not_by(name, dims, id),)))
    return {id: choice_of(id, word) for id, word in narrow.items()}


def not_by(name: Any, dims: Sequence[str], dimension: str) -> str:
    """Why a figure cannot be asked for so."""
    label = DIMENSIONS[dimension].label if dimension in DIMENSIONS else dimension
    return _("“{name}”不能按{dimension}看，只能按{dims}看").format(name=name, dimension=label, dims=names_of(dims))


def choice_of(id: str, word: str) -> Choice:
    """Raises Absent."""
    found = next((c for c in choices_of(id) if c.word == word), None)
    if found is None:
        raise Absent(_("没有这个{dimension}：{word}").format(dimension=DIMENSIONS[id].label, word=word))
    return found


def meant(dimension: str, value: str) -> tuple[str, Choice]:
    """What people write, 部门=区城管局, by label or by word. Raises Absent with a sentence."""
    found = next((d for d in DIMENSIONS.values() if d.choices and dimension in (d.id, in_chinese(d.label))), None)
    if found is None:
        known = "、".join(in_chinese(d.label) for d in DIMENSIONS.values() if d.choices)
        raise Absent(_("没有“{dimension}”这种划分，可用：{known}").format(dimension=dimension, known=known))
    choice = next((c for c in choices_of(found.id) if value in (c.word, c.label)), None)
    if choice is None:
        raise Absent(_("没有这个{dimension}：{word}").format(dimension=found.label, word=value))
    return found.id, choice


@stored
def in_chinese(label: Any) -> str:
    """A text that is written down reads the same whatever language its writer has the pages in."""
    return str(label)


def choices_of(id: str) -> Sequence[Choice]:
    """Every value, and last what is of none of them."""
    known = _known.get()
    if known is None:
        return _choices(DIMENSIONS[id])
    if id not in known:
        known[id] = _choices(DIMENSIONS[id])
    return known[id]


def _choices(of: Dimension) -> Sequence[Choice]:
    if of.choices is None:
        return ()
    named = of.choices()
    return [*named, Choice(OTHERS, str(of.rest), Rest(tuple(c.value for c in named)))]


@contextmanager
def asked_once() -> Iterator[None]:
    """In here the choices of a dimension are asked for once: the form of a page and its figures go by the same."""
    if _known.get() is not None:
        yield
        return
    token = _known.set({})
    try:
        yield
    finally:
        _known.reset(token)


def narrowed(count: Count, told: Mapping[str, Choice]) -> Count:
    for id, choice in told.items():
        how = TOLD[count.kind, id]
        count = how.rest(count, choice.value.values) if isinstance(choice.value, Rest) else how.only(count, choice.value)
    return count


def split(counts: Sequence[Count], id: str) -> list[Mapping[Any, Decimal]]:
    """The figure of each value that has one, and of what is of none of them: together the whole. One statement a count, and one."""
    rest = choices_of(id)[-1].value
    hows = [TOLD[count.kind, id] for count in counts]
    others = marks.totals([how.rest(count, rest.values) for how, count in zip(hows, counts, strict=True)])
    return [{**how.split(count), rest: other} for how, count, other in zip(hows, counts, others, strict=True)]


def faults(dims: Sequence[str], kind: str, belongs: Any) -> Iterator[str]:
    """What is wrong with a declaration, in sentences for the developer. kind: of the rows."""
    if not belongs:
        yield "does not say on which day a row counts (belongs)"
    for id in dims:
        if id not in DIMENSIONS:
            yield f"declares the unknown dimension {id}"
        elif id not in BASE and (kind, id) not in TOLD:
            yield f"declares {id}, which the marks of {kind or 'no kind'} do not tell"
