"""A year of duty: who takes turns in the two duty rooms and the streets, a roster a month, and under which number each body answers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple

from anlan.duty.sheet import sheet_uid
from anlan.kernel.actors import SYSTEM, Actor
from anlan.people.models import Organisation

from .cast import STREET
from .chance import Chance, uid
from .days import BEGAN, DAY, UNTIL, moment, workday
from .deeds import do, open_all, order
from .ground import LAID_ON
from .houses import Seat, house
from .names import duty_phone, people, phone
from .world import World

FIRST, LAST = date(2020, 7, 1), date(2021, 7, 1)
LEADERS, CLERKS = 3, 6  # who is on duty besides those that the rest of the demonstration knows
OWN_DESKS = {"emergency": (("director",), ("emergency", "deputy"), "副局长"), "government_office": ((), ("govoffice",), "区政府办副主任")}
DRAWN_ON, PUBLISHED_ON = 3, 2  # working days before the month


class Room(NamedTuple):
    """A body that keeps a roster, and who takes turns there."""

    code: str
    area: str
    leaders: list[Seat]
    mains: list[Seat]
    assistants: list[Seat]

    @property
    def seats(self) -> list[Seat]:
        return [*self.leaders, *self.mains, *self.assistants]


def arrange(world: World) -> None:
    """Posts and numbers first, then the months in their order; each body's sheet of the morning waits."""
    rooms = list(_rooms(world))
    known = set(world.houses.seats)
    _seat([seat for room in rooms for seat in room.seats if seat.key not in known], world)
    _phones([seat for room in rooms for seat in room.seats if seat.key in known], world)
    _numbers(world)
    actors = {o.code: Actor(name="值班安排", organisation_id=o.id, system=True, roles=frozenset({"system"}))
              for o in Organisation.objects.filter(code__in=[room.code for room in rooms])}
    _sheets(rooms)
    month = FIRST
    while month <= LAST:
        _month(month, rooms, actors)
        month = (month + timedelta(days=31)).replace(day=1)


def _rooms(world: World) -> Iterator[Room]:
    names, seats = people("duty"), world.houses.seats
    for code, (leaders, mains, title) in OWN_DESKS.items():
        yield _room(code, world.ground.district, [seats[k] for k in leaders], [seats[k] for k in mains], title, names)
    for street in world.ground.streets:
        head = next(s for s in seats.values() if s.house == f"street-{street}" and s.title == "安全办主任")
        own = ("officer1", "officer2") if street == STREET else ()
        yield _room(f"street-{street}", street, [head], [*(seats[k] for k in own), seats[f"clerk:{street}"]], "街道办事处副主任", names)


def _room(code: str, area: str, leaders: list[Seat], mains: list[Seat], title: str, names: Iterator[str]) -> Room:
    more = [Seat(f"duty:{code}:leader:{n}", next(names), title, code, area, ()) for n in range(LEADERS)]
    clerks = [Seat(f"duty:{code}:clerk:{n}", next(names), "值班员", code, area, ()) for n in range(CLERKS)]
    return Room(code, area, [*leaders, *more], [*mains, *clerks[:CLERKS // 2]], clerks[CLERKS // 2:])


def _seat(seats: list[Seat], world: World) -> None:
    dice = Chance("duty room")
    made: dict[str, Any] = {"actor": SYSTEM, "at": LAID_ON}
    open_all("post", "create", [(s.post, _post(s, world, duty_phone(dice)) | {
        "organisation": house(s.house), "roles": [], "valid_from": BEGAN}) for s in seats], **made)
    open_all("person", "register", [(s.person, {"name": s.name, "phone": phone(dice)}) for s in seats], **made)
    open_all("appointment", "appoint", [(uid("term", s.key), {"person": s.person, "post": s.post, "since": BEGAN}) for s in seats], **made)


def _post(seat: Seat, world: World, number: str) -> dict[str, Any]:
    return {"title": seat.title, "hours": "office", "area": world.ground.uids[seat.area], "duty_phone": number}


def _phones(seats: list[Seat], world: World) -> None:
    """Those who stand elsewhere in the demonstration get a duty phone; the coordinator a deputy."""
    dice, deputies = Chance("duty phones of posts"), {"emergency": world.houses.seats["deputy"].post}
    do([order("post", s.post, "edit", SYSTEM, moment(FIRST, "09:00"), {
        **_post(s, world, duty_phone(dice)), **({"deputy": deputies[s.key]} if s.key in deputies else {})}) for s in seats])


def _numbers(world: World) -> None:
    dice = Chance("duty numbers")
    rows = Organisation.objects.filter(sort__in=("department", "street_office")).select_related("area").order_by("code")
    open_all("duty_number", "create", [(uid("duty number", o.code), {
        "organisation": o.uid, "area": o.area.uid, "day_phone": o.phone, "night_phone": duty_phone(dice), "deputy_phone": duty_phone(dice)})
        for o in rows], actor=SYSTEM, at=moment(FIRST, "09:30"))


def _sheets(rooms: list[Room]) -> None:
    """The worker draws them when the demonstration opens."""
    rows = Organisation.objects.filter(code__in=[room.code for room in rooms])
    open_all("morning_sheet", "open", [(sheet_uid(o.uid, DAY), {
        "organisation_id": o.id, "area_id": o.area_id, "house": str(o.uid), "day": DAY}) for o in rows],
        actor=SYSTEM, at=moment(UNTIL, "08:00"))


def _month(month: date, rooms: list[Room], actors: dict[str, Actor]) -> None:
    drawn, told = workday(month - timedelta(days=DRAWN_ON + 4)), workday(month - timedelta(days=PUBLISHED_ON + 4))
    ids = {room.code: uid("roster", room.code, month) for room in rooms}
    do([order("roster", ids[room.code], "draw_up", actors[room.code], moment(drawn, "10:00"), {
        "month": month, "leaders": [s.post for s in room.leaders], "mains": [s.post for s in room.mains],
        "assistants": [s.post for s in room.assistants]}) for room in rooms])
    do([order("roster", ids[room.code], "publish", actors[room.code], moment(told, "16:00")) for room in rooms])
