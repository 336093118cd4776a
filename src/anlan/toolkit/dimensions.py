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

Narrow = Mapping[str, str]
"""Dimension → the word for its value, as in an address."""


class Choice(NamedTuple):
    """One value of a dimension. word: in addresses; value: as marks know it."""

    word: str
    label: str
    value: Any


@dataclass(frozen=True)
class Dimension:
    """choices: every value there is; None for the two that each figure has of itself."""

    id: str
    label: Any
    label_en: str
    choices: Callable[[], Sequence[Choice]] | None = None


@dataclass(frozen=True)
class Told:
    """How marks of a kind tell a dimension. only: a count narrowed to one value; split: the figure of each value."""

    only: Callable[[Count, Any], Count]
    split: Callable[[Count], Mapping[Any, Decimal]]


_known: ContextVar[dict[str, Sequence[Choice]] | None] = ContextVar("known_choices", default=None)
BASE = ("area", "period")
DIMENSIONS: dict[str, Dimension] = {d.id: d for d in (
    Dimension("area", lazy("区域"), "area"), Dimension("period", lazy("时段"), "period"))}
TOLD: dict[tuple[str, str], Told] = {}
BY_PARTY = Told(lambda count, party: replace(count, party_id=party), marks.by_party)
"""Where the marks' party is the department."""


def dimension(id: str, label: Any, label_en: str, choices: Callable[[], Sequence[Choice]]) -> None:
    DIMENSIONS[id] = Dimension(id, label, label_en, choices)


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
            label = DIMENSIONS[id].label if id in DIMENSIONS else id
            raise Refused(Refusal((_("“{name}”不能按{dimension}看，只能按{dims}看").format(
                name=name, dimension=label, dims=names_of(dims)),)))
    return {id: choice_of(id, word) for id, word in narrow.items()}


def choice_of(id: str, word: str) -> Choice:
    """Raises Absent."""
    found = next((c for c in choices_of(id) if c.word == word), None)
    if found is None:
        raise Absent(_("没有这个{dimension}：{word}").format(dimension=DIMENSIONS[id].label, word=word))
    return found


def choices_of(id: str) -> Sequence[Choice]:
    make, known = DIMENSIONS[id].choices, _known.get()
    if make is None or known is None:
        return make() if make else ()
    if id not in known:
        known[id] = make()
    return known[id]


@contextmanager
def asked_once() -> Iterator[None]:
    """In here the choices of a dimension are asked for once: the form of a page and its figures go by the same."""
    token = _known.set({})
    try:
        yield
    finally:
        _known.reset(token)


def narrowed(count: Count, told: Mapping[str, Choice]) -> Count:
    for id, choice in told.items():
        count = TOLD[count.kind, id].only(count, choice.value)
    return count


def faults(dims: Sequence[str], kind: str, belongs: Any) -> Iterator[str]:
    """What is wrong with a declaration, in sentences for the developer. kind: of the rows."""
    if not belongs:
        yield "does not say on which day a row counts (belongs)"
    for id in dims:
        if id not in DIMENSIONS:
            yield f"declares the unknown dimension {id}"
        elif id not in BASE and (kind, id) not in TOLD:
            yield f"declares {id}, which the marks of {kind or 'no kind'} do not tell"
