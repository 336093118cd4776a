"""Followers read what is sealed, once, after their own cursor."""

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from anlan.kernel import follow
from anlan.kernel.door import advance
from anlan.kernel.follow import Follower, follow_all, follow_once, follow_up, follower, reset
from anlan.kernel.journal import seal_all
from anlan.kernel.models import Cursor, Entry

from .conftest import ANNA, NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard(monkeypatch):
    monkeypatch.setattr(follow, "FOLLOWERS", {})
    return []


def test_a_follower_hears_each_sealed_entry_once_and_in_order(report, heard):
    f = Follower("ear", lambda batch: heard.extend((s.no, s.entry.verb) for s in batch), None, 2)
    ref = report()
    assert follow_once(f) == 0
    advance(ref, "take", actor=ANNA, at=NOON)
    advance(ref, "mend", actor=ANNA, at=NOON)
    seal_all()
    assert [follow_once(f) for _ in range(3)] == [2, 1, 0]
    assert heard == [(1, "report"), (2, "take"), (3, "mend")]
    assert Cursor.objects.get(name="ear").no == 3


def test_a_follower_of_some_kinds_passes_over_the_others(report, heard):
    f = Follower("ear", lambda batch: heard.extend(batch), frozenset({"crew"}), 100)
    report()
    seal_all()
    assert (follow_once(f), heard, Cursor.objects.get(name="ear").no) == (1, [], 1)


def test_one_follower_catches_up_and_reads_entries_of_its_kinds_only(report, heard):
    follow.FOLLOWERS["ear"] = Follower("ear", lambda batch: heard.extend(s.no for s in batch), frozenset({"crew"}), 2)
    for _n in range(3):
        report()
    seal_all()
    with CaptureQueriesContext(connection) as asked:
        assert (follow_up("ear"), heard, Cursor.objects.get(name="ear").no) == (3, [], 3)
    assert [q["sql"] for q in asked if "kernel_entry" in q["sql"] and '"kind" IN' not in q["sql"]] == []


def test_what_a_follower_need_not_hear_is_passed_over_however_long(report, heard):
    """Two batches of one each, and the rest of the journal in one step."""
    f = Follower("ear", lambda batch: heard.append([s.no for s in batch]), None, 1, lambda: Q(entry__verb="take"))
    for _n in range(2):
        ref = report()
        advance(ref, "take", actor=ANNA, at=NOON)
        advance(ref, "mend", actor=ANNA, at=NOON)
    seal_all()
    assert ([follow_once(f) for _ in range(4)], heard) == ([2, 3, 1, 0], [[2], [5]])
    assert Cursor.objects.get(name="ear").no == 6


def test_a_batch_that_raises_is_heard_again(report, heard):
    def fail(batch):
        heard.append(len(batch))
        if len(heard) == 1:
            raise RuntimeError("deaf")

    f = Follower("ear", fail, None, 100)
    report()
    seal_all()
    with pytest.raises(RuntimeError):
        follow_once(f)
    assert (follow_once(f), heard) == (1, [1, 1])


def test_one_that_raises_keeps_no_other_from_hearing(report, heard):
    @follower("deaf")
    def deaf(batch):
        raise RuntimeError("deaf")

    @follower("ear")
    def ear(batch):
        heard.extend(s.no for s in batch)

    report()
    seal_all()
    with pytest.raises(RuntimeError, match="deaf"):
        follow_all()
    assert heard == [1]


def test_what_a_follower_does_carries_the_same_request_when_it_is_replayed(report, heard):
    report()
    seal_all()
    f = Follower("ear", lambda batch: heard.extend((s.request("ear"), s.request("ear", 1)) for s in batch), None, 100)
    follow_once(f)
    reset("ear")
    follow_once(f)
    assert heard[0] == heard[1]
    assert len({*heard[0]}) == 2


def test_a_name_belongs_to_one_follower(heard):
    @follower("ear")
    def one(batch): ...

    with pytest.raises(ValueError, match="follower ear registered twice"):
        @follower("ear")
        def two(batch): ...
    assert Entry.objects.count() == 0
