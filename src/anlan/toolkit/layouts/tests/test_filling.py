"""Their sheet is filled in its own looks and read back unchanged; what cannot be filled is said in a sentence."""

import io
import zipfile
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from anlan.kernel.instance import zone
from anlan.kernel.refusals import Refusal
from anlan.toolkit.layouts.back import read_back
from anlan.toolkit.layouts.book import BYTES, first_below, headers_of, likely_header, open_book
from anlan.toolkit.layouts.fill import fill_ledger, fill_return, saved, set_paper
from anlan.toolkit.layouts.layout import Ask, Fill, Ledger, Return, faults, ledger_from, return_from, words_from
from anlan.toolkit.layouts.room import capacity, moved
from anlan.toolkit.layouts.samples import ledger_sheet, return_sheet
from anlan.toolkit.layouts.suggest import likeness, suggested, suggested_figures
from anlan.toolkit.sheets.cells import as_text

DAY_TWO = datetime.fromisoformat("2021-06-02")
LABELS = {"what": "隐患情况", "premises": "单位", "place": "部位", "level": "等级", "found": "发现时间", "due_on": "整改截止",
          "fixed_what": "整改情况", "fixer_name": "整改责任人", "closed_at": "销号时间", "state": "状态", "code": "编号", "area": "区域"}
LEDGER = Ledger("台账", 3, 5, {
    "A": Fill("number"), "B": Fill("column", "premises"), "C": Fill("column", "what"), "D": Fill("column", "place"),
    "E": Fill("column", "level", words={"一般": "一般隐患", "重大": "重大隐患"}), "F": Fill("column", "found"),
    "G": Fill("column", "due_on", form="chinese"), "H": Fill("column", "fixed_what"), "J": Fill("column", "closed_at", form="dot"),
    "K": Fill("column", "state"), "L": Fill("column", "code")})


def record(n, **more):
    return {"premises": f"小馆{n}", "what": f"第{n}处", "place": "后厨", "level": "重大" if n % 2 else "一般",
            "found": date(2021, 6, 1 + n % 28), "due_on": date(2021, 7, 1), "fixed_what": "", "closed_at": None, "state": "整改中",
            "code": f"H{n:04}", **more}


def filled(rows, layout=LEDGER, data=None):
    book = open_book(data or ledger_sheet())
    fill_ledger(book, layout, rows)
    return saved(book)


def test_the_sheet_keeps_its_looks_and_its_foot_moves_down():
    sheet = load_workbook(io.BytesIO(filled([record(n) for n in range(12)])))["台账"]
    model = load_workbook(io.BytesIO(ledger_sheet()))["台账"]
    assert (sheet["A1"].value, sheet["A1"].font.name, sheet["A1"].font.size) == ("安全生产隐患排查治理台账", "方正小标宋简体", 20)
    assert sorted(m.coord for m in sheet.merged_cells.ranges) == sorted(
        {m.coord for m in model.merged_cells.ranges} - {"A10:B10", "A11:L11"} | {"A17:B17", "A18:L18"})
    assert [sheet.cell(row, 1).value for row in (5, 16, 17, 18)] == [1, 12, "合计", "填表人：            审核人：            填表日期："]
    assert sheet["C17"].value == '=COUNTA(C5:C16)&"处"'
    for row in (5, 9, 16):
        assert (sheet.cell(row, 3).font.name, sheet.cell(row, 3).border.left.style, sheet.row_dimensions[row].height) == (
            "仿宋", "thin", 28)
    assert [sheet.column_dimensions[c].width for c in "ABL"] == [6, 22, 16]
    assert (sheet.page_setup.orientation, int(sheet.page_setup.paperSize), sheet.print_title_rows) == ("landscape", 8, "$4:$4")


def test_values_come_as_the_upper_office_writes_them():
    sheet = load_workbook(io.BytesIO(filled([record(1, closed_at=datetime(2021, 6, 30, 9, tzinfo=zone()))])))["台账"]
    assert [sheet.cell(5, column).value for column in range(1, 13)] == [
        1, "小馆1", "第1处", "后厨", "重大隐患", DAY_TWO, "2021年7月1日", None, None, "2021.6.30", "整改中", "H0001"]
    assert sheet["F5"].number_format == 'yyyy"."m"."d'


def test_no_text_of_ours_becomes_a_formula():
    sheet = load_workbook(io.BytesIO(filled([record(1, what="=HYPERLINK(\"http://x\")", premises="+1", code="00123")])))["台账"]
    assert [(sheet[c].value, sheet[c].data_type) for c in ("B5", "C5", "L5")] == [
        ("+1", "s"), ('=HYPERLINK("http://x")', "s"), ("00123", "s")]


text = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Cs", "Co", "Cn")), min_size=1, max_size=20).filter(
    lambda t: t.strip() and not t.startswith(("合", "总", "小计", "填", "制", "审", "注", "备", "说")))


@settings(max_examples=25, deadline=None)
@given(rows=st.lists(st.builds(lambda what, n: record(n, what=what), text, st.integers(1, 20)), min_size=1, max_size=9))
def test_what_was_filled_reads_back_as_it_was(rows):
    told = read_back(open_book(filled(rows), filled=True), LEDGER)
    back = [{k: v for k, v in row.items() if k in ("premises", "level", "found", "due_on", "code", "state")} for _line, row in told.rows]
    assert back == [{k: as_text(row[k]) for k in one} for one, row in zip(back, rows, strict=True)]
    assert ([row["what"] for _line, row in told.rows], told.faults) == ([as_text(row["what"]) for row in rows], [])


def test_a_cell_that_was_spoilt_is_named_by_line_and_column():
    book = load_workbook(io.BytesIO(filled([record(1), record(2)])))
    book["台账"]["C6"] = "=A1"
    told = read_back(open_book(saved(book), filled=True), LEDGER)
    assert [(f.line, f.column, f.label) for f in told.faults] == [(6, "C", "隐患描述")]


def test_most_columns_are_matched_before_anyone_looks():
    sheet = open_book(ledger_sheet())["台账"]
    row = likely_header(sheet, set(LABELS.values()))
    assert (row, first_below(sheet, row)) == (3, 5)
    found = suggested(headers_of(sheet, 3, 5), LABELS)
    assert {letter: fill.name or fill.kind for letter, fill in found.items()} == {
        "A": "number", "B": "premises", "C": "what", "D": "place", "E": "level", "F": "found", "G": "due_on", "H": "fixed_what",
        "I": "fixer_name", "J": "closed_at", "K": "state", "L": "code"}
    assert (likeness("隐患描述", "隐患情况"), likeness("备注", "隐患情况") < 0.5) == (1.0, True)


# A return


RETURN = Return("月报", 4, 5, {"B": Ask("found"), "D": Ask("found", "year")}, {"B2": Ask("told")}, "A")


def test_a_return_takes_each_figure_to_its_area_and_keeps_their_formulas():
    book = open_book(return_sheet(["东街", "西街", "北街"]))
    asked = []

    def count(ask, area):
        asked.append((ask.indicator, ask.period, area))
        return None if area == 2 and ask.period == "year" else Decimal(len(asked))

    assert fill_return(book, RETURN, [(1, "东街街道"), (2, "西街街道")], count) == ["北街"]
    sheet = load_workbook(io.BytesIO(saved(book)))["月报"]
    assert [[sheet.cell(row, column).value for column in (1, 2, 4)] for row in (5, 6, 7)] == [
        ["东街", 2, 3], ["西街", 4, "—"], ["北街", None, None]]
    assert (sheet["B2"].value, sheet["B8"].value) == (1, "=SUM(B5:B7)")
    assert asked == [("told", "month", None), ("found", "month", 1), ("found", "year", 1), ("found", "month", 2),
                     ("found", "year", 2)]


def test_without_names_our_areas_are_written_one_after_the_other_and_the_sum_grows():
    book = open_book(return_sheet([]))
    assert fill_return(book, RETURN, [(1, "东街街道"), (2, "西街街道"), (3, "北街街道")], lambda ask, area: area or 9) == []
    sheet = load_workbook(io.BytesIO(saved(book)))["月报"]
    assert [sheet.cell(row, 1).value for row in (5, 6, 7, 8)] == ["东街街道", "西街街道", "北街街道", "合计"]
    assert sheet["B8"].value == "=SUM(B5:B7)"


def test_headers_of_figures_are_matched_too():
    names = {"haz-found": "发现隐患", "haz-fixed": "整改隐患"}
    found = suggested_figures({"B": "本月发现隐患", "E": "本年累计整改隐患", "F": "备注"}, names)
    assert found == {"B": Ask("haz-found"), "E": Ask("haz-fixed", "year")}


def test_the_samples_are_the_same_bytes_whenever_they_are_built():
    assert (ledger_sheet(), return_sheet(["东街"])) == (ledger_sheet(), return_sheet(["东街"]))
    core = zipfile.ZipFile(io.BytesIO(ledger_sheet())).read("docProps/core.xml")
    assert core.count(b"2021-01-04T00:00:00Z") == 2


