"""The wording of a reader's rows is kept for a moment; the rows never are."""

from datetime import timedelta

import pytest

from anlan.onemap import worded
from anlan.onemap.asked import TileAt, read
from anlan.onemap.tiles import look
from anlan.people.testing import NOON
from anlan.toolkit.tilekey import key, tile

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(place, monkeypatch):
    """told(who, at, **words) → titles in the tile around a grid; told.worded counts how often a statement was worded."""
    monkeypatch.setattr(worded, "_kept", {})
    said = []
    monkeypatch.setattr(worded, "_said", lambda rows, real=worded._said: said.append(1) or real(rows))

    def titles(who, at=NOON, grid="G111", **words):
        where = TileAt(16, *tile(key(*place.point(grid)), 16))
        return [t.title for t in look(read("premises", place.actor(who, at=at), at, words), where).things]

    titles.worded = said
    return titles


def test_what_has_come_meanwhile_is_in_the_next_tile(told, shop):
    shop(name="甲店")
    before = told("street")
    shop(name="乙店")
    assert (before, sorted(told("street")), len(told.worded)) == (["甲店"], ["乙店", "甲店"], 1)


def test_each_reader_and_each_question_has_a_wording_of_its_own(told, shop):
    shop(name="甲店", place_type="hotel")
    assert {who: told(who) for who in ("street", "street2", "director", "unit")} == {
        "street": ["甲店"], "street2": [], "director": ["甲店"], "unit": []}
    assert told("street", place_type="restaurant") == []
    assert told("street", grid="G121") == []
    assert len(told.worded) == 5  # another tile needs none


def test_a_wording_is_kept_for_a_moment_only(told, shop):
    shop()
    for seconds in (0, 1, 3):
        told("street", NOON + timedelta(seconds=seconds))
    assert len(told.worded) == 2


def test_what_the_wording_asked_the_database_is_not_kept(place, told, shop):
    shop(name="甲店")
    words = {"area": str(place.areas["G111"].uid)}
    assert [told("street", **words), told("street", **words), len(told.worded)] == [["甲店"], ["甲店"], 2]
