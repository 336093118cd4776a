"""What residents, wardens and officers report: answered, closed, turned down, or made into a hazard."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from anlan.kernel.actors import Actor
from anlan.kernel.door import Order
from anlan.places.geometry import random_point

from .cast import STREET
from .chance import Chance, sheet, uid, words
from .deeds import moment, order
from .lives import live
from .names import people, phone
from .units import Unit, roads_of
from .world import UNTIL, Found, World, time_between

A_DAY = 0.8  # reports on a working day at the whole scale
CHANNELS = {"phone": 0.5, "portal": 0.25, "field": 0.15, "desk": 0.1}
HELD_BACK = 4  # reports of the last afternoon that wait for an answer
SPOTTED_FROM = date(2021, 5, 24)


@dataclass
class Reports:
    """Makes the reports of a day; answers and hazards that follow go into the agenda."""

    world: World
    dice: Chance = field(default_factory=lambda: Chance("reports"))
    callers: Iterator[str] = field(default_factory=lambda: people("callers"))

    def of(self, day: date) -> Iterator[Order]:
        last = day == UNTIL
        count = HELD_BACK if last else int(self.world.works(day) and self.dice.often(A_DAY * min(1, self.world.scale * 3)))
        for n in range(count):
            yield self._report(day, n, waits=last)

    def _report(self, day: date, n: int, *, waits: bool) -> Order:
        row = self.dice.choice(sheet("matters"))
        grid = self.dice.choice(self.world.ground.grids(STREET))
        community, channel = grid[:12], self.dice.pick(CHANNELS)
        at = time_between(self.dice, day, "15:30" if waits else "08:50", "17:10" if waits else "16:30")
        actor = self._teller(grid, channel)
        matter = uid("report", day, n)
        point = random_point(self.world.ground.shape(grid), self.dice)
        road, highest = self.dice.choice(roads_of(community))
        told = {"reporter_name": next(self.callers), "reporter_phone": phone(self.dice)}
        given = {"what": row["what"], "lon": round(point.lon, 6), "lat": round(point.lat, 6), "channel": channel,
                 "area": self.world.ground.uids[grid], "place": f"{road}{self.dice.randint(1, highest)}号附近",
                 **(told if channel in ("phone", "portal") else {})}
        if row["hazard"]:
            scene = self.world.items[row["hazard"]].scene
            given["photos"] = [self.world.album.before[scene]]
        if not waits:
            self._follow(row, matter, community, at)
        return order("matter", matter, "open", actor, at, given)

    def _teller(self, grid: str, channel: str) -> Actor:
        if channel == "field":
            return self.world.warden(grid)
        return self.world.street_clerk if channel == "desk" else self.world.clerk(grid[:12])

    def _follow(self, row: dict[str, str], matter: UUID, community: str, at: datetime) -> None:
        clerk, soon = self.world.clerk(community), at + timedelta(minutes=self.dice.randint(15, 60))
        add = self.world.agenda.add
        if row["ends"] == "rejected":
            add("matter", matter, "reject", clerk, soon, {"reason": self.dice.choice(words("phrases", "rejected"))})
        elif row["ends"] == "answered":
            add("matter", matter, "answer", clerk, soon, {"answer": self.dice.choice(words("phrases", "answered"))})
            day = self.world.workday(at.date() + timedelta(days=self.dice.randint(1, 5)))
            add("matter", matter, "close", clerk, time_between(self.dice, day, "09:00", "17:00"))
        else:
            self._make_hazard(row, matter, community, at)

    def _make_hazard(self, row: dict[str, str], matter: UUID, community: str, at: datetime) -> None:
        """Found and entered by the community, graded by the street next working day, told to whoever answers."""
        item, hazard = self.world.items[row["hazard"]], uid("hazard of", matter)
        clerk, street, add = self.world.clerk(community), self.world.street_clerk, self.world.agenda.add
        found_at = at + timedelta(minutes=self.dice.randint(20, 50))
        graded = moment(self.world.workday(at.date() + timedelta(days=1)), "09:10")
        add("hazard", hazard, "find", clerk, found_at, {
            "matter": matter, "what": row["what"], "item_code": item.code, "place": self.dice.choice(item.places)})
        add("hazard", hazard, "register", clerk, found_at + timedelta(minutes=5))
        add("hazard", hazard, "grade", street, graded, {"level": "general", "days": max(1, item.days)})
        add("hazard", hazard, "notify", street, graded + timedelta(minutes=10))
        known = item._replace(days=max(1, item.days))
        live(Found(hazard, matter, known, None, community, graded + timedelta(minutes=15), ""), self.world, self.dice)


def spotted(world: World, day: date) -> Iterator[Order]:
    """Shops that were not on the list, added by the warden who saw them; no office has confirmed them yet."""
    shops = [u for u in world.units if u.spotted]
    span = (UNTIL - SPOTTED_FROM).days
    for n, unit in enumerate(shops):
        if SPOTTED_FROM + timedelta(days=1 + n * (span - 1) // max(1, len(shops))) == day:
            yield _spot(world, unit, moment(day, "16:10") + timedelta(minutes=n))


def _spot(world: World, unit: Unit, at: datetime) -> Order:
    plates = world.album.plates
    given = {"name": unit.sign, "place_type": unit.kind, "address": unit.address, "lon": unit.lon, "lat": unit.lat,
             "area": world.ground.uids[unit.grid], "photos": [plates[int(unit.key) % len(plates)]]}
    return order("premises", unit.uid, "add_on_spot", world.warden(unit.grid), at, given)


