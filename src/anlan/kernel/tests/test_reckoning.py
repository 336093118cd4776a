"""An edited calendar or parameter: the differences first, then open clocks as if started under the new rules."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.kernel import changes as c
from anlan.kernel import reckoning
from anlan.kernel.clockwork import resumed
from anlan.kernel.door import advance
from anlan.kernel.flows import When
from anlan.kernel.journal import seal_all, verify
from anlan.kernel.models import NEVER, Calendar, CalendarDay, Clock, Entry, Parameter, Party, Stake
from anlan.kernel.plan import clock_for
from anlan.kernel.reckoning import Scope, apply, differences, reckon
from anlan.kernel.rulebook import Rulebook, Setting, rulebook, touch
from anlan.kernel.tests.toy.models import Leak
from anlan.kernel.tick import tick
from anlan.kernel.wording import sentence
from anlan.kernel.worktime import Limit, Unit, Worktime

from .conftest import ANNA, BEN, NOON
from .test_clocks import with_move  # noqa: F401  a fixture
from .test_worktime import OFFICE, ZONE

BEGAN = date(2021, 1, 1)
WORKING = Limit(3, Unit.WORKING_DAY)


# The pure part: reckoning equals starting under the new rules

DAYS = st.dictionaries(st.integers(0, 60).map(lambda n: BEGAN + timedelta(days=n)), st.sampled_from([None, OFFICE]), max_size=30)
BOOKS = DAYS.map(lambda days: Rulebook({}, {"office": Worktime(ZONE, (OFFICE,) * 5 + ((), ()), days, 1, "office")}, {}, {}))
GAPS = st.lists(st.integers(1, 12_000), max_size=6)  # minutes: run, pause, run, pause …


def run(book, start, limit, share, gaps):
    """A clock as deeds start, pause and resume it; and the pauses that were recorded."""
    planned = clock_for(c.Start("mend", limit, remind=share), book, When(start, start))
    clock = Clock(name="mend", limit_value=limit.value, limit_unit=str(limit.unit), calendar_id=1, share=share,
                  started_at=planned.started_at, due_at=planned.due_at, remind_at=planned.remind_at)
    pauses, at = [], start
    for running, resting in zip(gaps[::2], gaps[1::2], strict=False):
        since = at + timedelta(minutes=running)
        at = since + timedelta(minutes=resting)
        clock.due_at, clock.remind_at = resumed(clock, since, at, book)
        pauses.append((since, at))
    return clock, pauses


@settings(max_examples=300)
@given(BOOKS, BOOKS, st.integers(0, 40_000), st.builds(Limit, st.integers(0, 20), st.sampled_from(Unit)),
       st.sampled_from([0.0, 0.5, 0.8]), GAPS)
def test_reckoning_anew_equals_starting_under_the_new_calendar_with_the_same_pauses(old, new, minute, limit, share, gaps):
    start = datetime(2021, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
    clock, pauses = run(old, start, limit, share, gaps)
    wanted, _same = run(new, start, limit, share, gaps)
    moved = reckon(clock, pauses, start.date(), new, {}, start)
    found = (moved.due_at, moved.remind_at) if moved else (clock.due_at, clock.remind_at)
    assert found == (wanted.due_at, wanted.remind_at)


@given(BOOKS, st.integers(0, 40_000), st.builds(Limit, st.integers(0, 20), st.sampled_from(Unit)), GAPS)
def test_under_the_same_rules_no_clock_moves(book, minute, limit, gaps):
    start = datetime(2021, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
    clock, pauses = run(book, start, limit, 0.8, gaps)
    assert reckon(clock, pauses, start.date(), book, {}, start) is None


@pytest.mark.parametrize(("at", "again"), [(2, True), (6, False)])
def test_who_was_reminded_is_reminded_again_of_another_end_that_is_still_far(at, again):
    plain = Rulebook({}, {"office": Worktime(ZONE, (OFFICE,) * 7, {}, 1, "office")}, {}, {})
    clock, _pauses = run(plain, NOON, Limit(5, Unit.WORKING_DAY), 0.8, [])
    clock.remind_at = NEVER
    moved = reckon(clock, (), NOON.date(), plain.with_days("office", {date(2021, 6, 3): False}), {}, NOON + timedelta(days=at))
    remind = NOON + (moved.due_at - NOON) * 0.8
    assert moved.remind_at == (remind if again else NEVER)
    assert reckon(clock, (), NOON.date(), plain, {}, NOON) is None


# Through the door


@pytest.fixture
def working(with_move):  # noqa: F811
    """A leak that is taken is mended within three working days."""
    with_move("take", clock=(replace_clock(WORKING),))


def replace_clock(limit):
    from .toy.flow import LEAK  # noqa: PLC0415

    return replace(LEAK.move("take").clock[0], limit=limit)


@pytest.fixture
def taken(report, working):
    def do(at=NOON, actor=ANNA):
        ref = report(at=at)
        advance(ref, "take", actor=actor, at=at)
        return ref

    return do


def rest(*days):
    """The notice makes these days days of rest."""
    office = Calendar.objects.get()
    CalendarDay.objects.bulk_create([CalendarDay(calendar=office, day=day, works=False, name="放假", valid_from=day, source="国办")
                                     for day in days])
    touch("calendars")


def mend():
    return Clock.objects.get(name="mend")


def end_of(day):
    return datetime.combine(day + timedelta(days=1), datetime.min.time(), ZONE)


@pytest.mark.django_db
def test_the_differences_are_shown_and_nothing_is_written(taken):
    taken()
    rest(date(2021, 6, 3))
    before = (mend().due_at, Entry.objects.count(), Leak.objects.get().version)
    (moved,) = differences(Scope(), NOON)
    assert (moved.clock.due_at, moved.due_at) == (end_of(date(2021, 6, 4)), end_of(date(2021, 6, 7)))
    assert (mend().due_at, Entry.objects.count(), Leak.objects.get().version) == before


@pytest.mark.django_db
def test_an_edit_can_be_looked_at_before_it_is_made(taken):
    taken()
    book = rulebook().with_days("office", {date(2021, 6, 3): False})
    (moved,) = differences(Scope("office", days=(date(2021, 6, 3),)), NOON, book)
    assert moved.due_at == end_of(date(2021, 6, 7))
    assert list(differences(Scope("office", days=(date(2021, 6, 7),)), NOON, book)) == []
    assert list(differences(Scope("office"), NOON)) == []


@pytest.mark.django_db
def test_the_clock_its_reminder_and_who_owes_follow_under_one_entry(taken):
    Party.objects.create(id=7)
    taken(actor=replace(ANNA, parties=(7,)))
    rest(date(2021, 6, 3))
    done = apply(Scope("office"), why="2021年节假日安排", actor=BEN, at=NOON)
    entry, clock, case = Entry.objects.latest("id"), mend(), Leak.objects.get()
    due = end_of(date(2021, 6, 7))
    assert (done.clocks, done.cases) == (1, 1)
    assert (clock.due_at, clock.remind_at) == (due, NOON + (due - NOON) * 0.8)
    assert Stake.objects.get(role="mend").due_at == due
    assert (entry.verb, entry.n, case.version, entry.actor_id) == ("reckon", case.version, 3, BEN.person_id)
    assert entry.data["tell"] == [[7, f"泄漏“{case}”的“修理”时限改为 2021-06-08 00:00（2021年节假日安排）", False]]
    assert sentence(entry, "本") == "本按现行规则重算时限（2021年节假日安排）：修理 2021-06-05 00:00 → 2021-06-08 00:00"
    seal_all()
    assert verify().breaks == []


@pytest.mark.django_db
def test_done_once_there_is_nothing_left_to_do(taken):
    taken()
    rest(date(2021, 6, 3))
    for moved in (1, 0):
        assert apply(Scope(), why="更正", actor=BEN, at=NOON).clocks == moved
    assert Entry.objects.filter(verb="reckon").count() == 1


@pytest.mark.django_db
def test_a_recorded_pause_is_kept(taken):
    ref = taken()
    advance(ref, "wait", actor=ANNA, at=NOON + timedelta(days=1), given={"reason": "等料"})
    advance(ref, "go_on", actor=ANNA, at=NOON + timedelta(days=3))
    assert mend().due_at == end_of(date(2021, 6, 8))  # 4 June, then 7 and 8 June
    rest(date(2021, 6, 7))
    apply(Scope(), why="更正", actor=BEN, at=NOON + timedelta(days=3))
    assert mend().due_at == end_of(date(2021, 6, 9))


@pytest.mark.django_db
def test_a_resting_clock_is_reckoned_and_goes_on_resting(taken):
    ref = taken()
    advance(ref, "wait", actor=ANNA, at=NOON + timedelta(days=1), given={"reason": "等料"})
    rest(date(2021, 6, 3), date(2021, 6, 8))
    apply(Scope(), why="更正", actor=BEN, at=NOON + timedelta(days=2))
    assert (mend().due_at, mend().paused_at) == (end_of(date(2021, 6, 7)), NOON + timedelta(days=1))
    advance(ref, "go_on", actor=ANNA, at=NOON + timedelta(days=3))
    assert mend().due_at == end_of(date(2021, 6, 9))  # two of three days were left on 2 June: 7 and 9 June


@pytest.mark.django_db
def test_an_end_that_comes_to_lie_in_the_past_fires_at_the_next_tick_at_its_instant(taken):
    taken()
    rest(date(2021, 6, 3))
    apply(Scope(), why="登记", actor=BEN, at=NOON)
    CalendarDay.objects.filter(day=date(2021, 6, 3)).delete()
    touch("calendars")
    now = NOON + timedelta(days=5)  # 6 June, after the end of 4 June
    assert tick(at=now).fired == 0
    apply(Scope(), why="撤回", actor=BEN, at=now)
    assert Leak.objects.get().state == "mending"
    tick(at=now)
    fired = Entry.objects.get(verb="give_back")
    assert (fired.at, fired.data["given"]["due_at"]) == (now, "2021-06-04T16:00:00Z")


@pytest.mark.django_db
def test_a_clock_with_a_fixed_end_and_one_that_stopped_stay(report, with_move):  # noqa: F811
    from .toy.flow import LEAK  # noqa: PLC0415

    fixed = datetime(2021, 6, 4, 2, 30, tzinfo=UTC)
    with_move("take", clock=(), does=(LEAK.move("take").does[0], lambda *a: [c.Start("mend", WORKING, due=fixed)]))
    ref = report()
    advance(ref, "take", actor=ANNA, at=NOON)
    with_move("take", clock=(replace_clock(WORKING),), does=LEAK.move("take").does)
    mended = report()
    for move in ("take", "mend"):
        advance(mended, move, actor=ANNA, at=NOON)
    rest(date(2021, 6, 3))
    assert list(differences(Scope(), NOON)) == []


# Parameters


def decide(value, valid_from, n):
    Parameter.objects.create(uid=f"00000000-0000-0000-0000-00000000000{n}", state="active", opened_at=NOON, changed_at=NOON,
                             key="mend.limit", label="修理时限", value=value, valid_from=valid_from, source="局发", confidence="sure")
    touch("parameters")


@pytest.fixture
def ruled(report, with_move):  # noqa: F811
    """A leak taken on 1 June under the rule of five working days."""
    decide([5, "working_day"], date(2020, 1, 1), 1)
    with_move("take", clock=(replace_clock("mend.limit"),))
    ref = report()
    advance(ref, "take", actor=ANNA, at=NOON)
    return ref


@pytest.mark.django_db
@pytest.mark.parametrize(("valid_from", "due"), [(date(2021, 6, 1), end_of(date(2021, 6, 3))), (date(2021, 6, 2), None)])
def test_a_rule_reaches_the_clocks_of_deeds_from_its_day_on(ruled, valid_from, due):
    book = rulebook().with_setting("mend.limit", Setting([2, "working_day"], 0, valid_from, "局发", "sure"))
    assert [m.due_at for m in differences(Scope(rule="mend.limit"), NOON, book)] == ([due] if due else [])
    decide([2, "working_day"], valid_from, 2)
    apply(Scope(rule="mend.limit"), why="修理时限", actor=BEN, at=NOON)
    assert (mend().due_at, mend().limit_value) == ((due, 2) if due else (end_of(date(2021, 6, 8)), 5))
    rule = Parameter.objects.get(uid=f"00000000-0000-0000-0000-00000000000{2 if due else 1}")
    assert mend().rule_id == rule.id


@pytest.mark.django_db
def test_a_value_that_is_withdrawn_gives_the_earlier_one_back(ruled):
    decide([2, "working_day"], date(2021, 6, 1), 2)
    apply(Scope(rule="mend.limit"), why="修理时限", actor=BEN, at=NOON)
    Parameter.objects.filter(valid_from=date(2021, 6, 1)).update(state="withdrawn")
    touch("parameters")
    apply(Scope(rule="mend.limit"), why="撤回", actor=BEN, at=NOON)
    assert (mend().due_at, mend().limit_value) == (end_of(date(2021, 6, 8)), 5)


@pytest.mark.django_db
@pytest.mark.parametrize("value", [{"red": 3}, [3, "week"]])
def test_a_rule_that_is_no_limit_any_more_leaves_its_clocks_alone(ruled, value):
    decide(value, date(2021, 6, 1), 2)
    assert list(differences(Scope(rule="mend.limit"), NOON)) == []


@pytest.mark.django_db
def test_another_rules_clocks_are_not_looked_at(ruled):
    rest(date(2021, 6, 3))
    assert list(differences(Scope(rule="other.limit"), NOON)) == []
    assert len(list(differences(Scope(), NOON))) == 1


@pytest.mark.django_db
def test_a_limit_that_an_effect_names_by_its_key_is_reached_too(report, with_move):  # noqa: F811
    from .toy.flow import LEAK  # noqa: PLC0415

    decide([5, "working_day"], date(2020, 1, 1), 1)
    with_move("take", clock=(), does=(LEAK.move("take").does[0], lambda *a: [c.Start("mend", "mend.limit", ("give_back",))]))
    advance(report(), "take", actor=ANNA, at=NOON)
    assert (mend().limit_value, mend().rule_id) == (5, Parameter.objects.get().id)
    decide([1, "working_day"], date(2021, 6, 1), 2)
    assert [m.due_at for m in differences(Scope(rule="mend.limit"), NOON)] == [end_of(date(2021, 6, 2))]


# Many


@pytest.mark.django_db
def test_many_are_moved_in_sets_a_page_and_a_batch_at_a_time(taken, django_assert_max_num_queries):
    for _n in range(7):
        taken()
    rest(date(2021, 6, 3))
    heard = []
    with patch.object(reckoning, "PAGE", 3), django_assert_max_num_queries(120):
        done = apply(Scope("office"), why="更正", actor=BEN, at=NOON, batch=2, told=heard.append)
    assert (done.clocks, done.cases, heard) == (7, 7, [2, 3, 5, 6, 7])
    assert set(Clock.objects.filter(name="mend").values_list("due_at", flat=True)) == {end_of(date(2021, 6, 7))}
    seal_all()
    assert verify().breaks == []


@pytest.mark.django_db
def test_the_work_goes_on_where_it_stopped(taken):
    for _n in range(4):
        taken()
    rest(date(2021, 6, 3))

    def stop(count):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        apply(Scope(), why="更正", actor=BEN, at=NOON, batch=2, told=stop)
    assert Entry.objects.filter(verb="reckon").count() == 2
    assert apply(Scope(), why="更正", actor=BEN, at=NOON, batch=2).clocks == 2
    assert Entry.objects.filter(verb="reckon").values("subject_id").distinct().count() == 4


