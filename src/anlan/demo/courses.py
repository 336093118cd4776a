"""What becomes of a hazard, step by step, and when: so that exactly as many are put right as the totals say. Pure."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from .chance import Chance
from .days import SHUT, UNTIL, minute, moment, shut, workday, works

if TYPE_CHECKING:
    from .fates import Fates
    from .items import Item
    from .outline import Check, Find, Told
    from .units import Unit

Course = tuple[tuple[str, datetime], ...]
LAST_DEED = moment(UNTIL, "20:00")
LATE, RETURNED = 0.09, 0.06
LATE_DAYS = {1: 0.5, 2: 0.3, 4: 0.1, 6: 0.06, 12: 0.04}
LATEST_HOUR = 16  # what is reported later is taken up next morning
REVIEWED = {0: 0.5, 1: 0.3, 2: 0.15, 3: 0.05}  # working days until somebody looks
REVIEWED_SOON = {0: 0.85, 1: 0.15}
ENFORCED = 0.08  # of what stays open: handed to enforcement long ago
FADING = 220  # days after which what was found is less likely still open by a factor of e
OPEN_FATES = {"waits", "extended", "objected", "enforced"}
LISTED = {"listed", "listed_open"}
EXTENDED = 0.2  # of the listings that were struck off: extended once
TAKEN_BACK = {"upheld", "cancelled"}


class Candidate(NamedTuple):
    """A general hazard of the usual kind, whose end may still be chosen."""

    find: Find
    at: datetime
    unit: Unit | None = None


class Fated:
    """Gives each hazard its course. unresolved: so many general ones of the whole history are not put right."""

    def __init__(self, unresolved: int) -> None:
        self.unresolved = unresolved
        self.usual: list[Candidate] = []

    def add(self, find: Find, at: datetime, check: Check, dice: Chance) -> None:
        if find.item.major:
            find.course = Major(find, at, dice).course()
            return
        if find.fate:
            self._special(find, at, dice)
        else:
            find.course = tuple(usual(at, find.item.days, dice))
            self.usual.append(Candidate(find, at, check.unit))

    def _special(self, find: Find, at: datetime, dice: Chance) -> None:
        self.unresolved -= find.fate in OPEN_FATES
        find.course = Special(find, at, dice).course()

    def place(self, fates: Fates, dice: Chance) -> None:
        """Fates that no hazard of the cast's street has met fall to others. Raises ValueError when none suits."""
        while fates.left:
            since, fate = fates.left[0]
            found = next((k for k in self.usual if k.unit and k.at.date() >= since and suits(fate, k.find.item, k.unit)), None)
            if found is None:
                raise ValueError(f"no hazard since {since} suits the fate {fate}")
            self.usual.remove(found)
            found.find.fate = fates.take()
            self._special(found.find, found.at, dice)

    def report(self, find: Find, told: Told) -> None:
        """A hazard that was reported is graded next working day; then its limit runs."""
        at = graded(told.day) + timedelta(minutes=15)
        find.course = tuple(usual(at, max(1, find.item.days), Chance("report", told.grid, told.day, told.at)))
        self.usual.append(Candidate(find, at))

    def settle(self) -> None:
        """Choose what stays open: what would end too late anyway, and what nobody has got round to for long."""
        late = [k for k in self.usual if k.find.course[-1][1] > LAST_DEED]
        for k in late[:max(0, len(late) - self.unresolved)]:
            k.find.course = _hurried(k.at)
        late = late[max(0, len(late) - self.unresolved):]
        for k in late:
            k.find.course = tuple(step for step in k.find.course if step[1] <= LAST_DEED)
        self._leave([k for k in self.usual if k.find.course and k.find.course[-1][0] == "pass_review"],
                    self.unresolved - len(late))

    def _leave(self, done: list[Candidate], want: int) -> None:
        dice = Chance("left")
        if want > len(done):
            raise ValueError("more hazards stay open than can be left open")
        ages = [(UNTIL - k.at.date()).days for k in done]
        keys = sorted(((math.log(dice.random()) * math.exp(age / FADING), n) for n, age in enumerate(ages)), reverse=True)
        for _key, n in keys[:max(0, want)]:
            find, at, _unit = done[n]
            find.course, find.fate = (), "left"
            if ages[n] > 60 and dice.often(ENFORCED * FADING / 60):
                find.course, find.fate = Special(find, at, dice).enforced(), "enforced"


def suits(fate: str, item: Item, unit: Unit) -> bool:
    """Limits of three days or more; only a unit with a person on file objects or asks for time."""
    return not unit.last and not item.major and item.days >= 3 and (unit.speaks or fate not in ("upheld", "declined"))


