"""A small district with the fixed cast, for the tests of every app (`small_district()`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.auth.hashers import make_password

from anlan.kernel.actors import SYSTEM, Actor
from anlan.kernel.instance import real_time
from anlan.kernel.models import Area
from anlan.places.actions import open_many
from anlan.places.testing import BEGAN, NOON, by_uid, middle, small_ground
from anlan.toolkit.testing import kept, standing

from .models import Credential, Organisation, Person, Post
from .standing import actor_for

__all__ = ["CAST", "HOUSES", "NOON", "PASSWORD", "District", "small_district", "standing_district"]
PASSWORD = "柳暗花明又一村-7"
SCAN = "a" * 64


class House(NamedTuple):
    name: str
    sort: str
    area: str
    parent: str = ""
    lead: str = ""


class Part(NamedTuple):
    """One of the cast: who, in which house, for which area."""

    name: str
    title: str
    house: str
    area: str
    roles: tuple[str, ...]
    licences: tuple[str, ...] = ()


HOUSES = {
    "emergency_bureau": House("区应急管理局", "department", "D"),
    "gas_department": House("区城管局", "department", "D"),
    "government": House("区政府", "department", "D"),
    "gas_committee": House("城镇燃气安全专委会", "committee", "D", "", "gas_department"),
    "street1_office": House("东街街道办事处", "street_office", "S1"),
    "street2_office": House("西街街道办事处", "street_office", "S2"),
    "community11": House("东一社区居委会", "community", "C11", "street1_office"),
    "community12": House("东二社区居委会", "community", "C12", "street1_office"),
    "community21": House("西一社区居委会", "community", "C21", "street2_office"),
    "community22": House("西二社区居委会", "community", "C22", "street2_office"),
    "restaurant": House("老陈饭店", "unit_owner", "G111"),
    "tea_house": House("小林茶馆", "unit_owner", "G211"),
}
CAST = {
    "warden": Part("王敏", "网格员", "community11", "G111", ("warden",)),
    "community": Part("刘芳", "社区安全专干", "community11", "C11", ("community",)),
    "street": Part("赵强", "街道安全办主任", "street1_office", "S1", ("street",)),
    "street2": Part("孙丽", "街道安全办主任", "street2_office", "S2", ("street",)),
    "warden2": Part("周静", "网格员", "community21", "G211", ("warden",)),
    "officer1": Part("吴刚", "街道执法员", "street1_office", "S1", ("street", "officer"), ("enforcement",)),
    "officer2": Part("郑伟", "街道执法员", "street1_office", "S1", ("street", "officer"), ("enforcement",)),
    "reviewer": Part("冯洁", "街道复查员", "street1_office", "S1", ("street", "reviewer")),
    "expert": Part("陈明", "安全专家", "emergency_bureau", "D", ("expert",), ("expert",)),
    "gas": Part("褚亮", "燃气管理科科长", "gas_department", "D", ("department",)),
    "emergency": Part("卫华", "安全协调科科长", "emergency_bureau", "D", ("department", "emergency")),
    "director": Part("蒋军", "分管副局长", "emergency_bureau", "D", ("director",)),
    "leader": Part("沈平", "分管副区长", "government", "D", ("leader",)),
    "unit": Part("陈老板", "负责人", "restaurant", "", ("unit",)),
    "unit2": Part("林老板", "负责人", "tea_house", "", ("unit",)),
    "sysadmin": Part("韩磊", "系统管理员", "emergency_bureau", "", ("sysadmin",)),
    "secadmin": Part("杨帆", "安全管理员", "emergency_bureau", "", ("secadmin",)),
    "auditor": Part("朱琳", "审计员", "government", "", ("auditor",)),
    "storekeeper": Part("何勇", "物资保管员", "street1_office", "S1", ("storekeeper",)),
    "teamleader": Part("罗刚", "防汛抢险队队长", "street1_office", "S1", ("teamleader",)),
    "govoffice": Part("秦川", "总值班室值班员", "government", "D", ("department", "duty")),
    "deputy": Part("尤欣", "安全协调科副科长", "emergency_bureau", "D", ("department", "emergency")),
}


@dataclass
class District:
    """areas, houses, posts and people by their short names."""

    at: datetime
    areas: dict[str, Area] = field(default_factory=dict)
    houses: dict[str, Organisation] = field(default_factory=dict)
    posts: dict[str, Post] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)

    def actor(self, name: str, at: datetime | None = None) -> Actor:
        """One of the cast in its post."""
        return actor_for(self.people[name], self.posts[name].id, at or self.at)

    @property
    def parties(self) -> dict[str, int]:
        """Party ids: of the cast's posts under their names, of the houses under theirs."""
        return {**{k: p.id for k, p in self.posts.items()}, **{k: o.id for k, o in self.houses.items()}}

    def login(self, name: str) -> str:
        """The login name of one of the cast; the password is PASSWORD."""
        return str(self.people[name].login_name)

    def point(self, code: str) -> tuple[float, float]:
        """A point (lon, lat, WGS-84) in the middle of a grid."""
        return middle(code)


