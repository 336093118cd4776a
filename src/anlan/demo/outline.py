"""The outline of the history: checks and their finds, rounds, reports. The words are added when the story is told."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import NamedTuple
from uuid import UUID, uuid5

from .chance import uid
from .courses import Course
from .items import Item
from .units import Unit


def round_uid(grid: str, day: date) -> UUID:
    return uid("round", grid, day)


@dataclass
class Find:
    """One hazard to be found. course: what becomes of it and when; empty for what stays as it was found."""

    item: Item
    spot: bool = False
    fate: str = ""
    course: Course = ()
    until: date | None = None  # the last day that a major one's order sets
    listed_days: int = 0  # of the supervision, if it is listed


@dataclass
class Check:
    """One visit. alarm: a warden looks in without a plan."""

    unit: Unit
    day: date
    by: str
    at: int = 0  # minute of the day
    result: str = "normal"
    finds: list[Find] = field(default_factory=list)
    alarm: bool = False
    officer: str = ""  # who of the street's officers; empty: the usual one

    @property
    def planned(self) -> bool:
        return self.by == "warden" and not self.alarm

    @cached_property
    def uid(self) -> UUID:
        if self.planned:
            return uuid5(round_uid(self.unit.grid, self.day), str(self.unit.uid))
        return uid("visit", self.unit.key, self.day, self.by)

    def hazard(self, n: int) -> UUID:
        return self._uid_of("hazard", n)

    def matter(self, n: int) -> UUID:
        return self._uid_of("matter", n)

    def _uid_of(self, what: str, n: int) -> UUID:
        """They are asked for again and again."""
        if (what, n) not in self._uids:
            self._uids[what, n] = uid(what, self.uid, n)
        return self._uids[what, n]

    @cached_property
    def _uids(self) -> dict[tuple[str, int], UUID]:
        return {}


class Told(NamedTuple):
    """A report. ends: answered, rejected, hazard or waits; channel "field": a warden's."""

    grid: str
    day: date
    at: int
    channel: str
    ends: str
    row: dict[str, str]
    find: Find | None

    @property
    def uid(self) -> UUID:
        return uid("report", self.grid, self.day, self.at)

    @property
    def hazard(self) -> UUID:
        return uid("hazard of", self.uid)


class Walk(NamedTuple):
    """One warden's round of a day in walking order. beside: planned and not reached; stands_in: the grid of who walks."""

    grid: str
    day: date
    checks: list[Check]
    beside: Unit | None
    stands_in: str

    @property
    def uid(self) -> UUID:
        return round_uid(self.grid, self.day)
