"""How the office answers what waits in its review queue: extensions, objections, slips, samples to look at again."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from anlan.hazards.models import Proposal
from anlan.kernel.instance import zone

from .chance import Chance, words
from .world import World, time_between

LEFT_OPEN = ("objected", "left", "overdue", "no_blocks")  # what waits on the demonstration's day
DECLINED_SLIPS = 0.3


@dataclass
class Answers:
    """Looks at the queue each evening and puts the answers into the agenda."""

    world: World
    dice: Chance = field(default_factory=lambda: Chance("answers"))
    seen: set[UUID] = field(default_factory=set)
    slips: int = 0

    def look(self) -> None:
        rows = Proposal.objects.filter(state="open").exclude(uid__in=self.seen).order_by("id")
        for uid, sort, hazard, opened_at in rows.values_list("uid", "sort", "hazard__uid", "opened_at"):
            self.seen.add(uid)
            self._answer(uid, sort, self.world.fates.get(hazard, ""), opened_at)

    def _answer(self, uid: UUID, sort: str, fate: str, opened_at: datetime) -> None:
        answer = getattr(self, f"_{sort}")(fate)
        if answer is None:
            return
        move, part, who, days = answer
        day: date = self.world.workday(opened_at.astimezone(zone()).date(), days)
        given: dict[str, Any] = {"answer": self.dice.choice(words("phrases", part))}
        self.world.agenda.add("proposal", uid, move, self.world.actors[who], time_between(self.dice, day, "09:00", "17:10"),
                              given)

    def _extension(self, fate: str) -> tuple[str, str, str, int]:
        return ("decline", "refused_extension", "street", 1) if fate == "declined" else ("accept", "granted", "street", 1)

    def _objection(self, fate: str) -> tuple[str, str, str, int] | None:
        return ("accept", "cancelled", "street", 1) if fate == "upheld" else None

    def _slip(self, fate: str) -> tuple[str, str, str, int] | None:
        """The emergency bureau answers; the latest ones wait."""
        self.slips += 1
        if fate in LEFT_OPEN and self.slips % 3:
            return None
        if self.dice.often(DECLINED_SLIPS):
            return "decline", "slip_declined", "director", 2
        return "accept", "slip", "emergency", 2

    def _listing(self, fate: str) -> None:
        """Waits for the bureau."""

    def _recheck(self, fate: str) -> tuple[str, str, str, int]:
        return "accept", "recheck", "street", self.dice.randint(1, 3)


