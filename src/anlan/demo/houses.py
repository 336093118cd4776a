"""Departments, committees, street offices, communities and owners of units, with every post and who holds it."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from importlib.resources import files
from typing import Any, NamedTuple
from uuid import UUID

from anlan.kernel.actors import SYSTEM

from .cast import CAST, STREET, Part
from .chance import Chance, uid
from .days import BEGAN
from .deeds import open_all
from .ground import LAID_ON, Ground
from .names import duty_phone, people, phone

ENTRUSTED_ON = datetime.fromisoformat("2020-12-28T10:00+08:00")
ENTRUSTED = (date(2021, 1, 1), date(2021, 12, 31))
LICENSED = (date(2018, 6, 1), date(2024, 5, 31))
ENFORCERS = 4  # licensed officers of the emergency bureau


class Seat(NamedTuple):
    """A post with its holder. key: how the rest of the demonstration calls it; the cast's are their log-ins."""

    key: str
    name: str
    title: str
    house: str
    area: str
    roles: tuple[str, ...]
    login: str = ""
    licence: str = ""

    @property
    def person(self) -> UUID:
        return uid("person", self.key)

    @property
    def post(self) -> UUID:
        return uid("post", self.key)


@dataclass
class Houses:
    """Every seat by its key, and the names of people not yet taken."""

    seats: dict[str, Seat] = field(default_factory=dict)
    names: Iterator[str] = field(default_factory=people)

    def take(self, key: str, title: str, house: str, area: str, *roles: str) -> Seat:
        seat = self.seats[key] = Seat(key, next(self.names), title, house, area, roles)
        return seat


def house(code: str) -> UUID:
    """The uid of an organisation by its code."""
    return uid("organisation", code)


def own_rows(name: str) -> list[dict[str, str]]:
    """The departments or committees as the house proposes them."""
    text = (files("anlan.people") / "data" / f"{name}.csv").read_text(encoding="utf-8-sig")
    return list(csv.DictReader(text.splitlines()))


def found(ground: Ground) -> Houses:
    """Every organisation of the two trees, and every post of 2021 with its holder."""
    for rows in (_departments(ground), _committees(ground), _offices(ground), _communities(ground)):
        _establish(rows, ground)
    made = imagined(ground)
    seat_all([s for s in made.seats.values() if not s.house.startswith("owner")], ground)
    return made


def imagined(ground: Ground) -> Houses:
    """Who holds which post, without a database."""
    made = Houses()
    for part in CAST:
        made.seats[part.login] = _seat(part)
    _fill(made, ground)
    return made


def _seat(part: Part) -> Seat:
    return Seat(part.login, part.name, part.title, part.house, part.area, part.roles, part.login, part.licence)


def _departments(ground: Ground) -> Iterator[dict[str, Any]]:
    for row in own_rows("departments"):
        yield {"code": row["code"], "name": row["name"], "sort": "department", "area": ground.district,
               "covers": row["role"]}


def _committees(ground: Ground) -> Iterator[dict[str, Any]]:
    for row in own_rows("committees"):
        yield {"code": f"committee-{int(row['number']):02}", "name": row["name"], "sort": "committee", "area": ground.district,
               "covers": row["objects"], "lead": house(row["lead_department"])}


def _offices(ground: Ground) -> Iterator[dict[str, Any]]:
    for code in ground.streets:
        yield {"code": f"street-{code}", "name": f"{ground.names[code]}办事处", "sort": "street_office", "area": code}


def _communities(ground: Ground) -> Iterator[dict[str, Any]]:
    for street in ground.streets:
        for code in ground.below[street]:
            yield {"code": f"community-{code}", "name": f"{ground.names[code]}居委会", "sort": "community",
                   "area": code, "parent": house(f"street-{street}")}


def _establish(rows: Iterator[dict[str, Any]], ground: Ground) -> None:
    dice = Chance("duty phones")
    open_all("organisation", "create", [
        (house(row["code"]), {**row, "area": ground.uids[row["area"]], "valid_from": BEGAN, "phone": duty_phone(dice)})
        for row in rows], actor=SYSTEM, at=LAID_ON)


