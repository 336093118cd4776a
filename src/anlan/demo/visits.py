"""What a visit of the outline says: its answers, its finds with their words, who signed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from anlan.kernel.actors import SYSTEM, Actor
from anlan.kernel.door import Order

from .chance import Chance, words
from .days import minute, moment
from .deeds import order
from .outline import Check, Walk
from .world import World

NOT_ASKED = 0.12  # items answered with "does not apply"
ASKED_BY_OFFICES = (3, 6)  # items that a community, street or department looks at; a warden asks all
SCATTER = 0.00012  # degrees around the unit that a phone shows


def walked(walk: Walk, world: World) -> Iterator[Order]:
    """A round: planned in the morning by the community, walked, completed; handed over whole when the warden is sick."""
    seat, clerk = world.warden_seat(walk.grid), world.clerk(walk.grid[:12])
    units = [k.unit.uid for k in walk.checks] + ([walk.beside.uid] if walk.beside else [])
    name = f"{seat.title} {walk.day.month}月{walk.day.day}日巡查"
    yield order("round", walk.uid, "plan", clerk, moment(walk.day, "08:15"),
                {"post": seat.post, "day": walk.day, "name": name, "units": units})
    if walk.stands_in:
        yield order("round", walk.uid, "hand_over", clerk, moment(walk.day, "08:25"),
                    {"post": world.warden_seat(walk.stands_in).post, "reason": "网格员病假"})
    walker = world.warden(walk.stands_in or walk.grid)
    for check in walk.checks:
        yield order("visit", check.uid, "finish", walker, minute(check.day, check.at), given(check, world))
    if not walk.beside:
        last = walk.checks[-1]
        yield order("round", walk.uid, "complete", SYSTEM, minute(last.day, last.at))


def dropped_in(check: Check, world: World) -> Order:
    """A visit that nobody planned."""
    at = minute(check.day, check.at)
    return order("visit", check.uid, "drop_in", visitor(check, world), at,
                 {**given(check, world), "premises": check.unit.uid})


def visitor(check: Check, world: World) -> Actor:
    if check.officer:
        return world.actors[check.officer]
    if check.by == "warden":
        return world.warden(check.unit.grid)
    if check.by == "community":
        return world.clerk(check.unit.community)
    return world.street_clerk(check.unit.street) if check.by == "street" else world.department(check.unit)


def given(check: Check, world: World) -> dict[str, Any]:
    """As the phone sends it."""
    dice, unit, at = Chance("visit", check.uid), check.unit, minute(check.day, check.at)
    said: dict[str, Any] = {
        "result": check.result, "arrived_at": at - timedelta(minutes=dice.randint(8, 25)),
        "lon": round(unit.lon + dice.gauss(0, SCATTER), 6), "lat": round(unit.lat + dice.gauss(0, SCATTER), 6),
        "accuracy_m": round(dice.uniform(4, 30), 1)}
    if check.result in ("normal", "hazards"):
        said |= {"answers": _answers(check, world, dice), "signature": [dice.choice(world.album.signatures)],
                 "signer": unit.given["safety_manager"]}
    else:
        said |= {"answers": {}, "photos": [world.album.visit],
                 "reason": dice.choice(words("phrases", "refused")) if check.result == "refused" else ""}
    if check.finds:
        said["finds"] = [_find(check, n, world, dice) for n in range(len(check.finds))]
    return said


def _answers(check: Check, world: World, dice: Chance) -> dict[str, str]:
    found = {f.item.code for f in check.finds}
    asked = world.items.of(check.unit).asked
    if check.by != "warden" and len(asked) > ASKED_BY_OFFICES[1]:
        some = {*dice.sample(asked, dice.randint(*ASKED_BY_OFFICES)), *found}
        asked = tuple(code for code in asked if code in some)
    return {c: "hazard" if c in found else "na" if dice.random() < NOT_ASKED else "ok" for c in asked}


def _find(check: Check, n: int, world: World, dice: Chance) -> dict[str, Any]:
    """One find, complete as the form leaves it."""
    find, album = check.finds[n], world.album
    item = find.item
    return {"uid": str(check.hazard(n)), "matter": str(check.matter(n)), "item": item.code, "what": "",
            "place": dice.choice(item.places), "reason": "", "level": "", "control": item.control, "days": None,
            "before": [album.before[item.scene]], "after": [album.after[item.scene]] if find.spot else [], "voice": [],
            "fixed": item.remedy if find.spot else ""}
