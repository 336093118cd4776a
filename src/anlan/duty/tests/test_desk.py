"""The duty desk's records: the phone log, the handover, the roll-call, the morning sheet, and the bell of a P1."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.test import Client

from anlan.duty.models import Handover, LoggedCall, MorningSheet, RollCall
from anlan.duty.testing import draw_up, on_duty, publish, staff_of
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.follow import follow_all
from anlan.kernel.journal import seal_all
from anlan.kernel.models import Clock, Entry, Stake
from anlan.kernel.refusals import Refused
from anlan.kernel.rulebook import forget, parameter
from anlan.kernel.tick import tick
from anlan.people.testing import PASSWORD, small_district
from anlan.toolkit.notices.models import Notice

from .test_rosters import at, refused

JUNE = date(2021, 6, 1)
EVENING, MORNING = at("2021-06-02", "20:00"), at("2021-06-03", "08:20")


@pytest.fixture
def place(district_stands, db, settings):
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.cache"
    found = small_district()
    found.roster = publish(found, draw_up(found, "street", JUNE), "street")
    return found


def sign_in(who):
    client = Client()
    assert client.post("/sign-in/", {"login_name": who, "password": PASSWORD}).status_code == 302
    return client


def at_place(place, day, seat):
    """Who of the cast or of the street's others stands there."""
    names = {p: k for k, p in staff_of("street1_office").items()}
    return names[place.roster.shifts[day][seat]]


def log(place, who="officer1", move="log", when=EVENING, **more):
    uid = uuid4()
    advance(Ref("logged_call", uid), move, actor=place.actor(who), at=when, given={
        "way": "in", "number": "13912345678", "caller": "李婆婆", "unit": "百瑞景社区", "what": "楼道里有烟味", **more})
    return LoggedCall.objects.get(uid=uid)


def follow():
    seal_all()
    follow_all()


# The phone log


def test_a_call_is_logged_followed_up_and_done_without_telling_the_journal_who_called(place):
    call = log(place)
    advance(Ref("logged_call", call.uid), "follow_up", actor=place.actor("officer2"), at=EVENING, given={"action": "已请物业查看"})
    advance(Ref("logged_call", call.uid), "finish", actor=place.actor("officer2"), at=EVENING + timedelta(minutes=9))
    done = LoggedCall.objects.get(id=call.id)
    assert (done.state, done.action, done.done_at, done.number) == ("done", "已请物业查看", EVENING + timedelta(minutes=9), "13912345678")
    assert not [e for e in Entry.objects.filter(kind="logged_call") if "13912345678" in str(e.data) or "李婆婆" in str(e.data)]


def test_a_call_of_tomorrow_and_another_houses_log_are_refused(place):
    with pytest.raises(Refused, match="通话时间不能晚于现在"):
        log(place, called_at="2021-06-03T09:00")
    call = log(place)
    assert refused(Ref("logged_call", call.uid), "finish", actor=place.actor("street2"), at=EVENING) == ["通话由值班人员登记在本机构名下"]


# Handover


def hand_over(place, who, when=MORNING):
    uid = uuid4()
    advance(Ref("handover", uid), "hand_over", actor=place.actor(who), at=when, given={
        "equipment": "正常", "keyring": "齐全", "warnings": "暴雨蓝色预警"})
    return Handover.objects.get(uid=uid)


def test_a_shift_is_handed_over_with_what_is_open_by_two_and_the_leader(place):
    log(place)
    going, coming = at_place(place, "2021-06-02", "main"), at_place(place, "2021-06-03", "main")
    record = hand_over(place, going)
    assert (record.day, record.matters_count, [m["what"] for m in record.matters]) == (date(2021, 6, 2), 1, ["楼道里有烟味"])
    advance(Ref("handover", record.uid), "take_over", actor=place.actor(coming), at=MORNING)
    leader = at_place(place, "2021-06-03", "leader")
    assert refused(Ref("handover", record.uid), "confirm", actor=place.actor(coming), at=MORNING) == ["须由交班或接班的带班领导签字"]
    advance(Ref("handover", record.uid), "confirm", actor=place.actor(leader), at=MORNING)
    LoggedCall.objects.update(what="改了")
    signed = Handover.objects.get(id=record.id)
    assert (signed.state, signed.matters[0]["what"]) == ("confirmed", "楼道里有烟味")
    assert (signed.giver_post_id, signed.taker_post_id) == (place.posts[going].id, place.posts[coming].id)


