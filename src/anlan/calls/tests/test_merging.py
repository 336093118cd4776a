"""Two calls about the same thing: one leads, the other goes with it, every reporter stays, and it can be undone."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from anlan.calls import pins
from anlan.calls.models import Attendance, Call
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.follow import follow_all
from anlan.kernel.journal import seal_all, verify
from anlan.kernel.models import Clock, Stake
from anlan.kernel.refusals import Refused
from anlan.kernel.tick import tick
from anlan.matters.models import Matter
from anlan.people.testing import NOON, PASSWORD, small_district
from anlan.toolkit.indicators import figure
from anlan.toolkit.notices.models import Notice

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
PHOTO = "a" * 64


@pytest.fixture
def place(district_stands, db, settings, tmp_path):
    settings.ANLAN_HOME = tmp_path
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.cache"
    return small_district()


@pytest.fixture
def walk(place):
    def do(call, move, who, at=NOON, **given):
        advance(Ref("call", call.uid), move, actor=place.actor(who, at=at), at=at, given=given)
        call.refresh_from_db()

    return do


@pytest.fixture
def ring(place):
    """A matter that somebody reports, and the community's call about it."""

    def do(what="楼道里有燃气味", who="community", reporter="warden", grid="G111", at=NOON, **more):
        matter, call = uuid4(), uuid4()
        where = {"area": str(place.areas[grid].uid)} if "lon" not in more else {k: more.pop(k) for k in ("lon", "lat")}
        advance(Ref("matter", matter), "open", actor=place.actor(reporter), at=at, given={"what": what, **where})
        advance(Ref("call", call), "ring", actor=place.actor(who), at=at, given={
            "matter": str(matter), "goal": f"请处理{what}", "priority": "P3", "reason": "power", "tried": "已劝导", **more})
        return Call.objects.get(uid=call)

    return do


def merge(walk, call, lead, who="street", at=NOON):
    walk(call, "merge", who, at, lead=str(lead.uid))
    lead.refresh_from_db()


def finish(walk, call, who, at=NOON, result="solved"):
    for move in ("sign", "arrive"):
        walk(call, move, who, at)
    walk(call, "finish", who, at, result=result, finding="已关阀", photos=[PHOTO])


def hanging(*calls):
    return [Matter.objects.get(id=c.matter_id).hanging for c in calls]


def counts(place, *names, at=NOON + HOUR):
    seal_all()
    follow_all()
    return [figure(n, actor=place.actor("director", at=at), at=at).value for n in names]


def test_one_leads_the_other_closes_and_both_matters_hang_on_the_lead(place, ring, walk):
    lead, other = ring(), ring("三楼燃气味很大", reporter="street")
    merge(walk, other, lead)
    assert (other.state, other.merged_into, other.merged_at, lead.state, lead.reports) == ("merged", lead.uid, NOON, "ringing", 1)
    assert hanging(lead, other) == [[f"call:{lead.uid}"]] * 2
    assert Matter.objects.get(id=other.matter_id).same_as == lead.matter.uid
    assert not Stake.objects.filter(kind="call", case_id=other.id).exists()
    assert not Clock.objects.filter(kind="call", case_id=other.id, stopped_at=None).exists()
    seal_all()
    follow_all()
    assert verify().breaks == []


def test_what_is_merged_counts_as_one_call_and_one_report(place, ring, walk):
    lead, other = ring(), ring("三楼燃气味很大")
    walk(other, "sign", "street")
    assert counts(place, "call-made", "call-response", "grd-events", "mat-valid") == [2, 50, 2, 100]
    merge(walk, other, lead)
    assert counts(place, "call-made", "call-response", "grd-events", "mat-valid", "call-merged") == [1, 0, 1, 50, 1]
    walk(other, "unmerge", "street")
    assert counts(place, "call-made", "call-response", "grd-events", "mat-valid", "call-merged") == [2, 0, 2, 100, 0]


