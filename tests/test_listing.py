"""Listed supervision: every move allowed and refused, its clocks, and that no closed hazard has an open listing."""

import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from anlan.hazards.models import Hazard, Listing, Proposal
from anlan.kernel.actors import SYSTEM
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.flows import FLOWS
from anlan.kernel.journal import seal_all, verify
from anlan.kernel.models import Clock, Entry, Paper, Parameter, Secret, Stake
from anlan.kernel.refusals import Refused
from anlan.kernel.rulebook import touch
from anlan.kernel.tick import tick
from anlan.people.testing import NOON, PASSWORD
from tests.journeys.conftest import AFTER, BEFORE, SIGNATURE, find
from tests.journeys.conftest import place as place
from tests.journeys.conftest import restaurant as restaurant
from tests.journeys.conftest import walk as walk

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
SOON, LATER = NOON + DAY, NOON + 2 * DAY


@pytest.fixture
def major(place, restaurant, walk):
    """A major hazard, confirmed, ordered and with its five blocks: nothing is missing but the rectification."""
    found = find("CY02", before=[BEFORE], control="remove")
    walk("visit", uuid4(), "drop_in", "warden", NOON, premises=str(restaurant.uid), result="hazards", finds=[found],
         signature=[SIGNATURE], signer="陈某")
    uid = UUID(found["uid"])
    walk("hazard", uid, "confirm", "street", NOON)
    walk("hazard", uid, "draft_order", "officer1", NOON, demand="停止使用并移出地下室", due_on="2021-06-20")
    walk("hazard", uid, "sign_order", "officer2", NOON)
    walk("hazard", uid, "fill_blocks", "unit", NOON, responsible="陈某", phone="13800138000", leader="李主任",
         measures="移出", budget_yuan="3000", funds_from="own", due_on="2021-06-20", plan="疏散演练")
    return Hazard.objects.get(uid=uid)


@pytest.fixture
def proposed(place, major, walk):
    def do(at=NOON, who="emergency", **more):
        walk("hazard", major.uid, "ask_listing", who, at, **{"reason": "临街餐馆，人员密集", "level": "district", "batch": 1,
                                                             "days": 90, **more})
        return Listing.objects.get(hazard=major, state="proposed")

    return do


@pytest.fixture
def listed(proposed, walk):
    """Approved, issued, received and published."""

    def do(at=NOON, **more):
        x = proposed(at, **more)
        walk("listing", x.uid, "approve", "leader", at)
        walk("listing", x.uid, "issue", "emergency", at)
        walk("listing", x.uid, "receive", "unit", at)
        walk("listing", x.uid, "publish", "emergency", at, media="武昌区政府网站")
        x.refresh_from_db()
        return x

    return do


@pytest.fixture
def reviewing(place, listed, walk):
    def do(at=LATER):
        x = listed()
        walk("hazard", x.hazard.uid, "self_check", "unit", at, fixed_what="气瓶已移出", fixer_name="陈某", photos=[AFTER])
        walk("listing", x.uid, "form_team", "emergency", at, **team(place))
        x.refresh_from_db()
        return x

    return do


def team(place, first="officer1", second="officer2", expert="expert"):
    return {n: str(place.people[who].uid) for n, who in (("first", first), ("second", second), ("expert", expert))}


def sign(walk, x, at=LATER, **verdicts):
    for who in ("officer1", "officer2", "expert"):
        walk("listing", x.uid, "sign_review", who, at, verdict=verdicts.get(who, "passed"), opinion=f"{who}已看过现场")


def state_of(x):
    x.refresh_from_db()
    x.hazard.refresh_from_db()
    return x.state, x.hazard.state


