"""Layouts keep the registers' contract, belong to their office, and change through the door."""

import io

import pytest
from openpyxl import load_workbook

from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.models import Entry
from anlan.kernel.refusals import Refusal, Refused
from anlan.layouts.selectors import layouts_seen_by
from anlan.people.testing import CAST, NOON
from anlan.places.actions import open_one
from anlan.toolkit.attachments.keeping import keep
from anlan.toolkit.layouts.fill import saved
from anlan.toolkit.layouts.samples import ledger_sheet
from anlan.toolkit.registers.contract import RegisterContract

from .conftest import sent


class TestLayouts(RegisterContract):
    slug = "layouts"

    @pytest.fixture
    def within(self, place):
        return place.actor("street")

    @pytest.fixture
    def outside(self, place):
        return place.actor("street2")

    @pytest.fixture
    def make(self, bring):
        numbers = iter(range(1000))

        def do(**given):
            n = next(numbers)
            return bring(**{"name": f"隐患台账{n}", "slug": ("hazards", "premises")[n % 2], **given})

        return do


def test_an_office_s_layout_serves_all_below_and_is_its_own(place, bring):
    street, district = bring("street"), bring("emergency", name="区台账")
    seen = {who: {x.name for x in layouts_seen_by(place.actor(who), NOON)} for who in CAST}
    both, upper = {street.name, district.name}, {district.name}
    assert {who for who, names in seen.items() if names == both} == {
        "warden", "community", "street", "officer1", "officer2", "reviewer", "expert", "gas", "emergency", "director", "leader",
        "storekeeper", "teamleader", "govoffice", "deputy"}
    assert {who for who, names in seen.items() if names == upper} == {"street2", "warden2"}
    with pytest.raises(Refused, match="只能使用，不能修改"):
        advance(Ref("layout", district.uid), "change", actor=place.actor("street"), at=NOON, given={"name": "我的"})
    with pytest.raises(Refused, match="由社区、街道或部门维护"):
        advance(Ref("layout", street.uid), "change", actor=place.actor("director"), at=NOON, given={"name": "我的"})


def test_most_columns_are_matched_when_a_sheet_is_brought(bring):
    columns = bring().mapping["columns"]
    assert {k: v.get("name", v["kind"]) for k, v in columns.items()} == {
        "A": "number", "B": "premises", "C": "what", "D": "place", "E": "level", "F": "opened_at", "G": "due_on", "H": "fixed_what",
        "I": "fixer_name", "J": "closed_at", "K": "state", "L": "code"}


def test_a_mapping_is_changed_through_the_door_and_refused_in_sentences(place, bring):
    layout = bring()
    mapping = {**layout.mapping, "columns": {"C": {"kind": "column", "name": "what"}}}
    street, ref = place.actor("street"), Ref("layout", layout.uid)
    for wrong, said in (({**mapping, "sheet": "表一"}, "没有工作表“表一”"), ({**mapping, "columns": {"Z": {"kind": "number"}}}, "Z列"),
                        ({"sheet": 1}, "写法不对"), ({**mapping, "columns": {"C": {"kind": "column", "name": "gone"}}}, "gone"),
                        ({**mapping, "columns": [1]}, "写法不对"), ({**mapping, "header_row": "x"}, "写法不对")):
        with pytest.raises(Refused, match=said):
            advance(ref, "map", actor=street, at=NOON, given={"mapping": wrong})
    advance(ref, "map", actor=street, at=NOON, given={"mapping": mapping})
    layout.refresh_from_db()
    assert (layout.mapping["columns"], layout.version) == ({"C": {"kind": "column", "name": "what"}}, 2)
    assert [e.verb for e in Entry.objects.filter(kind="layout", subject_id=layout.id).order_by("n")] == ["create", "map"]


def test_a_new_sheet_keeps_what_was_matched_wherever_its_columns_moved(place, bring):
    layout = bring()
    ref, street = Ref("layout", layout.uid), place.actor("street")
    told = {**layout.mapping["columns"], "D": {"kind": "constant", "text": "见附图"}}
    advance(ref, "map", actor=street, at=NOON, given={"mapping": {**layout.mapping, "columns": told}})
    book = load_workbook(io.BytesIO(ledger_sheet()))
    sheet = book["台账"]
    for merged in [m for m in sheet.merged_cells.ranges if m.min_row == 3 and m.min_col in (2, 4)]:
        sheet.unmerge_cells(merged.coord)
    sheet["B3"], sheet["D3"] = "隐患部位", "单位名称"
    advance(ref, "replace", actor=street, at=NOON, given={"file": [sent(saved(book), actor=street)]})
    layout.refresh_from_db()
    assert (layout.mapping["columns"]["B"], layout.mapping["columns"]["D"]) == (
        {"kind": "constant", "text": "见附图"}, {"kind": "column", "name": "premises"})


@pytest.mark.parametrize(("data", "name", "said"), [
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600, "旧.xls", "旧版"), (b"%PDF-1.4\n%%EOF", "a.pdf", "样表还没有收到|不是 .xlsx")])
def test_a_file_that_is_no_workbook_is_refused(place, data, name, said):
    street = place.actor("street")
    kept = keep(data, name, actor=street, at=NOON)
    if isinstance(kept, Refusal):
        assert said in str(kept)
        return
    with pytest.raises(Refused, match=said):
        open_one("layout", "create", {"name": "x", "sort": "ledger", "slug": "hazards", "file": [kept.sha256]}, actor=street, at=NOON)
