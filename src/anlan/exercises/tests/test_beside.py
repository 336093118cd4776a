"""The exchanged connection itself, with everything committed, and the worker that works in both spaces."""

import threading
import time

import pytest
from django.db import OperationalError, connection, transaction

from anlan.exercises.testing import open_exercise
from anlan.kernel import instance, spaces
from anlan.kernel.actors import SYSTEM
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.models import Area, Entry, Pending, Seal
from anlan.people.models import Person
from anlan.people.testing import NOON, small_district
from anlan.places.actions import open_one
from anlan.worker import Worker


@pytest.fixture
def exercise(transactional_db, settings, tmp_path):
    settings.ANLAN_HOME, settings.MEDIA_ROOT = tmp_path, tmp_path / "files"
    small_district()
    yield open_exercise(speed=600)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA {spaces.schema()} CASCADE")


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

