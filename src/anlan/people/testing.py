"""A small district with the fixed cast, for the tests of every app (`small_district()`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.auth.hashers import make_password

from anlan.kernel import instance
from anlan.kernel.actors import SYSTEM, Actor
from anlan.kernel.instance import real_time
from anlan.kernel.models import Area, Calendar, CalendarDay
from anlan.kernel.rulebook import touch
from anlan.places import defaults
from anlan.places.actions import AreaRow, create_areas, draw_boundaries, open_many
from anlan.places.calendars import OFFICE_WEEK

from .models import Credential, Organisation, Person, Post
from .standing import actor_for

NOON = datetime(2021, 6, 1, 4, 0, tzinfo=UTC)  # 12:00 in the district, a Tuesday
BEGAN = date(2019, 1, 1)
PASSWORD = "柳暗花明又一村-7"
WEST, SOUTH, SIDE = 114.30, 30.50, 0.01
SCAN = "a" * 64

# code: name, level, parent. Two streets × two communities × two grids; each grid is a square of about one kilometre.
AREAS = [
    ("D", "安澜区", 0, ""),
    ("S1", "东街街道", 1, "D"), ("S2", "西街街道", 1, "D"),
    ("C11", "东一社区", 2, "S1"), ("C12", "东二社区", 2, "S1"),
    ("C21", "西一社区", 2, "S2"), ("C22", "西二社区", 2, "S2"),
    ("G111", "东一社区一网格", 3, "C11"), ("G112", "东一社区二网格", 3, "C11"),
    ("G121", "东二社区一网格", 3, "C12"), ("G122", "东二社区二网格", 3, "C12"),
    ("G211", "西一社区一网格", 3, "C21"), ("G212", "西一社区二网格", 3, "C21"),
    ("G221", "西二社区一网格", 3, "C22"), ("G222", "西二社区二网格", 3, "C22"),
]


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
    "restaurant": House("老陈饭店", "unit_owner", "D"),
    "tea_house": House("小林茶馆", "unit_owner", "D"),
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
    """Build the district through the door as the system; the instance clock stands at `at`."""
    instance.set_clock(at, running=False)
    calendar, _made = Calendar.objects.get_or_create(code="office", defaults={"name": "办公", "weekly": OFFICE_WEEK})
    CalendarDay.objects.get_or_create(calendar=calendar, day=date(2021, 6, 14), valid_from=date(2020, 11, 25),
                                      defaults={"works": False, "name": "端午节", "source": "国办"})
    touch("calendars")
    defaults.load(SYSTEM, at)
    made = District(at)
    made.areas = _areas(at)
    made.houses = _houses(at, made.areas)
    made.posts = _posts(at, made)
    made.people = _people(at)
    _terms(at, made)
    _passwords(made)
    return made


def _areas(at: datetime) -> dict[str, Area]:
    rows = [AreaRow(code, name, level, parent, BEGAN) for code, name, level, parent in AREAS]
    uids = create_areas(rows, actor=SYSTEM, at=at)
    draw_boundaries([{"area": uids[code], "geometry": square(code), "source": "测试", "datum": "wgs84",
                      "generated": True, "valid_from": BEGAN} for code, *_rest in AREAS], actor=SYSTEM, at=at)
    return _by_uid(Area, uids)


def square(code: str) -> dict[str, Any]:
    """The ground of an area as GeoJSON: grids in a row from west to east, two high at each community."""
    cells = [_cell(c) for c, _name, level, _parent in AREAS if level == 3 and _lies_in(c, code)]
    west, south = min(x for x, _ in cells), min(y for _, y in cells)
    east, north = max(x for x, _ in cells) + 1, max(y for _, y in cells) + 1
    corners = [(west, south), (east, south), (east, north), (west, north), (west, south)]
    ring = [[round(WEST + x * SIDE, 6), round(SOUTH + y * SIDE, 6)] for x, y in corners]
    return {"type": "Polygon", "coordinates": [ring]}


def _cell(grid: str) -> tuple[int, int]:
    street, community, no = (int(d) - 1 for d in grid[1:])
    return street * 2 + community, no


def _lies_in(grid: str, code: str) -> bool:
    return code == "D" or grid[1:].startswith(code[1:])


def middle(grid: str) -> tuple[float, float]:
    x, y = _cell(grid)
    return round(WEST + (x + 0.5) * SIDE, 6), round(SOUTH + (y + 0.5) * SIDE, 6)


def _houses(at: datetime, areas: Mapping[str, Area]) -> dict[str, Organisation]:
    uids: dict[str, UUID] = {}
    for upper in (True, False):
        group = {k: h for k, h in HOUSES.items() if (not h.parent and not h.lead) == upper}
        rows = [{"code": key, "name": h.name, "sort": h.sort, "area": areas[h.area].uid, "valid_from": BEGAN,
                 "parent": uids.get(h.parent), "lead": uids.get(h.lead)} for key, h in group.items()]
        uids |= dict(zip(group, open_many("organisation", "create", rows, actor=SYSTEM, at=at), strict=True))
    return _by_uid(Organisation, uids)


def _posts(at: datetime, made: District) -> dict[str, Post]:
    rows = [{"title": p.title, "organisation": made.houses[p.house].uid, "roles": list(p.roles),
             "area": made.areas[p.area].uid if p.area else None, "valid_from": BEGAN} for p in CAST.values()]
    return _by_uid(Post, dict(zip(CAST, open_many("post", "create", rows, actor=SYSTEM, at=at), strict=True)))


def _people(at: datetime) -> dict[str, Person]:
    rows = [{"name": p.name, "login_name": key, "phone": f"138001380{n:02}"}
            for n, (key, p) in enumerate(CAST.items())]
    return _by_uid(Person, dict(zip(CAST, open_many("person", "register", rows, actor=SYSTEM, at=at), strict=True)))


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


def _by_uid(model: Any, uids: Mapping[str, UUID]) -> dict[str, Any]:
    rows = {row.uid: row for row in model.objects.filter(uid__in=uids.values())}
    return {key: rows[uid] for key, uid in uids.items()}
