"""Reading what offices send: CSV in the encodings they use, XLSX with titles above the header and merged cells."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import BinaryIO
from xml.etree.ElementTree import ParseError

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.cell.read_only import ReadOnlyCell
from openpyxl.utils import column_index_from_string, get_column_letter, range_boundaries
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet._reader import WorkSheetParser

from anlan.kernel.refusals import Refusal
from anlan.kernel.spaces import in_exercise
from anlan.toolkit.attachments import kinds
from anlan.toolkit.attachments.archives import ArchiveLimits, archive_fault

from .cells import FROM_EXERCISE, MOST_LINES, Cell, cell_of_text, cell_of_value, tidy

_MEGABYTE = 1024 * 1024
_HEADER_WITHIN = 10
_HINT = re.compile(r"[（(][^（）()]*[）)]$")
_MERGE = re.compile(rb"<(?:\w+:)?mergeCell\b[^>]*\bref=[\"']([A-Z]+\d+:[A-Z]+\d+)[\"']")
_SEPARATORS = ",\t;，"

Grid = Iterator[tuple[int, list[Cell]]]


@dataclass(frozen=True)
class SheetLimits:
    """bytes: of the file; unpacked: of a workbook's parts; rows: not blank, below the header; cell: characters."""

    bytes: int = 20 * _MEGABYTE
    unpacked: int = 100 * _MEGABYTE
    rows: int = 50_000
    columns: int = 200
    cell: int = 2000


@dataclass(frozen=True)
class Fault:
    """line and column as the spreadsheet shows them: 12, "C"."""

    line: int
    column: str
    label: str
    sentence: str

    def __str__(self) -> str:
        return _("第 %(line)s 行 %(column)s 列“%(label)s”%(sentence)s") % {
            "line": self.line,
            "column": self.column,
            "label": self.label,
            "sentence": self.sentence,
        }


@dataclass(frozen=True)
class Sheet:
    """rows: (line, {header: text}); headers carry the expected label where one matches.

    missing: expected labels without a column; unknown: headers that nobody expected. A cell with a fault is empty.
    """

    name: str
    header_line: int
    headers: tuple[str, ...]
    rows: tuple[tuple[int, dict[str, str]], ...]
    faults: tuple[Fault, ...]
    missing: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


class _Unreadable(Exception):
    """Carries the sentence at which reading ends."""


def read_sheet(
    source: bytes | BinaryIO, name: str, labels: Sequence[str] = (), limits: SheetLimits | None = None
) -> Sheet | Refusal:
    """The first visible sheet with a header that fits the labels (without labels: the first that is not empty).

    Refused as a whole: what is too large (before it is read), no spreadsheet, torn, or without header.
    """
    limits = limits or SheetLimits()
    try:
        data = _read(source, limits)
        return _read_kind(data, kinds.ending_of(name), tuple(labels), limits)
    except _Unreadable as fault:
        sentence = _("“%(name)s”：%(fault)s") % {"name": kinds.clean_name(name), "fault": fault}
        return Refusal((sentence,))


def _read(source: bytes | BinaryIO, limits: SheetLimits) -> bytes:
    size = len(source) if isinstance(source, bytes) else source.seek(0, io.SEEK_END)
    if size > limits.bytes:
        raise _Unreadable(
            _("文件有 %(size)s MB，超过 %(most)s MB，没有读取。请拆成几个文件，或删去图片后再导入。")
            % {"size": -(-size // _MEGABYTE), "most": limits.bytes // _MEGABYTE}
        )
    if isinstance(source, bytes):
        return source
    source.seek(0)
    return source.read()


def _read_kind(data: bytes, ending: str, labels: tuple[str, ...], limits: SheetLimits) -> Sheet:
    if not data:
        raise _Unreadable(_("文件是空的。请重新选择文件。"))
    if kinds.is_program(data) or kinds.is_program_ending(ending):
        raise _Unreadable(_("不是表格，而是程序、脚本或带宏的文件，没有读取。请用 .xlsx 或 .csv。"))
    if kinds.is_old_office(data):
        raise _Unreadable(_("是旧版 .xls 或带密码的表格。请去掉密码，另存为 .xlsx 再导入。"))
    if data.startswith(b"PK"):
        return _read_workbook(data, labels, limits)
    return _build("", _grid_of_text(data, labels, limits), labels, limits)


def _grid_of_text(data: bytes, labels: tuple[str, ...], limits: SheetLimits) -> Grid:
    text = kinds.read_text(data)
    if text is None:
        raise _Unreadable(_("不是 .xlsx，也不是文本表格，认不出来。请用 Excel 或 WPS 另存为 .xlsx 再导入。"))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text, labels), strict=True)
    line = 0
    while True:
        line += 1
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise _Unreadable(_("第 %(line)s 行的引号没有成对，读不下去。请改正后再导入。") % {"line": line}) from None
        yield line, [cell_of_text(raw) for raw in record[: limits.columns]]


