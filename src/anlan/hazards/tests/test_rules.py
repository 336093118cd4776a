"""Who may do what with a hazard, rule by rule: each refuses at least once and lets pass at least once."""

from datetime import date
from types import SimpleNamespace

import pytest

from anlan.hazards import rules as r
from anlan.hazards.models import Sort
from anlan.kernel.actors import Actor
from anlan.kernel.flows import Given

ALL_ROLES = frozenset({"warden", "community", "street", "officer", "department", "emergency", "reviewer", "director"})
HERE, AWAY = (Actor(name=n, person_id=1, post_id=2, roles=ALL_ROLES, area_id=a) for n, a in (("本街道", 5), ("外街道", 9)))
NOWHERE = Actor(name="无辖区", person_id=1, post_id=2, roles=ALL_ROLES)
LEAD = Actor(name="牵头部门", person_id=1, post_id=2, roles=ALL_ROLES, parties=(70,))
FINDER, GRADER, CONFIRMER, FIXER, SUBMITTER, OTHER = range(11, 17)


def hazard(**more):
    base = {"area_id": 7, "department_party": 70, "owner_party": 60, "level": "general", "finder_id": FINDER,
            "grader_id": GRADER, "confirmer_id": CONFIRMER, "fixer_id": FIXER, "submitter_id": SUBMITTER,
            "order_by": None, "order_no": "", "control": "", "blocks": {}, "extensions": 0, "sort": Sort.EXTENSION}
    return SimpleNamespace(**base | more)


def facts(**more):
    base = {"lineage": lambda area_id: frozenset({area_id, 5, 1}), "matter": SimpleNamespace(area_id=7, state="open"),
            "value": {"order.officers": 2, "hazard.extensions_max": 1}.get, "day": date(2021, 6, 1), "origin": ""}
    return SimpleNamespace(**base | more)


def person(number):
    return Actor(name="某", person_id=number, post_id=number, roles=ALL_ROLES, area_id=5)


def says(rule, case, actor, known=None, **given):
    return rule(case, known or facts(), actor, None, Given(given))


ON_GROUND = [r.office_here, r.on_ground, r.grader, r.unit_or_office, r.unit_or_community, r.reviews_here,
             r.on_the_matters_ground, r.answers_proposals]


@pytest.mark.parametrize("rule", ON_GROUND)
def test_a_hazard_belongs_to_its_ground_and_a_post_without_a_ground_has_none(rule):
    case = hazard(department_party=None)
    assert [says(rule, case, actor) == [] for actor in (HERE, AWAY, NOWHERE)] == [True, False, False]


@pytest.mark.parametrize("rule", [r.office_here, r.grader, r.reviews_here])
def test_the_department_that_leads_the_trade_works_on_any_ground(rule):
    assert says(rule, hazard(), LEAD) == []
    assert says(rule, hazard(department_party=71), LEAD) != []


def test_a_hazard_is_made_only_of_a_matter_of_ones_own_ground():
    elsewhere = facts(matter=SimpleNamespace(area_id=8, state="open"), lineage=lambda area_id: frozenset({area_id, 9}))
    assert says(r.on_the_matters_ground, hazard(area_id=None), HERE, elsewhere) == ["须由本辖区的网格员、社区、街道或有关部门立案"]
    assert says(r.on_the_matters_ground, hazard(area_id=None), HERE) == []


@pytest.mark.parametrize(("rule", "refused"), [
    (r.not_fixer_or_submitter, {FIXER, SUBMITTER}), (r.not_finder, {FINDER}), (r.second_person, {FINDER, GRADER})])
def test_nobody_judges_what_is_his_own(rule, refused):
    everyone = {FINDER, GRADER, CONFIRMER, FIXER, SUBMITTER, OTHER}
    assert {n for n in everyone if says(rule, hazard(), person(n))} == refused


@pytest.mark.parametrize(("level", "refused"), [("general", set()), ("major", {FINDER, GRADER, CONFIRMER})])
def test_the_reviewer_of_a_major_hazard_has_neither_found_nor_graded_nor_confirmed_it(level, refused):
    everyone = {FINDER, GRADER, CONFIRMER, OTHER}
    assert {n for n in everyone if says(r.not_finder_or_grader_if_major, hazard(level=level), person(n))} == refused


def test_nobody_reviews_namelessly():
    assert says(r.not_fixer_or_submitter, hazard(), Actor(name="系统", system=True)) == ["复查人不能是整改人或提交人"]


@pytest.mark.parametrize(("officers", "drafter", "signer", "passes"), [(2, 1, 1, False), (2, 1, 2, True), (1, 1, 1, True)])
def test_how_many_officers_sign_an_order_is_a_dated_parameter(officers, drafter, signer, passes):
    known = facts(value={"order.officers": officers}.get)
    assert (says(r.two_officers, hazard(order_by=drafter), person(signer), known) == []) is passes



