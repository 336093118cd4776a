"""A district many times over, as benchmarks make it: every case again with what hangs on it, and all its clocks run."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db.models import F

from anlan.bench.demo import multiply
from anlan.demo.crew import COUNTED, TOLD
from anlan.demo.lanes import set_sequences
from anlan.hazards.models import Hazard
from anlan.kernel.models import Clock, Entry, Parked, Stake
from anlan.kernel.tick import tick
from anlan.matters.models import Matter
from anlan.patrols.models import Visit
from anlan.people.testing import NOON
from anlan.premises.models import Premises

from .conftest import BEFORE, SIGNATURE, find

pytestmark = pytest.mark.django_db
TIMES = 3


def test_every_case_stands_so_many_times_and_every_clock_of_it_fires(place, restaurant, walk):
    walk("visit", uuid4(), "drop_in", "warden", NOON, premises=str(restaurant.uid), result="hazards", signer="陈某", signature=[SIGNATURE],
         finds=[find("CY09", before=[BEFORE]), find("", "地面湿滑", days=3, before=[BEFORE])])
    counted = {model: model.objects.count() for model in (Premises, Matter, Hazard, Visit, Clock, Stake)}
    multiply(TOLD, TIMES - 1)
    set_sequences(COUNTED)
    assert {model: model.objects.count() for model in counted} == {model: TIMES * n for model, n in counted.items()}
    assert Hazard.objects.exclude(matter__premises=F("premises")).count() == 0, "each hangs on its own matter and unit"
    assert len(set(Hazard.objects.values_list("premises", "matter", "visit_uid", "code"))) == TIMES * counted[Hazard]
    assert set(Visit.objects.values_list("uid", flat=True)) == set(Hazard.objects.values_list("visit_uid", flat=True))
    held = Matter.objects.values_list("hazards__uid", "hanging")
    assert all(hanging == [f"hazard:{uid}"] for uid, hanging in held), "and is what keeps its own matter open"
    due = Clock.objects.filter(kind="hazard", stopped_at=None).count()
    assert tick(at=NOON + timedelta(days=90), kinds=["hazard"]).fired >= due == TIMES * 2
    assert Entry.objects.filter(verb="go_overdue").count() == Hazard.objects.exclude(overdue_since=None).count() == TIMES * 2
    assert not Parked.objects.exists()