def test_every_reporter_hears_what_becomes_of_the_lead(place, ring, walk):
    lead, other = ring(), ring("三楼燃气味很大", reporter="officer1")
    merge(walk, other, lead, at=NOON + HOUR)
    finish(walk, lead, "street", NOON + HOUR)
    seal_all()
    follow_all()
    heard = Notice.objects.filter(person_id=place.people["officer1"].id, party_id=None).order_by("id")
    assert [n.text.partition("：")[2] for n in heard] == ["街道呼叫", "街道并入另一次呼叫", "街道签收", "街道到场", "街道办结"]
    assert {n.text.partition("：")[0] for n in heard} == {f"您反映的事项{other.matter.code}"}
    assert len(heard) == len({n.key for n in heard})


def test_the_caller_and_the_callee_of_the_merged_call_are_told(place, ring, walk):
    lead, other = ring(), ring("三楼燃气味很大", who="warden", to_level="community")
    merge(walk, other, lead, "emergency")
    seal_all()
    follow_all()
    told = Notice.objects.filter(text__contains=f"呼叫{other.code}").values_list("party_id", flat=True)
    assert set(told) == {other.from_party, other.to_party}
    assert Stake.objects.filter(kind="call", case_id=lead.id, party_id=other.from_party, role="follow").exists()


def test_attendance_is_kept_and_comes_over(place, ring, walk):
    lead, other = ring(), ring("三楼燃气味很大", assistants=[str(place.houses[h].uid) for h in ("emergency_bureau", "community12")])
    bureau = Attendance.objects.get(party=place.parties["emergency_bureau"])
    advance(Ref("attendance", bureau.uid), "come", actor=place.actor("emergency"), at=NOON, given={"people": "卫华"})
    merge(walk, other, lead)
    bureau.refresh_from_db()
    assert (bureau.call_id, bureau.came_with, bureau.state, bureau.people, bureau.arrived_at) == (
        lead.id, other.uid, "present", "卫华", NOON)
    assert set(lead.attendances.values_list("party", "state")) == {
        (place.parties["emergency_bureau"], "present"), (place.parties["community12"], "summoned")}
    walk(other, "unmerge", "street")
    assert not lead.attendances.exists()
    assert set(other.attendances.values_list("party", "state")) == {
        (place.parties["emergency_bureau"], "present"), (place.parties["community12"], "summoned")}


def test_who_was_called_for_the_merged_one_assists_the_lead_and_is_free_again_when_it_is_undone(place, ring, walk):
    lead = ring(department=str(place.houses["gas_department"].uid), reason="by_law", who="community")
    other = ring("三楼燃气味很大")
    merge(walk, other, lead, "emergency")
    helper = Attendance.objects.get(call=lead)
    assert (helper.party, helper.state, helper.why) == (other.to_party, "summoned", "原承接的呼叫已并入这次呼叫，转为协办")
    walk(other, "unmerge", "emergency")
    helper.refresh_from_db()
    assert helper.state == "released"


def test_the_merged_call_goes_up_with_the_lead_and_ends_with_it(place, ring, walk):
    lead, other = ring(), ring("三楼燃气味很大", reporter="street", who="warden", to_level="community")
    merge(walk, other, lead, "emergency")
    tick(at=NOON + 4 * HOUR)
    upper = Call.objects.get(climbed_from=lead.uid)
    other.refresh_from_db()
    assert other.merged_into == upper.uid
    assert hanging(lead, other) == [[f"call:{upper.uid}"]] * 2
    assert Stake.objects.filter(kind="call", case_id=upper.id, party_id=other.from_party, role="follow").exists()
    at = NOON + 5 * HOUR
    finish(walk, upper, "emergency", at)
    walk(upper, "close", "community", at, response_stars=5, result_stars=5, solved="yes")
    assert set(Matter.objects.values_list("state", flat=True)) == {"closed"}
    assert not Stake.objects.filter(kind__in=("call", "attendance", "matter")).exists()


def test_a_lead_that_fails_hands_every_matter_back(place, ring, walk):
    lead, other = ring(), ring("三楼燃气味很大", reporter="street")
    merge(walk, other, lead)
    walk(lead, "call_off", "community", reason_text="误报")
    assert list(Matter.objects.values_list("state", "hanging")) == [("open", []), ("open", [])]


