"""The small district that tests stand on is walked to once in a process, and then put back row for row."""

import pytest
from django.db import connection, transaction

from anlan.kernel import rulebook
from anlan.kernel.models import Entry
from anlan.people.testing import NOON, small_district, standing_district
from anlan.toolkit import testing

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_held(monkeypatch):
    monkeypatch.setattr(testing, "_held", {})
    yield
    rulebook.forget()


def rows() -> dict[str, list[tuple[object, ...]]]:
    found = {}
    with connection.cursor() as cursor:
        for table in testing._filled():
            cursor.execute(f'SELECT t::text FROM "{table}" t ORDER BY 1')
            found[table] = cursor.fetchall()
    return found


def undone(ask):
    """What `ask` tells of a district that has not been afterwards."""
    with transaction.atomic():
        told = ask(small_district())
        transaction.set_rollback(True)
    return told


def test_what_is_put_back_is_row_for_row_what_was_walked_to():
    walked, back = undone(lambda place: rows()), undone(lambda place: rows())
    assert walked == back and len(walked) > 15


def test_its_people_act_and_its_rules_hold_as_before():
    def told(place):
        book = rulebook.rulebook()
        return place.actor("street"), place.areas["G111"].uid, book.value("hazard.recur_days", NOON.date()), book.lineage(
            place.areas["G111"].id, NOON.date())

    assert undone(told) == undone(told)


def test_where_something_has_been_done_already_nothing_is_put_back(monkeypatch):
    undone(lambda place: None)
    small_district()
    monkeypatch.setattr(testing.Rows, "put_back", lambda rows: pytest.fail("rows were put where others stand"))
    assert testing.kept(("district", NOON), lambda: "walked to") == "walked to"


def test_a_district_that_stands_for_a_file_is_there_for_each_test_as_it_was_built(monkeypatch, django_db_blocker):
    walked = undone(lambda place: rows())
    with standing_district(django_db_blocker):
        monkeypatch.setattr(testing.Rows, "put_back", lambda rows: pytest.fail("it was put there once more"))
        taken = undone(lambda place: (place.actor("street"), place.posts.pop("street")))
        assert undone(lambda place: (rows(), place.actor("street"), place.posts["street"])) == (walked, *taken)
    assert not Entry.objects.exists()


def test_what_was_built_on_top_of_something_does_not_count_as_standing():
    small_district()
    with testing.standing(("other", NOON), lambda: "first"):
        assert testing.kept(("other", NOON), lambda: "again") == "again"
