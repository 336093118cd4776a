"""What a callee, a caller and a level above may do once, and what silence does."""

from datetime import timedelta
from uuid import uuid4

import pytest

from anlan.calls.models import Attendance, Call
from anlan.kernel import instance
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.follow import follow_all
from anlan.kernel.journal import seal_all
from anlan.kernel.models import Entry, Parameter, Stake
from anlan.kernel.refusals import Refused
from anlan.kernel.rulebook import touch
from anlan.kernel.tick import tick
from anlan.matters.models import Matter
from anlan.people.testing import NOON, small_district
from anlan.toolkit.indicators import figure
from anlan.toolkit.notices.models import Notice

pytestmark = pytest.mark.django_db
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
MONDAY = NOON.replace(day=7) - 3 * HOUR  # 09:00, in office hours
PHOTO = "a" * 64


@pytest.fixture
def place(district_stands, db, settings, tmp_path):
    settings.ANLAN_HOME = tmp_path
    return small_district()


@pytest.fixture
def call(place):
    def do(at=MONDAY, **more):
        matter, uid = uuid4(), uuid4()
        instance.set_clock(at, running=False)
        advance(Ref("matter", matter), "open", actor=place.actor("warden"), at=at,
                given={"what": "楼道里有燃气味", "area": str(place.areas["G111"].uid)})
        advance(Ref("call", uid), "ring", actor=place.actor("community"), at=at, given={
            "matter": str(matter), "goal": "请查漏", "priority": "P3", "reason": "power", "tried": "已敲门", **more})
        return Call.objects.get(uid=uid)

    return do


@pytest.fixture
def walk(place):
    def do(case, move, who, at=MONDAY, **given):
        instance.set_clock(at, running=False)
        advance(Ref("call", case.uid), move, actor=place.actor(who, at=at), at=at, given=given)
        case.refresh_from_db()

    return do


def shares(place, at, *names):
    seal_all()
    follow_all()
    return [figure(f"call-{n}", actor=place.actor("director", at=at), at=at).value for n in names]


def test_a_call_goes_back_once_and_only_with_a_reason(call, walk):
    case = call()
    with pytest.raises(Refused, match="理由"):
        walk(case, "return_call", "street")
    walk(case, "return_call", "street", reason_text="不在本街道")
    assert (case.state, case.returns) == ("returned", 1)
    assert Stake.objects.filter(kind="call", case_id=case.id, party_id=case.from_party, role="resend").exists()
    walk(case, "resend", "community", MONDAY + MINUTE, answer="就在本街道")
    with pytest.raises(Refused, match="已经退回过一次，不能再退回"):
        walk(case, "return_call", "street", MONDAY + 2 * MINUTE, reason_text="还是不在")


@pytest.mark.parametrize(("priority", "limit"), [("P1", 30 * MINUTE), ("P2", 2 * HOUR), ("P3", 2 * HOUR)])
def test_it_goes_back_only_within_its_time(place, call, walk, priority, limit):
    Parameter.objects.filter(key="call.limits").update(value=long_enough_to_sign())
    touch("parameters")
    in_time, late = call(priority=priority, reason="urgent"), call(priority=priority, reason="urgent")
    walk(in_time, "return_call", "street", MONDAY + limit, reason_text="不在本街道")
    with pytest.raises(Refused, match="已超过可以退回的时限"):
        walk(late, "return_call", "street", MONDAY + limit + MINUTE, reason_text="不在本街道")


def long_enough_to_sign():
    table = Parameter.objects.get(key="call.limits").value
    return {p: {level: {**cell, "sign": [9, "hour"]} for level, cell in rows.items()} for p, rows in table.items()}


def test_who_signs_sends_back_and_signs_again_counts_once(place, call, walk):
    case = call()
    walk(case, "sign", "street")
    walk(case, "return_call", "street", reason_text="不在本街道")
    assert shares(place, MONDAY, "response", "returned", "accurate") == [0, 100, 0]
    walk(case, "resend", "community", answer="就在本街道")
    walk(case, "sign", "street")
    assert shares(place, MONDAY, "made", "response", "returned", "handled") == [1, 100, 100, 0]


def test_what_nobody_answers_for_after_it_went_back_climbs(place, call, walk):
    case = call()
    walk(case, "return_call", "street", reason_text="不在本街道")
    tick(at=MONDAY + DAY)
    case.refresh_from_db()
    assert case.state == "passed_up"
    assert Call.objects.get(climbed_from=case.uid).to_party == place.parties["emergency_bureau"]