def test_only_a_confirmed_major_hazard_is_listed_and_only_by_the_committees_office(place, restaurant, walk, major, proposed):
    general, unconfirmed = find("CY09", before=[BEFORE]), find("CY02", before=[BEFORE], control="stop")
    walk("visit", uuid4(), "drop_in", "warden", NOON, premises=str(restaurant.uid), result="hazards",
         finds=[general, unconfirmed], signature=[SIGNATURE], signer="陈某")
    given = {"reason": "理由", "level": "district"}
    for found in (general, unconfirmed):
        with pytest.raises(Refused, match="当前状态为“已告知”"):
            walk("hazard", UUID(found["uid"]), "ask_listing", "emergency", NOON, **given)
    for who in ("street", "unit", "warden", "leader", "director"):
        with pytest.raises(Refused, match="须由区安委会办公室或行业主管部门提请挂牌督办"):
            walk("hazard", major.uid, "ask_listing", who, NOON, **given)
    x = proposed()
    assert (x.unit_name, x.what, x.demand, x.days, x.batch) == ("百瑞景小馆", major.what, "停止使用并移出地下室", 90, 1)
    assert (x.committee.name, x.department.name, x.leader.title) == ("城镇燃气安全专委会", "区城管局", "分管副区长")
    with pytest.raises(Refused, match="这起隐患已有未结的挂牌督办"):
        proposed()


def test_the_trades_department_proposes_and_its_leader_approves_two_persons(place, proposed, walk):
    x = proposed(who="gas")
    assert x.office_party == place.parties["gas_department"]
    with pytest.raises(Refused, match="须由区领导批准"):
        walk("listing", x.uid, "approve", "gas", NOON)
    walk("listing", x.uid, "approve", "leader", NOON, days=60)
    x.refresh_from_db()
    assert (x.state, x.days, x.approver_id) == ("approved", 60, place.people["leader"].id)


def test_what_is_missing_is_named_before_a_listing_is_approved(place, proposed, walk):
    x = proposed(batch="")
    with pytest.raises(Refused, match="挂牌事项还缺：年度批次"):
        walk("listing", x.uid, "approve", "leader", NOON)
    with pytest.raises(Refused, match="督办期限不得超过365天"):
        walk("listing", x.uid, "complete", "emergency", NOON, reason="理由", level="district", batch=2, days=366)
    walk("listing", x.uid, "complete", "emergency", NOON, reason="理由", level="district", batch=2)
    walk("listing", x.uid, "approve", "leader", NOON)
    assert state_of(x) == ("approved", "rectifying")


def test_the_notice_has_a_number_and_the_limit_of_the_listing_is_the_hazards(place, listed, major):
    x = listed(days=100)
    major.refresh_from_db()
    assert (x.state, x.listing_no, x.listed_on, x.due_on) == ("rectifying", "本区安督〔2021〕1号", NOON.date(),
                                                              NOON.date() + 100 * DAY)
    assert (major.due_on, major.listing_uid, major.listed_on) == (x.due_on, x.uid, x.listed_on)
    assert list(Paper.objects.filter(subject_kind="listing").order_by("id").values_list("kind", "number")) == [
        ("listing_notice", "本区安督〔2021〕1号"), ("listing_announcement", "")]


def test_accepting_a_proposal_to_list_leads_to_a_proposed_listing_at_once(place, major, walk):
    for day in range(1, 30):
        tick(at=NOON + day * DAY)
    at = NOON + 30 * DAY
    proposal = Proposal.objects.get(hazard=major, sort="listing")
    walk("proposal", proposal.uid, "accept", "emergency", at, answer="同意挂牌")
    x = Listing.objects.get(hazard=major)
    assert (x.state, x.reason, x.level, x.days, x.batch) == ("proposed", proposal.text, "district", 90, None)
    major.refresh_from_db()
    assert major.listing_uid == x.uid


def test_a_hazard_cannot_end_while_its_listing_is_open(place, listed, walk):
    x = listed()
    ends = {"cancel": ("street2", {"reason": "不是"}), "enforce": ("officer1", {"reason": "拒改"})}
    with pytest.raises(Refused, match="隐患正在挂牌督办，须先在挂牌督办中销号或撤销挂牌"):
        walk("hazard", x.hazard.uid, "cancel", "emergency", SOON, **ends["cancel"][1])
    with pytest.raises(Refused, match="隐患正在挂牌督办，须先在挂牌督办中销号或撤销挂牌"):
        walk("hazard", x.hazard.uid, "enforce", "officer1", SOON, **ends["enforce"][1])
    with pytest.raises(Refused, match="隐患已挂牌督办，延期须在挂牌督办中申请"):
        walk("hazard", x.hazard.uid, "ask_extension", "unit", SOON, reason="排期", days=5)
    walk("hazard", x.hazard.uid, "self_check", "unit", SOON, fixed_what="已移出", fixer_name="陈某", photos=[AFTER])
    assert state_of(x) == ("applied", "self_checked")
    with pytest.raises(Refused, match="隐患已挂牌督办，复查由督办单位在挂牌督办中组织"):
        walk("hazard", x.hazard.uid, "plan_review", "street", SOON)
    walk("listing", x.uid, "form_team", "emergency", SOON, **team(place))
    assert state_of(x) == ("reviewing", "review_pending")
    with pytest.raises(Refused, match="隐患已挂牌督办，复查由督办单位在挂牌督办中组织"):
        walk("hazard", x.hazard.uid, "pass_review", "reviewer", SOON, opinion="合格")
    assert state_of(x) == ("reviewing", "review_pending")


