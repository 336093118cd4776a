"""Departments, street offices, communities and committees from a sheet; what a district usually has is proposed."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from importlib.resources import files
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from uuid_utils.compat import uuid7

from anlan.kernel.changes import Ref
from anlan.kernel.models import Area, AreaIn
from anlan.kernel.refusals import Refusal
from anlan.people.forms import CreateOrganisationForm
from anlan.people.models import Organisation, Sort
from anlan.places.models import Level
from anlan.places.terms import in_use
from anlan.toolkit.sheets import TemplateColumn, write_template

from .tables import Names, Plan, Reader, Wish, carry_out, filled, reader_of, trial

LABELS = {"code": "机构代码", "name": "名称", "sort": "类别", "parent": "上级机构", "lead": "牵头部门", "area": "区域",
          "covers": "职责范围", "chair": "负责人", "phone": "值班电话", "valid_from": "启用日期"}
NEEDED = ("code", "name", "sort", "area", "valid_from")
SORTS = [s for s in Sort if s != Sort.UNIT_OWNER]
EDITED = ("name", "parent", "lead", "area", "covers", "chair", "phone")
SHIPPED_FOR = "武昌"  # the district whose bodies people/data names


@dataclass
class Row:
    """One body of the sheet; case: the one that stands under its code."""

    line: int
    code: str
    given: dict[str, Any]
    case: Organisation | None
    uid: UUID
    above: set[UUID] = field(default_factory=set)


def template(on: date) -> bytes:
    """The sheet with what this district probably has, from its areas and the usual list of departments."""
    words = tuple(str(s.label) for s in SORTS)
    empty = write_template([
        TemplateColumn(LABELS["code"], _("只用数字、字母和横线，不能重复"), required=True, example="emergency"),
        TemplateColumn(LABELS["name"], required=True, example=_("区应急管理局")),
        TemplateColumn(LABELS["sort"], required=True, choices=words, example=words[0]),
        TemplateColumn(LABELS["parent"], _("上级机构的代码或名称，没有的不填"), example=""),
        TemplateColumn(LABELS["lead"], _("只有专业委员会要填：牵头部门的代码或名称"), example="emergency"),
        TemplateColumn(LABELS["area"], _("负责的区域，写代码或名称"), required=True, example=""),
        TemplateColumn(LABELS["covers"]), TemplateColumn(LABELS["chair"]),
        TemplateColumn(LABELS["phone"], _("手机号，或带区号的座机号")),
        TemplateColumn(LABELS["valid_from"], _("写作 2021-01-01"), required=True, example="2021-01-01"),
    ], title=_("机构"), notes=[_("已按区划和通行的设置列出建议，请对照本区实际修改、增删。")])
    return filled(empty, suggested(on))


def suggested(on: date) -> list[list[str]]:
    """The departments and committees that districts usually have, an office a street, a committee a community."""
    district = Area.objects.filter(level=Level.DISTRICT).first()
    if district is None:
        return []
    since = max(district.valid_from, date(on.year, 1, 1)) if district.valid_from <= on else district.valid_from
    return [*_of_district(district, since), *_of_ground(on)]


def _of_district(district: Area, since: date) -> Iterator[list[str]]:
    short = district.name.rstrip("区县市") or district.name
    for row in _rows("departments.csv"):
        name = row["name"].replace(SHIPPED_FOR, short)
        yield [row["code"], name, str(Sort.DEPARTMENT.label), "", "", district.code, row["role"], "", "", str(since)]
    for row in _rows("committees.csv"):
        yield [f"committee-{int(row['number']):02}", row["name"], str(Sort.COMMITTEE.label), "", row["lead_department"],
               district.code, row["objects"], row["chair"], "", str(since)]


def _rows(name: str) -> list[dict[str, str]]:
    with (files("anlan.people") / "data" / name).open(encoding="utf-8-sig") as lines:
        return list(csv.DictReader(lines))


def _of_ground(on: date) -> Iterator[list[str]]:
    above = dict(AreaIn.objects.filter(in_use(on), depth=1).values_list("area__code", "ancestor__code"))
    for a in Area.objects.filter(in_use(on), level__in=(Level.STREET, Level.COMMUNITY)).order_by("level", "code"):
        if a.level == Level.STREET:
            yield [f"office-{a.code}", _("%(name)s办事处") % {"name": a.name}, str(Sort.STREET_OFFICE.label), "", "",
                   a.code, "", "", "", str(a.valid_from)]
        else:
            yield [f"community-{a.code}", _("%(name)s居委会") % {"name": a.name}, str(Sort.COMMUNITY.label),
                   f"office-{above.get(a.code, '')}", "", a.code, "", "", "", str(a.valid_from)]


def is_done() -> bool:
    return Organisation.objects.exclude(sort=Sort.UNIT_OWNER).exists()


def run(data: bytes, name: str, at: datetime, save: bool) -> Plan | Refusal:
    """Rehearse a sheet of organisations, or bring it in."""
    reader = reader_of(data, name, LABELS, NEEDED)
    if isinstance(reader, Refusal):
        return reader
    rows = _read(reader)
    with trial(reader.plan, save):
        for wave in _waves(reader, rows):
            carry_out(reader, [_wish(row) for row in wave], at)
    return reader.plan.in_order()


def _read(reader: Reader) -> list[Row]:
    lines = list(reader.lines())
    standing = {o.code: o for o in Organisation.objects.select_related("area", "parent", "lead")}
    areas = Names(_("区域"), Area.objects.values_list("code", "name", "uid"))
    bodies = Names(_("机构"), [(o.code, o.name, o.uid) for o in standing.values()])
    uids: dict[str, UUID] = {}
    for no, cells in lines:
        if cells["code"] in uids:
            reader.fault(no, "code", _("机构代码在表里重复"))
        elif cells["code"] not in standing and cells["code"]:
            uids[cells["code"]] = uuid7()
            bodies.add(cells["code"], cells["name"], uids[cells["code"]])
    found = [_row(reader, no, cells, areas, bodies, standing.get(cells["code"]), uids) for no, cells in lines]
    return _judged([row for row in found if row is not None], set(uids.values()))


def _judged(rows: list[Row], hoped: set[UUID]) -> list[Row]:
    """Without those below a line that is at fault: they are judged when it has been put right."""
    while lost := hoped - {row.uid for row in rows}:
        kept = [row for row in rows if not row.above & lost]
        if len(kept) == len(rows):
            break
        rows = kept
    return rows


def _row(reader: Reader, no: int, cells: dict[str, str], areas: Names, bodies: Names, case: Organisation | None,
         uids: dict[str, UUID]) -> Row | None:
    before = len(reader.plan.faults)
    given: dict[str, Any] = dict(cells)
    named: set[str] = set()
    for name, names in (("area", areas), ("parent", bodies), ("lead", bodies)):
        if cells[name]:
            given[name], why = names.find(cells[name])
            if why:
                reader.fault(no, name, why)
                named.add(name)
    given["sort"] = next((s.value for s in SORTS if cells["sort"] in (s.value, str(s.label))), "")
    if cells["sort"] and not given["sort"]:
        named.add("sort")
        reader.fault(no, "sort", _("类别只能是%(words)s") % {"words": "、".join(str(s.label) for s in SORTS)})
    if case is not None and given["sort"] and case.sort != given["sort"]:
        reader.fault(no, "sort", _("这个机构代码已登记为“%(sort)s”") % {"sort": case.get_sort_display()})
    form = CreateOrganisationForm(data={k: v for k, v in given.items() if v})
    form.is_valid()
    reader.form_faults(no, form, named)
    if len(reader.plan.faults) > before:
        return None
    above = {given[n] for n in ("parent", "lead") if given[n]}
    return Row(no, cells["code"], form.cleaned_data, case, case.uid if case else uids[cells["code"]], above)


def _waves(reader: Reader, rows: list[Row]) -> Iterator[list[Row]]:
    """Those whose superiors stand, then those below them; what stands unchanged is left alone."""
    waiting = []
    for row in rows:
        if row.case is not None and _unchanged(row.case, row.given):
            reader.plan.same += 1
            continue
        reader.plan.changed += row.case is not None
        reader.plan.created += row.case is None
        waiting.append(row)
    while waiting:
        still = {row.uid for row in waiting if row.case is None}
        ready = [row for row in waiting if not row.above & (still - {row.uid})]
        if not ready:
            for row in waiting:
                reader.fault(row.line, "parent", _("上级机构或牵头部门互相指向"))
            return
        yield ready
        gone = {row.line for row in ready}
        waiting = [row for row in waiting if row.line not in gone]


def _unchanged(case: Organisation, given: dict[str, Any]) -> bool:
    held = {n: getattr(case, n) for n in EDITED}
    return all(getattr(held[n], "uid", held[n]) == (given.get(n) or (None if n in ("parent", "lead") else ""))
               for n in EDITED)


def _wish(row: Row) -> Wish:
    ref = Ref("organisation", row.uid)
    if row.case is None:
        return Wish(row.line, ref, "create", row.given)
    return Wish(row.line, ref, "edit", {n: row.given.get(n) for n in EDITED})

