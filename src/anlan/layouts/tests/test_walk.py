"""An office matches a sheet, fills it, prints it, and reads back what came home."""

import io
from urllib.parse import unquote

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from anlan.hazards.models import Hazard
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.journal import seal_all
from anlan.kernel.models import Entry
from anlan.layouts import exports
from anlan.layouts.comparing import Comparison, compare, take_in
from anlan.layouts.filling import days_of, file_name, month_of
from anlan.layouts.models import Layout
from anlan.people.testing import NOON
from anlan.premises.models import Premises
from anlan.toolkit.jobs.models import Job
from anlan.toolkit.jobs.queue import run_due
from anlan.toolkit.layouts.fill import saved
from anlan.toolkit.layouts.samples import ledger_sheet


def sheet_of(answer):
    assert answer.status_code == 200, answer.content.decode()[:2000]
    return load_workbook(io.BytesIO(answer.content)).active


def changed(data, **cells):
    book = load_workbook(io.BytesIO(data))
    for address, value in cells.items():
        book.active[address] = value
    return saved(book)


def test_the_ledger_is_exported_in_the_upper_office_s_sheet(place, found, bring, sign_in):
    found(7)
    found(2, "G211", "青檀茶馆")
    layout, client = bring(), sign_in("street")
    page = client.get("/desk/hazards/?level=general").content.decode()
    assert '/desk/layouts/for/hazards/?level=general"' in page
    assert layout.name in client.get("/desk/layouts/for/hazards/?level=general").content.decode()
    answer = client.get(f"/desk/layouts/{layout.uid}/filled.xlsx?level=general")
    assert unquote(answer["Content-Disposition"]).endswith("区安委办隐患台账（东街街道）2021年6月.xlsx")
    sheet = sheet_of(answer)
    rows = list(Hazard.objects.filter(premises__name="百瑞景小馆").order_by("-opened_at", "-id"))
    assert [sheet.cell(row, 3).value for row in range(5, 12)] == [h.what for h in rows]
    assert [sheet.cell(row, 12).value for row in range(5, 12)] == [h.code for h in rows]
    assert (sheet["A12"].value, sheet["C12"].value, sheet["B5"].value) == ("合计", '=COUNTA(C5:C11)&"处"', "百瑞景小馆")
    told = Entry.objects.filter(kind="book", verb="exported").last().data
    assert (told["rows"], told["format"], told["asked"]) == (7, "XLSX 区安委办隐患台账", {"level": "general"})


def test_an_office_brings_its_sheet_on_a_page(place, sign_in):
    client = sign_in("street")
    page = client.get("/desk/layouts/new?slug=hazards&sort=ledger").content.decode()
    assert '<input type="file" name="file"' in page and "拍照" not in page and 'enctype="multipart/form-data"' in page
    file = io.BytesIO(ledger_sheet())
    file.name = "台账.xlsx"
    answer = client.post("/desk/layouts/new", {"name": "新台账", "sort": "ledger", "slug": "hazards", "file": file})
    assert answer.status_code == 302, answer.content.decode()
    layout = Layout.objects.get(name="新台账")
    assert (layout.sort, len(layout.mapping["columns"]), layout.area.name) == ("ledger", 12, "东街街道")
    file = io.BytesIO(b"PK\x03\x04torn")
    file.name = "坏.xlsx"
    refused = client.post("/desk/layouts/new", {"name": "坏台账", "sort": "ledger", "slug": "hazards", "file": file})
    assert (refused.status_code, "打不开" in refused.content.decode() or "未接收" in refused.content.decode()) == (422, True)


def test_what_was_exported_reads_back_without_a_change_and_one_edited_cell_is_one(place, found, bring, sign_in):
    found(7)
    layout, client = bring(), sign_in("street")
    data = client.get(f"/desk/layouts/{layout.uid}/filled.xlsx").content
    street = place.actor("street")
    same = compare(layout, data, street, NOON)
    assert (same.rows, same.changes, same.fresh, same.faults) == (7, [], [], [])
    hazard = Hazard.objects.get(code=load_workbook(io.BytesIO(data)).active["L6"].value)
    other = compare(layout, changed(data, C6="改过的描述"), street, NOON)
    assert [(c.line, c.column, c.before, c.after, c.url) for c in other.changes] == [
        (6, "C“隐患描述”", hazard.what, "改过的描述", f"/desk/hazards/{hazard.uid}/")]
    assert ("只能逐条办理" in other.why_not, other.told) == (True, None)
    spoilt = compare(layout, changed(data, C6="=A1"), street, NOON)
    assert [(f.line, f.column) for f in spoilt.faults] == [(6, "C“隐患描述”")]
    foreign = compare(layout, data, place.actor("street2"), NOON)
    assert (len(foreign.fresh), foreign.changes) == (7, [])


UNITS = {"A": {"kind": "number"}, "B": {"kind": "column", "name": "name"}, "C": {"kind": "column", "name": "address"},
         "D": {"kind": "column", "name": "area"}, "E": {"kind": "column", "name": "place_type"},
         "H": {"kind": "column", "name": "storeys"}, "K": {"kind": "column", "name": "area@street"}}


