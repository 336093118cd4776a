"""The rows behind a return: read from its sheet or from the API's rows, each fault with its line and column."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Q
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter

from anlan.kernel.models import Area
from anlan.kernel.refusals import Refusal
from anlan.kernel.rulebook import rulebook
from anlan.places.models import Level
from anlan.premises.models import Premises
from anlan.toolkit.attachments.keeping import store
from anlan.toolkit.attachments.media import Damaged
from anlan.toolkit.attachments.models import File, FileState
from anlan.toolkit.sheets import Fault, Sheet, SheetLimits, TemplateColumn, read_sheet, write_template

from .items import BY_NAME, CODE, COLUMNS, DAY, ITEMS, STREET, UNIT
from .models import Detail

ROWS_MOST, FAULTS_MOST = 2_000, 50
MOST, CENT = Decimal(10) ** 12, Decimal("0.01")


@dataclass
class Read:
    """rows as they are kept; faults in sentences. headers: name → the letter of its column."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def detail(self) -> str:
        if not self.rows:
            return Detail.NONE
        return Detail.UNITS if all(row["unit"] for row in self.rows) else Detail.STREETS


def template(month: date) -> bytes:
    """The empty sheet of a month."""
    hints = {DAY: _("检查当日，须在 {month} 之内").format(month=f"{month:%Y-%m}"), UNIT: _("与本系统单位档案同名；只报分街道数时留空"),
             CODE: _("同名单位不止一家时必填"), STREET: _("填了单位可不填")}
    columns = [TemplateColumn(str(label), hints.get(name, ""), name in (DAY, "checks")) for name, label in COLUMNS.items()]
    return write_template(columns, _("部门月报明细"), [_("一行一次检查；列的先后不限；没有的数留空。")])


def read_file(sha256: str, month: date) -> Read:
    """The sheet that was sent under this hash."""
    file = File.objects.filter(sha256=sha256, state=FileState.KEPT).first()
    try:
        data = store().get(file.kept_sha256) if file is not None else None
    except (FileNotFoundError, Damaged):
        data = None
    if file is None or data is None:
        return Read(faults=[_("表格还没有收到，请重新上传。")])
    labels = [str(label) for label in COLUMNS.values()]
    sheet = read_sheet(data, file.name, labels, SheetLimits(rows=ROWS_MOST))
    if isinstance(sheet, Refusal):
        return Read(faults=list(sheet.sentences))
    names = {str(label): name for name, label in COLUMNS.items()}
    lines = [(line, {names[k]: v for k, v in row.items() if k in names}) for line, row in sheet.rows]
    return _judged(lines, month, _letters(sheet), [str(f) for f in sheet.faults] + _missing(sheet))


def _letters(sheet: Sheet) -> dict[str, str]:
    names = {str(label): name for name, label in COLUMNS.items()}
    return {names[h]: get_column_letter(n) for n, h in enumerate(sheet.headers, start=1) if h in names}


def _missing(sheet: Sheet) -> list[str]:
    wanted = [str(COLUMNS[name]) for name in (DAY, "checks") if str(COLUMNS[name]) in sheet.missing]
    return [_("表里缺少这些列：{labels}").format(labels="、".join(wanted))] if wanted else []


def read_rows(rows: Any, month: date) -> Read:
    """The rows of an API body: [{day, unit, credit_code, street, checks, …}]."""
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        return Read(faults=[_("明细应是一列行，每行写明列名和值")])
    if len(rows) > ROWS_MOST:
        return Read(faults=[_("明细超过 {n} 行，请分月或按街道汇总").format(n=ROWS_MOST)])
    strange = sorted({str(name) for row in rows for name in row} - set(COLUMNS))
    if strange:
        return Read(faults=[_("不认识的列：{names}").format(names="、".join(strange))])
    lines = [(n, {name: _text(value) for name, value in row.items()}) for n, row in enumerate(rows, start=1)]
    return _judged(lines, month, {name: name for name in COLUMNS}, [])


def _text(value: Any) -> str:
    """As a cell would hold it: no more than 2,000 characters, and none that cannot be stored."""
    plain = "" if value is None else str(value)
    return "".join(ch for ch in plain if ch.isprintable())[:2000]


def _judged(lines: Sequence[tuple[int, Mapping[str, str]]], month: date, letters: Mapping[str, str], faults: list[str]) -> Read:
    known = Known.of(lines)
    read = Read(faults=faults)
    for line, cells in lines:
        row, wrong = _row(cells, month, known)
        read.rows.append({"line": line, **row})
        read.faults += [str(Fault(line, letters.get(name, ""), str(COLUMNS[name]), said)) for name, said in wrong]
    if len(read.faults) > FAULTS_MOST:
        more = len(read.faults) - FAULTS_MOST
        read.faults = [*read.faults[:FAULTS_MOST], _("另有 {n} 处").format(n=more)]
    return read


