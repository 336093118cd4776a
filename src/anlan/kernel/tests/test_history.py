"""A past that is loaded equals one that walked through the door."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import event, given

from anlan.kernel import tick
from anlan.kernel.blank import blank
from anlan.kernel.changes import Ref
from anlan.kernel.door import Order, advance, advance_many
from anlan.kernel.flows import FLOWS
from anlan.kernel.folds import fold_whole, rebuild
from anlan.kernel.follow import pass_over
from anlan.kernel.history import Counts, History, Sealing, load_history
from anlan.kernel.journal import seal_all, seal_rest, verify
from anlan.kernel.models import Clock, Cursor, Entry, Fold, FoldMonth, Paper, Pending, Seal
from anlan.kernel.numbering import allot
from anlan.kernel.refusals import Refusal, Refused
from anlan.kernel.tests.toy.flow import LEAK, job_of
from anlan.kernel.tests.toy.models import Crew, Job, Leak
from anlan.kernel.unburden import KERNELS, put_back, take_off
from anlan.kernel.worktime import Limit, Unit

from .conftest import ANNA, BEN, NOON, minutes
from .walks import FEW, Walk, left_behind, steps

pytestmark = pytest.mark.django_db


@pytest.fixture
def party(ground):
    ref = Ref("crew", uuid4())
    advance(ref, "create", actor=ANNA, at=NOON, given={"name": "甲班", "area": str(ground["S"].uid)})
    seal_all()
    return Crew.objects.get().id


def through_the_door(ground, party, walk, done):
    """done: gets what happened, for the history to follow."""
    refused, path = [], Walk(ground, party)
    for step in walk:
        order = path.next(step)
        done.append((path.now, order))
        if order is None:
            tick.tick(at=path.now)
        elif isinstance(result := advance_many([order])[0], Refusal):
            refused.append((order, str(result)))
    seal_all()
    return refused


def through_history(done, flush_after=None, at_their_end=()):
    history, refused = History(at_their_end=at_their_end), []
    burden = take_off((Leak, Job)) if at_their_end else ()
    for n, (now, order) in enumerate(done):
        if order is None:
            history.tick(at=now)
        else:
            try:
                known = {"leak_uid": job_of(order.ref)} if order.ref.kind == "job" else {}
                history.move(order.ref, order.move, order.actor, order.at, order.given, told_at=order.told_at,
                             facts=known)
            except Refused as why:
                refused.append((order, str(why)))
        if flush_after and n % flush_after == flush_after - 1:
            history.flush(last=False)
    history.flush()
    put_back(s for part in burden for statements in part.values() for s in statements)
    return refused


def rolled_back(work, *args):
    """What a walk refuses and leaves behind, in a transaction that is undone."""
    with transaction.atomic():
        refused = work(*args)
        left = left_behind()
        assert verify().breaks == []
        transaction.set_rollback(True)
    return refused, left


@FEW
@given(walk=steps)
def test_a_loaded_history_equals_one_that_walked_through_the_door(ground, party, walk):
    done = []
    refused, left = rolled_back(through_the_door, ground, party, walk, done)
    also_refused, also_left = rolled_back(through_history, done)
    assert also_refused == refused
    for name in left:
        assert also_left[name] == left[name], name
    for e in left["entries"]:
        event(e[3])
    for at_their_end in ((), ("leak", "job")):
        _refused, in_parts = rolled_back(through_history, done, 3, at_their_end)
        for name in left:
            assert in_parts[name] == left[name], (name, at_their_end)


def report(history, ground, at=NOON, **more):
    ref = Ref("leak", uuid4())
    history.open(ref, "report", ANNA, at, {"area": str(ground["G1"].uid), "place": "甲"}, **more)
    return ref


def test_a_chain_of_deeds_is_planned_in_memory_and_written_once(ground, django_assert_num_queries):
    history = History()
    with django_assert_num_queries(3):  # ids of cases and of clocks; the counter of papers
        for _ in range(50):
            ref = report(history, ground, facts={"named_area": ground["G1"].id})
            assert history.clocks(ref)["take"].due_at == NOON + minutes(120)
            case = history.move(ref, "take", ANNA, NOON + minutes(5))
            assert (case.state, case.version) == ("mending", 2)
            history.move(ref, "mend", ANNA, NOON + minutes(9))
            history.move(ref, "accept", BEN, NOON + minutes(10))
    assert Entry.objects.count() == 0
    assert history.flush() == Counts(deeds=200, cases=50, marks=450, clocks=100, papers=50)
    assert (Entry.objects.count(), Seal.objects.count(), Pending.objects.count()) == (200, 200, 0)
    assert Paper.objects.latest("id").number == "修〔2021〕50号"
    assert verify().breaks == []
    assert history.batch.cases == {}


def test_a_case_that_is_written_at_its_end_comes_into_its_table_once_and_its_entries_at_once(ground):
    history = History(at_their_end=("leak",))
    ended, open_ = report(history, ground), report(history, ground)
    history.flush(last=False)
    assert (Leak.objects.count(), Clock.objects.count(), Entry.objects.count()) == (0, 0, 2)
    for move, actor in (("take", ANNA), ("mend", ANNA), ("accept", BEN)):
        history.move(ended, move, actor, NOON)
    history.move(open_, "take", ANNA, NOON)
    history.flush(last=False)
    assert list(Leak.objects.values_list("uid", "state", "version")) == [(ended.uid, "closed", 4)]
    assert set(Clock.objects.values_list("case_id", "name")) == {(Leak.objects.get().id, n) for n in ("take", "mend")}
    assert history.flush() == Counts(deeds=6, cases=2, marks=history.counts.marks, clocks=4, papers=1)
    assert set(Leak.objects.values_list("uid", "state", "version")) == {(ended.uid, "closed", 4), (open_.uid, "mending", 2)}
    history.move(open_, "mend", ANNA, NOON)
    history.flush(last=False)
    assert Leak.objects.get(uid=open_.uid).version == 3
    assert verify().breaks == []


def test_facts_that_the_caller_does_not_give_are_loaded(ground):
    history = History()
    assert history.case(report(history, ground)).area_id == ground["G1"].id
    with pytest.raises(Refused, match="区域不存在"):
        report(history, ground, facts={"named_area": None})


def test_a_refused_move_changes_nothing_in_memory(ground):
    history = History()
    ref = report(history, ground)
    job = Ref("job", job_of(history.move(ref, "assign", ANNA, NOON, {"reason": "换管"})))
    history.flush()
    before = (history.case(ref).version, history.case(job).state, len(history.written), sorted(history.clocks(ref)))
    with pytest.raises(Refused, match="须由修理人操作"):
        history.move(job, "finish", BEN, NOON)
    assert (history.case(ref).version, history.case(job).state, len(history.written),
            sorted(history.clocks(ref))) == before
    assert history.move(job, "finish", ANNA, NOON).state == "done"


def test_what_is_absent_unknown_or_no_opening_is_named(ground):
    history = History()
    ref = Ref("leak", uuid4())
    for work in (lambda: history.case(ref), lambda: history.move(ref, "take", ANNA, NOON)):
        with pytest.raises(Refused, match="没有找到这一事项"):
            work()
    with pytest.raises(Refused, match="没有这样的操作"):
        history.move(ref, "fly", ANNA, NOON)
    with pytest.raises(ValueError, match=r"leak\.take opens nothing"):
        history.open(ref, "take", ANNA, NOON)


def test_clocks_fire_at_their_own_instants_or_at_a_ticks(ground):
    history = History()
    first, second = report(history, ground), report(history, ground, at=NOON + minutes(60))
    assert history.next_due() == NOON + minutes(120)
    assert history.run_until(NOON + minutes(190)) == 3  # nag, nag, and the first's last resort
    assert [(w.deed.move.name, w.at - NOON) for w in history.written[2:]] == [
        ("nag", minutes(120)), ("nag", minutes(180)), ("nobody_acted", minutes(180))]
    assert history.case(first).alarm == "take"
    late = NOON + timedelta(days=1)
    assert history.tick(at=late) == 1
    assert (history.written[-1].at, history.case(second).alarm) == (late, "take")


def test_clocks_of_some_kinds_fire_while_the_others_wait(ground):
    history = History()
    history.open(Ref("leak", uuid4()), "report", ANNA, NOON, {"area": str(ground["G1"].uid), "place": "甲"})
    later = NOON + timedelta(hours=2)
    assert (history.next_due(("crew",)), history.next_due(("leak",)), history.next_due()) == (None, later, later)
    assert (history.run_until(later, ("crew",)), history.tick(at=later, kinds=("crew",))) == (0, 0)
    assert (history.run_until(later, ("leak",)), history.tick(at=later)) == (1, 0)


def test_a_row_made_fast_is_the_one_that_its_model_makes():
    fast, usual = blank(Clock, name="take", case_id=7), Clock(name="take", case_id=7)
    assert {k: v for k, v in vars(fast).items() if k != "_state"} == {k: v for k, v in vars(usual).items() if k != "_state"}
    first, second = blank(Leak), blank(Leak)
    first.notes.append("湿")
    assert (second.notes, Leak().notes) == ([], [])


def test_two_clocks_of_one_case_fire_in_their_order_and_a_closed_case_hears_no_second(ground, monkeypatch):
    def with_moves(**changed):
        moves = tuple(replace(m, **changed.get(m.name, {})) for m in LEAK.moves)
        monkeypatch.setitem(FLOWS, "leak", replace(LEAK, moves=moves))

    one = replace(LEAK.move("take").clock[0], name="one", fires=("nag", "give_back"), limit=Limit(1, Unit.HOUR))
    two = replace(one, name="two", limit=Limit(2, Unit.HOUR))
    for end, verbs in (("open", ["give_back", "nag"]), ("closed", ["give_back"])):
        with_moves(take={"clock": (two, one)}, give_back={"to": end})
        history = History()
        ref = report(history, ground)
        history.move(ref, "take", ANNA, NOON)
        history.tick(at=NOON + minutes(180))
        assert [w.deed.move.name for w in history.written[2:]] == verbs


def test_a_case_of_the_tables_is_taken_up_again_with_its_clocks(ground, report):
    ref = report()
    tick.tick(at=NOON + minutes(120))
    history = History()
    history.case(ref)
    assert (history.next_due(), sorted(history.clocks(ref))) == (NOON + minutes(180), ["take"])
    history.move(ref, "take", ANNA, NOON + minutes(60), told_at=NOON + minutes(130))
    history.flush()
    assert [k.outcome for k in Clock.objects.filter(name="take").order_by("id")] == ["met_told_late", "met"]
    assert (Leak.objects.get().version, verify().breaks) == (3, [])


def test_nobody_else_may_move_a_case_meanwhile(ground, report):
    ref = report()
    history = History()
    history.move(ref, "take", ANNA, NOON)
    advance(ref, "regrade", actor=BEN, at=NOON, given={"grade": "major"})
    with pytest.raises(Refused, match="内容刚被他人更新"):
        history.flush()
    assert Leak.objects.get().version == 2


def test_nobody_else_may_take_numbers_meanwhile(ground):
    history = History()
    ref = report(history, ground)
    for move in ("take", "mend"):
        history.move(ref, move, ANNA, NOON)
    allot("修", 2021, 1)
    with pytest.raises(Refused, match="“修”2021年的编号在导入期间已被他人取用"):
        history.flush()


def test_a_uid_that_exists_is_refused_by_the_table(ground, report):
    ref = report()
    history = History()
    history.open(ref, "report", ANNA, NOON, {"area": str(ground["G1"].uid), "place": "甲"})
    with pytest.raises(IntegrityError, match="toy_leak_uid_key"):
        history.flush()


def test_a_history_may_wait_for_the_sealer(ground):
    history = History(sealed=False)
    report(history, ground)
    history.flush()
    assert (Pending.objects.count(), Seal.objects.count()) == (1, 0)
    seal_all()
    assert verify().breaks == []


def test_what_waited_is_sealed_before_a_history(ground, report):
    ref = report()
    load_history([Order(ref, "take", ANNA, NOON)])
    assert [s.entry.verb for s in Seal.objects.order_by("no").select_related("entry")] == ["report", "take"]


def test_orders_are_loaded_in_parts(ground):
    refs = [Ref("leak", uuid4()) for _ in range(7)]
    orders = [Order(r, "report", ANNA, NOON, {"area": str(ground["G1"].uid), "place": "甲"}) for r in refs]
    orders += [Order(r, "take", ANNA, NOON + minutes(3)) for r in refs]
    counts = load_history(orders, facts=lambda o: {"named_area": ground["G1"].id}, flush_after=4)
    assert (counts.deeds, counts.cases, counts.clocks) == (14, 7, 14)
    assert set(Leak.objects.values_list("state", "version")) == {("mending", 2)}
    assert verify().breaks == []


def test_what_is_known_in_memory_is_asked_of_whoever_knows(ground, django_assert_num_queries):
    asked = []

    def named_area(subject):
        asked.append(subject.given.place)
        return ground["G1"].id

    history = History(knowers={("leak", "named_area"): named_area})
    with django_assert_num_queries(2):  # ids of cases and of clocks
        ref = report(history, ground)
    assert (asked, history.case(ref).area_id) == (["甲"], ground["G1"].id)


def test_a_history_without_seals_is_sealed_at_last_in_one_pass(ground, report):
    report()
    history = History(sealed=Sealing.LAST)
    first = Ref("leak", uuid4())
    history.open(first, "report", ANNA, NOON, {"area": str(ground["G1"].uid), "place": "乙"})
    history.flush()
    assert (Pending.objects.count(), Seal.objects.count()) == (1, 0)
    assert (seal_rest(), Pending.objects.count(), Seal.objects.count(), verify().breaks) == (2, 0, 2, [])
    assert seal_rest() == 0


def test_indexes_and_references_come_back_as_they_were(ground):
    def described():
        with connection.cursor() as cursor:
            cursor.execute("SELECT indexdef FROM pg_indexes WHERE tablename IN ('toy_leak', 'kernel_mark') ORDER BY 1")
            indexes = cursor.fetchall()
            cursor.execute("SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid IN"
                           " ('toy_leak'::regclass, 'kernel_mark'::regclass) ORDER BY 1")
            return indexes, cursor.fetchall()

    before = described()
    burden = take_off((*KERNELS, Leak))
    assert len(described()[0]) == 2  # the primary keys
    load_history([Order(Ref("leak", uuid4()), "report", ANNA, NOON, {"area": str(ground["G1"].uid), "place": "甲"})])
    put_back(s for part in burden for statements in part.values() for s in statements)
    assert described() == before


def test_followers_pass_over_what_is_done_or_too_old(ground):
    for n in range(3):
        load_history([Order(Ref("leak", uuid4()), "report", ANNA, NOON + timedelta(days=n),
                            {"area": str(ground["G1"].uid), "place": "甲"})])
    pass_over("test", until=NOON + timedelta(days=1))
    assert Cursor.objects.get(name="test").no == 1
    pass_over("test")
    assert Cursor.objects.get(name="test").no == 3
    rebuild()
    sums = set(Fold.objects.values_list("kind", "cell", "area_id", "day", "came"))
    Fold.objects.all().delete()
    FoldMonth.objects.all().delete()
    fold_whole()
    assert set(Fold.objects.values_list("kind", "cell", "area_id", "day", "came")) == sums != set()
    assert Cursor.objects.get(name="folds").no == 3


def test_an_empty_history_writes_nothing(ground, django_assert_num_queries):
    history = History()
    with django_assert_num_queries(0):
        assert history.flush() == Counts()

