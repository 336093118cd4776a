"""People and their posts from a sheet: who signs in, in which post, for which ground, with which licence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _
from uuid_utils.compat import uuid7

from anlan.kernel.changes import Ref
from anlan.kernel.instance import local_day
from anlan.kernel.models import Area
from anlan.kernel.refusals import Refusal
from anlan.people.forms import CreatePostForm, LicenceForm, RegisterPersonForm
from anlan.people.models import Appointment, Licence, Organisation, Person, Sort
from anlan.people.roles import LICENCE_SORTS, Role
from anlan.people.rules import two_of_three
from anlan.places.models import Level
from anlan.places.terms import in_use
from anlan.toolkit.sheets import TemplateColumn, write_template

from .tables import Names, Plan, Reader, Wish, carry_out, filled, reader_of, trial

LABELS = {"name": "姓名", "login_name": "登录名", "phone": "手机", "title": "岗位名称", "organisation": "所在机构",
          "area": "责任区域", "roles": "角色", "since": "任职日期", "sort": "证件种类", "number": "证件编号", "issuer": "发证机关",
          "licence_since": "证件有效期自", "until": "证件有效期至"}
NEEDED = ("name", "login_name", "title", "organisation", "roles")
ADMINISTRATORS = (Role.SYSADMIN, Role.SECADMIN, Role.AUDITOR)

NO_UNITS = [r for r in Role if r != Role.UNIT]


@dataclass
class Row:
    """One person in one post. person, post: what stands, or what is to be made; stands: nothing is to be done."""

    line: int
    login: str
    person: UUID
    post: UUID
    is_new: bool
    cells: dict[str, str]
    given: dict[str, Any]
    stands: bool = False


def template(on: date) -> bytes:
    """The sheet with the posts that this district's ground and bodies ask for; only the people are missing."""
    roles = "、".join(str(r.label) for r in NO_UNITS)
    sorts = tuple(str(label) for _value, label in LICENCE_SORTS)
    empty = write_template([
        TemplateColumn(LABELS["name"], required=True, example=_("王敏")),
        TemplateColumn(LABELS["login_name"], _("小写字母开头，可有数字、点、横线"), required=True, example="wangmin"),
        TemplateColumn(LABELS["phone"], example="13800138000"),
        TemplateColumn(LABELS["title"], required=True, example=_("网格员")),
        TemplateColumn(LABELS["organisation"], _("机构的代码或名称"), required=True, example=""),
        TemplateColumn(LABELS["area"], _("负责的区域，写代码或名称；三员不填"), example=""),
        TemplateColumn(LABELS["roles"], _("可有几个，用顿号隔开：%(roles)s") % {"roles": roles}, required=True,
                       example=_("街道、执法人员")),
        TemplateColumn(LABELS["since"], _("不填即今天"), example="2021-01-01"),
        TemplateColumn(LABELS["sort"], _("执法人员和专家要填证件"), choices=sorts), TemplateColumn(LABELS["number"]),
        TemplateColumn(LABELS["issuer"]), TemplateColumn(LABELS["licence_since"]), TemplateColumn(LABELS["until"]),
    ], title=_("人员岗位"), notes=[
        _("岗位已按区划和机构列好，请补姓名、登录名、手机；没有填姓名的行不导入，可以以后再补。"),
        _("系统管理员、安全管理员、审计员必须有，由三个人分别担任。"),
        _("一人几岗写几行，登录名相同。"),
    ])
    return filled(empty, suggested(on))


def suggested(on: date) -> list[list[str]]:
    """The three administrators, then a post for each body on its ground and for each grid."""
    bodies = list(Organisation.objects.filter(state="active").select_related("area").order_by("sort", "code"))
    emergency = next((o for o in bodies if o.code == "emergency"), bodies[0] if bodies else None)
    if emergency is None:
        return []
    rows = [_post(str(role.label), emergency, "", role) for role in ADMINISTRATORS]
    rows.append(_post(_("安全协调科科长"), emergency, emergency.area.code, Role.DEPARTMENT, Role.EMERGENCY))
    return [*rows, *_of_ground(bodies, on)]


