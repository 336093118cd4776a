import re
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.premises.place_types import DATA, MEASURES, load_place_types, rows_of

ANLAN = Path(__file__).resolve().parents[2]
TYPES = load_place_types()


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
    assert TYPES[place_type].is_small(measures) is small


@given(st.sampled_from(sorted(TYPES)), st.dictionaries(st.sampled_from(MEASURES), st.integers(-2, 1000)))
def test_learning_one_more_measure_never_turns_a_known_answer_round(code, measures):
    full = {measure: measures.get(measure, 5) for measure in MEASURES}
    known = TYPES[code].is_small(measures)

    assert known in (None, TYPES[code].is_small(full))


def test_the_nine_small_places_are_nine_and_each_has_a_type():
    nine = {row["code"]: int(row["number"]) for row in rows_of(DATA / "nine_small.csv")}

    assert list(nine.values()) == list(range(1, 10))
    assert {place.nine_small for place in TYPES.values()} - {""} == set(nine)


def test_bounds_speak_of_known_types_and_measures_and_of_small_types_only():
    for row in rows_of(DATA / "place_type_bounds.csv"):
        assert TYPES[row["place_type"]].nine_small != ""
        assert row["measure"] in MEASURES
        assert row["low"] or row["below"]
    always = {code for code, place in TYPES.items() if place.nine_small and not place.choices}
    assert always == {"health_centre"}


def test_every_type_leads_to_handbook_items_a_trade_a_department_and_a_committee():
    categories = {row["code"][:2] for row in rows_of(ANLAN / "patrols" / "data" / "handbook.csv")}
    departments = {row["code"] for row in rows_of(ANLAN / "people" / "data" / "departments.csv")}
    leads = {
        int(row["number"]): row["lead_department"] for row in rows_of(ANLAN / "people" / "data" / "committees.csv")
    }

    for place in TYPES.values():
        assert place.handbook and set(place.handbook) <= categories
        assert re.fullmatch(r"[A-T](\d{4})?", place.industry) and place.industry_name
        assert place.department in departments
        assert leads[place.committee] == place.department
        assert place.confidence in ("likely", "unsure")


def test_every_handbook_category_is_used_by_some_type():
    categories = {row["code"][:2] for row in rows_of(ANLAN / "patrols" / "data" / "handbook.csv")}

    assert {category for place in TYPES.values() for category in place.handbook} == categories


def test_there_are_seventeen_committees_each_led_by_a_known_department_and_none_vouched_for():
    committees = list(rows_of(ANLAN / "people" / "data" / "committees.csv"))
    departments = {row["code"]: row for row in rows_of(ANLAN / "people" / "data" / "departments.csv")}

    assert [int(row["number"]) for row in committees] == list(range(1, 18))
    assert {row["lead_department"] for row in committees} <= set(departments)
    assert {row["confidence"] for row in committees} == {"unsure"}
    assert len({row["name"] for row in committees}) == 17
    assert {row["confidence"] for row in departments.values()} == {"sure", "likely"}