def test_two_officers_and_an_expert_sign_and_one_act_closes_listing_and_hazard(place, reviewing, walk):
    x = reviewing()
    with pytest.raises(Refused, match="复查组还有人未签署：吴刚、郑伟、陈明"):
        walk("listing", x.uid, "strike_off", "emergency", LATER)
    sign(walk, x)
    with pytest.raises(Refused, match="须由复查组成员签署，每人一次"):
        walk("listing", x.uid, "sign_review", "officer1", LATER, verdict="failed", opinion="再看")
    walk("listing", x.uid, "strike_off", "emergency", LATER)
    assert state_of(x) == ("closed", "closed")
    assert (x.closing_no, x.review_no) == ("XH-2021-0001", "（本区）应急复查〔2021〕1号")
    assert x.hazard.reviewer_id == place.people["officer1"].id
    assert x.hazard.listing_uid is None
    walk("listing", x.uid, "announce", "emergency", LATER)
    assert state_of(x) == ("announced", "closed")
    assert sorted(Paper.objects.filter(subject_kind="listing").values_list("kind", flat=True)) == [
        "listing_announcement", "listing_closing", "listing_closing_announcement", "listing_notice", "listing_review"]
    seal_all()
    assert verify().breaks == []


@pytest.mark.parametrize(("named", "why"), [
    ({"second": "officer1"}, "复查组成员不能重复"),
    ({"second": "reviewer"}, "冯洁没有在有效期内的行政执法证"),
    ({"expert": "gas"}, "褚亮没有在有效期内的专家聘书"),
    ({"first": "street"}, "赵强没有在有效期内的行政执法证；赵强参与过发现、定级、整改或报送，不能复查")])
def test_a_team_that_may_not_review_is_refused_by_name(place, listed, walk, named, why):
    x = listed()
    walk("hazard", x.hazard.uid, "self_check", "unit", SOON, fixed_what="已移出", fixer_name="陈某", photos=[AFTER])
    with pytest.raises(Refused, match=why):
        walk("listing", x.uid, "form_team", "emergency", SOON, **team(place, **named))
    walk("listing", x.uid, "form_team", "emergency", SOON, **team(place))


def test_a_failed_review_sends_both_back_and_extends_nothing(place, reviewing, walk):
    x = reviewing()
    due_on = x.due_on
    sign(walk, x, officer2="failed")
    with pytest.raises(Refused, match="复查组成员签署不合格：郑伟"):
        walk("listing", x.uid, "strike_off", "emergency", LATER)
    walk("listing", x.uid, "fail_review", "emergency", LATER, reason="地下室还有一只气瓶", days=5)
    assert state_of(x) == ("rectifying", "rectifying")
    assert (x.due_on, x.failed_reviews, x.applied_on) == (due_on, 1, None)
    assert set(Clock.objects.filter(kind="listing", case_id=x.id, stopped_at=None).values_list("name", flat=True)) == {
        "due", "progress"}


def test_an_extension_is_asked_in_time_once_and_granted_by_another(place, listed, walk):
    x = listed(days=60)
    with pytest.raises(Refused, match="一次延期不得超过180天"):
        walk("listing", x.uid, "ask_extension", "unit", SOON, days=181, reason="设备到货晚")
    with pytest.raises(Refused, match="延期须在督办期限届满20个工作日前申请"):
        walk("listing", x.uid, "ask_extension", "unit", NOON + 45 * DAY, days=30, reason="设备到货晚")
    walk("listing", x.uid, "ask_extension", "unit", SOON, days=30, reason="设备到货晚")
    with pytest.raises(Refused, match="须由区安委会办公室或督办部门办理"):
        walk("listing", x.uid, "grant_extension", "unit", SOON)
    before = x.due_on
    walk("listing", x.uid, "grant_extension", "emergency", LATER)
    state_of(x)
    assert (x.due_on - before, x.extensions, x.extension, x.hazard.due_on) == (30 * DAY, 1, "granted", x.due_on)
    assert x.extension_no == "本区安督延〔2021〕1号"
    with pytest.raises(Refused, match="延期次数已达上限"):
        walk("listing", x.uid, "ask_extension", "unit", LATER, days=10, reason="再延")


