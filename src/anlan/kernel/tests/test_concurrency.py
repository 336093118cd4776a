"""Several people, ticks and sealers at once, each in a thread with its own connection."""

from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from threading import Barrier, Event, Thread
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from anlan.kernel import door, journal, rulebook
from anlan.kernel.changes import Ref
from anlan.kernel.door import Order, advance, advance_many
from anlan.kernel.flows import Given
from anlan.kernel.journal import seal_once, verify
from anlan.kernel.models import Clock, Entry, Paper, Parameter, Pending, Seal
from anlan.kernel.numbering import allot
from anlan.kernel.refusals import Refused
from anlan.kernel.tests.toy.models import Leak
from anlan.kernel.tick import Ticked, tick

from .conftest import ANNA, BEN, NOON, minutes

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """What each gave back or raised, all of them begun together."""
    results: list[Any] = [None] * len(works)
    barrier = Barrier(len(works))

    def run(i: int) -> None:
        try:
            barrier.wait(10)
            results[i] = works[i]()
        except BaseException as error:
            results[i] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=(i,)) for i in range(len(works))]
    for t in threads:
        t.start()
    for t in threads:
        t.join(60)
    return results


def test_a_move_by_two_people_at_once_is_one_receipt_and_one_refusal(report, leak):
    for _ in range(5):
        ref = report()
        results = at_once(*(partial(advance, ref, "take", actor=a, at=NOON) for a in (ANNA, BEN)))
        assert sorted(type(r).__name__ for r in results) == ["Receipt", "Refused"]
        assert "不能“接单”" in str(next(r for r in results if isinstance(r, Refused)))
        assert leak(ref).version == 2


def test_one_uid_opened_by_two_at_once_is_one_case_and_two_receipts(ground):
    given = {"area": str(ground["G1"].uid), "place": "甲"}
    for _ in range(5):
        ref, request = Ref("leak", uuid4()), uuid4()
        sending = partial(advance, ref, "report", actor=ANNA, at=NOON, given=given, request=request)
        results = at_once(sending, sending, sending)
        assert Counter(r.replay for r in results) == {False: 1, True: 2}
        assert len({r.entry_id for r in results}) == 1
        assert Entry.objects.filter(request=request).count() == 1


def test_a_request_used_for_two_cases_at_once_moves_one(report):
    for _ in range(5):
        request, refs = uuid4(), [report(), report()]
        results = at_once(*(partial(advance, r, "take", actor=ANNA, at=NOON, request=request) for r in refs))
        assert sorted(type(r).__name__ for r in results) == ["Receipt", "Refused"]
        assert str(next(r for r in results if isinstance(r, Refused))) == "同一请求编号已经用于另一事项"


def test_paper_numbers_are_given_without_gaps_to_many_at_once(report):
    refs = [report() for _ in range(24)]
    advance_many([Order(r, "take", ANNA, NOON) for r in refs])

    def mend(part: Sequence[Ref]) -> None:
        for ref in part:
            try:
                with transaction.atomic():
                    advance(ref, "mend", actor=ANNA, at=NOON)
                    if ref == part[0]:
                        raise RuntimeError("changed my mind")
            except RuntimeError:
                pass

    assert at_once(*(lambda i=i: mend(refs[i::6]) for i in range(6))) == [None] * 6
    assert sorted(Paper.objects.values_list("no", flat=True)) == list(range(1, 19))


def test_blocks_of_numbers_taken_at_once_do_not_overlap(db):
    blocks = at_once(*(lambda n=n: list(allot("令", 2021, n)) for n in (1, 5, 2, 7)))
    assert sorted(n for block in blocks for n in block) == list(range(1, 16))


def test_two_ticks_at_once_fire_each_clock_once(report):
    for _ in range(40):
        report()
    at = NOON + minutes(120)
    done = at_once(*[lambda: tick(at=at, batch=7)] * 3)
    tick(at=at)  # what one had locked while the other came by
    assert all(isinstance(d, Ticked) for d in done)
    assert Counter(Entry.objects.values_list("verb", flat=True)) == {"report": 40, "nag": 40}
    assert Clock.objects.filter(outcome="fired").count() == 40


def test_a_tick_leaves_a_case_that_someone_holds_and_fires_it_later(report, leak):
    refs = [report() for _ in range(3)]
    held, done = Event(), Event()

    def hold() -> None:
        with transaction.atomic():
            Leak.objects.select_for_update().get(uid=refs[1].uid)
            held.set()
            done.wait(20)

    def fire() -> Ticked:
        held.wait(20)
        try:
            return tick(at=NOON + minutes(120))
        finally:
            done.set()

    assert at_once(hold, fire) == [None, Ticked(fired=2)]
    assert tick(at=NOON + minutes(120)) == Ticked(fired=1)


