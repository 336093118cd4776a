"""Typos in a declaration are found at start-up, before any row exists."""

from types import SimpleNamespace

import pytest

from anlan.kernel.flows import FLOWS
from anlan.toolkit.registers import REGISTERS, CasePages, Col, Linked
from anlan.toolkit.registers.checks import check_registers, page_problems, problems
from anlan.toolkit.registers.columns import bind
from anlan.toolkit.tests.town.models import Depot, Pump


def with_cols(*cols, **changes):
    """A register with other columns, or other attributes, than it declares."""
    real = REGISTERS["pumps"]
    names = ("slug", "kind", "model", "flow", "cols", "scope", "seen_by", "order", "layer", "searched", "small", "key",
             "else_by", "called_by", "importable", "has_own_flow", "create", "edit", "form", "move_to_create", "move_to_import",
             "move_to_edit")
    told = SimpleNamespace(**{n: getattr(real, n) for n in names}, state_column=lambda: "active")
    told.columns = bind(cols, real.model) if cols else real.columns
    told.searched = tuple(c.name for c in cols if c.search) if cols else real.searched
    for name, value in changes.items():
        setattr(told, name, value)
    return list(problems(told))


def test_the_town_s_registers_have_no_fault():
    assert [e.msg for e in check_registers() if "pumps" in e.msg or "depots" in e.msg] == []
    assert with_cols() == []


@pytest.mark.parametrize(("col", "fault"), [
    (Col("nmae"), "Pump has no column nmae"),
    (Col("name", filter="like"), "name: unknown filter or badge like"),
    (Col("phone", private="p", filter="exact"), "phone: a private column cannot be filtered, sorted or searched"),
    (Col("phone", private="p", sort=True), "phone: a private column cannot be filtered, sorted or searched"),
    (Col("phone", private="p", search=True), "phone: a private column cannot be filtered, sorted or searched"),
    (Col("keeper", private="p"), "keeper: a private column must stand in the model's `personal`"),
    (Col("bought_on", sort=True), "bought_on: sorts but may be null"),
    (Col("address", sort=True), "address: sorts without an index on (address, id)"),
    (Col("sort", filter="within"), "sort: filter within needs an area"),
    (Col("depot", filter="within"), "depot: filter within needs an area"),
    (Col("name", filter="range"), "name: filter range needs days or numbers"),
    (Col("power_kw", search=True), "power_kw: only text can be searched"),
    (Col("keeper", search=True), "searches keeper without a BigramIndex"),
    (Col("age", read=len, filter="exact"), "age: a computed column cannot be filtered, sorted or searched"),
])
def test_a_fault_in_a_column_is_named(col, fault):
    assert any(text.startswith(fault) for text in with_cols(col)), with_cols(col)


@pytest.mark.parametrize(("changes", "fault"), [
    ({"order": "power_kw"}, "order power_kw is not a column that sorts"),
    ({"order": "-address"}, "order -address is not a column that sorts"),
    ({"key": ("cod",)}, "is keyed by the unknown column cod"),
    ({"key": ("state",)}, "is keyed by state, which no form of its takes"),
    ({"else_by": ("nick",)}, "is keyed by the unknown column nick"),
    ({"called_by": ("nick",)}, "is keyed by the unknown column nick"),
    ({"layer": SimpleNamespace(point="spot", added={})}, "its layer needs the column spot"),
    ({"model": Depot}, "its flow is of another model"),
    ({"flow": FLOWS["depot"]}, "its flow is not the registered one of kind pump"),
    ({"state_column": lambda: "asleep"}, "lists the unknown state asleep"),
    ({"slug": "pumpen"}, "its flow links to /desk/pumps/{uid}/"),
    ({"has_own_flow": True, "create": "invent"}, "its flow has no move invent"),
])
def test_a_fault_in_a_register_is_named(changes, fault):
    assert fault in with_cols(**changes)


def test_two_columns_with_one_label_would_be_one_column_of_a_sheet():
    assert with_cols(Col("name"), Col("address", label="名称")) == ["two columns are called 名称"]


def test_a_small_register_may_search_and_sort_without_an_index():
    assert with_cols(Col("keeper", search=True), Col("address", sort=True), small=True) == []


def test_pages_of_a_flow_are_checked_too(monkeypatch):
    monkeypatch.setattr("anlan.toolkit.registers.caseview.CASES", {})
    pages = CasePages(flow=REGISTERS["pumps"].flow, slug="x", seen_by=lambda actor, at: Pump.objects.none(),
                      facts=(Col("nmae"),), panels=(Linked("wells", "pump"),), undo={"restore": "retire"})
    assert list(page_problems(pages)) == [
        "no column nmae", "cannot undo restore by retire", "links to the unknown register wells"]
