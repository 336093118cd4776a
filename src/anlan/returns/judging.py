"""What cannot be true of a set of numbers: each contradiction as a sentence with both numbers. Pure.

The same rules judge a department's return and the figures frozen in a report.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.translation import gettext as _

from anlan.toolkit.papers.chinese import stored

from .models import Sort


@dataclass(frozen=True)
class Stated:
    """A number somebody states. area: the code of a part of the whole; empty for the whole. places: as it was stated."""

    item: str
    name: str
    since: date
    until: date
    value: Decimal
    unit: str = ""
    area: str = ""

    @property
    def days(self) -> tuple[date, date]:
        return self.since, self.until


@dataclass(frozen=True)
class Finding:
    """said: the number that was stated; found: what it would have to be. asked: how to show the rows of the second."""

    sort: str
    item: str
    sentence: str
    said: Decimal
    found: Decimal | None
    unit: str = ""
    asked: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return f"{self.sort}:{self.item}"


def number(value: Decimal) -> str:
    return f"{value.normalize():,f}"


@stored
def _of_a_rate(said: Stated, part: Stated, whole: Stated, found: Decimal | None) -> str:
    if found is None:
        return _("{name}写作{said}%，可{whole}是0，没有可算的").format(name=said.name, said=number(said.value), whole=whole.name)
    return _("{name}写作{said}%，可{part}{n}除以{whole}{m}是{found}%").format(
        name=said.name, said=number(said.value), part=part.name, n=number(part.value), whole=whole.name, m=number(whole.value),
        found=number(found))


@stored
def _of_parts(said: Stated, total: Decimal, of_streets: bool) -> str:
    text = _("{name}写作{said}{unit}，可明细之和是{total}{unit}")
    if of_streets:
        text = _("{name}写作{said}{unit}，可各街道之和是{total}{unit}")
    return text.format(name=said.name, said=number(said.value), unit=said.unit, total=number(total))


@stored
def _of_a_smaller_total(said: Stated, before: Stated) -> str:
    return _("{name}写作{said}{unit}，可截至{day}已经是{before}{unit}，累计数不会变小").format(
        name=said.name, said=number(said.value), unit=said.unit, day=before.until.isoformat(), before=number(before.value))


@stored
def _of_another_number(said: Stated, found: Decimal) -> str:
    return _("{name}写作{said}{unit}，可本系统里同一时段由该部门主管的记录是{found}{unit}").format(
        name=said.name, said=number(said.value), unit=said.unit, found=number(found))


def rates(numbers: Sequence[Stated], made_of: Mapping[str, tuple[str, str]]) -> Iterator[Finding]:
    """A rate that is not its parts, of the same days and area, to the places it is stated with. made_of: rate → (part, whole)."""
    held = {(n.item, n.days, n.area): n for n in numbers}
    for said in numbers:
        part, whole = (held.get((name, said.days, said.area)) for name in made_of.get(said.item, ("", "")))
        if part is None or whole is None:
            continue
        found = (part.value * 100 / whole.value).quantize(_places(said.value), ROUND_HALF_UP) if whole.value else None
        if found != said.value:
            yield Finding(Sort.RATE, _where(said), _of_a_rate(said, part, whole, found), said.value, found, "%")


def _places(value: Decimal) -> Decimal:
    """As many decimals as the number is written with."""
    exponent = value.as_tuple().exponent
    return Decimal(1).scaleb(min(int(exponent), 0))


def _where(said: Stated) -> str:
    return said.item + (f"@{said.area}" if said.area else "")


def streets(numbers: Sequence[Stated], parts: frozenset[str]) -> Iterator[Finding]:
    """A sum over all streets that is not the district, of the same item and days."""
    for said in numbers:
        if said.area or said.unit == "%":
            continue
        below = {n.area: n.value for n in numbers if n.item == said.item and n.days == said.days and n.area in parts}
        total = sum(below.values(), Decimal(0))
        if parts and below.keys() == parts and total != said.value:
            yield Finding(Sort.STREETS, said.item, _of_parts(said, total, True), said.value, total, said.unit)


def rows(numbers: Sequence[Stated], sums: Mapping[str, Decimal], of_streets: bool) -> Iterator[Finding]:
    """Rows that do not add up to the number above them."""
    for said in numbers:
        total = sums.get(said.item)
        if total is not None and total != said.value:
            sort = Sort.STREETS if of_streets else Sort.ROWS
            yield Finding(sort, said.item, _of_parts(said, total, of_streets), said.value, total, said.unit)


def shrank(numbers: Sequence[Stated], before: Iterable[Stated]) -> Iterator[Finding]:
    """A total from the same first day that is smaller than the last one was, though it ends no earlier."""
    held = {(n.item, n.since, n.area): n for n in before}
    for said in numbers:
        last = held.get((said.item, said.since, said.area))
        if last is not None and said.unit != "%" and said.until >= last.until and said.value < last.value:
            yield Finding(Sort.SHRANK, _where(said), _of_a_smaller_total(said, last), said.value, last.value, said.unit)


def differs(numbers: Sequence[Stated], own: Mapping[str, tuple[Decimal, Mapping[str, Any]]]) -> Iterator[Finding]:
    """A number that Anlan's own rows do not give. own: item → (its number, how its rows are asked for)."""
    for said in numbers:
        found = own.get(said.item)
        if found is not None and found[0] != said.value:
            yield Finding(Sort.DIFFERS, said.item, _of_another_number(said, found[0]), said.value, found[0], said.unit, found[1])
