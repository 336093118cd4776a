"""The matcher sends the best feasible teams, says what decided, what came next and what is lacking; brute force agrees."""

from itertools import product
from random import Random

import pytest

from anlan.resources import sending
from anlan.resources.matching import Demand, Force, Roads, costs, distance_km, match, worth
from anlan.resources.parting import solve

HERE = (114.30, 30.55)
FLAT = Roads(factor=1.0, km_per_hour=60.0)  # a kilometre is a minute


def force(key, people=10, east_km=0.0, **more):
    return Force(**{"key": key, "name": f"{key}队", "skills": frozenset({"flood"}), "level": 2, "people": people,
                    "lon": HERE[0] + east_km / 95.8, "lat": HERE[1], "ready_minutes": 5, **more})


def demand(people=10, within=60, key="闸口", **more):
    return Demand(**{"key": key, "name": key, "skill": "flood", "people": people, "within": within, "lon": HERE[0], "lat": HERE[1], **more})


def names(plan):
    return [c.force.name for c in plan.choices]


def test_the_nearest_that_is_enough_goes_and_the_next_is_named_with_its_delay():
    plan = match([force("远", east_km=20), force("近", east_km=2)], [demand()], FLAT)
    assert names(plan) == ["近队"]
    assert dict(plan.choices[0].values) == {"到达": "7分钟", "人数": "10", "能力等级": "2", "集结": "5分钟"}
    assert plan.choices[0].rejected == "“远队”也能去：晚到18分钟"


def test_people_outweigh_minutes():
    plan = match([force("近", 4, 1), force("大", 10, 30)], [demand()], FLAT)
    assert names(plan) == ["大队"]
    assert plan.choices[0].rejected == "“近队”也能去：会少6人"


@pytest.mark.parametrize(("more", "why"), [
    ({"skills": frozenset({"fire"})}, "没有登记这种专长的队伍"),
    ({"level": 3}, "“甲队”：能力等级3，需要2级"),
    ({"not_before": None, "reason": "正在休整"}, "“甲队”：正在休整"),
    ({"lon": None}, "“甲队”：没有驻地坐标，算不出路程"),
    ({"east_km": 90}, "“甲队”：95分钟才能到，要求60分钟内"),
])
def test_who_cannot_go_is_not_sent_and_what_is_lacking_is_said(more, why):
    plan = match([force("甲", **more)], [demand(level=2)], FLAT)
    assert (names(plan), dict(plan.lacking), plan.why["闸口"]) == ([], {"闸口": 10}, (why,))


def test_who_must_rest_first_comes_later_or_not_at_all():
    resting = force("歇", not_before=50)
    assert names(match([resting], [demand(within=60)], FLAT)) == ["歇队"]
    assert names(match([resting], [demand(within=54)], FLAT)) == []


def test_one_team_serves_one_demand_and_the_rest_is_said():
    plan = match([force("甲"), force("乙", 4)], [demand(), demand(key="泵站")], FLAT)
    assert sorted(names(plan)) == ["乙队", "甲队"]
    assert sum(plan.lacking.values()) == 6
    assert "已用于另一处需求" in next(iter(plan.why.values()))[0]


def test_a_place_keeps_somebody_behind_where_another_can_go():
    held = [force("甲", home="东街"), force("乙", east_km=10, home="西街"), force("丙", home="西街", skills=frozenset({"fire"}))]
    plan = match(held, [demand()], FLAT, {"东街": 1, "西街": 1})
    assert (names(plan), plan.uncovered) == (["乙队"], ())
    assert plan.choices[0].rejected == "“甲队”也能去：它的驻地就没有队伍留守"
    bare = match(held[:1], [demand()], FLAT, {"东街": 1})
    assert (names(bare), bare.uncovered) == (["甲队"], ("东街",))


def test_a_road_graph_goes_before_the_straight_line():
    roads = Roads(factor=1.0, km_per_hour=60.0, minutes={("近", "闸口"): 200.0})
    assert names(match([force("远", east_km=20), force("近", east_km=2)], [demand(within=90)], roads)) == ["远队"]


def test_distance_is_along_the_great_circle():
    assert distance_km(114.3, 30.5, 114.3, 31.5) == pytest.approx(111.19, abs=0.05)
    assert distance_km(114.3, 30.5, 114.3, 30.5) == 0


def cheapest(forces, demands, pairs, keep):
    """Every way to send every team, one after the other."""
    ways = [[None, *(j for j in range(len(demands)) if (i, j) in pairs)] for i in range(len(forces))]
    return min(worth(forces, demands, pairs, {i: j for i, j in enumerate(way) if j is not None}, keep) for way in product(*ways))


def drawn(seed, teams=7, wants=3, homes=("东街", "西街")):
    dice = Random(seed)
    forces = [force(str(n), dice.randint(3, 12), dice.uniform(0, 40), level=dice.randint(1, 3), home=dice.choice(homes),
                    not_before=dice.choice([0, 0, 0, 20, None])) for n in range(teams)]
    demands = [demand(dice.randint(5, 25), dice.randint(20, 60), key=str(n), level=dice.randint(1, 3)) for n in range(wants)]
    return forces, demands, {home: dice.randint(0, 2) for home in homes}


@pytest.mark.parametrize("seed", range(24))
def test_brute_force_finds_nothing_better(seed):
    forces, demands, keep = drawn(seed)
    pairs = costs(forces, demands, FLAT)
    sent, gap = solve(forces, demands, pairs, keep)
    assert (worth(forces, demands, pairs, sent, keep), gap) == (cheapest(forces, demands, pairs, keep), 0)


def test_the_order_of_the_lists_does_not_matter():
    forces, demands, keep = drawn(3, teams=60, wants=8)
    one, other = (match(forces[::way], demands[::way], FLAT, keep) for way in (1, -1))
    said, said_too = ({(c.force.key, c.demand.key, c.rejected) for c in plan.choices} for plan in (one, other))
    assert said == said_too and len(said) > 8


def test_homes_that_would_be_left_bare_together_are_weighed_together():
    """Two places ask; each alone would take a team of the same home, which can spare one."""
    held = [force("甲", home="东街"), force("乙", home="东街"), force("丙", east_km=20, home="西街"), force("丁", east_km=30, home="西街")]
    plan = match(held, [demand(), demand(key="泵站")], FLAT, {"东街": 1, "西街": 1})
    assert (sorted(names(plan))[0], len(plan.choices), plan.uncovered, plan.cost) == ("丙队", 2, (), 5 + 25)


def test_a_plan_that_is_not_proven_says_how_much_better_another_might_be(monkeypatch):
    forces, demands, keep = drawn(4)
    pairs = costs(forces, demands, FLAT)
    best = worth(forces, demands, pairs, solve(forces, demands, pairs, keep).of, keep)
    monkeypatch.setattr(sending, "FEW", 0)
    sent, gap = solve(forces, demands, pairs, keep)
    assert gap > 0
    assert worth(forces, demands, pairs, sent, keep) - gap <= best <= worth(forces, demands, pairs, sent, keep)
