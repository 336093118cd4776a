"""A filled sheet of theirs, read back into our columns, row by row, with what cannot be read named by line and column."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from openpyxl import Workbook
from openpyxl.utils import column_index_from_string
from openpyxl.worksheet.worksheet import Worksheet

from anlan.toolkit.sheets.cells import cell_of_value
from anlan.toolkit.sheets.reading import Fault

from .book import headers_of, sheet_of
from .layout import Ledger, unshown
from .room import begins_foot

READ_MOST = 10_000


class Back(NamedTuple):
    """rows: (line, {our column: text}). headers: our column → (letter, their header)."""

    rows: list[tuple[int, dict[str, str]]]
    faults: list[Fault]
    headers: Mapping[str, tuple[str, str]]


def read_back(book: Workbook, layout: Ledger) -> Back | str:
    """What stands below the header, to the first blank line or the foot; a sentence where the sheet does not fit."""
    sheet = sheet_of(book, layout.sheet)
    if isinstance(sheet, str):
        return sheet
    theirs = headers_of(sheet, layout.header_row, layout.first_row)
    ours = {fill.name: (letter, theirs.get(letter, "")) for letter, fill in layout.columns.items() if fill.kind == "column"}
    rows, faults = [], []
    last = max((row for row, _column in sheet._cells), default=0)
    for line in range(layout.first_row, min(last, layout.first_row + READ_MOST) + 1):
        told, wrong = _line(sheet, layout, line, theirs)
        if begins_foot(sheet, line) or not (any(told.values()) or wrong):
            break
        rows.append((line, told))
        faults += wrong
    return Back(rows, faults, ours)


def _line(sheet: Worksheet, layout: Ledger, line: int, theirs: Mapping[str, str]) -> tuple[dict[str, str], list[Fault]]:
    told, faults = {}, []
    for letter, fill in layout.columns.items():
        if fill.kind != "column":
            continue
        cell = sheet._cells.get((line, column_index_from_string(letter)))
        if cell is None or cell.value is None:
            told[fill.name] = ""
            continue
        read = cell_of_value(cell.value, cell.data_type, cell.number_format or "")
        told[fill.name] = unshown(fill, read.text)
        if read.fault:
            faults.append(Fault(line, letter, theirs.get(letter, ""), read.fault))
    return told, faults
