"""What shall become of particular hazards of 中南路街道, so that the demonstration's day shows one of everything. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from .courses import TAKEN_BACK, suits
from .items import Item
from .units import Unit

HERO_UNIT = "0001"
# Checks by the street's officers in the cast's restaurant.
CALLED_ON = {date(2021, 6, 11): "officer2", date(2021, 6, 22): "officer1"}
# Finds that are written down there, by the warden and at those checks; its owner objects to the last one.
SCRIPT: dict[tuple[str, date], dict[str, str]] = {
    (HERO_UNIT, date(2021, 5, 28)): {"CY10": "shown", "CY05": "on_spot"},
    (HERO_UNIT, date(2021, 6, 11)): {"CY09": "extended", "CY05": "on_spot"},
    (HERO_UNIT, date(2021, 6, 22)): {"CY06": "objected"},
}
# From the day on, the next general hazard with a limit of three days or more.
GENERAL = (
    (date(2021, 3, 18), "returned"), (date(2021, 4, 6), "cancelled"), (date(2021, 4, 14), "declined"),
    (date(2021, 5, 7), "transferred"), (date(2021, 5, 12), "returned"), (date(2021, 5, 17), "upheld"),
    (date(2021, 5, 24), "enforced"), (date(2021, 6, 1), "waits"), (date(2021, 6, 2), "waits"), (date(2021, 6, 4), "waits"),
    (date(2021, 6, 7), "waits"), (date(2021, 6, 8), "waits"), (date(2021, 6, 9), "waits"),
)


class Alarm(NamedTuple):
    """A warden looks in without a plan and finds a major hazard."""

    day: date
    clock: str
    item: str
    fate: str


ALARMS = (
    Alarm(date(2021, 5, 31), "09:50", "SD06", "overdue"),
    Alarm(date(2021, 6, 8), "09:40", "CY02", "struck_off"),
    Alarm(date(2021, 6, 15), "10:50", "SD01", "reviewing"),
    Alarm(date(2021, 6, 17), "10:10", "CY03", "ordered"),
    Alarm(date(2021, 6, 21), "09:30", "GC07", "no_blocks"),
    Alarm(date(2021, 6, 22), "10:30", "LG01", "drafted"),
    Alarm(date(2021, 6, 24), "15:40", "CY02", "awaiting"),
)


@dataclass
class Fates:
    """Hands out each fate once."""

    left: list[tuple[date, str]] = field(default_factory=lambda: list(GENERAL))

    @property
    def taken_back(self) -> int:
        """How many hazards will not count as found in the end."""
        return sum(fate in TAKEN_BACK for _day, fate in GENERAL)

    def of(self, item: Item, unit: Unit, day: date) -> str:
        """The first fate whose day has come and that suits, or none."""
        return next((self.take(n) for n, (since, fate) in enumerate(self.left)
                     if since <= day and suits(fate, item, unit)), "")

    def take(self, n: int = 0) -> str:
        return self.left.pop(n)[1]
