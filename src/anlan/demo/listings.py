"""The steps of a listing as orders, from its approval to the announcement that it is struck off."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from anlan.kernel.actors import Actor
from anlan.kernel.door import Order

from .chance import Chance, words
from .deeds import order
from .outline import Find
from .units import Unit
from .world import World

MEDIA = "武昌区人民政府门户网站"
TEAM = ("enforcer:1", "enforcer:2", "expert")


@dataclass
class Supervision:
    """One listing of a find in a unit."""

    find: Find
    unit: Unit
    world: World

    def steps(self, listing: UUID) -> Iterator[Order]:
        dice, reports = Chance("listing", listing), 0
        for step, at in self.find.course:
            if step.startswith("listing."):
                move, _dot, member = step.removeprefix("listing.").partition(".")
                reports += move == "report_progress"
                yield order("listing", listing, move, self._actor(move, member), at, self._given(move, reports, dice))

    def _actor(self, move: str, member: str) -> Actor:
        world = self.world
        if move == "approve":
            return world.actors["leader"]
        if move == "sign_review":
            return world.actors[TEAM[int(member)]]
        if move in ("receive", "report_progress", "ask_extension"):
            return world.reporter(self.unit, self.unit.community)
        return world.actors["emergency"]

    def _given(self, move: str, reports: int, dice: Chance) -> dict[str, Any]:
        say, item = (lambda part: dice.choice(words("phrases", part))), self.find.item
        if move == "publish":
            return {"media": MEDIA}
        if move == "report_progress":
            return {"text": say("progress"), "percent": min(95, 20 + 15 * reports + dice.randint(0, 10))}
        if move == "ask_extension":
            return {"days": 30, "reason": say("extension")}
        if move == "form_team":
            seats = self.world.houses.seats
            return dict(zip(("first", "second", "expert"), (seats[key].person for key in TEAM), strict=True))
        if move == "sign_review":
            return {"verdict": "passed", "opinion": f"{item.remedy}。{say('opinion')}", "photos": [self.world.album.after[item.scene]]}
        return {}
