import csv
from datetime import date, timedelta
from pathlib import Path

from chinese_calendar.constants import holidays, workdays

TABLE = Path(__file__).resolve().parents[1] / "data" / "holidays.csv"
NAMES = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "Mid-autumn Festival": "中秋节",
    "National Day": "国庆节",
}
YEARS = range(2019, 2027)


def rows():
    with TABLE.open(encoding="utf-8", newline="") as sheet:
        return list(csv.DictReader(sheet))


def test_every_holiday_and_every_made_up_working_day_is_the_one_of_the_calendar_package():
    rest = {date.fromisoformat(row["day"]): row["name"] for row in rows() if row["works"] == "false"}
    works = {date.fromisoformat(row["day"]): row["name"] for row in rows() if row["works"] == "true"}

    assert rest == {day: NAMES[name] for day, name in holidays.items() if day.year in YEARS}
    assert works == {day: NAMES[name] + "调休" for day, name in workdays.items() if day.year in YEARS}


def test_days_are_listed_once_in_order_with_the_notice_that_set_them():
    days = [row["day"] for row in rows()]

    assert days == sorted(set(days))
    assert {row["works"] for row in rows()} == {"true", "false"}
    assert all(row["source"].startswith("国务院办公厅关于") for row in rows())


def test_a_made_up_working_day_falls_on_a_weekend_and_never_on_a_holiday():
    works = [date.fromisoformat(row["day"]) for row in rows() if row["works"] == "true"]

    assert {day.weekday() for day in works} == {5, 6}


def test_the_two_days_that_decide_a_deadline_around_the_first_spring_festival_of_the_demonstration():
    by_day = {row["day"]: (row["works"], row["name"]) for row in rows()}

    assert by_day["2021-02-20"] == ("true", "春节调休")
    assert by_day["2021-02-17"] == ("false", "春节")
    assert str(date(2021, 2, 17) + timedelta(1)) not in by_day
