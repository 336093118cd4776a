from dataclasses import replace
from datetime import timedelta

import pytest

from anlan.kernel import changes as c
from anlan.kernel import instance, tick
from anlan.kernel.actors import SYSTEM
from anlan.kernel.door import advance
from anlan.kernel.flows import FLOWS, FiredGiven
from anlan.kernel.models import NEVER, Clock, Entry, InstanceClock, Parked
from anlan.kernel.refusals import Refused
from anlan.kernel.rules import rule
from anlan.kernel.tests.toy.flow import DAY, LEAK
from anlan.kernel.tests.toy.models import Leak
from anlan.kernel.tick import Ticked, unpark
from anlan.kernel.wording import sentence
from anlan.kernel.worktime import Limit, Unit

from .conftest import ANNA, NOON, minutes

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def verbs(*kinds: str) -> list[str]:
    return list(Entry.objects.filter(kind="leak").order_by("id").values_list("verb", flat=True))


@pytest.fixture
def with_move(monkeypatch):
    def put(name, /, **values):
        flow = FLOWS["leak"]
        moves = tuple(replace(m, **values) if m.name == name else m for m in flow.moves)
        monkeypatch.setitem(FLOWS, "leak", replace(flow, moves=moves))

    return put


def test_a_due_clock_fires_its_move_once(report, leak):
    ref = report()
    assert tick.tick(at=NOON + 2 * HOUR - minutes(1)).fired == 0
    assert tick.tick(at=NOON + 2 * HOUR) == Ticked(fired=1)
    assert tick.tick(at=NOON + 2 * HOUR) == Ticked()
    fired, running = Clock.objects.order_by("id")
    assert (fired.outcome, fired.fired_no, fired.stopped_at) == ("fired", 0, NOON + 2 * HOUR)
    assert (running.name, running.started_at, running.due_at) == ("take", NOON + 2 * HOUR, NOON + 3 * HOUR)
    entry = Entry.objects.latest("id")
    assert (entry.verb, entry.at, entry.actor_id, entry.data["given"]["due_at"]) == (
        "nag", NOON + 2 * HOUR, None, "2021-06-01T06:00:00Z")
    assert (entry.id, leak(ref).version) == (fired.stopped_by_id, 2)


def test_a_tick_of_some_kinds_leaves_the_others_and_reminds_nobody(report):
    report()
    soon, due = NOON + minutes(100), NOON + 2 * HOUR
    assert (tick.tick(at=soon, kinds=("leak",)).reminded, tick.tick(at=soon).reminded) == (0, 1)
    assert (tick.tick(at=due, kinds=("crew",)), tick.tick(at=due, kinds=("leak",))) == (Ticked(), Ticked(fired=1))


def test_what_is_refused_gives_way_to_the_last_resort_which_is_red_and_in_the_trail(report, leak):
    ref = report()
    tick.tick(at=NOON + 2 * HOUR)
    assert tick.tick(at=NOON + 3 * HOUR) == Ticked(fired=1, last_resorts=1)
    entry = Entry.objects.latest("id")
    assert (leak(ref).alarm, entry.verb, Clock.objects.latest("id").fired_no) == ("take", "nobody_acted", 1)
    assert sentence(entry, "系统") == "时限“接单”到期，无人处理"
    assert Clock.objects.filter(stopped_at=None).count() == 0


def test_the_second_move_of_the_list_fires_when_the_first_is_refused(report, leak, with_move):
    clock = replace(LEAK.move("take").clock[0], fires=("nag", "give_back"))
    with_move("take", clock=(clock,))
    ref = report()
    advance(ref, "take", actor=ANNA, at=NOON)
    assert tick.tick(at=NOON + 3 * DAY.value * timedelta(days=1)) == Ticked(fired=1)
    fired = Clock.objects.get(name="mend")
    assert (verbs()[-1], fired.fired_no, leak(ref).state) == ("give_back", 1, "open")


