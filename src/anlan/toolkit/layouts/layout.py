"""What goes where in their sheet, as the office has matched it; kept as JSON, read strictly."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from openpyxl import Workbook
from openpyxl.utils import column_index_from_string

from anlan.kernel.instance import zone
from anlan.toolkit.indicators import INDICATORS

from .book import COLUMNS, HEADER_LINES, headers_of, merged_at, sheet_of

LETTER = re.compile(r"[A-Z]{1,2}")
ADDRESS = re.compile(r"([A-Z]{1,2})([1-9]\d{0,3})")
LAST_ROW = 2_000
DAY_FORMS: dict[str, tuple[Any, str]] = {
    "": (lazy("日期（按他们单元格的格式）"), ""), "dash": ("2021-06-25", "{y}-{m:02}-{d:02}"),
    "dot": ("2021.6.25", "{y}.{m}.{d}"), "slash": ("2021/6/25", "{y}/{m}/{d}"),
    "chinese": (lazy("2021年6月25日"), "{y}年{m}月{d}日"), "short": (lazy("6月25日"), "{m}月{d}日")}
PERIODS: dict[str, Any] = {"month": lazy("本月"), "year": lazy("本年累计"), "last": lazy("上月"), "same": lazy("上年同月")}


@dataclass(frozen=True)
class Fill:
    """What fills one of their columns. kind: column (name: ours), number (a running one), constant (text), or nothing.

    form: a key of DAY_FORMS; words: what we say → what they say.
    """

    kind: str = ""
    name: str = ""
    text: str = ""
    form: str = ""
    words: Mapping[str, str] = field(default_factory=dict)

    @property
    def as_json(self) -> dict[str, Any]:
        told = {"kind": self.kind, "name": self.name, "text": self.text, "form": self.form, "words": dict(self.words)}
        return {k: v for k, v in told.items() if v}


@dataclass(frozen=True)
class Ask:
    """A figure in a cell: an indicator over a period."""

    indicator: str
    period: str = "month"

    @property
    def as_json(self) -> dict[str, str]:
        return {"indicator": self.indicator, "period": self.period}


@dataclass(frozen=True)
class Ledger:
    """One row a record, from first_row on."""

    sheet: str
    header_row: int
    first_row: int
    columns: Mapping[str, Fill]

    @property
    def as_json(self) -> dict[str, Any]:
        return {"sheet": self.sheet, "header_row": self.header_row, "first_row": self.first_row,
                "columns": {k: f.as_json for k, f in self.columns.items()}}


@dataclass(frozen=True)
class Return:
    """Figures: in single cells for the office's own ground; from first_row on one row for each area named in `names`."""

    sheet: str
    header_row: int
    first_row: int
    columns: Mapping[str, Ask]
    cells: Mapping[str, Ask]
    names: str = ""

    @property
    def as_json(self) -> dict[str, Any]:
        return {"sheet": self.sheet, "header_row": self.header_row, "first_row": self.first_row, "names": self.names,
                "columns": {k: a.as_json for k, a in self.columns.items()},
                "cells": {k: a.as_json for k, a in self.cells.items()}}


def ledger_from(told: Mapping[str, Any]) -> Ledger:
    columns = {k: Fill(**{n: v for n, v in f.items() if n in Fill.__dataclass_fields__}) for k, f in told["columns"].items()}
    return Ledger(told["sheet"], int(told["header_row"]), int(told["first_row"]), columns)


def return_from(told: Mapping[str, Any]) -> Return:
    columns, cells = ({k: Ask(a["indicator"], a.get("period", "month")) for k, a in told.get(part, {}).items()}
                      for part in ("columns", "cells"))
    return Return(told["sheet"], int(told["header_row"]), int(told["first_row"]), columns, cells, told.get("names", ""))


