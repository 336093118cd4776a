"""What the history is told with: units, actors, pictures, the handbook, and the agenda of what happens when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

from anlan.kernel.actors import Actor
from anlan.kernel.door import Order
from anlan.kernel.instance import local_day
from anlan.kernel.rulebook import rulebook
from anlan.patrols import handbook
from anlan.places.calendars import OFFICE

from .cast import COMMUNITY, GRID, OWNER, STREET
from .chance import Chance, sheet
from .deeds import moment, order
from .ground import Ground
from .houses import Houses, Seat
from .pictures import Album
from .units import Unit

SINCE, DAY = date(2021, 3, 1), date(2021, 6, 25)
UNTIL = DAY - timedelta(days=1)
LAST_DEED = moment(UNTIL, "20:00")


class Item(NamedTuple):
    """An item of the handbook, with how often it is found, put right on the spot, and what it looks like."""

    code: str
    group: str
    text: str
    major: bool
    days: int
    weight: float
    spot: float
    scene: str
    control: str
    places: tuple[str, ...]
    remedy: str


class Found(NamedTuple):
    """A hazard on its way: where, what, when, by whom it was found; matter: what it hangs on."""

    uid: UUID
    matter: UUID
    item: Item
    unit: Unit | None
    community: str
    at: datetime
    fate: str


@dataclass
class Agenda:
    """What is to be done on which day; nothing is done after the history's last hour."""

    days: dict[date, list[Order]] = field(default_factory=lambda: defaultdict(list))

    def add(self, kind: str, uid: UUID, move: str, actor: Actor, at: datetime,
            given: Mapping[str, Any] | None = None) -> None:
        if at <= LAST_DEED:
            self.days[local_day(at)].append(order(kind, uid, move, actor, at, given))

    def take(self, day: date) -> list[Order]:
        return sorted(self.days.pop(day, []), key=lambda o: o.at)


@dataclass
class World:
    """scale: 1.0 for the whole demonstration; smaller for tests."""

    ground: Ground
    houses: Houses
    units: list[Unit]
    actors: Mapping[str, Actor]
    album: Album
    scale: float = 1.0
    agenda: Agenda = field(default_factory=Agenda)
    fates: dict[UUID, str] = field(default_factory=dict)

    def clerk(self, community: str) -> Actor:
        """Who looks after safety in a community."""
        return self.actors["community" if community == COMMUNITY else f"community:{community}"]

    def warden(self, grid: str) -> Actor:
        return self.actors["warden" if grid == GRID else f"warden:{grid}"]

    def warden_seat(self, grid: str) -> Seat:
        return self.houses.seats["warden" if grid == GRID else f"warden:{grid}"]

    @cached_property
    def street_clerk(self) -> Actor:
        return self.actors[f"clerk:{STREET}"]

    @cached_property
    def reviewers(self) -> list[Actor]:
        return [self.actors[key] for key in ("reviewer", f"reviewer:{STREET}", "reviewer:third")]

    def reporter(self, found: Found) -> Actor:
        """Who says that it is put right: the unit's own person, else the community for it."""
        own = found.unit and self.actors.get("unit" if found.unit.owner == OWNER else found.unit.owner)
        return own or self.clerk(found.community)

    def works(self, day: date) -> bool:
        return rulebook().calendar(OFFICE).works(day)

    def workday(self, day: date, after: int = 0) -> date:
        """The day itself if it is worked, else the next; `after` working days later."""
        calendar = rulebook().calendar(OFFICE)
        return calendar.working_day_after(day if calendar.works(day) else calendar.working_day_after(day, 1), after)

    @cached_property
    def items(self) -> dict[str, Item]:
        more = {row["code"]: row for row in sheet("finds")}
        return {row["code"]: _item(row, more[row["code"]]) for row in handbook.own_rows()}

    def items_of(self, unit: Unit, *, major: bool) -> list[Item]:
        return [i for i in self.items.values() if i.group in unit.groups and i.major == major and fits(i, unit)]


def _item(row: Mapping[str, str], more: Mapping[str, str]) -> Item:
    code = row["code"]
    return Item(code, code.rstrip("0123456789"), row["item_zh"], row["severity"] == "重大", int(row["rectify_days"]),
                float(more["weight"]), float(more["spot"]), more["scene"], more["control"],
                tuple(more["places"].split(";")), more["remedy"])


CYLINDER_ITEMS, ALCOHOL_ITEMS, PIPE_ITEMS = {"CY02", "CY03", "CY04"}, {"CY08"}, {"CY07"}
RARE = {"LG06", "SD02", "SD05", "JY01", "JY02", "SG10", "CJ03", "CJ04"}


def fits(item: Item, unit: Unit) -> bool:
    """No cylinder where gas comes by pipe, and the like."""
    if item.code in CYLINDER_ITEMS:
        return unit.gas == "lpg"
    if item.code in ALCOHOL_ITEMS:
        return unit.gas == "alcohol"
    if item.code in PIPE_ITEMS:
        return unit.gas == "pipe"
    return item.code not in RARE


def time_between(dice: Chance, day: date, since: str, until: str) -> datetime:
    first, last = moment(day, since), moment(day, until)
    return first + timedelta(minutes=dice.randint(0, int((last - first).total_seconds() // 60)))
