import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from anlan.toolkit.sheets import Sheet, TemplateColumn, read_sheet, write_csv, write_template, write_xlsx
from anlan.toolkit.sheets.cells import tidy

HEADERS = ("单位名称", "备注")


def csv_of(rows: list) -> bytes:
    return b"".join(write_csv(HEADERS, rows))


def read_back(data: bytes, name: str) -> list[list[str]]:
    sheet = read_sheet(data, name, HEADERS)
    assert isinstance(sheet, Sheet), str(sheet)
    assert sheet.faults == ()
    return [list(row.values()) for _line, row in sheet.rows]


def test_text_that_looks_like_a_formula_is_only_text() -> None:
    rows = [["=HYPERLINK(1)", "+1"], ["-1", "@SUM(A1)"], ["'=1", "''@x"], ["o'clock", "1=1"]]

    text = csv_of(rows).decode("utf-8-sig")
    assert text == (
        "单位名称,备注\r\n'=HYPERLINK(1),'+1\r\n'-1,'@SUM(A1)\r\n''=1,'''@x\r\no'clock,1=1\r\n"
    )
    sheet = load_workbook(io.BytesIO(write_xlsx(HEADERS, rows))).active
    assert [[cell.data_type for cell in row] for row in sheet["A2:B5"]] == [["s", "s"]] * 4
    assert [[cell.value for cell in row] for row in sheet["A2:B5"]] == rows
    assert read_back(csv_of(rows), "a.csv") == read_back(write_xlsx(HEADERS, rows), "a.xlsx") == rows


def test_a_table_opens_with_a_frozen_header_whole_codes_and_real_numbers() -> None:
    code, phone = "91420106MA4KX00001", "13800001234"
    moment = datetime(2021, 6, 25, 0, 30, tzinfo=UTC)
    row = [code, phone, "0271", 3, Decimal("1.5"), date(2021, 6, 25), moment, True, None, 420106199001011234]
    headers = [f"列{n}" for n in range(len(row))]

    book = load_workbook(io.BytesIO(write_xlsx(headers, [row], title="单位台账", notes=["截至 2021-06-25"])))

    sheet = book["单位台账"]
    assert (sheet["A1"].value, sheet.freeze_panes) == ("单位台账", "A3")
    assert [cell.value for cell in sheet[2]] == headers
    assert [(cell.value, cell.number_format) for cell in sheet[3]] == [
        (code, "@"),
        (phone, "@"),
        ("0271", "@"),
        (3, "General"),
        (1.5, "General"),
        (datetime.fromisoformat("2021-06-25"), "yyyy-mm-dd"),
        (datetime.fromisoformat("2021-06-25T08:30"), "yyyy-mm-dd hh:mm"),
        ("是", "General"),
        (None, "General"),
        ("420106199001011234", "@"),
    ]
    assert {cell.font.name for line in sheet["A1:J3"] for cell in line if cell.value} == {"宋体"}
    assert sheet.column_dimensions["A"].width == 20
    assert book["说明"]["A1"].value == "截至 2021-06-25"


def test_a_long_table_is_written_piece_by_piece() -> None:
    taken = []

    def rows() -> object:
        for number in range(5000):
            taken.append(number)
            yield [f"单位{number}", number]

    pieces = write_csv(HEADERS, rows())
    next(pieces), next(pieces)

    assert 0 < len(taken) < 1000
    assert sum(piece.count(b"\r\n") for piece in pieces) + 500 == 5001


def test_more_lines_than_the_format_holds_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("anlan.toolkit.sheets.writing.MOST_LINES", 3)

    assert read_back(write_xlsx(HEADERS, [["甲", "1"], ["乙", "2"]]), "a.xlsx") == [["甲", "1"], ["乙", "2"]]
    with pytest.raises(ValueError, match="超过一张表的行数上限。请缩小范围后再导出。"):
        write_xlsx(HEADERS, [["甲", "1"], ["乙", "2"], ["丙", "3"]])


