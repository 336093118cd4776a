"""Rescue teams are called, answer, work and rest; who is out, resting or off is not sent."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from anlan.kernel.actors import SYSTEM
from anlan.kernel.changes import Ref
from anlan.kernel.door import Order, Receipt, advance, advance_many
from anlan.kernel.follow import follow_all
from anlan.kernel.journal import seal_all
from anlan.kernel.marks import Count, total
from anlan.kernel.models import Clock, Parameter, Stake
from anlan.kernel.refusals import Refused
from anlan.kernel.rulebook import touch
from anlan.kernel.tick import tick
from anlan.people.testing import CAST, NOON, PASSWORD, small_district
from anlan.places.actions import open_one
from anlan.resources.models import Callout, RescueTeam, TeamCertificate
from anlan.toolkit.notices.models import Notice
from anlan.toolkit.registers import REGISTERS

from .of_the_district import OfTheDistrict

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
CALL = {"task": "封堵闸口", "place": "江滩3号闸"}


@pytest.fixture
def place(district_stands, db):
    return small_district()


def team(place, n=1, actor=SYSTEM, **more):
    return RescueTeam.objects.get(uid=open_one("rescue_team", "create", {
        "name": f"东街抢险{n}队", "tier": ("grassroots", "social")[n % 2], "skill": "flood", "level": "2", "people": 20 + n,
        "echelon": "first", "owner": place.houses["street1_office"].uid, "ready_minutes": 30,
        "area": place.areas["S1"].uid, **more}, actor=actor, at=NOON))


def led(place, **more):
    held = team(place, **more)
    advance(Ref("rescue_team", held.uid), "name_leader", actor=place.actor("street"), at=NOON,
            given={"leader": str(place.posts["teamleader"].uid)})
    held.refresh_from_db()
    return held


def certificate(place, n=1, actor=SYSTEM, **more):
    of = RescueTeam.objects.first() or team(place)
    return TeamCertificate.objects.get(uid=open_one("team_certificate", "create", {
        "team": of.uid, "holder": f"队员{n}", "sort": "潜水员证", "number": f"Q{n:04}", "valid_to": f"2022-06-{n % 28 + 1:02}",
        "area": place.areas["S1"].uid, **more}, actor=actor, at=NOON))


class TestTeams(OfTheDistrict):
    keeper = "street"
    slug, one = "teams", staticmethod(team)


class TestCertificates(OfTheDistrict):
    keeper = "street"
    slug, formula_input, one = "team-certificates", "holder", staticmethod(certificate)


def callout(place, n=1, **more):
    called = team(place, n + 100)
    given = {**CALL, "task": f"封堵{n}号闸口", **more}
    advance(Ref("rescue_team", called.uid), "call", actor=place.actor("emergency"), at=NOON, given=given)
    return Callout.objects.get(team=called)


class TestCallouts(OfTheDistrict):
    keeper = "street"
    slug, formula_input, one = "callouts", "task", staticmethod(callout)


class Shift:
    """One team and its callouts; every deed at the hour that is said."""

    def __init__(self, place, held):
        self.place, self.held = place, held

    def call(self, who="emergency", at=NOON, **more):
        advance(Ref("rescue_team", self.held.uid), "call", actor=self.place.actor(who, at=at), at=at, given={**CALL, **more})
        return Callout.objects.filter(team=self.held).latest("id")

    def do(self, callout, move, who="teamleader", at=NOON, **given):
        actor = SYSTEM if who == "system" else self.place.actor(who, at=at)
        advance(Ref("callout", callout.uid), move, actor=actor, at=at, given=given)
        callout.refresh_from_db()
        self.held.refresh_from_db()
        return callout

    def work(self, hours, at=NOON):
        """Called, gone, and back after so many hours."""
        out = self.call(at=at)
        for move, given in (("sign", {}), ("depart", {"people": 10}), ("arrive", {})):
            self.do(out, move, at=at, **given)
        return self.do(out, "stand_down", at=at + hours * HOUR, result="险情排除")


@pytest.fixture
def shift(place):
    return Shift(place, led(place))


def why(shift, who="emergency", at=NOON, **more):
    with pytest.raises(Refused) as told:
        shift.call(who, at, **more)
    return told.value.refusal.sentences


def owed(kind="callout"):
    return set(Stake.objects.filter(kind=kind).values_list("role", "party_id"))


def test_a_team_is_called_signs_goes_arrives_and_comes_back(place, shift):
    leader, bureau = place.parties["teamleader"], place.parties["emergency_bureau"]
    out = shift.call(arrive_by="2021-06-01T14:00")
    shift.held.refresh_from_db()
    assert (shift.held.standing, out.state, out.to_party, out.from_party) == ("called", "called", leader, bureau)
    assert owed() == {("sign", leader), ("follow", bureau)}
    shift.do(out, "sign", at=NOON + 5 * MINUTE)
    assert owed() == {("depart", leader), ("follow", bureau)}
    shift.do(out, "depart", at=NOON + 20 * MINUTE, people=18)
    assert (shift.held.standing, out.people) == ("out", 18)
    shift.do(out, "arrive", at=NOON + 40 * MINUTE)
    shift.do(out, "stand_down", at=NOON + 3 * HOUR, result="已封堵")
    assert (out.state, shift.held.standing, shift.held.spell_minutes, shift.held.rest_until) == ("stood_down", "ready", 160, None)
    assert (out.unsigned, out.late, owed()) == (False, False, set())
    outcomes = dict(Clock.objects.filter(kind="callout").values_list("name", "outcome"))
    assert outcomes == {"sign": "met", "depart": "met", "arrive": "met", "work": "met"}


def test_a_team_that_is_out_is_not_sent_twice(place, shift):
    out = shift.call()
    assert why(shift) == ("“东街抢险1队”已调派，不能重复调派",)
    shift.do(out, "sign")
    shift.do(out, "depart", people=5)
    assert why(shift) == ("“东街抢险1队”出动中，不能重复调派",)
    assert Callout.objects.count() == 1


def test_two_calls_of_one_team_at_once_send_it_once(place, shift):
    actor = place.actor("emergency")
    told = advance_many([Order(Ref("rescue_team", shift.held.uid), "call", actor, NOON, CALL, uuid4()) for _n in range(2)])
    assert [isinstance(t, Receipt) for t in told] == [True, False]
    assert Callout.objects.count() == 1


def test_the_same_call_sent_twice_is_one_call(place, shift):
    request = uuid4()
    for _n in range(2):
        advance(Ref("rescue_team", shift.held.uid), "call", actor=place.actor("emergency"), at=NOON, given=CALL, request=request)
    assert Callout.objects.count() == 1


def test_a_tired_team_rests_before_it_is_sent_again(place, shift):
    shift.work(hours=12)
    assert (shift.held.standing, shift.held.rest_until) == ("resting", NOON + 20 * HOUR)
    assert why(shift, at=NOON + 13 * HOUR) == ("“东街抢险1队”正在休整，06-02 08:00以后才能出动",)
    tick(at=NOON + 20 * HOUR)
    assert shift.call(at=NOON + 20 * HOUR).state == "called"
    shift.held.refresh_from_db()
    assert shift.held.spell_minutes == 0


def test_hours_add_up_until_a_full_rest_lies_between(place, shift):
    shift.work(hours=7)
    shift.work(hours=4, at=NOON + 8 * HOUR)
    assert (shift.held.standing, shift.held.spell_minutes) == ("ready", 11 * 60)
    shift.work(hours=2, at=NOON + 21 * HOUR)
    assert (shift.held.standing, shift.held.spell_minutes) == ("ready", 2 * 60)


def test_the_rest_rule_is_read_from_the_rule_table(place, shift):
    shift.work(hours=7)
    assert shift.held.standing == "ready"
    Parameter.objects.filter(key="team.work_max").update(value=[6, "hour"])
    touch("parameters")
    assert why(shift, at=NOON + 8 * HOUR) == ("“东街抢险1队”已连续工作7小时，须休整到06-02 03:00才能出动",)
    assert shift.call(at=NOON + 15 * HOUR).state == "called"


def test_a_team_that_works_beyond_its_hours_is_said_to_everyone(place, shift):
    out = shift.call()
    shift.do(out, "sign")
    shift.do(out, "depart", people=5)
    tick(at=NOON + 12 * HOUR)
    out.refresh_from_db()
    assert (out.tired, out.state) == (True, "on_way")


def test_what_nobody_signs_rings_again_and_then_stands_in_red(place, shift):
    out = shift.call()
    tick(at=NOON + 9 * MINUTE)
    out.refresh_from_db()
    assert (out.unsigned, out.alarm) == (False, "")
    tick(at=NOON + 10 * MINUTE)
    out.refresh_from_db()
    assert (out.unsigned, out.alarm) == (True, "")
    tick(at=NOON + 20 * MINUTE)
    out.refresh_from_db()
    assert (out.state, out.alarm) == ("called", "sign")
    seal_all()
    follow_all()
    texts = list(Notice.objects.filter(party_id=place.parties["emergency_bureau"]).order_by("id").values_list("text", flat=True))
    assert texts[-1:] == ["“东街抢险1队”到期没有签收，已再次提醒，请打电话或改派其他队伍"]
    shift.do(out, "sign", at=NOON + 21 * MINUTE)
    assert (out.state, out.alarm) == ("signed", "")


def test_who_leaves_too_late_is_marked_and_may_still_go(place, shift):
    out = shift.call()
    shift.do(out, "sign")
    tick(at=NOON + 30 * MINUTE)
    shift.do(out, "depart", at=NOON + 35 * MINUTE, people=5)
    assert (out.late, out.state) == (True, "on_way")


def test_a_team_that_cannot_go_is_free_again(place, shift):
    out = shift.call()
    shift.do(out, "decline", result="车辆故障")
    assert (out.state, shift.held.standing) == ("declined", "ready")
    again = shift.call()
    shift.do(again, "call_off", "emergency", result="改派他队")
    assert (again.state, shift.held.standing) == ("called_off", "ready")


def refused(shift, out, move, who, **given):
    with pytest.raises(Refused) as told:
        shift.do(out, move, who, **given)
    return told.value.refusal.sentences


def test_only_the_called_post_answers_or_who_called_by_telephone(place, shift):
    out = shift.call()
    assert refused(shift, out, "sign", "street") == ("须由受调的岗位办理，或由调派方按电话答复代办",)
    assert refused(shift, out, "call_off", "teamleader", result="不去") == ("须由调派方撤回",)
    assert shift.do(out, "sign", "director").state == "signed"
    assert refused(shift, out, "depart", "teamleader", people=99) == ("出动人数不能多于队伍人数",)


def test_a_street_calls_its_own_teams_and_no_others(place, shift):
    assert why(shift, "street2") == ("只能由负责所在区域的单位办理",)
    assert why(shift, "warden") == ("救援队伍由社区、街道、应急管理部门或区领导调派", "只能由负责所在区域的单位办理")
    assert why(shift, "emergency", arrive_by="2021-05-31T10:00") == ("须到达时间不能早于现在",)
    assert shift.call("street").from_party == place.parties["street1_office"]


def test_a_team_off_duty_is_not_called_and_one_that_is_out_is_not_retired(place, shift):
    uid, leader = shift.held.uid, place.actor("teamleader")
    advance(Ref("rescue_team", uid), "stand_off", actor=leader, at=NOON, given={"note": "装备检修"})
    assert why(shift) == ("“东街抢险1队”已离岗，不能调派",)
    advance(Ref("rescue_team", uid), "stand_to", actor=leader, at=NOON)
    shift.call()
    with pytest.raises(Refused, match="待命时才能"):
        advance(Ref("rescue_team", uid), "retire", actor=leader, at=NOON, given={"reason": "撤编"})


def test_who_goes_off_while_resting_comes_back_to_rest(place, shift):
    shift.work(hours=13)
    uid, leader = shift.held.uid, place.actor("teamleader", at=NOON + 14 * HOUR)
    advance(Ref("rescue_team", uid), "stand_off", actor=leader, at=NOON + 14 * HOUR, given={"note": "培训"})
    advance(Ref("rescue_team", uid), "stand_to", actor=leader, at=NOON + 15 * HOUR)
    shift.held.refresh_from_db()
    assert (shift.held.standing, shift.held.rest_until) == ("resting", NOON + 21 * HOUR)
    tick(at=NOON + 21 * HOUR)
    shift.held.refresh_from_db()
    assert (shift.held.standing, shift.held.rest_until) == ("ready", None)


def people(cell="people"):
    seal_all()
    return total(Count("rescue_team", (cell,), at=NOON + HOUR, summed=True))


def test_members_are_counted_by_what_the_register_says(place, shift):
    def do(move, **given):
        advance(Ref("rescue_team", shift.held.uid), move, actor=place.actor("street"), at=NOON, given=given)

    team(place, 2, echelon="")
    assert (people(), people("flood_people")) == (21 + 22, 21)
    edit = REGISTERS["teams"].initial(RescueTeam.objects.get(uid=shift.held.uid))
    do("edit", **{**edit, "people": 50})
    assert (people(), people("flood_people")) == (50 + 22, 50)
    do("edit", **{**edit, "people": 50, "echelon": ""})
    assert (people(), people("flood_people")) == (50 + 22, 0)
    do("retire", reason="撤编")
    assert people() == 22
    do("restore")
    assert people() == 72
    with pytest.raises(Refused, match="不能改到别的区域"):
        do("edit", **{**edit, "area": place.areas["C11"].uid})


def test_any_post_on_duty_sees_teams_and_callouts(place, shift):
    out = shift.call()
    for slug, row in (("teams", shift.held), ("callouts", out)):
        seen = {who for who in CAST if row in REGISTERS[slug].rows(place.actor(who), NOON)}
        assert seen == set(CAST) - {"unit", "unit2"}, slug


def test_a_team_that_a_units_post_leads_sees_and_answers_its_own_callouts_and_no_others(place, shift, settings):
    """A hospital's or a mall's team: its leader is outside the house of the district."""
    shift.call()
    theirs = Shift(place, team(place, 2))
    advance(Ref("rescue_team", theirs.held.uid), "name_leader", actor=SYSTEM, at=NOON, given={"leader": str(place.posts["unit"].uid)})
    theirs.held.refresh_from_db()
    own = theirs.call()
    rows = REGISTERS["callouts"].rows
    assert [set(rows(place.actor(who), NOON)) for who in ("unit", "unit2")] == [{own}, set()]
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.cache"
    browser = Client()
    browser.post("/sign-in/", {"login_name": "unit", "password": PASSWORD})
    assert own.task in browser.get(f"/desk/callouts/{own.uid}/").content.decode()
    assert theirs.do(own, "sign", "unit").state == "signed"


def test_a_team_without_a_named_post_is_called_through_its_body(place):
    bare = Shift(place, team(place))
    out = bare.call()
    assert out.to_party == place.parties["street1_office"]
    assert bare.do(out, "sign", "street").state == "signed"


def test_a_post_that_is_not_there_is_not_called(place, shift):
    with pytest.raises(Refused, match="没有找到这个岗位"):
        advance(Ref("rescue_team", shift.held.uid), "name_leader", actor=place.actor("street"), at=NOON,
                given={"leader": str(uuid4())})


def test_a_certificate_is_told_of_before_its_last_day_and_then_stands_expired(place, shift):
    """Valid to 15 July: 30 days before the end of that day is 16 June; from 16 July on it is over."""
    row = certificate(place, 15, valid_to="2021-07-15")
    seen = []
    for days in (14, 15, 44, 45):
        tick(at=NOON + timedelta(days=days))
        seal_all()
        follow_all()
        row.refresh_from_db()
        said = Notice.objects.filter(party_id=place.posts["teamleader"].id)
        seen.append((row.expired, [n.text for n in said.order_by("id") if "潜水员证" in n.text]))
    ends, over = "“东街抢险1队”队员15的潜水员证2021-07-15到期，请及时换证", "“东街抢险1队”队员15的潜水员证已过期"
    assert seen == [(False, []), (False, [ends]), (False, [ends]), (True, [ends, over])]
    advance(Ref("team_certificate", row.uid), "edit", actor=place.actor("street"), at=NOON + timedelta(days=46), given={
        "team": row.team.uid, "holder": row.holder, "sort": row.sort, "number": row.number, "valid_to": "2024-07-15",
        "area": place.areas["S1"].uid})
    row.refresh_from_db()
    assert row.expired is False