def test_a_deadlock_is_tried_again_once(report, monkeypatch):
    """Each order entails a move on the other's case: together they must lock crosswise."""
    first, second = report(), report()
    refs = {first.uid: second, second.uid: first}
    tries: list[int] = []
    both_have_one = Barrier(2)
    carry = door.carry

    def crosswise(batch: Any, deed: Any) -> Any:
        if deed.move.name == "take" and len(tries) < 2:
            tries.append(1)
            both_have_one.wait(10)
        return carry(batch, deed)

    monkeypatch.setattr(door, "carry", crosswise)
    spawned = door.spawned
    monkeypatch.setattr(door, "spawned", lambda deed: [(refs[deed.ref.uid], "hush", Given())]
                        if deed.move.name == "take" else spawned(deed))
    results = at_once(*(lambda r=r: advance(r, "take", actor=ANNA, at=NOON) for r in (first, second)))
    assert [getattr(r, "state", r) for r in results] == ["mending", "mending"]
    assert Counter(Entry.objects.values_list("verb", flat=True)) == {"report": 2, "take": 2, "hush": 2}


def test_a_fault_that_is_no_race_is_not_tried_again(report, monkeypatch):
    ref, tries = report(), []

    def twice(written: Any) -> None:
        tries.append(1)
        written[0].n = 1

    monkeypatch.setattr("anlan.kernel.write.number_papers", twice)
    with pytest.raises(IntegrityError, match="entry_version"):
        advance(ref, "take", actor=ANNA, at=NOON)
    assert len(tries) == 1


def test_two_sealers_at_once_cannot_fork_the_chain(report):
    for _ in range(60):
        report()
    done = at_once(*[lambda: [seal_once(limit=7) for _ in range(20)]] * 3)
    assert all(isinstance(d, list) for d in done)
    assert sum(sum(d) for d in done) == 60
    assert (Pending.objects.count(), Seal.objects.count(), verify().breaks) == (0, 60, [])


def test_entries_are_sealed_in_each_cases_order_while_people_work(report):
    refs = [report() for _ in range(4)]
    stop = Event()

    def seal() -> int:
        total = 0
        while not stop.is_set():
            total += seal_once(limit=3)
        return total

    def work(ref: Ref) -> None:
        for n in range(12):
            advance(ref, "note", actor=ANNA, at=NOON, given={"note": str(n)})

    def workers() -> None:
        try:
            assert at_once(*(lambda r=r: work(r) for r in refs)) == [None] * 4
        finally:
            stop.set()

    done = at_once(seal, seal, workers)
    journal.seal_all()
    assert done[2] is None
    order: dict[int, list[int]] = {}
    for s in Seal.objects.order_by("no").select_related("entry"):
        order.setdefault(s.entry.subject_id, []).append(s.entry.n)
    assert all(ns == sorted(ns) for ns in order.values())
    assert verify().breaks == []


def test_rules_that_were_rolled_back_are_not_remembered(ground):
    def edit(value: int, keep: bool) -> None:
        with transaction.atomic():
            Parameter.objects.filter(key="limit").delete()
            Parameter.objects.create(uid=uuid4(), state="active", opened_at=NOON, changed_at=NOON, key="limit", label="",
                                     value=value, valid_from=NOON.date(), source="", confidence="sure")
            rulebook.touch("parameters")
            assert rulebook.parameter("limit", NOON.date()) == value
            if not keep:
                transaction.set_rollback(True)

    edit(1, keep=True)
    edit(2, keep=False)
    assert rulebook.parameter("limit", NOON.date()) == 1
    edit(3, keep=True)
    assert rulebook.parameter("limit", NOON.date()) == 3


def test_another_process_sees_an_edited_rule_at_its_next_deed(ground):
    seen = []

    def edit() -> None:
        Parameter.objects.create(uid=uuid4(), state="active", opened_at=NOON, changed_at=NOON, key="limit", label="",
                                 value=5, valid_from=NOON.date(), source="", confidence="sure")
        rulebook.touch("parameters")

    with pytest.raises(rulebook.Missing, match="规则“limit”在2021-06-01没有生效的取值"):
        rulebook.parameter("limit", NOON.date())
    held = dict(rulebook._held)
    assert at_once(edit) == [None]
    rulebook._held.update(held)  # as in a process that was not told
    seen.append(rulebook.parameter("limit", NOON.date()))
    assert seen == [5]
