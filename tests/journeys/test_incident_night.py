"""A night, from the call that comes in to the tracing back: both desks, the shift, teams, a street's pumps, reports on paper."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from anlan.duty.testing import desk_roster, holding
from anlan.incidents import tracing
from anlan.incidents.models import Crew, Incident, InfoReport, Instruction, Judgement, Need, Relay
from anlan.kernel import instance
from anlan.kernel.actors import SYSTEM
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.follow import follow_all
from anlan.kernel.journal import seal_all
from anlan.kernel.models import Clock, Paper, Parameter
from anlan.kernel.rulebook import rulebook, touch
from anlan.people.testing import NOON
from anlan.places.actions import open_one
from anlan.resources.models import Callout, Stock
from anlan.toolkit.notices.models import Notice

from .conftest import text_of

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
NIGHT = NOON + timedelta(hours=11)  # 23:00


@pytest.fixture
def night(place):
    """A move at some minutes after 23:00, by one of the cast or by whom the roster names."""

    def do(kind, uid, move, who, minutes, **given):
        at = NIGHT + minutes * MINUTE
        instance.set_clock(at, running=False)
        actor = place.actor(who, at=at) if isinstance(who, str) else who
        return advance(Ref(kind, uid), move, actor=actor, at=at, given=given)

    return do


@pytest.fixture
def shift(place):
    """Who stands at the two desks this night: {house: leader}, and every post of both shifts."""
    rosters = {house: desk_roster(place, house, date(2021, 6, 1)) for house in ("emergency_bureau", "government")}
    leaders = {house: holding(place, roster, "2021-06-01", "leader") for house, roster in rosters.items()}
    return leaders, {post for roster in rosters.values() for post in roster.shifts["2021-06-01"].values()}


@pytest.fixture
def plan(place):
    made = {"actor": place.actor("emergency"), "at": NOON}
    uid = open_one("contingency_plan", "create", {
        "code": "YA-01", "name": "火灾事故应急预案", "sort": "accident", "edition": "2021版", "area": place.areas["D"].uid,
        "owner": place.houses["emergency_bureau"].uid, "command": "区火灾事故应急指挥部"}, **made)
    open_one("plan_step", "create", {"plan": uid, "level": "3", "organisation": place.houses["gas_department"].uid, "what": "关阀断气",
                                     "minutes": 20, "area": place.areas["D"].uid}, **made)
    return uid


@pytest.fixture
def team(place):
    """A street's team with a leader of its own, in the middle of the first grid."""
    lon, lat = place.point("G111")
    uid = open_one("rescue_team", "create", {
        "name": "东街抢险队", "tier": "grassroots", "skill": "fire", "people": 20, "owner": place.houses["street1_office"].uid,
        "level": "2", "ready_minutes": 5, "area": place.areas["S1"].uid, "lon": lon, "lat": lat}, actor=SYSTEM, at=NOON)
    advance(Ref("rescue_team", uid), "name_leader", actor=SYSTEM, at=NOON, given={"leader": str(place.posts["teamleader"].uid)})
    return uid


@pytest.fixture
def pumps(place):
    """(the bureau's stock, the western street's with five pumps)."""
    made = {"actor": SYSTEM, "at": NOON}
    good = open_one("good", "create", {"code": "3999901", "name": "排水泵", "sort": "3", "measure": "machine"}, **made)
    stores = [open_one("store", "create", {"name": name, "level": level, "owner": place.houses[house].uid, "address": "江边",
                                           "area": place.areas[area].uid}, **made)
              for name, level, house, area in (("区应急物资库", "district", "emergency_bureau", "D"),
                                               ("西街物资库", "street", "street2_office", "S2"))]
    ours, theirs = (open_one("stock", "open", {"store": store, "good": good, "basis": "own"}, **made) for store in stores)
    advance(Ref("stock", theirs), "take_in", **made, given={"amount": 5, "number": "2021-1"})
    return ours, theirs


def reported(night, incident, sort, minutes, signer, **content):
    uid = uuid4()
    night("info_report", uid, "draft", "emergency", minutes, incident=str(incident), sort=sort)
    if content:
        night("info_report", uid, "fill", "emergency", minutes, **{**InfoReport.objects.get(uid=uid).content, **content})
    night("info_report", uid, "sign", signer, minutes)
    night("info_report", uid, "send", "emergency", minutes)
    return InfoReport.objects.get(uid=uid)


