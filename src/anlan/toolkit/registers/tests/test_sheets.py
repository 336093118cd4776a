"""A register goes out as a sheet and comes in from one."""

import csv
import io
import json

import pytest

from anlan.kernel.models import Entry
from anlan.kernel.refusals import Refusal
from anlan.kernel.tests.conftest import NOON
from anlan.toolkit.registers import REGISTERS, exporting
from anlan.toolkit.registers.command import main
from anlan.toolkit.registers.exporting import headers_of, values_of
from anlan.toolkit.registers.importing import bring_in, rehearse, template
from anlan.toolkit.registers.listing import Listing
from anlan.toolkit.sheets import read_sheet, write_csv, write_xlsx
from anlan.toolkit.tests.town.models import Pump

pytestmark = pytest.mark.django_db
HEAD = ["编号", "名称", "区域", "类别", "所属库房", "可移动", "电话", "购置日期"]


def pumps():
    return REGISTERS["pumps"]


def sheet(*rows, head=HEAD):
    return b"".join(write_csv(head, rows))


def exported(actor, asked=None, write=write_xlsx):
    listing = Listing(pumps(), actor, NOON, asked or {})
    rows = list(values_of(pumps(), listing.everything))
    return write_xlsx(headers_of(pumps()), rows) if write is write_xlsx else b"".join(write_csv(headers_of(pumps()), rows))


def faults(told):
    return [(f.line, f.column, f.value, f.sentence) for f in told.faults]


def test_a_rehearsal_names_every_fault_with_line_and_column_and_saves_nothing(keeper, depot, pump):
    pump(code="P1")
    told = rehearse(pumps(), sheet(
        ["P2", "二号泵", "G1", "电动泵", "K1", "是", "13800138000", "2019-3-1"],
        ["P3", "", "G1", "电动泵", "", "", "", ""],
        ["P4", "四号泵", "G9", "蒸汽泵", "K9", "也许", "", "1900-01-01"],
        ["P2", "又是二号", "G1", "柴油泵", "", "", "", ""]), "泵.csv", actor=keeper, at=NOON)
    assert faults(told) == [
        (3, "名称", "", "没有填写"),
        (4, "区域", "G9", "没有找到“G9”，或者它不在您的范围内"),
        (4, "所属库房", "K9", "没有找到“K9”，或者它不在您的范围内"),
        (4, "类别", "蒸汽泵", "不在可选值内，应为：柴油泵、电动泵"),
        (4, "购置日期", "1900-01-01", "日期1900-01-01不合常理，请核对年份"),
        (4, "可移动", "也许", "只能填“是”或“否”"),
        (5, "编号", "P2", "与第2行重复"),
    ]
    assert (told.rows, told.good, told.saved, Pump.objects.count()) == (4, 1, False, 1)
    assert Entry.objects.filter(kind="pump").count() == 1


def test_all_lines_come_in_with_one_commit_or_none(keeper, depot, pump):
    old = pump(code="P1", name="旧名", phone="13800138000", power_kw="7")
    rows = [["P1", "新名", "G1", "柴油泵", "K1", "否", "138****8000", "2019-3-1"],
            ["P2", "二号泵", "G2", "电动泵", "首义库", "是", "13900139000", ""]]
    refused = bring_in(pumps(), sheet(*rows, ["P3", "三号泵", "", "电动泵", "", "", "", ""]), "泵.csv", actor=keeper, at=NOON)
    assert (refused.saved, Pump.objects.count(), Pump.objects.get().name) == (False, 1, "旧名")
    told = bring_in(pumps(), sheet(*rows), "泵.csv", actor=keeper, at=NOON)
    assert (told.saved, told.created, told.edited, told.faults) == (True, 1, 1, [])
    old.refresh_from_db()
    assert (old.name, old.phone, old.power_kw, old.depot_id, str(old.bought_on)) == (
        "新名", "13800138000", 7, depot.id, "2019-03-01")
    new = Pump.objects.get(code="P2")
    assert (new.is_mobile, new.sort, new.phone, new.area.code) == (True, "electric", "13900139000", "G2")
    book = Entry.objects.get(kind="book", verb="imported")
    assert (book.data["created"], book.data["edited"], book.data["file"], book.actor_id) == (1, 1, "泵.csv", 1)
    verbs = list(Entry.objects.filter(kind="pump").order_by("id").values_list("verb", flat=True))
    assert verbs == ["create", "edit", "import_row"]


