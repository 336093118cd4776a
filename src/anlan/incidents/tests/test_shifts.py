"""By night an incident is told to who is on shift, and the leader on shift signs; by day it is told to the body."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.test import RequestFactory

from anlan.desk.shell import entries
from anlan.duty.models import Handover, Roster
from anlan.duty.testing import desk_roster, holding
from anlan.incidents.models import InfoReport, Instruction, Relay
from anlan.kernel import instance
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.follow import follow_all
from anlan.kernel.journal import seal_all
from anlan.kernel.models import Stake
from anlan.kernel.refusals import Refused
from anlan.people.testing import NOON
from anlan.toolkit.notices.models import Notice
from anlan.toolkit.registers import REGISTERS
from anlan.toolkit.registers.caseurls import refusals_to_open
from anlan.toolkit.registers.views import pages_of

from .conftest import MINUTE

pytestmark = pytest.mark.django_db
NIGHT = NOON + timedelta(hours=11)  # 23:00
MORNING = NOON + timedelta(hours=21, minutes=30)  # 09:30 the next day


@pytest.fixture
def rooms(place):
    """The rosters of June of the two duty rooms."""
    return {house: desk_roster(place, house, date(2021, 6, 1)) for house in ("emergency_bureau", "government")}


@pytest.fixture
def stands(place, rooms):
    """Who holds a seat of the night's shift."""
    return lambda house, seat: holding(place, rooms[house], "2021-06-01", seat)


def do(kind, uid, move, actor, at, **given):
    instance.set_clock(at, running=False)
    return advance(Ref(kind, uid), move, actor=actor, at=at, given=given)


def told(kind, verb):
    """{party: rings} of what one move told."""
    seal_all()
    follow_all()
    return {n.party_id: n.rings for n in Notice.objects.filter(about=kind, verb=verb)}


def test_by_night_both_desks_ring_for_their_shifts_by_day_for_the_bodies(place, rooms, happen):
    on_shift = {post for roster in rooms.values() for post in roster.shifts["2021-06-01"].values()}
    happen(at=NIGHT)
    assert told("relay", "start") == dict.fromkeys(on_shift, True)
    Notice.objects.all().delete()
    happen(at=MORNING)
    assert told("relay", "start") == {place.parties["emergency_bureau"]: False, place.parties["government"]: True}


def test_without_a_roster_the_body_is_told_by_night_as_well(place, happen):
    happen(at=NIGHT)
    assert told("relay", "start") == {place.parties["emergency_bureau"]: False, place.parties["government"]: True}


def test_a_clerk_without_a_role_does_what_the_desk_does_while_on_shift(place, stands, happen):
    """The government office's clerk takes the news and phones the city; off shift, the same clerk may do nothing."""
    clerk = stands("government", "main")
    relay = Relay.objects.get(incident=happen(at=NIGHT), rung="govoffice")
    do("relay", relay.uid, "acknowledge", clerk, NIGHT + MINUTE)
    do("relay", relay.uid, "phone", clerk, NIGHT + 2 * MINUTE, whom="市政府总值班室")
    relay.refresh_from_db()
    assert (relay.seen_at, relay.phoned_at) == (NIGHT + MINUTE, NIGHT + 2 * MINUTE)
    with pytest.raises(Refused, match="须由这一级的单位或区值班室办理"):
        do("relay", relay.uid, "write", clerk, MORNING, what="值班信息")


def test_the_leader_on_shift_hears_of_the_draft_and_signs_it(place, stands, happen, begin):
    leader, clerk = stands("emergency_bureau", "leader"), stands("emergency_bureau", "main")
    case = begin(InfoReport, "draft", "emergency", NIGHT + MINUTE, incident=str(happen(at=NIGHT).uid), sort="first")
    assert Stake.objects.get(kind="info_report", case_id=case.id, role="sign").party_id == leader.post_id
    assert told("info_report", "draft") == {leader.post_id: False}
    with pytest.raises(Refused, match="须由本单位有签发权的负责人或当班的带班领导签发"):
        do("info_report", case.uid, "sign", clerk, NIGHT + 2 * MINUTE)
    do("info_report", case.uid, "sign", leader, NIGHT + 2 * MINUTE)
    do("info_report", case.uid, "send", clerk, NIGHT + 3 * MINUTE)
    case.refresh_from_db()
    assert (case.state, case.signer) == ("sent", leader.name)
    assert not Stake.objects.filter(kind="info_report", case_id=case.id, role="sign").exists()