@pytest.fixture
def units(place, found, bring):
    """A ledger of units in which three of them stand."""
    for n in range(3):
        found(1, name=f"小店{n}")
    layout = bring(slug="premises", name="单位台账")
    advance(Ref("layout", layout.uid), "map", actor=place.actor("street"), at=NOON,
            given={"mapping": {**layout.mapping, "columns": UNITS}})
    layout.refresh_from_db()
    return layout


def test_a_register_that_takes_sheets_takes_the_changes_of_theirs(place, units, sign_in):
    client, street = sign_in("street"), place.actor("street")
    data = client.get(f"/desk/layouts/{units.uid}/filled.xlsx").content
    assert sheet_of(client.get(f"/desk/layouts/{units.uid}/filled.xlsx"))["K5"].value == "东街街道"
    same = compare(units, data, street, NOON)
    assert (same.changes, same.fresh, same.faults, same.told) == ([], [], [], None)
    edited = changed(data, H6=3)
    told = compare(units, edited, street, NOON)
    assert ([(c.line, c.before, c.after) for c in told.changes], told.told.edited, told.told.created) == ([(6, "", "3")], 1, 0)
    wrong = compare(units, changed(data, H6="三层"), street, NOON)
    assert [(f.line, f.column) for f in wrong.faults] == [(6, "H“整改落实 整改情况”")]
    page = client.post(f"/desk/layouts/{units.uid}/back", {"file": io.BytesIO(edited)}).content.decode()
    token = page.split('name="_sheet" value="')[1].split('"')[0]
    assert client.post(f"/desk/layouts/{units.uid}/back", {"_sheet": token}).status_code == 302
    assert Premises.objects.get(name=load_workbook(io.BytesIO(data)).active["B6"].value).storeys == 3
    assert client.post(f"/desk/layouts/{units.uid}/back", {"_sheet": token}).status_code == 409
    assert isinstance(take_in(units, edited, street, NOON), Comparison)


def test_a_sheet_that_names_no_row_cannot_be_read_back(place, found, bring):
    found(1)
    layout = bring()
    columns = {k: v for k, v in layout.mapping["columns"].items() if v.get("name") != "code"}
    layout.mapping = {**layout.mapping, "columns": columns}
    assert "对照里没有“编号”" in str(compare(layout, ledger_sheet(), place.actor("street"), NOON))


def test_a_large_export_is_made_in_the_background(place, found, bring, sign_in, monkeypatch):
    monkeypatch.setattr("anlan.layouts.views.AT_ONCE", 2)
    found(4)
    layout, client = bring(), sign_in("street")
    answer = client.get(f"/desk/layouts/{layout.uid}/filled.xlsx?level=general")
    job = Job.objects.get(kind=exports.KIND)
    assert (answer.status_code, answer["Location"]) == (302, f"/desk/jobs/{job.key}/")
    run_due()
    job.refresh_from_db()
    assert (job.state, job.sentence) == ("done", "")
    sheet = sheet_of(client.get(f"/desk/jobs/{job.key}/file/"))
    assert [sheet.cell(row, 1).value for row in range(5, 9)] == [1, 2, 3, 4]


def test_the_page_of_columns_shows_what_will_come_and_says_what_does_not_fit(place, found, bring, sign_in):
    found(3)
    layout, client = bring(), sign_in("street")
    url = f"/desk/layouts/{layout.uid}/columns"
    page = client.get(url).content.decode()
    assert "样表 12 列，已对照 12 列" in page and "百瑞景小馆第1处地面湿滑" in page
    told = {"sheet": "台账", "header": "3", "first": "5", "fill-C": "c:what", "fill-B": "#constant", "text-B": "见<b>附件</b>",
            "fill-E": "c:level", "words-E": "一般=一般隐患"}
    preview = client.post(url, {**told, "_preview": "1"}).content.decode()
    assert "见&lt;b&gt;附件&lt;/b&gt;" in preview and "一般隐患" in preview and "<html" not in preview
    assert client.post(url, told).status_code == 302
    layout.refresh_from_db()
    assert layout.mapping["columns"] == {"B": {"kind": "constant", "text": "见<b>附件</b>"}, "C": {"kind": "column", "name": "what"},
                                         "E": {"kind": "column", "name": "level", "words": {"一般": "一般隐患"}}}
    refused = client.post(url, {**told, "first": "2"})
    assert (refused.status_code, "表头行要在数据首行之上" in refused.content.decode()) == (422, True)
    for odd in ({"sheet": "\x00", "header": "999999999", "first": "-1", "fill-ZZ": "c:x"}, {"fill-A": "c:" + "x" * 999}, {}):
        assert client.post(url, odd).status_code == 422
        assert client.post(url, {**odd, "_preview": "1"}).status_code == 200
    assert client.get(f"{url}?sheet=台账&header=4&first=5").status_code == 200


def test_the_print_page_shows_their_sheet(place, found, bring, sign_in):
    found(6)
    layout = bring(paper="A4", across="landscape")
    page = sign_in("street").get(f"/desk/layouts/{layout.uid}/print").content.decode()
    assert 'class="sheet-A4-landscape"' in page and 'colspan="12"' in page and "6处" in page
    assert page.count("地面湿滑") == 6