def _row(cells: Mapping[str, str], month: date, known: Known) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    wrong: list[tuple[str, str]] = []
    told: dict[str, Any] = {"day": _day(cells.get(DAY, ""), month, wrong)}
    unit = known.unit(cells, wrong)
    told |= {"unit": str(unit.uid) if unit else "", "name": str(unit) if unit else "", "street": known.street(cells, unit, wrong)}
    for item in ITEMS:
        told[item.name] = _number(item.name, cells.get(item.name, ""), wrong)
    return told, wrong


def _day(text: str, month: date, wrong: list[tuple[str, str]]) -> str:
    try:
        day = parse_date(text.strip()[:10].replace("/", "-").replace(".", "-"))
    except ValueError:
        day = None
    if day is None:
        wrong.append((DAY, _("要写成 2021-06-24")))
        return ""
    if (day.year, day.month) != (month.year, month.month):
        wrong.append((DAY, _("不在 {month} 之内").format(month=f"{month:%Y-%m}")))
    return day.isoformat()


def _number(name: str, text: str, wrong: list[tuple[str, str]]) -> str:
    """As plain text; empty where the row says nothing of it, which is not zero."""
    plain = unicodedata.normalize("NFKC", text).strip().replace(",", "")
    if not plain:
        return ""
    try:
        value = Decimal(plain)
    except InvalidOperation:
        value = Decimal("NaN")
    whole = name != "fines"
    if not value.is_finite() or not 0 <= value < MOST or value != value.quantize(Decimal(1) if whole else CENT):
        wrong.append((name, _("要写一个不小于零的整数") if whole else _("要写一个不小于零的数")))
        return "0"
    return f"{value.normalize():f}"


@dataclass(frozen=True)
class Known:
    """Units and streets that the rows name: two statements for all."""

    by_code: Mapping[str, list[Premises]]
    by_name: Mapping[str, list[Premises]]
    streets: Mapping[str, Area]
    by_id: Mapping[int, Area]

    @classmethod
    def of(cls, lines: Sequence[tuple[int, Mapping[str, str]]]) -> Known:
        codes = {c.get(CODE, "").strip().upper() for _line, c in lines} - {""}
        names = {c.get(UNIT, "").strip() for _line, c in lines} - {""}
        asked = Q(credit_code__in=codes) | Q(name__in=names) | Q(sign_name__in=names)
        rows = Premises.objects.exclude(state="closed").filter(asked).order_by("id") if codes or names else ()
        by_code: dict[str, list[Premises]] = {}
        by_name: dict[str, list[Premises]] = {}
        for unit in rows:
            by_code.setdefault(unit.credit_code, []).append(unit)
            for name in {unit.name, unit.sign_name} - {""}:
                by_name.setdefault(name, []).append(unit)
        areas = list(Area.objects.filter(level=Level.STREET))
        return cls(by_code, by_name, {key: a for a in areas for key in (a.name, a.code)}, {a.id: a for a in areas})

    def unit(self, cells: Mapping[str, str], wrong: list[tuple[str, str]]) -> Premises | None:
        code, name = cells.get(CODE, "").strip().upper(), cells.get(UNIT, "").strip()
        if not code and not name:
            return None
        held = self.by_code.get(code, []) if code else self.by_name.get(name, [])
        if code and name:
            held = [u for u in held if name in (u.name, u.sign_name)] or held
        if len(held) == 1:
            return held[0]
        said = _("有 {n} 家这样的单位，请写明信用代码和单位名称").format(n=len(held)) if held else _("单位档案里没有这家单位")
        wrong.append((CODE if code else UNIT, said))
        return None

    def street(self, cells: Mapping[str, str], unit: Premises | None, wrong: list[tuple[str, str]]) -> str:
        """The code of the street: as named, else where the unit stands."""
        name = cells.get(STREET, "").strip()
        named = self.streets.get(name)
        if name and named is None:
            wrong.append((STREET, _("没有这个街道")))
        stands = self._street_of(unit)
        if named and stands and named != stands:
            wrong.append((STREET, _("这家单位在{street}").format(street=stands.name)))
        if not name and unit is None and not (cells.get(CODE, "").strip() or cells.get(UNIT, "").strip()):
            wrong.append((STREET, _("没有写单位的行要写街道")))
        found = named or stands
        return found.code if found else ""

    def _street_of(self, unit: Premises | None) -> Area | None:
        if unit is None or unit.area_id is None:
            return None
        return self.by_id.get(rulebook().ancestor(unit.area_id, Level.STREET, date.max) or 0)


def sums(rows: Sequence[Mapping[str, Any]]) -> dict[str, Decimal]:
    """The sum of each item over the rows; of what no row speaks of there is none."""
    spoken = [name for name in BY_NAME if any(row[name] for row in rows)]
    return {name: sum((Decimal(row[name] or 0) for row in rows), Decimal(0)) for name in spoken}
