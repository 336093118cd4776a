import json
from datetime import date

import pytest

from anlan.kernel.actors import SYSTEM, Actor
from anlan.kernel.models import CalendarDay, Parameter
from anlan.kernel.refusals import Refused
from anlan.kernel.rulebook import parameter, rulebook
from anlan.places import defaults
from anlan.places.actions import decide_parameter
from anlan.places.calendars import Day, amend_year, days_of, load, publish_year, shipped_years
from anlan.places.models import HolidayYear
from anlan.places.settings_forms import ChangeForm
from anlan.places.testing import NOON
from anlan.places.words import leaves, path_words, value_words, with_leaves

from .conftest import KEEPER

JUNE = date(2021, 6, 1)


def test_every_apps_defaults_are_loaded_once_with_source_and_confidence(ground):
    expected = {(row["key"], row["valid_from"]) for row in defaults.defaults()}
    assert set(Parameter.objects.values_list("key", "valid_from")) == expected
    assert defaults.load(SYSTEM, NOON) == 0
    assert {"auth.fail_max", "map.near_m"} <= {key for key, _day in expected}
    assert not Parameter.objects.filter(source="").exists()


def test_what_is_not_certain_shows_as_provisional(ground):
    assert rulebook().setting("auth.fail_max", JUNE).provisional
    decide_parameter("auth.fail_max", "失败次数", 5, JUNE, "市局通知", "sure", actor=KEEPER, at=NOON)
    assert not rulebook().setting("auth.fail_max", JUNE).provisional


@pytest.mark.parametrize("row", ["a.b,甲,[1,2021-01-01,乙,sure", 'a.b,甲,"[3, ""week""]",2021-01-01,乙,sure',
                                 "a.b,甲,1,01/02/2021,乙,sure"])
def test_a_faulty_line_of_a_file_is_named(tmp_path, row):
    path = tmp_path / "parameters.csv"
    path.write_text("key,label,value,valid_from,source,confidence\n" + row + "\n")
    with pytest.raises(ValueError, match=r"parameters\.csv, line 2"):
        list(defaults.read(path))


def test_before_an_instance_has_its_rules_the_shipped_ones_hold(db):
    assert defaults.rule_value("auth.lock_min", JUNE) == 15


def test_only_the_office_decides_rules(ground):
    with pytest.raises(Refused, match="规则参数只能由应急管理部门维护"):
        decide_parameter("a.b", "甲", 1, JUNE, "乙", "sure", actor=Actor(name="路人"), at=NOON)


def test_two_words_are_a_list_of_words_and_no_limit(ground):
    decide_parameter("a.b", "甲", ["govoffice", "government_office"], JUNE, "乙", "sure", actor=KEEPER, at=NOON)
    assert parameter("a.b", JUNE) == ["govoffice", "government_office"]


@pytest.mark.parametrize(("value", "sentence"), [
    ([3, "week"], "时限应写作数值和单位"), ([-1, "hour"], "时限应写作数值和单位"), ("x" * 30_000, "取值太长")])
def test_a_value_that_no_clock_could_read_is_refused(ground, value, sentence):
    with pytest.raises(Refused, match=sentence):
        decide_parameter("a.b", "甲", value, JUNE, "乙", "sure", actor=KEEPER, at=NOON)


def test_a_text_stays_a_text(ground):
    decide_parameter("a.b", "甲", "12-01", JUNE, "乙", "sure", actor=KEEPER, at=NOON)
    assert parameter("a.b", JUNE) == "12-01"


# Values in words and as inputs

TABLE = {"red": {"warden": 7, "street": None}, "steps": [1, 2.5], "limit": [3, "working_day"], "say": [["a", "b"]]}


def test_values_read_as_words():
    assert value_words([3, "working_day"]) == "3个工作日"
    assert value_words(True) == "是"
    assert value_words(None) == "不适用"
    assert value_words({"red": 7, "blue": 90}) == "红：7；蓝：90"
    assert value_words(list(range(20))) == "0、1、2、3、4、5……共20项"


def test_a_table_taken_apart_and_put_together_is_the_same():
    assert with_leaves(TABLE, dict(leaves(TABLE))) == TABLE
    assert with_leaves(TABLE, {("red", "warden"): 9})["red"] == {"warden": 9, "street": None}
    assert path_words(("red", "warden")) == "红 › 网格员"


def test_every_shipped_rule_can_be_edited_in_its_form_and_stays_as_it_was(db):
    for row in defaults.defaults():
        shown = ChangeForm(row["value"])
        data = {"valid_from": "2021-07-01", "source": "甲", "confidence": "sure"}
        for name in shown.paths:
            bound = shown[name]
            value = bound.field.prepare_value(bound.value())
            parts = bound.field.widget.decompress(value) if hasattr(bound.field.widget, "decompress") else None
            if parts is not None:
                data |= {name: parts[0], f"{name}_unit": parts[1]}
            elif value is True:
                data[name] = "on"
            elif value is not False and value is not None:
                data[name] = str(value)
        form = ChangeForm(row["value"], data)
        assert form.is_valid(), (row["key"], form.errors)
        assert json.dumps(form.new_value(), sort_keys=True) == json.dumps(row["value"], sort_keys=True), row["key"]


# Holidays


def test_the_calendar_of_the_house_comes_with_eight_years(ground):
    assert load(KEEPER, NOON) == 8
    assert load(KEEPER, NOON) == 0
    office = rulebook().calendar("office")
    shown = {date(2021, 2, 7): True, date(2021, 2, 11): False, date(2021, 6, 14): False, date(2020, 1, 31): False}
    assert {day: office.works(day) for day in shown} == shown
    assert {year for year, _days, _source in shipped_years()} == set(range(2019, 2027))


def test_an_amended_day_keeps_what_it_was_in_the_table(ground):
    row = publish_year(2021, [Day(date(2021, 9, 19), False, "中秋节")], "国办", actor=KEEPER, at=NOON)
    later = NOON.replace(month=8)
    amend_year(row, [Day(date(2021, 9, 20), False, "中秋节")], "更正", actor=KEEPER, at=later)
    assert days_of(row) == [Day(date(2021, 9, 20), False, "中秋节")]
    kept = CalendarDay.objects.filter(day=date(2021, 9, 19)).order_by("valid_from")
    assert list(kept.values_list("works", "valid_from")) == [(False, date(2021, 6, 1)), (False, date(2021, 8, 1))]


def test_only_the_office_enters_holidays_and_each_year_once(ground):
    days = [Day(date(2022, 1, 1), False, "元旦")]
    with pytest.raises(Refused, match="节假日安排只能由应急管理部门维护"):
        publish_year(2022, days, "国办", actor=Actor(name="路人"), at=NOON)
    publish_year(2022, days, "国办", actor=KEEPER, at=NOON)
    with pytest.raises(Refused, match="这一年的安排已经建立"):
        publish_year(2022, days, "国办", actor=KEEPER, at=NOON)
    with pytest.raises(Refused, match="2022-01-01不在2023年"):
        publish_year(2023, days, "国办", actor=KEEPER, at=NOON)
    assert HolidayYear.objects.count() == 1