def test_a_return_takes_the_month_s_figures_to_each_community(place, found, bring, sign_in):
    found(5)
    seal_all()
    layout = bring(sort="return", slug="", name="安全生产月报")
    assert (layout.mapping["names"], sorted(layout.mapping["columns"])) == ("A", ["B", "C", "D", "E"])
    columns = {"B": {"indicator": "haz-found", "period": "month"}, "D": {"indicator": "haz-found", "period": "year"}}
    advance(Ref("layout", layout.uid), "map", actor=place.actor("street"), at=NOON, given={
        "mapping": {**layout.mapping, "columns": columns, "cells": {"D2": {"indicator": "haz-found", "period": "year"}}}})
    client = sign_in("street")
    sheet = sheet_of(client.get(f"/desk/layouts/{layout.uid}/filled.xlsx?month=2021-06"))
    assert [[sheet.cell(row, column).value for column in (1, 2, 4)] for row in (5, 6, 7)] == [
        ["东一", 5, 5], ["东二社区", 0, 0], ["别处", None, None]]
    assert (sheet["D2"].value, sheet["B8"].value) == (5, "=SUM(B5:B7)")
    page = client.get(f"/desk/layouts/{layout.uid}/print?month=2021-05").content.decode()
    assert "样表里的“别处”不是本辖区的街道或社区" in page and 'value="2021-05"' in page


def test_months_and_names_of_files(place, bring):
    layout = bring(pattern="{辖区}{年}{月}月/报:{名称}")
    assert file_name(layout, place.actor("street"), NOON, month_of("2021-05", NOON)) == "东街街道20215月报区安委办隐患台账.xlsx"
    assert [str(month_of(text, NOON)) for text in ("2021-05", "2021-13", "2030-01", "", "'")] == [
        "2021-05-01", *["2021-06-01"] * 4]
    january, today = month_of("2021-01", NOON), NOON.date()
    assert [tuple(map(str, days_of(p, january, today))) for p in ("month", "year", "last", "same")] == [
        ("2021-01-01", "2021-01-31"), ("2021-01-01", "2021-01-31"), ("2020-12-01", "2020-12-31"), ("2020-01-01", "2020-01-31")]
    assert days_of("month", today.replace(day=1), today)[1] == today


def test_a_layout_of_others_and_a_sheet_that_changed_are_refused(place, bring, sign_in):
    layout = bring()
    client = sign_in("street2")
    for path in ("columns", "filled.xlsx", "print", "back"):
        assert client.get(f"/desk/layouts/{layout.uid}/{path}").status_code == 404
    layout.mapping["columns"] = {"Z": {"kind": "column", "name": "what"}}
    layout.save(update_fields=["mapping"])
    answer = sign_in("street").get(f"/desk/layouts/{layout.uid}/filled.xlsx")
    assert (answer.status_code, "Z列在第3行没有表头" in answer.content.decode()) == (422, True)
    assert sign_in("warden").post(f"/desk/layouts/{layout.uid}/columns", {}).status_code == 422


LETTERS, FILLS = ("A", "C", "L", "ZZ", "AAA"), ("", "#number", "#constant", "c:what", "c:gone", "c:area@street", "haz-found", "=1+1")
ODD = ("", "0", "3", "4", "5", "-1", "2000", "99999999", "台账", "月报", "\x00", "A1:B2", "𠮷")
odd = st.one_of(st.sampled_from(ODD), st.text(max_size=8))
posted = st.dictionaries(st.one_of(
    st.sampled_from(("sheet", "header", "first", "names", "_expect", "cell-0", "cell-fill-0", "cell-period-0")),
    st.builds("{}-{}".format, st.sampled_from(("fill", "text", "form", "words", "period")), st.sampled_from(LETTERS))),
    st.one_of(odd, st.sampled_from(FILLS)), max_size=12)


@settings(max_examples=12, deadline=None, phases=(Phase.explicit, Phase.generate),
          suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=posted, asked=st.dictionaries(st.sampled_from(("sheet", "header", "first")), odd))
def test_whatever_is_typed_on_the_page_of_columns_is_kept_or_refused(place, walked, told, asked):
    client, layouts = walked
    for layout in layouts:
        url = f"/desk/layouts/{layout.uid}/columns"
        assert client.get(url, asked).status_code == 200
        assert client.post(url, {**told, "_preview": "1"}).status_code == 200
        assert client.post(url, {"sheet": layout.mapping["sheet"], "header": "3", "first": "5", **told}).status_code in (302, 422)
        assert client.get(url).status_code == 200
        assert client.get(f"/desk/layouts/{layout.uid}/filled.xlsx").status_code in (200, 422)
        assert client.get(f"/desk/layouts/{layout.uid}/print").status_code in (200, 422)


@pytest.fixture
def walked(found, bring, sign_in):
    found(2)
    return sign_in("street"), [bring(), bring(sort="return", slug="", name="月报")]
