from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from anlan.kernel import changes as c
from anlan.kernel.door import Order, advance, advance_many
from anlan.kernel.flows import FLOWS
from anlan.kernel.models import NEVER, Clock, ClockPause, Entry, Mark, Parameter
from anlan.kernel.rulebook import touch
from anlan.kernel.tests.toy.flow import LEAK
from anlan.kernel.tick import tick
from anlan.kernel.worktime import Limit, Unit

from .conftest import ANNA, BEN, NOON, minutes

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def with_move(monkeypatch):
    def put(name, /, **values):
        flow = FLOWS["leak"]
        moves = tuple(replace(m, **values) if m.name == name else m for m in flow.moves)
        monkeypatch.setitem(FLOWS, "leak", replace(flow, moves=moves))

    return put


def clock(name: str = "take") -> Clock:
    return Clock.objects.filter(name=name).latest("id")


@pytest.mark.parametrize(("after", "outcome"), [(119, "met"), (120, "met"), (121, "late")])
def test_a_stopped_clock_was_met_up_to_its_last_instant(report, after, outcome):
    advance(report(), "take", actor=ANNA, at=NOON + minutes(after))
    stopped = clock()
    assert (stopped.outcome, stopped.stopped_at, stopped.stopped_by.verb) == (outcome, NOON + minutes(after), "take")


def test_a_final_state_voids_what_still_runs(report):
    ref = report()
    advance(ref, "cancel", actor=ANNA, at=NOON + minutes(5))
    assert (clock().outcome, clock().stopped_at) == ("void", NOON + minutes(5))


def test_a_clock_that_is_started_again_replaces_the_running_one(report):
    ref = report()
    advance(ref, "take", actor=ANNA, at=NOON)
    advance(ref, "extend", actor=ANNA, at=NOON + HOUR)
    old, new = Clock.objects.filter(name="mend").order_by("id")
    assert (old.outcome, old.stopped_at, new.stopped_at, new.started_at) == ("void", NOON + HOUR, None, NOON + HOUR)


def test_a_pause_keeps_its_reason_and_a_resumption_what_was_left(report, leak):
    ref = report()
    advance(ref, "take", actor=ANNA, at=NOON)
    advance(ref, "extend", actor=ANNA, at=NOON)  # three days, reminder after half of it
    due, remind = clock("mend").due_at, clock("mend").remind_at
    advance(ref, "wait", actor=ANNA, at=NOON + HOUR, given={"reason": "等料"})
    advance(ref, "wait", actor=ANNA, at=NOON + 2 * HOUR, given={"reason": "再等"})
    assert clock("mend").paused_at == NOON + HOUR
    back = NOON + timedelta(days=4)
    advance(ref, "go_on", actor=ANNA, at=back)
    advance(ref, "go_on", actor=ANNA, at=back + HOUR)
    running = clock("mend")
    four = timedelta(days=4)
    assert (running.paused_at, running.due_at, running.remind_at) == (None, due + four, remind + four)
    pause = ClockPause.objects.get()
    assert (pause.since, pause.until, pause.reason, pause.entry.verb) == (NOON + HOUR, back, "等料", "wait")


def test_what_is_done_while_the_clock_rests_was_done_in_time(report):
    ref = report()
    advance(ref, "take", actor=ANNA, at=NOON)
    advance(ref, "wait", actor=ANNA, at=NOON + HOUR, given={"reason": "等料"})
    late = NOON + timedelta(days=9)
    advance(ref, "mend", actor=ANNA, at=late)
    assert (clock("mend").outcome, clock("mend").paused_at, ClockPause.objects.get().until) == ("met", None, late)


def test_a_clock_with_a_fixed_end_follows_no_calendar_and_a_pause_moves_it_by_its_length(report, with_move):
    fixed = datetime(2021, 6, 4, 2, 30, tzinfo=UTC)
    with_move("take", clock=(), does=(LEAK.move("take").does[0],
                                      lambda *a: [c.Start("mend", Limit(9, Unit.WORKING_DAY), due=fixed)]))
    ref = report()
    advance(ref, "take", actor=ANNA, at=NOON)
    assert (clock("mend").due_at, clock("mend").calendar_id) == (fixed, None)
    advance(ref, "wait", actor=ANNA, at=NOON + HOUR, given={"reason": "等料"})
    advance(ref, "go_on", actor=ANNA, at=NOON + 6 * HOUR)
    assert clock("mend").due_at == fixed + 5 * HOUR


