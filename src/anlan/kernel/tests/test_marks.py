"""Figures and the rows behind them."""

from copy import copy
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest

from anlan.kernel import marks
from anlan.kernel.door import advance
from anlan.kernel.journal import seal_all
from anlan.kernel.marks import Count, Stood
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


TRAIT = {"facet": lambda m: m.facet, "level": lambda m: m.level, "party": lambda m: m.party_id, "day": lambda m: m.belongs_on,
         "area": lambda m: m.area_id}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_how_many_different_ones_there_were_is_the_sum_of_their_witnesses(three, ground, seed):
    rng = Random(seed)
    held = Mark.objects.filter(kind="leak", sort="e").first()
    areas = [ground[code].id for code in ("G1", "G2")]
    made = [Mark(entry_id=held.entry_id, case_id=rng.choice(three), kind="leak", sort="e", cell="seen", delta=delta, at=NOON,
                 area_id=rng.choice(areas), facet=rng.choice(("", "a", "b", "c")), level=rng.choice(("", "low", "high")),
                 party_id=rng.choice((None, 5, 6)), belongs_on=NOON.date() + rng.randrange(40) * DAY)
            for delta in (1, 1, 1, 2) for _n in range(4)]
    Mark.objects.bulk_create([*made, *(taken_back(m) for m in made[::3])])
    for trait, of in TRAIT.items():
        count = Count("leak", ("seen",), since=NOON.date(), until=NOON.date() + 90 * DAY, distinct=trait)
        kept = [m for n, m in enumerate(made) if n % 3 and of(m) not in (None, "")]
        values = {of(m) for m in kept}
        first = sorted(min(m.case_id for m in kept if of(m) == value) for value in values)
        assert marks.total(count) == len(values)
        assert marks.rows(count, limit=None) == [(id, first.count(id)) for id in sorted(set(first))]
        assert marks.by_area(count, 3) == {id: n for id in areas if (n := len({of(m) for m in kept if m.area_id == id}))}
        months = {m.belongs_on.replace(day=1) for m in kept}
        assert marks.by_month_of([count])[0] == {x: len({of(m) for m in kept if m.belongs_on.replace(day=1) == x}) for x in months}


def seen(three, case, day, facet, area, kind="leak", cell="seen", delta=1):
    entry = Mark.objects.filter(kind="leak", sort="e").first().entry_id
    return Mark.objects.create(entry_id=entry, case_id=three[case], kind=kind, sort="e", cell=cell, delta=delta, at=NOON, area_id=area.id,
                               facet=facet, level="", belongs_on=NOON.date() + day * DAY)


def test_the_first_and_the_last_day_are_days_with_the_case_that_shows_them(three, ground):
    asked = {p: Count("leak", ("seen",), since=NOON.date(), until=NOON.date() + 9 * DAY, distinct="day", pick=p) for p in ("first", "last")}
    assert [(marks.total(count), marks.total(count).day, marks.rows(count)) for count in asked.values()] == [(0, None, [])] * 2
    for case, day, delta in ((0, 3, 1), (1, 1, 1), (1, 1, -1), (1, 5, 1), (2, 20, 1)):
        seen(three, case, day, "a", ground["G1"], delta=delta)
    first, last = (marks.total(count) for count in asked.values())
    assert (first.day, last.day) == (NOON.date() + 3 * DAY, NOON.date() + 5 * DAY)
    assert [marks.rows(count) for count in asked.values()] == [[(three[0], first)], [(three[1], last)]]
    assert marks.by_area(asked["last"], 3) == {ground["G1"].id: last}


def test_a_value_counts_where_the_others_show_it_too(three, ground):
    both = Count("leak", ("seen",), since=NOON.date(), until=NOON.date(), distinct="facet", also_in=(("pump", ("lent",)),))
    for facet in "abc":
        seen(three, 0, 0, facet, ground["G1"])
    for day, facet, delta in ((0, "a", 1), (0, "d", 1), (0, "b", 1), (0, "b", -1), (1, "c", 1)):
        seen(three, 1, day, facet, ground["G1"], "pump", "lent", delta)
    assert (marks.total(both), marks.rows(both)) == (1, [(three[0], 1)])


def taken_back(mark):
    """The same again with the other sign: it has not happened."""
    back = copy(mark)
    back.delta = -mark.delta
    return back


def test_how_many_parties_answered_for_what_stood_is_asked_with_other_figures(three, django_assert_num_queries):
    Mark.objects.filter(kind="leak", case_id__in=three[:2]).update(party_id=5)
    asked = [Count("leak", ("open",), at=NOON + minutes(2), distinct="party"), Count("leak", ("open",), at=NOON + minutes(2))]
    with django_assert_num_queries(1):
        assert marks.totals(asked) == [1, 2]
    assert marks.rows(asked[0]) == [(three[0], 1)]


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


def test_a_figure_can_be_narrowed_to_what_another_case_stood_as(three, django_assert_num_queries):
    """Here the other case is the same one: a leak's own facet at the instant, whatever its state."""
    first, second, third = three
    for id, facet in ((first, "steel"), (second, "clay")):
        Mark.objects.filter(kind="leak", case_id=id, sort="s").update(facet=facet)
    asked = Count("leak", ("found",), since=NOON.date(), until=NOON.date(), at=NOON + minutes(2))
    groups = {"steel": "metal", "iron": "metal", "clay": "stone"}
    behind = dict(marks.rows(asked, limit=None))
    assert behind.keys() <= {first, second, third}
    for group in ("metal", "stone"):
        narrowed = replace(asked, stood=Stood("leak", "", tuple(f for f, g in groups.items() if g == group)))
        one = {id: share for id, share in behind.items() if id == {"metal": first, "stone": second}[group]}
        assert dict(marks.rows(narrowed)) == one
        assert marks.total(narrowed) == marks.by_stood(asked, "leak", "", groups).get(group, 0) == sum(one.values())
    early = replace(asked, at=NOON - DAY, stood=Stood("leak", "", ("steel",)))
    with django_assert_num_queries(1):
        assert marks.totals([early]) == [0], "it did not stand yet"