def test_a_template_lists_what_may_be_chosen_and_hides_nothing() -> None:
    communities = tuple(f"第{n}社区居民委员会" for n in range(60))
    columns = (
        TemplateColumn("单位名称", hint="与营业执照一致", required=True, example="老王面馆"),
        TemplateColumn("场所类型", required=True, choices=("餐饮", "商场")),
        TemplateColumn("社区", choices=communities),
        TemplateColumn("规模", choices=("大,中", "小")),
    )

    data = write_template(columns, title="单位台账", notes=["每行一个单位。"])

    book = load_workbook(io.BytesIO(data))
    assert [(sheet.title, sheet.sheet_state) for sheet in book] == [
        ("单位台账", "visible"),
        ("填写说明", "visible"),
        ("可选值", "visible"),
    ]
    sheet = book["单位台账"]
    assert [cell.value for cell in sheet[1]] == ["单位名称*", "场所类型*", "社区", "规模"]
    assert sheet.max_row == 1 and sheet.freeze_panes == "A2"
    assert [sheet.column_dimensions[letter].number_format for letter in "ABCD"] == ["@"] * 4
    rules = {str(rule.sqref): (rule.type, rule.formula1, rule.prompt) for rule in sheet.data_validations.dataValidation}
    assert rules == {
        "A2:A5000": (None, None, "与营业执照一致"),
        "B2:B5000": ("list", '"餐饮,商场"', None),
        "C2:C5000": ("list", "'可选值'!$A$2:$A$61", None),
        "D2:D5000": ("list", "'可选值'!$B$2:$B$3", None),
    }
    assert [cell.value for cell in book["可选值"]["A"]] == ["社区", *communities]
    notes = [[cell.value for cell in row] for row in book["填写说明"].iter_rows()]
    assert notes[:3] == [
        ["每行一个单位。", None, None, None, None],
        ["列名", "是否必填", "怎么填", "可选值", "示例"],
        ["单位名称", "必填", "与营业执照一致", None, "老王面馆"],
    ]


def test_a_template_that_was_filled_in_is_read_by_its_labels() -> None:
    book = load_workbook(io.BytesIO(write_template([TemplateColumn(h, required=True) for h in HEADERS])))
    book.worksheets[0].append(["老王面馆", "临街"])
    out = io.BytesIO()
    book.save(out)

    assert read_back(out.getvalue(), "a.xlsx") == [["老王面馆", "临街"]]


cell_text = st.one_of(
    st.text(max_size=12).map(tidy),
    st.text("=+-@'\"\t\n,;，（）０Ａ－１９.eE+ 中🍲", max_size=8).map(tidy),
)
tables = st.lists(
    st.lists(cell_text, min_size=2, max_size=2).filter(lambda row: any(row) and row != list(HEADERS)), max_size=5
)


@settings(max_examples=80, deadline=None)
@example(rows=[["_x0041_", "\u200d"]])
@given(rows=tables)
def test_what_is_written_is_read_back_unchanged(rows: list[list[str]]) -> None:
    assert read_back(csv_of(rows), "a.csv") == rows
    assert read_back(write_xlsx(HEADERS, rows, title="台账"), "a.xlsx") == rows


@given(text=st.text())
def test_tidying_twice_changes_nothing_more(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Ａ座１２－３号", "A座12-3号"),
        ("（武昌）老王，面馆。", "（武昌）老王，面馆。"),
        ("８：３０～１７：００", "8:30~17:00"),
        ("电话：０２７", "电话：027"),
        ("＋８６　１３８", "+86 138"),
        ("\ufeff老\u200b王\u202e\r\n面馆 ", "老王\n面馆"),
        ("👨\u200d🍳厨房", "👨\u200d🍳厨房"),
        ("１００％", "100%"),
        ("\x00\ud800甲\ufffe", "甲"),
    ],
)
def test_what_a_clerk_typed_becomes_what_was_meant(typed: str, meant: str) -> None:
    assert tidy(typed) == meant
