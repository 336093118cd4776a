"""The first walk: a planned round, five findings, and each hazard to its end."""

from datetime import date, timedelta

import pytest

from anlan.hazards.models import Hazard, Proposal
from anlan.kernel import marks
from anlan.kernel.follow import follow_all
from anlan.kernel.journal import seal_all, verify
from anlan.kernel.models import Clock, Paper, Stake
from anlan.kernel.refusals import Refused
from anlan.kernel.tick import tick
from anlan.matters.models import Matter
from anlan.patrols.models import Round, Visit
from anlan.patrols.rounds import plan_rounds
from anlan.people.testing import NOON

from .conftest import AFTER, BEFORE, SIGNATURE, find

pytestmark = pytest.mark.django_db
MORNING = NOON - timedelta(hours=3)


@pytest.fixture
def visit(place, restaurant):
    """Today's round of the warden has one unit: the restaurant."""
    (receipt,) = plan_rounds([place.posts["warden"]], NOON.date(), actor=place.actor("community"), at=MORNING)
    assert receipt.state == "open", receipt
    return Visit.objects.get()


@pytest.fixture
def finds():
    """A hose (one day), a cylinder in the basement (major), grease, a sign, and something not in the book."""
    return [find("CY05", before=[BEFORE], after=[AFTER], fixed="更换软管"),
            find("CY02", before=[BEFORE], control="remove"), find("CY09", before=[BEFORE]),
            find("CY06", before=[BEFORE]), find("", "后厨地面湿滑无警示", days=3, before=[BEFORE])]


@pytest.fixture
def visited(place, visit, finds, walk):
    walk("visit", visit.uid, "finish", "warden", NOON, result="hazards", finds=finds,
         answers={"CY01": "ok", "CY05": "hazard"}, signature=[SIGNATURE], signer="陈某")
    return [Hazard.objects.get(uid=f["uid"]) for f in finds]


def test_one_visit_fills_all_papers(place, visited, visit, restaurant):
    hose, cylinder, *_ = visited
    assert [h.state for h in visited] == ["closed", "notified", "notified", "notified", "notified"]
    assert (hose.closed_how, hose.level, cylinder.level, cylinder.control) == ("on_spot", "general", "major", "remove")
    assert [m.state for m in Matter.objects.order_by("id")] == ["closed", *["answered"] * 4]
    assert sorted(Paper.objects.values_list("kind", flat=True)) == ["hazard_notice", "patrol_record"]
    visit.refresh_from_db()
    assert (visit.state, visit.result, visit.hazards_count, visit.signer) == ("done", "hazards", 5, "陈某")
    notice = Paper.objects.get(kind="hazard_notice").content
    assert notice["unit"] == {"value": "百瑞景小馆", "from": "premises.name"}
    assert len(notice["hazards"]["value"]) == 5


def test_the_round_is_complete_when_its_last_visit_is_done(visited):
    seal_all()
    follow_all()
    assert Round.objects.get().state == "done"


def test_a_general_hazard_is_put_right_and_reviewed_by_another(place, visited, walk):
    grease = visited[2]
    later = NOON + timedelta(hours=2)
    with pytest.raises(Refused, match="须由责任单位"):
        walk("hazard", grease.uid, "self_check", "gas", later, fixed_what="已清洗", fixer_name="陈某", photos=[AFTER])
    walk("hazard", grease.uid, "self_check", "unit", later, fixed_what="已清洗烟道", fixer_name="陈某", photos=[AFTER])
    walk("hazard", grease.uid, "plan_review", "community", later)
    walk("hazard", grease.uid, "pass_review", "reviewer", later, opinion="现场复查合格")
    grease.refresh_from_db()
    assert (grease.state, grease.result, grease.review_no) == ("closed", "passed", "（本区）应急复查〔2021〕1号")
    assert grease.matter.state == "closed"
    assert not Stake.objects.filter(kind="hazard", case_id=grease.id).exists()
    assert not Clock.objects.filter(kind="hazard", case_id=grease.id, stopped_at=None).exists()


