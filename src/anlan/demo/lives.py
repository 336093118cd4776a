"""The steps of a hazard from found to struck off, as they would happen in an office; all of it goes into the agenda."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from anlan.kernel.actors import Actor

from .chance import Chance, words
from .houses import house
from .names import phone
from .world import Found, World, time_between

LATE, RETURNED = 0.09, 0.06
CLOSES = "17:20"
LATEST_HOUR = 16  # what is reported later is taken up next morning
REVIEWED = {0: 0.5, 1: 0.3, 2: 0.15, 3: 0.05}  # working days until somebody looks
REVIEWED_SOON = {0: 0.85, 1: 0.15}


def live(found: Found, world: World, dice: Chance) -> None:
    """What becomes of a hazard that was not put right on the spot."""
    world.fates[found.uid] = found.fate
    if found.item.major:
        Major(found, world, dice).go()
    else:
        General(found, world, dice).go()


class Life:
    """Writes one hazard's steps into the agenda."""

    def __init__(self, found: Found, world: World, dice: Chance) -> None:
        self.found, self.world, self.dice = found, world, dice

    def step(self, move: str, actor: Actor, at: datetime, given: dict[str, Any] | None = None) -> None:
        self.world.agenda.add("hazard", self.found.uid, move, actor, at, given)

    def say(self, part: str) -> str:
        return self.dice.choice(words("phrases", part))

    def at(self, day: date, since: str = "09:00", until: str = CLOSES) -> datetime:
        return time_between(self.dice, day, since, until)

    def put_right(self, at: datetime) -> None:
        found = self.found
        self.step("self_check", self.world.reporter(found), at, {
            "fixed_what": found.item.remedy, "photos": [self.world.album.after[found.item.scene]],
            "fixer_name": found.unit.given["safety_manager"] if found.unit else self.world.clerk(found.community).name})

    def review(self, since: datetime, *, fails: bool) -> datetime:
        """The street plans a review and somebody else looks. Returns when."""
        planned = since + timedelta(minutes=self.dice.randint(10, 40))
        if since.hour >= LATEST_HOUR or not self.world.works(since.date()):
            planned = self.at(self.world.workday(since.date() + timedelta(days=1)), "08:40", "10:30")
        self.step("plan_review", self.world.street_clerk, planned)
        soon = self.dice.pick(REVIEWED_SOON if self.found.item.days <= 1 else REVIEWED)
        at = max(self.at(self.world.workday(planned.date(), soon), "13:30"), planned + timedelta(minutes=20))
        reviewer = self.dice.choice(self.world.reviewers)
        scene = self.found.item.scene
        if fails:
            self.step("fail_review", reviewer, at, {"reason": self.say("failed"), "days": 3,
                                                    "photos": [self.world.album.before[scene]]})
        else:
            self.step("pass_review", reviewer, at, {"opinion": self.say("opinion"),
                                                    "photos": [self.world.album.after[scene]]})
        return at