def _of_ground(bodies: list[Organisation], on: date) -> Iterator[list[str]]:
    office = {o.area_id: o for o in bodies if o.sort == Sort.STREET_OFFICE}
    committee = {o.area_id: o for o in bodies if o.sort == Sort.COMMUNITY}
    for body in office.values():
        yield _post(_("街道安全办主任"), body, body.area.code, Role.STREET)
        yield _post(_("街道复查员"), body, body.area.code, Role.STREET, Role.REVIEWER)
    for body in committee.values():
        yield _post(_("社区安全专干"), body, body.area.code, Role.COMMUNITY)
    grids = Area.objects.filter(in_use(on), level=Level.GRID).order_by("code")
    above = grids.filter(in_use(on, "within__"), within__depth=1).values_list("code", "within__ancestor_id")
    yield from (_post(str(Role.WARDEN.label), committee[a], code, Role.WARDEN) for code, a in above if a in committee)


def _post(title: str, body: Organisation, area: str, *roles: Role) -> list[str]:
    return ["", "", "", title, body.code, area, "、".join(str(r.label) for r in roles)]


def is_done() -> bool:
    """Each of the three administrations is held by somebody."""
    return not missing_administrators(set())


def missing_administrators(more: set[str]) -> list[Role]:
    held = {r for roles in Appointment.objects.filter(state="active").values_list("post__roles", flat=True) for r in roles}
    return [role for role in ADMINISTRATORS if role not in held | more]


def run(data: bytes, name: str, at: datetime, save: bool) -> Plan | Refusal:
    """Rehearse a sheet of people and posts, or bring it in."""
    reader = reader_of(data, name, LABELS, NEEDED)
    if isinstance(reader, Refusal):
        return reader
    rows = _read(reader, at)
    _administrators(reader, rows)
    new = [row for row in rows if not row.stands]
    reader.plan.created, reader.plan.same = len(new), len(rows) - len(new)
    with trial(reader.plan, save):
        for wishes in (list(_people(new)), list(_posts(new)), list(_appointments(new)), list(_licences(reader, new))):
            carry_out(reader, wishes, at)
    return reader.plan.in_order()


def _read(reader: Reader, at: datetime) -> list[Row]:
    lines = list(reader.lines())
    named = [(no, cells) for no, cells in lines if cells["name"] or cells["login_name"]]
    reader.plan.rows = len(named)
    if len(named) < len(lines):
        reader.plan.notes.append(_("%(n)s行没有填姓名，不导入。") % {"n": len(lines) - len(named)})
    if not named and not reader.plan.faults:
        reader.fault(reader.sheet.header_line, "name", _("一个人也没有填"))
    areas = Names(_("区域"), Area.objects.values_list("code", "name", "uid"))
    bodies = Names(_("机构"), Organisation.objects.filter(state="active").values_list("code", "name", "uid"))
    persons = _Persons(reader, {cells["login_name"] for _no, cells in named})
    found = []
    for no, cells in named:
        before = len(reader.plan.faults)
        given = _row(reader, no, cells, areas, bodies, at)
        person, is_new = persons.find(no, cells)
        if len(reader.plan.faults) == before:
            stands = not is_new and persons.holds(person, given)
            found.append(Row(no, cells["login_name"], person, uuid7(), is_new, cells, given, stands))
    return found


class _Persons:
    """Log-ins that stand or occur earlier in the sheet."""

    def __init__(self, reader: Reader, logins: set[str]) -> None:
        self.reader = reader
        self.held = {p.login_name: (p.uid, p.name) for p in Person.objects.filter(login_name__in=logins)}
        self.new: set[UUID] = set()
        rows = Appointment.objects.filter(person__login_name__in=logins, state="active")
        self.posts = set(rows.values_list("person__uid", "post__title", "post__organisation__uid", "post__area__uid"))

    def find(self, no: int, cells: dict[str, str]) -> tuple[UUID, bool]:
        """The person of this log-in; a second line with another name is a fault."""
        login, name = cells["login_name"], cells["name"]
        if login not in self.held:
            uid = uuid7()
            self.new.add(uid)
            if login:
                self.held[login] = uid, name
            return uid, True
        uid, known = self.held[login]
        if known != name:
            self.reader.fault(no, "login_name", _("登录名已由“%(name)s”使用") % {"name": known})
        return uid, False

    def holds(self, person: UUID, given: dict[str, Any]) -> bool:
        key = (person, given["title"], given["organisation"], given["area"])
        if key in self.posts:
            return True
        self.posts.add(key)
        return False