def small_district(at: datetime = NOON) -> District:
    """The district, built through the door as the system; the instance clock stands at `at`."""
    return kept(("district", at), lambda: _build(at))


@contextmanager
def standing_district(blocker: Any) -> Iterator[None]:
    """For a fixture of a whole file of tests: in it small_district() costs nothing, for the district is there."""
    with blocker.unblock(), standing(("district", NOON), lambda: _build(NOON)):
        yield


def _build(at: datetime) -> District:
    made = District(at, small_ground(at))
    made.houses = _houses(at, made.areas)
    made.posts = _posts(at, made)
    made.people = _people(at)
    _terms(at, made)
    _passwords(made)
    return made


def _houses(at: datetime, areas: Mapping[str, Area]) -> dict[str, Organisation]:
    uids: dict[str, UUID] = {}
    for upper in (True, False):
        group = {k: h for k, h in HOUSES.items() if (not h.parent and not h.lead) == upper}
        rows = [{"code": key, "name": h.name, "sort": h.sort, "area": areas[h.area].uid, "valid_from": BEGAN,
                 "parent": uids.get(h.parent), "lead": uids.get(h.lead)} for key, h in group.items()]
        uids |= dict(zip(group, open_many("organisation", "create", rows, actor=SYSTEM, at=at), strict=True))
    return by_uid(Organisation, uids)


def _posts(at: datetime, made: District) -> dict[str, Post]:
    rows = [{"title": p.title, "organisation": made.houses[p.house].uid, "roles": list(p.roles),
             "area": made.areas[p.area].uid if p.area else None, "valid_from": BEGAN} for p in CAST.values()]
    return by_uid(Post, dict(zip(CAST, open_many("post", "create", rows, actor=SYSTEM, at=at), strict=True)))


def _people(at: datetime) -> dict[str, Person]:
    rows = [{"name": p.name, "login_name": key, "phone": f"138001380{n:02}"}
            for n, (key, p) in enumerate(CAST.items())]
    return by_uid(Person, dict(zip(CAST, open_many("person", "register", rows, actor=SYSTEM, at=at), strict=True)))


def _terms(at: datetime, made: District) -> None:
    open_many("appointment", "appoint", [
        {"person": made.people[k].uid, "post": made.posts[k].uid, "since": BEGAN} for k in CAST], actor=SYSTEM, at=at)
    open_many("licence", "grant", [
        {"person": made.people[k].uid, "sort": sort, "number": f"鄂A{n:04}", "issuer": "湖北省人民政府",
         "since": BEGAN, "until": date(2024, 12, 31)}
        for n, (k, p) in enumerate(CAST.items()) for sort in p.licences], actor=SYSTEM, at=at)
    open_many("entrustment", "entrust", [
        {"department": made.houses["emergency_bureau"].uid, "street_office": made.houses["street1_office"].uid,
         "number": "安应急委〔2021〕1号", "scope": "生产经营单位安全检查和责令限期整改", "scan": SCAN,
         "since": date(2021, 1, 1), "until": date(2021, 12, 31)}], actor=SYSTEM, at=at)


def _passwords(made: District) -> None:
    hashed = make_password(PASSWORD)
    Credential.objects.bulk_create([
        Credential(person=p, password=hashed, set_at=real_time(), must_change=False) for p in made.people.values()])
