"""The steps of a hazard's course as orders: who does each, and in what words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from anlan.kernel.actors import Actor
from anlan.kernel.door import Order
from anlan.matters.informants import FIELDS, seal

from .calls import is_called
from .chance import Chance, words
from .courses import graded
from .days import minute, workday
from .deeds import order
from .houses import house
from .names import phone
from .outline import Find, Told
from .units import Unit
from .world import World

CHANNELS_NAMED = ("phone", "portal")  # whoever reports by these gives a name


@dataclass
class Life:
    """One hazard, where it is, and the steps that are to be told."""

    find: Find
    uid: UUID
    unit: Unit | None
    community: str
    world: World

    def steps(self) -> Iterator[Order]:
        dice = Chance("life", self.uid)
        drafter: Actor | None = None
        for move, at in self.find.course:
            if move.startswith("listing."):
                continue  # told when the listing is open
            if move in ("draft_order", "sign_order"):
                first, second = dice.sample(self.world.officers(self.street, at.year), 2)
                actor = drafter = first if move == "draft_order" else next(
                    a for a in (second, first) if a is not drafter)
                if self.find.fate == "drafted":
                    actor = drafter = self.world.actors["officer1"]
            else:
                actor = self._actor(move, at.year, dice)
            yield order("hazard", self.uid, move, actor, at, self._given(move, dice))

    @property
    def street(self) -> str:
        return self.community[:9]

    def _actor(self, move: str, year: int, dice: Chance) -> Actor:
        world = self.world
        if move in ("self_check", "ask_extension", "object", "fill_blocks"):
            return world.reporter(self.unit, self.community)
        if move == "plan_review":
            return world.street_clerk(self.street)
        if move in ("pass_review", "fail_review"):
            return dice.choice(world.reviewers(self.street))
        if move == "ask_listing":
            return world.actors["emergency"]
        if move == "enforce":
            return world.officers(self.street, year)[1]
        return world.street_head(self.street)

    def _given(self, move: str, dice: Chance) -> dict[str, Any]:
        wanted = getattr(self, f"_{move}", None)
        return wanted(dice) if wanted else {}

    def _say(self, part: str, dice: Chance) -> str:
        return dice.choice(words("phrases", part))

    def _self_check(self, dice: Chance) -> dict[str, Any]:
        name = self.unit.given["safety_manager"] if self.unit else self.world.clerk(self.community).name
        return {"fixed_what": self.find.item.remedy, "photos": [self.world.album.after[self.find.item.scene]],
                "fixer_name": name}

    def _pass_review(self, dice: Chance) -> dict[str, Any]:
        return {"opinion": self._say("opinion", dice), "photos": [self.world.album.after[self.find.item.scene]]}

    def _fail_review(self, dice: Chance) -> dict[str, Any]:
        return {"reason": self._say("failed", dice), "days": 3, "photos": [self.world.album.before[self.find.item.scene]]}

    def _ask_extension(self, dice: Chance) -> dict[str, Any]:
        return {"reason": self._say("extension", dice), "days": 10}

    def _object(self, dice: Chance) -> dict[str, Any]:
        return {"reason": self._say("upheld" if self.find.fate == "upheld" else "objected", dice)}

    def _cancel(self, dice: Chance) -> dict[str, Any]:
        return {"reason": self._say("cancelled", dice)}

    def _enforce(self, dice: Chance) -> dict[str, Any]:
        return {"reason": self._say("enforce", dice)}

    def _transfer(self, dice: Chance) -> dict[str, Any]:
        return {"reason": self._say("transferred", dice), "department": house("urban_management")}

    def _ask_listing(self, dice: Chance) -> dict[str, Any]:
        committee = self.unit.committee if self.unit else None
        return {"reason": self._say("listing", dice), "level": "district", "batch": dice.randint(1, 4),
                "days": self.find.listed_days, "committee": house(f"committee-{committee or 2:02}"),
                "department": house(self.unit.department if self.unit else "emergency")}

    def _draft_order(self, dice: Chance) -> dict[str, Any]:
        return {"demand": f"立即停止使用有关部位。{self.find.item.text}的，限期整改到位。", "due_on": self.find.until}

    def _fill_blocks(self, dice: Chance) -> dict[str, Any]:
        head = self.unit.given["legal_person"] if self.unit else "责任人"
        return {
            "responsible": head, "phone": phone(dice), "leader": self.world.street_head(self.street).name,
            "measures": f"{self.find.item.remedy}；整改前专人看守，停用有关部位", "budget_yuan": dice.randint(4, 60) * 500,
            "funds_from": "own", "due_on": self.find.until, "plan": "已定疏散路线和集合点，整改期间组织一次疏散演练"}


def reported(told: Told, world: World, point: tuple[float, float], place: str, names: tuple[str, str]) -> Iterator[Order]:
    """A report and what follows from it. names: of who reported, and the telephone."""
    dice, at = Chance("told", told.uid), minute(told.day, told.at)
    community, matter = told.grid[:12], told.uid
    named = dict(zip(FIELDS, map(seal, names), strict=True)) if told.channel in CHANNELS_NAMED else {}
    said: dict[str, Any] = {"what": told.row["what"], "lon": point[0], "lat": point[1], "channel": told.channel,
                            "area": world.area(told.grid), "place": place, **named}
    if told.row["hazard"]:
        said["photos"] = [world.album.before[world.items.by_code[told.row["hazard"]].scene]]
    yield order("matter", matter, "open", _teller(told, world), at, said)
    clerk, soon = world.clerk(community), at + timedelta(minutes=dice.randint(15, 60))
    if told.ends == "rejected":
        yield order("matter", matter, "reject", clerk, soon, {"reason": dice.choice(words("phrases", "rejected"))})
    elif told.ends == "answered" and not is_called(told):
        yield order("matter", matter, "answer", clerk, soon, {"answer": dice.choice(words("phrases", "answered"))})
        yield from _closed(told, clerk, dice)
    elif told.find:
        yield from _hazard(told, told.find, world, dice)


def _teller(told: Told, world: World) -> Actor:
    if told.channel == "field":
        return world.warden(told.grid)
    return world.street_clerk(told.grid[:9]) if told.channel == "desk" else world.clerk(told.grid[:12])


def _closed(told: Told, clerk: Actor, dice: Chance) -> Iterator[Order]:
    day = workday(told.day + timedelta(days=dice.randint(1, 5)))
    yield order("matter", told.uid, "close", clerk, minute(day, dice.randint(540, 1020)))


def _hazard(told: Told, find: Find, world: World, dice: Chance) -> Iterator[Order]:
    """Found and entered by the community, graded by the street next working day, told to whoever answers."""
    item, street = find.item, world.street_clerk(told.grid[:9])
    clerk, found_at = world.clerk(told.grid[:12]), minute(told.day, told.at) + timedelta(minutes=dice.randint(20, 50))
    at = graded(told.day)
    yield order("hazard", told.hazard, "find", clerk, found_at, {
        "matter": told.uid, "what": told.row["what"], "item_code": item.code, "place": dice.choice(item.places)})
    yield order("hazard", told.hazard, "register", clerk, found_at + timedelta(minutes=5))
    yield order("hazard", told.hazard, "grade", street, at, {"level": "general", "days": max(1, item.days)})
    yield order("hazard", told.hazard, "notify", street, at + timedelta(minutes=10))
    yield from Life(find, told.hazard, None, told.grid[:12], world).steps()
