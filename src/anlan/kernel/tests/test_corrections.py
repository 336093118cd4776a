"""A fact of the past told again: figures of an old head stay, those of the present head are right."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from anlan.kernel import marks
from anlan.kernel.corrections import correct, present
from anlan.kernel.door import Order, advance, advance_many
from anlan.kernel.flows import FLOWS
from anlan.kernel.folds import end_of
from anlan.kernel.journal import head_of_chain, seal_all, verify
from anlan.kernel.models import Clock, Entry, Mark
from anlan.kernel.refusals import Refused
from anlan.kernel.tests.toy.flow import LEAK
from anlan.kernel.tests.toy.models import Leak
from anlan.kernel.wording import sentence

from .conftest import ANNA, BEN, NOON, minutes

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
LATER = NOON + 10 * DAY


def entry(ref, n: int) -> Entry:
    return Entry.objects.get(kind="leak", subject_id=Leak.objects.get(uid=ref.uid).id, n=n)


def told_again(ref, n: int, **given: Any) -> Entry:
    receipt = correct(entry(ref, n), reason="原记录有误", actor=BEN, at=LATER, given=given)
    seal_all()
    return Entry.objects.get(id=receipt.entry_id)


def standing(cell: str, day: int, *, head: int | None = None, **more: Any) -> Decimal:
    return marks.standing("leak", cell, at=end_of(NOON.date() + day * DAY), head=head, **more)


def happened(event: str, day: int, *, head: int | None = None, **more: Any) -> Decimal:
    on = NOON.date() + day * DAY
    return marks.happened("leak", event, since=on, until=on, head=head, **more)


def consistent(ref) -> None:
    """State marks add up to the cell the case stands in, and the journal is whole."""
    case = Leak.objects.get(uid=ref.uid)
    sums: dict[tuple[Any, ...], Decimal] = {}
    for m in Mark.objects.filter(case_id=case.id, sort="s"):
        key = (m.cell, m.area_id, m.party_id, m.level)
        sums[key] = sums.get(key, Decimal(0)) + m.delta
    assert {k: v for k, v in sums.items() if v} == {(case.state, case.area_id, case.owner_party, case.grade): 1}
    seal_all()
    assert verify().breaks == []


@pytest.fixture
def walk(report):
    """Reported on day 0, taken on day 1, mended on day 3."""
    ref = report()
    advance(ref, "take", actor=ANNA, at=NOON + DAY)
    advance(ref, "mend", actor=ANNA, at=NOON + 3 * DAY, given={"cost": "12"})
    seal_all()
    return ref


def test_an_old_head_still_gives_the_old_figure_and_the_present_head_the_right_one(walk):
    head = head_of_chain()[0]
    assert [standing("open", d) for d in range(4)] == [1, 0, 0, 0]
    told_again(walk, 2, at=NOON + 2 * DAY)
    assert [standing("open", d) for d in range(4)] == [1, 1, 0, 0]
    assert [standing("mending", d) for d in range(4)] == [0, 0, 1, 0]
    assert [standing("open", d, head=head) for d in range(4)] == [1, 0, 0, 0]
    assert [standing("mending", d, head=head) for d in range(4)] == [0, 1, 1, 0]
    consistent(walk)


def test_a_deed_told_late_and_its_correction_both_count_where_they_happened(report):
    """Mended on day 2, told on day 5; the day was wrong: it was day 1."""
    ref = report()
    advance(ref, "take", actor=ANNA, at=NOON)
    seal_all()
    before = head_of_chain()[0]
    advance_many([Order(ref, "mend", ANNA, NOON + 2 * DAY, told_at=NOON + 5 * DAY)])
    seal_all()
    late = head_of_chain()[0]
    told_again(ref, 3, at=NOON + DAY)
    for head, mended, events in ((before, [0, 0, 0], [0, 0, 0]), (late, [0, 0, 1], [0, 0, 1]), (None, [0, 1, 1], [0, 1, 0])):
        assert [standing("mended", d, head=head) for d in range(3)] == mended
        assert [happened("mended", d, head=head) for d in range(3)] == events
    consistent(ref)


def test_the_entry_of_a_correction_says_what_it_is_and_the_first_entry_stays(walk):
    first = entry(walk, 2)
    made = told_again(walk, 2, at=NOON + 2 * DAY)
    assert (made.n, made.verb, made.corrects_id, made.at, made.actor_id) == (4, "correct", first.id, LATER, 2)
    assert (made.data["of"], made.data["reason"], made.data["given"]) == (
        2, "原记录有误", {"at": "2021-06-03T04:00:00+00:00"})
    assert sentence(made, "本") == "本更正了第2条记录：原记录有误"
    again = entry(walk, 2)
    assert (again.at, again.data, bytes(again.digest)) == (first.at, first.data, bytes(first.digest))
    assert Leak.objects.get(uid=walk.uid).version == 4


def test_a_corrected_level_holds_for_all_that_followed_and_the_case_follows(walk):
    head = head_of_chain()[0]
    told_again(walk, 1, level="major")
    assert [standing("mending", 1, level=x) for x in ("general", "major")] == [0, 1]
    assert [standing("mending", 1, level=x, head=head) for x in ("general", "major")] == [1, 0]
    assert [happened("cost", 3, level=x) for x in ("general", "major")] == [0, 12]
    assert Leak.objects.get(uid=walk.uid).grade == "major"
    advance(walk, "accept", actor=BEN, at=LATER)
    consistent(walk)


def test_a_level_corrected_in_the_middle_leaves_what_came_before(walk):
    told_again(walk, 2, level="major")
    assert [standing("open", 0, level=x) for x in ("general", "major")] == [1, 0]
    assert [standing("mending", 1, level=x) for x in ("general", "major")] == [0, 1]
    consistent(walk)


def test_a_later_regrading_ends_what_a_correction_carries(report):
    ref = report()
    advance(ref, "regrade", actor=ANNA, at=NOON + DAY, given={"grade": "major"})
    advance(ref, "take", actor=ANNA, at=NOON + 2 * DAY)
    seal_all()
    told_again(ref, 1, level="minor")
    assert [[standing("open", d, level=x) for x in ("general", "minor", "major")] for d in (0, 1, 2)] == [
        [0, 1, 0], [0, 0, 1], [0, 0, 0]]
    assert (standing("mending", 2, level="major"), Leak.objects.get(uid=ref.uid).grade) == (1, "major")
    consistent(ref)


def test_several_corrections_in_a_row_each_build_on_the_last(walk):
    told_again(walk, 1, level="major")
    told_again(walk, 2, at=NOON + 2 * DAY)
    told_again(walk, 3, at=NOON + 4 * DAY)
    told_again(walk, 1, level="minor")
    told_again(walk, 2, at=NOON + DAY)
    assert [[standing(c, d, level="minor") for d in range(5)] for c in ("open", "mending", "mended")] == [
        [1, 0, 0, 0, 0], [0, 1, 1, 1, 0], [0, 0, 0, 0, 1]]
    assert [happened("mended", d) for d in range(5)] == [0, 0, 0, 0, 1]
    assert {m.level for t in present("leak", Leak.objects.get(uid=walk.uid).id).values() for m in t.left} == {"minor"}
    consistent(walk)


def test_an_instant_before_the_deed_before_it_counts_from_that_one_on(walk):
    told_again(walk, 3, at=NOON)  # before it was taken: belongs to that day, stands from day 1
    assert [standing("mended", d) for d in range(3)] == [0, 1, 1]
    assert [happened("mended", d) for d in range(3)] == [1, 0, 0]
    consistent(walk)


def test_later_deeds_that_had_been_pushed_back_return_to_their_own_instant(report):
    ref = report(at=NOON + 2 * DAY)  # truly on day 0
    advance(ref, "take", actor=ANNA, at=NOON + DAY)
    seal_all()
    assert [standing("mending", d) for d in range(3)] == [0, 0, 1]
    told_again(ref, 1, at=NOON)
    assert [standing("mending", d) for d in range(3)] == [0, 1, 1]
    assert [standing("open", d) for d in range(3)] == [1, 0, 0]
    case = Leak.objects.get(uid=ref.uid)
    assert (case.opened_at, case.marked_at) == (NOON, NOON + DAY)
    consistent(ref)


def test_the_ground_is_corrected_with_the_case_and_its_running_clocks(walk, ground, report):
    ref = report()
    seal_all()
    other = ground["G2"].id
    told_again(ref, 1, area_id=other)
    assert standing("open", 0, area_id=ground["C2"].id) == 1
    assert (Leak.objects.get(uid=ref.uid).area_id, Clock.objects.get(stopped_at=None).area_id) == (other, other)
    consistent(ref)


def test_the_party_that_answers_is_corrected(walk):
    told_again(walk, 1, party_id=7)
    assert (standing("mending", 1, party_id=7), Leak.objects.get(uid=walk.uid).owner_party) == (1, 7)
    consistent(walk)


def test_an_events_day_alone_may_be_corrected(walk):
    told_again(walk, 3, belongs_on=date(2021, 6, 30))
    assert (happened("mended", 3), happened("mended", 29), happened("cost", 29)) == (0, 1, 12)
    assert standing("mended", 3) == 1
    consistent(walk)


def test_events_may_be_withdrawn_and_the_state_stays(walk):
    head = head_of_chain()[0]
    told_again(walk, 3, withdraw=True)
    assert (happened("mended", 3), happened("cost", 3), standing("mended", 3)) == (0, 0, 1)
    assert (happened("mended", 3, head=head), happened("cost", 3, head=head)) == (1, 12)
    consistent(walk)


@pytest.mark.parametrize("given", [{"at": NOON - DAY}, {"level": "major"}, {"withdraw": True},
                                   {"belongs_on": date(2021, 6, 9)}])
def test_what_was_taken_back_stays_taken_back_whatever_is_corrected(report, given):
    ref = report()
    advance(ref, "cancel", actor=ANNA, at=NOON + DAY)
    seal_all()
    told_again(ref, 1, **given)
    told_again(ref, 1, level="minor")
    rows = [(m.belongs_on, m.level, m.facet, m.delta) for m in Mark.objects.filter(cell="found")]
    sums: dict[Any, Decimal] = {}
    for *key, delta in rows:
        sums[tuple(key)] = sums.get(tuple(key), Decimal(0)) + delta
    assert set(sums.values()) == {Decimal(0)}
    seal_all()
    assert verify().breaks == []


def test_punctuality_follows_the_corrected_instant(report):
    ref = report()
    advance(ref, "take", actor=ANNA, at=NOON + minutes(130))
    clock = Clock.objects.get(name="take")
    assert clock.outcome == "late"
    told_again(ref, 2, at=NOON + minutes(110))
    clock.refresh_from_db()
    assert (clock.outcome, clock.stopped_at) == ("met", NOON + minutes(110))


@pytest.mark.parametrize(("n", "reason", "given", "said"), [
    (1, " ", {"level": "major"}, "请写明更正的理由"),
    (1, "错", {"place": "乙"}, "不能更正“place”"),
    (1, "错", {"at": LATER + DAY}, "更正后的时间不能晚于更正的时间"),
    (1, "错", {"level": "general"}, "更正的内容与原记录相同"),
    (4, "错", {"level": "major"}, "这条记录没有计入统计，无可更正"),
])
def test_what_cannot_be_corrected_is_refused_with_its_reason(walk, n, reason, given, said):
    advance(walk, "note", actor=ANNA, at=NOON, given={"note": "1"})
    with pytest.raises(Refused, match=said):
        correct(entry(walk, n), reason=reason, actor=BEN, at=LATER, given=given)
    assert (Entry.objects.count(), Leak.objects.get(uid=walk.uid).version) == (4, 4)


def test_what_follows_from_something_else_is_not_corrected_by_itself(walk, monkeypatch):
    monkeypatch.setitem(FLOWS, "leak", replace(LEAK, cell_columns={}))
    with pytest.raises(Refused, match="这一项由事项的其他内容得出，请更正那项内容"):
        correct(entry(walk, 1), reason="错", actor=BEN, at=LATER, given={"level": "major"})


def test_a_facet_of_events_alone_is_corrected_in_them(walk):
    told_again(walk, 1, facet="by_phone")
    assert (happened("found", 0, facets=("by_phone",)), happened("found", 0, facets=("by_hand",))) == (1, 0)
    consistent(walk)


def test_a_correction_is_not_corrected_itself(walk):
    made = told_again(walk, 1, level="major")
    with pytest.raises(Refused, match="请更正原记录"):
        correct(made, reason="错", actor=BEN, at=LATER, given={"level": "minor"})