def _fill(made: Houses, ground: Ground) -> None:
    """One warden a grid, one clerk a community, the safety office of each street, one head a department."""
    for row in own_rows("departments"):
        made.take(f"department:{row['code']}", "安全生产科科长", row["code"], ground.district, "department")
    for n in range(1, ENFORCERS + 1):
        seat = made.take(f"enforcer:{n}", "执法大队执法员", "emergency", ground.district, "officer")
        made.seats[seat.key] = seat._replace(licence="enforcement")
    for street in ground.streets:
        _fill_street(made, ground, street)


def _fill_street(made: Houses, ground: Ground, street: str) -> None:
    held = {seat.area for seat in made.seats.values() if seat.login in ("street", "street2", "community")}
    office = f"street-{street}"
    if street not in held:
        made.take(f"street:{street}", "安全办主任", office, street, "street")
    made.take(f"clerk:{street}", "安全办干事", office, street, "street")
    made.take(f"reviewer:{street}", "复查员", office, street, "street", "reviewer")
    if street == STREET:
        made.take("reviewer:third", "复查员", office, street, "street", "reviewer")
    for community in ground.below[street]:
        if community not in held:
            made.take(f"community:{community}", "社区安全专干", f"community-{community}", community, "community")
        _fill_grids(made, ground, community)


def _fill_grids(made: Houses, ground: Ground, community: str) -> None:
    held = {seat.area for seat in made.seats.values() if seat.login in ("warden", "warden2")}
    for number, grid in enumerate(ground.below[community], start=1):
        if grid not in held:
            made.take(f"warden:{grid}", f"第{number}网格网格员", f"community-{community}", grid, "warden")


def seat_all(seats: list[Seat], ground: Ground, at: datetime = LAID_ON, since: date = BEGAN) -> None:
    """Posts, people, appointments and licences."""
    dice = Chance("phones", len(seats))
    open_all("post", "create", [(s.post, _post(s, ground, since)) for s in seats], actor=SYSTEM, at=at)
    open_all("person", "register", [(s.person, {"name": s.name, "login_name": s.login, "phone": phone(dice)})
                                    for s in seats], actor=SYSTEM, at=at)
    open_all("appointment", "appoint", [(uid("term", s.key), {"person": s.person, "post": s.post, "since": since})
                                        for s in seats], actor=SYSTEM, at=at)
    open_all("licence", "grant", [(uid("licence", s.key), _licence(s, n)) for n, s in enumerate(seats) if s.licence],
             actor=SYSTEM, at=ENTRUSTED_ON)


def _post(seat: Seat, ground: Ground, since: date) -> Mapping[str, Any]:
    return {"title": seat.title, "organisation": house(seat.house), "roles": list(seat.roles), "hours": "office",
            "area": ground.uids[seat.area] if seat.area else None, "valid_from": since}


def _licence(seat: Seat, n: int) -> Mapping[str, Any]:
    issuer = "湖北省人民政府" if seat.licence == "enforcement" else "武昌区应急管理局"
    return {"person": seat.person, "sort": seat.licence, "number": f"演示-{n:05}", "issuer": issuer,
            "since": LICENSED[0], "until": LICENSED[1]}


def entrust(scan: str) -> None:
    """The emergency bureau lets 中南路街道 enforce in its name during 2021 (Penalty Law Art 20 [sure])."""
    open_all("entrustment", "entrust", [(uid("entrustment"), {
        "department": house("emergency"), "street_office": house(f"street-{STREET}"), "number": "武昌应急委〔2021〕11号",
        "scope": "辖区生产经营单位的安全生产检查、责令限期整改", "scan": scan, "since": ENTRUSTED[0],
        "until": ENTRUSTED[1]})], actor=SYSTEM, at=ENTRUSTED_ON)
