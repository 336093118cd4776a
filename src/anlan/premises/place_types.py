"""The place types (场所类型) and the nine small places (九小场所) as they come with the house, read from data.

No national list of the nine exists; types, bounds, supervising department and committee are a proposal that a
bureau edits (domain.md 3.6 [likely], 3.8 [unsure]).
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

DATA = Path(__file__).resolve().parent / "data"
MEASURES = (
    "floor_area_m2",
    "storey",
    "seats",
    "beds",
    "customers_peak",
    "staff",
    "dormitory_people",
)


class Bound(NamedTuple):
    """low <= measure < below; a missing end is open."""

    measure: str
    low: Decimal | None
    below: Decimal | None

    def holds(self, measures: Mapping[str, Decimal | int | None]) -> bool | None:
        """None where the measure is not known."""
        value = measures.get(self.measure)
        if value is None:
            return None
        return (self.low is None or value >= self.low) and (self.below is None or value < self.below)


@dataclass(frozen=True)
class PlaceType:
    """One type. `nine_small` is the small kind that it may be, or "".

    A unit is small where all bounds of any one choice hold, and always where there is no choice.
    """

    code: str
    name: str
    name_en: str
    nine_small: str
    handbook: tuple[str, ...]
    industry: str
    industry_name: str
    department: str
    committee: int
    confidence: str
    choices: tuple[tuple[Bound, ...], ...]

    def is_small(self, measures: Mapping[str, Decimal | int | None]) -> bool | None:
        """Whether a unit of these measures is one of the nine small places; None where too little is known."""
        if not self.nine_small:
            return False
        if not self.choices:
            return True
        return _any([_all([bound.holds(measures) for bound in choice]) for choice in self.choices])


def _all(answers: list[bool | None]) -> bool | None:
    return False if False in answers else None if None in answers else True


def _any(answers: list[bool | None]) -> bool | None:
    return True if True in answers else None if None in answers else False


def load_place_types(folder: Path = DATA) -> dict[str, PlaceType]:
    """The types of `folder` by code, in the order of the file."""
    choices = _choices(folder)
    return {row["code"]: _place_type(row, choices.get(row["code"], ())) for row in rows_of(folder / "place_types.csv")}


def _place_type(row: dict[str, str], choices: tuple[tuple[Bound, ...], ...]) -> PlaceType:
    return PlaceType(
        code=row["code"],
        name=row["name"],
        name_en=row["name_en"],
        nine_small=row["nine_small"],
        handbook=tuple(row["handbook"].split()),
        industry=row["industry"],
        industry_name=row["industry_name"],
        department=row["department"],
        committee=int(row["committee"]),
        confidence=row["confidence"],
        choices=choices,
    )


def _choices(folder: Path) -> dict[str, tuple[tuple[Bound, ...], ...]]:
    rows = sorted(rows_of(folder / "place_type_bounds.csv"), key=lambda row: (row["place_type"], row["choice"]))
    return {
        place_type: tuple(
            tuple(Bound(row["measure"], _number(row["low"]), _number(row["below"])) for row in choice)
            for _number_of_choice, choice in groupby(own, lambda row: row["choice"])
        )
        for place_type, own in groupby(rows, lambda row: row["place_type"])
    }


def rows_of(path: Path) -> Iterator[dict[str, str]]:
    """The rows of a CSV file of the house (UTF-8, with a header)."""
    with path.open(encoding="utf-8", newline="") as sheet:
        yield from csv.DictReader(sheet)


def _number(text: str) -> Decimal | None:
    return Decimal(text) if text else None
