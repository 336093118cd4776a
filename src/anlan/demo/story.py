"""The story of some streets: their orders, day by day, in the order in which they happened."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from uuid import UUID

from anlan.kernel.door import Order
from anlan.kernel.rulebook import rulebook
from anlan.places.geometry import random_point

from . import files, things, visits
from .calls import Called, is_called
from .chance import Chance
from .courses import LAST_DEED, LISTED
from .days import UNTIL, minute, workday
from .deeds import order
from .listings import Supervision
from .lives import Life, reported
from .names import people, phone
from .outline import Check, Told, Walk
from .schedule import Schedule
from .units import Unit, roads_of
from .world import World

SPOTTED_FROM = date(2021, 5, 24)
GONE_LOOKED_AT = (1, 5)  # days until the community looks whether a unit is really gone
SHOWN = {"declined", "upheld", "objected", "overdue", "no_blocks", "waits"}
LATER = {"complete": 2, "plan": 0}  # of what happens in the same minute
Here = Callable[[str], bool]


def sorting(wish: Order) -> tuple[datetime, int, str, str]:
    return wish.at, LATER.get(wish.move, 1), wish.ref.uid.hex, wish.move


class Story:
    """here: whether a grid belongs to what is told."""

    def __init__(self, world: World, schedule: Schedule, here: Here) -> None:
        self.world, self.here, self.rules = world, here, rulebook()
        self.agenda: dict[date, list[Order]] = defaultdict(list)
        self.checks: dict[date, list[Check]] = defaultdict(list)
        self.walks: dict[date, list[Walk]] = defaultdict(list)
        self.reports: dict[date, list[Told]] = defaultdict(list)
        self.fates: dict[UUID, str] = {}  # of the hazards that are to show something in particular
        self.supervised: dict[UUID, Supervision] = {}  # by the hazards that will be listed
        for check in schedule.checks:
            if here(check.unit.grid):
                self.checks[check.day].append(check)
        for walk in schedule.walks:
            if here(walk.grid):
                self.walks[walk.day].append(walk)
        for told in schedule.reports:
            if here(told.grid):
                self.reports[told.day].append(told)
        self._set_down()

    def _set_down(self) -> None:
        """What stands apart from the days: files, risk points, special objects, shops that are spotted."""
        world, mine = self.world, [u for u in self.world.units if self.here(u.grid)]
        for unit in mine:
            if not unit.spotted:
                self.add(files.on_file(unit, world))
            if unit.ended:
                self.add(files.given_up(unit, unit.ended, world))
        lasting = [u for u in world.units if not u.spotted and u.ended is None]
        for grid, wish in files.graded(lasting, world):
            if self.here(grid):
                self.add(wish)
        for grid, wish in things.registered(world):
            if self.here(grid):
                self.add(wish)
        for unit in mine:
            if unit.spotted:
                self.add(_spotted(unit, world))

    def add(self, wish: Order) -> None:
        """Nothing is done after the history's last hour."""
        if wish.at <= LAST_DEED:
            self.agenda[wish.at.date()].append(wish)

    def day(self, day: date) -> list[Order]:
        """Everything of a day; what follows on later days is kept for them."""
        for wish in self._told(day):
            self.add(wish)
        return sorted(self.agenda.pop(day, []), key=sorting)

    def _told(self, day: date) -> Iterator[Order]:
        for walk in self.walks.pop(day, ()):
            yield from visits.walked(walk, self.world)
        for check in self.checks.pop(day, ()):
            if not check.planned:
                yield visits.dropped_in(check, self.world)
            for n, find in enumerate(check.finds):
                if find.fate in LISTED:
                    self.supervised[check.hazard(n)] = Supervision(find, check.unit, self.world)
                if find.fate in SHOWN:
                    self.fates[check.hazard(n)] = find.fate
                yield from Life(find, check.hazard(n), check.unit, check.unit.community, self.world).steps()
            if check.result == "gone":
                yield self._looked_at(check)
        for told in self.reports.pop(day, ()):
            yield from self._reported(told)
            if is_called(told):
                yield from Called(told, self.world, self.rules).steps()

    def listed(self, listing: UUID, hazard: UUID) -> None:
        """A listing was opened for a hazard: what follows comes on its days."""
        for wish in self.supervised[hazard].steps(listing):
            self.add(wish)

    def _looked_at(self, check: Check) -> Order:
        """The community finds the unit still there."""
        dice = Chance("gone", check.uid)
        day = workday(check.day + timedelta(days=dice.randint(*GONE_LOOKED_AT)))
        return order("premises", check.unit.uid, "still_there", self.world.clerk(check.unit.community),
                     minute(day, dice.randint(560, 1000)))

    def _reported(self, told: Told) -> Iterator[Order]:
        dice = Chance("place of", told.uid)
        point = random_point(self.world.ground.shape(told.grid), dice)
        road, highest = dice.choice(roads_of(told.grid[:12]))
        place = f"{road}{dice.randint(1, highest)}号附近"
        names = (next(people(f"caller {told.uid}")), phone(dice))
        return reported(told, self.world, (round(point.lon, 6), round(point.lat, 6)), place, names)


def _spotted(unit: Unit, world: World) -> Order:
    """A shop that was not on the list, added by the warden who saw it; no office has confirmed it yet."""
    dice, plates = Chance("spotted", unit.key), world.album.plates
    day = workday(SPOTTED_FROM, dice.randrange(20))
    given = {"name": unit.sign, "place_type": unit.kind, "address": unit.address, "lon": unit.lon, "lat": unit.lat,
             "area": world.area(unit.grid), "photos": [plates[int(unit.key) % len(plates)]]}
    return order("premises", unit.uid, "add_on_spot", world.warden(unit.grid), minute(min(day, UNTIL), dice.randint(530, 1010)),
                 given)