def follow():
    seal_all()
    follow_all()


def late_by(incident):
    """{(body, how): minutes} of what was late, by the rules as they stand."""
    rows = tracing.gaps(incident, incident.relays.order_by("id"), rulebook(), NIGHT + timedelta(days=2))
    return {(g.relay.who, g.how): g.late for g in rows if g.late}


def called_in(place, night, sign_in):
    """The warden finds it at 23:00, the community calls its street, the street calls the district 23 minutes after it knew."""
    matter, below, call, incident = (uuid4() for _n in range(4))
    night("matter", matter, "open", "warden", 0, what="三楼起火，两人被困", area=str(place.areas["G111"].uid), place="中山路9号")
    ring = {"matter": str(matter), "priority": "P1", "reason": "urgent"}
    night("call", below, "ring", "community", 2, goal="三楼起火", **ring)
    night("call", call, "ring", "street", 25, goal="中山路9号三楼起火，请区里增援", to_level="district", **ring)
    instance.set_clock(NIGHT + 27 * MINUTE, running=False)
    form = sign_in("emergency").get(f"/desk/incidents/report/?call={call}").context["form"].initial
    night("incident", incident, "open", "emergency", 27, **{k: v for k, v in form.items() if v not in (None, "")}, trapped=2)
    return Incident.objects.get(uid=incident)


def passed_on(case, night):
    """The bureau phones the city; the government office takes the news, phones and writes by its own hands; the street writes."""
    bureau, office, street = (Relay.objects.get(incident=case, rung=rung).uid for rung in ("bureau", "govoffice", "street"))
    night("relay", street, "write", "street", 31, what="街道书面报告")
    night("relay", bureau, "phone", "emergency", 35, whom="市局值班员")
    for move, minutes, more in (("acknowledge", 46, {}), ("phone", 47, {"whom": "市政府总值班室"}), ("write", 50, {"what": "值班信息"})):
        night("relay", office, move, "govoffice", minutes, **more)


def matched_and_called(place, case, night, sign_in, team):
    """The matcher names the team, its page calls it for the incident; it signs, leaves and arrives, and then stands inside."""
    browser = sign_in("emergency")
    plan = browser.get("/desk/resources/match/", {"skill": "fire", "people": 12, "within": 40, "level": 3,
                                                  "area": place.areas["S1"].uid}).context["plan"]
    assert [UUID(c.force.key) for c in plan.choices] == [team]
    told = browser.post("/desk/resources/", {"team": [str(team)], "task": "搜救被困人员", "place": "中山路9号", "for_kind": "incident",
                                             "for_uid": str(case.uid), "batch": str(uuid4())})
    assert "已调派 1 支队伍" in text_of(told)
    callout = Callout.objects.get(for_uid=case.uid)
    for move, minutes, more in (("sign", 66, {}), ("depart", 68, {"people": 12}), ("arrive", 74, {})):
        night("callout", callout.uid, move, "teamleader", minutes, **more)
    follow()
    return callout, Crew.objects.get(callout_uid=callout.uid)


def lent(case, night, pumps, uid):
    """Pumps are needed; the western street gives them and its store lends them to the bureau's."""
    ours, theirs = pumps
    transfer = uuid4()
    night("need", uid, "raise", "street", 88, incident=str(case.uid), what="排水泵", amount=3, measure="machine")
    night("need", uid, "pledge", "street2", 90, amount=3, note="西街物资库")
    night("transfer", transfer, "ask", "emergency", 91, to_stock=str(ours), from_stock=str(theirs), amount="3", purpose="抽排消防积水",
          for_kind="incident", for_uid=str(case.uid))
    night("transfer", transfer, "approve", "street2", 93, amount="3")
    night("transfer", transfer, "send", "street2", 95, carrier="鄂A12345")


def arrived(night, transfer, need):
    night("transfer", transfer, "receive", "emergency", 110, amount="3")
    night("need", need, "deliver", "street", 111, name="西街街道办事处")
    night("need", need, "meet", "street", 112)


