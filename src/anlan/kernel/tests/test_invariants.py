"""Whatever people do in whatever order, with corrections: the numbers hold together."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from hypothesis import event, given

from anlan.kernel import folds, marks, tick
from anlan.kernel.changes import Ref
from anlan.kernel.corrections import correct
from anlan.kernel.door import advance, advance_many
from anlan.kernel.follow import FOLLOWERS, follow_once
from anlan.kernel.journal import seal_all, verify
from anlan.kernel.models import Clock, ClockPause, Entry, Fold, FoldMonth, Mark, Stake
from anlan.kernel.refusals import Refused
from anlan.kernel.tests.toy.flow import LEAK
from anlan.kernel.tests.toy.models import Crew, Job, Leak

from .conftest import ANNA, BEN, NOON
from .walks import FEW, Walk, steps

pytestmark = pytest.mark.django_db
WAYS: list[dict[str, Any]] = [
    {"level": "major"}, {"level": "minor"}, {"at": -7000}, {"at": 900}, {"withdraw": True}, {"area_id": "G2"},
    {"belongs_on": timedelta(40)}, {"facet": "by_phone"}, {"party_id": 7},
]


@pytest.fixture
def party(ground):
    ref = Ref("crew", uuid4())
    advance(ref, "create", actor=ANNA, at=NOON, given={"name": "甲班", "area": str(ground["S"].uid)})
    return Crew.objects.get().id


def walk_through(ground, party, walk, when_idle=lambda now: None):
    path = Walk(ground, party, corrections=True)
    for step in walk:
        what = path.next(step)
        if what is None:
            tick.tick(at=path.now)
            when_idle(path.now)
        elif isinstance(what, int):
            put_right(ground, what * 5 + step.wait, path.now)
        else:
            advance_many([what])


def put_right(ground, pick, now):
    entries = Entry.objects.filter(kind="leak", data__has_key="marks").order_by("id")
    entry = entries[pick % len(entries)]
    given = dict(WAYS[pick % len(WAYS)])
    if "at" in given:
        given["at"] = min(entry.at + timedelta(minutes=given["at"]), now)
    if "area_id" in given:
        given["area_id"] = ground["G2"].id
    if "belongs_on" in given:
        given["belongs_on"] = (entry.at + given["belongs_on"]).date()
    try:
        correct(entry, reason="原记录有误", actor=BEN, at=now, given=given)
        event("corrected " + next(iter(given)))
    except Refused:
        pass


def assert_whole():
    for kind, model in (("leak", Leak), ("job", Job)):
        counted = Counter(Entry.objects.filter(kind=kind).values_list("subject_id", flat=True))
        assert dict(model.objects.values_list("id", "version")) == counted
    standing = Counter[tuple[Any, ...]]()
    for m in Mark.objects.filter(sort="s", kind="leak"):
        standing[m.case_id, m.cell, m.area_id, m.party_id, m.level, m.facet] += int(m.delta)
    assert {k for k, v in standing.items() if v} == {(x.id, *LEAK.cell(x)) for x in Leak.objects.all()}
    assert set(standing.values()) <= {0, 1}
    assert_one_cell_at_any_instant()
    closed = list(Leak.objects.filter(state="closed").values_list("id", flat=True))
    running = Clock.objects.filter(stopped_at=None)
    assert max(Counter(running.values_list("kind", "case_id", "name")).values(), default=0) <= 1
    assert running.filter(kind="leak", case_id__in=closed).count() == 0
    assert Stake.objects.filter(kind="leak", case_id__in=closed).count() == 0
    assert ClockPause.objects.filter(until=None).count() == running.filter(paused_at__isnull=False).count()
    assert set(Clock.objects.exclude(stopped_at=None).values_list("outcome", flat=True)) <= {
        "met", "late", "fired", "void", "met_told_late"}


def assert_one_cell_at_any_instant():
    """At each instant a case stands in one cell, from its opening on; an opening may have been corrected to later."""
    by_case: dict[int, list[Mark]] = {}
    for m in Mark.objects.filter(sort="s").order_by("at"):
        by_case.setdefault(m.case_id, []).append(m)
    for rows in by_case.values():
        standing, opened = Counter[tuple[Any, ...]](), False
        for at, group in groupby(rows, key=lambda m: m.at):
            for m in group:
                standing[m.cell, m.area_id, m.party_id, m.level] += int(m.delta)
            held = sorted(v for v in standing.values() if v)
            opened = opened or bool(held)
            assert held == [1] * opened, at
        assert opened


@FEW
@given(walk=steps)
def test_random_histories_keep_the_invariants(ground, party, walk):
    with transaction.atomic():
        walk_through(ground, party, walk)
        assert_whole()
        seal_all()
        assert verify().breaks == []
        transaction.set_rollback(True)


def day_by_day(last):
    for n in range((last - NOON).days + 3):
        yield NOON.date() + timedelta(days=n - 1)


def assert_folds_equal_marks(now):
    for day in day_by_day(now):
        for cell in ("open", "mending", "mended"):
            assert folds.standing_folded("leak", cell, None, day) == marks.standing(
                "leak", cell, at=folds.end_of(day)), (day, cell)
    first, last = NOON.date() - timedelta(days=9), now.date() + timedelta(days=60)
    for name in ("found", "mended", "cost", "excused"):
        assert folds.happened_folded("leak", name, None, first, last) == marks.happened(
            "leak", name, since=first, until=last)


@FEW
@given(walk=steps)
def test_folds_equal_marks_on_every_day(ground, party, walk):
    def follow(now):
        seal_all()
        follow_once(FOLLOWERS["folds"])

    with transaction.atomic():
        walk_through(ground, party, walk, follow)
        now = Entry.objects.latest("id").told_at + timedelta(days=5)
        follow(now)
        assert_folds_equal_marks(now)
        by_place = {(f.cell, f.level, f.area_id, f.day): f.came - f.went for f in Fold.objects.filter(sort="s")}
        folds.rebuild()
        again = {(f.cell, f.level, f.area_id, f.day): f.came - f.went for f in Fold.objects.filter(sort="s")}
        assert again == by_place
        assert_folds_equal_marks(now)
        transaction.set_rollback(True)


def test_folds_are_kept_by_community_and_month(ground, report):
    for day in (0, 20, 40):
        report(at=NOON + timedelta(days=day), area="G2" if day else "G1")
    seal_all()
    while follow_once(FOLLOWERS["folds"]):
        pass
    assert sorted(FoldMonth.objects.values_list("area__code", "month", "change")) == [
        ("C1", NOON.date(), Decimal(1)), ("C2", NOON.date(), Decimal(1)),
        ("C2", NOON.date() + timedelta(days=30), Decimal(1))]
    two = ground["C2"].id
    assert [folds.standing_folded("leak", "open", [two], NOON.date() + timedelta(days=d)) for d in (19, 20, 40)] == [
        0, 1, 2]
    assert folds.happened_folded("leak", "found", [two], NOON.date(), NOON.date() + timedelta(days=20)) == 1


def test_what_stands_at_midnight_belongs_to_the_day_that_begins(ground, report):
    midnight = folds.end_of(NOON.date()) + timedelta(microseconds=1)
    report(at=midnight)
    seal_all()
    while follow_once(FOLLOWERS["folds"]):
        pass
    for day, count in ((0, 0), (1, 1)):
        on = NOON.date() + timedelta(days=day)
        assert marks.standing("leak", "open", at=folds.end_of(on)) == count
        assert folds.standing_folded("leak", "open", None, on) == count
