"""Every move of the walk's tables is made once here, and the table says which are missing."""

from datetime import timedelta
from uuid import uuid4

import pytest

from anlan.calls.models import Attendance, Call
from anlan.hazards.models import Hazard, Listing, Proposal
from anlan.kernel.actors import SYSTEM, Actor
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.flows import FLOWS
from anlan.kernel.follow import follow_all
from anlan.kernel.journal import seal_all
from anlan.kernel.models import Entry, Parameter
from anlan.kernel.rulebook import touch
from anlan.kernel.tick import tick
from anlan.matters.models import Matter
from anlan.matters.residents import resident
from anlan.patrols.models import Round, Visit
from anlan.patrols.rounds import plan_rounds
from anlan.people.testing import NOON
from anlan.premises.models import Premises

from .conftest import AFTER, BEFORE, SIGNATURE, find

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def missing(kind):
    made = set(Entry.objects.filter(kind=kind).values_list("verb", flat=True))
    return {m.name for m in FLOWS[kind].moves} - made


@pytest.fixture
def finding(place, restaurant, walk):
    """A drop-in visit that finds one hazard; returns the hazard."""

    def do(item="CY09", at=NOON, **more):
        found = find(item, **{"before": [BEFORE], **more})
        walk("visit", uuid4(), "drop_in", "street", at, premises=str(restaurant.uid), result="hazards", finds=[found],
             signature=[SIGNATURE], signer="陈某")
        return Hazard.objects.get(uid=found["uid"])

    return do


def test_every_move_of_a_hazard_and_of_a_proposal(place, restaurant, walk, finding):
    matter = uuid4()
    walk("matter", matter, "open", "warden", NOON, what="楼道堆物", premises=str(restaurant.uid))
    mine = uuid4()
    walk("hazard", mine, "find", "warden", NOON, matter=str(matter), what="楼道堆物")
    walk("hazard", mine, "register", "community", NOON)
    walk("hazard", mine, "grade", "street", NOON, level="general", days=3)
    walk("hazard", mine, "notify", "community", NOON)
    walk("hazard", mine, "cancel", "street", NOON, reason="已清走，核实不是隐患")
    every_closing_is_checked_again()
    for move, more in (("pass_recheck", {}), ("fail_recheck", {"days": 2})):
        spot = finding("CY05", after=[AFTER], fixed="已更换")
        walk("proposal", Proposal.objects.get(hazard=spot, sort="recheck").uid, move, "officer1", NOON, answer="抽查", **more)

    major = finding("CY02", control="stop")
    walk("hazard", major.uid, "control", "community", NOON, control="guard")
    walk("hazard", major.uid, "confirm", "emergency", NOON)
    walk("hazard", major.uid, "fill_blocks", "unit", NOON, responsible="陈某", phone="13800138000", leader="李",
         measures="移出", budget_yuan="10", funds_from="own", due_on="2021-06-08", plan="疏散")
    walk("hazard", major.uid, "draft_order", "officer1", NOON, demand="停用", due_on="2021-06-08")
    walk("hazard", major.uid, "withdraw_order", "officer1", NOON)
    walk("hazard", major.uid, "draft_order", "officer1", NOON, demand="停用", due_on="2021-06-08")
    walk("hazard", major.uid, "sign_order", "officer2", NOON)
    walk("hazard", major.uid, "self_check", "unit", NOON, fixed_what="已移出", fixer_name="陈某", photos=[AFTER])
    walk("hazard", major.uid, "plan_review", "street", NOON)
    walk("hazard", major.uid, "fail_review", "reviewer", NOON, reason="仍有气瓶", days=2)
    walk("hazard", major.uid, "self_check", "unit", NOON, fixed_what="再次移出", fixer_name="陈某", photos=[AFTER])
    walk("hazard", major.uid, "plan_review", "street", NOON)
    walk("hazard", major.uid, "pass_review", "reviewer", NOON, opinion="合格")

    doubtful = finding("CY02", control="stop")
    walk("hazard", doubtful.uid, "regrade", "emergency", NOON, level="general", days=3, reason="气瓶为空瓶")
    walk("hazard", doubtful.uid, "transfer", "street", NOON, department=str(place.houses["gas_department"].uid), reason="燃气")
    walk("hazard", doubtful.uid, "ask_extension", "unit", NOON, reason="排期", days=2)
    answer(walk, doubtful, "extension", "accept")
    walk("hazard", doubtful.uid, "object", "unit", NOON, reason="不属实")
    answer(walk, doubtful, "objection", "accept")
    walk("hazard", finding("CY06").uid, "enforce", "officer1", NOON, reason="拒不整改")

    late, slow = finding("CY02", control="stop"), finding("CY02", control="stop")
    tick(at=NOON + timedelta(hours=5))
    walk("hazard", late.uid, "confirm", "emergency", NOON + timedelta(hours=6))
    walk("hazard", slow.uid, "confirm", "emergency", NOON + timedelta(hours=6))
    walk("hazard", slow.uid, "fill_blocks", "unit", NOON + timedelta(hours=6), responsible="陈", phone="1", leader="李",
         measures="移", budget_yuan="0", funds_from="own", due_on="2021-06-03", plan="撤")
    checked = finding("CY09")
    advance(Ref("hazard", checked.uid), "name_owner", actor=SYSTEM, at=NOON, given={"owner": checked.owner_party})
    walk("hazard", checked.uid, "self_check", "unit", NOON, fixed_what="清洗", fixer_name="陈某", photos=[AFTER])
    for day in range(1, 20):
        tick(at=NOON + day * DAY)
    proposal = Proposal.objects.filter(sort="slip", state="open").first()
    walk("proposal", proposal.uid, "decline", "emergency", NOON + 20 * DAY, answer="先约谈")
    listed_and_struck_off(place, walk, slow, NOON + 20 * DAY)
    advance(Ref("hazard", late.uid), "nobody_acted", actor=SYSTEM, at=NOON + 20 * DAY)
    waiting = Proposal.objects.filter(state="open").first()
    advance(Ref("proposal", waiting.uid), "nobody_acted", actor=SYSTEM, at=NOON + 20 * DAY)
    assert missing("hazard") == set()
    assert missing("proposal") == set()


