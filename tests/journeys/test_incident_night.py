"""A night: a call comes in, both desks' limits run, the first report leaves in time, the street was late by the right minutes."""

from datetime import timedelta
from uuid import uuid4

import pytest

from anlan.incidents import tracing
from anlan.incidents.models import Incident, InfoReport, Instruction, Judgement, Relay
from anlan.kernel import instance
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.models import Clock, Paper, Parameter
from anlan.kernel.rulebook import rulebook, touch
from anlan.people.testing import NOON
from anlan.places.actions import open_one

from .conftest import text_of

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
NIGHT = NOON + timedelta(hours=11)  # 23:00


@pytest.fixture
def night(place):
    """A move at some minutes after 23:00."""

    def do(kind, uid, move, who, minutes, **given):
        at = NIGHT + minutes * MINUTE
        instance.set_clock(at, running=False)
        return advance(Ref(kind, uid), move, actor=place.actor(who, at=at), at=at, given=given)

    return do


@pytest.fixture
def plan(place):
    made = {"actor": place.actor("emergency"), "at": NOON}
    uid = open_one("contingency_plan", "create", {
        "code": "YA-01", "name": "火灾事故应急预案", "sort": "accident", "edition": "2021版", "area": place.areas["D"].uid,
        "owner": place.houses["emergency_bureau"].uid, "command": "区火灾事故应急指挥部"}, **made)
    open_one("plan_step", "create", {"plan": uid, "level": "3", "organisation": place.houses["gas_department"].uid, "what": "关阀断气",
                                     "minutes": 20, "area": place.areas["D"].uid}, **made)
    return uid


def reported(night, incident, sort, minutes, **content):
    uid = uuid4()
    night("info_report", uid, "draft", "emergency", minutes, incident=str(incident), sort=sort)
    if content:
        night("info_report", uid, "fill", "emergency", minutes, **{**InfoReport.objects.get(uid=uid).content, **content})
    night("info_report", uid, "sign", "director", minutes)
    night("info_report", uid, "send", "emergency", minutes)
    return InfoReport.objects.get(uid=uid)


def late_by(incident):
    """{(body, how): minutes} of what was late, by the rules as they stand."""
    rows = tracing.gaps(incident, incident.relays.order_by("id"), rulebook(), NIGHT + timedelta(days=2))
    return {(g.relay.who, g.how): g.late for g in rows if g.late}


def test_the_night_from_the_call_to_the_tracing_back(place, plan, night, sign_in):
    matter, below, call, incident = uuid4(), uuid4(), uuid4(), uuid4()
    area = str(place.areas["G111"].uid)
    night("matter", matter, "open", "warden", 0, what="三楼起火，两人被困", area=area, place="中山路9号")
    ring = {"matter": str(matter), "priority": "P1", "reason": "urgent"}
    night("call", below, "ring", "community", 2, goal="三楼起火", **ring)
    night("call", call, "ring", "street", 25, goal="中山路9号三楼起火，请区里增援", to_level="district", **ring)

    instance.set_clock(NIGHT + 27 * MINUTE, running=False)
    form = sign_in("emergency").get(f"/desk/incidents/report/?call={call}").context["form"].initial
    night("incident", incident, "open", "emergency", 27, **{k: v for k, v in form.items() if v not in (None, "")}, trapped=2)
    case = Incident.objects.get(uid=incident)
    assert case.triggers == {"F02": "words", "F05": "figure"}
    due = {r.rung: {k.name: (k.due_at - NIGHT) // MINUTE for k in Clock.objects.filter(kind="relay", case_id=r.id, stopped_at=None)}
           for r in case.relays.all()}
    assert due == {"street": {"written": 32}, "bureau": {"phone": 55, "written": 85}, "govoffice": {"phone": 57, "written": 87}}

    night("relay", Relay.objects.get(incident=case, rung="bureau").uid, "phone", "emergency", 35, whom="市局值班员")
    first = reported(night, incident, "first", 45)
    assert Paper.objects.get(kind="info_report", subject_id=first.id).number == first.number == "本区应急信息〔2021〕第001期"
    assert Clock.objects.get(kind="relay", case_id=Relay.objects.get(incident=case, rung="bureau").id, name="written").outcome == "met"
    night("relay", Relay.objects.get(incident=case, rung="street").uid, "write", "street", 31, what="街道书面报告")
    for move, minutes, more in (("acknowledge", 46, {}), ("phone", 47, {"whom": "市政府总值班室"}), ("write", 50, {"what": "值班信息"})):
        night("relay", Relay.objects.get(incident=case, rung="govoffice").uid, move, "govoffice", minutes, **more)

    night("judgement", uuid4(), "record", "emergency", 60, incident=str(incident), people="卫华、蒋军", facts="火势蔓延",
          grade="3", level="3", decision="respond")
    night("incident", incident, "respond", "director", 62, level="3", plan=str(plan))
    order = Instruction.objects.get(incident=case)
    night("instruction", order.uid, "take", "gas", 64)
    night("instruction", order.uid, "finish", "gas", 75, result="已断气")
    night("incident", incident, "update", "emergency", 80, trapped=0, slight=2, course="两人救出，明火扑灭")
    assert reported(night, incident, "continued", 85).content["casualties"] == "轻伤2人，被困0人"

    night("judgement", uuid4(), "record", "emergency", 120, incident=str(incident), people="卫华", facts="已扑灭", decision="close")
    assert Judgement.objects.filter(incident=case).count() == 2
    night("incident", incident, "end", "emergency", 121, reason="明火扑灭，人员脱险")
    reported(night, incident, "final", 300, loss="约3万元", cause="电气故障", influence="平稳", forces="街道、城管局", measures="已处置",
             lessons="加强夜间巡查")
    night("incident", incident, "close", "emergency", 301)
    case.refresh_from_db()
    assert case.state == "closed"

    assert late_by(case) == {("东街街道办事处", "phone"): 8}
    page = text_of(sign_in("director").get(f"/desk/incidents/{incident}/trace/"))
    for words in ("东街街道办事处：电话报告", "用时23分钟，时限15分钟，超过8分钟", "06-01 23:02 知晓", "06-01 23:25 报告",
                  "1 项报告超过时限"):
        assert words in page, words
    limits = dict(Parameter.objects.get(key="incident.report_limits").value)
    limits["street"] = {"phone": [20, "minute"], "written": [25, "minute"]}
    Parameter.objects.filter(key="incident.report_limits").update(value=limits)
    touch("parameters")
    assert late_by(case) == {("东街街道办事处", "phone"): 3, ("东街街道办事处", "written"): 4}
    assert Relay.objects.get(incident=case, rung="street").fault == ""
