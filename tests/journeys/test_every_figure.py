"""Of every registered indicator, over random histories: folding its rows gives the figure, and moves change it as predicted."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest

from anlan.kernel import marks
from anlan.kernel.actors import SYSTEM
from anlan.kernel.follow import follow_all
from anlan.kernel.journal import seal_all
from anlan.people.testing import NOON
from anlan.places.actions import open_one
from anlan.toolkit import dimensions, indicators, spreads
from anlan.toolkit.indicators import INDICATORS, counts_of, period_of, question_of
from anlan.toolkit.registers.contract import rows_fold_to_the_figure
from tests.world import undone

from .histories import History
from .moves import DEEDS
from .moves.stage import AS_OF, Stage, summed

pytestmark = pytest.mark.django_db
OWN = sorted(i.id for i in INDICATORS.values() if ".tests." not in i.ask.__module__)
YEAR = {"since": date(2021, 1, 1)}
LENGTH = 50
SOME = {"H", "P", "gas_department", "emergency_bureau"}


@pytest.fixture
def lived(place, restaurant):
    """lived(seed) → a history of that seed over three units in two streets."""
    for name, grid, who in (("茶馆", "G211", "street2"), ("旅馆", "G121", "street")):
        open_one("premises", "create", {"name": name, "place_type": "hotel", "address": f"{name}路1号", "area": place.areas[grid].uid,
                                        "department": place.houses["gas_department"].uid},
                 actor=place.actor(who), at=NOON - timedelta(days=60))
    open_one("risk_point", "create", {"premises": restaurant.uid, "name": "后厨", "method": "ls", "likelihood": "4", "consequence": "4"},
             actor=place.actor("street"), at=NOON - timedelta(days=59))

    def made(seed):
        history = History(place, Random(seed))
        history.run(LENGTH)
        follow_all()
        seal_all()
        assert history.made == LENGTH
        return history

    return made


def asked(place, rng):
    """Some ground, some last day, some first day."""
    area = rng.choice((None, "D", "S1", "S2", "C11", "G111", "G211"))
    on = NOON.date() - timedelta(days=rng.randrange(0, 40))
    return {"area_id": place.areas[area].id if area else None, "on": on, "since": on - timedelta(days=rng.choice((0, 6, 29, 90)))}


def each_value(id):
    """Every value of every further dimension that an indicator declares."""
    return [{d: choice.word} for d in INDICATORS[id].more for choice in dimensions.choices_of(d) if choice.word in SOME]


@pytest.mark.parametrize("seed", [1, 2])
def test_folding_the_rows_gives_the_figure_of_every_indicator(lived, place, seed):
    lived(seed)
    rng = Random(seed + 100)
    told = {id: {rows_fold_to_the_figure(id, actor=SYSTEM, at=NOON, **asked(place, rng)).value for _n in range(4)}
            | {rows_fold_to_the_figure(id, actor=SYSTEM, at=NOON, **YEAR).value}
            | {rows_fold_to_the_figure(id, actor=SYSTEM, at=NOON, narrow=n, **YEAR).value for n in each_value(id)} for id in OWN}
    assert len([id for id, values in told.items() if values - {None, Decimal(0)}]) >= 20, "the histories are about something"


def test_the_figure_of_each_department_and_industry_is_the_figure_narrowed_to_it(lived):
    lived(3)
    period, narrowed = period_of(at=NOON, **YEAR), 0
    for id in OWN:
        for d in INDICATORS[id].more:
            split = {c.word: v for c, v in spreads.by_dimension(INDICATORS[id], period, None, d)}
            alone = {w: indicators.figure(id, actor=SYSTEM, at=NOON, narrow={d: w}, **YEAR).value for w in SOME & words(d)}
            assert alone == {w: split.get(w, None if v is None else Decimal(0)) for w, v in alone.items()}, (id, d)
            narrowed += len(split)
    assert narrowed >= 20, "the histories are about something"


def words(d):
    return {choice.word for choice in dimensions.choices_of(d)}


def test_a_row_that_is_dropped_doubled_or_foreign_is_found_for_every_indicator_that_has_rows(lived, monkeypatch):
    lived(4)
    whole = marks.rows
    living = [id for id in OWN if all(whole(count, limit=1) for count in question(id))]
    assert len(living) >= 20
    mutants = {"dropped": lambda rows: rows[1:], "doubled": lambda rows: [(rows[0][0], rows[0][1] * 2), *rows[1:]],
               "foreign": lambda rows: [(rows[0][0], rows[0][1] + 1), *rows[1:]]}
    survived = []
    for id in living:
        for name, mutate in mutants.items():
            monkeypatch.setattr(indicators.marks, "rows", only(question(id)[0], mutate, whole))
            survived += [(id, name)] if folds(id) else []
    assert survived == []
    monkeypatch.setattr(indicators.marks, "rows", whole)
    assert all(folds(id) for id in living)


def only(count, mutate, whole):
    """Reading of rows with those of one count mutated: of a share the part, so that the whole stays true."""
    return lambda asked, **more: mutate(whole(asked, **more)) if asked == count else whole(asked, **more)


def folds(id):
    try:
        rows_fold_to_the_figure(id, actor=SYSTEM, at=NOON, **YEAR)
    except AssertionError:
        return False
    return True


def question(id, area_id=None):
    return counts_of(question_of(INDICATORS[id], period_of(at=NOON, **YEAR), area_id))


def sums():
    """Indicator → what each of its counts comes to, of the year until three days after noon."""
    period = period_of(at=AS_OF, since=YEAR["since"])
    counts = {id: counts_of(question_of(INDICATORS[id], period, None)) for id in OWN}
    told = iter(marks.totals([count for own in counts.values() for count in own]))
    return {id: tuple(next(told) for _count in own) for id, own in counts.items()}


def changed_by(make, stage):
    """What one deed changed of all figures, and what it was to change; then it has not happened."""
    with undone():
        deed, predicted = make(stage)
        seal_all()
        before = sums()
        deed()
        seal_all()
        after = sums()
    told = {id: tuple(b - a for a, b in zip(before[id], after[id], strict=True)) for id in OWN}
    return {id: deltas for id, deltas in told.items() if any(deltas)}, summed(predicted)


@pytest.mark.parametrize("seed", [5, 6])
def test_a_record_added_corrected_or_removed_changes_the_figures_it_should_as_predicted_and_no_other(lived, place, seed):
    lived(seed)
    stage, moved, wrong = Stage(place, Random(seed + 200)), set(), {}
    for name, make in DEEDS.items():
        told, predicted = changed_by(make, stage)
        moved |= set(predicted)
        if told != predicted:
            wrong[name] = (told, predicted)
    assert wrong == {}
    assert set(OWN) - moved == set(), "no move is told here that changes these"