def listed_and_struck_off(place, walk, hazard, at):
    """A proposal to list is accepted and the listing declined; then it is asked for and goes to its end."""
    proposal = Proposal.objects.get(hazard=hazard, sort="listing", state="open")
    walk("proposal", proposal.uid, "accept", "emergency", at, answer="同意挂牌")
    walk("listing", Listing.objects.get(state="proposed").uid, "decline", "leader", at, reason="先约谈")
    walk("hazard", hazard.uid, "draft_order", "officer1", at, demand="停用", due_on="2021-07-08")
    walk("hazard", hazard.uid, "sign_order", "officer2", at)
    walk("hazard", hazard.uid, "ask_listing", "emergency", at, reason="仍未整改", level="district", batch=1)
    listing = Listing.objects.get(state="proposed").uid
    for move, who, given in (("approve", "leader", {}), ("issue", "emergency", {}), ("publish", "emergency", {"media": "网站"})):
        walk("listing", listing, move, who, at, **given)
    walk("hazard", hazard.uid, "self_check", "unit", at, fixed_what="已移出", fixer_name="陈某", photos=[AFTER])
    walk("listing", listing, "form_team", "gas", at, first=str(place.people["officer1"].uid),
         second=str(place.people["officer2"].uid), expert=str(place.people["expert"].uid))
    for who in ("officer1", "officer2", "expert"):
        walk("listing", listing, "sign_review", who, at, verdict="passed", opinion="合格")
    walk("listing", listing, "strike_off", "gas", at)


def every_closing_is_checked_again():
    Parameter.objects.filter(key="hazard.recheck_share").update(value=1)
    touch("parameters")


