"""A trigger that was wrongly met is taken back with its reason: the limits end, nobody was late, nothing is erased."""

from datetime import timedelta

import pytest

from anlan.incidents import tracing
from anlan.incidents.models import InfoReport, Relay
from anlan.kernel.journal import seal_all
from anlan.kernel.marks import happened
from anlan.kernel.models import Clock, Stake
from anlan.kernel.refusals import Refused
from anlan.kernel.rulebook import rulebook
from anlan.kernel.tick import tick
from anlan.people.testing import NOON

from .conftest import MINUTE
from .test_pages import sign_in, text_of

pytestmark = pytest.mark.django_db
WHY = "核实为烧烤油烟"


@pytest.fixture
def smoke(happen, office, place):
    """Two triggers are met: smoke by a word, one trapped by a figure. The street reports it."""
    return happen("street", title="东街居民楼冒烟", trapped=1, area=str(place.areas["G111"].uid))


def reportable():
    return happened("incident", "reportable", since=NOON.date(), until=NOON.date())


def outcomes(incident):
    rows = Clock.objects.filter(kind="relay", case_id__in=incident.relays.values("id"))
    return {(k.name, k.outcome) for k in rows}


def test_one_of_two_triggers_is_taken_back_and_the_chain_runs_on(smoke, walk):
    walk(smoke, "retract", "emergency", NOON + MINUTE, trigger="F05", reason="无人被困")
    assert (smoke.triggers, smoke.retracted, smoke.chain_at) == ({"F02": "words"}, ["F05"], NOON)
    assert {r.state for r in smoke.relays.all()} == {"running"}


def test_with_the_last_trigger_every_limit_ends_as_withdrawn_and_nobody_is_late(smoke, walk):
    for trigger in ("F05", "F02"):
        walk(smoke, "retract", "emergency", NOON + 20 * MINUTE, trigger=trigger, reason=WHY)
    assert (smoke.triggers, smoke.chain_at, smoke.chains, smoke.state) == ({}, None, 1, "open")
    assert {r.state for r in smoke.relays.all()} == {"withdrawn"}
    assert outcomes(smoke) == {("phone", "void"), ("written", "void")}
    assert not Stake.objects.filter(kind="relay", case_id__in=smoke.relays.values("id")).exists()
    tick(at=NOON + timedelta(hours=9))
    assert tracing.gaps(smoke, smoke.relays.exclude(state="withdrawn"), rulebook(), NOON + timedelta(hours=9)) == []
    walk(smoke, "end", "emergency", NOON + timedelta(hours=9), reason="已劝离")
    walk(smoke, "close", "emergency", NOON + timedelta(hours=9))
    assert smoke.state == "closed"


def test_what_was_withdrawn_stands_in_the_trail_with_its_reason(smoke, walk):
    for trigger in ("F05", "F02"):
        walk(smoke, "retract", "emergency", NOON + 20 * MINUTE, trigger=trigger, reason=WHY)
    text = text_of(sign_in("emergency").get(f"/desk/incidents/{smoke.uid}/"))
    assert f"撤销触发情形“逢火必报”：{WHY}" in text and "已终止" in text
    room = text_of(sign_in("emergency").get(f"/desk/incidents/{smoke.uid}/room/"))
    assert f"触发情形已撤销，报送终止：{WHY}" in room and "尚未书面报告" not in room


def test_a_figure_that_stands_on_does_not_meet_it_again_but_an_officers_tick_does(smoke, walk):
    for trigger in ("F05", "F02"):
        walk(smoke, "retract", "emergency", NOON + MINUTE, trigger=trigger, reason=WHY)
    walk(smoke, "update", "emergency", NOON + 2 * MINUTE, slight=1)
    assert (smoke.triggers, smoke.chain_at) == ({}, None)
    walk(smoke, "update", "emergency", NOON + 3 * MINUTE, triggers=["F02"])
    assert (smoke.triggers, smoke.retracted, smoke.chain_at) == ({"F02": "ticked"}, ["F05"], NOON + 3 * MINUTE)
    running = Relay.objects.filter(incident=smoke, state="running")
    assert sorted(running.values_list("rung", flat=True)) == ["bureau", "govoffice"]


def test_reportable_events_are_counted_without_it(smoke, walk):
    seal_all()
    assert reportable() == 1
    for trigger in ("F05", "F02"):
        walk(smoke, "retract", "emergency", NOON + MINUTE, trigger=trigger, reason=WHY)
    seal_all()
    assert reportable() == 0


@pytest.mark.parametrize(("who", "given", "why"), [
    ("street", {"trigger": "F02", "reason": WHY}, "须由区应急管理局、区政府总值班室或区领导办理"),
    ("emergency", {"trigger": "F03", "reason": WHY}, "这起事件没有触发所选的情形"),
    ("emergency", {"trigger": "F02"}, "为什么不成立")])
def test_it_is_refused_in_a_sentence(smoke, walk, who, given, why):
    with pytest.raises(Refused, match=why):
        walk(smoke, "retract", who, **given)


def test_what_was_reported_is_put_right_by_a_report(happen, office, begin, walk):
    incident = happen()
    case = begin(InfoReport, "draft", "emergency", incident=str(incident.uid), sort="first")
    walk(case, "sign", "director")
    walk(case, "send", "emergency")
    with pytest.raises(Refused, match="已经报出过信息报告，不能再撤销最后一条触发情形，请用续报更正"):
        walk(incident, "retract", "emergency", trigger="F02", reason=WHY)


def test_the_sheet_offers_the_triggers_that_are_met_and_no_others(smoke, walk):
    def offered():
        form = sign_in("emergency").get(f"/desk/incidents/{smoke.uid}/retract").context["form"]
        return [value for value, _label in form.fields["trigger"].widget.choices]

    assert offered() == ["", "F02", "F05"]
    walk(smoke, "retract", "emergency", NOON + MINUTE, trigger="F05", reason="无人被困")
    assert offered() == ["F02"]
