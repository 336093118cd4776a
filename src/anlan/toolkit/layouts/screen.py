"""A sheet as a page shows it: merged cells, what stands in them, and the sums that can be told without Excel."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from openpyxl.cell import MergedCell
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.worksheet.worksheet import Worksheet

from anlan.toolkit.sheets.cells import as_text

from .book import width_in_columns

SUM = re.compile(r"=(SUM|COUNTA|COUNT)\(([A-Z]{1,2}\d+:[A-Z]{1,2}\d+)\)(?:&\"([^\"]*)\")?", re.IGNORECASE)


@dataclass(frozen=True)
class Shown:
    """One cell; head: above the data. open: a formula that only a spreadsheet works out."""

    text: str
    across: int = 1
    down: int = 1
    head: bool = False
    open: bool = False


def grid_of(sheet: Worksheet, first_row: int, rows: int) -> list[list[Shown]]:
    """The first so many rows."""
    last = min(max((row for row, _column in sheet._cells), default=1), rows)
    columns = width_in_columns(sheet)
    spans = {(m.min_row, m.min_col): (m.max_col - m.min_col + 1, min(m.max_row, last) - m.min_row + 1)
             for m in sheet.merged_cells.ranges}
    return [[_shown(sheet, row, column, spans.get((row, column), (1, 1)), row < first_row)
             for column in range(1, columns + 1) if not _covered(sheet, row, column)] for row in range(1, last + 1)]


def letters_of(sheet: Worksheet) -> list[str]:
    return [get_column_letter(column) for column in range(1, width_in_columns(sheet) + 1)]


def widths_of(sheet: Worksheet) -> list[int]:
    """Of each column, as a share of a hundred."""
    told = [sheet.column_dimensions[letter].width or 9 for letter in letters_of(sheet)]
    return [max(round(100 * width / sum(told)), 1) for width in told]


def _covered(sheet: Worksheet, row: int, column: int) -> bool:
    return isinstance(sheet._cells.get((row, column)), MergedCell)


def _shown(sheet: Worksheet, row: int, column: int, span: tuple[int, int], head: bool) -> Shown:
    cell = sheet._cells.get((row, column))
    value = cell.value if cell is not None else None
    if cell is not None and cell.data_type == "f":
        told = worked_out(sheet, str(value))
        return Shown("" if told is None else told, *span, head, told is None)
    if isinstance(value, datetime) and cell is not None and "h" not in cell.number_format.lower():
        value = value.date()
    return Shown(as_text(value), *span, head)


def worked_out(sheet: Worksheet, formula: str) -> str | None:
    """The sum or count of a range; None for any other formula."""
    found = SUM.fullmatch(formula.replace("$", ""))
    if found is None:
        return None
    left, top, right, bottom = range_boundaries(found[2])
    cells = (sheet._cells.get((row, column)) for row in range(top, bottom + 1) for column in range(left, right + 1))
    told = _total(found[1].upper(), [c.value for c in cells if c is not None and c.data_type != "f" and c.value is not None])
    return as_text(told) + (found[3] or "")


def _total(name: str, values: Sequence[Any]) -> Any:
    numbers = [v for v in values if isinstance(v, int | float) and not isinstance(v, bool)]
    return sum(numbers) if name == "SUM" else len(values) if name == "COUNTA" else len(numbers)