class General(Life):
    """A general hazard: put right, reviewed, struck off; some late, some twice, a few otherwise."""

    def go(self) -> None:
        special = getattr(self, f"_{self.found.fate}", None)
        if special is not None:
            special()
        else:
            self._usual(self._when(), fails=self.dice.often(RETURNED))

    def _when(self) -> datetime:
        """When it is put right: mostly within the limit, which ends at 24:00 of its last day."""
        at, days = self.found.at, self.found.item.days
        if self.dice.often(LATE):
            return self.at(at.date() + timedelta(days=days + self.dice.randint(1, 4)))
        if not days:
            return at + timedelta(minutes=self.dice.randint(50, 170))
        return self.at(at.date() + timedelta(days=1 + int((days - 1) * self.dice.random() ** 1.5)))

    def _usual(self, when: datetime, *, fails: bool = False) -> None:
        self.put_right(when)
        at = self.review(when, fails=fails)
        if fails:
            again = self.at(at.date() + timedelta(days=self.dice.randint(1, 3)))
            self.put_right(again)
            self.review(again, fails=False)

    def _after(self, days: int) -> date:
        return self.world.workday(self.found.at.date() + timedelta(days=days))

    def _returned(self) -> None:
        self._usual(self._when(), fails=True)

    def _left(self) -> None:
        """Nobody does anything: the clocks speak."""

    def _asks(self, day: date) -> None:
        self.step("ask_extension", self.world.reporter(self.found), self.at(day), {
            "reason": self.say("extension"), "days": 10})

    def _extended(self) -> None:
        """Asked for, granted (by answers.py), and still open on the demonstration's day."""
        self._asks(self._after(5))

    def _declined(self) -> None:
        self._asks(self._after(2))
        self._usual(self.at(self.found.at.date() + timedelta(days=self.found.item.days)))

    def _objected(self) -> None:
        self.step("object", self.world.reporter(self.found), self.at(self._after(2)), {"reason": self.say("objected")})

    def _upheld(self) -> None:
        self.step("object", self.world.reporter(self.found), self.at(self._after(1)), {"reason": self.say("upheld")})

    def _cancelled(self) -> None:
        self.step("cancel", self.world.actors["street"], self.at(self._after(1)), {"reason": self.say("cancelled")})

    def _transferred(self) -> None:
        self.step("transfer", self.world.actors["street"], self.at(self._after(1), "08:40", "09:40"), {
            "reason": self.say("transferred"), "department": house("urban_management")})
        self._usual(self.at(self.found.at.date() + timedelta(days=max(2, self.found.item.days)), "10:00"))

    def _enforced(self) -> None:
        self.step("enforce", self.world.actors["officer2"], self.at(self._after(self.found.item.days + 1)), {
            "reason": self.say("enforce")})


class Major(Life):
    """A major hazard: confirmed by a second person, ordered by two officers, five blocks, reviewed, struck off."""

    def go(self) -> None:
        fate = self.found.fate
        if fate == "awaiting":
            return
        confirmed = self._confirm()
        if fate == "no_blocks":
            return
        until = self._due(fate)
        self._order(confirmed, until, signed=fate != "drafted")
        self._blocks(confirmed + timedelta(hours=2), until)
        if fate in ("closed", "reviewing"):
            self._mend(until, struck_off=fate == "closed")

    def _due(self, fate: str) -> date:
        day = self.found.at.date()
        if fate == "overdue":
            return day + timedelta(days=10)
        return day + timedelta(days={"ordered": 13, "drafted": 10, "reviewing": 8}.get(fate, self.dice.randint(6, 12)))

    def _confirm(self) -> datetime:
        at = self.found.at + timedelta(minutes=self.dice.randint(35, 150))
        self.step("confirm", self.world.actors["street"], at)
        return at

    def _order(self, confirmed: datetime, until: date, *, signed: bool) -> None:
        first, second = self.dice.sample([self.world.actors["officer1"], self.world.actors["officer2"]], 2)
        if not signed:
            first, second = self.world.actors["officer1"], self.world.actors["officer2"]
        drafted = self.at(self.world.workday(confirmed.date() + timedelta(days=1)), "08:40", "10:30")
        self.step("draft_order", first, drafted, {"demand": f"立即停止使用有关部位。{self.found.item.text}的，限期整改到位。",
                                                  "due_on": until})
        if signed:
            self.step("sign_order", second, drafted + timedelta(minutes=self.dice.randint(30, 120)))

    def _blocks(self, at: datetime, until: date) -> None:
        unit = self.found.unit
        head = unit.given["legal_person"] if unit else "责任人"
        self.step("fill_blocks", self.world.reporter(self.found), at, {
            "responsible": head, "phone": phone(self.dice), "leader": self.world.actors["street"].name,
            "measures": f"{self.found.item.remedy}；整改前专人看守，停用有关部位", "budget_yuan": self.dice.randint(4, 60) * 500,
            "funds_from": "own", "due_on": until, "plan": "已定疏散路线和集合点，整改期间组织一次疏散演练"})

    def _mend(self, until: date, *, struck_off: bool) -> None:
        when = self.at(until - timedelta(days=self.dice.randint(0, 2)), "10:40")
        self.put_right(when)
        if struck_off:
            self.review(when, fails=False)
        else:
            self.step("plan_review", self.world.street_clerk, self.at(self.world.workday(when.date() + timedelta(days=1))))