def test_who_waits_for_the_merged_call_goes_on_when_the_lead_ends(place, ring, walk):
    lead, waiting = ring(), ring("厨房漏气")
    walk(waiting, "sign", "street")
    uid = uuid4()
    advance(Ref("call", uid), "ring", actor=place.actor("street"), at=NOON, given={
        "matter": str(waiting.matter.uid), "goal": "请派检测员", "priority": "P3", "reason": "power", "tried": "已关阀",
        "department": str(place.houses["gas_department"].uid), "lower": str(waiting.uid)})
    above = Call.objects.get(uid=uid)
    clock = Clock.objects.get(kind="call", case_id=waiting.id, name="finish")
    assert clock.paused_at == NOON
    merge(walk, above, lead, "emergency")
    walk(lead, "call_off", "community", NOON + HOUR, reason_text="已好")
    clock.refresh_from_db()
    assert clock.paused_at is None


def test_two_calls_on_one_matter_become_one(place, ring, walk):
    lead, uid = ring(), uuid4()
    advance(Ref("call", uid), "ring", actor=place.actor("warden"), at=NOON, given={
        "matter": str(lead.matter.uid), "goal": "请社区来看", "priority": "P3", "reason": "power", "tried": "已敲门"})
    other = Call.objects.get(uid=uid)
    merge(walk, other, lead, "emergency")
    assert hanging(lead) == [[f"call:{lead.uid}"]]
    assert Matter.objects.get().same_as is None
    walk(other, "unmerge", "emergency")
    assert sorted(hanging(lead)[0]) == sorted([f"call:{lead.uid}", f"call:{other.uid}"])


def test_undone_it_rings_anew_with_its_own_limit(place, ring, walk):
    lead, other = ring(), ring("三楼燃气味很大", reporter="street")
    walk(other, "sign", "street")
    merge(walk, other, lead)
    at = NOON + HOUR
    walk(other, "unmerge", "street", at)
    lead.refresh_from_db()
    assert (other.state, other.merged_into, other.signed_at, lead.reports) == ("ringing", None, None, 0)
    assert hanging(lead, other) == [[f"call:{lead.uid}"], [f"call:{other.uid}"]]
    assert Matter.objects.get(id=other.matter_id).same_as is None
    assert Stake.objects.filter(kind="call", case_id=other.id, party_id=other.to_party, role="sign").exists()
    assert Clock.objects.get(kind="call", case_id=other.id, name="sign", stopped_at=None).due_at > at


def late(place, ring, walk):
    other = ring("三楼燃气味很大")
    walk(other, "sign", "street")
    tick(at=NOON + timedelta(days=9))
    other.refresh_from_db()
    return ring(at=NOON + timedelta(days=9)), other


def closed(place, ring, walk):
    lead = ring()
    walk(lead, "call_off", "community", reason_text="已好")
    return lead, ring("三楼燃气味很大")


def carrying(place, ring, walk):
    other, third = ring("三楼燃气味很大"), ring("四楼燃气味很大")
    merge(walk, third, other)
    return ring(), other


def waits(place, ring, walk):
    lower, uid = ring(), uuid4()
    walk(lower, "sign", "street")
    advance(Ref("call", uid), "ring", actor=place.actor("street"), at=NOON, given={
        "matter": str(lower.matter.uid), "goal": "请派检测员", "priority": "P3", "reason": "power", "tried": "已关阀",
        "lower": str(lower.uid)})
    return lower, Call.objects.get(uid=uid)


REFUSED = {
    "itself": (lambda p, ring, w: (ring(),) * 2, "street", "不能并入自己"),
    "foreign ground": (lambda p, ring, w: (
        ring(who="street2", reporter="street2", grid="G211", reason="by_law", to_level="district"), ring()), "street",
                       "没有找到要并入的那次呼叫，或者它不在您的范围内"),
    "somebody else": (lambda p, ring, w: (ring(), ring("三楼燃气味很大")), "gas", "须由呼叫方、受呼方，或者比受呼方高的层级合并"),
    "what is over": (closed, "street", "那次呼叫已经办结或结束，不能再并入"),
    "what is late": (late, "street", "这次呼叫已有时限超期，不能并入别的呼叫；请以它为主，把另一次并入它"),
    "the more urgent": (lambda p, ring, w: (ring(), ring("三楼燃气味很大", priority="P1")), "street",
                        "这次呼叫更紧急，请以它为主，把另一次并入它"),
    "what carries others": (carrying, "street", "已有别的呼叫并入这次呼叫，请以它为主，把另一次并入它"),
    "another trade": (lambda p, ring, w: (ring(trade="gas"), ring("三楼燃气味很大", trade="fire")), "emergency",
                      "两次呼叫的行业类别不同，不是同一件事"),
    "another place": (lambda p, ring, w: (ring(), ring("三楼燃气味很大", reporter="community", grid="G112")), "street",
                      "两次呼叫不在同一处"),
    "one that waits": (waits, "emergency", "其中一次正等着另一次的结果，不能合并")}