def test_the_same_person_does_not_sign_both_sides(place):
    going, coming = at_place(place, "2021-06-02", "main"), at_place(place, "2021-06-03", "main")
    record = hand_over(place, going)
    assert refused(Ref("handover", record.uid), "take_over", actor=place.actor(going), at=MORNING) == ["须由接下一班的人员签字"]
    both = on_duty(place, coming, as_person=going)
    assert refused(Ref("handover", record.uid), "take_over", actor=both, at=MORNING) == ["交班和接班不能由同一人签字"]


def test_a_shift_is_handed_over_once_and_by_who_stood_it(place):
    hand_over(place, at_place(place, "2021-06-02", "main"))
    again = {"actor": place.actor(at_place(place, "2021-06-02", "leader")), "at": MORNING,
             "given": {"equipment": "正常", "keyring": "齐全"}}
    assert refused(Ref("handover", uuid4()), "hand_over", **again) == ["这一班的交班记录已经签过"]
    again["actor"] = place.actor(at_place(place, "2021-06-03", "main"))
    assert refused(Ref("handover", uuid4()), "hand_over", **again) == ["交班记录由当班人员签字"]


@pytest.fixture
def handed(place):
    """A handover that all three have signed, and who gave and took it."""
    going, coming, leader = (at_place(place, *seat) for seat in (("2021-06-02", "main"), ("2021-06-03", "main"), ("2021-06-03", "leader")))
    record = hand_over(place, going)
    advance(Ref("handover", record.uid), "take_over", actor=place.actor(coming), at=MORNING)
    advance(Ref("handover", record.uid), "confirm", actor=place.actor(leader), at=MORNING)
    return Ref("handover", record.uid), going, coming


def test_what_was_handed_over_is_put_right_by_a_later_note_of_both(place, handed):
    ref, going, coming = handed
    before = Handover.objects.values("equipment", "keyring", "warnings", "matters", "given_at", "taken_at").get()
    advance(ref, "note", actor=place.actor(coming), at=EVENING, given={"text": "电台有一部不能用"})
    owed = Stake.objects.get(kind="handover", role="answer")
    assert (Handover.objects.get().state, owed.party_id) == ("noted", place.posts[going].id)
    assert refused(ref, "agree", actor=place.actor(coming), at=EVENING) == ["更正须由另一方签字"]
    advance(ref, "agree", actor=place.actor(going), at=EVENING)
    record = Handover.objects.get()
    assert [(n["text"], n["by"], n["other"], n["agreed"]) for n in record.notes] == [
        ("电台有一部不能用", place.people[coming].name, place.people[going].name, True)]
    assert Handover.objects.values(*before).get() == before
    page = sign_in(coming).get(f"/desk/handovers/{ref.uid}/").content.decode()
    assert "电台有一部不能用" in page and "对方尚未签字" not in page


def test_who_does_not_agree_says_why_and_both_stand_there(place, handed):
    ref, going, coming = handed
    advance(ref, "note", actor=place.actor(going), at=EVENING, given={"text": "钥匙少一把"})
    assert "对方尚未签字" in sign_in(going).get(f"/desk/handovers/{ref.uid}/").content.decode()
    assert refused(ref, "disagree", actor=place.actor(coming), at=EVENING) == ["不同意的理由：这个字段是必填项。"]
    advance(ref, "disagree", actor=place.actor(coming), at=EVENING, given={"answer": "交接时齐全"})
    note = Handover.objects.get().notes[0]
    assert (Handover.objects.get().state, note["agreed"], note["answer"]) == ("confirmed", False, "交接时齐全")


def test_nobody_else_puts_a_handover_right(place, handed):
    ref, _going, _coming = handed
    assert refused(ref, "note", actor=place.actor(at_place(place, "2021-06-03", "leader")), at=EVENING, given={"text": "x"}) == [
        "更正由交班人或接班人提出"]


# Roll-call


def call_roll(place, who="emergency", house="street1_office", when=EVENING):
    uid = uuid4()
    advance(Ref("roll_call", uid), "call_roll", actor=place.actor(who), at=when, given={
        "organisation": place.houses[house].uid, "draw": uuid4(), "drawn_from": 14})
    return RollCall.objects.get(uid=uid)


def test_who_is_on_shift_answers_the_roll_call_within_the_limit(place):
    roll = call_roll(place)
    seconds = parameter("duty.roll_call_seconds", EVENING.date())
    assert Clock.objects.get(kind="roll_call").due_at == EVENING + timedelta(seconds=seconds)
    idle = at_place(place, "2021-06-03", "main")
    assert refused(Ref("roll_call", roll.uid), "answer", actor=place.actor(idle), at=EVENING) == ["须由这个机构正在值班的人员应答"]
    advance(Ref("roll_call", roll.uid), "answer", actor=place.actor(at_place(place, "2021-06-02", "main")),
            at=EVENING + timedelta(seconds=25))
    assert (RollCall.objects.get().state, RollCall.objects.get().took) == ("answered", 25)


