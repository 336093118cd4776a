"""Whoever must be told is told on time: what starts the chain, from when its clocks run, and what a missing desk says."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anlan.incidents import chain
from anlan.incidents.models import Relay
from anlan.kernel.follow import follow_all
from anlan.kernel.journal import seal_all
from anlan.kernel.models import Clock, Parameter
from anlan.kernel.refusals import Refused
from anlan.kernel.rulebook import rulebook, touch
from anlan.kernel.tick import tick
from anlan.people.testing import NOON
from anlan.toolkit.notices.models import Notice

from .conftest import MINUTE

pytestmark = pytest.mark.django_db


def relay(incident, rung):
    return Relay.objects.get(incident=incident, rung=rung)


def clocks(case):
    """{name: (started, due)} of a relay's open clocks, in minutes after noon."""
    rows = Clock.objects.filter(kind="relay", case_id=case.id, stopped_at=None)
    return {k.name: ((k.started_at - NOON) // MINUTE, (k.due_at - NOON) // MINUTE) for k in rows}


def test_one_sentence_is_enough_and_its_word_starts_the_chain_for_both_desks(place, office, happen):
    case = happen()
    assert (case.triggers, case.chain_at, case.gaps) == ({"F02": "words"}, NOON, [])
    assert {r.rung: (r.who, r.state, r.known_at) for r in case.relays.all()} == {
        "bureau": ("区应急管理局", "running", NOON), "govoffice": ("区政府办公室", "running", NOON)}
    assert clocks(relay(case, "bureau")) == clocks(relay(case, "govoffice")) == {"phone": (0, 30), "written": (0, 60)}


def test_what_meets_no_trigger_is_kept_and_starts_nothing(office, happen):
    case = happen(title="东街树木倒伏")
    assert (case.triggers, case.chain_at, case.relays.count()) == ({}, None, 0)


def test_a_figure_that_is_known_only_later_starts_the_chain_then(place, office, happen, walk):
    case = happen(title="东街车祸")
    walk(case, "update", "emergency", NOON + 9 * MINUTE, dead=1)
    assert (case.triggers, case.dead, case.chain_at) == ({"F01": "figure"}, 1, NOON + 9 * MINUTE)
    assert clocks(relay(case, "bureau")) == {"phone": (9, 39), "written": (9, 69)}


def test_who_phoned_is_measured_from_when_it_knew(place, office, happen):
    """The street knew 23 minutes before it phoned; its written report is due half an hour after it knew."""
    case = happen(area=str(place.areas["G111"].uid), source_rung="street", source_known_at=NOON - 23 * MINUTE, source="赵强")
    street = relay(case, "street")
    assert (street.who, street.known_at, street.phoned_at) == ("东街街道办事处", NOON - 23 * MINUTE, NOON)
    assert clocks(street) == {"written": (-23, 7)}


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ago=st.integers(0, 600), earlier=st.integers(0, 600))
def test_a_reports_clocks_start_at_knowledge_never_at_the_event(place, office, happen, ago, earlier):
    known = NOON - ago * MINUTE
    case = happen(known_at=known, happened_at=known - earlier * MINUTE)
    assert clocks(relay(case, "bureau")) == {"phone": (-ago, 30 - ago), "written": (-ago, 60 - ago)}
    assert clocks(relay(case, "govoffice")) == {"phone": (0, 30), "written": (0, 60)}


def test_limits_are_read_from_the_table_of_the_day(place, office, happen):
    Parameter.objects.filter(key="incident.report_limits").update(value={
        "bureau": {"phone": [7, "minute"], "written": [11, "minute"]}, "govoffice": {"phone": [8, "minute"], "written": [12, "minute"]}})
    touch("parameters")
    case = happen()
    assert clocks(relay(case, "bureau")) == {"phone": (0, 7), "written": (0, 11)}
    assert clocks(relay(case, "govoffice")) == {"phone": (0, 8), "written": (0, 12)}


def test_a_general_event_has_longer_to_write_unless_it_is_sensitive(place, office, happen):
    assert clocks(relay(happen(grade="4"), "bureau"))["written"] == (0, 120)
    assert clocks(relay(happen(grade="4", triggers=["F10"]), "bureau"))["written"] == (0, 60)


def test_an_accidents_limit_is_never_beyond_the_laws_two_hours(place):
    Parameter.objects.filter(key="incident.report_limits").update(value={"street": {"phone": [9, "hour"], "written": [9, "hour"]}})
    touch("parameters")
    rules, day = rulebook(), NOON.date()
    limits = {sort: chain.limit_of(rules, day, "street", "written", chain.Weight(sort, "", False)).limit
              for sort in ("accident", "natural")}
    assert limits == {"accident": (2, "hour"), "natural": (9, "hour")}


def test_the_house_of_the_duty_rooms_posts_is_the_second_desk(place, happen):
    assert relay(happen(), "govoffice").party == place.parties["government"]


def test_a_missing_government_office_is_said_and_waits_for_a_phone_call(place, no_office, happen, walk):
    case = happen()
    seal_all()
    follow_all()
    waiting = relay(case, "govoffice")
    assert (case.gaps, waiting.state, waiting.party, waiting.who, clocks(waiting)) == (["govoffice"], "waiting", None, "区政府办公室", {})
    bureau = place.parties["emergency_bureau"]
    assert Notice.objects.get(party_id=bureau, about="incident").text == (
        "区政府办公室总值班室没有登记为机构，系统通知不到，请立即电话报告并记录，再请系统管理员登记：东街居民楼起火")
    walk(waiting, "learn", "emergency", NOON + 5 * MINUTE, known_how="卫华电话报告")
    assert (waiting.state, clocks(waiting)) == ("running", {"phone": (5, 35), "written": (5, 65)})


def test_a_call_to_the_next_level_lets_it_know_and_stops_the_clock(place, no_office, happen, walk):
    case = happen("street", area=str(place.areas["G111"].uid))
    street, office = relay(case, "street"), relay(case, "govoffice")
    walk(street, "phone", "street", NOON + 20 * MINUTE, whom="区政府办公室值班员", told_on=NOON + 12 * MINUTE)
    office.refresh_from_db()
    assert (street.phoned_at, clocks(street)) == (NOON + 12 * MINUTE, {"written": (0, 30)})
    assert Clock.objects.get(kind="relay", case_id=street.id, name="phone").outcome == "met"
    assert (office.state, office.known_at, office.known_how) == ("running", NOON + 12 * MINUTE, "东街街道办事处电话报告")


def test_silence_is_told_to_both_desks_and_blames_nobody(place, office, happen):
    case = happen("street", area=str(place.areas["G111"].uid))
    tick(at=NOON + 31 * MINUTE)
    seal_all()
    follow_all()
    street = relay(case, "street")
    told = Notice.objects.filter(about="relay", verb="go_unphoned", case_id=street.id)
    desks = {place.parties["emergency_bureau"], relay(case, "govoffice").party}
    assert {n.party_id for n in told} == {street.party, *desks}
    assert {n.text for n in told} == {"东街街道办事处到期没有电话报告：东街居民楼起火"}
    assert (street.state, street.fault) == ("running", "")


@pytest.mark.parametrize(("who", "given", "why"), [
    ("warden", {}, "突发事件由社区、街道、部门和区值班室的工作人员登记"),
    ("unit", {}, "突发事件由社区、街道、部门和区值班室的工作人员登记"),
    ("emergency", {"triggers": ["F99"]}, "没有代码为“F99”的触发情形"),
    ("emergency", {"known_at": NOON + MINUTE}, "知晓时间不能晚于现在"),
    ("emergency", {"happened_at": NOON, "known_at": NOON - MINUTE}, "事发时间不能晚于知晓时间"),
    ("emergency", {"source_rung": "street", "known_at": NOON - MINUTE, "source_known_at": NOON}, "报告人的知晓时间不能晚于本级的知晓时间"),
    ("emergency", {"title": ""}, "什么地方、什么事")])
def test_what_cannot_be_is_refused_in_a_sentence(happen, who, given, why):
    with pytest.raises(Refused, match=why):
        happen(who, **given)


def test_only_a_desk_blames_and_says_why(place, happen, walk):
    street = relay(happen("street", area=str(place.areas["G111"].uid)), "street")
    with pytest.raises(Refused, match="须由区应急管理局、区政府总值班室或区领导办理"):
        walk(street, "blame", "street", fault="late", reason="自己说的")
    with pytest.raises(Refused, match="理由"):
        walk(street, "blame", "director", fault="late")
    walk(street, "blame", "director", fault="late", reason="知晓后23分钟才报")
    assert (street.fault, street.fault_reason) == ("late", "知晓后23分钟才报")


def test_who_is_not_of_the_level_cannot_report_for_it(place, happen, walk):
    street = relay(happen("street", area=str(place.areas["G111"].uid)), "street")
    for who in ("street2", "community"):
        with pytest.raises(Refused, match="须由这一级的单位或区值班室办理"):
            walk(street, "phone", who, whom="区值班室")
    with pytest.raises(Refused, match="报告时间不能早于本级的知晓时间"):
        walk(street, "phone", "street", whom="区值班室", told_on=NOON - MINUTE)
