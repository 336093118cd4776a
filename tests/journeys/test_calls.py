"""What the community cannot solve: the street does not sign, it climbs by itself, the gas department comes with two."""

from datetime import timedelta
from uuid import uuid4

import pytest

from anlan.calls.models import Attendance, Call
from anlan.calls.scores import scores_of
from anlan.hazards.models import Hazard
from anlan.kernel.follow import follow_all
from anlan.kernel.journal import seal_all, verify
from anlan.kernel.models import Clock, Entry, Stake
from anlan.kernel.refusals import Refused
from anlan.kernel.tick import tick
from anlan.matters.models import Matter
from anlan.people.models import Post
from anlan.people.testing import NOON
from anlan.toolkit.indicators import figure
from anlan.toolkit.notices.models import Notice

from .conftest import AFTER

pytestmark = pytest.mark.django_db
RATES = ("response", "missed", "arrived-in-time", "reworked", "solving", "satisfied", "street-or-below")
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def matter(place, restaurant, walk):
    """A warden smells gas; the community cannot enter."""
    uid = uuid4()
    walk("matter", uid, "open", "warden", NOON, what="楼道里有燃气味", premises=str(restaurant.uid))
    return Matter.objects.get(uid=uid)


@pytest.fixture
def ring(walk, matter):
    def do(who="community", at=NOON, **more):
        uid = uuid4()
        walk("call", uid, "ring", who, at, **{"matter": str(matter.uid), "goal": "请派人查漏", "priority": "P3", "reason": "power",
                                             "tried": "已开窗通风，敲门无人应答", **more})
        return Call.objects.get(uid=uid)

    return do


def number(name, place, at):
    return figure(name, actor=place.actor("director", at), at=at).value


def test_from_the_warden_to_the_gas_department_and_back(place, matter, ring, walk):
    first = ring()
    assert (first.from_level, first.to_level, first.to_party) == ("community", "street", place.houses["street1_office"].id)
    matter.refresh_from_db()
    assert (matter.state, matter.hanging) == ("answered", [f"call:{first.uid}"])

    tick(at=NOON + 4 * HOUR)  # two working hours; noon is a break until 14:00
    first.refresh_from_db()
    assert first.state == "missed"
    gas = Call.objects.get(climbed_from=first.uid)
    assert (gas.state, gas.to_level, gas.climbed, gas.to_party) == (
        "ringing", "department", True, place.houses["gas_department"].id)
    helper = Attendance.objects.get(call=gas)
    assert (helper.party, helper.state) == (first.to_party, "summoned")
    assert set(Stake.objects.filter(case_id=gas.id, kind="call").values_list("party_id", "role")) == {
        (gas.to_party, "sign"), (gas.from_party, "follow")}
    matter.refresh_from_db()
    assert (matter.hanging, matter.reached) == ([f"call:{gas.uid}"], "department")

    at = NOON + 5 * HOUR
    seal_all()
    follow_all()
    assert {n: number(f"call-{n}", place, at) for n in RATES} == dict.fromkeys(RATES) | {"response": 0, "missed": 50}
    walk("call", gas.uid, "sign", "gas", at)
    walk("call", gas.uid, "invite", "gas", at, organisation=str(place.houses["emergency_bureau"].uid), why="检测仪器")
    second = Attendance.objects.exclude(uid=helper.uid).get()
    walk("attendance", helper.uid, "sign", "street", at)
    walk("attendance", helper.uid, "come", "street", at + HOUR, people="赵强等2人")
    walk("attendance", second.uid, "come", "emergency", at + HOUR, people="卫华")
    walk("call", gas.uid, "arrive", "gas", at + HOUR)
    with pytest.raises(Refused, match="办结须上传处理后的照片"):
        walk("call", gas.uid, "finish", "gas", at + 2 * HOUR, result="solved", finding="已更换")
    walk("call", gas.uid, "finish", "gas", at + 2 * HOUR, result="solved", finding="三方会商：更换软管", photos=[AFTER])
    with pytest.raises(Refused, match="须由呼叫方办理"):
        walk("call", gas.uid, "close", "gas", at + 3 * HOUR, response_stars=5, result_stars=5, solved="yes")
    walk("call", gas.uid, "rework", "community", at + 3 * HOUR, reason_text="还有气味")
    walk("call", gas.uid, "finish", "gas", at + 4 * HOUR, result="solved", finding="阀门也已更换", photos=[AFTER])
    with pytest.raises(Refused, match="已经再办过一次"):
        walk("call", gas.uid, "rework", "community", at + 5 * HOUR, reason_text="再来")
    walk("call", gas.uid, "close", "community", at + 5 * HOUR, response_stars=4, result_stars=5, solved="yes")

    gas.refresh_from_db()
    matter.refresh_from_db()
    assert (gas.state, gas.reworks, gas.solved) == ("closed", 1, True)
    assert (matter.state, matter.hanging) == ("closed", [])
    assert not Stake.objects.filter(kind__in=("call", "attendance", "matter")).exists()
    assert not Clock.objects.filter(kind__in=("call", "attendance", "matter"), stopped_at=None).exists()
    seal_all()
    follow_all()
    end = at + 6 * HOUR
    assert {n: number(f"call-{n}", place, end) for n in (
        "made", "open", "response", "missed", "arrived-in-time", "reworked", "solving", "satisfied", "street-or-below")} == {
        "made": 2, "open": 0, "response": 50, "missed": 50, "arrived-in-time": 100, "reworked": 100, "solving": 100,
        "satisfied": 100, "street-or-below": 0}
    assert number("call-minutes", place, end) == 120
    (score,) = scores_of(NOON.date(), NOON.date(), at=end)
    assert (score.department, score.calls, score.response, score.solving, score.satisfaction, score.points) == (
        "区城管局", 1, 1, 1, 1, 30)
    assert verify().breaks == []


