"""Stores of the three levels, what lies in them, and what was lent: the flood's materials of 2020, goods between levels in 2021."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from anlan.kernel.actors import SYSTEM, Actor
from anlan.kernel.door import Order

from .cast import COMMUNITY, STREET
from .chance import Chance, sheet, uid
from .days import UNTIL, minute, moment, workday
from .deeds import do, open_all, order
from .forces import place_in, small_communities, split
from .houses import house
from .names import duty_phone
from .totals import Totals
from .world import World

STOCKED_ON, FLOOD = date(2020, 5, 20), (date(2020, 6, 22), 40)
MATERIAL, BAGS, TORCHES = "3990001", "3990002", "2990002"
DELIVERIES = 16  # at most, of the flood's materials
LENT_ON = date(2021, 6, 8)
LEVELS = ("district", "street", "community")


class Loan(NamedTuple):
    """amount of a kind of goods from one store to another, both by the code of their area. asked: when; of_day: the minute."""

    key: str
    good: str
    there: str
    here: str
    amount: int
    asked: datetime
    purpose: str


def keep(world: World, totals: Totals) -> None:
    do([order("good", uid("good", g["code"]), "create", SYSTEM, moment(STOCKED_ON, "09:00"), {
        name: g[name] for name in ("code", "name", "sort", "measure")}) for g in sheet("goods")])
    places = [world.ground.district, *world.ground.streets, *small_communities(world)]
    open_all("store", "create", [(uid("store", code), _store(world, code)) for code in places],
             actor=SYSTEM, at=moment(STOCKED_ON, "09:10"))
    rows = [(code, g) for code in places for g in sheet("goods") if int(g[level_of(code)])]
    open_all("stock", "open", [(stock(code, g["code"]), {
        "store": uid("store", code), "good": uid("good", g["code"]), "basis": "own", "minimum": int(g["minimum"])}) for code, g in rows],
        actor=SYSTEM, at=moment(STOCKED_ON, "09:20"))
    _agree(world)
    more = {(world.ground.district, MATERIAL): totals.forces["materials"]}
    do([order("stock", stock(code, g["code"]), "take_in", SYSTEM, moment(STOCKED_ON, "14:00"),
              _lot(code, g, more.get((code, g["code"]), 0))) for code, g in rows])
    _lend(world, list(_materials(world, totals)))
    _lend(world, list(_between_levels(world, totals)))
    _leave_on_the_way(world)


def _agree(world: World) -> None:
    """What firms keep ready under contract, for the district and for the street of the cast."""
    areas = {"district": world.ground.district, "street": STREET}
    rows = [(uid("agreed", areas[a["level"]], a["good"]), areas[a["level"]], a) for a in sheet("agreements")]
    open_all("stock", "open", [(known, {"store": uid("store", code), "good": uid("good", a["good"]), "basis": "agreement",
                                        "supplier": a["supplier"]}) for known, code, a in rows],
             actor=SYSTEM, at=moment(STOCKED_ON, "09:30"))
    do([order("stock", known, "take_in", SYSTEM, moment(STOCKED_ON, "14:10"), {
        "amount": int(a["amount"]), "number": "协议", "source": a["supplier"]}) for known, _code, a in rows])


def level_of(code: str) -> str:
    return {6: "district", 9: "street"}.get(len(code), "community")


def stock(area: str, good: str) -> UUID:
    return uid("stock", area, good)


def _store(world: World, code: str) -> dict[str, Any]:
    level, dice = level_of(code), Chance("store", code)
    owner = {"district": "emergency", "street": f"street-{code}", "community": f"community-{code}"}[level]
    name = "区防汛物资中心库" if level == "district" else f"{world.ground.names[code]}应急物资库"
    return {"name": name, "level": level, "owner": house(owner), "address": f"{world.ground.names[code]}应急值守点一楼",
            "phone": duty_phone(dice), "area": world.ground.uids[code], **place_in(world, code, dice)}


def _lot(code: str, good: dict[str, str], more: int) -> dict[str, Any]:
    """Some of the usual amount, a little more or less; what spoils is good for some years."""
    dice = Chance("lot", code, good["code"])
    until = {"expires_on": date(2020 + int(good["years"]), 3, 1) + timedelta(days=dice.randrange(90))} if good["years"] else {}
    return {"amount": more + round(int(good[level_of(code)]) * dice.uniform(0.8, 1.2)), "number": f"P{dice.randrange(10**4):04}",
            "source": "区级统一采购", **until}


# What was lent


def _materials(world: World, totals: Totals) -> Iterator[Loan]:
    dice, first, span = Chance("materials"), *FLOOD
    weights = [dice.uniform(0.6, 1.4) for _n in range(DELIVERIES)]
    for n, amount in enumerate(split(totals.forces["materials"], weights)):
        street = world.ground.streets[n % len(world.ground.streets)]
        day = first + timedelta(days=span * n // DELIVERIES)
        yield Loan(f"flood {n}", MATERIAL, world.ground.district, street, amount, minute(day, dice.randint(420, 600)),
                   f"{world.ground.names[street]}堤段防汛备料")


def _between_levels(world: World, totals: Totals) -> Iterator[Loan]:
    """In 2021, so that as many levels share goods as the file says."""
    levels, others = totals.forces["levels"], [s for s in world.ground.streets if s != STREET]
    if levels == 1:
        yield Loan("level 1", BAGS, others[0], others[1], 60, minute(LENT_ON, 560), "演练用沙袋")
    if levels >= 2:
        yield Loan("level 2", BAGS, world.ground.district, others[0], 300, minute(LENT_ON, 560), "汛前补充街道储备")
    if levels >= 3:
        yield Loan("level 3", TORCHES, STREET, COMMUNITY, 12, minute(workday(LENT_ON, 3), 600), "社区应急服务站备勤")


def _lend(world: World, loans: Sequence[Loan]) -> None:
    """Asked, approved, sent and received within the day."""
    for move in ("ask", "approve", "send", "receive"):
        do([_step(world, loan, move) for loan in loans])


def _step(world: World, loan: Loan, move: str, asker: Actor | None = None) -> Order:
    """The store that gives approves and sends, the one that gets asks and receives."""
    amount = {"amount": loan.amount}
    after, code, given = {
        "ask": (0, loan.here, {"to_stock": stock(loan.here, loan.good), "from_stock": stock(loan.there, loan.good),
                               "purpose": loan.purpose, **amount}),
        "approve": (40, loan.there, amount), "send": (95, loan.there, {"carrier": "应急物资运输车"}),
        "receive": (170, loan.here, amount)}[move]
    return order("transfer", uid("transfer", loan.key), move, asker or _keeper(world, code), loan.asked + timedelta(minutes=after), given)


def _leave_on_the_way(world: World) -> None:
    """What the storekeeper of the cast finds on the morning: sent the afternoon before, to be counted and signed for."""
    loan = Loan("on the way", BAGS, world.ground.district, STREET, 200, minute(UNTIL, 840), "梅雨季节前置沙袋")
    for move, asker in (("ask", world.actors["storekeeper"]), ("approve", None), ("send", None)):
        do([_step(world, loan, move, asker)])


def _keeper(world: World, code: str) -> Actor:
    """Who answers for the store of an area."""
    by_level = {"district": lambda c: world.actors["emergency"], "street": world.street_head, "community": world.clerk}
    return by_level[level_of(code)](code)
