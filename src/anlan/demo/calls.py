"""Calls of the history, all made up: a report that its level cannot settle climbs grid › community › street › department.

How many there were the report does not say. None of them touches a figure that it gives: what is called for is a
resident's or a warden's report that would else have been answered.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from anlan.kernel.actors import Actor
from anlan.kernel.door import Order
from anlan.kernel.rulebook import Rulebook
from anlan.kernel.worktime import Limit, add

from .chance import Chance, uid, words
from .days import SHANGHAI, minute, workday
from .deeds import order
from .houses import house, own_rows
from .outline import Told
from .world import World

CALLED = 0.5  # of the reports that are not turned down and are no hazard
URGENCY = {"P2": 0.10, "P3": 0.75, "P4": 0.15}
COURSES = {"plain": 0.36, "silent": 0.14, "missed": 0.16, "up": 0.14, "again": 0.07, "back": 0.06, "late": 0.07}
STARS = {5: 0.45, 4: 0.35, 3: 0.15, 2: 0.05}
LADDER = ("grid", "community", "street", "department")
OPENS = {"grid": "grid", "phone": "community", "portal": "community", "desk": "street", "field": "grid"}
TRADES = {"traffic": 1, "fire": 2, "housing": 4, "gas": 5, "water": 14, "municipal": 15}  # their committees, as call.trades has them
RINGING = ("call", "attendance")  # kinds whose clocks run out within a day, at their own minute


def is_called(told: Told) -> bool:
    return told.ends == "answered" and bool(told.row["trade"]) and Chance("called", told.uid).often(CALLED)


class Rung(NamedTuple):
    """Who stands on a rung for one report."""

    level: str
    actor: Actor
    house: UUID | None


@dataclass
class Called:
    """The calls of one report. rules: the limits and hours as they were."""

    told: Told
    world: World
    rules: Rulebook

    def __post_init__(self) -> None:
        self.dice = Chance("call", self.told.uid)
        self.urgency = self.dice.pick(URGENCY)
        self.course = self.dice.pick(COURSES)

    def steps(self) -> Iterator[Order]:
        """From the first ringing to the last rating."""
        opened = minute(self.told.day, self.told.at)
        rung = LADDER.index(OPENS[self.told.channel])
        self.ended = opened
        if rung + 2 == len(LADDER) and self.course in ("missed", "up"):
            self.course = "plain"  # over a department is only the district
        yield from self._call(1, rung, self._soon(opened, 15, 50), self.course)

    # -- one call -------------------------------------------------------------------------------------------------

    def _call(self, n: int, rung: int, rang: datetime, course: str, lower: UUID | None = None) -> Iterator[Order]:
        """A call by one rung to the next, until its caller has rated it."""
        call, caller, callee = uid("call", self.told.uid, n), self._rung(rung), self._rung(rung + 1)
        yield order("call", call, "ring", caller.actor, rang, self._ringing(caller, callee, lower))
        helpers: list[Rung] = [self._rung(rung - 1)] if lower and rung > 1 else []
        if course == "missed":
            rang = self._limit(rang, callee.level, "sign")
            helpers = [callee]
            call = uuid5(call, "climb")
            callee = self._rung(rung + 2)
        if course == "back":
            rang = yield from self._sent_back(call, caller, callee, rang)
        signed = self._soon(rang, 4, 25 if self.urgency == "P2" else 45)
        yield order("call", call, "sign", callee.actor, signed)
        for helper in helpers:
            yield from self._helped(uuid5(call, f"attend{helper.actor.organisation_id}"), helper, signed, lower is not None)
        if course == "up":
            done = yield from self._above(n, rung + 1, call, callee, signed)
        else:
            done = yield from self._done(call, callee, signed, course)
        if course == "again":
            wished = self._soon(done, 20, 90)
            yield order("call", call, "rework", caller.actor, wished, {"reason_text": self._say("call_again")})
            done = self._soon(wished, 60, 240)
            yield order("call", call, "finish", callee.actor, done, self._finding())
        if course != "silent":
            self.ended = self._soon(done, 20, 150)
            yield order("call", call, "close", caller.actor, self.ended, self._rating(course))

    def _above(self, n: int, rung: int, call: UUID, callee: Rung, signed: datetime) -> Iterator[Order]:
        """The callee tries, calls the rung above, and finishes what the other has made possible."""
        came = self._soon(signed, 20, 60)
        yield from self._arrival(call, callee, came)
        yield from self._call(n + 1, rung, self._soon(came, 15, 40), "plain", call)
        done = self._soon(self.ended, 30, 90)
        yield order("call", call, "finish", callee.actor, done, self._finding())
        return done

    def _done(self, call: UUID, callee: Rung, signed: datetime, course: str) -> Iterator[Order]:
        came = self._soon(signed, 20, 60)
        yield from self._arrival(call, callee, came)
        done = self._soon(came, 30, 240)
        if course == "late":
            due = self._limit(signed, callee.level, "finish").astimezone(SHANGHAI)
            done = minute(workday(due.date() + timedelta(days=1), self.dice.randint(0, 2)), self.dice.randint(560, 1000))
        yield order("call", call, "finish", callee.actor, done, self._finding())
        return done

    def _arrival(self, call: UUID, callee: Rung, at: datetime) -> Iterator[Order]:
        if self.urgency != "P4":
            yield order("call", call, "arrive", callee.actor, at)

    def _sent_back(self, call: UUID, caller: Rung, callee: Rung, rang: datetime) -> Iterator[Order]:
        """Once, with a reason; the caller answers, and it rings anew."""
        at = self._soon(rang, 5, 20)
        yield order("call", call, "return_call", callee.actor, at, {"reason_text": self._say("call_back")})
        again = self._soon(at, 5, 25)
        yield order("call", call, "resend", caller.actor, again, {"answer": self._say("call_resent")})
        return again

    def _helped(self, attendance: UUID, helper: Rung, since: datetime, wanted: bool) -> Iterator[Order]:
        """Whoever was asked to help comes; whoever had missed the call, in every second case."""
        if not wanted and self.dice.often(0.5):
            return
        came = self._soon(since, 3, 15)
        yield order("attendance", attendance, "come", helper.actor, came, {"people": helper.actor.name})
        yield order("attendance", attendance, "leave", helper.actor, self._soon(came, 5, 15), {"did": self._say("call_helped")})

    # -- what is said ---------------------------------------------------------------------------------------------

    def _ringing(self, caller: Rung, callee: Rung, lower: UUID | None) -> dict[str, Any]:
        said: dict[str, Any] = {
            "matter": self.told.uid, "goal": f"{self.told.row['what']}，请到场处理", "priority": self.urgency,
            "reason": self.dice.choice(("power", "force", "money")), "tried": self._say("call_tried"),
            "trade": self.told.row["trade"], "to_level": callee.level}
        if lower:
            helper = self._rung(LADDER.index(caller.level) - 1).house
            said |= {"lower": lower, **({"assistants": [helper]} if helper else {})}
        return said

    def _finding(self) -> dict[str, Any]:
        said: dict[str, Any] = {"result": "solved", "finding": self._say("call_done")}
        if self.urgency != "P4":
            said["photos"] = [self.world.album.visit]
        return said

    def _rating(self, course: str) -> dict[str, Any]:
        return {"response_stars": self.dice.pick(STARS), "result_stars": 3 if course == "again" else self.dice.pick(STARS),
                "solved": "yes"}

    def _say(self, part: str) -> str:
        return self.dice.choice(words("phrases", part))

    # -- who and when ---------------------------------------------------------------------------------------------

    def _rung(self, n: int) -> Rung:
        world, grid, level = self.world, self.told.grid, LADDER[n]
        if level == "grid":
            return Rung(level, world.warden(grid), None)
        if level == "community":
            return Rung(level, world.clerk(grid[:12]), house(f"community-{grid[:12]}"))
        if level == "street":
            return Rung(level, world.street_head(grid[:9]), house(f"street-{grid[:9]}"))
        lead = lead_of(self.told.row["trade"])
        return Rung(level, world.actors[f"department:{lead}"], house(lead))

    def _limit(self, since: datetime, level: str, step: str) -> datetime:
        """When a limit that starts at an instant runs out."""
        table = self.rules.value("call.limits", since.astimezone(SHANGHAI).date())
        return add(since, Limit.of(table[self.urgency][level][step]), self.rules.calendar()).astimezone(SHANGHAI)

    def _soon(self, at: datetime, low: int, high: int) -> datetime:
        """So many minutes later; what is not urgent waits for the office to open."""
        when = at.astimezone(SHANGHAI) + timedelta(minutes=self.dice.randint(low, high))
        if self.urgency == "P2":
            return when
        opens = next(self.rules.calendar().spans(when))[0].astimezone(SHANGHAI)
        return when if opens == when else opens + timedelta(minutes=self.dice.randint(2, 12))


def lead_of(trade: str) -> str:
    """The department that leads a kind of work."""
    return next(row["lead_department"] for row in own_rows("committees") if int(row["number"]) == TRADES[trade])
