"""Crews inside report that all is well or it rings; what the place needs is given by whoever can, and what is lacking is said."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anlan.incidents.models import Crew, Judgement, Need
from anlan.incidents.needs import Meeting
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.follow import follow_all
from anlan.kernel.journal import seal_all
from anlan.kernel.models import Clock, Parameter, Stake
from anlan.kernel.refusals import Refused
from anlan.kernel.rulebook import touch
from anlan.kernel.tick import tick
from anlan.people.testing import NOON
from anlan.places.actions import open_one
from anlan.resources.models import Callout, RescueTeam
from anlan.toolkit.notices.models import Notice

from .conftest import MINUTE
from .test_pages import sign_in, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def fire(happen, place):
    return happen("street", area=str(place.areas["G111"].uid))


@pytest.fixture
def crew(begin, fire):
    return begin(Crew, "enter", "emergency", NOON, incident=str(fire.uid), name="燃气抢修班", people=6, place="三楼")


def follow():
    seal_all()
    follow_all()


def next_word(crew):
    """Minutes after noon at which the crew's next word is due."""
    return (Clock.objects.get(kind="field_crew", case_id=crew.id, stopped_at=None).due_at - NOON) // MINUTE


def ringing():
    follow()
    return {n.party_id: n.text for n in Notice.objects.filter(about="field_crew", rings=True, hushed_at=None)}


def at_level(incident, level, walk, begin):
    begin(Judgement, "record", "emergency", NOON + MINUTE, incident=str(incident.uid), people="卫华", facts="蔓延", level=level,
          decision="respond")
    walk(incident, "respond", "leader", NOON + 2 * MINUTE, level=level)
    follow()


# Crews


def test_each_word_sets_the_next_by_the_level_that_runs(place, fire, crew, walk, begin):
    assert next_word(crew) == 30
    at_level(fire, "2", walk, begin)
    assert next_word(crew) == 15
    walk(crew, "check_in", "emergency", NOON + 10 * MINUTE, note="明火已控制")
    assert (next_word(crew), crew.note) == (25, "明火已控制")


def test_the_interval_is_read_from_the_table_of_the_day(place, fire, begin):
    Parameter.objects.filter(key="incident.check_in").update(value={"none": [7, "minute"]})
    touch("parameters")
    assert next_word(begin(Crew, "enter", "emergency", incident=str(fire.uid), name="抢修班", people=2)) == 7


def test_silence_rings_at_both_desks_until_there_is_a_word_and_rings_again(place, crew, walk):
    said = "燃气抢修班（6人，三楼）到时没有报平安，请立即联络"
    tick(at=NOON + 30 * MINUTE)
    crew.refresh_from_db()
    assert (crew.state, crew.silent_since) == ("silent", NOON + 30 * MINUTE)
    assert ringing() == dict.fromkeys((place.parties["emergency_bureau"], place.parties["government"]), said)
    room = text_of(sign_in("emergency").get(f"/desk/incidents/{crew.incident.uid}/room/"))
    assert "入场队伍（燃气抢修班）：到时没有报平安" in room
    assert "超时未报平安：燃气抢修班。" in room and "现场作业1支6人。" in room
    tick(at=NOON + 60 * MINUTE)
    assert Notice.objects.filter(about="field_crew", verb="go_silent").count() == 2
    follow()
    assert Notice.objects.filter(about="field_crew", verb="ring_again").count() == 2
    walk(crew, "check_in", "emergency", NOON + 61 * MINUTE)
    assert (crew.state, crew.silent_since, ringing()) == ("inside", None, {})


def test_whoever_does_not_come_out_is_accounted_for(crew, walk):
    with pytest.raises(Refused, match="现场6人，出来5人，须说明其余人员的情况"):
        walk(crew, "leave", "street", people=5)
    walk(crew, "leave", "street", people=5, note="一人随救护车送医")
    assert (crew.state, crew.people_out) == ("left", 5)
    assert not Clock.objects.filter(kind="field_crew", stopped_at=None).exists()


