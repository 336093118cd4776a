"""Who answers a call: by place, kind of work and hour. Pure; without a match the district command receives it.

`ways` are the bodies and seats of the district as one loader read them; `ground` is the lineage of the matter's area.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from typing import Any, NamedTuple

from anlan.people.models import Sort

from . import ladder as rungs_of
from .models import Level


class Body(NamedTuple):
    """An organisation that may be called."""

    id: int
    uid: Any
    code: str
    name: str
    sort: str
    area_id: int
    lead_id: int | None
    valid_from: date
    valid_to: date | None

    def stands(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


class Seat(NamedTuple):
    """A post that may be called or rung. hours_id: the calendar it is on duty by."""

    id: int
    organisation_id: int
    area_id: int | None
    roles: tuple[str, ...]
    hours_id: int | None
    deputy_id: int | None
    valid_from: date
    valid_to: date | None
    stands = Body.stands


class Wish(NamedTuple):
    """What is to be routed. department_id: named by the caller; place_department_id: of the unit or hazard there."""

    ground: frozenset[int]
    day: date
    at: datetime
    trade: str = ""
    department_id: int | None = None
    place_department_id: int | None = None
    committee_no: int | None = None


class Route(NamedTuple):
    """party_id None: nobody stands on that rung."""

    level: str
    party_id: int | None
    duty_post: int | None = None


class Ways:
    """The bodies and seats that stand on the ladder."""

    def __init__(self, bodies: Iterable[Body], seats: Iterable[Seat]) -> None:
        self.bodies = {b.id: b for b in bodies}
        self.seats = list(seats)

    def body(self, sort: str, wish: Wish) -> Body | None:
        return next((b for b in self.bodies.values() if b.sort == sort and b.area_id in wish.ground and b.stands(wish.day)),
                    None)

    def seats_with(self, role: str, wish: Wish) -> Iterator[Seat]:
        return (s for s in self.seats if role in s.roles and s.area_id in wish.ground and s.stands(wish.day))

    def by_code(self, code: str, day: date) -> Body | None:
        return next((b for b in self.bodies.values() if b.code == code and b.stands(day)), None)


def route(rules: Any, ways: Ways, wish: Wish, level: str, *, exactly: bool = False,
          but: frozenset[int] = frozenset()) -> Route | None:
    """Whoever answers on this rung, else on the next one above that has somebody; None above the top.

    but: parties that have been called already. exactly: no other rung will do.
    """
    steps = rungs_of.rungs(rules, wish.day)
    for candidate in (level,) if exactly else (level, *rungs_of.above(level, steps)):
        if candidate in FINDERS and (party := FINDERS[candidate](rules, ways, wish)) is not None and party not in but:
            return Route(candidate, party, duty_seat(rules, ways, party, wish))
    return None


def lead_department(rules: Any, ways: Ways, wish: Wish) -> int | None:
    """Named by the caller; else by the kind of work; else by the place (domain.md 3.8, 4.9)."""
    if wish.department_id is not None:
        return wish.department_id
    if wish.trade and (lead := _lead_of(ways, rules.value("call.trades", wish.day).get(wish.trade, ""), wish.day)):
        return lead
    if wish.place_department_id is not None:
        return wish.place_department_id
    return _lead_of(ways, f"committee-{wish.committee_no:02}", wish.day) if wish.committee_no else None


def _lead_of(ways: Ways, code: str, day: date) -> int | None:
    committee = ways.by_code(code, day)
    return committee.lead_id if committee else None


def _warden(rules: Any, ways: Ways, wish: Wish) -> int | None:
    """The warden's post of the grid itself."""
    return next((s.id for s in ways.seats_with("warden", wish)), None)


def _house(sort: str) -> Callable[..., int | None]:
    def find(rules: Any, ways: Ways, wish: Wish) -> int | None:
        body = ways.body(sort, wish)
        return body.id if body else None

    return find


def _of_role(role: str) -> Callable[..., int | None]:
    def find(rules: Any, ways: Ways, wish: Wish) -> int | None:
        return next((s.organisation_id for s in ways.seats_with(role, wish)), None)

    return find


FINDERS: dict[str, Callable[..., int | None]] = {
    Level.GRID: _warden, Level.COMMUNITY: _house(Sort.COMMUNITY), Level.STREET: _house(Sort.STREET_OFFICE),
    Level.DEPARTMENT: lead_department, Level.DISTRICT: _of_role("emergency"), Level.LEADER: _of_role("leader"),
}


def duty_seat(rules: Any, ways: Ways, party_id: int, wish: Wish) -> int | None:
    """Out of office hours the post of that body that is on duty, if one has declared its hours."""
    if rungs_of.open_at(rules.calendar(), wish.at):
        return None
    for seat in ways.seats:
        calendar = rules.calendar_of.get(seat.hours_id) if seat.hours_id else None
        if seat.organisation_id == party_id and calendar and seat.stands(wish.day) and rungs_of.open_at(calendar, wish.at):
            return seat.id
    return None


def deputies(ways: Ways, party_id: int) -> list[int]:
    """Posts that stand in for a post, or for the posts of a body."""
    return sorted({s.deputy_id for s in ways.seats if s.deputy_id and party_id in (s.id, s.organisation_id)})