def test_the_night_from_the_call_to_the_tracing_back(place, plan, night, shift, team, pumps, sign_in):
    leaders, on_shift = shift
    case = called_in(place, night, sign_in)
    assert case.triggers == {"F02": "words", "F05": "figure"}
    due = {r.rung: {k.name: (k.due_at - NIGHT) // MINUTE for k in Clock.objects.filter(kind="relay", case_id=r.id, stopped_at=None)}
           for r in case.relays.all()}
    assert due == {"street": {"written": 32}, "bureau": {"phone": 55, "written": 85}, "govoffice": {"phone": 57, "written": 87}}
    follow()
    rang = Notice.objects.filter(about="relay", verb="start", rings=True).values_list("party_id", flat=True)
    assert set(rang) == on_shift

    passed_on(case, night)
    first = reported(night, case.uid, "first", 45, leaders["emergency_bureau"])
    assert Paper.objects.get(kind="info_report", subject_id=first.id).number == first.number == "本区应急信息〔2021〕第001期"
    assert first.signer == leaders["emergency_bureau"].name
    assert Clock.objects.get(kind="relay", case_id=Relay.objects.get(incident=case, rung="bureau").id, name="written").outcome == "met"

    night("judgement", uuid4(), "record", "emergency", 60, incident=str(case.uid), people="卫华、蒋军", facts="火势蔓延",
          grade="3", level="3", decision="respond")
    night("incident", case.uid, "respond", "director", 62, level="3", plan=str(plan))
    order = Instruction.objects.get(incident=case)
    night("instruction", order.uid, "take", "gas", 64)
    callout, crew = matched_and_called(place, case, night, sign_in, team)
    assert (crew.people, Clock.objects.get(kind="field_crew", stopped_at=None).due_at) == (12, NIGHT + 94 * MINUTE)
    night("instruction", order.uid, "finish", "gas", 75, result="已断气")
    night("incident", case.uid, "update", "emergency", 80, trapped=0, slight=2, course="两人救出，明火扑灭")
    assert reported(night, case.uid, "continued", 85, "director").content["casualties"] == "轻伤2人，被困0人"

    need = uuid4()
    lent(case, night, pumps, need)
    room = text_of(sign_in("leader").get(f"/desk/incidents/{case.uid}/room/"))
    for words in ("调派队伍1支，到场1支，在途0支。", "现场作业1支12人。", "排水泵3台 在途", "西街街道办事处3台"):
        assert words in room, words
    transfer = Stock.objects.get(uid=pumps[0]).coming.get()
    night("field_crew", crew.uid, "check_in", "teamleader", 93, note="正在排烟")
    arrived(night, transfer.uid, need)
    assert (Need.objects.get().state, transfer.__class__.objects.get().received) == ("met", 3)

    night("callout", callout.uid, "stand_down", "teamleader", 113, result="两人救出")
    follow()
    night("judgement", uuid4(), "record", "emergency", 120, incident=str(case.uid), people="卫华", facts="已扑灭", decision="close")
    assert Judgement.objects.filter(incident=case).count() == 2
    night("incident", case.uid, "end", "emergency", 121, reason="明火扑灭，人员脱险")
    reported(night, case.uid, "final", 300, "director", loss="约3万元", cause="电气故障", influence="平稳", forces="街道、城管局",
             measures="已处置", lessons="加强夜间巡查")
    night("incident", case.uid, "close", "emergency", 301)
    case.refresh_from_db()
    crew.refresh_from_db()
    assert (case.state, crew.state, crew.people_out) == ("closed", "left", 12)
    traced_back(case, sign_in)


def traced_back(case, sign_in):
    """One street was late by the right minutes, by the table and again by an altered one; nobody is blamed by it."""
    assert late_by(case) == {("东街街道办事处", "phone"): 8}
    page = text_of(sign_in("director").get(f"/desk/incidents/{case.uid}/trace/"))
    for words in ("东街街道办事处：电话报告", "用时23分钟，时限15分钟，超过8分钟", "06-01 23:02 知晓", "06-01 23:25 报告",
                  "1 项报告超过时限"):
        assert words in page, words
    limits = dict(Parameter.objects.get(key="incident.report_limits").value)
    limits["street"] = {"phone": [20, "minute"], "written": [25, "minute"]}
    Parameter.objects.filter(key="incident.report_limits").update(value=limits)
    touch("parameters")
    assert late_by(case) == {("东街街道办事处", "phone"): 3, ("东街街道办事处", "written"): 4}
    assert Relay.objects.get(incident=case, rung="street").fault == ""