def answer(walk, hazard, sort, move):
    proposal = Proposal.objects.get(hazard=hazard, sort=sort)
    walk("proposal", proposal.uid, move, "street", NOON, answer="同意")


def test_every_move_of_a_matter(place, restaurant, walk, finding):
    def opened(**more):
        uid = uuid4()
        walk("matter", uid, "open", "warden", NOON, what="井盖松动", **{"area": str(place.areas["G111"].uid), **more})
        return uid

    walk("matter", opened(), "reject", "community", NOON, reason="不属本辖区")
    answered = opened()
    walk("matter", answered, "answer", "community", NOON, answer="已派人")
    walk("matter", answered, "close", "street", NOON)
    left = opened()
    for day in range(1, 5):
        tick(at=NOON + day * DAY)
    advance(Ref("matter", left), "nobody_acted", actor=SYSTEM, at=NOON + 5 * DAY)
    two = opened(premises=str(restaurant.uid))
    hazards = [uuid4(), uuid4()]
    for h in hazards:
        walk("hazard", h, "find", "warden", NOON, matter=str(two), what="堆物")
        walk("hazard", h, "register", "community", NOON)
    for h in hazards:
        walk("hazard", h, "cancel", "street", NOON, reason="不是隐患")
    finding("CY05", after=[AFTER], fixed="已更换")
    alike = [ring(walk, opened(), "community", NOON + 5 * DAY) for _n in range(2)]
    for move, given in (("merge", {"lead": str(alike[0].uid)}), ("unmerge", {})):
        walk("call", alike[1].uid, move, "street", NOON + 5 * DAY, **given)
    waiting = opened()
    call = ring(walk, waiting, "community", NOON + 5 * DAY)
    tick(at=NOON + 7 * DAY)
    walk("call", Call.objects.get(climbed_from=call.uid).uid, "call_off", "community", NOON + 7 * DAY, reason_text="已自行解决")
    every_closing_is_checked_again()
    spot = finding("CY05", after=[AFTER], fixed="已更换")
    walk("proposal", Proposal.objects.get(hazard=spot, sort="recheck").uid, "fail_recheck", "officer1", NOON, answer="未换", days=2)
    every_move_of_a_resident(place)
    assert missing("matter") == set()


def every_move_of_a_resident(place):
    def reported():
        uid = uuid4()
        advance(Ref("matter", uid), "report", actor=resident(), at=NOON, given={
            "sort": "road", "what": "井盖松动", "area": str(place.areas["G111"].uid)})
        return Ref("matter", uid), resident(Matter.objects.get(uid=uid).id)

    withdrawn, she = reported()
    advance(withdrawn, "withdraw", actor=she, at=NOON)
    handled, she = reported()
    advance(handled, "report_again", actor=resident(), at=NOON, given={"what": "我也看到"})
    advance(handled, "answer", actor=place.actor("community"), at=NOON, given={"answer": "已派人"})
    advance(handled, "rate", actor=she, at=NOON, given={"stars": 2, "solved": "no"})
    advance(handled, "ask_again", actor=she, at=NOON, given={"reason": "还松"})


def ring(walk, matter, who, at, **more):
    uid = uuid4()
    walk("call", uid, "ring", who, at, **{"matter": str(matter), "goal": "请派人", "priority": "P3", "reason": "power",
                                         "tried": "已劝导", **more})
    return Call.objects.get(uid=uid)


