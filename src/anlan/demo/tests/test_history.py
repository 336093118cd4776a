"""That the loaded history is what the door would have made of the same story, and that its law is the law of its days."""

from collections import Counter
from datetime import date
from random import SystemRandom

import pytest
from django.db import connection

from anlan.demo import check, totals
from anlan.demo.days import BEGAN, SHUT, UNTIL, each_day, workday, works
from anlan.demo.items import Items
from anlan.demo.lanes import numbers_of
from anlan.demo.names import people
from anlan.demo.replay import draw, replay, world_again
from anlan.demo.schedule import Schedule
from anlan.demo.story import Story
from anlan.demo.telling import AS_CLEANED
from anlan.demo.units import units
from anlan.kernel.flows import FLOWS
from anlan.kernel.folds import rebuild
from anlan.kernel.inputs import clean
from anlan.kernel.models import Fold, FoldMonth
from anlan.patrols.handbook_law import instruments

from .conftest import SMALL

WHOLE = totals.read()


def outline(wanted, land):
    return Schedule(wanted, units(land, wanted.units, people()), Items(), land.grids(land.district))


def general(made):
    finds = [f for k in made.checks for f in k.finds] + [t.find for t in made.reports if t.find]
    return [f for f in finds if not f.item.major]


@pytest.mark.parametrize("wanted", [totals.read(SMALL), WHOLE.scaled(0.15)], ids=["another file", "the report's, smaller"])
def test_an_outline_comes_to_its_totals_exactly(wanted, land):
    made = outline(wanted, land)
    counted = [f for f in general(made) if f.fate not in ("upheld", "cancelled")]
    done = [f for f in counted if f.spot or (f.course and f.course[-1][0] == "pass_review")]
    by_wardens = [k for k in made.checks if k.by == "warden"]
    assert (len(made.checks), len(by_wardens), len(counted), len(done)) == (
        wanted.checks, wanted.tasks, wanted.found, wanted.rectified)
    assert sum(len(k.finds) for k in by_wardens) + sum(t.channel == "field" for t in made.reports) == wanted.warden_matters
    assert len({k.uid for k in made.checks}) == len(made.checks)


def test_a_file_that_contradicts_itself_is_not_built_to():
    report = {**WHOLE.report, "rectified": WHOLE.report["found"] + 1}
    pairs = {k: v for k, v in WHOLE.pairs.items() if k != "tasks/checks"}
    assert totals.faults(totals.replace(WHOLE, report=report, pairs=pairs)) == [
        "总量tasks与checks的关系未写明"]
    assert totals.faults(totals.replace(WHOLE, report=report)) == ["rectified是found的一部分，却比它多"]


def test_offices_rest_on_holidays_and_the_city_was_closed():
    assert (works(date(2020, 1, 19)), works(date(2020, 1, 24)), works(date(2021, 5, 8))) == (True, False, True)
    assert workday(date(2021, 4, 30), 1) == date(2021, 5, 6)
    assert len(each_day(*SHUT)) == 77


def test_numbers_of_papers_follow_the_days_across_the_streets():
    from datetime import datetime, timedelta  # noqa: PLC0415
    from uuid import UUID  # noqa: PLC0415

    at = datetime.fromisoformat("2020-12-31T23:00+08:00")
    papers = [("查", at + timedelta(hours=n), UUID(int=n), "甲乙"[n % 2]) for n in range(5)]
    assert numbers_of(papers, {"甲": 0, "乙": 1}, 2) == [{("查", 2020): [1], ("查", 2021): [2, 4]}, {("查", 2021): [1, 3]}]


def test_what_the_story_gives_is_what_the_forms_would_leave(demo):
    world = world_again(demo.totals)
    story = Story(world, Schedule(demo.totals, world.units, world.items, world.ground.grids(world.ground.district)),
                  lambda grid: True)
    seen = Counter()
    for day in each_day(BEGAN, UNTIL):
        for wish in story.day(day):
            key = (wish.ref.kind, wish.move)
            if key in AS_CLEANED and seen[key] < 100:
                seen[key] += 1
                assert dict(clean(FLOWS[key[0]].move(key[1]), wish.given)) == dict(wish.given), key
    assert set(seen) == {key for key in AS_CLEANED if key[0] != "proposal"}


def test_a_part_told_again_through_the_door_is_the_same_row_for_row(demo):
    again = replay(demo.totals, SystemRandom().randrange(10**6), share=0.004)
    assert (again.differences, again.rows > 200) == ([], True), again.seed
    assert {kind for kind, count in again.cases.items() if not count} == set()


TAMPERED = {
    "mark": "UPDATE kernel_mark SET delta = 2 WHERE id = (SELECT id FROM kernel_mark WHERE kind = 'visit' AND cell = 'check'"
            " AND case_id IN ({visits}) LIMIT 1)",
    "entry": "UPDATE kernel_entry SET data = jsonb_set(data, '{{given,signer}}', '\"张三\"') WHERE id = (SELECT id FROM kernel_entry"
             " WHERE kind = 'visit' AND verb = 'drop_in' AND data #> '{{given,signer}}' IS NOT NULL AND subject_id IN ({visits})"
             " LIMIT 1)",
    "clock": "UPDATE kernel_clock SET due_at = due_at + interval '1 day' WHERE id = (SELECT c.id FROM kernel_clock c"
             " JOIN hazards_hazard h ON h.id = c.case_id AND c.kind = 'hazard' WHERE h.visit_uid IN"
             " (SELECT uid FROM patrols_visit WHERE id IN ({visits})) LIMIT 1)",
}


def test_whatever_of_a_history_was_tampered_with_is_found_out_and_nothing_else(demo):
    """One replay for all three: telling the part again is what takes long."""
    grids = draw(world_again(demo.totals), 5, 0.002)
    codes = ", ".join(f"'{g}'" for g in grids)
    visits = f"SELECT v.id FROM patrols_visit v JOIN kernel_area a ON a.id = v.area_id WHERE a.code IN ({codes})"
    with connection.cursor() as cursor:
        for change in TAMPERED.values():
            cursor.execute(change.format(visits=visits))
            assert cursor.rowcount == 1
    differences = replay(demo.totals, 5, share=0.002).differences
    assert len(differences) == len(TAMPERED)
    assert [what for what in TAMPERED if not [d for d in differences if f"('{what}'" in d]] == []


def test_sums_folded_at_once_are_those_of_the_follower(demo):
    def sums():
        daily = Fold.objects.values_list("kind", "sort", "cell", "level", "area_id", "day", "came", "went")
        monthly = FoldMonth.objects.values_list("kind", "cell", "level", "area_id", "month", "change")
        return set(daily), set(monthly)

    at_once = sums()
    rebuild()
    assert sums() == at_once


def test_no_paper_cites_a_law_that_was_not_in_force(demo):
    assert list(check.law_faults()) == []
    known = sorted(instruments(), key=lambda i: -len(i.cited_as))
    day = date(2021, 6, 1)
    cited = "安全生产法(2021)第41条；依据待核；消防法(2021)第16条（暂定）"
    assert list(check.cited_wrongly(cited, day, known)) == ["安全生产法(2021)第41条"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM kernel_paper WHERE content::text LIKE '%%依据待核%%'")
        assert cursor.fetchone()[0] > 0