def test_after_a_stop_of_three_days_everything_fires_in_the_order_it_was_due(report, leak):
    late, early = report(at=NOON + minutes(30)), report()
    advance(early, "take", actor=ANNA, at=NOON + minutes(1))
    at = NOON + timedelta(days=3)
    tick.tick(at=at)
    fired = [e for e in Entry.objects.order_by("id") if e.actor_id is None]
    assert [(e.verb, e.subject_id) for e in fired] == [("nag", leak(late).id), ("give_back", leak(early).id)]
    assert {e.at for e in fired} == {at}
    assert Clock.objects.get(stopped_at=None).due_at == at + HOUR  # nobody is late for a call that never rang


def test_several_clocks_of_one_case_fire_one_after_the_other(report, leak, with_move):
    with_move("take", clock=(*LEAK.move("take").clock, replace(LEAK.move("nag").clock[0], name="call", fires=("nag",))))
    ref = report()
    advance(ref, "take", actor=ANNA, at=NOON)
    assert tick.tick(at=NOON + timedelta(days=3)) == Ticked(fired=2, last_resorts=1)
    assert verbs() == ["report", "take", "nobody_acted", "give_back"]
    assert (leak(ref).alarm, leak(ref).version) == ("call", 4)
    assert dict(Clock.objects.values_list("name", "outcome")) == {"take": "met", "call": "fired", "mend": "fired"}


def test_a_case_that_closes_on_the_first_clock_hears_no_second(report, leak, with_move):
    clocks = [replace(LEAK.move("take").clock[0], name=n, fires=("end",), limit=Limit(i, Unit.HOUR))
              for i, n in enumerate(("one", "two"), 1)]
    with_move("take", clock=tuple(clocks))
    with_move("give_back", name="end", to="closed")
    ref = report()
    advance(ref, "take", actor=ANNA, at=NOON)
    assert tick.tick(at=NOON + 3 * HOUR).fired == 1
    assert (leak(ref).state, Clock.objects.get(name="two").outcome) == ("closed", "void")


def test_a_paused_clock_does_not_fire_until_what_was_left_has_run(report, leak):
    ref = report()
    advance(ref, "take", actor=ANNA, at=NOON)
    due = Clock.objects.get(name="mend").due_at
    advance(ref, "wait", actor=ANNA, at=NOON + HOUR, given={"reason": "等料"})
    assert tick.tick(at=due + 3 * HOUR, batch=1) == Ticked()
    other = report(at=due + HOUR)
    assert tick.tick(at=due + 3 * HOUR, batch=1) == Ticked(fired=1)
    advance(other, "cancel", actor=ANNA, at=due + 3 * HOUR)
    advance(ref, "go_on", actor=ANNA, at=NOON + timedelta(days=5))
    assert tick.tick(at=due + timedelta(days=5) - minutes(1)) == Ticked(reminded=1)
    assert tick.tick(at=due + timedelta(days=5)) == Ticked(fired=1)
    assert leak(ref).state == "open"


def test_a_raising_case_is_parked_in_red_and_the_others_go_on(report, leak, monkeypatch, with_move):
    def burst(case, facts, actor, when, given):
        if case.place == "炸":
            raise RuntimeError("burst")
        return []

    with_move("nag", does=(burst,))
    refs = [report(place="炸" if n == 3 else "好") for n in range(7)]
    done = tick.tick(at=NOON + 2 * HOUR)
    assert done == Ticked(fired=6, parked=1)
    parked = Parked.objects.get()
    assert (parked.reason, parked.clock.case_id, leak(refs[3]).alarm) == (
        "RuntimeError: burst", leak(refs[3]).id, "take")
    assert [leak(r).version for r in refs] == [2, 2, 2, 1, 2, 2, 2]
    assert tick.tick(at=NOON + 2 * HOUR) == Ticked()
    with_move("nag", does=())
    assert unpark([parked.clock_id]) == 1
    assert tick.tick(at=NOON + 2 * HOUR).fired == 1