def graded(day: date) -> datetime:
    """When the street grades what was reported on a day."""
    return moment(workday(day + timedelta(days=1)), "09:10")


def between(dice: Chance, day: date, since: int = 540, until: int = 1040) -> datetime:
    """A minute of the day between two."""
    return minute(day, dice.randint(since, until))


def usual(at: datetime, days: int, dice: Chance) -> list[tuple[str, datetime]]:
    """Put right, reviewed, struck off; some late, some twice."""
    return through(_put_right(at, days, dice), days, dice, fails=dice.often(RETURNED))


def _put_right(at: datetime, days: int, dice: Chance) -> datetime:
    """Mostly within the limit, which ends at 24:00 of its last day; what was closed with the city waited."""
    if dice.often(LATE):
        day = at.date() + timedelta(days=days + dice.pick(LATE_DAYS))
    elif not days:
        return at + timedelta(minutes=dice.randint(50, 170))
    else:
        day = at.date() + timedelta(days=1 + int((days - 1) * dice.random() ** 1.5))
    if shut(day) and dice.often(0.6):
        day = workday(SHUT[1], dice.randint(0, 18))
    return between(dice, day)


def through(when: datetime, days: int, dice: Chance, *, fails: bool = False) -> list[tuple[str, datetime]]:
    """From the report that it is put right to the end; a review that fails is followed by another."""
    planned, at = _review(when, days, dice)
    steps = [("self_check", when), ("plan_review", planned), ("fail_review" if fails else "pass_review", at)]
    if fails:
        again = between(dice, at.date() + timedelta(days=dice.randint(1, 3)))
        steps += through(again, days, dice)
    return steps


def _review(since: datetime, days: int, dice: Chance) -> tuple[datetime, datetime]:
    planned = since + timedelta(minutes=dice.randint(10, 40))
    if since.hour >= LATEST_HOUR or not works(since.date()):
        planned = between(dice, workday(since.date() + timedelta(days=1)), 520, 630)
    soon = dice.pick(REVIEWED_SOON if days <= 1 else REVIEWED)
    return planned, max(between(dice, workday(planned.date(), soon), 810), planned + timedelta(minutes=20))


def _hurried(at: datetime) -> Course:
    return (("self_check", at + timedelta(minutes=20)), ("plan_review", at + timedelta(minutes=30)),
            ("pass_review", at + timedelta(minutes=45)))


class Special:
    """The course of a general hazard that is to show something in particular."""

    def __init__(self, find: Find, at: datetime, dice: Chance) -> None:
        self.find, self.at, self.dice = find, at, dice

    def course(self) -> Course:
        made: Callable[[], Course] = getattr(self, self.find.fate)
        return tuple(step for step in made() if step[1] <= LAST_DEED)

    def _after(self, days: int) -> date:
        return workday(self.at.date() + timedelta(days=days))

    def _through(self, when: datetime, *, fails: bool = False) -> list[tuple[str, datetime]]:
        return through(when, self.find.item.days, self.dice, fails=fails)

    def returned(self) -> Course:
        day = self.at.date() + timedelta(days=1)
        return tuple(self._through(between(self.dice, day), fails=True))

    def shown(self) -> Course:
        return tuple(self._through(between(self.dice, self.at.date() + timedelta(days=2))))

    def waits(self) -> Course:
        """Nobody does anything: the clocks speak."""
        return ()

    def extended(self) -> Course:
        """Asked for, granted (by answers.py), and still open on the demonstration's day."""
        return (("ask_extension", between(self.dice, self._after(5))),)

    def declined(self) -> Course:
        asked = between(self.dice, self._after(2))
        return (("ask_extension", asked),
                *self._through(between(self.dice, self.at.date() + timedelta(days=max(3, self.find.item.days)))))

    def objected(self) -> Course:
        return (("object", between(self.dice, self._after(2))),)

    def upheld(self) -> Course:
        return (("object", between(self.dice, self._after(1))),)

    def cancelled(self) -> Course:
        return (("cancel", between(self.dice, self._after(1))),)

    def transferred(self) -> Course:
        moved = between(self.dice, self._after(1), 520, 580)
        return (("transfer", moved),
                *self._through(between(self.dice, self.at.date() + timedelta(days=max(2, self.find.item.days)), 600)))

    def enforced(self) -> Course:
        return (("enforce", between(self.dice, self._after(max(5, self.find.item.days + 1)))),)


