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
from openpyxl.styles.cell_style import StyleArray
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from anlan.kernel.spaces import in_exercise

from .cells import DISTRICT_ZONE, EXACT_DIGITS, FROM_EXERCISE, MOST_LINES, as_text, guard, tidy, width_of

FONT = "宋体"
_LOOK_AHEAD = 200
_CHUNK = 500
_LONGEST = 32_767
_NARROWEST, _WIDEST = 8, 50
_LONG_DIGITS = re.compile(r"0\d+|\d{11,}|\d{15}[0-9A-Z]{3}|[0-9A-Z]{18}")

Value = str | int | float | Decimal | bool | date | datetime | None


def write_csv(headers: Sequence[str], rows: Iterable[Sequence[Value]], zone: tzinfo = DISTRICT_ZONE) -> Iterator[bytes]:
    """UTF-8 with mark, in pieces. Text that a spreadsheet would take for a formula gets an apostrophe."""
    yield b"\xef\xbb\xbf"
    lines = iter(chain([[FROM_EXERCISE]] if in_exercise() else [], [headers], rows))
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
    title = f"{FROM_EXERCISE} {title}".strip() if in_exercise() else title
    book = Workbook(write_only=True)
    sheet = book.create_sheet(sheet_name(title or _("数据")))
    lines = iter(rows)
    first = list(islice(lines, _LOOK_AHEAD))
    _set_widths(sheet, [headers, *first], zone)
    sheet.freeze_panes = f"A{3 if title else 2}"
    head = [_Pen(sheet, zone, Font(name=FONT, size=14, bold=True), wrap=False).line([title])] if title else []
    head.append(_Pen(sheet, zone, Font(name=FONT, size=11, bold=True)).line(headers))
    body = map(_Pen(sheet, zone, Font(name=FONT, size=11)).line, chain(first, lines))
    _append(sheet, chain(head, body))
    if notes:
        _append_notes(book, notes, zone)
    return _saved(book)


def _append(sheet: WriteOnlyWorksheet, lines: Iterable[list[WriteOnlyCell]]) -> None:
    try:
        for number, line in enumerate(lines, start=1):
            if number > MOST_LINES:
                raise ValueError(_("超过一张表的行数上限。请缩小范围后再导出。"))
            sheet.append(line)
    except BaseException:
        sheet.close()
        raise


def _append_notes(book: Workbook, notes: Sequence[str], zone: tzinfo) -> None:
    sheet = book.create_sheet(_("说明"))
    sheet.column_dimensions["A"].width = 100
    pen = _Pen(sheet, zone, Font(name=FONT, size=11))
    _append(sheet, (pen.line([note]) for note in notes))


def _saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


class _Pen:
    """Makes cells of one font; each look is registered once, not for every cell."""

    def __init__(self, sheet: WriteOnlyWorksheet, zone: tzinfo, font: Font, wrap: bool = True) -> None:
        self.sheet, self.zone, self.font, self.wrap = sheet, zone, font, wrap
        self._looks: dict[tuple[str, bool], StyleArray] = {}

    def line(self, values: Sequence[Value]) -> list[WriteOnlyCell]:
        return [self._cell(value) for value in values]

    def _cell(self, value: Value) -> WriteOnlyCell:
        stored = _storable(value, self.zone)
        is_text = isinstance(stored, str)
        cell = WriteOnlyCell(self.sheet, stored)
        cell._style = self._look(_format_of(stored), is_text)
        if is_text:
            cell.data_type = "s"
        return cell

    def _look(self, number_format: str, is_text: bool) -> StyleArray:
        if (number_format, is_text) not in self._looks:
            model = WriteOnlyCell(self.sheet)
            model.font = self.font
            model.alignment = Alignment(vertical="top", wrap_text=is_text and self.wrap)
            model.number_format = number_format
            self._looks[number_format, is_text] = model._style
        return self._looks[number_format, is_text]


def _format_of(stored: Value) -> str:
    if isinstance(stored, str):
        return "@" if _LONG_DIGITS.fullmatch(stored) else "General"
    if isinstance(stored, datetime):
        return "yyyy-mm-dd hh:mm"
    return "yyyy-mm-dd" if isinstance(stored, date) else "General"


def _storable(value: Value, zone: tzinfo) -> Value:
    if isinstance(value, datetime) and value.tzinfo:
        return value.astimezone(zone).replace(tzinfo=None)
    if value is None or isinstance(value, date) or _is_exact_number(value):
        return value
    return as_text(value)[:_LONGEST]


def _is_exact_number(value: Value) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return False
    return len(str(abs(value)).partition(".")[0]) <= EXACT_DIGITS


def _set_widths(sheet: object, rows: Sequence[Sequence[Value]], zone: tzinfo) -> None:
    for at in range(max(map(len, rows))):
        widest = max(width_of(as_text(row[at], zone)) for row in rows if at < len(row))
        sheet.column_dimensions[get_column_letter(at + 1)].width = min(max(widest + 2, _NARROWEST), _WIDEST)


def sheet_name(text: str) -> str:
    """What Excel accepts as the name of a sheet: 31 characters, none of []:*?/\\ ."""
    return re.sub(r"[\[\]:*?/\\']", " ", tidy(text).replace("\n", " ")).strip()[:31] or _("数据")
