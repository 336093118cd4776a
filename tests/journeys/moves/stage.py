"""Where records are added, corrected and removed through moves, and how what they change of each figure is told beforehand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID, uuid4

from anlan.kernel.actors import SYSTEM
from anlan.kernel.changes import Ref
from anlan.kernel.corrections import correct
from anlan.kernel.door import Order, advance_many
from anlan.kernel.models import Entry
from anlan.kernel.refusals import Refusal
from anlan.people.testing import NOON
from anlan.places.actions import open_one

from ..conftest import BEFORE, SIGNATURE, find

Change = Mapping[str, tuple[int | Decimal, ...]]
"""Indicator → by how much its count changes; of a share (part, whole)."""
Told = tuple[Callable[[], Any], Change]
DEEDS: dict[str, Callable[[Stage], Told]] = {}
AS_OF = NOON + timedelta(days=3)
HOUR, MINUTE, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)
LONG_AGO = NOON - timedelta(days=60)


def deed(made: Callable[[Stage], Told]) -> Callable[[Stage], Told]:
    DEEDS[made.__name__] = made
    return made


def summed(*changes: Change) -> dict[str, tuple[int | Decimal, ...]]:
    told: dict[str, tuple[int | Decimal, ...]] = {}
    for change in changes:
        for id, deltas in change.items():
            told[id] = tuple(a + b for a, b in zip(told.get(id, (0,) * len(deltas)), deltas, strict=True))
    return {id: deltas for id, deltas in told.items() if any(deltas)}


def undoing(change: Change) -> Change:
    return {id: tuple(-d for d in deltas) for id, deltas in change.items()}


BY_A_WARDEN: Change = {"grd-events": (1,), "grd-residents-share": (0, 1), "mat-valid": (1, 1), "mat-missed": (0, 1)}
BY_AN_OFFICE: Change = {"grd-residents-share": (0, 1), "mat-valid": (1, 1), "mat-missed": (1, 1)}
SETTLED: Change = {"call-street-or-below": (1, 1)}


@dataclass
class Stage:
    """A district with a history; `rng` decides what is done here on top of it."""

    place: Any
    rng: Random
    made: list[UUID] = field(default_factory=list)

    def do(self, kind: str, uid: UUID, move: str, who: str, at: datetime = NOON, **given: Any) -> None:
        """Told as soon as it is done; a refusal ends the test."""
        actor = SYSTEM if who == "system" else self.place.actor(who, at=at)
        (told,) = advance_many([Order(Ref(kind, uid), move, actor, at, given, told_at=at)])
        assert not isinstance(told, Refusal), (kind, move, told)

    def correct(self, entry: Entry, **given: Any) -> None:
        correct(entry, reason="登记有误", actor=self.place.actor("emergency"), at=NOON + HOUR, given=given)

    def open(self, kind: str, at: datetime = NOON, move: str = "create", **given: Any) -> UUID:
        return open_one(kind, move, given, actor=SYSTEM, at=at)

    def area(self, code: str) -> UUID:
        return self.place.areas[code].uid  # type: ignore[no-any-return]

    def house(self, name: str) -> str:
        return str(self.place.houses[name].uid)

    def unit(self, *, graded: bool = True, looked_at: bool = True, since: datetime = LONG_AGO) -> UUID:
        """In the warden's grid."""
        n = self.rng.randrange(10**9)
        uid = open_one("premises", "create", {
            "name": f"小馆{n}", "place_type": "restaurant", "address": f"中南路{n}号", "area": self.area("G111"),
            "owner": self.house("restaurant"), "department": self.house("gas_department")},
            actor=self.place.actor("street", at=since), at=since)
        if graded:
            self.grade(uid, since + DAY)
        if looked_at:
            self.visit(uid, "warden", NOON - HOUR)
        return uid

    def grade(self, unit: UUID, at: datetime) -> None:
        likelihood, consequence = self.rng.choice((("1", "1"), ("3", "3"), ("4", "4"), ("5", "5")))
        open_one("risk_point", "create", {"premises": unit, "name": "后厨", "method": "ls", "likelihood": likelihood,
                                          "consequence": consequence}, actor=self.place.actor("street", at=at), at=at)

    def visit(self, unit: UUID, who: str, at: datetime = NOON, *finds: Mapping[str, Any]) -> UUID:
        uid = uuid4()
        self.do("visit", uid, "drop_in", who, at, premises=str(unit), result="hazards" if finds else "normal", finds=list(finds),
                signature=[SIGNATURE], signer="陈某")
        return uid

    def hazard(self, who: str = "warden", at: datetime = NOON, unit: UUID | None = None, item: str = "CY09", **more: Any) -> UUID:
        """Found on a visit to a unit of its own."""
        found = find(item, before=[BEFORE], **more)
        self.visit(unit or self.unit(), who, at, found)
        return UUID(found["uid"])

    def general(self, at: datetime = NOON, days: int = 3) -> UUID:
        return self.hazard("street", at, item="", what="地面湿滑", days=days)

    def matter(self, who: str = "warden", at: datetime = NOON, **more: Any) -> UUID:
        uid = uuid4()
        self.do("matter", uid, "open", who, at, what="楼道堆物", area=str(self.area("G111")), **more)
        return uid

    def call(self, at: datetime = NOON, **more: Any) -> UUID:
        """To the street, by the community."""
        uid = uuid4()
        self.do("call", uid, "ring", "community", at, matter=str(more.pop("matter", None) or self.matter(at=at - MINUTE)),
                **{"goal": "请派人", "priority": self.rng.choice(("P1", "P2", "P3")), "reason": "urgent", "tried": "已劝导", **more})
        return uid

    def minutes(self, least: int, most: int) -> timedelta:
        return self.rng.randint(least, most) * MINUTE
