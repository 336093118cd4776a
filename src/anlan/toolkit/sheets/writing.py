"""Writing tables that open cleanly in Excel and WPS and start no formula (scale.md 6.2)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, tzinfo
from decimal import Decimal
from itertools import chain, islice

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from .cells import DISTRICT_ZONE, MOST_LINES, as_text, guard, tidy, width_of

FONT = "宋体"
_LOOK_AHEAD = 200
_CHUNK = 500
_NARROWEST, _WIDEST = 8, 50
_LONG_DIGITS = re.compile(r"0\d+|\d{11,}|\d{15}[0-9A-Z]{3}|[0-9A-Z]{18}")

Value = str | int | float | Decimal | bool | date | datetime | None


def write_csv(headers: Sequence[str], rows: Iterable[Sequence[Value]], zone: tzinfo = DISTRICT_ZONE) -> Iterator[bytes]:
    """UTF-8 with mark, in pieces. Text that a spreadsheet would take for a formula gets an apostrophe."""
    yield b"\xef\xbb\xbf"
    lines = iter(chain([headers], rows))
    while piece := list(islice(lines, _CHUNK)):
        out = io.StringIO(newline="")
        csv.writer(out, lineterminator="\r\n").writerows([_plain(value, zone) for value in row] for row in piece)
        yield out.getvalue().encode("utf-8")


def _plain(value: Value, zone: tzinfo) -> str:
    return guard(tidy(value)) if isinstance(value, str) else as_text(value, zone)


def write_xlsx(
    headers: Sequence[str],
    rows: Iterable[Sequence[Value]],
    title: str = "",
    notes: Sequence[str] = (),
    zone: tzinfo = DISTRICT_ZONE,
) -> bytes:
    """One sheet: title if any, frozen header, rows; notes on a sheet of their own, in view.

    Text is text, also where it begins with =; long runs of digits keep each of them. ValueError beyond the format's
    1,048,576 lines.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(sheet_name(title or _("数据")))
    lines = iter(rows)
    first = list(islice(lines, _LOOK_AHEAD))
    _set_widths(sheet, [headers, *first], zone)
    sheet.freeze_panes = f"A{3 if title else 2}"
    if title:
        sheet.append([_cell(sheet, title, zone, Font(name=FONT, size=14, bold=True), wrap=False)])
    sheet.append([_cell(sheet, header, zone, Font(name=FONT, size=11, bold=True)) for header in headers])
    try:
        _append_rows(sheet, chain(first, lines), zone)
    except BaseException:
        sheet.close()
        raise
    if notes:
        _append_notes(book, notes, zone)
    return _saved(book)


def _append_rows(sheet: object, rows: Iterable[Sequence[Value]], zone: tzinfo) -> None:
    font = Font(name=FONT, size=11)
    for number, row in enumerate(rows, start=3):
        if number > MOST_LINES:
            raise ValueError(_("超过一张表的行数上限。请缩小范围后再导出。"))
        sheet.append([_cell(sheet, value, zone, font) for value in row])


def _append_notes(book: Workbook, notes: Sequence[str], zone: tzinfo) -> None:
    sheet = book.create_sheet(_("说明"))
    sheet.column_dimensions["A"].width = 100
    for note in notes:
        sheet.append([_cell(sheet, note, zone, Font(name=FONT, size=11))])


def _saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(sheet: object, value: Value, zone: tzinfo, font: Font, wrap: bool = True) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, _storable(value, zone))
    cell.font = font
    cell.alignment = Alignment(vertical="top", wrap_text=wrap and isinstance(value, str))
    if isinstance(value, str):
        cell.data_type = "s"
        if _LONG_DIGITS.fullmatch(value):
            cell.number_format = "@"
    elif isinstance(value, datetime):
        cell.number_format = "yyyy-mm-dd hh:mm"
    elif isinstance(value, date):
        cell.number_format = "yyyy-mm-dd"
    return cell


def _storable(value: Value, zone: tzinfo) -> Value:
    if isinstance(value, str):
        return tidy(value)[:32_767]
    if isinstance(value, datetime) and value.tzinfo:
        return value.astimezone(zone).replace(tzinfo=None)
    if isinstance(value, bool) or (isinstance(value, int) and len(str(abs(value))) > 15):
        return as_text(value)
    return value


def _set_widths(sheet: object, rows: Sequence[Sequence[Value]], zone: tzinfo) -> None:
    for at in range(max(map(len, rows))):
        widest = max(width_of(as_text(row[at], zone)) for row in rows if at < len(row))
        sheet.column_dimensions[get_column_letter(at + 1)].width = min(max(widest + 2, _NARROWEST), _WIDEST)


def sheet_name(text: str) -> str:
    """What Excel accepts as the name of a sheet: 31 characters, none of []:*?/\\ ."""
    return re.sub(r"[\[\]:*?/\\']", " ", tidy(text).replace("\n", " ")).strip()[:31] or _("数据")
