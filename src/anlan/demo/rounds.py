"""Who walks where on a day of the history: due units by the frequency of their colour, gathered grid by grid."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID, uuid5

from anlan.kernel.actors import Actor
from anlan.kernel.door import Order
from anlan.kernel.rulebook import parameter
from anlan.patrols.walks import walking_order

from .cast import GRID
from .chance import Chance, uid
from .deeds import moment, order
from .units import Unit
from .world import DAY, SINCE, UNTIL, World

WEEKEND = 0.12  # share of the grids with something due that are walked on a day of rest
DELAYED = 0.04  # rounds that the office plans a day late
NEAR_DAYS = 4  # a unit due so soon is taken along, but none of the demonstration's day
DRIVE_DAYS = 4  # on a day of joint checks of one colour, all of that colour due so soon are visited
BROKEN_OFF = 0.03  # rounds of several units whose last one is not reached
SICK = (date(2021, 4, 15), date(2021, 5, 20))  # from these days on the next round of two or more is handed over


class Walk(NamedTuple):
    """One warden's round of a day. reached: the units that she comes to."""

    grid: str
    day: date
    units: list[Unit]
    reached: list[Unit]
    walker: Actor
    stands_in: bool

    @property
    def uid(self) -> UUID:
        return uid("round", self.grid, self.day)

    def visit(self, unit: Unit) -> UUID:
        return uuid5(self.uid, str(unit.uid))


@dataclass
class Planner:
    """Knows when each unit is due next."""

    world: World
    dice: Chance = field(default_factory=lambda: Chance("rounds"))
    due: dict[str, date] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    sick: list[date] = field(default_factory=lambda: list(SICK))

    def __post_init__(self) -> None:
        self.days = parameter("patrol.frequency_days", SINCE)["warden"]
        self.by_grid: dict[str, list[Unit]] = defaultdict(list)
        for unit in self.world.units:
            if not unit.spotted:
                self.by_grid[unit.grid].append(unit)
                self.due[unit.key] = SINCE + timedelta(days=self.dice.randrange(self.days[unit.colour]))

    def walks(self, day: date) -> Iterator[Walk]:
        """The rounds of a day."""
        works = self.world.works(day)
        for grid, held in self.by_grid.items():
            units = self._hero(day, held) if grid == GRID else self._due(day, [u for u in held if u.key not in self.closed])
            usual = grid == GRID or not self.dice.often(DELAYED if works else 1 - WEEKEND)
            if units and usual:
                yield self._walk(grid, day, units)

    def _due(self, day: date, held: list[Unit]) -> list[Unit]:
        joint = [u for u in held if self._joint(u, day)]
        if not joint and not any(self.due[u.key] <= day for u in held):
            return []
        near = min(day + timedelta(days=NEAR_DAYS), UNTIL)
        found = [u for u in held if self.due[u.key] <= near or u in joint]
        return sorted(found, key=lambda u: self.due[u.key])[:9]

    def _joint(self, unit: Unit, day: date) -> bool:
        """Joint checks of a colour fall on the days that bring its units back on the demonstration's day."""
        return ((DAY - day).days == self.days[unit.colour]
                and self.due[unit.key] <= min(day + timedelta(days=DRIVE_DAYS), UNTIL))

    def _hero(self, day: date, held: list[Unit]) -> list[Unit]:
        """The cast's grid: so that the units' last visits fall on the days that units.HERO names."""
        return [u for u in held if u.last and day <= u.last and (u.last - day).days % self.days[u.colour] == 0]

    def _walk(self, grid: str, day: date, units: list[Unit]) -> Walk:
        units = [units[i] for i in walking_order([(u.lon, u.lat) for u in units])]
        broken = grid != GRID and len(units) > 1 and self.dice.often(BROKEN_OFF)
        reached = units[:-1] if broken else units
        for unit in reached:
            self.due[unit.key] = day + timedelta(days=self.days[unit.colour])
        away = bool(self.sick and day >= self.sick[0] and grid != GRID and len(units) > 1 and not broken)
        if away:
            self.sick.pop(0)
        walker = self.world.warden(self._neighbour(grid) if away else grid)
        return Walk(grid, day, units, reached, walker, away)

    def _neighbour(self, grid: str) -> str:
        grids = [g for g in self.world.ground.below[grid[:12]] if g not in (grid, GRID)]
        return grids[0]

    def orders(self, walk: Walk) -> list[Order]:
        """Planned in the morning by the community, and handed over whole when the warden is sick."""
        seat, clerk = self.world.warden_seat(walk.grid), self.world.clerk(walk.grid[:12])
        name = f"{seat.title} {walk.day.month}月{walk.day.day}日巡查"
        plan = order("round", walk.uid, "plan", clerk, moment(walk.day, "08:15"),
                     {"post": seat.post, "day": walk.day, "name": name, "units": [u.uid for u in walk.units]})
        if not walk.stands_in:
            return [plan]
        post = self.world.warden_seat(self._neighbour(walk.grid)).post
        return [plan, order("round", walk.uid, "hand_over", clerk, moment(walk.day, "08:25"),
                            {"post": post, "reason": "网格员病假"})]
