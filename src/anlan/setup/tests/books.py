"""Workbooks as offices send them: titles above the header, merged cells, whatever a clerk typed."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any

from openpyxl import Workbook, load_workbook


def workbook(header: Sequence[str], rows: Sequence[Sequence[Any]], titles: Sequence[str] = (),
             change: Callable[[Any], None] | None = None) -> bytes:
    """Titles stand merged over the whole width; the header follows."""
    book = Workbook()
    sheet = book.active
    for line, title in enumerate(titles, start=1):
        sheet.append([title])
        sheet.merge_cells(start_row=line, end_row=line, start_column=1, end_column=len(header))
    for row in (header, *rows):
        sheet.append(list(row))
    if change:
        change(sheet)
    return saved(book)


def edited(data: bytes, change: Callable[[Any], None]) -> bytes:
    """A template as a clerk sends it back."""
    book = load_workbook(io.BytesIO(data))
    change(book.worksheets[0])
    return saved(book)


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def cells(data: bytes) -> list[list[Any]]:
    return [list(row) for row in load_workbook(io.BytesIO(data)).worksheets[0].iter_rows(values_only=True)]