@pytest.mark.parametrize(("filled", "missing"), [
    ({}, "五落实还缺：责任、措施、资金、期限、预案"), (dict.fromkeys(("duty", "measures", "funds", "plan"), "有"), "五落实还缺：期限"),
    (dict.fromkeys(r.BLOCKS, "有"), None)])
def test_a_major_hazard_names_the_blocks_that_are_missing(filled, missing):
    assert says(r.five_blocks_filled, hazard(level="major", blocks=filled), HERE) == ([missing] if missing else [])
    assert says(r.five_blocks_filled, hazard(blocks=filled), HERE) == []


@pytest.mark.parametrize(("rule", "general", "unready", "ready"), [
    (r.controlled_if_major, {}, {}, {"control": "stop"}), (r.ordered_if_major, {}, {}, {"order_no": "应急责改1号"}),
    (r.confirmed_if_major, {"confirmer_id": None}, {"confirmer_id": None}, {})])
def test_what_only_a_major_hazard_needs_before_it_is_reported_as_put_right(rule, general, unready, ready):
    cases = (hazard(**general), hazard(level="major", **unready), hazard(level="major", **ready))
    assert [says(rule, case, HERE) == [] for case in cases] == [True, False, True]


def test_a_major_hazard_is_never_closed_on_the_spot():
    assert says(r.is_general, hazard(level="major"), HERE) == ["重大隐患不得当场整改销号"]
    assert says(r.is_general, hazard(), HERE) == []


@pytest.mark.parametrize("absent", [None, "before", "after", "signature"])
def test_closing_on_the_spot_takes_two_photos_and_the_units_signature(absent):
    given = {k: "a" for k in ("before", "after", "signature") if k != absent}
    assert (says(r.both_photos_and_signature, hazard(), HERE, **given) == []) is (absent is None)


def test_major_takes_a_reason_and_general_again_a_reason_and_a_limit():
    assert says(r.major_has_reason, hazard(), HERE, level="major", reason=" ") != []
    assert says(r.major_has_reason, hazard(), HERE, level="major", reason="多层堆放") == []
    assert says(r.major_has_reason, hazard(), HERE, level="general") == []
    assert says(r.downgrade_explained, hazard(), HERE, level="general", reason="空瓶") != []
    assert says(r.downgrade_explained, hazard(), HERE, level="general", reason="空瓶", days=3) == []


def test_an_extension_is_granted_as_often_as_the_parameter_says():
    assert says(r.may_extend_again, hazard(extensions=0), HERE) == []
    assert says(r.may_extend_again, hazard(extensions=1), HERE) == ["延期次数已达上限"]


def test_no_limit_lies_in_the_past():
    assert says(r.due_not_past, hazard(), HERE, due_on=date(2021, 5, 31)) == ["完成期限不能早于今天"]
    assert says(r.due_not_past, hazard(), HERE, due_on=date(2021, 6, 1)) == []


@pytest.mark.parametrize("rule", [r.the_unit, r.unit_or_office, r.unit_or_community])
def test_a_units_people_speak_for_their_own_unit_alone(rule):
    own, other = (Actor(name="负责人", person_id=1, post_id=2, roles=frozenset({"unit"}), parties=(n,)) for n in (60, 61))
    assert says(rule, hazard(), own) == []
    assert says(rule, hazard(), other) != []
    assert says(rule, hazard(owner_party=None), own) != []


@pytest.mark.parametrize(("sort", "roles"), [(Sort.SLIP, {"emergency", "director"}), (Sort.LISTING, {"emergency", "director"}),
                                             (Sort.EXTENSION, {"street", "officer", "department", "emergency"}),
                                             (Sort.OBJECTION, {"street", "officer", "department", "emergency"})])
def test_who_answers_a_proposal_follows_from_its_sort(sort, roles):
    may = {x for x in ALL_ROLES if says(r.answers_proposals, hazard(sort=sort), Actor(
        name="某", person_id=1, post_id=2, roles=frozenset({x}), area_id=5)) == []}
    assert may == roles


@pytest.mark.parametrize(("rule", "origins"), [
    (r.within_visit, {"visit.finish", "hazard.find_on_visit"}), (r.within_proposal, {"proposal.accept"}),
    (r.within_hazard, {"hazard.object", "hazard.find_on_visit"})])
def test_what_follows_from_another_deed_is_done_by_nobody_directly(rule, origins):
    every = {"", "visit.finish", "hazard.find_on_visit", "proposal.accept", "hazard.object", "matter.open"}
    assert {o for o in every if says(rule, hazard(), HERE, facts(origin=o)) == []} == origins