def test_each_duty_that_is_not_done_in_time_goes_red_and_is_told(place, proposed, walk):
    x = proposed()
    late = []
    for day in range(1, 9):
        tick(at=NOON + day * DAY)
    x.refresh_from_db()
    late.append(x.late)
    at = NOON + 8 * DAY
    walk("listing", x.uid, "approve", "leader", at)
    walk("listing", x.uid, "issue", "emergency", at)
    for day in range(9, 19):
        tick(at=NOON + day * DAY)
    x.refresh_from_db()
    late.append(x.late)
    at = NOON + 18 * DAY
    walk("listing", x.uid, "receive", "unit", at)
    walk("listing", x.uid, "publish", "emergency", at, media="网站")
    for day in range(19, 82):
        tick(at=NOON + day * DAY)
    x.refresh_from_db()
    late.append((x.late, x.missed_reports))
    walk("listing", x.uid, "report_progress", "unit", NOON + 82 * DAY, text="已采购", percent=40)
    x.refresh_from_db()
    assert [*late, x.late] == [["approve"], ["receive", "publish"], (["progress"], 2), []]
    owed = Stake.objects.filter(kind="listing", case_id=x.id, role="progress").values_list("party_id", flat=True)
    assert list(owed) == [place.parties["restaurant"]]


def test_past_its_limit_it_is_overdue_looked_at_on_site_and_raised_a_level(place, listed, walk):
    x = listed(days=30)
    for day in range(1, 75):
        tick(at=NOON + day * DAY)
    at = NOON + 75 * DAY
    x.refresh_from_db()
    assert (x.overdue_since, {"due", "overdue_check", "escalate"} <= set(x.late)) == (NOON.date() + 31 * DAY, True)
    walk("listing", x.uid, "check_overdue", "emergency", at, text="现场仍有气瓶")
    with pytest.raises(Refused, match="须由区领导批准"):
        walk("listing", x.uid, "escalate", "emergency", at, level="city", reason="逾期")
    walk("listing", x.uid, "escalate", "leader", at, level="city", reason="逾期未改")
    x.refresh_from_db()
    assert (x.level, x.escalated_on, x.late) == ("city", at.date(), ["due", "progress"])


def test_a_listing_ends_undone_and_lets_the_hazard_go(place, proposed, listed, major, walk):
    x = proposed()
    walk("listing", x.uid, "decline", "leader", NOON, reason="先约谈")
    major.refresh_from_db()
    assert (Listing.objects.get(uid=x.uid).state, major.listing_uid) == ("declined", None)
    second = proposed(SOON)
    walk("listing", second.uid, "withdraw", "emergency", SOON, reason="单位已着手")
    third = listed(LATER)
    with pytest.raises(Refused, match="须由区领导批准"):
        walk("listing", third.uid, "revoke", "emergency", LATER, reason="误列")
    walk("listing", third.uid, "revoke", "leader", LATER, reason="误列")
    major.refresh_from_db()
    assert sorted(Listing.objects.values_list("state", "listing_no")) == [
        ("declined", ""), ("withdrawn", ""), ("withdrawn", "本区安督〔2021〕1号")]
    assert (major.listing_uid, major.listed_on) == (None, None)


def test_a_listing_that_was_never_published_is_not_struck_off(place, proposed, walk):
    x = proposed()
    walk("listing", x.uid, "approve", "leader", NOON)
    walk("listing", x.uid, "issue", "emergency", NOON)
    walk("hazard", x.hazard.uid, "self_check", "unit", LATER, fixed_what="已移出", fixer_name="陈某", photos=[AFTER])
    walk("listing", x.uid, "form_team", "emergency", LATER, **team(place))
    sign(walk, x)
    with pytest.raises(Refused, match="挂牌尚未向社会公布，不能销号"):
        walk("listing", x.uid, "strike_off", "emergency", LATER)
    walk("listing", x.uid, "publish", "emergency", LATER, media="网站")
    walk("listing", x.uid, "strike_off", "emergency", LATER)
    assert state_of(x) == ("closed", "closed")


