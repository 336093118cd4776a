"""What the handbook asks where, how often it is found, and what it looks like. Pure."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

from anlan.patrols import handbook

from .chance import Chance, sheet
from .units import Unit

SPOT_FACTOR, SPOT_MOST = 1.9, 0.92  # put right on the spot more often than data/finds.csv says of a warden's visit
CYLINDER_ITEMS, ALCOHOL_ITEMS, PIPE_ITEMS = {"CY02", "CY03", "CY04"}, {"CY08"}, {"CY07"}
RARE = {"LG06", "SD02", "SD05", "JY01", "JY02", "SG10", "CJ03", "CJ04"}


class Item(NamedTuple):
    """An item of the handbook, with how often it is found, put right on the spot, and what it looks like."""

    code: str
    group: str
    text: str
    major: bool
    days: int
    weight: float
    spot: float
    scene: str
    control: str
    places: tuple[str, ...]
    remedy: str

    @property
    def on_spot(self) -> float:
        return min(SPOT_MOST, self.spot * SPOT_FACTOR)


@dataclass(frozen=True)
class Known:
    """What may be found in a unit, and what is asked there."""

    general: tuple[Item, ...]
    major: tuple[Item, ...]
    asked: tuple[str, ...]
    weights: tuple[float, ...]

    def draw(self, dice: Chance) -> Item:
        """A general one, by its weight."""
        return self.general[bisect(self.weights, dice.random() * self.weights[-1], 0, len(self.weights) - 1)]


class Items:
    """The items by their codes, and by what a unit is."""

    def __init__(self) -> None:
        more = {row["code"]: row for row in sheet("finds")}
        self.by_code = {row["code"]: _item(row, more[row["code"]]) for row in handbook.own_rows()}
        self._of: dict[tuple[str, str], Known] = {}

    def of(self, unit: Unit) -> Known:
        key = (unit.kind, unit.gas)
        if key not in self._of:
            mine = [i for i in self.by_code.values() if i.group in unit.groups]
            general = tuple(i for i in mine if not i.major and fits(i, unit))
            self._of[key] = Known(general, tuple(i for i in mine if i.major and fits(i, unit)),
                                  tuple(i.code for i in mine), tuple(accumulate(i.weight for i in general)))
        return self._of[key]


def _item(row: Mapping[str, str], more: Mapping[str, str]) -> Item:
    code = row["code"]
    return Item(code, code.rstrip("0123456789"), row["item_zh"], row["severity"] == "重大", int(row["rectify_days"]),
                float(more["weight"]), float(more["spot"]), more["scene"], more["control"],
                tuple(more["places"].split(";")), more["remedy"])


def fits(item: Item, unit: Unit) -> bool:
    """No cylinder where gas comes by pipe, and the like."""
    if item.code in CYLINDER_ITEMS:
        return unit.gas == "lpg"
    if item.code in ALCOHOL_ITEMS:
        return unit.gas == "alcohol"
    if item.code in PIPE_ITEMS:
        return unit.gas == "pipe"
    return item.code not in RARE
