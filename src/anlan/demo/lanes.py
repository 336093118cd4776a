"""Ids and numbers of papers for processes that write at the same time: the same in every building."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from uuid import UUID

from django.db import connection, models

from anlan.kernel.bulk import Ids
from anlan.kernel.history import Numbers
from anlan.kernel.instance import local_day
from anlan.kernel.numbering import allot
from anlan.kernel.read import Question

WEEK_ROOM = 60_000  # ids of a table that one lane may use in a week


class Lane(Ids):
    """Ids of one of several lanes: each has a range of its own in each week, so that the weeks follow each other.

    last: the highest id before the history, by table.
    """

    def __init__(self, lane: int, lanes: int, last: Mapping[type[models.Model], int]) -> None:
        super().__init__()
        self.lane, self.lanes, self.last = lane, lanes, last
        self.next_of: dict[type[models.Model], int] = {}
        self.week = 0

    def turn(self, week: int) -> None:
        self.week = week
        self.next_of.clear()

    def question(self, wanted: Mapping[type[models.Model], int]) -> list[Question]:
        return []

    def reserve(self, wanted: Mapping[type[models.Model], int]) -> None:
        """There is always enough at hand."""

    def forget(self, model: type[models.Model]) -> None:
        """Ids only rise."""

    def next(self, model: type[models.Model]) -> int:
        first = self.last[model] + 1 + (self.week * self.lanes + self.lane) * WEEK_ROOM
        new = self.next_of.get(model, first)
        if new >= first + WEEK_ROOM:
            raise ValueError(f"more rows of {model.__name__} in one week than there is room for")
        self.next_of[model] = new + 1
        return new


def last_ids(tables: Iterable[type[models.Model]]) -> dict[type[models.Model], int]:
    found = {}
    with connection.cursor() as cursor:
        for model in tables:
            cursor.execute(f'SELECT coalesce(max(id), 0) FROM "{model._meta.db_table}"')
            found[model] = int(cursor.fetchone()[0])
    return found


def set_sequences(tables: Iterable[type[models.Model]]) -> None:
    """From here on the sequences give ids above all that are taken."""
    with connection.cursor() as cursor:
        for model, last in last_ids(tables).items():
            if last:
                cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id')::regclass, %s)",
                               [f'"{model._meta.db_table}"', last])


class Given(Numbers):
    """The numbers that one lane gives, each paper its own in the order of the whole district's papers."""

    def __init__(self, numbers: Mapping[tuple[str, int], list[int]]) -> None:
        super().__init__()
        for key, held in numbers.items():
            self[key] = iter(held)

    def __missing__(self, key: tuple[str, int]) -> Iterator[int]:
        raise ValueError(f"no numbers of {key} were foreseen")

    def book(self) -> None:
        """`book_all` does, when every lane has ended."""


Papers = list[tuple[str, datetime, UUID, str]]


def numbers_of(papers: Papers, lane_of: Mapping[str, int], lanes: int) -> list[dict[tuple[str, int], list[int]]]:
    """For each lane the numbers of its papers, in their order. papers: (series, when, hazard, street)."""
    out: list[dict[tuple[str, int], list[int]]] = [defaultdict(list) for _n in range(lanes)]
    held: Counter[tuple[str, int]] = Counter()
    for series, at, _hazard, street in sorted(papers, key=lambda p: (p[1], p[2].hex)):
        key = (series, local_day(at).year)
        held[key] += 1
        out[lane_of[street]][key].append(held[key])
    return out


def book_all(papers: Papers) -> None:
    """Move the counters behind what was given."""
    for key, count in sorted(Counter((series, local_day(at).year) for series, at, _h, _s in papers).items()):
        allot(*key, count)
