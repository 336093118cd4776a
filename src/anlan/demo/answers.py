"""How the office answers what waits in its review queue: extensions, objections, slips, samples to look at again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from .chance import Chance, words
from .courses import between
from .days import SHANGHAI, workday
from .deeds import order

if TYPE_CHECKING:
    from .story import Story

GRANTED_SLIPS = 0.012  # the others are settled by a call


class Answers:
    """Puts the answers into the story's agenda."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.codes = {area: code for code, area in story.world.ground.ids.items()}

    def to(self, proposal: UUID, sort: str, hazard: UUID, area: int, at: datetime) -> None:
        """A proposal was raised about a hazard."""
        dice = Chance("answer", proposal)
        answer = getattr(self, f"_{sort}")(self.story.fates.get(hazard, ""), dice)
        if answer is None:
            return
        move, part, who, days = answer
        street = self.codes[area][:9]
        actor = self.story.world.street_head(street) if who == "street" else self.story.world.actors[who]
        day = workday(at.astimezone(SHANGHAI).date() + timedelta(days=1), max(0, days - 1))
        given: dict[str, Any] = {"answer": dice.choice(words("phrases", part))}
        self.story.add(order("proposal", proposal, move, actor, between(dice, day, 540, 1030), given))

    def _extension(self, fate: str, dice: Chance) -> tuple[str, str, str, int]:
        return ("decline", "refused_extension", "street", 1) if fate == "declined" else ("accept", "granted", "street", 1)

    def _objection(self, fate: str, dice: Chance) -> tuple[str, str, str, int] | None:
        return ("accept", "cancelled", "street", 1) if fate == "upheld" else None

    def _slip(self, fate: str, dice: Chance) -> tuple[str, str, str, int] | None:
        """The emergency bureau answers; a few of the latest wait."""
        if fate in ("waits", "objected", "overdue", "no_blocks") and dice.often(0.6):
            return None
        if dice.often(GRANTED_SLIPS):
            return "accept", "slip", "emergency", dice.randint(1, 3)
        return "decline", "slip_declined", "director", dice.randint(1, 3)

    def _listing(self, fate: str, dice: Chance) -> None:
        """Waits for the bureau."""

    def _recheck(self, fate: str, dice: Chance) -> tuple[str, str, str, int]:
        """What was put right on the spot has stayed so: one that had not would count as put right no longer."""
        return "pass_recheck", "recheck", "street", dice.randint(1, 3)
