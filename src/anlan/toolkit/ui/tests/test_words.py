import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from anlan.toolkit.ui import words

SHARED = Path(__file__).resolve().parents[5] / "web" / "tests" / "time_left.json"
AT = datetime(2021, 6, 25, 0, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _chinese():
    with translation.override("zh-hans"):
        yield


@pytest.mark.parametrize("case", json.loads(SHARED.read_text(encoding="utf-8")), ids=lambda case: case["words"])
def test_the_time_left_reads_the_same_on_the_server_as_in_the_browser(case):
    due, now = datetime.fromisoformat(case["due"]), datetime.fromisoformat(case["now"])
    assert words.time_left(due, now) == (case["late"], case["words"])


@given(st.timedeltas(min_value=timedelta(seconds=1), max_value=timedelta(days=4000)))
def test_the_time_left_never_promises_more_than_there_is(left):
    said = words.duration(left)
    if said == "不到 1 分钟":
        assert left < timedelta(minutes=1)
        return
    number, unit = said.split(" ")
    size = {"分钟": timedelta(minutes=1), "小时": timedelta(hours=1), "天": timedelta(days=1)}[unit]
    assert int(number) * size <= left < (int(number) + 1) * size


@pytest.mark.parametrize(
    ("value", "places", "said"),
    [
        (90337, None, "90,337"),
        (0, None, "0"),
        (Decimal("4.00"), None, "4"),
        (Decimal("2.50"), None, "2.50"),
        (None, None, "—"),
        (Decimal("95.645"), 2, "95.64"),
        (1234.5, 1, "1,234.5"),
    ],
)
def test_numbers_have_separators_and_nothing_counted_is_not_zero(value, places, said):
    assert words.figures(value, places) == said


def test_a_long_list_says_ten_thousand_and_more():
    assert [words.bounded_count(n) for n in (0, 10_000, 10_001)] == ["0", "10,000", "10,000+"]


def test_times_are_the_districts_and_name_the_year_only_when_it_is_another():
    assert [
        words.district_time(AT),
        words.district_time(AT, AT + timedelta(days=10)),
        words.district_time(AT, datetime(2022, 1, 1, tzinfo=UTC)),
        words.district_time(None),
    ] == ["06-25 08:30", "06-25 08:30", "2021-06-25 08:30", "—"]


def test_dates_on_papers_and_on_screens_follow_the_districts_day():
    late_evening = datetime(2021, 6, 25, 16, 5, tzinfo=UTC)
    assert [
        words.paper_date(late_evening),
        words.paper_date(date(2021, 6, 5)),
        words.district_date(late_evening),
        words.weekday(late_evening),
        words.paper_date(None),
    ] == ["2021年6月26日", "2021年6月5日", "2021-06-26", "周六", "—"]


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("张三", "张*"),
        ("王小明", "王**"),
        ("欧阳建国", "欧阳**"),
        ("欧阳", "欧*"),
        ("张", "张*"),
        (" 李 ", "李*"),
        ("", ""),
        (None, ""),
    ],
)
def test_a_masked_name_keeps_the_family_name(name, masked):
    assert words.mask_name(name) == masked


@pytest.mark.parametrize(
    ("phone", "masked"),
    [
        ("13871231234", "138****1234"),
        ("+86 138 7123 1234", "138****1234"),
        ("027-87654321", "027****4321"),
        ("87654321", "******21"),
        ("119", "*19"),
        ("", ""),
        (None, ""),
    ],
)
def test_a_masked_phone_keeps_three_and_four(phone, masked):
    assert words.mask_phone(phone) == masked


def test_a_masked_identity_number_keeps_four_and_four():
    assert [words.mask_identity(n) for n in ("420106199001011234", "123", "")] == ["4201**********1234", "***", ""]
