"""What stands ready on the ground, all made up: each street's rescue station, its shelter and hydrants; the bureau's experts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

from anlan.kernel.actors import SYSTEM

from .chance import Chance, uid
from .days import moment
from .deeds import open_all
from .forces import place_in
from .names import duty_phone, people, phone
from .units import roads_of
from .world import World

SINCE = date(2020, 9, 15)
HYDRANTS = 3  # of each street
SHELTERS = ("outdoor", "school", "indoor")
FIELDS = (("gas", "fire"), ("fire",), ("housing", "municipal"), ("gas",), ("municipal", "water"), ("traffic",), ("water",), ("fire", "gas"))
TITLES = ("高级工程师", "教授", "注册安全工程师")
Rows = Iterator[tuple[UUID, dict[str, Any]]]


def set_up(world: World) -> None:
    for kind, rows in (("rescue_station", _stations(world)), ("shelter", _shelters(world)), ("hydrant", _hydrants(world)),
                       ("expert", _experts(world))):
        open_all(kind, "create", list(rows), actor=SYSTEM, at=moment(SINCE, "10:00"))


def _stations(world: World) -> Rows:
    for street in world.ground.streets:
        dice = Chance("rescue station", street)
        yield uid("rescue station", street), {
            "name": f"{world.ground.names[street]}应急救援站", "address": _address(street, dice), "people": (n := dice.randint(8, 16)),
            "firefighters": n // 2,
            "duty_phone": duty_phone(dice), "skills": "巡查、先期处置、排涝、宣传培训", **_stands(world, street, dice)}


def _shelters(world: World) -> Rows:
    for n, street in enumerate(world.ground.streets):
        dice, sort = Chance("shelter", street), SHELTERS[n % len(SHELTERS)]
        name = {"outdoor": "应急避难广场", "school": "学校操场避难点", "indoor": "文体中心避难点"}[sort]
        yield uid("shelter", street), {
            "name": f"{world.ground.names[street]}{name}", "sort": sort, "capacity": dice.randrange(300, 3000, 50),
            "address": _address(street, dice), "phone": duty_phone(dice), **_stands(world, street, dice)}


def _hydrants(world: World) -> Rows:
    for street in world.ground.streets:
        for n in range(1, HYDRANTS + 1):
            dice = Chance("hydrant", street, n)
            yield uid("hydrant", street, n), {
                "code": f"XH{street[6:]}{n:02}", "sort": "ground" if n % 3 else "under", "place": f"{_address(street, dice)}门前",
                "checked_on": date(2021, 5, dice.randint(6, 28)), **_stands(world, street, dice)}


def _experts(world: World) -> Rows:
    names = people("experts")
    for n, fields in enumerate(FIELDS, 1):
        dice = Chance("expert", n)
        yield uid("expert", n), {
            "name": next(names), "number": f"演示-聘{n:02}", "fields": list(fields), "title": dice.choice(TITLES),
            "employer": f"示例安全技术服务{n}部", "phone": phone(dice), "since": date(2020, 9, 1), "until": date(2022, 8, 31),
            "area": world.ground.uids[world.ground.district]}


def _address(street: str, dice: Chance) -> str:
    road, highest = dice.choice(roads_of(f"{street}001"))
    return f"{road}{dice.randint(1, highest)}号"


def _stands(world: World, street: str, dice: Chance) -> dict[str, Any]:
    return {"area": world.ground.uids[street], **place_in(world, street, dice)}