def test_a_major_hazard_is_confirmed_ordered_by_two_put_right_reviewed_and_struck_off(place, visited, walk):
    cylinder = visited[1]
    at = NOON + timedelta(hours=1)
    with pytest.raises(Refused, match="须由街道或有关部门"):
        walk("hazard", cylinder.uid, "confirm", "warden", at)
    walk("hazard", cylinder.uid, "confirm", "street", at)
    with pytest.raises(Refused, match="只有执法人员可以办理"):
        walk("hazard", cylinder.uid, "draft_order", "warden", at, demand="停用", due_on="2021-06-10")
    walk("hazard", cylinder.uid, "draft_order", "officer1", at, demand="立即停止使用并移出地下室", due_on="2021-06-10")
    with pytest.raises(Refused, match="起草人不能签发"):
        walk("hazard", cylinder.uid, "sign_order", "officer1", at)
    walk("hazard", cylinder.uid, "sign_order", "officer2", at)
    cylinder.refresh_from_db()
    assert (cylinder.due_on, cylinder.order_due_on) == (date(2021, 6, 10), None)
    assert Paper.objects.get(kind="order").content["due_on"]["value"] == "2021-06-10"
    with pytest.raises(Refused, match="五落实还缺：责任、措施、资金、期限、预案"):
        walk("hazard", cylinder.uid, "self_check", "unit", at, fixed_what="已移出", fixer_name="陈某", photos=[AFTER])
    walk("hazard", cylinder.uid, "fill_blocks", "unit", at, responsible="陈某", phone="13800138000", leader="李主任",
         measures="移出并改用管道气", budget_yuan="3000", funds_from="own", due_on="2021-06-08", plan="疏散演练")
    walk("hazard", cylinder.uid, "self_check", "unit", at, fixed_what="气瓶已移出", fixer_name="陈某", photos=[AFTER])
    walk("hazard", cylinder.uid, "plan_review", "street", at)
    with pytest.raises(Refused, match="复查人不能是发现人或定级人"):
        walk("hazard", cylinder.uid, "pass_review", "street", at, opinion="合格")
    walk("hazard", cylinder.uid, "pass_review", "reviewer", at, opinion="现场复查合格")
    cylinder.refresh_from_db()
    assert (cylinder.state, cylinder.order_no, cylinder.closing_no) == (
        "closed", "（本区）应急责改〔2021〕1号", "XH-2021-0001")
    assert "13800138000" not in str(list(Paper.objects.values_list("content", flat=True)))


def test_three_indicators_open_the_hazards_of_the_walk(place, visited):
    seal_all()
    day = NOON.date()
    found = marks.Count("hazard", ("found",), since=day, until=day, level="general")
    assert marks.total(found) == 4
    assert {i for i, _ in marks.rows(found)} == {h.id for h in visited if h.level == "general"}
    rectified = marks.Count("hazard", ("rectified",), since=day, until=day, level="general")
    assert [i for i, _ in marks.rows(rectified)] == [visited[0].id]
    assert marks.standing("hazard", ("notified",), at=NOON) == 4
    assert verify().breaks == []


def test_an_overdue_hazard_makes_proposals_and_no_slip_by_itself(place, visited):
    grease = visited[2]
    tick(at=NOON + timedelta(days=grease.days + 1))
    grease.refresh_from_db()
    assert (grease.overdue_since is not None, Proposal.objects.filter(hazard=grease).count()) == (True, 0)
    tick(at=NOON + timedelta(days=grease.days + 6))
    assert list(Proposal.objects.filter(hazard=grease).values_list("sort", "state")) == [("slip", "open")]
    grease.refresh_from_db()
    assert grease.state == "notified"


def test_a_major_hazard_that_nobody_confirms_stays_owed_by_the_street(place, visited):
    cylinder = visited[1]
    tick(at=NOON + timedelta(days=3))
    clocks = Clock.objects.filter(kind="hazard", case_id=cylinder.id, name="confirm").order_by("id")
    street = place.houses["street1_office"].id
    assert [(c.outcome, c.party_id) for c in clocks] == [("fired", street), ("", street)]


def test_an_extension_is_asked_for_and_granted_by_another(place, visited, walk):
    grease = visited[2]
    before = grease.due_on
    walk("hazard", grease.uid, "ask_extension", "unit", NOON, reason="清洗公司排期", days=5)
    proposal = Proposal.objects.get(hazard=grease, sort="extension")
    with pytest.raises(Refused, match="须由街道或有关部门批复"):
        walk("proposal", proposal.uid, "accept", "unit", NOON, answer="同意")
    walk("proposal", proposal.uid, "accept", "street", NOON, answer="同意延期")
    grease.refresh_from_db()
    assert (grease.due_on - before, grease.extensions) == (timedelta(days=5), 1)


def test_a_warden_of_another_grid_cannot_make_the_visit(place, visit, walk, finds):
    with pytest.raises(Refused, match="须由承担本任务的岗位检查"):
        walk("visit", visit.uid, "finish", "warden2", NOON, result="normal")


def test_a_round_is_handed_over_whole_when_the_warden_is_sick(place, visit, walk):
    walk("round", visit.round.uid, "hand_over", "street", NOON, post=str(place.posts["warden"].uid), reason="病假")
    visit.refresh_from_db()
    assert visit.post_id == place.posts["warden"].id
    assert Visit.objects.filter(post_id=place.posts["warden"].id, state="planned").count() == 1
