"""The daily sums are what the marks give, each of them; one that is not is found, and made anew."""

import json
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from anlan.kernel import folds
from anlan.kernel.follow import follow_all
from anlan.kernel.journal import seal_all
from anlan.kernel.models import Fold, FoldMonth, Mark
from anlan.people.testing import NOON
from anlan.reports.command import main

from .conftest import BEFORE, SIGNATURE, find

pytestmark = pytest.mark.django_db


@pytest.fixture
def work(walk, restaurant):
    """Two months of visits and hazards; one hazard is cancelled, the last visit waits for the follower."""
    def visit(at, *names):
        finds = [find("", name, days=3, before=[BEFORE]) for name in names]
        walk("visit", uuid4(), "drop_in", "warden", at, premises=str(restaurant.uid), result="hazards", finds=finds,
             signature=[SIGNATURE], signer="陈某")
        return [UUID(f["uid"]) for f in finds]

    visit(NOON - timedelta(days=29), "灭火器过期")
    one, _two = visit(NOON, "地面湿滑", "通道堆物")
    walk("hazard", one, "cancel", "street", NOON, reason="不属于隐患")
    seal_all()
    follow_all()
    visit(NOON + timedelta(hours=1), "插座松动")
    seal_all()


def told(capsys, *more):
    code = main(["rollups", "--json", *more])
    return code, json.loads(capsys.readouterr().out)


def test_every_sum_is_what_its_marks_give_before_and_after_the_follower(work, capsys):
    code, first = told(capsys)
    assert (code, first["differences"]) == (0, []), "what the follower has not heard of is in no sum yet"
    assert first["compared"] == Fold.objects.count() + FoldMonth.objects.count() > 20
    follow_all()
    code, second = told(capsys)
    assert (code, second["differences"]) == (0, [])
    assert Fold.objects.get(kind="visit", cell="check", day=NOON.date()).came == 2, "the visit that waited is in its day's sum"


def test_a_sum_that_was_tampered_with_is_named_with_both_numbers_and_can_be_made_anew(work, capsys):
    held = Fold.objects.get(kind="hazard", cell="found", day=NOON.date())
    Fold.objects.filter(id=held.id).update(came=held.came + 5)
    code, found = told(capsys)
    (one,) = found["differences"]
    assert code == 1
    assert (one["span"], one["kind"], one["cell"], one["level"], one["day"]) == ("day", "hazard", "found", "general", "2021-06-01")
    assert (float(one["sum"][0]), float(one["marks"][0])) == (held.came + 5, held.came)
    assert main(["rollups"]) == 1
    assert "1项不符" in capsys.readouterr().out
    assert told(capsys, "--rebuild")[0] == 0
    assert main(["rollups"]) == 0


def test_a_mark_that_was_tampered_with_and_a_sum_that_is_missing_are_found(work, capsys):
    mark = Mark.objects.filter(kind="visit", cell="check").earliest("id")
    Mark.objects.filter(id=mark.id).update(delta=2)
    FoldMonth.objects.filter(kind="hazard", month="2021-05-01").delete()
    _compared, found = folds.apart()
    assert [(a.span, a.kind, a.cell, a.came) for a in found if a.kind == "visit"] == [("day", "visit", "check", 1)]
    missing = [a for a in found if a.kind == "hazard"]
    assert missing and {(a.span, a.came) for a in missing} == {("month", None)}