def _separator(text: str, labels: tuple[str, ...]) -> str:
    """The mark that yields most of the labels; without labels, the commonest in the first line that has any."""
    lines = [line for line in islice(text.splitlines(), 30) if line.strip()]
    for line in lines[:_HEADER_WITHIN]:
        found = {
            mark: len({_label_of(cell.strip('"'), labels) for cell in line.split(mark)} & set(labels))
            for mark in _SEPARATORS
        }
        if max(found.values()) > 1:
            return max(found, key=found.__getitem__)
    marked = next((line for line in lines if any(mark in line for mark in _SEPARATORS)), "")
    return max(_SEPARATORS, key=marked.count)


def _read_workbook(data: bytes, labels: tuple[str, ...], limits: SheetLimits) -> Sheet:
    if fault := archive_fault(data, ArchiveLimits(bytes=limits.unpacked)):
        raise _Unreadable(fault)
    try:
        workbook = load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
        try:
            return _first_with_header(workbook, labels, limits)
        finally:
            workbook.close()
    except (KeyError, ValueError, TypeError, AttributeError, IndexError, OSError, ParseError, SyntaxError) as error:
        raise _Unreadable(_("文件损坏或不完整，打不开。请用 Excel 或 WPS 另存一份再导入。")) from error
    except (zipfile.BadZipFile, InvalidFileException) as error:
        raise _Unreadable(_("不是 Excel 表格，打不开。请用 Excel 或 WPS 另存为 .xlsx 再导入。")) from error


def _first_with_header(workbook: object, labels: tuple[str, ...], limits: SheetLimits) -> Sheet:
    refused: _Unreadable | None = None
    for sheet in workbook.worksheets:
        if sheet.sheet_state != "visible":
            continue
        try:
            return _build(sheet.title, _grid_of_sheet(sheet, limits), labels, limits, _merged(sheet))
        except _NoHeader as none:
            refused = refused or none
    raise refused or _NoHeader(_("表里没有内容。请检查是否选错了文件，或工作表是否被隐藏。"))


class _NoHeader(_Unreadable):
    """This sheet has no header; another may."""


def _grid_of_sheet(sheet: object, limits: SheetLimits) -> Grid:
    """Only the cells that are there: a line or column number far out costs nothing."""
    book = sheet.parent
    formats = {"date_formats": book._date_formats, "timedelta_formats": book._timedelta_formats}
    with sheet._get_source() as source:
        for line, found in WorkSheetParser(source, sheet._shared_strings, epoch=book.epoch, **formats).parse():
            if line > MOST_LINES:
                raise _Unreadable(_("行号超出了 Excel 的范围，文件不正常，没有读取。"))
            yield line, _line_of([ReadOnlyCell(sheet, **cell) for cell in found], limits)


def _line_of(found: list[ReadOnlyCell], limits: SheetLimits) -> list[Cell]:
    told = {
        cell.column: cell_of_value(cell.value, cell.data_type, _format_of(cell))
        for cell in found
        if cell.value is not None and cell.column <= limits.columns
    }
    return [told.get(column, Cell()) for column in range(1, max(told, default=0) + 1)]


def _format_of(cell: ReadOnlyCell) -> str:
    return cell.number_format or "" if cell.data_type == "d" else ""


def _merged(sheet: object) -> dict[int, list[tuple[int, int]]]:
    """{first line: [(column from 0, last line)]} of the cells merged downwards."""
    found: dict[int, list[tuple[int, int]]] = {}
    with sheet._get_source() as stream:
        tail = b""
        while chunk := stream.read(_MEGABYTE):
            for reference in _MERGE.findall(tail + chunk):
                left, top, _right, bottom = range_boundaries(reference.decode())
                if bottom > top:
                    found.setdefault(top, []).append((left - 1, bottom))
            tail = chunk[-128:]
    return found


def _build(
    name: str,
    grid: Grid,
    labels: tuple[str, ...],
    limits: SheetLimits,
    merged: dict[int, list[tuple[int, int]]] | None = None,
) -> Sheet:
    filled = _fill_down(grid, merged or {})
    head = list(islice(filled, _HEADER_WITHIN))
    if not in_exercise() and any(cells[0].text.startswith(FROM_EXERCISE) for _line, cells in head):
        raise _Unreadable(_("这份表格出自演练，不能导入实战。"))
    at = _header_at(head, labels)
    header_line, header = head[at]
    columns, faults = _columns(header_line, header, labels)
    rows = _Rows(columns, [cell.text for cell in header], limits, faults)
    for line, cells in chain(head[at + 1 :], filled):
        rows.add(line, cells)
    headers = tuple(columns.values())
    return Sheet(
        name,
        header_line,
        headers,
        tuple(rows.kept),
        tuple(rows.faults),
        missing=tuple(label for label in labels if label not in headers),
        unknown=tuple(header for header in headers if labels and header not in labels),
    )


