"""No level changes without judgement; starting one gives the plan's tasks; the law's lists stand beside."""

from datetime import date, datetime, time
from uuid import uuid4

import pytest

from anlan.incidents.models import ContingencyPlan, Instruction, Judgement
from anlan.kernel import instance
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.follow import follow_all
from anlan.kernel.instance import zone
from anlan.kernel.journal import seal_all
from anlan.kernel.models import Clock, Parameter, Stake
from anlan.kernel.refusals import Refused
from anlan.kernel.rulebook import touch
from anlan.kernel.tick import tick
from anlan.people.testing import NOON
from anlan.places.actions import open_one
from anlan.toolkit.notices.models import Notice

from .conftest import MINUTE
from .test_pages import sign_in, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(place):
    """火灾预案: traffic from level IV on, relocation from level III, supplies from level II."""
    keeper, area = place.actor("emergency"), place.areas["D"].uid
    uid = open_one("contingency_plan", "create", {
        "code": "YA-01", "name": "火灾事故应急预案", "sort": "accident", "edition": "2021版", "area": area,
        "owner": place.houses["emergency_bureau"].uid, "command": "区火灾事故应急指挥部", "phones": "值班室 88936000"},
        actor=keeper, at=NOON)
    for level, house, what, minutes in (("4", "street1_office", "疏散周边群众", 30), ("3", "gas_department", "关阀断气", 20),
                                        ("2", "gas_department", "调集抢修力量", 60)):
        open_one("plan_step", "create", {"plan": uid, "level": level, "organisation": place.houses[house].uid, "what": what,
                                         "minutes": minutes, "area": area}, actor=keeper, at=NOON)
    return ContingencyPlan.objects.get(uid=uid)


@pytest.fixture
def judge(begin):
    def do(incident, level="3", decision="respond", at=NOON, **more):
        return begin(Judgement, "record", "emergency", at, incident=str(incident.uid), people="卫华、蒋军", facts="火势向上蔓延",
                     level=level, decision=decision, **more)

    return do


def tasks():
    return sorted(Instruction.objects.values_list("what", flat=True))


def test_no_level_is_raised_without_judgement(happen, office, walk, judge, plan):
    incident = happen()
    with pytest.raises(Refused, match="没有新的研判记录，不能调整响应级别，请先研判"):
        walk(incident, "respond", "director", level="3")
    judge(incident, "4")
    with pytest.raises(Refused, match="最近一次研判没有建议这一级响应，请先研判"):
        walk(incident, "respond", "director", level="3")
    judge(incident, "3")
    walk(incident, "respond", "director", level="3", plan=str(plan.uid))
    assert (incident.response, incident.commander, incident.command, incident.plan) == (
        "3", "分管副区长", "区火灾事故应急指挥部", "火灾事故应急预案")
    with pytest.raises(Refused, match="没有新的研判记录"):
        walk(incident, "respond", "leader", level="2")


def test_whoever_sits_in_the_plans_command_body_is_told_that_it_begins_to_work(happen, office, walk, judge, plan, place):
    keeper = place.actor("emergency")
    seats = (("gas_department", "head"), ("street2_office", "member"), ("street2_office", "deputy"), ("street1_office", "member"))
    for house, seat in seats:
        uid = open_one("plan_member", "create", {"plan": plan.uid, "organisation": place.houses[house].uid, "seat": seat,
                                                 "area": place.areas["D"].uid}, actor=keeper, at=NOON)
    advance(Ref("plan_member", uid), "retire", actor=keeper, at=NOON, given={"reason": "机构调整"})
    incident = happen()
    judge(incident, "3")
    walk(incident, "respond", "director", level="3", plan=str(plan.uid))
    said = "已启动Ⅲ级响应，区火灾事故应急指挥部开始运转，您单位是{}：{}"
    while seal_all() or follow_all():
        pass
    told = Notice.objects.filter(text__contains="开始运转").values_list("party_id", "text")
    assert sorted(told) == sorted((place.houses[house].id, said.format(seat, incident.title)) for house, seat in (
        ("gas_department", "指挥长单位"), ("street2_office", "副指挥长单位")))