def _row(reader: Reader, no: int, cells: dict[str, str], areas: Names, bodies: Names, at: datetime) -> dict[str, Any]:
    given: dict[str, Any] = {"title": cells["title"], "area": None, "organisation": None,
                             "valid_from": cells["since"] or str(local_day(at))}
    named: set[str] = set()
    for name, names in (("area", areas), ("organisation", bodies)):
        if cells[name]:
            given[name], why = names.find(cells[name])
            if why:
                reader.fault(no, name, why)
                named.add(name)
    given["roles"], strange = _roles(cells["roles"])
    for word in strange:
        reader.fault(no, "roles", _("没有“%(word)s”这个角色，可填：%(roles)s") % {
            "word": word, "roles": "、".join(str(r.label) for r in NO_UNITS)})
    if not cells["roles"]:
        reader.fault(no, "roles", _("请填角色"))
    person = RegisterPersonForm(data={n: cells[n] for n in ("name", "login_name", "phone")})
    post = CreatePostForm(data={k: v for k, v in given.items() if v})
    person.is_valid()
    post.is_valid()
    if not cells["login_name"]:
        reader.fault(no, "login_name", _("请填登录名"))
    reader.form_faults(no, person)
    reader.form_faults(no, post, named, valid_from="since")
    if person.is_valid() and post.is_valid():
        given |= {"since": post.cleaned_data["valid_from"], **person.cleaned_data, "login_name": cells["login_name"]}
    return given


def _roles(text: str) -> tuple[list[str], list[str]]:
    """Values of the roles that are known, and the words that are not."""
    by_label = {str(r.label): r.value for r in NO_UNITS} | {r.value: r.value for r in NO_UNITS}
    words = [w.strip() for w in text.replace(",", "、").replace("，", "、").replace("；", "、").split("、") if w.strip()]
    return [by_label[w] for w in words if w in by_label], [w for w in words if w not in by_label]


def _administrators(reader: Reader, rows: Iterable[Row]) -> None:
    """Three people, one administration each (GB/T 22239-2019 level 3 [sure])."""
    held: dict[str, set[str]] = defaultdict(set)
    for login, roles in Appointment.objects.filter(state="active").values_list("person__login_name", "post__roles"):
        held[login] |= set(roles)
    for row in rows:
        held[row.login] |= set(row.given["roles"])
        if two_of_three(held[row.login]):
            reader.fault(row.line, "roles", _("系统、安全、审计三员须由三个人分别担任"))
    if missing := missing_administrators({r for row in rows for r in row.given["roles"]}):
        reader.fault(reader.sheet.header_line, "roles", _("还缺%(roles)s，三员必须有") % {
            "roles": "、".join(str(r.label) for r in missing)})


def _people(rows: Iterable[Row]) -> Iterator[Wish]:
    for row in rows:
        if row.is_new:
            yield Wish(row.line, Ref("person", row.person), "register",
                       {n: row.given[n] for n in ("name", "login_name", "phone")})


def _posts(rows: Iterable[Row]) -> Iterator[Wish]:
    for row in rows:
        yield Wish(row.line, Ref("post", row.post), "create",
                   {n: row.given[n] for n in ("title", "organisation", "area", "roles")} | {"valid_from": row.given["since"]})


def _appointments(rows: Iterable[Row]) -> Iterator[Wish]:
    for row in rows:
        yield Wish(row.line, Ref("appointment", uuid7()), "appoint",
                   {"person": row.person, "post": row.post, "since": row.given["since"]})


def _licences(reader: Reader, rows: list[Row]) -> Iterator[Wish]:
    """A licence where one of its columns is filled; a number that stands for this person is left alone."""
    values = {str(label): value for value, label in LICENCE_SORTS}
    filled_in = [row for row in rows if row.cells["sort"] or row.cells["number"]]
    standing = set(Licence.objects.filter(Q(state="active"), number__in=[r.cells["number"] for r in filled_in])
                   .values_list("person__uid", "number"))
    for row in filled_in:
        cells = row.cells
        if (row.person, cells["number"]) in standing:
            continue
        form = LicenceForm(data={"person": row.person, "sort": values.get(cells["sort"], cells["sort"]),
                                 "number": cells["number"], "issuer": cells["issuer"], "since": cells["licence_since"],
                                 "until": cells["until"]})
        if form.is_valid():
            yield Wish(row.line, Ref("licence", uuid7()), "grant", form.cleaned_data)
        else:
            reader.form_faults(row.line, form, since="licence_since")
