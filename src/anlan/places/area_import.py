"""Taking in the tree of areas from a district's own sheet: a rehearsal with every fault, then one commit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, BinaryIO
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter

from anlan.kernel.actors import Actor
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.models import Area, AreaIn
from anlan.kernel.refusals import Refusal, Refused
from anlan.toolkit.sheets import Fault, TemplateColumn, read_sheet, write_template

from .actions import AreaRow, create_areas
from .forms import CreateAreaForm
from .models import Level

CODE, NAME, LEVEL, PARENT, FROM, TO = "代码", "名称", "层级", "上级代码", "启用日期", "停用日期"
LABELS = (CODE, NAME, LEVEL, PARENT, FROM, TO)
FIELDS = {"code": CODE, "name": NAME, "level": LEVEL, "valid_from": FROM, "valid_to": TO}
LEVEL_WORDS = {
    "区": 0, "县": 0, "市": 0, "城区": 0, "区县": 0, "街道": 1, "街": 1, "镇": 1, "乡": 1, "街道办事处": 1,
    "社区": 2, "村": 2, "居委会": 2, "村委会": 2, "网格": 3, "基础网格": 3, "单元网格": 3,
    "0": 0, "1": 1, "2": 2, "3": 3,
}


@dataclass
class Rehearsal:
    """What a sheet would do: areas to create, names to change, and rows that say what stands already."""

    rows: int = 0
    create: list[AreaRow] = field(default_factory=list)
    rename: list[tuple[UUID, str]] = field(default_factory=list)
    unchanged: int = 0
    faults: list[Fault] = field(default_factory=list)
    known: dict[str, UUID] = field(default_factory=dict)

    @property
    def good(self) -> int:
        return len(self.create) + len(self.rename) + self.unchanged


def template() -> bytes:
    """The empty sheet to fill in."""
    words = tuple(str(level.label) for level in Level)
    return write_template([
        TemplateColumn(CODE, _("区划代码，只用数字和字母，不能重复"), required=True, example="420106011033"),
        TemplateColumn(NAME, required=True, example="百瑞景社区"),
        TemplateColumn(LEVEL, required=True, choices=words, example=words[2]),
        TemplateColumn(PARENT, _("上一级的代码；最上一级不填"), example="420106011"),
        TemplateColumn(FROM, _("从哪天起使用，写作 2021-01-01"), required=True, example="2021-01-01"),
        TemplateColumn(TO, _("还在使用的不填"), example=""),
    ], title=_("区划"), notes=[_("每行一个区域，先后次序不限，上级可以在同一张表里。")])


def rehearse(source: bytes | BinaryIO, name: str) -> Rehearsal | Refusal:
    """Read a sheet of areas; stores nothing. Refusal where the file as a whole cannot be read."""
    sheet = read_sheet(source, name, LABELS)
    if isinstance(sheet, Refusal):
        return sheet
    missing = [label for label in (CODE, NAME, LEVEL, FROM) if label in sheet.missing]
    if missing:
        return Refusal((_("表里缺少这些列：%(labels)s") % {"labels": "、".join(missing)},))
    reader = _Reader(sheet.headers)
    done = Rehearsal(rows=len(sheet.rows), faults=list(sheet.faults))
    rows = [reader.row(line, cells, done) for line, cells in sheet.rows]
    _judge(done, [r for r in rows if r], reader)
    done.faults.sort(key=lambda f: f.line)
    return done


def commit(done: Rehearsal, *, actor: Actor, at: datetime) -> int:
    """Create and rename what was rehearsed, all or nothing. Raises Refused."""
    if done.faults:
        raise Refused(Refusal(tuple(str(f) for f in done.faults)))
    with transaction.atomic():
        create_areas(done.create, actor=actor, at=at, known=done.known)
        for uid, name in done.rename:
            advance(Ref("area", uid), "rename", actor=actor, at=at, given={"name": name})
    return len(done.create) + len(done.rename)


@dataclass
class _Line:
    no: int
    area: AreaRow


class _Reader:
    def __init__(self, headers: tuple[str, ...]) -> None:
        self.letters = {label: get_column_letter(n + 1) for n, label in enumerate(headers)}

    def fault(self, line: int, label: str, sentence: str) -> Fault:
        return Fault(line, self.letters.get(label, ""), label, sentence)

    def row(self, line: int, cells: Mapping[str, str], done: Rehearsal) -> _Line | None:
        """One row through the same form as a page's; its faults go to `done`."""
        level = LEVEL_WORDS.get(cells.get(LEVEL, "").strip())
        form = CreateAreaForm(data={"code": cells.get(CODE), "name": cells.get(NAME),
                                    "level": "" if level is None else level,
                                    "valid_from": cells.get(FROM), "valid_to": cells.get(TO) or None})
        if form.is_valid():
            v = form.cleaned_data
            return _Line(line, AreaRow(v["code"], v["name"], v["level"], cells.get(PARENT, "").strip(),
                                       v["valid_from"], v["valid_to"]))
        for name, errors in form.errors.items():
            label = FIELDS.get(name, name)
            said = self._level_sentence(cells) if name == "level" else "；".join(str(e) for e in errors)
            done.faults.append(self.fault(line, label, said))
        return None

    def _level_sentence(self, cells: Mapping[str, str]) -> str:
        words = "、".join(str(level.label) for level in Level)
        return _("“%(word)s”不是层级，请写%(words)s之一") % {"word": cells.get(LEVEL, ""), "words": words}


