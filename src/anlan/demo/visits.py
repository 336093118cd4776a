"""What a warden's visit of the history yields: its result, its answers, its finds, and what becomes of the unit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from anlan.kernel.actors import Actor
from anlan.kernel.door import Order
from anlan.patrols.walks import metres

from .chance import Chance, uid, words
from .deeds import moment, order
from .fates import Fates
from .lives import live
from .rounds import Planner, Walk
from .units import Unit
from .world import Found, Item, World, time_between

RESULTS = {"normal": 0.78, "hazards": 0.15, "closed": 0.05, "refused": 0.01, "gone": 0.01}
HAZARDOUS = {"red": 1.62, "orange": 1.22, "yellow": 0.88, "blue": 0.63}
FINDS = {1: 0.35, 2: 0.30, 3: 0.20, 4: 0.10, 5: 0.05}
AGAIN = 0.12  # how much less likely the same finding is in the same place
NOT_ASKED = 0.12  # items answered with "does not apply"
DROP_INS = 0.6  # checks by the street's officers on a working day
SCATTER = 0.00012  # degrees around the unit that a phone shows
GONE = {"close": 0.4, "still_there": 0.3, "": 0.3}


@dataclass
class Visiting:
    """Makes the visits of a day; what follows from them goes into the agenda."""

    world: World
    planner: Planner
    fates: Fates
    dice: Chance = field(default_factory=lambda: Chance("visits"))
    seen: set[tuple[str, str]] = field(default_factory=set)

    def walk(self, walk: Walk) -> Iterator[Order]:
        """One visit after the other, with the way between them."""
        at = moment(walk.day, "08:45") + timedelta(minutes=self.dice.randint(0, 200))
        here: tuple[float, float] | None = None
        for unit in walk.reached:
            there = (unit.lon, unit.lat)
            at += timedelta(minutes=2 + (metres(here, there) / 60 if here else 3))
            arrived, at, here = at, at + timedelta(minutes=self.dice.randint(9, 26)), there
            given = self._given(unit, walk.visit(unit), walk.walker, arrived, at)
            yield order("visit", walk.visit(unit), "finish", walk.walker, at, given)

    def drop_ins(self, day: date) -> Iterator[Order]:
        """Checks of risky units by the street, which nobody planned; and the one that the demonstration needs."""
        if unit := self.fates.street_check(day):
            yield self._drop_in(unit, day, self.world.actors["officer1"])
        if self.world.works(day) and self.dice.often(DROP_INS * min(1, self.world.scale * 2)):
            risky = [u for u in self.world.units if u.colour in ("red", "orange") and not u.last
                     and u.key not in self.planner.closed]
            yield self._drop_in(self.dice.choice(risky), day, self.world.actors[self.dice.choice(("officer1", "officer2"))])

    def _drop_in(self, unit: Unit, day: date, actor: Actor) -> Order:
        at, visit = time_between(self.dice, day, "14:20", "16:50"), uid("drop in", unit.key, day)
        given = self._given(unit, visit, actor, at - timedelta(minutes=25), at)
        return order("visit", visit, "drop_in", actor, at, {**given, "premises": unit.uid})

    def _given(self, unit: Unit, visit: UUID, actor: Actor, arrived: datetime, at: datetime) -> dict[str, Any]:
        items = self.fates.finds_for(unit, at.date())
        result = "hazards" if items else self._result(unit)
        if result == "hazards":
            items = items or self._items(unit)
            items += self.fates.major_for(unit, at.date())
        lon, lat = (round(x + self.dice.gauss(0, SCATTER), 6) for x in (unit.lon, unit.lat))
        given = {"result": result, "arrived_at": arrived, "lon": lon, "lat": lat,
                 "accuracy_m": round(self.dice.uniform(4, 30), 1)}
        if result in ("normal", "hazards"):
            given |= self._met(unit, items)
        else:
            given |= self._not_met(unit, result, at)
        if items:
            given["finds"] = [self._find(n, item, unit, visit, at) for n, item in enumerate(items)]
        return given

    def _result(self, unit: Unit) -> str:
        if unit.last:
            return "normal"
        odds = RESULTS | {"hazards": RESULTS["hazards"] * HAZARDOUS[unit.colour]}
        return self.dice.pick(odds)

    def _items(self, unit: Unit) -> list[Item]:
        known = self.world.items_of(unit, major=False)
        count = min(self.dice.pick(FINDS), len(known))
        found: dict[str, Item] = {}
        while len(found) < count:
            item = self.dice.pick({i: i.weight * (AGAIN if (unit.key, i.code) in self.seen else 1) for i in known})
            found[item.code] = item
        self.seen |= {(unit.key, code) for code in found}
        return list(found.values())

    def _met(self, unit: Unit, items: list[Item]) -> dict[str, Any]:
        """Somebody was there: every item answered, the visit signed."""
        found = {i.code for i in items}
        asked = [i.code for i in self.world.items.values() if i.group in unit.groups]
        answers = {c: "hazard" if c in found else "na" if self.dice.often(NOT_ASKED) else "ok" for c in asked}
        return {"answers": answers, "signature": [self.dice.choice(self.world.album.signatures)],
                "signer": unit.given["safety_manager"]}

    def _not_met(self, unit: Unit, result: str, at: datetime) -> dict[str, Any]:
        if result == "gone":
            self._after_gone(unit, at)
        reason = self.dice.choice(words("phrases", "refused")) if result == "refused" else ""
        return {"photos": [self.world.album.visit], "reason": reason}

    def _after_gone(self, unit: Unit, at: datetime) -> None:
        """The community looks into it: closed, or still there."""
        what = self.dice.pick(GONE)
        if not what:
            return
        day = self.world.workday(at.date() + timedelta(days=self.dice.randint(1, 5)))
        given = {"reason": self.dice.choice(words("phrases", "cleared_floor"))} if what == "close" else {}
        self.world.agenda.add("premises", unit.uid, what, self.world.clerk(unit.community), moment(day, "10:20"), given)
        if what == "close":
            self.planner.closed.add(unit.key)

    def _find(self, n: int, item: Item, unit: Unit, visit: UUID, at: datetime) -> dict[str, Any]:
        """One find as the phone sends it; its life goes into the agenda."""
        fate = self.fates.of(item, unit, at.date())
        spot = fate == "on_spot" or (not fate and not item.major and self.dice.often(item.spot))
        found = Found(uid("hazard", visit, n), uid("matter", visit, n), item, unit, unit.community, at, fate)
        if not spot:
            live(found, self.world, self.dice)
        album = self.world.album
        return {"uid": str(found.uid), "matter": str(found.matter), "item": item.code,
                "place": self.dice.choice(item.places), "before": [album.before[item.scene]], "control": item.control,
                "after": [album.after[item.scene]] if spot else [], "fixed": item.remedy if spot else ""}
