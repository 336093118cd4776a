"""Which units are small places (九小场所): by bounds that are data, because no national list exists.

`data/place_type_bounds.csv` holds the bounds, `data/place_types.csv` the small kind that a type may be
(domain.md 3.6, the most copied provincial rule [likely]).
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from .place_types import place_types

BOUNDS = Path(__file__).resolve().parent / "data" / "place_type_bounds.csv"
MEASURES = ("floor_area_m2", "storey", "seats", "beds", "customers_peak", "staff", "dormitory_people")

Measures = Mapping[str, Decimal | int | None]


class Bound(NamedTuple):
    """low <= measure < below; a missing end is open."""

    measure: str
    low: Decimal | None
    below: Decimal | None

    def holds(self, measures: Measures) -> bool | None:
        """None where the measure is not known."""
        value = measures.get(self.measure)
        if value is None:
            return None
        return (self.low is None or value >= self.low) and (self.below is None or value < self.below)


Choices = tuple[tuple[Bound, ...], ...]


@cache
def bounds() -> dict[str, Choices]:
    """Place type → its choices; a unit is small where all bounds of any one choice hold."""
    with BOUNDS.open(encoding="utf-8", newline="") as sheet:
        rows = sorted(csv.DictReader(sheet), key=lambda row: (row["place_type"], row["choice"]))
    return {place_type: _choices(own) for place_type, own in groupby(rows, lambda row: row["place_type"])}


def small_kind(place_type: str, measures: Measures) -> str | None:
    """The code of the small kind that a unit of these measures is, "" for none, None where too little is known.

    `measures` are the columns of a unit's file by name (MEASURES); `storey` is the floor that it is on.
    KeyError for an unknown place type.
    """
    kind = place_types()[place_type].nine_small
    choices = bounds().get(place_type, ())
    if not kind or not choices:
        return kind
    small = _any([_all([bound.holds(measures) for bound in choice]) for choice in choices])
    return None if small is None else kind if small else ""


def _choices(rows: Iterable[dict[str, str]]) -> Choices:
    return tuple(tuple(_bound(row) for row in choice) for _number, choice in groupby(rows, lambda row: row["choice"]))


def _bound(row: dict[str, str]) -> Bound:
    return Bound(row["measure"], _decimal(row["low"]), _decimal(row["below"]))


def _decimal(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def _all(answers: list[bool | None]) -> bool | None:
    return False if False in answers else None if None in answers else True


def _any(answers: list[bool | None]) -> bool | None:
    return True if True in answers else None if None in answers else False
