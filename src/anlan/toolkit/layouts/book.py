"""Opening an upper office's workbook: what is no workbook, unsafe, locked or not blank is refused in a sentence."""

from __future__ import annotations

import io
import zipfile
from xml.etree.ElementTree import ParseError

from django.utils.translation import gettext as _
from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from anlan.kernel.refusals import Refusal
from anlan.toolkit.attachments import kinds
from anlan.toolkit.attachments.archives import ArchiveLimits, archive_fault
from anlan.toolkit.sheets.cells import tidy

BYTES = 5 * 1024 * 1024
UNPACKED = 40 * 1024 * 1024
CELLS = 60_000
"""A blank sheet has some hundreds; beyond this it is a filled one, or a trap."""
MERGED = 500
HEADER_WITHIN, HEADER_LINES = 20, 10
COLUMNS = 120
FILLED_BYTES, FILLED_CELLS = 30 * 1024 * 1024, 1_500_000
FILLED_UNPACKED = 200 * 1024 * 1024


def open_book(data: bytes, *, filled: bool = False) -> Workbook | Refusal:
    """Their blank workbook, or with filled=True one that came back; a Refusal says why it cannot be used."""
    fault = _fault_of(data, filled)
    if fault:
        return Refusal((fault,))
    try:
        book = load_workbook(io.BytesIO(data), keep_links=False)
        cells = sum(len(sheet._cells) for sheet in book.worksheets)
    except (KeyError, ValueError, TypeError, AttributeError, IndexError, OSError, ParseError, SyntaxError,
            zipfile.BadZipFile, InvalidFileException):
        return Refusal((_("文件损坏或不完整，打不开。请用 Excel 或 WPS 另存一份 .xlsx 再传。"),))
    if cells > (FILLED_CELLS if filled else CELLS):
        return Refusal((_("表里有 %(n)s 个单元格，太多了。请传上级下发的空白样表。") % {"n": f"{cells:,}"},))
    if any(len(sheet.merged_cells.ranges) > MERGED for sheet in book.worksheets) and not filled:
        return Refusal((_("表里的合并单元格超过 %(n)s 处，请传上级下发的空白样表。") % {"n": MERGED},))
    if not any(sheet.sheet_state == "visible" for sheet in book.worksheets):
        return Refusal((_("工作簿里没有可见的工作表。"),))
    return book


def _fault_of(data: bytes, filled: bool) -> str:
    most = FILLED_BYTES if filled else BYTES
    if len(data) > most:
        return _("文件超过 %(most)s MB，没有读取。") % {"most": most // 1024 // 1024}
    if kinds.is_old_office(data):
        return _("是旧版 .xls 或带密码的表格。请去掉密码，另存为 .xlsx 再传。")
    if not data.startswith(b"PK"):
        return _("不是 .xlsx 表格。请用 Excel 或 WPS 另存为 .xlsx 再传。")
    return archive_fault(data, ArchiveLimits(bytes=FILLED_UNPACKED if filled else UNPACKED))


def sheet_of(book: Workbook, name: str) -> Worksheet | str:
    """The sheet of this name, or the sentence that says why nothing can be filled there."""
    if name not in book.sheetnames:
        return _("工作簿里没有工作表“%(name)s”，现有：%(names)s。") % {"name": name, "names": "、".join(book.sheetnames)}
    sheet = book[name]
    if not isinstance(sheet, Worksheet):
        return _("“%(name)s”是图表，不是工作表。") % {"name": name}
    if sheet.protection.sheet:
        return _("工作表“%(name)s”设了保护，填不进去。请先撤销工作表保护再传。") % {"name": name}
    return sheet


def visible_sheets(book: Workbook) -> list[str]:
    return [s.title for s in book.worksheets if s.sheet_state == "visible"]


def text_at(sheet: Worksheet, row: int, column: int) -> str:
    """What a reader sees there: also in the covered part of a merged cell."""
    cell = sheet._cells.get((row, column))
    value = cell.value if cell is not None else None
    if value is None and (held := merged_at(sheet, row, column)) is not None:
        value = sheet.cell(held.min_row, held.min_col).value
    return "" if value is None else tidy(str(value))


def merged_at(sheet: Worksheet, row: int, column: int):  # type: ignore[no-untyped-def]
    """The merged range that covers a cell, if any."""
    return next((m for m in sheet.merged_cells.ranges
                 if m.min_row <= row <= m.max_row and m.min_col <= column <= m.max_col), None)


def width_in_columns(sheet: Worksheet) -> int:
    return min(max((column for _row, column in sheet._cells), default=1), COLUMNS)


def headers_of(sheet: Worksheet, header_row: int, first_row: int) -> dict[str, str]:
    """Column letter → header; headers of several lines are joined, what a merged cell says counts once."""
    found = {}
    for column in range(1, width_in_columns(sheet) + 1):
        lines: list[str] = []
        for row in range(header_row, min(max(first_row, header_row + 1), header_row + HEADER_LINES)):
            text = text_at(sheet, row, column).replace("\n", "")
            if text and text not in lines:
                lines.append(text)
        if lines:
            found[get_column_letter(column)] = " ".join(lines)
    return found


def without_formulas(sheet: Worksheet, headers: dict[str, str], row: int) -> dict[str, str]:
    """The columns in which that row has no formula of theirs."""
    return {k: text for k, text in headers.items() if sheet[f"{k}{row}"].data_type != "f"}


def likely_header(sheet: Worksheet, labels: set[str]) -> int:
    """The row that names most columns: those that look like ours count double; of a header of
    several lines the first. 1 where the sheet is empty."""
    best, row = 0, 1
    for number in range(1, HEADER_WITHIN + 1):
        texts = {text for column in range(1, width_in_columns(sheet) + 1)
                 if (text := text_at(sheet, number, column)) and len(text) < 30}
        score = len(texts) + 2 * len(texts & labels) if len(texts) > 1 else 0
        if score > best:
            best, row = score, number
    return min([row, *(m.min_row for m in sheet.merged_cells.ranges if m.min_row <= row <= m.max_row)])


def first_below(sheet: Worksheet, header_row: int) -> int:
    """The first row below the header and below what is merged down from it."""
    ends = [m.max_row for m in sheet.merged_cells.ranges if m.min_row <= header_row <= m.max_row]
    return max([header_row, *ends]) + 1
