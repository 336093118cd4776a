"""Making room for rows inside a sheet that has titles above and a foot below: looks, merges and formulas go along."""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import copy

from openpyxl.cell import Cell
from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.formula import Tokenizer
from openpyxl.formula.translate import Translator
from openpyxl.worksheet.worksheet import Worksheet

REFERENCE = re.compile(r"(\$?[A-Z]{1,3})(\$?)(\d+)(?::(\$?[A-Z]{1,3})(\$?)(\d+))?")
READY_MOST = 2_000
Shift = Callable[[int, bool], int]


def capacity(sheet: Worksheet, first_row: int, columns: list[int]) -> int:
    """How many blank rows stand ready from the first data row on; at least one."""
    last = min(max((row for row, _column in sheet._cells), default=first_row), first_row + READY_MOST)
    row = first_row
    while row <= last and all(_is_blank(sheet, row, column) for column in columns) and not begins_foot(sheet, row):
        row += 1
    return max(row - first_row, 1)


def _is_blank(sheet: Worksheet, row: int, column: int) -> bool:
    cell = sheet._cells.get((row, column))
    return cell is None or cell.value in (None, "")


def begins_foot(sheet: Worksheet, row: int) -> bool:
    """A merged line, or a text in the first column that is no number: 合计, 填表人, 注."""
    merged = any(m.min_row <= row <= m.max_row and m.max_col > m.min_col for m in sheet.merged_cells.ranges)
    cell = sheet._cells.get((row, 1))
    text = str(cell.value).strip() if cell is not None and cell.value is not None else ""
    return merged or bool(re.match(r"合\s*计|总\s*计|小\s*计|填表|制表|审核|注|备注|说明", text))


def make_room(sheet: Worksheet, first_row: int, ready: int, wanted: int) -> None:
    """So many rows from first_row on, of the looks of the first; what stands below moves down."""
    extra = wanted - ready
    if extra <= 0:
        return
    last = first_row + ready - 1

    def shift(row: int, is_end: bool) -> int:
        return row + extra if row > last or (is_end and row == last) else row

    _move_cells(sheet, last, extra)
    _move_merged(sheet, last, extra)
    _move_rules(sheet, shift)
    _move_formulas(sheet, shift)
    model = [cell for (row, _column), cell in sheet._cells.items() if row == first_row]
    for row in range(last + 1, last + 1 + extra):
        _dress(sheet, model, first_row, row)


def _move_cells(sheet: Worksheet, last: int, extra: int) -> None:
    moved = sorted(((row, column) for row, column in sheet._cells if row > last), reverse=True)
    for row, column in moved:
        cell = sheet._cells.pop((row, column))
        cell.row = row + extra
        sheet._cells[row + extra, column] = cell
    for row in sorted((r for r in sheet.row_dimensions if r > last), reverse=True):
        kept = sheet.row_dimensions.pop(row)
        kept.index = row + extra
        sheet.row_dimensions[row + extra] = kept


def _move_merged(sheet: Worksheet, last: int, extra: int) -> None:
    for merged in list(sheet.merged_cells.ranges):
        if merged.min_row > last:
            merged.shift(row_shift=extra)


def _move_rules(sheet: Worksheet, shift: Shift) -> None:
    """Lists to choose from, colours by condition, the printed area: those of the rows grow with them."""
    for rule in sheet.data_validations.dataValidation:
        rule.sqref = type(rule.sqref)(" ".join(moved(part.coord, shift) for part in rule.sqref.ranges))
    kept = ConditionalFormattingList()
    for one in sheet.conditional_formatting:
        for rule in one.rules:
            kept.add(" ".join(moved(part.coord, shift) for part in one.sqref.ranges), rule)
    sheet.conditional_formatting = kept
    if sheet.print_area:
        parts = str(sheet.print_area).replace("$", "").split(",")
        sheet.print_area = ",".join(moved(part.rpartition("!")[2], shift) for part in parts)
    if sheet.auto_filter.ref:
        sheet.auto_filter.ref = moved(sheet.auto_filter.ref, shift)


def moved(reference: str, shift: Shift) -> str:
    """A1 or A1:B5 after the move; a range that ends in the rows grows with them."""

    def one(found: re.Match[str]) -> str:
        column, mark, row, column2, mark2, row2 = found.groups()
        if row2 is None:
            return f"{column}{mark}{shift(int(row), False)}"
        return f"{column}{mark}{shift(int(row), False)}:{column2}{mark2}{shift(int(row2), True)}"

    return REFERENCE.sub(one, reference)


def _move_formulas(sheet: Worksheet, shift: Shift) -> None:
    """Of every sheet of the book: what points to rows below points there again."""
    for other in sheet.parent.worksheets:
        for cell in other._cells.values():
            if cell.data_type == "f" and isinstance(cell.value, str):
                cell.value = _formula(cell.value, sheet.title, other is sheet, shift)


def _formula(text: str, title: str, own: bool, shift: Shift) -> str:
    tokens = Tokenizer(text)
    for token in tokens.items:
        if token.type != "OPERAND" or token.subtype != "RANGE":
            continue
        named, mark, reference = token.value.rpartition("!")
        if (mark and named.strip("'") == title) or (not mark and own):
            token.value = f"{named}{mark}{moved(reference, shift)}"
    return "=" + "".join(token.value for token in tokens.items)


def _dress(sheet: Worksheet, model: list[Cell], first_row: int, row: int) -> None:
    """A new row looks like the first, is as high, and counts with the same formulas."""
    for cell in model:
        made = sheet.cell(row, cell.column)
        if cell.has_style:
            made._style = copy(cell._style)
        if cell.data_type == "f" and isinstance(cell.value, str):
            made.value = Translator(cell.value, origin=cell.coordinate).translate_formula(made.coordinate)
    if first_row in sheet.row_dimensions:
        sheet.row_dimensions[row].height = sheet.row_dimensions[first_row].height


def formulas_down(sheet: Worksheet, first_row: int, rows: int) -> None:
    """The formulas of the first data row in the blank rows that stood ready."""
    for (row, column), cell in list(sheet._cells.items()):
        if row == first_row and cell.data_type == "f" and isinstance(cell.value, str):
            for below in range(first_row + 1, first_row + rows):
                if _is_blank(sheet, below, column):
                    made = sheet.cell(below, column)
                    made.value = Translator(cell.value, origin=cell.coordinate).translate_formula(made.coordinate)


