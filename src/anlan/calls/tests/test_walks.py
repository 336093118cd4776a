"""Whatever people do in whatever order: no path of a call ends with nobody, and no deadline moves by itself."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid5

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st

from anlan.calls.flow import CALL, DONE, LIVE
from anlan.calls.models import Attendance, Call
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance, offers
from anlan.kernel.models import Clock, ClockPause, Stake
from anlan.kernel.refusals import Refused
from anlan.kernel.tick import tick
from anlan.matters.models import Matter
from anlan.people.testing import NOON, small_district

pytestmark = pytest.mark.django_db
FEW = settings(max_examples=14, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True,
               phases=[Phase.explicit, Phase.generate])  # each step is a transaction: too slow to shrink
WHO = ("warden", "community", "street", "gas", "emergency", "leader")
OWING = {"sign", "arrive", "finish", "rework", "resend", "rate"}
SPACE = UUID(int=11)
STEPS = {m.name for m in CALL.moves} - {"report_again"}


@dataclass(frozen=True)
class Step:
    pick: int
    which: int
    who: int
    minutes: int


steps = st.lists(st.builds(Step, st.integers(0, 40), st.integers(0, 5), st.integers(0, len(WHO) - 1),
                           st.sampled_from([0, 0, 3, 20, 90, 600, 3000])), min_size=14, max_size=26)


@pytest.fixture
def place(district_stands, db, settings, tmp_path):
    settings.ANLAN_HOME = tmp_path
    return small_district()


class Walk:
    """Turns steps into deeds of the cast, and ticks between them."""

    def __init__(self, place):
        self.place, self.now, self.rung = place, NOON, 0
        self.gas = str(place.houses["gas_department"].uid)
        self.dues: dict[int, object] = {}
        self.cast = [place.actor(who) for who in WHO]

    def open(self):
        uid = uuid5(SPACE, "matter")
        advance(Ref("matter", uid), "open", actor=self.place.actor("warden"), at=NOON,
                given={"what": "燃气味", "area": str(self.place.areas["G111"].uid)})

    def take(self, step):
        self.now += timedelta(minutes=step.minutes)
        tick(at=self.now)
        calls = list(Call.objects.filter(state__in=LIVE).order_by("id"))
        if not calls or step.pick % 7 == 0:
            return self._ring(step, self.cast[step.who], calls)
        call = calls[step.which % len(calls)]
        if step.pick % 9 == 1:
            return self._merge_or_part(step, call, calls)
        may = [(actor, m.name) for actor in self.cast for m in offers(CALL, [call], actor, self.now)[0] if m.name in STEPS]
        if may:
            actor, move = may[step.pick % len(may)]
            self._make(call, move, actor)

    def _merge_or_part(self, step, call, calls):
        """Into another one, or one that was merged out again; by whoever has a say."""
        merged = Call.objects.filter(state="merged").order_by("id").last()
        lead = calls[(step.which + 1) % len(calls)]
        for actor in self.cast:
            if merged is not None and step.which % 2:
                self._try("call", merged.uid, "unmerge", actor, {})
            else:
                self._try("call", call.uid, "merge", actor, {"lead": str(lead.uid)})

    def _ring(self, step, actor, calls):
        matter = Matter.objects.get()
        if matter.state not in ("open", "answered") or len(calls) > 3:
            return
        self.rung += 1
        lower = next((c for c in calls if c.state in ("signed", "arrived") and c.to_party in actor.parties), None)
        given = {"matter": str(matter.uid), "goal": "请查漏", "priority": ("P1", "P2", "P3", "P4")[step.pick % 4],
                 "reason": "by_law", **({"lower": str(lower.uid)} if lower else {}),
                 **({"department": self.gas} if step.pick % 3 == 0 else {})}
        self._try("call", uuid5(SPACE, f"call{self.rung}"), "ring", actor, given)

    def _make(self, call, move, actor):
        given = {
            "finish": {"result": ("solved", "partly", "cannot", "transferred")[call.id % 4], "finding": "查", "photos": ["a" * 64]},
            "reply": {"progress": "在查"}, "invite": {"organisation": self.gas, "why": "检测"},
            "return_call": {"reason_text": "不归我"}, "resend": {"answer": "归你"}, "rework": {"reason_text": "仍有气味"},
            "close": {"response_stars": 3, "result_stars": 4, "solved": ("yes", "no")[call.id % 2]},
            "call_higher": {"reason": "power", "goal": "请上级办"}, "report_again": {"what": "又来电"},
            "take_back": {"reason_text": "统一办"}, "call_off": {"reason_text": "已好"}}.get(move, {})
        self._try("call", call.uid, move, actor, given)

    def _try(self, kind, uid, move, actor, given):
        try:
            advance(Ref(kind, uid), move, actor=actor, at=self.now, given=given)
            event(move)
        except Refused:
            pass


def assert_somebody_owes():
    """A live call is owed by somebody, with a limit that runs or in red; a live matter hangs on it, or waits itself."""
    live = list(Call.objects.filter(state__in=LIVE))
    for call in live:
        roles = set(Stake.objects.filter(kind="call", case_id=call.id).values_list("role", flat=True))
        assert roles & OWING, (call.state, roles)
        runs = Clock.objects.filter(kind="call", case_id=call.id, stopped_at=None, paused_at=None).exists()
        waits = Call.objects.filter(lower=call.uid, state__in=LIVE).exists()
        assert runs or waits or call.alarm, call.state
    over = Call.objects.filter(state__in=DONE).values("id")
    assert not Stake.objects.filter(kind="call", case_id__in=over).exists()
    assert not Attendance.objects.filter(call__in=over, state__in=("summoned", "signed", "present")).exists()
    matter = Matter.objects.get()
    assert sorted(matter.hanging) == sorted(f"call:{c.uid}" for c in live)
    if matter.state == "open":
        assert Clock.objects.filter(kind="matter", case_id=matter.id, name="answer", stopped_at=None).exists()


def assert_deadlines_stand(dues):
    """An open limit ends when it was to end, unless a pause that is on record moved it."""
    for clock in Clock.objects.filter(kind="call"):
        known = dues.setdefault(clock.id, clock.due_at)
        if clock.due_at != known:
            pauses = ClockPause.objects.filter(clock=clock, until__isnull=False)
            assert pauses.exists(), (clock.name, known, clock.due_at)
            assert clock.due_at > known
            dues[clock.id] = clock.due_at
    begun_anew = [k.name for k in Clock.objects.filter(kind="call", outcome="void").select_related("stopped_by")
                  if k.stopped_by.data["to"] not in DONE]
    assert begun_anew == []


@given(path=steps)
@FEW
def test_no_path_of_a_call_ends_with_nobody_and_deadlines_move_only_by_recorded_pauses(place, path):
    """Seen to fail without the Owe of `rate` in `finished`, without `handed_up` in `passed_up`, and with a limit begun anew by `reply`."""
    with transaction.atomic():
        walk = Walk(place)
        walk.open()
        for step in path:
            walk.take(step)
            assert_somebody_owes()
            assert_deadlines_stand(walk.dues)
        transaction.set_rollback(True)


@pytest.mark.parametrize("priority", ["P1", "P2", "P3", "P4"])
def test_a_call_that_nobody_answers_climbs_to_the_top_and_stands_there_in_red(place, priority):
    """Seen to fail with `next_above` taking the highest rung at once."""
    walk = Walk(place)
    walk.open()
    advance(Ref("call", uuid5(SPACE, "one")), "ring", actor=place.actor("community"), at=NOON, given={
        "matter": str(Matter.objects.get().uid), "goal": "请查漏", "priority": priority, "reason": "by_law"})
    for n in range(1, 60):
        tick(at=NOON + n * timedelta(hours=8))
        assert_somebody_owes()
    told = list(Call.objects.order_by("id").values_list("to_level", "state", "alarm"))
    assert told == [("street", "missed", ""), ("district", "missed", ""), ("leader", "ringing", "sign")]


def test_the_limit_of_who_waits_for_the_level_above_stands_still_and_goes_on_by_as_much(place):
    """Seen to fail without the Pause in `waits`."""
    walk, hour = Walk(place), timedelta(hours=1)
    walk.open()
    lower, upper = uuid5(SPACE, "lower"), uuid5(SPACE, "upper")
    matter = str(Matter.objects.get().uid)
    advance(Ref("call", lower), "ring", actor=place.actor("community"), at=NOON, given={
        "matter": matter, "goal": "请查漏", "priority": "P2", "reason": "power", "tried": "已通风"})
    advance(Ref("call", lower), "sign", actor=place.actor("street"), at=NOON)
    clock = Clock.objects.get(kind="call", name="finish", stopped_at=None)
    advance(Ref("call", upper), "ring", actor=place.actor("street"), at=NOON + hour, given={
        "matter": matter, "goal": "请派检测员", "priority": "P2", "reason": "power", "tried": "已关阀", "department": walk.gas,
        "lower": str(lower)})
    assert Clock.objects.get(id=clock.id).paused_at == NOON + hour
    advance(Ref("call", upper), "call_off", actor=place.actor("street"), at=NOON + 4 * hour, given={"reason_text": "已自行解决"})
    assert Clock.objects.get(id=clock.id).due_at == clock.due_at + 3 * hour
    pause = ClockPause.objects.get(clock=clock)
    assert (pause.since, pause.until, pause.reason) == (NOON + hour, NOON + 4 * hour, "等待上一级办理")
