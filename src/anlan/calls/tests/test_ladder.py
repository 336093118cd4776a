"""Any ladder, any district with gaps: the route goes up, comes to an end, and passes over rungs where nobody stands."""

import json
from csv import DictReader
from datetime import UTC, date, datetime
from importlib.resources import files
from types import SimpleNamespace
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.calls import ladder, routing
from anlan.calls.models import Level, Priority, Trade
from anlan.kernel.worktime import Limit, hours_of, weekday_calendar
from anlan.people.models import Sort

DAY, NOON, NIGHT = date(2021, 6, 1), datetime(2021, 6, 1, 2, tzinfo=UTC), datetime(2021, 6, 1, 18, tzinfo=UTC)
GROUND = frozenset({1, 2, 3})
OFFICE = weekday_calendar(ZoneInfo("Asia/Shanghai"), hours_of([["08:30", "12:00"], ["14:00", "17:30"]]))
ALWAYS = weekday_calendar(ZoneInfo("Asia/Shanghai"), hours_of([["00:00", "23:59"]]))
BEGAN = date(2019, 1, 1)
SHIPPED = {r["key"]: json.loads(r["value"]) for r in DictReader(
    (files("anlan.calls") / "data" / "parameters.csv").read_text(encoding="utf-8").splitlines())}


class Rules:
    """A rulebook with one ladder and, besides, what ships."""

    def __init__(self, steps):
        self.values = {**SHIPPED, "call.ladder": list(steps)}
        self.calendar_of = {5: ALWAYS}

    def value(self, key, on):
        return self.values[key]

    def calendar(self, code="office"):
        return OFFICE


def body(id, sort, area=1, code="", lead=None):
    return routing.Body(id, UUID(int=id), code, str(id), sort, area, lead, BEGAN, None)


def seat(id, house, *roles, area=1, hours=None, deputy=None):
    return routing.Seat(id, house, area, roles, hours, deputy, BEGAN, None)


COMMUNITY, STREET, GAS, BUREAU, GOVERNMENT, COMMITTEE = 11, 12, 13, 14, 15, 16
BODIES = [body(COMMUNITY, Sort.COMMUNITY, 3), body(STREET, Sort.STREET_OFFICE, 2), body(GAS, Sort.DEPARTMENT),
          body(BUREAU, Sort.DEPARTMENT), body(GOVERNMENT, Sort.DEPARTMENT), body(COMMITTEE, Sort.COMMITTEE, 1, "committee-05", GAS)]
SEATS = [seat(21, COMMUNITY, "warden", area=3), seat(22, BUREAU, "emergency"), seat(23, GOVERNMENT, "leader"),
         seat(24, STREET, "street", hours=5, deputy=25), seat(25, STREET, "street")]


def wish(at=NOON, **more):
    return routing.Wish(GROUND, DAY, at, **more)


def steps_of(rules):
    return rules.value("call.ladder", DAY)


def climb(rules, ways, start, called):
    """Rung after rung, as the clocks would, until nobody stands above."""
    path, level, party = [], start, None
    while (found := routing.route(rules, ways, wish(trade="gas"), level, but=frozenset({party, called}))) is not None:
        path.append(found)
        assert len(path) <= len(steps_of(rules)), "it climbs for ever"
        higher = ladder.above(found.level, ladder.rungs(rules, DAY))
        if not higher:
            break
        level, party = higher[0], found.party_id
    return path


@given(st.permutations(Level.values[1:]).flatmap(lambda p: st.integers(1, len(p)).map(lambda n: tuple(p[:n]))),
       st.sets(st.integers(0, len(BODIES) - 1)), st.sets(st.integers(0, len(SEATS) - 1)))
