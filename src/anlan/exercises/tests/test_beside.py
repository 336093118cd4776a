"""The exchanged connection itself, with everything committed, and the worker that works in both spaces."""

import threading
import time
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection, transaction

from anlan.commands.tables import bring_up
from anlan.exercises.testing import open_exercise
from anlan.incidents.models import Incident
from anlan.kernel import instance, spaces
from anlan.kernel.actors import SYSTEM
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.models import Area, Entry, Pending, Seal
from anlan.kernel.refusals import Refused
from anlan.people.models import Appointment, Person
from anlan.people.standing import actor_for
from anlan.people.testing import NOON, small_district
from anlan.places.actions import open_one
from anlan.worker import Worker


@pytest.fixture
def exercise(transactional_db, settings, tmp_path):
    settings.ANLAN_HOME, settings.MEDIA_ROOT = tmp_path, tmp_path / "files"
    small_district()
    yield open_exercise(speed=600)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {spaces.schema()} CASCADE")


def of_the_bureau():
    held = Appointment.objects.filter(post__roles__contains=["emergency"]).order_by("id").first()
    return actor_for(held.person_id, held.post_id, instance.instance_clock())


def soon(true):
    end = time.monotonic() + 30
    while not true() and time.monotonic() < end:
        time.sleep(0.05)
    return true()


def in_exercise(ask):
    with spaces.within(spaces.EXERCISE):
        return ask()


def test_the_connection_leads_to_one_space_and_the_worker_works_in_both(exercise, settings):
    people, entries = Person.objects.count(), Entry.objects.count()
    with spaces.within(spaces.EXERCISE):
        assert (spaces.here(), Person.objects.count()) == (spaces.EXERCISE, people)
        open_one("organisation", "create", {"code": "X", "name": "演练单位", "sort": "department", "valid_from": NOON.date(),
                                            "area": Area.objects.get(level=0).uid}, actor=SYSTEM, at=instance.instance_clock())
        with pytest.raises(RuntimeError, match="nothing leads"), spaces.within(spaces.REAL):
            pass
    assert (spaces.here(), Entry.objects.count()) == (spaces.REAL, entries)
    with transaction.atomic(), pytest.raises(RuntimeError, match="no transaction"), spaces.within(spaces.EXERCISE):
        pass
    worker = Worker(settings.ANLAN_HOME)
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        assert soon(lambda: in_exercise(lambda: Seal.objects.exists() and not Pending.objects.exists()))
        began = exercise.begins_at
        assert soon(lambda: in_exercise(lambda: instance.instance_clock() > began))
        advance(Ref("exercise", exercise.uid), "end", actor=SYSTEM, at=instance.instance_clock())
        assert soon(lambda: in_exercise(lambda: instance.speed() == 0))
        assert instance.instance_clock() == NOON
    finally:
        worker.stop()
        thread.join(20)


def test_without_an_exercise_there_is_no_way_in(transactional_db):
    assert not spaces.exists()
    with spaces.within(spaces.EXERCISE), pytest.raises(OperationalError, match="there is no schema exercise"):
        Person.objects.exists()


# A new version of the product over an exercise of an older one


def columns():
    with connection.cursor() as cursor:
        cursor.execute("SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema() AND "
                       "table_name = 'incidents_incident'")
        return {name for (name,) in cursor.fetchall()}


def made_old():
    """The exercise's tables as the version before left them."""
    with spaces.within(spaces.EXERCISE):
        call_command("migrate", "incidents", "0005", verbosity=0)


def test_an_open_exercise_follows_a_new_version(exercise):
    real = columns()
    made_old()
    assert (in_exercise(columns), columns()) == (real - {"readiness", "law_done"}, real)
    bring_up()
    exercise.refresh_from_db()
    assert (in_exercise(columns), exercise.state, exercise.outgrown) == (real, "open", False)
    uid = uuid4()
    with spaces.within(spaces.EXERCISE):
        advance(Ref("incident", uid), "open", actor=of_the_bureau(), at=instance.instance_clock(), given={"title": "车库渍水"})
        assert Incident.objects.get(uid=uid).law_done == []
    assert not Incident.objects.exists()


def test_an_exercise_that_cannot_follow_ends_with_a_sentence_and_the_real_house_opens(exercise, caplog):
    made_old()
    with spaces.within(spaces.EXERCISE), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE incidents_incident ADD readiness text")  # what the new version adds stands there already
    bring_up()
    exercise.refresh_from_db()
    assert (exercise.state, exercise.outgrown, spaces.exists(), spaces.opened()) == ("ended", True, False, None)
    assert "do not follow this version" in caplog.text
    with pytest.raises(Refused, match="系统升级后这场演练的内容不能再用，请另开一场"):
        advance(Ref("exercise", exercise.uid), "resume", actor=SYSTEM, at=instance.instance_clock())
    bring_up()  # and at the next start nothing is tried again
    assert Entry.objects.filter(kind="exercise", verb="outgrow").count() == 1
    assert open_exercise("另一场").state == "open"


def test_without_an_exercise_nothing_is_brought_up(transactional_db):
    small_district()
    bring_up()
    assert not spaces.exists()
