"""Turns are fair and leave a night between; what is wrong with a roster is said in sentences."""

from datetime import date, time, timedelta
from itertools import pairwise
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.duty.turns import Ledger, days_of, exchanged, faults, propose, sorts_of
from anlan.kernel.worktime import Hours, Worktime
from anlan.places.words import value_words

JUNE = days_of(date(2021, 6, 1))
NAMES = {1: "蒋军", 2: "卫华", 3: "吴刚", 4: "郑伟", 5: "冯洁", 6: "赵强"}
WHO = {post: post for post in NAMES}
SEATS = ("leader", "main", "assistant")


def drawn(pools, weights=None, ledger=None):
    flat = {day.isoformat(): 1 for day in JUNE}
    return propose(JUNE, pools, {**flat, **(weights or {})}, WHO, ledger or Ledger(1))


def test_two_leaders_and_four_others_share_a_month():
    shifts = drawn({"leader": [1, 2], "main": [3, 4], "assistant": [5, 6]})
    assert [shifts[f"2021-06-0{n}"] for n in (1, 2, 3)] == [
        {"leader": 1, "main": 3, "assistant": 5}, {"leader": 2, "main": 4, "assistant": 6}, {"leader": 1, "main": 3, "assistant": 5}]
    assert faults(shifts, {}, WHO, NAMES, SEATS, 1) == []


def test_who_stood_last_night_of_the_month_before_does_not_begin_the_next():
    ledger = Ledger(1)
    ledger.stand(1, date(2021, 5, 31), 0)
    assert drawn({"leader": [1, 2]}, ledger=ledger)["2021-06-01"] == {"leader": 2}


def test_holidays_go_round_by_themselves():
    feast = {f"2021-06-{n}": 3 for n in (12, 13, 14)}
    shifts = drawn({"leader": [1, 2, 3, 4]}, feast)
    assert len({shifts[day]["leader"] for day in feast}) == 3


def test_a_roster_says_what_it_lacks():
    shifts = {"2021-06-01": {"leader": 1, "main": 3, "assistant": 5}, "2021-06-02": {"main": 3, "assistant": 3}}
    assert faults(shifts, {}, WHO, NAMES, SEATS, 1) == [
        "6月2日没有带班领导。", "吴刚在6月2日占了两个班位。", "吴刚在6月1日和6月2日连着值班，中间至少隔1夜。"]
    assert faults(shifts, {}, WHO, NAMES, ("main", "assistant"), 0) == ["吴刚在6月2日占了两个班位。"]


def test_a_night_of_the_neighbouring_month_counts():
    may, june = {"2021-05-31": {"leader": 1}}, {"2021-06-01": {"leader": 1}}
    assert faults(june, may, WHO, NAMES, ("leader",), 1) == ["蒋军在5月31日和6月1日连着值班，中间至少隔1夜。"]
    assert faults({"2021-06-02": {"leader": 1}}, may, WHO, NAMES, ("leader",), 1) == []


def test_a_swap_moves_both_shifts_or_fails_on_whoever_is_not_there():
    shifts = {"2021-06-01": {"leader": 1}, "2021-06-04": {"leader": 2}}
    assert exchanged(shifts, "leader", "2021-06-01", 1, 2, "2021-06-04") == {
        "2021-06-01": {"leader": 2}, "2021-06-04": {"leader": 1}}
    with pytest.raises(KeyError, match="2021-06-04"):
        exchanged(shifts, "leader", "2021-06-01", 1, 3, "2021-06-04")


def test_a_weekend_inside_a_holiday_counts_as_holiday_and_another_does_not():
    usual = (Hours(time(8, 30), time(17, 30)),)
    office = Worktime(ZoneInfo("Asia/Shanghai"), (usual,) * 5 + ((), ()), {date(2021, 6, 14): None})
    rules = SimpleNamespace(calendar=lambda: office, value=lambda key, day: {"duty.key_periods": []}[key])
    told = {day.day: sorts_of(rules, day) for day in JUNE if day.day in (5, 11, 12, 13, 14, 15)}
    assert told == {5: ["weekend"], 11: ["plain"], 12: ["holiday"], 13: ["holiday"], 14: ["holiday"], 15: ["plain"]}


@settings(max_examples=30, deadline=None)
@given(pool=st.integers(2, 8), rest=st.integers(1, 2), heavy=st.sets(st.integers(1, 30), max_size=9))
def test_nobody_stands_within_the_rest_and_the_loads_stay_close(pool, rest, heavy):
    people = [n + 1 for n in range(pool + rest)]
    weights = {day.isoformat(): 2 if day.day in heavy else 1 for day in JUNE}
    shifts = propose(JUNE, {"leader": people}, weights, {}, ledger := Ledger(rest))
    assert [d for d, s in shifts.items() if not s] == []
    nights = {p: sorted(date.fromisoformat(d) for d, s in shifts.items() if s["leader"] == p) for p in people}
    assert all(b - a > timedelta(days=rest) for days in nights.values() for a, b in pairwise(days))
    assert max(ledger.load.values()) - min(ledger.load[-p] for p in people) <= 4 + rest


def test_the_seats_of_a_shift_are_told_in_the_words_of_duty_and_leaders_elsewhere_in_theirs():
    seats = ["leader", "main", "assistant"]
    assert (value_words(seats, "duty.seats"), value_words(["leader"], "call.ladder")) == ("带班领导、主班、副班", "区领导")