# What cannot be used


def book_with(change):
    book = load_workbook(io.BytesIO(ledger_sheet()))
    change(book["台账"])
    return saved(book)


@pytest.mark.parametrize(("data", "said"), [
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600, "旧版 .xls 或带密码"), (b"a,b\n1,2", "不是 .xlsx"), (b"", "不是 .xlsx"),
    (b"PK\x03\x04torn", "损坏或不完整"), (b"PK" + b"0" * BYTES, "超过 5 MB"),
    (book_with(lambda s: s.parent.create_sheet("大").append([1])).replace(b"xl/workbook.xml", b"xl/workbuuk.xml"), "打不开")])
def test_what_is_no_workbook_is_refused_in_a_sentence(data, said):
    told = open_book(data)
    assert isinstance(told, Refusal) and said in str(told)


def test_a_workbook_with_macros_or_a_bomb_is_not_opened():
    out = io.BytesIO(ledger_sheet())
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"x")
    assert "宏" in str(open_book(out.getvalue()))
    out = io.BytesIO(ledger_sheet())
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/a.xml", b"0" * 45_000_000)
    assert "压缩炸弹" in str(open_book(out.getvalue()))


def test_a_sheet_that_is_full_is_not_a_blank_one():
    book = Workbook()
    for _row in range(700):
        book.active.append(list(range(100)))
    assert "空白样表" in str(open_book(saved(book)))


def test_a_cell_far_out_and_a_thousand_merged_ones_cost_nothing():
    book = open_book(book_with(lambda s: s.cell(1_048_576, 16_384, "远")))
    fill_ledger(book, LEDGER, [record(1)])
    assert book["台账"]["C5"].value == "第1处"

    def many(sheet):
        for row in range(20, 1_100, 2):
            sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=2)

    assert "合并单元格超过 500 处" in str(open_book(book_with(many)))


@pytest.mark.parametrize(("change", "layout", "said"), [
    (lambda s: None, Ledger("台账", 3, 14, LEDGER.columns), "表头最多 10 行"),
    (lambda s: None, Ledger("表一", 3, 5, LEDGER.columns), "没有工作表“表一”，现有：台账"),
    (lambda s: s.protection.enable(), LEDGER, "设了保护"),
    (lambda s: s.delete_cols(12), LEDGER, "L列在第3行没有表头"),
    (lambda s: s.merge_cells("B5:C5"), LEDGER, "数据首行的 B5:C5 是合并单元格"),
    (lambda s: None, Ledger("台账", 5, 5, LEDGER.columns), "表头行要在数据首行之上"),
    (lambda s: None, Ledger("台账", 3, 5, {"B": Fill("column", "gone")}), "栏目“gone”已经没有了"),
    (lambda s: None, Ledger("台账", 3, 5, {"A": Fill("number")}), "还没有一列对照"),
    (lambda s: None, Ledger("台账", 3, 5, {"B": Fill("magic", "what")}), "B列的填法不对"),
    (lambda s: None, Return("台账", 3, 5, {"B": Ask("none")}, {"ZZZ1": Ask("none", "decade")}), "ZZZ1"),
])
def test_a_layout_that_does_not_fit_is_refused_in_a_sentence(change, layout, said):
    assert any(said in sentence for sentence in faults(layout, open_book(book_with(change)), LABELS))


def test_a_layout_that_fits_has_no_fault_and_keeps_as_json():
    assert list(faults(LEDGER, open_book(ledger_sheet()), LABELS)) == []
    assert (ledger_from(LEDGER.as_json), return_from(RETURN.as_json)) == (LEDGER, RETURN)
    assert words_from("一般=1；重大＝2\n空") == {"一般": "1", "重大": "2"}


def test_paper_is_set_and_references_move():
    book = open_book(ledger_sheet())
    set_paper(book["台账"], "A4", "portrait")
    sheet = load_workbook(io.BytesIO(saved(book)))["台账"]
    assert (int(sheet.page_setup.paperSize), sheet.page_setup.orientation, sheet.page_setup.fitToWidth) == (9, "portrait", 1)

    def shift(row, is_end):
        return row + 3 if row > 9 or (is_end and row == 9) else row

    assert [moved(r, shift) for r in ("C5:C9", "$C$9", "A10", "B5:B8", "C5:D$12")] == ["C5:C12", "$C$9", "A13", "B5:B8", "C5:D$15"]
    assert capacity(book["台账"], 5, [1, 2, 3]) == 5
