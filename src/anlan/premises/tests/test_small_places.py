import csv
import re
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.premises.place_types import place_types
from anlan.premises.small_places import MEASURES, bounds, small_kind

ANLAN = Path(__file__).resolve().parents[2]


def rows_of(app, name):
    with (ANLAN / app / "data" / name).open(encoding="utf-8", newline="") as sheet:
        return list(csv.DictReader(sheet))


def as_answer(kind):
    """True, False or None: is it one of the nine?"""
    return None if kind is None else bool(kind)


@pytest.mark.parametrize(
    ("place_type", "measures", "small"),
    [
        ("shop", {"floor_area_m2": Decimal("299.9")}, True),
        ("shop", {"floor_area_m2": 300}, False),
        ("shop", {}, None),
        ("restaurant", {"seats": 99, "floor_area_m2": 900}, True),
        ("restaurant", {"seats": 100}, False),
        ("hotel", {"beds": 49}, True),
        ("entertainment", {"storey": 3, "floor_area_m2": 150}, True),
        ("entertainment", {"storey": 4, "floor_area_m2": 150}, False),
        ("entertainment", {"storey": -1, "floor_area_m2": 150}, False),
        ("entertainment", {"storey": 2, "floor_area_m2": None}, None),
        ("entertainment", {"storey": None, "floor_area_m2": 250}, False),
        ("workshop", {"staff": 60, "dormitory_people": 12}, True),
        ("workshop", {"staff": 60, "dormitory_people": 30}, False),
        ("workshop", {"staff": 60}, None),
        ("nursery", {"customers_peak": 100}, False),
        ("day_school", {"customers_peak": 100}, True),
        ("health_centre", {}, True),
        ("mall", {"floor_area_m2": 10}, False),
    ],
)
def test_a_place_is_small_by_its_own_bound_and_unknown_where_the_measure_is(place_type, measures, small):
    assert as_answer(small_kind(place_type, measures)) is small


@given(st.sampled_from(sorted(place_types())), st.dictionaries(st.sampled_from(MEASURES), st.integers(-2, 1000)))
def test_learning_one_more_measure_never_turns_a_known_answer_round(code, measures):
    full = {measure: measures.get(measure, 5) for measure in MEASURES}

    assert small_kind(code, measures) in (None, small_kind(code, full))


def test_the_answer_is_the_kind_that_the_place_is():
    assert small_kind("hotel", {"beds": 12}) == "small_hotel"
    assert small_kind("hotel", {"beds": 120}) == ""
    with pytest.raises(KeyError):
        small_kind("castle", {})


def test_the_nine_small_places_are_nine_and_each_has_a_type():
    nine = {row["code"]: int(row["number"]) for row in rows_of("premises", "nine_small.csv")}

    assert list(nine.values()) == list(range(1, 10))
    assert {place.nine_small for place in place_types().values()} - {""} == set(nine)


def test_bounds_speak_of_known_types_and_measures_and_of_small_types_only():
    small = {code for code, place in place_types().items() if place.nine_small}

    assert small - set(bounds()) == {"health_centre"}
    assert set(bounds()) <= small
    for choices in bounds().values():
        for bound in (bound for choice in choices for bound in choice):
            assert bound.measure in MEASURES
            assert bound.low is not None or bound.below is not None


def test_every_type_leads_to_handbook_items_a_trade_a_department_and_its_committee():
    categories = {row["code"][:2] for row in rows_of("patrols", "handbook.csv")}
    leads = {int(row["number"]): row["lead_department"] for row in rows_of("people", "committees.csv")}

    for place in place_types().values():
        assert place.handbook and set(place.handbook) <= categories
        assert re.fullmatch(r"[A-T](\d{4})?", place.industry) and place.industry_name
        assert leads[place.committee] == place.department
    assert {category for place in place_types().values() for category in place.handbook} == categories


def test_there_are_seventeen_committees_each_led_by_a_known_department_and_none_vouched_for():
    committees = rows_of("people", "committees.csv")
    departments = {row["code"]: row for row in rows_of("people", "departments.csv")}

    assert [int(row["number"]) for row in committees] == list(range(1, 18))
    assert {row["lead_department"] for row in committees} <= set(departments)
    assert {row["confidence"] for row in committees} == {"unsure"}
    assert len({row["name"] for row in committees}) == 17
    assert {row["confidence"] for row in departments.values()} == {"sure", "likely"}
