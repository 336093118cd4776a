"""Areas move from parent to parent on a day, and all below move with them; the past stays as it was."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import models
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.kernel import changes as c
from anlan.kernel import marks, rulebook
from anlan.kernel.areas import _move, within
from anlan.kernel.changes import Ref, Within
from anlan.kernel.door import Order, advance, advance_many
from anlan.kernel.flows import FLOWS, NEW, SAME, Cell, Flow, Given, Move
from anlan.kernel.journal import seal_all
from anlan.kernel.models import Area, AreaIn
from anlan.kernel.refusals import Refused
from anlan.kernel.rules import anyone

from .conftest import ANNA, NOON

pytestmark = pytest.mark.django_db
JULY, MAY = date(2021, 7, 1), date(2021, 5, 1)


class State(models.TextChoices):
    ACTIVE = "active", "在用"


def place(case, facts, actor, when, given):
    if not case.code:
        yield c.Set(code=given.code, name=given.code, level=3, valid_from=given.since)
    yield c.Within(given.parent, given.since)


GROUND = Flow(kind="ground", label="地块", model=Area, states=State, final=(State.ACTIVE,), touches=("areas",),
              link="/g/{uid}", cell=lambda area: Cell(None, area.id), moves=(
                  Move("found", "设立", NEW, State.ACTIVE, by=anyone, says="{who}", does=(place,)),
                  Move("shift", "划归", (State.ACTIVE,), SAME, by=anyone, says="{who}", does=(place,))))


@pytest.fixture
def shift(ground, monkeypatch):
    monkeypatch.setitem(FLOWS, "ground", GROUND)

    def do(code, parent, since):
        ref = Ref("ground", ground[code].uid)
        advance(ref, "shift", actor=ANNA, at=NOON, given=Given(
            {"parent": ground[parent].id if parent else None, "since": since}))

    return do


def inside(area, on):
    return sorted(Area.objects.filter(id__in=within(area.id, on)).values_list("code", flat=True))


def lineage(area, on):
    ids = rulebook.rulebook().lineage(area.id, on)
    return sorted(Area.objects.filter(id__in=ids).values_list("code", flat=True))


def test_an_area_that_moves_takes_what_lies_in_it_along_from_that_day(ground, shift):
    shift("C1", "C2", JULY)
    assert inside(ground["C2"], JULY) == ["C1", "C2", "G1", "G2"]
    assert inside(ground["C2"], JULY - timedelta(days=1)) == ["C2", "G2"]
    assert lineage(ground["G1"], JULY) == ["C1", "C2", "D", "G1", "S"]
    assert lineage(ground["G1"], NOON.date()) == ["C1", "D", "G1", "S"]
    assert list(AreaIn.objects.filter(area=ground["G1"], valid_to=None).order_by("depth").values_list(
        "ancestor__code", "depth")) == [("G1", 0), ("C1", 1), ("C2", 2), ("S", 3), ("D", 4)]


def test_moving_back_and_twice_on_one_day_leaves_one_line(ground, shift):
    shift("G1", "C2", JULY)
    shift("G1", "S", JULY)
    assert lineage(ground["G1"], JULY) == ["D", "G1", "S"]
    shift("G1", "C1", JULY)
    assert list(AreaIn.objects.filter(area=ground["G1"]).order_by("depth").values_list(
        "ancestor__code", "valid_from", "valid_to")) == [
            (code, date(2000, 1, 1), None) for code in ("G1", "C1", "S", "D")]


def test_a_move_told_afterwards_rewrites_what_lay_below_at_the_time(ground, shift):
    shift("G1", "C2", JULY)
    shift("C1", None, MAY)  # it left the street in May, while G1 was still in it
    assert [lineage(ground["G1"], d) for d in (date(2021, 4, 30), MAY, JULY)] == [
        ["C1", "D", "G1", "S"], ["C1", "G1"], ["C2", "D", "G1", "S"]]
    assert lineage(ground["C1"], JULY) == ["C1"]


def test_a_move_told_afterwards_holds_until_the_next_that_is_known(ground, shift):
    shift("G1", "C2", JULY)
    shift("G1", "S", MAY)
    assert [lineage(ground["G1"], d) for d in (date(2021, 4, 30), MAY, JULY)] == [
        ["C1", "D", "G1", "S"], ["D", "G1", "S"], ["C2", "D", "G1", "S"]]


def test_an_area_cannot_lie_in_itself_or_in_what_lies_in_it(ground, shift):
    for parent in ("C1", "G1"):
        with pytest.raises(Refused, match="区域不能隶属于它自己或它的下级"):
            shift("C1", parent, JULY)
    assert inside(ground["C1"], JULY) == ["C1", "G1"]


def test_many_new_areas_are_placed_together_in_few_statements(ground, shift, django_assert_max_num_queries):
    orders = [Order(Ref("ground", uuid4()), "found", ANNA, NOON, Given(
        {"code": f"N{n}", "parent": ground["C1"].id, "since": MAY})) for n in range(40)]
    with django_assert_max_num_queries(25):
        assert all(advance_many(orders))
    assert len(inside(ground["S"], MAY)) == 45
    assert lineage(Area.objects.get(code="N7"), MAY) == ["C1", "D", "N7", "S"]


def test_an_area_older_than_its_parent_stands_alone_until_then(ground, shift):
    for code, parent, since in (("P", ground["D"].id, JULY), ("Q", None, MAY)):
        given = Given({"code": code, "parent": parent, "since": since})
        advance(Ref("ground", uuid4()), "found", actor=ANNA, at=NOON, given=given)
    p, q = Area.objects.get(code="P"), Area.objects.get(code="Q")
    advance(Ref("ground", q.uid), "shift", actor=ANNA, at=NOON, given=Given({"parent": p.id, "since": MAY}))
    assert [lineage(q, d) for d in (MAY, JULY)] == [["Q"], ["D", "P", "Q"]]


def test_figures_follow_the_tree_of_their_day(ground, shift, report):
    report()
    seal_all()
    shift("G1", "C2", JULY)
    for on, codes in ((NOON, {"C1": 1}), (NOON + timedelta(days=60), {"C2": 1})):
        found = marks.by_area(marks.Count("leak", ("open",), at=on), level=2)
        assert {Area.objects.get(id=a).code: n for a, n in found.items()} == codes
        assert marks.standing("leak", "open", ground["C2"].id, at=on) == codes.get("C2", 0)


days = st.integers(0, 20).map(lambda n: date(2021, 1, 1) + timedelta(days=n))


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 8), st.integers(0, 8), days), max_size=25))
def test_every_line_is_its_parents_line_below_itself(moves):
    timelines, parent_of = {}, {}
    for area in range(1, 9):
        _move(timelines, area, Within(None, date(2020, 1, 1)))
        parent_of[area] = {date(2020, 1, 1): 0}
    for area, parent, since in moves:
        try:
            _move(timelines, area, Within(parent or None, since))
        except Refused:
            continue
        told, last = {**parent_of[area], since: parent}, None
        parent_of[area] = {}
        for day in sorted(told):
            if told[day] != last:
                last = parent_of[area][day] = told[day]
    for area, changes in parent_of.items():
        for n in range(21):
            day = date(2021, 1, 1) + timedelta(days=n)
            parent = next(changes[d] for d in sorted(changes, reverse=True) if d <= day)
            assert line_on(timelines, area, day) == (area, *line_on(timelines, parent, day))


def line_on(timelines, area, day):
    lines = [s.line for s in timelines.get(area, []) if s.since <= day and (s.until is None or day < s.until)]
    assert len(lines) <= 1
    return lines[0] if lines else ()


def test_a_flow_that_moves_areas_makes_every_process_read_the_tree_again(ground, shift):
    before = rulebook.rulebook().parents
    shift("G1", "C2", JULY)
    assert rulebook.rulebook().parents is not before
    assert replace(GROUND).touches == ("areas",)
