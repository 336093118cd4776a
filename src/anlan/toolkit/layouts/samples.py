"""Sheets as an upper office hands them out, built by code: for the demonstration and for tests."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from .fill import saved

THIN = Side(style="thin")
FRAME = Border(THIN, THIN, THIN, THIN)
MIDDLE = Alignment(horizontal="center", vertical="center", wrap_text=True)
INSTANT = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
LEDGER_TITLE, RETURN_TITLE = "安全生产隐患排查治理台账", "安全生产工作情况月报表"


def ledger_sheet(of: str = "") -> bytes:
    """A title over all columns, a header of two lines, five blank rows, a sum and the signatures; A3 across."""
    book = Workbook()
    sheet = book.active
    sheet.title = "台账"
    widths = (6, 22, 30, 14, 8, 12, 12, 26, 10, 12, 10, 16)
    _title(sheet, LEDGER_TITLE, len(widths))
    sheet["A2"] = f"填报单位（盖章）：{of}"
    sheet.merge_cells("A2:L2")
    heads = ("序号", "单位名称", "隐患描述", "隐患部位", "隐患级别", "检查日期", "整改期限")
    for column, head in enumerate(heads, start=1):
        _head(sheet, 3, column, head)
        sheet.merge_cells(start_row=3, end_row=4, start_column=column, end_column=column)
    _head(sheet, 3, 8, "整改落实")
    sheet.merge_cells("H3:K3")
    for column, head in enumerate(("整改情况", "整改责任人", "整改完成时间", "整改状态"), start=8):
        _head(sheet, 4, column, head)
    _head(sheet, 3, 12, "台账编号")
    sheet.merge_cells("L3:L4")
    _body(sheet, 5, 9, len(widths))
    _head(sheet, 10, 1, "合计")
    sheet.merge_cells("A10:B10")
    sheet["C10"] = '=COUNTA(C5:C9)&"处"'
    sheet["A11"] = "填表人：            审核人：            填表日期："
    sheet.merge_cells("A11:L11")
    for row in range(5, 10):
        sheet.cell(row, 6).number_format = 'yyyy"."m"."d'
    _page(sheet, widths, "A3", "4:4")
    return steady(saved(book))


def return_sheet(areas: Sequence[str]) -> bytes:
    """One row a street or community under a sum of all, and three figures of the whole above; A4 across."""
    book = Workbook()
    sheet = book.active
    sheet.title = "月报"
    heads = ("街道", "本月发现隐患", "本月整改隐患", "本年累计发现隐患", "本年累计整改隐患", "整改率（%）")
    _title(sheet, RETURN_TITLE, len(heads))
    for column, text in ((1, "全区本月网格员上报"), (3, "全区本年累计发现隐患")):
        _head(sheet, 2, column, text)
    for column, head in enumerate(heads, start=1):
        _head(sheet, 4, column, head)
    last = 4 + max(len(areas), 1)
    _body(sheet, 5, last, len(heads))
    for row, name in enumerate(areas, start=5):
        sheet.cell(row, 1, name)
        sheet.cell(row, 6, f'=IF(D{row}=0,"—",ROUND(E{row}/D{row}*100,1))')
    _head(sheet, last + 1, 1, "合计")
    for column in range(2, 6):
        letter = get_column_letter(column)
        sheet.cell(last + 1, column, f"=SUM({letter}5:{letter}{last})").border = FRAME
    _page(sheet, (18, 16, 16, 18, 18, 12), "A4", "4:4")
    return steady(saved(book))


def steady(data: bytes) -> bytes:
    """The same bytes whenever it is built: no instant of the making stands in them."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as held, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name in held.namelist():
            content = INSTANT.sub(rb"\g<1>2021-01-04T00:00:00Z", held.read(name)) if name == "docProps/core.xml" else held.read(name)
            made.writestr(zipfile.ZipInfo(name, (2021, 1, 4, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _title(sheet: Worksheet, text: str, columns: int) -> None:
    sheet["A1"] = text
    sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=columns)
    sheet["A1"].font = Font(name="方正小标宋简体", size=20)
    sheet["A1"].alignment = MIDDLE
    sheet.row_dimensions[1].height = 36


def _head(sheet: Worksheet, row: int, column: int, text: str) -> None:
    cell = sheet.cell(row, column, text)
    cell.font, cell.alignment, cell.border = Font(name="黑体", size=11), MIDDLE, FRAME


def _body(sheet: Worksheet, first: int, last: int, columns: int) -> None:
    for row in range(first, last + 1):
        sheet.row_dimensions[row].height = 28
        for column in range(1, columns + 1):
            cell = sheet.cell(row, column)
            cell.font, cell.alignment, cell.border = Font(name="仿宋", size=11), MIDDLE, FRAME


def _page(sheet: Worksheet, widths: Sequence[int], paper: str, titles: str) -> None:
    for column, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = {"A4": 9, "A3": 8}[paper]
    sheet.print_title_rows = titles