def test_a_called_team_goes_in_when_it_arrives_and_out_when_it_stands_down(place, fire):
    """By the follower: nobody writes it down. Its leader says the word himself."""
    held = open_one("rescue_team", "create", {
        "name": "东街防汛抢险队", "tier": "grassroots", "skill": "flood", "people": 30, "owner": place.houses["street1_office"].uid,
        "area": place.areas["S1"].uid}, actor=place.actor("street"), at=NOON)
    advance(Ref("rescue_team", held), "name_leader", actor=place.actor("street"), at=NOON,
            given={"leader": str(place.posts["teamleader"].uid)})
    advance(Ref("rescue_team", held), "call", actor=place.actor("emergency"), at=NOON, given={
        "task": "救人", "place": "中山路9号", "for_kind": "incident", "for_uid": fire.uid})
    out = Ref("callout", Callout.objects.get(team=RescueTeam.objects.get(uid=held)).uid)
    for move, more in (("sign", {}), ("depart", {"people": 12}), ("arrive", {})):
        advance(out, move, actor=place.actor("teamleader"), at=NOON + MINUTE, given=more)
    assert "队伍调派（东街防汛抢险队）：罗刚" in text_of(sign_in("emergency").get(f"/desk/incidents/{fire.uid}/room/"))
    follow()
    crew = Crew.objects.get()
    assert (crew.name, crew.people, crew.place, crew.party, next_word(crew)) == (
        "东街防汛抢险队", 12, "中山路9号", place.parties["teamleader"], 31)
    assert Stake.objects.get(kind="field_crew").party_id == place.parties["teamleader"]
    advance(Ref("field_crew", crew.uid), "check_in", actor=place.actor("teamleader"), at=NOON + 5 * MINUTE)
    advance(out, "stand_down", actor=place.actor("teamleader"), at=NOON + 9 * MINUTE, given={"result": "两人救出"})
    follow()
    crew.refresh_from_db()
    assert (crew.state, crew.people_out, crew.left_at) == ("left", 12, NOON + 9 * MINUTE)


@pytest.mark.parametrize("who", ["street2", "gas", "warden2"])
def test_a_strangers_word_is_no_word(crew, walk, who):
    with pytest.raises(Refused, match="须由这支队伍，或由区值班室、事发地的社区和街道按电话答复代办"):
        walk(crew, "check_in", who)


# Needs


@pytest.fixture
def pumps(begin, fire):
    return begin(Need, "raise", "street", incident=str(fire.uid), what="排水泵", amount=3, measure="machine",
                 needed_by=NOON + 60 * MINUTE)


def test_what_is_lacking_is_said_until_somebody_gives_it(place, pumps, walk):
    follow()
    desks = {place.parties["emergency_bureau"], place.parties["government"]}
    assert {n.party_id: n.text for n in Notice.objects.filter(about="need")} == dict.fromkeys(desks, "现场需要排水泵3台，请组织供给")
    walk(pumps, "pledge", "street2", amount=2, note="西街仓库，半小时到")
    assert (pumps.lacking, [(p["name"], p["amount"]) for p in pumps.pledges]) == (1, [("西街街道办事处", 2)])
    room = text_of(sign_in("emergency").get(f"/desk/incidents/{pumps.incident.uid}/room/"))
    assert "还缺：排水泵1台。" in room and "西街街道办事处2台" in room
    with pytest.raises(Refused, match="还缺1台，不能响应2台"):
        walk(pumps, "pledge", "gas", amount=2)
    walk(pumps, "pledge", "gas", amount=1)
    with pytest.raises(Refused, match="这项需求已有单位全部响应"):
        walk(pumps, "pledge", "emergency", amount=1)