def test_a_limit_that_the_bureau_changes_holds_for_the_next_listing(place, listed, walk):
    """Rules are dated data: another value of the same parameter gives another due day."""
    Parameter.objects.filter(key="listing.publish_limit").update(value=[2, "working_day"])
    touch("parameters")
    x = listed()
    clock = Clock.objects.get(kind="listing", case_id=x.id, name="publish")
    assert (clock.limit_value, clock.outcome) == (2, "met")


def test_names_and_free_text_stand_apart_from_the_journal(place, reviewing, walk):
    x = reviewing()
    sign(walk, x)
    walk("listing", x.uid, "strike_off", "emergency", LATER)
    told = str(list(Entry.objects.filter(kind="listing", subject_id=x.id).values_list("data", flat=True)))
    assert not [word for word in ("吴刚", "郑伟", "陈明", "人员密集", "已看过现场", "13800138000") if word in told]
    assert Secret.objects.filter(entry__kind="listing", value__contains="已看过现场").exists()


def test_the_database_holds_one_open_listing_a_hazard(place, listed):
    x = listed()
    double = Listing.objects.get(id=x.id)
    double.id, double.uid, double.listing_no = None, uuid4(), ""
    with pytest.raises(IntegrityError, match="listing_open_once"), transaction.atomic():
        double.save(force_insert=True)


def test_every_move_of_a_listing_is_made_somewhere_in_here(place, listed, walk):
    x = listed()
    walk("listing", x.uid, "ask_extension", "unit", SOON, days=30, reason="设备到货晚")
    walk("listing", x.uid, "refuse_extension", "emergency", SOON)
    advance(Ref("listing", x.uid), "nobody_acted", actor=SYSTEM, at=SOON)
    x.refresh_from_db()
    assert (x.extension, x.extensions) == ("refused", 0)
    made = {"propose", "complete", "approve", "decline", "withdraw", "issue", "receive", "publish", "report_progress",
            "check_overdue", "ask_extension", "grant_extension", "refuse_extension", "apply", "form_team", "sign_review",
            "strike_off", "fail_review", "announce", "revoke", "escalate", "go_overdue", "remind_late", "nobody_acted"}
    assert {m.name for m in FLOWS["listing"].moves} == made


def trail_of(path, who):
    """What else changed beside each sentence, as the page tells it, oldest first."""
    client = Client()
    client.post("/sign-in/", {"login_name": who, "password": PASSWORD})
    trail = re.search(r'<ol class="trail">(.*?)</ol>', client.get(path).content.decode(), re.S)[1]
    rows = [re.findall(r"<span[^>]*>([^<]*)</span>", row) for row in reversed(re.findall(r"<li.*?</li>", trail, re.S))]
    return [(said, *notes) for said, *notes in rows]


def test_the_trail_tells_people_what_changed_and_nothing_twice(place, listed, walk):
    """Seen to fail with every changed column shown, and instants as the journal keeps them."""
    x = listed(days=60)
    walk("listing", x.uid, "ask_extension", "unit", SOON, days=30, reason="设备到货晚")
    walk("listing", x.uid, "grant_extension", "emergency", LATER)
    office, granted = "卫华（区应急管理局安全协调科科长）", "批准延期，督办期限至2021-08-30"
    assert trail_of(f"/desk/listings/{x.uid}/", "emergency") == [
        (f"{office}提请挂牌督办",), ("沈平（区政府分管副区长）批准挂牌",),
        (f"{office}下达挂牌督办通知书本区安督〔2021〕1号", "督办期限至：— → 2021-07-31"),
        ("陈老板（老陈饭店负责人）签收通知书，开始整改",), (f"{office}在武昌区政府网站公布挂牌",),
        ("陈老板（老陈饭店负责人）申请延长督办期限30天", "延期申请：— → 待批复"),
        (f"{office}{granted}", "督办期限至：2021-07-31 → 2021-08-30；延期次数：0 → 1；延期申请：待批复 → 已批准；"
                               "延期批复文号：— → 本区安督延〔2021〕1号")]
