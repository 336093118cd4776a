"""Calls of the history: made up, on the ladder, and none of the report's figures."""

from collections import Counter

import pytest
from django.db.models import F

from anlan.calls.models import Attendance, Call
from anlan.demo.calls import LADDER, is_called, lead_of
from anlan.demo.days import BEGAN, UNTIL
from anlan.demo.replay import world_again
from anlan.demo.schedule import Schedule
from anlan.demo.today import OPENS_AT
from anlan.kernel.actors import SYSTEM
from anlan.kernel.models import Clock, Entry
from anlan.kernel.rulebook import parameter
from anlan.people.models import Organisation
from anlan.toolkit.indicators import figure


@pytest.fixture
def outline(demo):
    world = world_again(demo.totals)
    return Schedule(demo.totals, world.units, world.items, world.ground.grids(world.ground.district))


def test_calls_climb_their_ladder_by_hand_and_by_themselves(demo):
    calls = Call.objects.values_list("from_level", "to_level", "climbed")
    assert {LADDER.index(to) - LADDER.index(caller) for caller, to, climbed in calls if not climbed} == {1}
    assert {LADDER.index(to) - LADDER.index(caller) for caller, to, climbed in calls if climbed} == {2}
    assert Call.objects.filter(state="missed").count() == Call.objects.filter(climbed=True).count() > 0
    assert Call.objects.filter(lower__isnull=False).count() > 0
    assert Counter(Call.objects.values_list("state", flat=True)).keys() <= {"closed", "missed", "ringing", "signed", "arrived", "finished"}
    assert Attendance.objects.filter(state="left").count() > 0


def test_a_call_that_nobody_has_signed_climbs_at_its_own_minute(demo):
    fired = Clock.objects.filter(kind="call", name="sign", outcome="fired", stopped_at__lt=OPENS_AT)
    assert (fired.exclude(stopped_at=F("due_at")).count(), fired.count()) == (0, Call.objects.filter(state="missed").count())
    assert {(at.hour, at.minute) for at in fired.values_list("due_at", flat=True)} != {(16, 0)}  # midnight in the district


def test_only_reports_are_called_for_that_would_have_been_answered(demo, outline):
    called = {told.uid for told in outline.reports if is_called(told)}
    assert set(Call.objects.values_list("matter__uid", flat=True)) <= called
    assert {told.ends for told in outline.reports if told.uid in called} == {"answered"}
    assert set(Call.objects.values_list("hazard", "premises")) == {(None, None)}


def test_figures_of_calls_are_counted_from_them(demo):
    def told(id):
        return figure(id, actor=SYSTEM, at=OPENS_AT, on=UNTIL, since=BEGAN).value

    assert told("call-made") == Call.objects.count()
    assert 0 < told("call-response") < 100
    assert 0 < told("call-missed") < 50
    assert 50 < told("call-rated") < 100


def test_the_lead_of_a_kind_of_work_is_the_one_whom_the_router_finds(demo):
    table = parameter("call.trades", UNTIL)
    for trade in ("traffic", "fire", "housing", "gas", "water", "municipal"):
        assert Organisation.objects.get(code=table[trade]).lead.code == lead_of(trade)
    assert Entry.objects.filter(kind="call", verb="nobody_acted").count() == 0
