"""One seed, one stream a topic: a change in one place leaves the others as they were."""

from __future__ import annotations

import csv
import random
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import TypeVar
from uuid import NAMESPACE_OID, UUID, uuid5

SEED = 20210625
T = TypeVar("T")


class Chance(random.Random):
    """The dice of one topic."""

    def __init__(self, *topic: object) -> None:
        super().__init__("/".join(map(str, (SEED, *topic))))

    def often(self, share: float) -> bool:
        return self.random() < share

    def pick(self, weights: Mapping[T, float]) -> T:
        """A key, by its weight."""
        return self.choices(list(weights), weights=list(weights.values()))[0]

    def within(self, span: str) -> int | None:
        """A whole number of "low-high", rather a low one; None for an empty span."""
        if not span:
            return None
        low, high = map(int, span.split("-"))
        return int(low + (high - low + 1) * self.random() ** 1.7)


def uid(*topic: object) -> UUID:
    """The same topic has the same uid in every building."""
    return uuid5(NAMESPACE_OID, "/".join(map(str, ("anlan.demo", SEED, *topic))))


@cache
def sheet(name: str) -> list[dict[str, str]]:
    """The rows of data/<name>.csv."""
    text = (files(__package__) / "data" / f"{name}.csv").read_text(encoding="utf-8-sig")
    return list(csv.DictReader(text.splitlines()))


@cache
def words(name: str, part: str) -> Sequence[str]:
    """One list of a sheet with the columns part and words; sentences are kept whole."""
    row = next(r for r in sheet(name) if r["part"] == part)
    text = row["words"]
    return tuple(s + "。" for s in text.split("。") if s) if "。" in text else tuple(text.split())
