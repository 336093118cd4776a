"""What is copied when an exercise opens, and that the copy is a whole instance by itself."""

from datetime import timedelta

import pytest
from django.apps import apps

from anlan.exercises.opening import copied_models
from anlan.exercises.testing import open_exercise
from anlan.kernel import instance
from anlan.kernel.follow import follow_all
from anlan.kernel.journal import seal_all, verify
from anlan.kernel.models import Area, Entry
from anlan.people.models import Organisation, Person
from anlan.people.testing import NOON

pytestmark = pytest.mark.django_db
EVENING = NOON + timedelta(hours=8)


def test_whatever_a_copied_table_refers_to_is_copied_as_well():
    copied = set(copied_models())
    lead = {f.related_model for m in copied for f in m._meta.concrete_fields if f.is_relation}
    assert lead - copied == set()


def test_an_opened_exercise_is_a_whole_instance_with_a_journal_and_a_clock_of_its_own(place, inside):
    exercise = open_exercise(begins_at=EVENING, speed=60)
    real = Entry.objects.count(), Person.objects.count(), Area.objects.count()
    with inside():
        assert (Person.objects.count(), Area.objects.count()) == real[1:]
        assert instance.instance_clock() == EVENING
        instance.run_on()
        assert instance.speed() == 60
        seal_all()
        follow_all()
        verdict = verify()
        assert (verdict.breaks, verdict.unsealed) == ([], 0)
        assert set(Entry.objects.values_list("verb", flat=True)) == {"carried_in"}
        new = Organisation.objects.order_by("-id").first().id
    assert exercise.state == "open" and exercise.rows > 50 and new
    assert Entry.objects.count() == real[0]
    assert instance.speed() == 0


def test_no_way_out_no_token_no_telephone_and_nothing_that_happened_is_copied():
    kept_out = {"ApiToken", "Gateway", "Channel", "Kept", "Message", "Device", "PhoneCode", "Session", "Entry", "Seal", "Mark", "Clock",
                "Stake", "Counter", "Paper", "Notice", "File", "Job", "Matter", "Hazard", "Call", "Incident", "Callout"}
    assert kept_out <= {m.__name__ for m in apps.get_models()}
    assert kept_out & {m.__name__ for m in copied_models()} == set()
