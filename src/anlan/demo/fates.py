"""What shall become of particular hazards, so that the demonstration's day shows one of everything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from .units import Unit
from .world import Item, World

OBJECTED_ON = date(2021, 6, 22)
HERO_UNIT = "0001"
# Finds that are written down: in the cast's restaurant, and at the street's check that its owner objects to.
SCRIPT = {
    (HERO_UNIT, date(2021, 5, 28)): {"CY10": "", "CY05": "on_spot"},
    (HERO_UNIT, date(2021, 6, 11)): {"CY09": "extended", "CY05": "on_spot"},
    (HERO_UNIT, OBJECTED_ON): {"CY06": "objected"},
}
# From the day on, the next general hazard with a limit of three days or more.
GENERAL = (
    (date(2021, 3, 18), "returned"), (date(2021, 4, 6), "cancelled"), (date(2021, 4, 14), "declined"),
    (date(2021, 5, 7), "transferred"), (date(2021, 5, 12), "returned"), (date(2021, 5, 17), "upheld"),
    (date(2021, 5, 24), "enforced"), (date(2021, 6, 1), "left"), (date(2021, 6, 2), "left"), (date(2021, 6, 4), "left"),
    (date(2021, 6, 7), "left"), (date(2021, 6, 8), "left"), (date(2021, 6, 9), "left"),
)
# From the day on, the next visit with hazards also finds a major one, which is put right and struck off.
MAJOR = tuple(date.fromisoformat(f"2021-{day}") for day in (
    "03-04", "03-12", "03-23", "04-01", "04-09", "04-19", "04-28", "05-10", "05-19", "05-27", "06-04"))


class Alarm(NamedTuple):
    """A warden looks in without a plan and finds a major hazard."""

    day: date
    clock: str
    item: str
    fate: str


ALARMS = (
    Alarm(date(2021, 5, 31), "09:50", "SD06", "overdue"),
    Alarm(date(2021, 6, 8), "09:40", "CY02", "closed"),
    Alarm(date(2021, 6, 15), "10:50", "SD01", "reviewing"),
    Alarm(date(2021, 6, 17), "10:10", "CY03", "ordered"),
    Alarm(date(2021, 6, 21), "09:30", "GC07", "no_blocks"),
    Alarm(date(2021, 6, 22), "10:30", "LG01", "drafted"),
    Alarm(date(2021, 6, 24), "15:40", "CY02", "awaiting"),
)


@dataclass
class Fates:
    """Hands out each fate once."""

    world: World
    general: list[tuple[date, str]] = field(default_factory=lambda: list(GENERAL))
    major: list[date] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    majors: Counter[str] = field(default_factory=Counter)
    told: dict[tuple[str, date, str], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.major = list(MAJOR[:round(len(MAJOR) * self.world.scale)])
        self.told = {(key, day, code): fate for (key, day), finds in SCRIPT.items() for code, fate in finds.items()}

    def finds_for(self, unit: Unit, day: date) -> list[Item]:
        """Finds that are written down for this visit."""
        return [self.world.items[code] for key, on, code in self.told if (key, on) == (unit.key, day)]

    def major_for(self, unit: Unit, day: date) -> list[Item]:
        """A major hazard to be found here, if one is due and the place is right for it."""
        fitting = self.world.items_of(unit, major=True)
        if unit.last or not fitting or not self.major or day < self.major[0]:
            return []
        self.major.pop(0)
        item = min(fitting, key=lambda i: (self.majors[i.code], -i.weight))
        self.majors[item.code] += 1
        self.told[unit.key, day, item.code] = "closed"
        return [item]

    def of(self, item: Item, unit: Unit, day: date) -> str:
        if (unit.key, day, item.code) in self.told:
            return self.told[unit.key, day, item.code]
        if item.major or item.days < 3 or not self.general or day < self.general[0][0]:
            return ""
        if self.general[0][1] == "upheld" and unit.owner not in self.world.actors:
            return ""
        return self.general.pop(0)[1]

    def street_check(self, day: date) -> Unit | None:
        return next(u for u in self.world.units if u.key == HERO_UNIT) if day == OBJECTED_ON else None

    def alarms(self, day: date) -> Iterator[tuple[Alarm, Unit, Item]]:
        """The major hazards that wardens come upon, each in another unit as far as there are any."""
        for alarm in (a for a in ALARMS if a.day == day):
            wanted = self.world.items[alarm.item]
            units = [u for u in self.world.units if not u.last and not u.spotted]
            fitting = [u for u in units if wanted in self.world.items_of(u, major=True)]
            fresh = [u for u in fitting if u.key not in self.used]
            unit = (fresh or fitting or [u for u in units if self.world.items_of(u, major=True)])[0]
            item = wanted if fitting else self.world.items_of(unit, major=True)[0]
            self.used.add(unit.key)
            self.told[unit.key, day, item.code] = alarm.fate
            yield alarm, unit, item
