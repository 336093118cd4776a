"""Goods come from the stores that bring them soonest, first expired first, never from the reserve; brute force agrees."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import chain, combinations
from random import Random
from uuid import UUID

import pytest

from anlan.resources.flowing import flow
from anlan.resources.matching import Roads
from anlan.resources.shelves import Pile
from anlan.resources.supplying import Asked, Need, Source, carried, supply

HERE = (114.30, 30.55)
FLAT = Roads(factor=1.0, km_per_hour=60.0)  # a kilometre is a minute
TODAY = date(2021, 6, 1)
D = Decimal


def pile(n, amount, expires_on=None):
    return Pile(n, UUID(int=n), f"B{n}", expires_on, D(amount))


def source(key, *piles, east_km=0.0, good="沙袋", **more):
    held = [p if isinstance(p, Pile) else pile(n, p) for n, p in enumerate(piles, 1)]
    return Source(**{"key": key, "name": f"{key}库", "good": good, "measure": "条", "piles": held, "lon": HERE[0] + east_km / 95.8,
                     "lat": HERE[1], **more})


def need(amount, within=60, key="闸口", good="沙袋", **more):
    return Need(**{"key": key, "name": key, "good": good, "good_name": good, "measure": "条", "amount": D(amount), "within": within,
                   "lon": HERE[0], "lat": HERE[1], **more})


def asked(sources, needs, roads=FLAT, loading=10):
    return Asked(sources, needs, TODAY, roads, loading)


def brought(plan):
    return {(c.source.key, c.need.key): c.amount for c in plan.choices}


def test_the_nearest_store_that_has_enough_gives_and_the_next_is_named_with_its_delay():
    plan = supply(asked([source("远", 500, east_km=30), source("近", 200, east_km=5)], [need(120)]))
    assert (brought(plan), dict(plan.lacking), plan.gap) == ({("近", "闸口"): D(120)}, {}, 0)
    (choice,) = plan.choices
    assert dict(choice.values) == {"到达": "15分钟", "可供": "200条"}
    assert choice.rejected == "“远库”也能供：晚到25分钟"


def test_one_trip_that_is_enough_goes_before_two_that_are_nearer_each():
    plan = supply(asked([source("甲", 60, east_km=5), source("乙", 60, east_km=6), source("丙", 120, east_km=18)], [need(120)]))
    assert brought(plan) == {("丙", "闸口"): D(120)}
    assert plan.choices[0].rejected == "“甲库”也能供：只能给60条"


def test_what_expires_first_leaves_first_and_what_is_over_or_reserved_stays():
    held = source("甲", pile(1, 40), pile(2, 30, date(2021, 9, 1)), pile(3, 50, date(2021, 7, 1)), pile(4, 90, date(2021, 5, 31)),
                  reserve=D(20))
    plan = supply(asked([held], [need(110)]))
    (choice,) = plan.choices
    assert [(p.number, n) for p, n in choice.lots] == [("B3", D(50)), ("B2", D(30)), ("B1", D(20))]
    assert (choice.amount, dict(plan.lacking)) == (D(100), {"闸口": D(10)})
    assert dict(choice.values) == {"到达": "10分钟", "可供": "100条", "保底不动": "20条"}
    assert choice.rejected == "没有其他仓库存这种物资"


def test_two_needs_share_a_store_and_the_lots_go_on_where_the_first_left_off():
    plan = supply(asked([source("甲", pile(1, 50, date(2021, 7, 1)), pile(2, 50, date(2021, 8, 1)))],
                        [need(60), need(30, key="泵站", lon=HERE[0] + 10 / 95.8)]))
    assert [(c.need.key, [(p.number, n) for p, n in c.lots], c.left) for c in plan.choices] == [
        ("闸口", [("B1", D(50)), ("B2", D(10))], D(40)), ("泵站", [("B2", D(30))], D(10))]


def test_own_goods_go_before_a_firms_unless_that_takes_an_hour_more():
    firm = source("企业", 100, supplier="建材公司")
    plan = supply(asked([firm, source("自有", 100, east_km=20)], [need(50)]))
    assert (brought(plan), plan.choices[0].rejected) == ({("自有", "闸口"): D(50)}, "“企业库”也能供：是协议储备，先用自有物资")
    plan = supply(asked([firm, source("自有", 100, east_km=75)], [need(50, within=120)]))
    assert brought(plan) == {("企业", "闸口"): D(50)}
    assert dict(plan.choices[0].values)["协议储备"] == "建材公司"


@pytest.mark.parametrize(("store", "why"), [
    (source("甲"), "“甲库”：没有结存"),
    (source("甲", pile(1, 30, date(2021, 5, 1))), "“甲库”：剩下的30条已过期，不得发出"),
    (source("甲", 30, reserve=D(40)), "“甲库”：剩下的30条是保底数量，不动用"),
    (source("甲", 30, promised=D(30)), "“甲库”：保底以外的已批准给别处"),
    (source("甲", 30, lon=None), "“甲库”：没有仓库坐标，算不出路程"),
    (source("甲", 30, east_km=60), "“甲库”：70分钟才能到，要求60分钟内"),
    (source("甲", 30, good="水泵"), "没有仓库存这种物资"),
])
def test_a_store_that_cannot_serve_is_passed_over_in_a_sentence(store, why):
    plan = supply(asked([store], [need(30)]))
    assert (brought(plan), dict(plan.lacking), plan.why["闸口"]) == ({}, {"闸口": D(30)}, (why,))
    other = replace(store, key="乙", name="乙库", good="沙袋", lon=HERE[0], piles=[pile(9, 30)], reserve=D(0), promised=D(0))
    assert brought(supply(asked([store, other], [need(30)]))) == {("乙", "闸口"): D(30)}


def test_where_no_road_leads_nothing_is_sent_and_that_is_the_reason():
    cut_off = Roads(1.0, 60.0, {("甲", "闸口"): float("inf")}, "区路网")
    plan = supply(asked([source("甲", 30)], [need(30)], cut_off))
    assert (brought(plan), plan.why["闸口"]) == ({}, ("“甲库”：路网上没有通到那里的路",))


def test_kinds_of_goods_are_planned_apart():
    plan = supply(asked([source("甲", 30), source("乙", 5, good="水泵")], [need(20), need(9, good="水泵", key="泵站")]))
    assert (brought(plan), dict(plan.lacking)) == ({("甲", "闸口"): D(20), ("乙", "泵站"): D(5)}, {"泵站": D(4)})


# Against every way


def drawn(seed, stores=4, wants=2):
    dice = Random(seed)
    sources = [source(str(n), dice.choice([0, 20, 35, 50, 80]), east_km=dice.randint(0, 50), reserve=D(dice.choice([0, 0, 15])),
                      supplier=dice.choice(["", "", "公司"])) for n in range(stores)]
    needs = [need(dice.choice([30, 45, 90]), dice.choice([40, 60, 90]), key=str(n), lon=HERE[0] + n * 0.2) for n in range(wants)]
    return asked(sources, needs)


def every_way(case, pairs):
    """(most that can be brought, fewest minutes for that) over every set of trips."""
    free = {i: int(case.sources[i].free(TODAY) * 1000) for i, _j in pairs}
    wanted = {j: int(case.needs[j].amount * 1000) for _i, j in pairs}
    ways = chain.from_iterable(combinations(pairs, n) for n in range(len(pairs) + 1))
    return min(((-sum(flow(free, wanted, way).values()), sum(pairs[p] for p in way)) for way in ways), default=(0, 0))


@pytest.mark.parametrize("seed", range(30))
def test_brute_force_finds_no_way_that_brings_more_or_takes_fewer_minutes(seed):
    case = drawn(seed)
    pairs = case.pairs("沙袋")
    sent, gap = carried(case, pairs)
    assert ((-sum(sent.values()), sum(pairs[p] for p in sent)), gap) == (every_way(case, pairs), 0)
    for i, s in enumerate(case.sources):
        assert sum(n for (k, _j), n in sent.items() if k == i) <= s.free(TODAY) * 1000


def test_a_flow_takes_back_what_it_gave_where_more_can_be_carried():
    assert flow({0: 5, 1: 5}, {0: 5, 1: 5}, [(0, 0), (0, 1), (1, 0)]) == {(0, 1): 5, (1, 0): 5}