def test_what_was_exported_comes_back_as_no_change_and_out_again_the_same(keeper, depot, pump):
    pump(depot=str(depot.uid), phone="13800138000", is_mobile="on", note="第一行\n第二行", power_kw="12",
         bought_on="2020-02-29", colour="red", lon="114.3", lat="30.5")
    pump(name="=1+1", address="+86", keeper="@谁", note="-x")
    for write in (write_xlsx, write_csv):
        out = exported(keeper, write=write)
        told = bring_in(pumps(), out, f"泵.{'xlsx' if write is write_xlsx else 'csv'}", actor=keeper, at=NOON)
        assert (told.saved, told.same, told.edited, told.created, told.faults) == (True, 2, 0, 0, [])
        assert read_sheet(exported(keeper, write=write), "b.xlsx").rows == read_sheet(out, "a.xlsx").rows
    assert set(Pump.objects.values_list("version", flat=True)) == {1}


def test_an_export_is_safe_to_open_masked_and_journalled(visit, keeper, pump):
    pump(code="P1", name="=HYPERLINK(1)", phone="13800138000")
    answer = visit(keeper).get("/desk/pumps/export.csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    row = next(csv.DictReader(io.StringIO(text)))
    assert (row["名称"], row["电话"]) == ("'=HYPERLINK(1)", "138****8000")
    entry = Entry.objects.get(kind="book", verb="exported")
    assert (entry.actor_id, entry.data["rows"], entry.data["format"]) == (1, 1, "CSV")


def test_masked_columns_leave_only_with_a_permit_and_a_reason(visit, keeper, reader, pump):
    pump(code="P1", phone="13800138000")
    assert visit(reader).get("/desk/pumps/export.csv?open=1").status_code == 404
    browser = visit(keeper)
    assert browser.post("/desk/pumps/export.csv?open=1", {"reason": ""}).status_code == 422
    answer = browser.post("/desk/pumps/export.csv?open=1", {"reason": "联系保管人"})
    assert "13800138000" in b"".join(answer.streaming_content).decode()
    entry = Entry.objects.get(kind="book", verb="opened")
    assert (entry.data["columns"], entry.data["reason"]) == ("电话", "联系保管人")


def test_a_sheet_that_lacks_a_required_column_is_told_once(keeper):
    told = rehearse(pumps(), sheet(["P2", "二号泵"], ["P3", "三号泵"], head=["编号", "名称"]), "泵.csv", actor=keeper, at=NOON)
    assert (1, "区域", "", "缺少这一列，新增的行都要填") in faults(told)
    assert sum(f.line == 1 for f in told.faults) == 1


def test_a_masked_phone_is_no_phone_for_a_new_row(keeper):
    told = rehearse(pumps(), sheet(["P2", "二号泵", "G1", "电动泵", "", "", "138****8000", ""]), "泵.csv", actor=keeper, at=NOON)
    assert faults(told) == [(2, "电话", "138****8000", "是遮盖后的内容，请填完整的，或留空")]


def test_a_line_may_not_take_what_lies_outside_the_sender_s_ground(neighbour, keeper, pump):
    pump(code="P1")
    told = rehearse(pumps(), sheet(["P1", "抢来的泵", "G2", "电动泵", "", "", "", ""]), "泵.csv", actor=neighbour, at=NOON)
    assert [(f.line, f.sentence) for f in told.faults] == [(2, "编号“P1”已被使用")]
    told = rehearse(pumps(), sheet(["P5", "越界的泵", "G1", "电动泵", "", "", "", ""]), "泵.csv", actor=neighbour, at=NOON)
    assert [(f.line, f.sentence) for f in told.faults] == [(2, "没有找到“G1”，或者它不在您的范围内")]


def test_one_who_may_not_register_cannot_import(visit, reader, keeper):
    assert visit(reader).get("/desk/pumps/import").status_code == 403
    page = visit(keeper).get("/desk/pumps/import")
    assert page.status_code == 200 and "template.xlsx" in page.content.decode()


def test_an_import_is_rehearsed_then_brought_in_from_the_same_sheet(visit, keeper, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    browser = visit(keeper)
    file = io.BytesIO(sheet(["P2", "二号泵", "G1", "电动泵", "", "", "", ""]))
    file.name = "泵.csv"
    page = browser.post("/desk/pumps/import", {"file": file})
    assert page.status_code == 200 and Pump.objects.count() == 0
    kept = page.context["result"].commit.hidden
    answer = browser.post("/desk/pumps/import", kept)
    assert (answer.status_code, answer.url, Pump.objects.count()) == (302, "/desk/pumps/", 1)
    again = browser.post("/desk/pumps/import", kept)
    assert again.status_code == 409 and "请重新上传" in again.content.decode()
    assert Pump.objects.count() == 1


def test_what_is_no_sheet_is_refused_with_a_sentence(keeper):
    told = rehearse(pumps(), b"MZ\x90\x00program", "表.xlsx", actor=keeper, at=NOON)
    assert isinstance(told, Refusal) and "不是表格" in str(told)
    many = sheet(*([[f"P{n}", "泵", "G1", "电动泵", "", "", "", ""] for n in range(pumps().rows_max + 1)]))
    told = rehearse(pumps(), many, "表.csv", actor=keeper, at=NOON)
    assert isinstance(told, Refusal) and "5000" in str(told)


def test_the_template_has_every_input_and_reads_as_an_empty_sheet(keeper):
    found = read_sheet(template(pumps()), "模板.xlsx", [c for c in ("编号", "名称", "区域", "类别", "电话")])
    assert not isinstance(found, Refusal)
    assert (found.rows, found.missing) == ((), ())
    assert "年龄" not in found.headers and "经度" in found.headers


def test_the_command_imports_as_the_page_does(keeper, tmp_path, capsys):
    path = tmp_path / "泵.csv"
    path.write_bytes(sheet(["P2", "二号泵", "G1", "电动泵", "", "", "", ""]))
    assert (main(["pumps", str(path), "--dry-run"]), Pump.objects.count()) == (0, 0)
    assert capsys.readouterr().out.strip() == "1行：新增1，修改0，没有变化0；检查通过，没有导入"
    assert (main(["pumps", str(path), "--json"]), Pump.objects.count()) == (0, 1)
    assert json.loads(capsys.readouterr().out) == {
        "rows": 1, "created": 1, "edited": 0, "same": 0, "faults": [], "notes": [], "saved": True}
    path.write_bytes(sheet(["P3", "", "G1", "电动泵", "", "", "", ""]))
    assert (main(["pumps", str(path)]), Pump.objects.count()) == (1, 1)
    assert "第2行“名称”：没有填写" in capsys.readouterr().out
    assert main(["没有", str(path)]) == 2 and "pumps" in capsys.readouterr().out


def test_a_workbook_too_long_to_wait_for_is_refused_and_csv_is_not(visit, keeper, pump, monkeypatch):
    monkeypatch.setattr(exporting, "XLSX_MOST", 1)
    pump()
    browser = visit(keeper)
    assert browser.get("/desk/pumps/export.xlsx").status_code == 200
    pump()
    refused = browser.get("/desk/pumps/export.xlsx")
    assert refused.status_code == 422 and "超过1条，请加条件后再导出，或导出CSV。" in refused.content.decode()
    assert len(b"".join(browser.get("/desk/pumps/export.csv").streaming_content).decode().splitlines()) == 3
    assert browser.get("/desk/pumps/export.pdf").status_code == 404