def test_every_generated_ladder_terminates_and_never_calls_the_same_rung_twice(steps, bodies, seats):
    """Seen to fail with `above` giving the whole ladder."""
    rules, ways = Rules(steps), routing.Ways([BODIES[i] for i in bodies], [SEATS[i] for i in seats])
    path = climb(rules, ways, steps[0], None)
    heights = [steps.index(r.level) for r in path]
    assert heights == sorted(set(heights)) and len(path) <= len(steps)
    assert all(r.party_id is not None for r in path)


@given(st.sets(st.integers(0, len(BODIES) - 1)), st.sets(st.integers(0, len(SEATS) - 1)), st.sampled_from(SHIPPED["call.ladder"]))
def test_while_the_district_has_a_command_no_call_is_nobodys(bodies, seats, level):
    """Seen to fail with `route` looking at the asked rung alone."""
    rules = Rules(SHIPPED["call.ladder"])
    ways = routing.Ways([BODIES[i] for i in bodies], [SEATS[1], SEATS[2], *(SEATS[i] for i in seats)])
    assert routing.route(rules, ways, wish(), level).party_id is not None


WAYS = routing.Ways(BODIES, SEATS)
RULES = Rules(SHIPPED["call.ladder"])


@pytest.mark.parametrize(("more", "party"), [
    ({"trade": "gas"}, GAS), ({"committee_no": 5}, GAS), ({"place_department_id": BUREAU}, BUREAU),
    ({"trade": "gas", "place_department_id": BUREAU}, GAS), ({"department_id": GOVERNMENT, "trade": "gas"}, GOVERNMENT)])
def test_the_lead_department_follows_from_name_kind_and_place_in_this_order(more, party):
    assert routing.route(RULES, WAYS, wish(**more), Level.DEPARTMENT) == routing.Route(Level.DEPARTMENT, party)


def test_without_a_match_the_district_command_receives_it():
    assert routing.route(RULES, WAYS, wish(trade="water"), Level.DEPARTMENT) == routing.Route(Level.DISTRICT, BUREAU)


def test_at_night_the_post_on_duty_rings_too_and_by_day_it_does_not():
    assert [routing.route(RULES, WAYS, wish(at), Level.STREET).duty_post for at in (NOON, NIGHT)] == [None, 24]


def test_the_deputies_of_a_body_are_those_of_its_posts():
    assert [routing.deputies(WAYS, party) for party in (STREET, 24, GAS)] == [[25], [25], []]


def test_the_table_that_ships_is_whole_and_a_gap_is_named():
    assert ladder.problems(SHIPPED["call.ladder"], SHIPPED["call.limits"], Priority.values) == []
    broken = json.loads(json.dumps(SHIPPED["call.limits"]))
    del broken["P2"]["street"]["arrive"]
    broken["P3"]["grid"]["sign"] = [1, "fortnight"]
    assert ladder.problems(SHIPPED["call.ladder"], broken, Priority.values) == ["P2 street arrive", "P3 grid sign"]
    assert set(SHIPPED["call.trades"]) == set(Trade.values)


def test_p1_and_p2_run_around_the_clock_and_p3_and_p4_in_working_time():
    units = {p: {Limit.of(cell[s]).unit in ladder.AROUND_THE_CLOCK for cell in rows.values() for s in ladder.STEPS}
             for p, rows in SHIPPED["call.limits"].items()}
    assert units == {"P1": {True}, "P2": {True}, "P3": {False}, "P4": {False}}


@given(st.sampled_from(SHIPPED["call.ladder"]), st.sampled_from(ladder.STEPS))
def test_what_is_more_urgent_is_never_given_more_time(level, step):
    def end(p):
        from_limit = Limit.of(SHIPPED["call.limits"][p][level][step])
        return ladder_end(from_limit)

    assert [end(p) for p in Priority.values] == sorted(end(p) for p in Priority.values)


def ladder_end(limit):
    from_noon = SimpleNamespace(**{"minute": 1, "hour": 60, "working_hour": 60, "working_day": 24 * 60})
    return limit.value * getattr(from_noon, str(limit.unit))