def test_a_last_resort_that_is_refused_is_parked(report, with_move):
    never = rule("不行")(lambda *a: False)
    with_move("nag", by=never)
    with_move("nobody_acted", by=never)
    report()
    assert tick.tick(at=NOON + 2 * HOUR) == Ticked(parked=1)
    assert Parked.objects.get().reason == "RuntimeError: last resort of leak refused: 不行"


def test_a_clock_of_a_kind_that_is_gone_is_parked(report):
    report()
    Clock.objects.update(kind="gone")
    assert tick.tick(at=NOON + 2 * HOUR) == Ticked(parked=1)


def test_a_set_larger_than_a_batch_fires_whole(report):
    for _ in range(5):
        report()
    assert tick.tick(at=NOON + 2 * HOUR, batch=2).fired == 5


def test_a_fired_move_looks_again_at_its_clock_under_the_lock(report, leak):
    ref = report()
    clock = Clock.objects.get()
    for due_at, clock_id, at in ((clock.due_at, clock.id + 1, clock.due_at), (NOON, clock.id, NOON)):
        with pytest.raises(Refused, match="这一时限已不再到期"):
            advance(ref, "nag", actor=SYSTEM, at=at, given=FiredGiven("take", due_at, clock_id, 0))
    assert leak(ref).version == 1


def test_reminders_come_once_and_to_every_handler(report, monkeypatch):
    heard = []
    monkeypatch.setattr(tick, "REMIND_HANDLERS", [lambda clocks, at: heard.extend((k.name, at) for k in clocks)] * 2)
    report()
    assert tick.tick(at=NOON + minutes(95)).reminded == 0
    assert tick.tick(at=NOON + minutes(96)).reminded == 1
    assert tick.tick(at=NOON + minutes(97)).reminded == 0
    assert heard == [("take", NOON + minutes(96))] * 2
    assert Clock.objects.get().remind_at == NEVER


def test_a_reminder_that_raises_is_not_tried_again_and_stops_no_other(report, monkeypatch, leak):
    heard = []

    def handler(clocks, at):
        if any(k.case_id == leak(refs[1]).id for k in clocks):
            raise RuntimeError("post is down")
        heard.extend(k.case_id for k in clocks)

    refs = [report() for _ in range(3)]
    monkeypatch.setattr(tick, "REMIND_HANDLERS", [handler])
    assert tick.tick(at=NOON + minutes(96), batch=3).reminded == 3
    assert sorted(heard) == [leak(refs[0]).id, leak(refs[2]).id]
    assert tick.tick(at=NOON + minutes(97)).reminded == 0


def test_a_clock_without_an_end_neither_fires_nor_reminds(report, with_move):
    start = c.Start("mend", Limit(0, Unit.HOUR), due=NEVER)
    with_move("take", clock=(), does=(lambda *a: [start],))
    advance(report(), "take", actor=ANNA, at=NOON)
    assert Clock.objects.get(name="mend").remind_at == NEVER
    assert tick.tick(at=NOON + timedelta(days=3650)) == Ticked()


def test_business_time_never_runs_below_the_last_tick(report):
    report()
    at = NOON + 2 * HOUR
    tick.tick(at=at)
    with pytest.raises(Refused, match=r"业务时间不能拨回到上次时限检查（2021-06-01 14:00）之前"):
        instance.set_clock(NOON, running=False)
    instance.set_clock(at, running=False)
    assert instance.instance_clock() == at
    tick.tick(at=at + minutes(5))
    assert InstanceClock.objects.get().floor_at == at + minutes(5)


def test_the_instance_clock_stands_runs_and_waits(ground):
    instance.set_clock(NOON, running=True)
    assert NOON <= instance.instance_clock() < NOON + minutes(1)
    instance.set_clock(None, running=True)
    assert abs(instance.instance_clock() - instance.real_time()) < minutes(1)
    ahead = instance.real_time() + timedelta(days=1)
    instance.raise_floor(ahead)
    instance.forget()
    assert instance.instance_clock() == ahead  # until real time has caught up


def test_who_owes_in_a_case_is_asked_by_reminders(report, ground):
    assert tick.owed_by("leak", Leak.objects.get(uid=report().uid).id) == []