def test_a_pause_of_an_endless_clock_leaves_it_endless(report, with_move):
    with_move("take", clock=(), does=(LEAK.move("take").does[0],
                                      lambda *a: [c.Start("mend", Limit(0, Unit.HOUR), due=NEVER)]))
    ref = report()
    for hours, (move, given) in enumerate((("take", {}), ("wait", {"reason": "等料"}), ("go_on", {}))):
        advance(ref, move, actor=ANNA, at=NOON + hours * HOUR, given=given)
    assert (clock("mend").due_at, clock("mend").remind_at) == (NEVER, NEVER)


def test_a_called_partys_duty_starts_when_it_was_told(report, with_move):
    with_move("take", clock=(replace(LEAK.move("take").clock[0], starts="told_at", limit=Limit(2, Unit.HOUR)),))
    ref, told_at = report(), NOON + 3 * HOUR
    advance_many([Order(ref, "take", ANNA, NOON + minutes(1), told_at=told_at)])
    assert (clock("mend").started_at, clock("mend").due_at) == (told_at, told_at + 2 * HOUR)


def test_a_limit_may_be_a_dated_parameter_a_value_or_follow_from_the_case(report, with_move, leak):
    for day, hours in (("2020-01-01", 5), ("2021-06-02", 6)):
        Parameter.objects.create(uid=f"00000000-0000-0000-0000-00000000000{hours}", state="active", opened_at=NOON,
                                 changed_at=NOON, key="mend.limit", label="", value=[hours, "hour"], valid_from=day,
                                 source="", confidence="sure")
    touch("parameters")
    base = LEAK.move("take").clock[0]
    by_grade = replace(base, limit=lambda case, facts, given: "mend.limit" if case.grade == "general" else None,
                       party="owner_party")
    with_move("take", clock=(by_grade,))
    for at, hours in ((NOON, 5), (NOON + timedelta(days=1), 6)):
        advance(report(at=at), "take", actor=ANNA, at=at)
        started = clock("mend")
        assert (started.limit_value, started.due_at, started.rule_id, started.party_id) == (
            hours, at + hours * HOUR, Parameter.objects.get(value=[hours, "hour"]).id, None)
    count = Clock.objects.count()
    advance(report(grade="major"), "take", actor=ANNA, at=NOON)
    assert Clock.objects.count() == count + 1  # the call clock alone


def test_a_deed_told_late_forgives_the_clock_that_fired_meanwhile(report, leak):
    """Taken after an hour, told after three: the call had fired, and its escalation is withdrawn."""
    ref = report()
    tick(at=NOON + 2 * HOUR)
    order = Order(ref, "take", ANNA, NOON + HOUR, told_at=NOON + 2 * HOUR + minutes(30))
    assert advance_many([order])[0].state == "mending"
    fired, again = Clock.objects.filter(name="take").order_by("id")
    entry = Entry.objects.latest("id")
    assert (fired.outcome, fired.fired_no, again.outcome) == ("met_told_late", 0, "met")
    assert (entry.data["forgiven"], entry.at) == (["take"], NOON + HOUR)
    assert list(Mark.objects.filter(entry=entry, sort="e").values_list("cell", flat=True)) == ["excused"]


@pytest.mark.parametrize("at", [NOON + 2 * HOUR + minutes(1), NOON - minutes(1)])
def test_a_deed_outside_the_clocks_run_forgives_nothing(report, at):
    ref = report()
    tick(at=NOON + 2 * HOUR)
    advance_many([Order(ref, "take", ANNA, at, told_at=NOON + 3 * HOUR)])
    assert [k.outcome for k in Clock.objects.filter(name="take").order_by("id")] == ["fired", "met"]
    assert Mark.objects.filter(cell="excused").count() == 0
    assert "forgiven" not in Entry.objects.latest("id").data


def test_a_clock_is_forgiven_once(report, with_move):
    ref = report()
    tick(at=NOON + 2 * HOUR)
    advance_many([Order(ref, "take", ANNA, NOON + HOUR, told_at=NOON + 3 * HOUR)])
    tick(at=NOON + timedelta(days=3))  # given back
    advance_many([Order(ref, "take", BEN, NOON + HOUR, told_at=NOON + timedelta(days=4))])
    assert "forgiven" not in Entry.objects.latest("id").data
