"""Figures and the rows behind them."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from anlan.kernel import marks
from anlan.kernel.door import advance
from anlan.kernel.journal import seal_all
from anlan.kernel.marks import Count
from anlan.kernel.models import Mark
from anlan.kernel.tests.toy.models import Leak

from .conftest import ANNA, NOON, minutes

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def three(report):
    """One of each grade and grid; the second is taken on the next day, the third is cancelled at once."""
    refs = [report(), report(area="G2", grade="major"), report(area="G2")]
    advance(refs[1], "take", actor=ANNA, at=NOON + DAY)
    advance(refs[2], "cancel", actor=ANNA, at=NOON + minutes(1))
    seal_all()
    return [Leak.objects.get(uid=r.uid).id for r in refs]


def test_a_figure_is_the_sum_of_the_rows_behind_it(three, ground):
    for day, cells, area, level, ids in (
            (0, ("open",), None, None, [0, 1]), (1, ("open",), None, None, [0]),
            (1, ("open", "mending"), None, None, [0, 1]), (1, ("open", "mending"), "C2", None, [1]),
            (0, ("open",), None, "major", [1]), (0, ("closed",), "C2", None, [2])):
        count = Count("leak", cells, ground[area].id if area else None, at=NOON + day * DAY + minutes(2), level=level)
        rows = marks.rows(count, limit=None)
        assert rows == [(three[i], Decimal(1)) for i in ids]
        assert marks.total(count) == sum(share for _id, share in rows)


def test_rows_come_by_key_and_page(three):
    count = Count("leak", ("open", "closed"), at=NOON + minutes(2))
    first = marks.rows(count, limit=2)
    assert [i for i, _share in first] == three[:2]
    assert [i for i, _share in marks.rows(count, after=first[-1][0], limit=2)] == three[2:]


def test_events_count_by_the_day_they_belong_to(three):
    since = NOON.date()
    count = Count("leak", ("found",), since=since - DAY, until=since + DAY)
    assert marks.by_day(count) == {since: Decimal(2)}
    assert marks.happened("leak", "found", since=since + DAY, until=since + DAY) == 0
    assert marks.happened("leak", "found", since=since, until=since, facets=("chained",)) == 0
    assert marks.happened("leak", ("found", "mended"), since=since, until=since, at=NOON - minutes(1)) == 0


def test_areas_of_a_level_share_the_figure(three, ground):
    count = Count("leak", ("open", "closed"), at=NOON + minutes(2))
    ids = {code: area.id for code, area in ground.items()}
    assert marks.by_area(count, 2) == {ids["C1"]: 1, ids["C2"]: 2}
    assert marks.by_area(count, 0) == {ids["D"]: 3}


def test_what_is_not_sealed_does_not_count_yet(report):
    report()
    assert marks.standing("leak", "open", at=NOON) == 0
    seal_all()
    assert marks.standing("leak", "open", at=NOON) == 1
    assert marks.standing("leak", "open", at=NOON, head=0) == 0


def test_a_party_that_answers_is_a_dimension(three):
    assert marks.standing("leak", "open", at=NOON + DAY, party_id=5) == 0
    assert marks.Count("leak", ("open",), since=date(2021, 1, 1)).sort == "e"


def test_many_figures_come_in_one_statement(three, django_assert_num_queries):
    asked = [Count("leak", ("open",), at=NOON + DAY), Count("leak", ("found",), since=NOON.date(), until=NOON.date())]
    with django_assert_num_queries(1):
        told = marks.totals(asked)
    assert told == [marks.total(count) for count in asked] and marks.totals([]) == []


def test_a_figure_is_told_for_each_party_that_answered_then(three):
    count = Count("leak", ("open",), at=NOON + minutes(2))
    assert marks.by_party(count) == {}
    Mark.objects.filter(kind="leak", case_id=three[0]).update(party_id=5)
    assert marks.by_party(count) == {5: 1}