def _judge(done: Rehearsal, lines: list[_Line], reader: _Reader) -> None:
    """Codes, parents and levels, against the sheet itself and against what stands."""
    codes = {row.area.code for row in lines} | {row.area.parent for row in lines}
    standing = {a.code: a for a in Area.objects.filter(code__in=codes)}
    parents = _parents(standing)
    done.known = {code: a.uid for code, a in standing.items()}
    first: dict[str, _Line] = {}
    for line in lines:
        if line.area.code in first:
            done.faults.append(reader.fault(line.no, CODE, _("代码与第%(line)s行重复") % {
                "line": first[line.area.code].no}))
        else:
            first[line.area.code] = line
    roots = [line for line in first.values() if line.area.level == Level.DISTRICT]
    other_root = Area.objects.filter(level=Level.DISTRICT).values_list("code", flat=True).first()
    for line in first.values():
        _judge_line(done, line, first, standing, parents, reader)
    for line in roots:
        if line is not roots[0] or (other_root and other_root != line.area.code):
            done.faults.append(reader.fault(line.no, LEVEL, _("最上一级区域只能有一个")))


def _parents(standing: Mapping[str, Area]) -> dict[str, str]:
    rows = AreaIn.objects.filter(area__in=standing.values(), depth=1, valid_to__isnull=True)
    return dict(rows.values_list("area__code", "ancestor__code"))


def _judge_line(done: Rehearsal, line: _Line, first: Mapping[str, _Line], standing: Mapping[str, Area],
                parents: Mapping[str, str], reader: _Reader) -> None:
    area = line.area
    if said := _parent_fault(area, first, standing):
        done.faults.append(reader.fault(line.no, PARENT, said))
    elif (held := standing.get(area.code)) is None:
        done.create.append(area)
    elif held.level != area.level:
        done.faults.append(reader.fault(line.no, LEVEL, _("这个代码已经用于%(level)s“%(name)s”") % {
            "level": Level(held.level).label, "name": held.name}))
    elif parents.get(area.code, "") != area.parent:
        done.faults.append(reader.fault(line.no, PARENT, _("上级与登记的不同；改变归属请在区域页办理划归")))
    elif held.name != area.name:
        done.rename.append((held.uid, area.name))
    else:
        done.unchanged += 1


def _parent_fault(area: AreaRow, first: Mapping[str, _Line], standing: Mapping[str, Area]) -> str:
    if area.level == Level.DISTRICT:
        return _("最上一级区域没有上级") if area.parent else ""
    if not area.parent:
        return _("请填上级代码")
    above: Any = first[area.parent].area if area.parent in first else standing.get(area.parent)
    if above is None:
        return _("表里和区划中都没有代码“%(code)s”") % {"code": area.parent}
    if above.level != area.level - 1:
        return _("“%(name)s”是%(above)s，不能直接下辖%(level)s") % {
            "name": above.name, "above": Level(above.level).label, "level": Level(area.level).label}
    if area.valid_from < above.valid_from:
        return _("启用日期早于上级“%(name)s”的%(day)s") % {"name": above.name, "day": above.valid_from}
    return ""