def test_every_move_of_a_call_and_of_an_attendance(place, restaurant, walk):
    hour, gas, emergency = timedelta(hours=1), place.houses["gas_department"], place.houses["emergency_bureau"]

    def matter():
        uid = uuid4()
        walk("matter", uid, "open", "warden", NOON, what="燃气味", premises=str(restaurant.uid))
        return uid

    def finish(call, who, at, result="solved"):
        walk("call", call.uid, "sign", who, at)
        walk("call", call.uid, "arrive", who, at)
        walk("call", call.uid, "finish", who, at, result=result, finding="已到场处置", photos=[AFTER])

    to_street = ring(walk, matter(), "community", NOON)
    walk("call", to_street.uid, "report_again", "community", NOON, what="又有人反映", reporter_phone="13900000000")
    walk("call", to_street.uid, "sign", "street", NOON)
    above = ring(walk, to_street.matter.uid, "street", NOON, lower=str(to_street.uid), department=str(gas.uid))
    walk("call", above.uid, "return_call", "gas", NOON, reason_text="不属燃气")
    walk("call", above.uid, "resend", "street", NOON, answer="已核实是燃气", department=str(gas.uid))
    walk("call", above.uid, "invite", "street", NOON, organisation=str(emergency.uid), why="检测")
    helper = Attendance.objects.get(call=above)
    walk("attendance", helper.uid, "sign", "emergency", NOON)
    walk("attendance", helper.uid, "come", "emergency", NOON, people="卫华")
    walk("attendance", helper.uid, "leave", "emergency", NOON, did="检测无泄漏")
    walk("call", above.uid, "invite", "street", NOON, organisation=str(place.houses["community12"].uid), why="看守")
    finish(above, "gas", NOON)
    walk("call", above.uid, "close", "street", NOON, response_stars=5, result_stars=5, solved="yes")
    walk("call", to_street.uid, "arrive", "street", NOON)
    walk("call", to_street.uid, "reply", "street", NOON, progress="部门已到场")
    walk("call", to_street.uid, "finish", "street", NOON, result="solved", finding="已关阀", photos=[AFTER])
    walk("call", to_street.uid, "rework", "community", NOON, reason_text="仍有气味")

    for move, given in (("rework_by_reporter", {"reason_text": "仍有气味"}),
                        ("rate_by_reporter", {"response_stars": 4, "result_stars": 4, "solved": "yes"})):
        uid = uuid4()
        walk("matter", uid, "open", "community", NOON, what="电梯困人", channel="phone", area=str(place.areas["G111"].uid))
        told = ring(walk, uid, "community", NOON, on_behalf=True, priority="P4")
        walk("call", told.uid, "sign", "warden", NOON)
        walk("call", told.uid, "finish", "warden", NOON, result="solved", finding="已救出")
        reporter = Actor("报事人", roles=frozenset({"reporter"}), extra=(("matter", told.matter_id),))
        advance(Ref("call", told.uid), move, actor=reporter, at=NOON, given=given)

    ring(walk, matter(), "community", NOON)  # nobody signs: it climbs, and its helper does not come
    back = ring(walk, matter(), "community", NOON)
    walk("call", back.uid, "take_back", "emergency", NOON, reason_text="由区里统一处置")
    off = ring(walk, matter(), "community", NOON)
    walk("call", off.uid, "call_off", "community", NOON, reason_text="已自行解决")
    lead, same = ring(walk, matter(), "community", NOON), ring(walk, matter(), "community", NOON, assistants=[str(gas.uid)])
    walk("call", same.uid, "merge", "street", NOON, lead=str(lead.uid))
    walk("call", same.uid, "unmerge", "street", NOON)
    walk("call", same.uid, "merge", "street", NOON, lead=str(lead.uid))  # goes up with its lead, which nobody signs
    silent, hopeless, higher = (ring(walk, matter(), "community", NOON) for _n in range(3))
    finish(silent, "street", NOON)
    finish(hopeless, "street", NOON, "cannot")
    finish(higher, "street", NOON, "cannot")
    walk("call", higher.uid, "call_higher", "community", NOON, reason="power", goal="请部门处置")
    top = ring(walk, matter(), "community", NOON, to_level="leader", reason="by_law")
    finish(top, "leader", NOON, "cannot")
    late = ring(walk, matter(), "community", NOON)
    walk("call", late.uid, "sign", "street", NOON)
    red = ring(walk, matter(), "community", NOON, to_level="leader", priority="P1", reason="urgent",
               assistants=[str(place.houses["community12"].uid)])
    for n in range(1, 30):
        tick(at=NOON + n * 12 * hour)
    advance(Ref("attendance", Attendance.objects.get(call=red).uid), "nobody_acted", actor=SYSTEM, at=NOON + 15 * DAY)
    assert Call.objects.get(uid=red.uid).alarm == "sign"
    assert missing("call") == set()
    assert missing("attendance") == set()