def test_the_leader_of_another_bodys_shift_does_not_sign(place, stands, happen, begin):
    case = begin(InfoReport, "draft", "emergency", NIGHT + MINUTE, incident=str(happen(at=NIGHT).uid), sort="first")
    with pytest.raises(Refused, match="须由本单位有签发权的负责人或当班的带班领导签发"):
        do("info_report", case.uid, "sign", stands("government", "leader"), NIGHT + 2 * MINUTE)


def test_who_led_yesterday_does_not_sign_today(place, stands, happen, begin):
    case = begin(InfoReport, "draft", "emergency", MORNING, incident=str(happen(at=MORNING).uid), sort="first")
    with pytest.raises(Refused, match="须由本单位有签发权的负责人或当班的带班领导签发"):
        do("info_report", case.uid, "sign", stands("emergency_bureau", "leader"), MORNING + MINUTE)


def test_an_instruction_by_night_rings_for_the_shift_that_can_act_on_it(place, rooms, happen, begin, walk):
    incident, clerk = happen(at=NIGHT), holding(place, rooms["government"], "2021-06-01", "assistant")
    begin(Instruction, "issue", "emergency", NIGHT + MINUTE, incident=str(incident.uid), organisation=str(place.houses["government"].uid),
          what="通知媒体值守", minutes=30)
    assert told("instruction", "issue") == dict.fromkeys(rooms["government"].shifts["2021-06-01"].values(), True)
    do("instruction", Instruction.objects.get().uid, "take", clerk, NIGHT + 2 * MINUTE)
    assert Instruction.objects.get().state == "taken"


def test_a_live_incident_is_handed_to_the_next_shift(place, rooms, stands, happen):
    """It stands in the handover as it stood at the signature, for the desks in whose chain it is."""
    incident, clerk = happen(at=NIGHT), stands("government", "main")
    uid = uuid4()
    do("handover", uid, "hand_over", clerk, NOON + timedelta(hours=20, minutes=20), equipment="正常", keyring="齐全")
    assert [(m["kind"], m["what"], m["url"]) for m in Handover.objects.get(uid=uid).matters] == [
        ("incident", "东街居民楼起火", f"/desk/incidents/{incident.uid}/")]


# What a clerk without a role sees


def page_of(incident, actor, at):
    """The incident's page as this actor reads it."""
    request = RequestFactory().get("/")
    request.actor, request.at = actor, at
    instance.set_clock(at, running=False)
    return pages_of(REGISTERS["incidents"]).get(request, incident.uid)


def buttons(incident, actor, at):
    return {m.label for m in page_of(incident, actor, at).moves}


DESK = {"起草信息报告", "研判", "下达指令", "提出需求", "登记进入现场", "指挥室", "倒查", "更新情况", "记一笔", "结束处置"}


def test_a_clerk_on_shift_sees_the_buttons_of_what_the_clerk_may_do_and_off_shift_none(place, stands, happen):
    incident, clerk = happen(at=NIGHT), stands("emergency_bureau", "main")
    assert DESK - buttons(incident, clerk, NIGHT + MINUTE) == set()
    assert buttons(incident, clerk, MORNING) == set()


def test_the_pages_that_these_buttons_open_let_the_clerk_on_shift_in(place, stands, happen):
    clerk, stranger = stands("government", "main"), holding(place, desk_roster_of(place), "2021-06-02", "main")
    happen(at=NIGHT)
    for slug, move in (("judgements", "record"), ("instructions", "issue"), ("info-reports", "draft")):
        pages = pages_of(REGISTERS[slug])
        assert refusals_to_open(pages, pages.flow.move(move), clerk, NIGHT) == [], slug
        assert refusals_to_open(pages, pages.flow.move(move), stranger, NIGHT) != [], slug


def desk_roster_of(place):
    return Roster.objects.get(organisation=place.houses["government"])


def test_whoever_only_takes_turns_on_duty_finds_incidents_in_the_navigation_and_writes_one_down(place, stands):
    clerk = stands("emergency_bureau", "assistant")
    assert [url for _icon, _label, url in entries(clerk)] == ["/desk/duty/", "/desk/incidents/", "/desk/resources/", "/desk/map/"]
    adds = REGISTERS["incidents"].adds
    assert (adds(clerk, NIGHT), adds(clerk, MORNING)) == (("登记突发事件", "/desk/incidents/report/"), None)
