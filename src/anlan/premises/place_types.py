"""Place types and nine small places (domain.md 3.6): data, not law; the files say how sure each is."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files
from typing import NamedTuple


class PlaceType(NamedTuple):
    """handbook: categories of the handbook to ask; department: code of the department that leads the trade."""

    code: str
    name: str
    name_en: str
    nine_small: str
    handbook: tuple[str, ...]
    industry: str
    industry_name: str
    department: str
    committee: int | None


@cache
def place_types() -> dict[str, PlaceType]:
    return {r["code"]: PlaceType(r["code"], r["name"], r["name_en"], r["nine_small"], tuple(r["handbook"].split()),
                                 r["industry"], r["industry_name"], r["department"],
                                 int(r["committee"]) if r["committee"] else None) for r in _rows("place_types.csv")}


@cache
def nine_small() -> dict[str, str]:
    return {r["code"]: r["name"] for r in _rows("nine_small.csv")}


def choices() -> list[tuple[str, str]]:
    return [(t.code, t.name) for t in place_types().values()]


def nine_small_choices() -> list[tuple[str, str]]:
    return list(nine_small().items())


def _rows(name: str) -> list[dict[str, str]]:
    text = (files(__package__) / "data" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
