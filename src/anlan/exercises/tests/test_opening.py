"""What is copied when an exercise opens, and that the copy is a whole instance by itself."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.apps import apps
from django.test import Client
from PIL import Image

from anlan.exercises.opening import copied_models
from anlan.exercises.testing import open_exercise
from anlan.incidents.models import ContingencyPlan
from anlan.kernel import instance
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.follow import follow_all
from anlan.kernel.journal import seal_all, verify
from anlan.kernel.models import Area, Entry
from anlan.people.models import Organisation, Person
from anlan.people.testing import NOON, PASSWORD
from anlan.places.actions import open_one
from anlan.toolkit.attachments.access import file_for, files_of
from anlan.toolkit.attachments.keeping import keep, store
from anlan.toolkit.attachments.models import File

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


def test_a_plans_text_comes_along_and_what_was_sent_for_another_reason_does_not(place, inside):
    bureau = {"actor": place.actor("emergency"), "at": NOON}
    plan = open_one("contingency_plan", "create", {
        "code": "YA-01", "name": "防汛预案", "sort": "natural", "edition": "2021版", "area": place.areas["D"].uid,
        "owner": place.houses["emergency_bureau"].uid}, **bureau)
    text = keep(picture(1), "预案.jpg", **bureau)
    other = keep(picture(2), "现场.jpg", **bureau)
    advance(Ref("contingency_plan", plan), "attach", given={"text": [text.sha256]}, **bureau)
    assert "预案.jpg" in text_of(signed_in(place), plan)
    open_exercise()
    with inside():
        assert list(File.objects.values_list("sha256", flat=True)) == [text.sha256]
        assert store().get(text.kept_sha256) and other.kept_sha256 not in store()
        held = ContingencyPlan.objects.get(uid=plan)
        assert [(role, sha) for role, sha, _file in files_of("contingency_plan", [held.id])[held.id]] == [("plan", text.sha256)]
        assert file_for(place.actor("street"), NOON, text.sha256) is not None
        seal_all()
        assert verify().breaks == []


def picture(shade):
    made = BytesIO()
    Image.new("RGB", (60, 40), (shade * 40, 90, 120)).save(made, "JPEG")
    return made.getvalue()


def signed_in(place):
    client = Client()
    client.post("/sign-in/", {"login_name": place.login("emergency"), "password": PASSWORD})
    return client


def text_of(client, plan):
    return client.get(f"/desk/contingency-plans/{plan}/").content.decode()
