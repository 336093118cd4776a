import io
import zipfile
from datetime import date, datetime, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from anlan.kernel.refusals import Refusal
from anlan.toolkit.sheets import Sheet, SheetLimits, read_sheet
from anlan.toolkit.sheets.tests.books import LABELS, with_part, workbook

FORMULA = "是公式，请改成公式算出的结果再导入（复制后“选择性粘贴—数值”）。"
MANGLED = "长数字已被改成科学计数，末尾几位已丢失。请把该列设为“文本”后重新填写。"
YEAR_1900 = "是 1900 年的日期，多半是空格或序号被设成了日期格式。请改正或清空。"


def said(answer: Sheet | Refusal) -> str:
    assert isinstance(answer, Refusal), answer
    return str(answer)


def read(answer: Sheet | Refusal) -> Sheet:
    assert isinstance(answer, Sheet), str(answer)
    return answer


def rows_of(answer: Sheet | Refusal) -> list[tuple[int, list[str]]]:
    return [(line, list(row.values())) for line, row in read(answer).rows]


def test_a_sheet_of_an_office_is_read_under_its_titles() -> None:
    data = workbook(
        ["武昌区中南路街道单位台账"],
        ["填报单位：安全办", None, "日期：2021年6月"],
        [],
        [" 单位名称* ", "信用代码（18位）", "电 话", "面积（㎡）", "备注"],
        ["老王面馆", "91420106MA4KX00001", 13800001234, 85.0, "临街"],
        [],
        ["Ｂ８幢便利店", "", "０２７－８８８８", 12.5, ""],
        change=lambda _book, sheet: sheet.merge_cells("A1:E1"),
    )

    sheet = read(read_sheet(data, "台账.xlsx", LABELS))

    assert sheet.header_line == 4
    assert sheet.headers == ("单位名称", "信用代码", "电话", "面积（㎡）", "备注")
    assert (sheet.missing, sheet.unknown, sheet.faults) == ((), ("备注",), ())
    assert rows_of(sheet) == [
        (5, ["老王面馆", "91420106MA4KX00001", "13800001234", "85", "临街"]),
        (7, ["B8幢便利店", "", "027-8888", "12.5", ""]),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_text_table_is_read_in_each_encoding_offices_use(encoding: str) -> None:
    text = "单位名称,信用代码,电话\r\n“老王”面馆（总店）,91420106MA4KX00001,027\r\n\r\n㐂镕饭店🍲,,\r\n"

    sheet = read(read_sheet(text.encode(encoding), "台账.csv", LABELS))

    assert sheet.missing == ("面积（㎡）",)
    assert rows_of(sheet) == [
        (2, ["“老王”面馆（总店）", "91420106MA4KX00001", "027"]),
        (4, ["㐂镕饭店🍲", "", ""]),
    ]


def test_a_separator_inside_the_cells_is_not_taken_for_one() -> None:
    text = "台账；汇总\n单位名称,电话\n;;;,;;\n"

    assert rows_of(read_sheet(text.encode(), "a.csv", LABELS)) == [(3, [";;;", ";;"])]


@pytest.mark.parametrize("mark", [",", "\t", ";", "，"])
def test_the_separator_is_found(mark: str) -> None:
    text = mark.join(("单位名称", "电话")) + "\n" + mark.join(("老王面馆", "027"))

    assert rows_of(read_sheet(text.encode(), "a.csv", LABELS)) == [(2, ["老王面馆", "027"])]


def test_lines_are_counted_as_the_spreadsheet_shows_them() -> None:
    text = '单位名称,电话\n"老王\n面馆",027\n=1+1,028\n'

    sheet = read(read_sheet(text.encode(), "a.csv", LABELS))

    assert rows_of(sheet) == [(2, ["老王\n面馆", "027"]), (3, ["", "028"])]
    assert [str(fault) for fault in sheet.faults] == [f"第 3 行 A 列“单位名称”{FORMULA}"]


def test_a_formula_an_error_a_lost_number_and_a_date_of_1900_are_named_by_line_and_column() -> None:
    def spoil(_book: Workbook, sheet: Worksheet) -> None:
        sheet["D3"].data_type = "e"
        sheet["C4"].number_format = "yyyy-mm-dd"
        sheet["C5"].number_format = "yyyy-mm-dd"

    data = workbook(
        list(LABELS),
        ["老王面馆", "=A1&B1", "027", 1],
        ["好客来", 420106199001011234, "027", "#DIV/0!"],
        ["小张水果", "", 0, 1],
        ["小李水果", "", 1, 1],
        change=spoil,
    )

    sheet = read(read_sheet(data, "a.xlsx", LABELS))

    assert [str(fault) for fault in sheet.faults] == [
        f"第 2 行 B 列“信用代码”{FORMULA}",
        f"第 3 行 B 列“信用代码”{MANGLED}",
        "第 3 行 D 列“面积（㎡）”是错误值 #DIV/0!，请改成正确的内容。",
        f"第 4 行 C 列“电话”{YEAR_1900}",
        f"第 5 行 C 列“电话”{YEAR_1900}",
    ]
    assert rows_of(sheet) == [
        (2, ["老王面馆", "", "027", "1"]),
        (3, ["好客来", "", "027", ""]),
        (4, ["小张水果", "", "", "1"]),
        (5, ["小李水果", "", "", "1"]),
    ]


def test_a_number_that_excel_has_mangled_in_a_text_table_is_a_fault() -> None:
    sheet = read(read_sheet("单位名称,信用代码\n老王,4.20106E+17\n小李,1.5\n".encode(), "a.csv", LABELS))

    assert [str(fault) for fault in sheet.faults] == [f"第 2 行 B 列“信用代码”{MANGLED}"]
    assert rows_of(sheet) == [(2, ["老王", ""]), (3, ["小李", "1.5"])]


def test_values_become_the_text_a_person_would_type() -> None:
    values = {
        datetime.fromisoformat("2021-06-25"): "2021-06-25",
        date(2021, 6, 5): "2021-06-05",
        datetime.fromisoformat("2021-06-25T08:30"): "2021-06-25 08:30",
        time(8, 30): "08:30",
        3: "3",
        85.0: "85",
        -0.5: "-0.5",
        0.1 + 0.2: "0.3",
        1e-7: "0.0000001",
        True: "是",
    }
    data = workbook(["甲", "乙"], *([key, "x"] for key in values))

    assert [row["甲"] for _line, row in read(read_sheet(data, "a.xlsx")).rows] == list(values.values())


def test_cells_merged_downwards_count_for_each_of_their_lines() -> None:
    data = workbook(
        ["社区", "单位名称", "电话"],
        ["百瑞景", "老王面馆", "027"],
        [None, "好客来", "028"],
        [None, None, None],
        ["徐家棚", "小张水果", "029"],
        change=lambda _book, sheet: sheet.merge_cells("A2:A4"),
    )

    assert rows_of(read_sheet(data, "a.xlsx", ("社区", *LABELS))) == [
        (2, ["百瑞景", "老王面馆", "027"]),
        (3, ["百瑞景", "好客来", "028"]),
        (5, ["徐家棚", "小张水果", "029"]),
    ]


def test_hidden_sheets_are_ignored_and_the_first_with_the_header_is_taken() -> None:
    def add(book: Workbook, sheet: Worksheet) -> None:
        sheet.sheet_state = "hidden"
        book.create_sheet("说明").append(["请如实填写"])
        table = book.create_sheet("台账")
        table.append(["单位名称", "电话"])
        table.append(["老王面馆", "027"])

    data = workbook(["单位名称", "电话"], ["旧数据", "000"], change=add)

    sheet = read(read_sheet(data, "a.xlsx", LABELS))

    assert (sheet.name, rows_of(sheet)) == ("台账", [(2, ["老王面馆", "027"])])


def test_a_header_repeated_on_each_page_is_no_unit() -> None:
    data = workbook(["单位名称", "电话"], ["老王面馆", "027"], ["单位名称", "电话"], ["好客来", "028"])

    assert rows_of(read_sheet(data, "a.xlsx", LABELS)) == [(2, ["老王面馆", "027"]), (4, ["好客来", "028"])]


def test_a_doubled_header_and_a_column_without_one_are_faults() -> None:
    data = workbook(["单位名称", "电话", "电话"], ["老王面馆", "027", "028", "多出来的"], ["好客来", "", "", "又一个"])

    sheet = read(read_sheet(data, "a.xlsx", LABELS))

    assert [str(fault) for fault in sheet.faults] == [
        "第 1 行 C 列“电话”表头重复，只读了前一列。请删去一列。",
        "第 2 行 D 列“”这一列没有表头，未读取。请补上表头或删去内容。",
    ]
    assert rows_of(sheet) == [(2, ["老王面馆", "027"]), (3, ["好客来", ""])]


def test_a_header_is_needed_where_labels_are_expected() -> None:
    data = workbook(["甲", "乙"], ["1", "2"])

    assert said(read_sheet(data, "错.xlsx", LABELS)) == (
        "“错.xlsx”：前 10 行里找不到表头。表头应有：单位名称、信用代码、电话、面积（㎡）。"
        "请用模板填写，或检查是否选错了文件。"
    )
    assert rows_of(read_sheet(data, "对.xlsx")) == [(2, ["1", "2"])]
    assert said(read_sheet(workbook(), "空.xlsx")).startswith("“空.xlsx”：表里没有内容")


class Huge(io.BytesIO):
    """A stream of 200 MB that may be measured, not read."""

    def seek(self, *_: object) -> int:
        return 200 * 1024 * 1024

    def read(self, *_: object) -> bytes:
        raise AssertionError("read")


def test_a_file_of_200_mb_is_refused_before_it_is_read() -> None:
    assert said(read_sheet(Huge(), "大.xlsx")) == (
        "“大.xlsx”：文件有 200 MB，超过 20 MB，没有读取。请拆成几个文件，或删去图片后再导入。"
    )
    assert rows_of(read_sheet(io.BytesIO("甲,乙\n1,2".encode()), "小.csv")) == [(2, ["1", "2"])]


def test_bombs_programs_old_and_torn_files_each_have_a_sentence() -> None:
    good = workbook(["单位名称", "电话"], ["老王面馆", "027"])
    bomb = with_part(good, "xl/worksheets/sheet1.xml", b"<sheetData>", b"<sheetData>" + b" " * 60_000_000)

    assert rows_of(read_sheet(good, "a.xlsx", LABELS)) == [(2, ["老王面馆", "027"])]
    assert said(read_sheet(bomb, "a.xlsx")) == (
        "“a.xlsx”：文件解开后超过 100 MB 或压缩比异常，像是压缩炸弹，未接收。"
    )
    assert said(read_sheet(b"MZ" + b"\x00" * 200, "a.xlsx")) == (
        "“a.xlsx”：不是表格，而是程序、脚本或带宏的文件，没有读取。请用 .xlsx 或 .csv。"
    )
    assert said(read_sheet(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 500, "a.xls")) == (
        "“a.xls”：是旧版 .xls 或带密码的表格。请去掉密码，另存为 .xlsx 再导入。"
    )
    assert "打不开" in said(read_sheet(good[:-200], "a.xlsx"))
    assert said(read_sheet(b"\xff\xd8\xff\xe0" + bytes(range(256)), "a.csv")) == (
        "“a.csv”：不是 .xlsx，也不是文本表格，认不出来。请用 Excel 或 WPS 另存为 .xlsx 再导入。"
    )
    assert said(read_sheet('甲,乙\n1,"2\n'.encode(), "a.csv")) == (
        "“a.csv”：第 2 行的引号没有成对，读不下去。请改正后再导入。"
    )


def test_cells_far_out_cost_nothing_and_lines_beyond_the_format_are_refused() -> None:
    good = workbook(["单位名称", "电话"], ["老王面馆", "027"])
    far = with_part(good, "xl/worksheets/sheet1.xml", b'<row r="2"', b'<row r="1000000"')
    beyond = with_part(good, "xl/worksheets/sheet1.xml", b'<row r="2"', b'<row r="99999999999"')
    wide = with_part(good, "xl/worksheets/sheet1.xml", b'r="B2"', b'r="XFD2"')

    assert rows_of(read_sheet(far, "a.xlsx", LABELS)) == [(1000000, ["老王面馆", "027"])]
    assert said(read_sheet(beyond, "a.xlsx", LABELS)) == (
        "“a.xlsx”：行号超出了 Excel 的范围，文件不正常，没有读取。"
    )
    assert rows_of(read_sheet(wide, "a.xlsx", LABELS)) == [(2, ["老王面馆", ""])]


def test_too_many_rows_and_too_long_a_cell_are_refused() -> None:
    data = workbook(["甲", "乙"], ["1", "2"], ["长" * 11, "4"])

    assert said(read_sheet(data, "a.xlsx", limits=SheetLimits(rows=1))) == (
        "“a.xlsx”：超过 1 行，没有读取。请拆成几个文件再导入。"
    )
    sheet = read(read_sheet(data, "a.xlsx", limits=SheetLimits(rows=2, cell=10)))
    assert [str(fault) for fault in sheet.faults] == ["第 3 行 A 列“甲”超过 10 字。请缩短。"]
    assert rows_of(sheet) == [(2, ["1", "2"]), (3, ["", "4"])]


@settings(max_examples=150, deadline=None)
@given(data=st.binary(max_size=300), ending=st.sampled_from(["xlsx", "csv", "xls", ""]))
def test_any_bytes_are_either_read_or_refused_with_a_sentence(data: bytes, ending: str) -> None:
    answer = read_sheet(data, f"a.{ending}", LABELS)

    assert isinstance(answer, Sheet) or str(answer).endswith("。")


PARTS = ("xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels")


@settings(max_examples=60, deadline=None)
@given(
    part=st.sampled_from(PARTS),
    at=st.integers(0, 3000),
    put=st.text(min_size=1, max_size=6).map(lambda text: text.encode("utf-8", "replace")),
)
def test_a_workbook_hurt_inside_never_raises(part: str, at: int, put: bytes) -> None:
    good = workbook(["单位名称", "电话"], ["老王面馆", "027"])
    with zipfile.ZipFile(io.BytesIO(good)) as archive:
        content = archive.read(part)
    hurt = content[: at % len(content)] + put + content[at % len(content) + len(put) :]

    assert isinstance(read_sheet(with_part(good, part, content, hurt), "a.xlsx", LABELS), Sheet | Refusal)