class Major:
    """A major hazard: confirmed by a second person, ordered by two officers, five blocks, reviewed, struck off."""

    def __init__(self, find: Find, at: datetime, dice: Chance) -> None:
        self.find, self.at, self.dice = find, at, dice

    def course(self) -> Course:
        return tuple(step for step in self._steps() if step[1] <= LAST_DEED)

    def _steps(self) -> Course:
        fate = self.find.fate
        if fate == "awaiting":
            return ()
        if fate in LISTED:
            return self._listed()
        confirmed = self.at + timedelta(minutes=self.dice.randint(35, 150))
        if fate == "no_blocks":
            return (("confirm", confirmed),)
        until = self.find.until = self._due(fate)
        drafted = between(self.dice, workday(confirmed.date() + timedelta(days=1)), 520, 630)
        steps = [("confirm", confirmed), ("fill_blocks", confirmed + timedelta(hours=2)), ("draft_order", drafted)]
        if fate != "drafted":
            steps.append(("sign_order", drafted + timedelta(minutes=self.dice.randint(30, 120))))
        if fate in ("struck_off", "reviewing"):
            steps += self._mended(until, struck_off=fate == "struck_off")
        return tuple(steps)

    def _due(self, fate: str) -> date:
        day = self.at.date()
        if fate == "overdue":
            return day + timedelta(days=10)
        if shut(day + timedelta(days=20)):
            return SHUT[1] + timedelta(days=self.dice.randint(10, 25))
        return day + timedelta(days={"ordered": 13, "drafted": 10, "reviewing": 8}.get(fate, self.dice.randint(6, 12)))

    def _ordered(self) -> list[tuple[str, datetime]]:
        confirmed = self.at + timedelta(minutes=self.dice.randint(35, 150))
        self.find.until = self.at.date() + timedelta(days=self.dice.randint(14, 20))
        drafted = between(self.dice, workday(confirmed.date() + timedelta(days=1)), 520, 630)
        return [("confirm", confirmed), ("fill_blocks", confirmed + timedelta(hours=2)), ("draft_order", drafted),
                ("sign_order", drafted + timedelta(minutes=self.dice.randint(30, 120)))]

    def _listed(self) -> Course:
        """Under listed supervision: proposed, approved, listed, published, reported on, reviewed by a team, struck off."""
        dice, steps = self.dice, self._ordered()
        asked = workday(self.at.date() + timedelta(days=2), dice.randint(1, 3))
        approved = workday(asked + timedelta(days=1), dice.randint(0, 1))
        issued = workday(approved + timedelta(days=1))
        received = workday(issued + timedelta(days=1), dice.randint(0, 1))
        published = workday(issued, dice.randint(1, 3))
        steps += [("ask_listing", between(dice, asked, 560, 700)), ("listing.approve", between(dice, approved)),
                  ("listing.issue", between(dice, issued, 540, 700)), ("listing.publish", between(dice, published)),
                  ("listing.receive", between(dice, received))]
        ends = issued + timedelta(days=dice.randint(45, 80))
        if self.find.fate == "listed_open":
            self.find.listed_days = (UNTIL - issued).days + dice.randint(30, 90)
            return tuple(sorted([*steps, *self._reports(received, UNTIL)], key=lambda step: step[1]))
        self.find.listed_days = 90
        if dice.often(EXTENDED):
            steps += [("listing.ask_extension", between(dice, workday(issued + timedelta(days=30)), 560, 900)),
                      ("listing.grant_extension", between(dice, workday(issued + timedelta(days=30), 4), 560, 900))]
            ends += timedelta(days=20)
        steps += self._reports(received, ends)
        return tuple(sorted([*steps, *self._struck_off(workday(ends))], key=lambda step: step[1]))

    def _reports(self, received: date, until: date) -> list[tuple[str, datetime]]:
        """One in each month of the supervision."""
        days = [received + timedelta(days=27 * n) for n in range(1, 20)]
        return [("listing.report_progress", between(self.dice, d, 560, 1000)) for d in days if d < until]

    def _struck_off(self, ends: date) -> list[tuple[str, datetime]]:
        dice, team = self.dice, workday(ends + timedelta(days=1), 1)
        looked = workday(team + timedelta(days=1))
        replied = workday(looked + timedelta(days=1))
        return [("self_check", between(dice, ends, 560, 900)), ("listing.form_team", between(dice, team, 560, 900)),
                *((f"listing.sign_review.{n}", minute(looked, 600 + 15 * n)) for n in range(3)),
                ("listing.strike_off", between(dice, replied, 560, 700)),
                ("listing.announce", between(dice, workday(replied, dice.randint(1, 3)), 560, 900))]

    def _mended(self, until: date, *, struck_off: bool) -> Course:
        when = between(self.dice, until - timedelta(days=self.dice.randint(0, 2)), 640)
        if struck_off:
            return tuple(through(when, self.find.item.days, self.dice))
        return (("self_check", when), ("plan_review", between(self.dice, workday(when.date() + timedelta(days=1)))))
