"""Every register of duty keeps the contract: a street sees the records of its own duty room, another nothing of them."""

from datetime import date, timedelta
from itertools import count
from uuid import uuid4

import pytest

from anlan.duty.gathering import gather
from anlan.duty.models import DutyNumber, Handover, LoggedCall, MorningSheet, RollCall, Roster, Swap
from anlan.duty.testing import draw_up, holding, publish
from anlan.kernel.actors import SYSTEM
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.people.models import Post
from anlan.people.testing import NOON, small_district
from anlan.places.actions import open_one
from anlan.toolkit.registers.contract import RegisterContract

from .test_rosters import at

JUNE, DAY = date(2021, 6, 1), timedelta(days=1)
SEATS = ("leader", "main", "assistant")


@pytest.fixture
def place(district_stands, db):
    return small_district()


class OfDuty(RegisterContract):
    keeper, stranger = "street", "street2"

    @pytest.fixture
    def within(self, place):
        return place.actor(self.keeper)

    @pytest.fixture
    def outside(self, place):
        return place.actor(self.stranger)

    @pytest.fixture
    def make(self, place):
        numbers = count(1)
        return lambda **more: self.one(place, next(numbers), more)


def published(place):
    """The eastern street's roster of June, with four who take turns on each place."""
    return Roster.objects.filter(month=JUNE).first() or publish(place, draw_up(
        place, "street", JUNE, leaders=("street", "reviewer", "chief2", "chief3"), mains=("officer1", "officer2", "clerk3", "clerk4"),
        assistants=("clerk1", "clerk2", "storekeeper", "teamleader")), "street")


def moved(model, uid, kind, move, actor, when=NOON, **given):
    advance(Ref(kind, uid), move, actor=actor, at=when, given=given)
    return model.objects.get(uid=uid)


class TestRosters(OfDuty):
    slug, formula_input = "rosters", ""

    def one(self, place, n, more):
        return draw_up(place, "street", date(2021 + (n + 5) // 12, (n + 5) % 12 + 1, 1))


class TestSwaps(OfDuty):
    slug, formula_input = "swaps", "why"

    def one(self, place, n, more):
        roster, seat = published(place), SEATS[n % 3]
        day = JUNE + (n % 27 + 2) * DAY
        near = [p for step in (-1, 0, 1) for p in roster.shifts[(day + step * DAY).isoformat()].values()]
        taker = next(p for p in roster.pools[seat] if p not in near)
        actor = holding(place, roster, day.isoformat(), seat)
        swap = moved(Swap, uuid4(), "swap", "ask", actor, roster=roster.uid, day=day, taker=Post.objects.get(id=taker).uid,
                     **{"why": f"家中有事{n}", **more})
        if n % 2:
            on = next(d for d in sorted(roster.shifts) if roster.shifts[d][seat] == taker)
            return moved(Swap, swap.uid, "swap", "agree", holding(place, roster, on, seat))
        return swap


class TestDutyNumbers(OfDuty):
    slug, keeper, stranger, formula_input = "duty-numbers", "emergency", "unit", "note"

    def one(self, place, n, more):
        area = place.areas[("C11", "C12", "C21")[n % 3]].uid
        house = open_one("organisation", "create", {"code": f"centre-{n}", "name": f"便民中心{n}", "sort": "community", "area": area,
                                                    "valid_from": date(2020, 1, 1)}, actor=SYSTEM, at=NOON)
        return DutyNumber.objects.get(uid=open_one("duty_number", "create", {
            "organisation": house, "area": area, "day_phone": f"027-888800{n:02}", "night_phone": f"027-888900{n:02}",
            "deputy_phone": f"138001390{n:02}", "fax": f"027-888700{n:02}", "note": f"传达室转{n}", **more},
            actor=place.actor("emergency"), at=NOON))


class TestPhoneLog(OfDuty):
    slug, formula_input = "phone-log", "what"

    def one(self, place, n, more):
        return moved(LoggedCall, uuid4(), "logged_call", ("log", "log_done")[n % 2], place.actor("officer1"), **{
            "way": ("in", "out")[n % 2], "called_at": NOON - n % 3 * DAY, "number": f"139123456{n:02}", "caller": f"李婆婆{n}",
            "unit": f"百瑞景社区{n}", "what": f"楼道里有烟味{n}", "action": "已请物业查看", "to_whom": f"物业{n}", **more})


class TestHandovers(OfDuty):
    slug, formula_input = "handovers", "note"

    def one(self, place, n, more):
        roster, day = published(place), JUNE + (n - 1) * DAY
        TestPhoneLog().one(place, n + n % 2, {})
        when = at((day + DAY).isoformat(), "08:20")
        record = moved(Handover, uuid4(), "handover", "hand_over", holding(place, roster, day.isoformat(), "main"), when, **{
            "equipment": "正常", "keyring": "齐全", "warnings": "暴雨蓝色预警", "note": f"留意{n}号泵站", **more})
        for move, seat in (("take_over", "main"), ("confirm", "leader"))[:n % 3]:
            record = moved(Handover, record.uid, "handover", move, holding(place, roster, (day + DAY).isoformat(), seat), when)
        return record


class TestRollCalls(OfDuty):
    slug, formula_input = "roll-calls", ""

    def one(self, place, n, more):
        roster, day = published(place), JUNE + n % 20 * DAY
        when = at(day.isoformat(), "20:00") + n * timedelta(minutes=1)
        roll = moved(RollCall, uuid4(), "roll_call", "call_roll", place.actor("emergency"), when,
                     organisation=place.houses["street1_office"].uid, draw=uuid4(), drawn_from=14)
        if n % 2:
            answerer = holding(place, roster, day.isoformat(), SEATS[n % 3])
            return moved(RollCall, roll.uid, "roll_call", "answer", answerer, when + n * timedelta(seconds=1))
        return roll


class TestMorningSheets(OfDuty):
    """Each sheet that falls due makes the next one wait."""

    slug, formula_input = "morning-sheets", "weather"

    def one(self, place, n, more):
        roster = published(place)
        sheet = MorningSheet.objects.get(state="waiting")
        when, day = at(sheet.day.isoformat(), "08:00"), (sheet.day - DAY).isoformat()
        TestPhoneLog().one(place, n, {})
        moved(MorningSheet, sheet.uid, "morning_sheet", "fall_due", SYSTEM, when)
        moved(MorningSheet, sheet.uid, "morning_sheet", "draw", SYSTEM, when, said=gather(sheet, when))
        told = moved(MorningSheet, sheet.uid, "morning_sheet", "tell_weather", place.actor("officer1"), when,
                     **{"weather": f"小雨，2{n % 10}℃", **more})
        if n % 2:
            return moved(MorningSheet, sheet.uid, "morning_sheet", "sign", holding(place, roster, day, "leader"), when)
        return told
