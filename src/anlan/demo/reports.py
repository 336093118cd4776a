"""What residents, wardens and officers report: answered, closed, turned down, or made into a hazard. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from .cast import STREET
from .chance import Chance, sheet
from .days import BEGAN, UNTIL, each_day, shut, works
from .items import Items
from .outline import Find, Told
from .totals import Totals

CHANNELS = {"phone": 0.5, "portal": 0.3, "desk": 0.2}
HELD_BACK = 4  # reports of the last afternoon that wait for an answer
REST, SHUT_SHARE = 0.35, 0.5  # of a working day's reports


def tell(totals: Totals, grids: Sequence[str], items: Items, beside: int) -> list[Told]:
    """Every report in the order of its day. beside: so many by wardens, beside their rounds."""
    months = (UNTIL.year - BEGAN.year) * 12 + UNTIL.month
    made = [*_residents(round(totals.matters_a_month * months), grids, items), *_wardens(totals.began, beside, grids, items),
            *_waiting(grids, items)]
    return sorted(made, key=lambda t: (t.day, t.at, t.grid))


def _residents(count: int, grids: Sequence[str], items: Items) -> Iterator[Told]:
    dice, days = Chance("reports"), each_day(date(2019, 1, 3), UNTIL)
    weights = [(1.0 if works(d) else REST) * (SHUT_SHARE if shut(d) else 1.0) for d in days]
    seen: set[tuple[str, date, int]] = set()
    for day in dice.choices(days, weights=weights, k=count):
        told = _told(dice, dice.choice(grids), day, dice.pick(CHANNELS), items, dice.choice(sheet("matters")), (530, 990))
        if told[:3] not in seen:
            seen.add(told[:3])
            yield told


def _wardens(began: date, count: int, grids: Sequence[str], items: Items) -> Iterator[Told]:
    """Nothing that a warden brings is turned down; she knows what belongs here."""
    dice, days = Chance("field reports"), [d for d in each_day(began, UNTIL) if works(d)]
    rows = [row for row in sheet("matters") if row["ends"] != "rejected"]
    for n in range(count):
        yield _told(dice, grids[(n * 7919 + 13) % len(grids)], dice.choice(days), "field", items, dice.choice(rows), (520, 980))


def _waiting(grids: Sequence[str], items: Items) -> Iterator[Told]:
    """The last afternoon's, in the cast's street."""
    dice, near = Chance("waiting"), [g for g in grids if g.startswith(STREET)]
    for grid in dice.sample(near, HELD_BACK):
        yield _told(dice, grid, UNTIL, dice.pick(CHANNELS), items, dice.choice(sheet("matters")), (991, 1030), waits=True)


def _told(dice: Chance, grid: str, day: date, channel: str, items: Items, row: dict[str, str], hours: tuple[int, int], *,
          waits: bool = False) -> Told:
    ends = "waits" if waits else row["ends"]
    find = Find(items.by_code[row["hazard"]]) if ends == "hazard" else None
    return Told(grid, day, dice.randint(*hours), channel, ends, row, find)