def test_a_roll_call_rings_until_it_is_answered(place):
    roll = call_roll(place)
    follow()
    rings = Notice.objects.filter(about="roll_call", rings=True, hushed_at=None)
    assert set(rings.values_list("party_id", flat=True)) == set(place.roster.shifts["2021-06-02"].values())
    advance(Ref("roll_call", roll.uid), "answer", actor=place.actor(at_place(place, "2021-06-02", "main")), at=EVENING)
    follow()
    assert not rings.exists()


def test_a_roll_call_that_nobody_answers_is_missed(place):
    roll = call_roll(place)
    tick(at=EVENING + timedelta(seconds=roll.seconds - 1))
    assert RollCall.objects.get().state == "called"
    tick(at=EVENING + timedelta(seconds=roll.seconds))
    assert RollCall.objects.get().state == "missed"


def test_a_house_without_a_roster_and_a_street_that_calls_are_refused(place):
    with pytest.raises(Refused, match="没有公布的值班表"):
        call_roll(place, house="street2_office")
    with pytest.raises(Refused, match="点名由区应急管理部门、总值班室或区领导发起"):
        call_roll(place, who="street")


# The morning sheet


def test_the_morning_sheet_is_drawn_at_eight_and_stays_as_it_was(place):
    sheet = MorningSheet.objects.get()
    assert (sheet.state, sheet.day) == ("waiting", date(2021, 6, 2))
    log(place, when=at("2021-06-01", "23:00"))
    tick(at=at("2021-06-02", "08:00"))
    follow()
    sheet = MorningSheet.objects.get(day=date(2021, 6, 2))
    assert (sheet.state, sheet.drawn_at, [c["what"] for c in sheet.said["calls"]]) == (
        "drawn", at("2021-06-02", "08:00"), ["楼道里有烟味"])
    assert [p["place"] for p in sheet.said["on_duty"][0]["people"]] == ["带班领导", "主班", "副班"]
    assert MorningSheet.objects.get(state="waiting").day == date(2021, 6, 3)
    follow()
    assert MorningSheet.objects.count() == 2


def test_the_leader_on_shift_signs_the_sheet_and_a_clerk_tells_the_weather(place):
    tick(at=at("2021-06-02", "08:00"))
    follow()
    sheet = MorningSheet.objects.get(state="drawn")
    main, leader = (at_place(place, "2021-06-02", seat) for seat in ("main", "leader"))
    advance(Ref("morning_sheet", sheet.uid), "tell_weather", actor=place.actor(main), at=MORNING, given={"weather": "小雨，24℃"})
    assert refused(Ref("morning_sheet", sheet.uid), "sign", actor=place.actor(main), at=MORNING) == ["须由当班的带班领导签阅"]
    advance(Ref("morning_sheet", sheet.uid), "sign", actor=place.actor(leader), at=MORNING)
    assert (MorningSheet.objects.get(id=sheet.id).state, MorningSheet.objects.get(id=sheet.id).weather) == ("signed", "小雨，24℃")


def test_a_stop_over_eight_oclock_costs_no_sheet(place):
    tick(at=at("2021-06-04", "10:00"))
    follow()
    assert [(s.day, s.state) for s in MorningSheet.objects.order_by("day")] == [
        (date(2021, 6, 2), "drawn"), (date(2021, 6, 5), "waiting")]


# A new P1


def ring_p1(place, priority="P1"):
    matter = uuid4()
    advance(Ref("matter", matter), "open", actor=place.actor("community"), at=EVENING, given={
        "what": "餐馆起火", "area": place.areas["G111"].uid})
    call = uuid4()
    advance(Ref("call", call), "ring", actor=place.actor("community"), at=EVENING, given={
        "matter": matter, "goal": "请立即到场", "priority": priority, "reason": "urgent", "to_level": "street", "tried": "已疏散"})
    follow()
    return call


def test_a_new_p1_rings_for_the_shift_until_somebody_signs(place):
    call = ring_p1(place)
    shift = set(place.roster.shifts["2021-06-01"].values())  # told at noon of that day, by the clock of the instance
    rings = Notice.objects.filter(about="call", rings=True, hushed_at=None)
    assert shift <= set(rings.values_list("party_id", flat=True))
    advance(Ref("call", call), "sign", actor=place.actor("street"), at=EVENING + timedelta(minutes=2))
    follow()
    assert not rings.exists()


def test_a_call_of_lesser_rank_rings_for_nobody(place):
    ring_p1(place, "P3")
    assert not Notice.objects.filter(about="call", rings=True).exists()


@pytest.fixture(autouse=True)
def fresh():
    yield
    forget()