def test_starting_a_level_gives_its_tasks_with_clocks_and_raising_it_only_the_further_ones(happen, office, walk, judge, plan, place):
    incident = happen()
    judge(incident, "3")
    walk(incident, "respond", "director", level="3", plan=str(plan.uid))
    assert tasks() == ["关阀断气", "疏散周边群众"]
    gas = Instruction.objects.get(what="关阀断气")
    due = {k.name: (k.due_at - NOON) // MINUTE for k in Clock.objects.filter(kind="instruction", case_id=gas.id)}
    assert (gas.who, due) == ("区城管局", {"take": 10, "done": 20})
    assert Stake.objects.filter(kind="instruction", case_id=gas.id, party_id=place.parties["gas_department"], role="take").exists()
    judge(incident, "2", at=NOON + 5 * MINUTE)
    walk(incident, "respond", "leader", NOON + 6 * MINUTE, level="2", plan=str(plan.uid))
    assert tasks() == ["关阀断气", "疏散周边群众", "调集抢修力量"]


def test_an_instruction_is_taken_done_or_late(happen, office, begin, walk, place):
    incident = happen()
    case = begin(Instruction, "issue", "emergency", incident=str(incident.uid), organisation=str(place.houses["gas_department"].uid),
                 what="关闭中山路燃气阀门", minutes=30)
    with pytest.raises(Refused, match="须由责任单位办理"):
        walk(case, "take", "street")
    walk(case, "take", "gas", NOON + 2 * MINUTE)
    tick(at=NOON + 31 * MINUTE)
    case.refresh_from_db()
    assert (case.state, case.late) == ("taken", True)
    walk(case, "finish", "gas", NOON + 40 * MINUTE, result="已关阀")
    assert (case.state, case.result) == ("done", "已关阀")


def test_who_may_start_a_level_stands_in_the_rules(happen, office, walk, judge):
    incident = happen()
    judge(incident, "2")
    with pytest.raises(Refused, match="须由有权启动这一级响应的负责人启动"):
        walk(incident, "respond", "director", level="2")
    walk(incident, "respond", "leader", level="2")
    assert (incident.response, incident.commander) == ("2", "区长")


def test_a_response_ends_only_after_a_judgement_that_says_so(happen, office, walk, judge):
    incident = happen()
    judge(incident, "4")
    walk(incident, "respond", "emergency", level="4")
    with pytest.raises(Refused, match="正在响应中，须先研判并得出结束响应的结论"):
        walk(incident, "end", "emergency", reason="已扑灭")
    judge(incident, "", "close")
    walk(incident, "end", "emergency", reason="已扑灭")
    assert (incident.state, incident.response) == ("ended", "")


def test_a_months_judgement_stands_by_itself_and_changes_no_level(begin):
    case = begin(Judgement, "record", "emergency", people="安委会成员", facts="本月燃气隐患偏多", decision="watch")
    assert (case.incident_id, case.state) == (None, "recorded")
    with pytest.raises(Refused, match="月度研判不调整响应级别"):
        begin(Judgement, "record", "emergency", people="安委会成员", facts="本月燃气隐患偏多", decision="respond", level="4")
    with pytest.raises(Refused, match="启动或调整响应的，要写明建议的响应级别"):
        begin(Judgement, "record", "emergency", people="安委会成员", facts="燃气", decision="respond")


def test_the_laws_lists_stand_on_the_page_while_a_response_runs(happen, office, walk, judge):
    incident = happen()
    page = f"/desk/incidents/{incident.uid}/"
    assert "第四十九条" not in text_of(sign_in("emergency").get(page))
    judge(incident, "4")
    walk(incident, "respond", "emergency", level="4")
    text = text_of(sign_in("emergency").get(page))
    for words in ("突发事件应对法（2007年）第四十九条", "组织营救和救治受害人员", "报本级人大常委会备案", "火势向上蔓延"):
        assert words in text, words


def test_readiness_stands_apart_from_the_response(happen, office, walk, judge):
    """Ⅱ级响应、Ⅰ级战备 (domain.md 6.5): no judgement is needed for it, and a response does not change it."""
    incident = happen()
    walk(incident, "ready", "emergency", level="1", reason="水位仍在上涨")
    judge(incident, "2")
    walk(incident, "respond", "leader", level="2")
    assert (incident.response, incident.readiness) == ("2", "1")
    room = text_of(sign_in("emergency").get(f"/desk/incidents/{incident.uid}/room/"))
    assert "Ⅱ级响应" in room and "战备等级：Ⅰ级战备。" in room and "调整战备等级：Ⅰ级战备。水位仍在上涨" in room
    with pytest.raises(Refused, match="战备等级没有变化"):
        walk(incident, "ready", "emergency", level="1", reason="再报")
    with pytest.raises(Refused, match="须由区应急管理局、区政府总值班室或区领导办理"):
        walk(incident, "ready", "street", level="2", reason="街道")
    walk(incident, "ready", "emergency", NOON + MINUTE, level="", reason="水位回落")
    assert (incident.response, incident.readiness) == ("2", "")


def test_the_laws_measures_are_ticked_once_each_by_name_with_what_was_done(happen, office, walk, judge):
    incident, step = happen(), "组织营救和救治受害人员，疏散、撤离并妥善安置受到威胁的人员"
    judge(incident, "4")
    walk(incident, "respond", "emergency", level="4")
    walk(incident, "tick", "emergency", NOON + 5 * MINUTE, step=step, note="疏散26人")
    assert incident.law_done == [{"step": step, "note": "疏散26人", "by": "卫华", "at": (NOON + 5 * MINUTE).isoformat()}]
    text = text_of(sign_in("emergency").get(f"/desk/incidents/{incident.uid}/"))
    assert "第四十九条） 1/10" in text and "第四十五条） 0/8" in text and "06-01 12:05 卫华：疏散26人" in text
    with pytest.raises(Refused, match="这一项已经登记过"):
        walk(incident, "tick", "director", step=step)
    left = sign_in("emergency").get(f"/desk/incidents/{incident.uid}/tick").context["form"].fields["step"].widget.choices
    assert step not in [value for _name, steps in left[1:] for value, _label in steps]


def test_a_measure_that_the_law_of_the_day_does_not_list_is_refused(happen, office, walk):
    lists = [{"name": "应急处置措施", "article": "第四十九条", "steps": ["组织营救"]}]
    incident = happen()
    Parameter.objects.filter(key="incident.law_lists").update(value=lists, valid_from=date(2020, 1, 1))
    touch("parameters")
    walk(incident, "tick", "emergency", step="组织营救")
    assert [row["step"] for row in incident.law_done] == ["组织营救"]
    with pytest.raises(Refused, match="不在可用的选项中"):
        walk(incident, "tick", "emergency", step="发布公告")


# The month's judgement


@pytest.fixture
def found(place):
    """Two hazards of May and one of April, in one grid; one fire of May."""
    for on in (date(2021, 4, 20), date(2021, 5, 3), date(2021, 5, 20)):
        at = datetime.combine(on, time(10), zone())
        instance.set_clock(at, running=False)
        matter, hazard = uuid4(), uuid4()
        advance(Ref("matter", matter), "open", actor=place.actor("warden", at=at), at=at, given={
            "what": "楼道堆物", "area": str(place.areas["G111"].uid), "place": "中山路9号"})
        advance(Ref("hazard", hazard), "find", actor=place.actor("warden", at=at), at=at, given={"matter": str(matter), "what": "楼道堆物"})
    advance(Ref("incident", uuid4()), "open", actor=place.actor("emergency", at=at), at=at, given={"title": "小区起火，一人被困"})
    instance.set_clock(NOON, running=False)
    seal_all()
    follow_all()


def test_the_months_judgement_begins_with_what_its_hazards_and_incidents_say(place, found):
    client = sign_in("emergency")
    page = client.get("/desk/judgements/").content.decode()
    assert 'href="/desk/judgements/new?month=2021-05"' in page and "月度研判" in page
    begun = client.get("/desk/judgements/new?month=2021-05").context["form"].initial
    assert begun["facts"].startswith("2021年5月隐患研判（截至5月31日）。排查一般隐患2起（上月1起）；排查重大隐患0起（上月0起）；")
    assert begun["compared"] == "当月登记突发事件1起：逢火必报1起、逢困必报1起。"
    assert begun["chance"] == "发现最多的是东街街道（2起）。"
    told = client.post("/desk/judgements/new", {**begun, "people": "安委会成员", "decision": "watch", "_uid": str(uuid4())})
    assert told.status_code == 302
    assert Judgement.objects.get().facts == begun["facts"]


@pytest.mark.parametrize("month", ["", "x", "2099-01"])
def test_a_month_that_is_none_or_has_not_begun_says_nothing(place, month):
    assert sign_in("emergency").get(f"/desk/judgements/new?month={month}").context["form"].initial == {}
