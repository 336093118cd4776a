"""Filling their sheet: our values in their cells, nothing of theirs lost, and no text of ours becomes a formula."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles.numbers import is_date_format
from openpyxl.utils import column_index_from_string
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from anlan.toolkit.sheets.cells import EXACT_DIGITS, as_text

from .book import sheet_of, text_at
from .layout import Ask, Fill, Ledger, Return, shown
from .room import capacity, formulas_down, make_room

LONGEST = 32_767
ROWS_MOST = 10_000
PAPERS = {"": None, "A4": 9, "A3": 8}


def fill_ledger(book: Workbook, layout: Ledger, rows: Sequence[Mapping[str, Any]],
                step: Callable[[int], None] = lambda percent: None) -> Worksheet:
    """rows: values by our column names, as a sheet of ours would hold them. ValueError: the sheet is not there."""
    sheet = _sheet(book, layout.sheet)
    filled = [(column_index_from_string(letter), fill) for letter, fill in layout.columns.items()]
    ready = capacity(sheet, layout.first_row, [column for column, _fill in filled])
    make_room(sheet, layout.first_row, ready, len(rows))
    formulas_down(sheet, layout.first_row, len(rows))
    for at, row in enumerate(rows):
        for column, fill in filled:
            put(sheet.cell(layout.first_row + at, column), _value(fill, row, at))
        if at % 500 == 499:
            step(10 + 80 * at // len(rows))
    return sheet


def _value(fill: Fill, row: Mapping[str, Any], at: int) -> Any:
    if fill.kind == "number":
        return at + 1
    return fill.text if fill.kind == "constant" else shown(fill, row.get(fill.name))


def fill_return(book: Workbook, layout: Return, areas: Sequence[tuple[int, str]],
                count: Callable[[Ask, int | None], Any]) -> list[str]:
    """count(ask, area id; None: the office's own ground) → a number, or None for a dash. Names that fit no area."""
    sheet = _sheet(book, layout.sheet)
    for address, ask in layout.cells.items():
        put(sheet[address], dashed(count(ask, None)))
    return _fill_areas(sheet, layout, areas, count) if layout.columns else []


def _fill_areas(sheet: Worksheet, layout: Return, areas: Sequence[tuple[int, str]],
                count: Callable[[Ask, int | None], Any]) -> list[str]:
    """By the names that stand in their rows; where none stand, our areas one after the other."""
    names = column_index_from_string(layout.names)
    columns = [(column_index_from_string(letter), ask) for letter, ask in layout.columns.items()]
    ready = capacity(sheet, layout.first_row, [column for column, _ask in columns])
    told = [text_at(sheet, row, names) for row in range(layout.first_row, layout.first_row + ready)]
    if not any(told):
        make_room(sheet, layout.first_row, ready, len(areas))
        formulas_down(sheet, layout.first_row, len(areas))
        for at, (_id, name) in enumerate(areas):
            put(sheet.cell(layout.first_row + at, names), name)
        told = [name for _id, name in areas]
    by_name = {plain(name): id for id, name in areas}
    strange = []
    for at, name in enumerate(told):
        if name and plain(name) not in by_name:
            strange.append(name)
        elif name:
            for column, ask in columns:
                put(sheet.cell(layout.first_row + at, column), dashed(count(ask, by_name[plain(name)])))
    return strange


def plain(name: str) -> str:
    """首义路 for 首义路街道 and 首义路街道办事处."""
    name = name.replace(" ", "")
    for ending in ("办事处", "居委会", "街道", "社区", "街"):
        name = name.removesuffix(ending) if len(name) > len(ending) + 1 else name
    return name


def dashed(value: Any) -> Any:
    return "—" if value is None else value


def put(cell: Cell, value: Any) -> None:
    """Into the cell, in its own looks; a day keeps their way to write days where they have one."""
    if not isinstance(cell, Cell):
        raise ValueError(_("%(where)s是合并单元格的一部分，填不进去。") % {"where": cell.coordinate})
    if isinstance(value, Decimal) or (isinstance(value, int | float) and not isinstance(value, bool)):
        exact = len(str(abs(value)).partition(".")[0]) <= EXACT_DIGITS
        value = (int(value) if value == int(value) else float(value)) if exact else as_text(value)
    if isinstance(value, datetime | date):
        cell.value = value
        if not is_date_format(cell.number_format):
            cell.number_format = "yyyy-mm-dd hh:mm" if isinstance(value, datetime) else "yyyy-mm-dd"
    elif isinstance(value, str | bool):
        cell.value = None
        cell._value = as_text(value)[:LONGEST]
        cell.data_type = "s"
    else:
        cell.value = value


def _sheet(book: Workbook, name: str) -> Worksheet:
    sheet = sheet_of(book, name)
    if isinstance(sheet, str):
        raise ValueError(sheet)
    return sheet


def set_paper(sheet: Worksheet, paper: str, across: str) -> None:
    """paper A4 or A3, across landscape or portrait; empty: as they have it. Titles repeat, the width fits."""
    if paper:
        sheet.page_setup.paperSize = PAPERS[paper]
    if across:
        sheet.page_setup.orientation = across
    if paper or across:
        sheet.sheet_properties.pageSetUpPr = sheet.sheet_properties.pageSetUpPr or PageSetupProperties()
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0


def repeat_titles(sheet: Worksheet, header_row: int, first_row: int) -> None:
    if not sheet.print_title_rows:
        sheet.print_title_rows = f"{header_row}:{first_row - 1}"


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
