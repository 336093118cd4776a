"""Empty tables to fill in: lists to choose from, what is wanted in each column, and nothing hidden."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from .cells import tidy, width_of
from .writing import FONT, _saved, sheet_name

_LINES = 5000
_INLINE = 200
_PROMPT_TITLE, _PROMPT = 32, 255


@dataclass(frozen=True)
class TemplateColumn:
    """One column: hint shows beside the cell and on the notes sheet; choices become a list to pick from."""

    label: str
    hint: str = ""
    required: bool = False
    choices: tuple[str, ...] = ()
    example: str = ""


def write_template(columns: Sequence[TemplateColumn], title: str = "", notes: Sequence[str] = ()) -> bytes:
    """A workbook of a sheet to fill (header with * where required), a notes sheet, and one of long choice lists.

    Examples stand on the notes sheet, so that nobody imports one. Cells are text, so that no digit is lost.
    """
    book = Workbook()
    sheet = book.active
    sheet.title = sheet_name(title or _("填写"))
    sheet.freeze_panes = "A2"
    lists = _Lists(book)
    for at, column in enumerate(columns, start=1):
        _write_header(sheet, at, column)
        if column.choices or column.hint:
            sheet.add_data_validation(_validation(column, at, lists))
    _write_notes(book, columns, notes)
    lists.move_last()
    return _saved(book)


def _write_header(sheet: Worksheet, at: int, column: TemplateColumn) -> None:
    cell = sheet.cell(1, at)
    _put(cell, column.label + ("*" if column.required else ""), bold=True)
    thin = Side(style="thin")
    cell.border = Border(bottom=thin)
    widest = max(width_of(text) for text in (column.label + "*", column.example, *column.choices))
    letter = get_column_letter(at)
    sheet.column_dimensions[letter].width = min(max(widest + 4, 10), 40)
    sheet.column_dimensions[letter].number_format = "@"


def _put(cell: object, text: str, bold: bool = False) -> None:
    cell.value = tidy(text)
    cell.data_type = "s"
    cell.font = Font(name=FONT, size=11, bold=bold)
    cell.alignment = Alignment(vertical="top", wrap_text=True)


def _validation(column: TemplateColumn, at: int, lists: _Lists) -> DataValidation:
    if column.choices:
        rule = DataValidation(type="list", formula1=lists.formula(column), allow_blank=True)
        rule.errorTitle, rule.error = _("不在可选值内"), _("请从下拉列表里选一项。")
        rule.showErrorMessage = True
    else:
        rule = DataValidation(allow_blank=True)
    if column.hint:
        rule.promptTitle, rule.prompt = column.label[:_PROMPT_TITLE], column.hint[:_PROMPT]
        rule.showInputMessage = True
    letter = get_column_letter(at)
    rule.add(f"{letter}2:{letter}{_LINES}")
    return rule


class _Lists:
    """Choices too long for a cell's own list, one column each on a sheet that can be seen."""

    def __init__(self, book: Workbook) -> None:
        self.book = book
        self.sheet: Worksheet | None = None

    def formula(self, column: TemplateColumn) -> str:
        joined = ",".join(column.choices)
        if len(joined) <= _INLINE and not any(mark in choice for choice in column.choices for mark in ',"'):
            return f'"{joined}"'
        return self._on_sheet(column)

    def _on_sheet(self, column: TemplateColumn) -> str:
        if self.sheet is None:
            self.sheet = self.book.create_sheet(_("可选值"))
            at = 1
        else:
            at = self.sheet.max_column + 1
        _put(self.sheet.cell(1, at), column.label, bold=True)
        for line, choice in enumerate(column.choices, start=2):
            _put(self.sheet.cell(line, at), choice)
        letter = get_column_letter(at)
        return f"'{self.sheet.title}'!${letter}$2:${letter}${len(column.choices) + 1}"

    def move_last(self) -> None:
        if self.sheet is not None:
            self.book.move_sheet(self.sheet, len(self.book.sheetnames))


def _write_notes(book: Workbook, columns: Sequence[TemplateColumn], notes: Sequence[str]) -> None:
    sheet = book.create_sheet(_("填写说明"))
    lines = [[note] for note in notes]
    lines += [[_("列名"), _("是否必填"), _("怎么填"), _("可选值"), _("示例")]]
    lines += [
        [
            column.label,
            _("必填") if column.required else _("可不填"),
            column.hint,
            "、".join(column.choices),
            column.example,
        ]
        for column in columns
    ]
    for number, line in enumerate(lines, start=1):
        for at, text in enumerate(line, start=1):
            _put(sheet.cell(number, at), text, bold=number == len(notes) + 1)
    for letter, width in zip("ABCDE", (20, 10, 48, 48, 28), strict=True):
        sheet.column_dimensions[letter].width = width