def _fill_down(grid: Grid, merged: dict[int, list[tuple[int, int]]]) -> Grid:
    """Lines that are not blank, with the value of a cell merged downwards in each of its lines."""
    open_cells: dict[int, tuple[int, Cell]] = {}
    for line, cells in grid:
        if not any(cell.text or cell.fault for cell in cells):
            continue
        open_cells = {column: (last, cell) for column, (last, cell) in open_cells.items() if line <= last}
        for column, (_last, cell) in open_cells.items():
            cells += [Cell()] * (column + 1 - len(cells))
            cells[column] = cell
        open_cells |= {column: (last, cells[column]) for column, last in merged.get(line, ()) if column < len(cells)}
        yield line, cells


def _key(text: str) -> str:
    return re.sub(r"\s", "", tidy(text)).strip("*＊:：")


def _label_of(header: str, labels: Iterable[str]) -> str:
    """The expected label a header stands for; its own text where there is none."""
    known = {_key(label): label for label in labels}
    key = _key(header)
    return known.get(key) or known.get(_HINT.sub("", key).strip("*＊:：")) or header


def _header_at(head: list[tuple[int, list[Cell]]], labels: tuple[str, ...]) -> int:
    if not head:
        raise _NoHeader(_("表里没有内容。请检查是否选错了文件，或工作表是否被隐藏。"))
    if not labels:
        counts = [sum(bool(cell.text) for cell in cells) for _line, cells in head]
        return next(at for at, count in enumerate(counts) if count >= 0.6 * max(counts))
    scores = [len({_label_of(cell.text, labels) for cell in cells} & set(labels)) for _line, cells in head]
    if max(scores) < min(2, len(labels)):
        wanted = "、".join(labels[:5])
        raise _NoHeader(
            _("前 %(lines)s 行里找不到表头。表头应有：%(labels)s。请用模板填写，或检查是否选错了文件。")
            % {"lines": _HEADER_WITHIN, "labels": wanted}
        )
    return scores.index(max(scores))


def _columns(line: int, header: list[Cell], labels: tuple[str, ...]) -> tuple[dict[int, str], list[Fault]]:
    columns: dict[int, str] = {}
    faults = []
    for at, cell in enumerate(header):
        label = _label_of(cell.text, labels) if cell.text else ""
        if cell.fault:
            faults.append(Fault(line, get_column_letter(at + 1), _("表头"), cell.fault))
        elif label in columns.values():
            faults.append(Fault(line, get_column_letter(at + 1), label, _("表头重复，只读了前一列。请删去一列。")))
        elif label:
            columns[at] = label
    return columns, faults


class _Rows:
    """Gathers rows and their faults under one header."""

    def __init__(self, columns: dict[int, str], header: list[str], limits: SheetLimits, faults: list[Fault]) -> None:
        self.columns, self.header, self.limits = columns, header, limits
        self.kept: list[tuple[int, dict[str, str]]] = []
        self.faults = faults
        self._headless = {column_index_from_string(fault.column) - 1 for fault in faults}

    def add(self, line: int, cells: list[Cell]) -> None:
        if [cell.text for cell in cells][: len(self.header)] == self.header:
            return
        if len(self.kept) >= self.limits.rows:
            raise _Unreadable(
                _("超过 %(rows)s 行，没有读取。请拆成几个文件再导入。") % {"rows": self.limits.rows}
            )
        row = dict.fromkeys(self.columns.values(), "")
        for at, cell in enumerate(cells):
            if at in self.columns:
                row[self.columns[at]] = self._text(line, at, cell)
            elif (cell.text or cell.fault) and at not in self._headless:
                self._headless.add(at)
                self._fault(line, at, _("这一列没有表头，未读取。请补上表头或删去内容。"))
        self.kept.append((line, row))

    def _text(self, line: int, at: int, cell: Cell) -> str:
        if cell.fault:
            self._fault(line, at, cell.fault)
        elif len(cell.text) > self.limits.cell:
            self._fault(line, at, _("超过 %(most)s 字。请缩短。") % {"most": self.limits.cell})
            return ""
        return cell.text

    def _fault(self, line: int, at: int, sentence: str) -> None:
        self.faults.append(Fault(line, get_column_letter(at + 1), self.columns.get(at, ""), sentence))