def faults(layout: Ledger | Return, book: Workbook, known: Mapping[str, Any]) -> Iterator[str]:
    """Why it does not fit this workbook or our columns (known: name → label), one sentence each."""
    sheet = sheet_of(book, layout.sheet)
    if isinstance(sheet, str):
        yield sheet
        return
    if not 1 <= layout.header_row < layout.first_row <= LAST_ROW:
        yield _("表头行要在数据首行之上，两者都在 1 至 %(most)s 行之间。") % {"most": LAST_ROW}
        return
    if layout.first_row - layout.header_row > HEADER_LINES:
        yield _("表头最多 %(most)s 行，请核对数据首行。") % {"most": HEADER_LINES}
        return
    headers = headers_of(sheet, layout.header_row, layout.first_row)
    for letter in layout.columns:
        if not LETTER.fullmatch(letter) or column_index_from_string(letter) > COLUMNS:
            yield _("没有“%(letter)s”列。") % {"letter": letter}
        elif letter not in headers:
            yield _("%(letter)s列在第%(row)s行没有表头，可能已被上级删去或移动。") % {"letter": letter, "row": layout.header_row}
        elif (held := merged_at(sheet, layout.first_row, column_index_from_string(letter))) is not None:
            yield _("数据首行的 %(cells)s 是合并单元格，填不进去。请在样表里取消合并。") % {"cells": held.coord}
    yield from _ledger_faults(layout, known) if isinstance(layout, Ledger) else _return_faults(layout)


def _ledger_faults(layout: Ledger, known: Mapping[str, Any]) -> Iterator[str]:
    for letter, fill in layout.columns.items():
        if fill.kind == "column" and fill.name not in known:
            yield _("%(letter)s列对照的栏目“%(name)s”已经没有了，请重选。") % {"letter": letter, "name": fill.name}
        if fill.kind not in ("column", "number", "constant") or fill.form not in DAY_FORMS:
            yield _("%(letter)s列的填法不对，请重选。") % {"letter": letter}
    if not any(f.kind == "column" for f in layout.columns.values()):
        yield _("还没有一列对照到本系统的栏目。")


def _return_faults(layout: Return) -> Iterator[str]:
    for where, ask in (*layout.columns.items(), *layout.cells.items()):
        if ask.indicator not in INDICATORS:
            yield _("%(where)s的指标“%(id)s”已经没有了，请重选。") % {"where": where, "id": ask.indicator}
        if ask.period not in PERIODS:
            yield _("%(where)s的时段不对，请重选。") % {"where": where}
    for where in layout.cells:
        if not (found := ADDRESS.fullmatch(where)) or int(found[2]) > LAST_ROW:
            yield _("单元格“%(where)s”写法不对，应如 C5。") % {"where": where}
    if layout.columns and not LETTER.fullmatch(layout.names):
        yield _("按行填的指标要指明区域名称在哪一列。")
    if not layout.columns and not layout.cells:
        yield _("还没有一格对照到指标。")


# One value


def shown(fill: Fill, value: Any) -> Any:
    """Our value as it goes into their cell: their word, their way to write a day, else the value itself."""
    if isinstance(value, datetime):
        value = value.astimezone(zone()).replace(tzinfo=None) if value.tzinfo else value
    if isinstance(value, date) and fill.form:
        return DAY_FORMS[fill.form][1].format(y=value.year, m=value.month, d=value.day)
    if isinstance(value, bool):
        value = _("是") if value else _("否")
    return fill.words.get(value, value) if isinstance(value, str) else value


def unshown(fill: Fill, text: str) -> str:
    """What their cell says in our words; a day in any of the forms with a year comes back as 2021-06-25."""
    if text in fill.words.values():
        return next(ours for ours, theirs in fill.words.items() if theirs == text)
    if fill.form not in ("", "short") and (found := re.fullmatch(r"(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})日?", text)):
        year, month, day = map(int, found.groups())
        return f"{year}-{month:02}-{day:02}"
    return text


def words_from(text: str) -> dict[str, str]:
    """一般=1；重大=2, one a line or with semicolons between."""
    pairs = (part.partition("=") for part in re.split(r"[;；\n]", text.replace("＝", "=")) if part.strip())
    return {ours.strip(): theirs.strip() for ours, mark, theirs in pairs if mark and ours.strip()}


def words_text(words: Mapping[str, str]) -> str:
    return "；".join(f"{ours}={theirs}" for ours, theirs in words.items())
