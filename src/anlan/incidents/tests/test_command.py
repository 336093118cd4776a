"""No level changes without judgement; starting one gives the plan's tasks; the law's lists stand beside."""

import pytest

from anlan.incidents.models import ContingencyPlan, Instruction, Judgement
from anlan.kernel.models import Clock, Stake
from anlan.kernel.refusals import Refused
from anlan.kernel.tick import tick
from anlan.people.testing import NOON
from anlan.places.actions import open_one

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