def test_every_move_of_a_visit_and_a_round(place, restaurant, walk, finding):
    finding()
    plan_rounds([place.posts["warden"]], NOON.date(), actor=place.actor("community"), at=NOON)
    first = Visit.objects.get(state="planned")
    walk("round", first.round.uid, "hand_over", "street", NOON, post=str(place.posts["warden"].uid), reason="病假")
    walk("visit", first.uid, "finish", "warden", NOON, result="normal", answers={"CY01": "ok"})
    seal_all()
    follow_all()
    assert Round.objects.get().state == "done"
    plan_rounds([place.posts["warden"]], (NOON + 60 * DAY).date(), actor=place.actor("community"), at=NOON + 60 * DAY)
    stuck = Round.objects.get(state="open")
    advance(Ref("round", stuck.uid), "nobody_acted", actor=SYSTEM, at=NOON + 60 * DAY)
    tick(at=NOON + 62 * DAY)
    assert Round.objects.get(uid=stuck.uid).state == "lapsed"
    assert missing("visit") == set()
    assert missing("round") == set()


def test_every_move_of_a_unit_its_objects_and_its_risk(place, restaurant, walk):
    walk("premises", restaurant.uid, "edit", "street", NOON, name="百瑞景小馆", place_type="restaurant", address="中南路1号",
         area=str(place.areas["G111"].uid), staff=6)
    shop = uuid4()
    walk("premises", shop, "add_on_spot", "warden", NOON, name="新店", place_type="shop", address="中南路9号",
         area=str(place.areas["G111"].uid), photos=[BEFORE])
    walk("premises", shop, "confirm", "community", NOON, name="新店百货", place_type="shop", address="中南路9号",
         area=str(place.areas["G111"].uid))
    walk("visit", uuid4(), "drop_in", "warden", NOON, premises=str(shop), result="gone")
    walk("premises", shop, "still_there", "community", NOON)
    walk("premises", shop, "close", "community", NOON, reason="停业")
    walk("premises", shop, "reopen", "community", NOON, reason="复业")
    heir = uuid4()
    walk("premises", shop, "change_tenant", "community", NOON, successor=str(heir), name="花店", place_type="shop")
    assert Premises.objects.get(uid=heir).follows.uid == shop
    advance(Ref("premises", heir), "name_owner", actor=SYSTEM, at=NOON, given={"owner": restaurant.owner_party})
    assert Premises.objects.get(uid=heir).owner_party == restaurant.owner_party
    lift = uuid4()
    given = {"sort": "elevator", "name": "1号电梯", "area": str(place.areas["G111"].uid)}
    walk("special_object", lift, "create", "street", NOON, **given)
    walk("special_object", lift, "edit", "street", NOON, **given, their_no="T1")
    walk("special_object", lift, "retire", "street", NOON, reason="拆除")
    walk("special_object", lift, "restore", "street", NOON)
    point = uuid4()
    risk = {"premises": str(restaurant.uid), "name": "后厨燃气", "method": "lec", "likelihood": "6", "exposure": "6",
            "consequence": "15"}
    walk("risk_point", point, "create", "street", NOON, **risk)
    restaurant.refresh_from_db()
    assert restaurant.colour == "red"
    walk("risk_point", point, "regrade", "street", NOON, **{**risk, "likelihood": "1"})
    restaurant.refresh_from_db()
    assert restaurant.colour == "yellow"
    walk("risk_point", point, "retire", "street", NOON, reason="已消除")
    walk("risk_point", point, "restore", "street", NOON)
    for kind in ("premises", "special_object", "risk_point"):
        assert missing(kind) == set()