def test_both_desks_and_the_journal_know_that_it_climbed(place, ring):
    first = ring()
    tick(at=NOON + 4 * HOUR)
    seal_all()
    follow_all()
    verbs = list(Entry.objects.filter(kind="call").order_by("id").values_list("subject_id", "verb"))
    upper = Call.objects.get(climbed_from=first.uid)
    assert verbs == [(first.id, "ring"), (first.id, "climb"), (upper.id, "climb_in")]
    told = set(Notice.objects.filter(text__contains="自动").values_list("party_id", flat=True))
    assert told == {first.to_party, first.from_party}
    assert Stake.objects.filter(party_id=first.to_party, kind="attendance", role="sign").exists()


def test_a_reminder_comes_before_it_climbs(place, ring):
    first = ring(priority="P1", reason="urgent", tried="")
    tick(at=NOON + 6 * MINUTE)
    assert Notice.objects.filter(party_id=first.to_party, text__contains="快到时限").exists()
    tick(at=NOON + 11 * MINUTE)
    first.refresh_from_db()
    assert first.state == "missed"


def told(**which):
    seal_all()
    follow_all()
    return Notice.objects.filter(rings=True, **which)


def test_a_call_of_the_first_rank_rings_the_callee_then_the_deputy_until_somebody_signs(place, ring, walk):
    deputy = place.posts["officer1"]
    Post.objects.filter(id=place.posts["street"].id).update(deputy=deputy)
    first = ring(priority="P1", reason="urgent", tried="")
    assert set(told().values_list("party_id", flat=True)) == {first.to_party, *filter(None, [first.duty_post])}
    tick(at=NOON + 11 * MINUTE)
    assert told(party_id=deputy.id, hushed_at=None).exists()
    upper = Call.objects.get(climbed_from=first.uid)
    who = next(n for n in ("gas", "emergency") if upper.to_party in place.actor(n).parties)
    walk("call", upper.uid, "sign", who, NOON + 12 * MINUTE)
    calls = told(about="call")
    assert calls.count() > 2
    assert not calls.filter(hushed_at=None).exists()


def test_what_is_urgent_but_of_no_first_rank_does_not_ring(ring):
    ring(priority="P2", reason="force", tried="已劝导")
    tick(at=NOON + 30 * HOUR)
    assert not told().exists()
    assert Notice.objects.filter(urgent=True, text__contains="自动").exists()


def test_at_the_top_it_stands_in_red(place, ring):
    top = ring(priority="P1", reason="urgent", to_level="leader")
    tick(at=NOON + HOUR)
    top.refresh_from_db()
    assert (top.state, top.alarm) == ("ringing", "sign")
    assert Stake.objects.filter(kind="call", case_id=top.id, party_id=top.to_party).exists()


def test_a_matter_does_not_close_while_a_call_hangs_on_it(place, matter, ring, walk):
    ring()
    with pytest.raises(Refused, match="还有挂在本事项上的隐患或呼叫没有办结"):
        walk("matter", matter.uid, "close", "community", NOON)


def test_a_call_on_a_hazard_leaves_the_hazard_hanging(place, matter, ring, walk):
    hazard = uuid4()
    walk("hazard", hazard, "find", "warden", NOON, matter=str(matter.uid), what="软管老化")
    call = ring(hazard=str(hazard), priority="P4")
    assert call.hazard_id == Hazard.objects.get(uid=hazard).id
    walk("call", call.uid, "sign", "street", NOON)
    walk("call", call.uid, "finish", "street", NOON, result="solved", finding="已答复")
    walk("call", call.uid, "close", "community", NOON, response_stars=5, result_stars=5, solved="yes")
    matter.refresh_from_db()
    assert (matter.state, matter.hanging) == ("answered", [f"hazard:{hazard}"])