def test_a_need_is_met_when_all_of_it_is_there(place, pumps, walk):
    walk(pumps, "pledge", "street2", amount=2)
    walk(pumps, "pledge", "gas", amount=1)
    walk(pumps, "deliver", "street2")
    with pytest.raises(Refused, match="还有1台没有送到；不再需要的请撤销"):
        walk(pumps, "meet", "street")
    with pytest.raises(Refused, match="这个单位没有响应过，或者已经送到"):
        walk(pumps, "deliver", "street2")
    walk(pumps, "deliver", "street", name="区城管局")
    walk(pumps, "meet", "street")
    assert (pumps.state, pumps.delivered) == ("met", 3)


def test_who_cannot_give_after_all_says_so_and_it_lacks_again(place, pumps, walk):
    walk(pumps, "pledge", "street2", amount=3)
    with pytest.raises(Refused, match="本单位没有响应过这项需求"):
        walk(pumps, "take_back", "gas", reason="弄错")
    walk(pumps, "take_back", "street2", reason="车辆故障")
    assert (pumps.pledges, pumps.lacking) == ([], 3)


def test_at_the_hour_what_is_not_there_is_told_to_both_desks(place, pumps, walk):
    walk(pumps, "pledge", "street2", amount=2)
    walk(pumps, "deliver", "street2")
    tick(at=NOON + 60 * MINUTE)
    follow()
    pumps.refresh_from_db()
    told = set(Notice.objects.filter(about="need", verb="fall_short").values_list("party_id", "text"))
    assert pumps.late
    assert told == {(place.parties[k], "到了需要的时间，排水泵还有1台没有送到")
                    for k in ("emergency_bureau", "government", "street1_office")}


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(st.sampled_from(["pledge", "take_back", "deliver"]), st.sampled_from(["street2", "gas", "emergency"]),
                                st.integers(1, 4)), max_size=8))
def test_no_more_is_ever_given_than_is_needed(place, fire, begin, walk, steps):
    need = begin(Need, "raise", "street", incident=str(fire.uid), what="沙袋", amount=5, measure="bag")
    for move, who, n in steps:
        more = {"pledge": {"amount": n}, "take_back": {"reason": "有变"}, "deliver": {}}[move]
        try:
            walk(need, move, who, **more)
        except Refused:
            continue
    assert 0 <= need.delivered <= need.pledged <= need.amount == need.pledged + need.lacking
    assert need.state == Meeting.OPEN


@pytest.mark.parametrize("days", [-1, 31, 365 * 7000])
def test_nothing_is_needed_before_now_or_in_another_year(fire, begin, days):
    with pytest.raises(Refused, match="需要的时间须在今后三十天之内"):
        begin(Need, "raise", "street", incident=str(fire.uid), what="水泵", amount=1, measure="machine",
              needed_by=NOON + timedelta(days=days))


def test_nothing_is_asked_for_an_incident_that_is_closed(place, fire, begin, walk):
    walk(fire, "end", "emergency", reason="已扑灭")
    fire.__class__.objects.filter(id=fire.id).update(state="closed")
    for model, move, more in ((Need, "raise", {"what": "水泵", "amount": 1, "measure": "machine"}),
                              (Crew, "enter", {"name": "班组", "people": 2})):
        with pytest.raises(Refused, match="没有找到这起突发事件，或者它已经结案"):
            begin(model, move, "emergency", incident=str(fire.uid), **more)


def test_the_page_of_an_incident_leads_to_teams_goods_needs_and_crews(fire):
    page = sign_in("emergency").get(f"/desk/incidents/{fire.uid}/").content.decode()
    for address in (f"/desk/needs/new?incident={fire.uid}", f"/desk/crews/new?incident={fire.uid}", "/desk/transfers/new?for_kind=incident",
                    "/desk/resources/?for_kind=incident"):
        assert address in page, address
    assert sign_in("emergency").get(f"/desk/needs/new?incident={fire.uid}").status_code == 200