@pytest.mark.parametrize(("who", "why"), [
    ("community", "须由比受呼方高的层级收回"), ("street", "须由比受呼方高的层级收回"), ("unit", "须由比受呼方高的层级收回"),
    ("street2", "须由比受呼方高的层级收回")])
def test_only_a_higher_level_takes_a_matter_back(call, walk, who, why):
    with pytest.raises(Refused, match=why):
        walk(call(), "take_back", who, reason_text="由我办")


def test_taken_back_from_above_the_higher_level_owes_and_both_others_are_told(place, call, walk):
    case = call(assistants=[str(place.houses["community12"].uid)])
    with pytest.raises(Refused, match="理由"):
        walk(case, "take_back", "emergency")
    walk(case, "take_back", "emergency", reason_text="由区里统一处置")
    upper = Call.objects.get(climbed_from=case.uid)
    assert (case.state, upper.to_level, upper.to_party, upper.reason, upper.state) == (
        "withdrawn", "district", place.parties["emergency_bureau"], "taken_back", "ringing")
    assert Stake.objects.filter(kind="call", case_id=upper.id, party_id=upper.to_party, role="sign").exists()
    assert not Stake.objects.filter(kind="call", case_id=case.id).exists()
    assert Matter.objects.get().hanging == [f"call:{upper.uid}"]
    assert set(Attendance.objects.filter(call=upper).values_list("party", flat=True)) == {
        place.parties["community12"], case.to_party}
    seal_all()
    follow_all()
    told = Notice.objects.filter(text="上级收回了这次呼叫：由区里统一处置").values_list("party_id", flat=True)
    assert set(told) == {case.to_party, case.from_party}


def finished(call, walk, result="solved"):
    case = call()
    for move in ("sign", "arrive"):
        walk(case, move, "street")
    walk(case, "finish", "street", result=result, finding="已关阀", photos=[PHOTO])
    return case


def test_silence_closes_unrated_after_three_working_days_and_not_before(place, call, walk):
    case = finished(call, walk)
    tick(at=MONDAY + 2 * DAY)
    case.refresh_from_db()
    assert case.state == "finished"
    tick(at=MONDAY + 3 * DAY + 16 * HOUR)
    case.refresh_from_db()
    assert (case.state, case.response_stars, case.result_stars, case.solved) == ("closed", None, None, None)
    assert Matter.objects.get().state == "closed"
    assert Entry.objects.filter(kind="call", subject_id=case.id).order_by("-n").first().verb == "lapse"
    end = MONDAY + 4 * DAY
    assert shares(place, end, "closed", "rated", "solving", "satisfied", "checked-in-time", "closed-in-time") == [
        100, 0, 0, None, 0, 100]


def test_another_value_of_the_rule_closes_sooner(call, walk):
    Parameter.objects.filter(key="call.auto_close").update(value=[1, "working_day"])
    touch("parameters")
    case = finished(call, walk)
    tick(at=MONDAY + DAY + 16 * HOUR)
    case.refresh_from_db()
    assert case.state == "closed"


def test_silence_after_it_could_not_be_done_climbs_instead(call, walk):
    case = finished(call, walk, "cannot")
    tick(at=MONDAY + 3 * DAY + 16 * HOUR)
    case.refresh_from_db()
    assert case.state == "passed_up" and Call.objects.filter(climbed_from=case.uid).exists()


def test_what_was_sent_back_once_was_checked_even_where_nobody_rates_it(place, call, walk):
    case = finished(call, walk)
    walk(case, "rework", "community", MONDAY + HOUR, reason_text="仍有气味")
    walk(case, "finish", "street", MONDAY + 2 * HOUR, result="solved", finding="已换阀", photos=[PHOTO])
    tick(at=MONDAY + 4 * DAY)
    assert shares(place, MONDAY + 5 * DAY, "checked-in-time", "rated", "reworked") == [100, 0, 100]


def test_a_call_sent_after_its_matter_lay_unanswered_was_sent_late(place, call, walk):
    call()
    matter, uid = uuid4(), uuid4()
    advance(Ref("matter", matter), "open", actor=place.actor("warden"), at=MONDAY,
            given={"what": "井盖松动", "area": str(place.areas["G111"].uid)})
    tick(at=MONDAY + 2 * DAY)
    advance(Ref("call", uid), "ring", actor=place.actor("community"), at=MONDAY + 2 * DAY, given={
        "matter": str(matter), "goal": "请处理", "priority": "P3", "reason": "power", "tried": "已敲门"})
    assert shares(place, MONDAY + 2 * DAY, "sent-in-time") == [50]