@pytest.mark.parametrize("what", REFUSED)
def test_what_makes_no_sense_is_refused_in_a_sentence(place, ring, walk, what):
    make, who, why = REFUSED[what]
    lead, other = make(place, ring, walk)
    at = max(NOON, lead.opened_at)
    with pytest.raises(Refused) as refused:
        merge(walk, other, lead, who, at)
    assert refused.value.refusal.sentences == (why,)


def test_too_far_apart_is_refused_with_the_distance(place, ring, walk):
    (lon, lat), (lon2, lat2) = place.point("G111"), place.point("G112")
    lead, other = ring(lon=lon, lat=lat), ring("三楼燃气味很大", reporter="community", lon=lon2, lat=lat2)
    with pytest.raises(Refused, match=r"两次呼叫的地点相距约\d+米，超过1000米，不是同一处"):
        merge(walk, other, lead)


def test_once_the_lead_is_over_it_cannot_be_undone(place, ring, walk):
    lead, other = ring(), ring("三楼燃气味很大")
    merge(walk, other, lead)
    finish(walk, lead, "street")
    with pytest.raises(Refused, match="主呼叫已经结束，不能再撤销并入；仍有问题的，请重新登记"):
        walk(other, "unmerge", "street")


def client_of(who):
    client = Client()
    assert client.post("/sign-in/", {"login_name": who, "password": PASSWORD}).status_code == 302
    return client


def test_the_page_shows_what_is_alike_and_merges_either_way(place, ring, walk):
    lead, other, strange = ring(), ring("楼道里燃气味很大"), ring("井盖松动")
    street = client_of("street")
    assert f'href="/desk/calls/{other.uid}/same/"' in street.get(f"/desk/calls/{other.uid}/").content.decode()
    page = street.get(f"/desk/calls/{other.uid}/same/").content.decode()
    assert f'name="lead" value="{lead.uid}"' in page and "文字相近" in page and str(strange.uid) not in page
    assert str(strange.uid) in street.get(f"/desk/calls/{other.uid}/same/", {"q": strange.code}).content.decode()
    answer = street.post(f"/desk/calls/{other.uid}/same/", {"lead": str(other.uid), "merged": str(lead.uid)})
    assert (answer.status_code, answer["Location"]) == (302, f"/desk/calls/{other.uid}/")
    assert f"/desk/calls/{lead.uid}/" in street.get(f"/desk/calls/{other.uid}/").content.decode()
    assert "由这次呼叫一并办理" in street.get(f"/desk/calls/{lead.uid}/").content.decode()
    assert street.post(f"/desk/calls/{lead.uid}/unmerge").status_code == 302
    assert Call.objects.get(uid=lead.uid).state == "ringing"


def test_a_refused_merge_stays_on_the_page_and_says_why(place, ring, walk):
    lead, urgent = ring(), ring("三楼燃气味很大", priority="P1")
    answer = client_of("street").post(f"/desk/calls/{urgent.uid}/same/", {"lead": str(lead.uid), "merged": str(urgent.uid)})
    assert answer.status_code == 422 and "这次呼叫更紧急" in answer.content.decode()


def test_a_reporter_follows_the_lead_by_the_number_of_the_merged_matter(place, ring, walk):
    lead, other = ring(), ring("三楼燃气味很大")
    pin = pins.issue(other.matter, NOON)
    merge(walk, other, lead)
    walk(lead, "sign", "street")
    page = Client().post("/public/calls/", {"code": other.matter.code, "pin": pin}).content.decode()
    assert "与另一件反映的是同一件事，已合并一起办理" in page and "已接办，正在赶来或联系" in page
