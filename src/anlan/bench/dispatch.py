"""The force matcher: 1,000 teams to 50 demands, proven to be the best, beside HiGHS on the plain program and whoever is nearest first."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product
from random import Random
from statistics import median
from typing import Any, NamedTuple

from anlan.resources.matching import Demand, Force, Roads, costs, match, worth
from anlan.resources.parting import COVER, LACK, Homes, solve

from .ground import Ground
from .results import Figure, Report, Side, ratio
from .timing import in_turns

TEAMS, DEMANDS, HOMES, ROUNDS = 1_000, 50, 14, 5
KEEP = 20
SMALL, SMALL_TEAMS, SMALL_DEMANDS = 30, 7, 3
MOST_S, PLAIN_S = 1.0, 60.0
SKILLS = ("flood", "fire", "gas", "medical")
ROADS = Roads()
NOTES = (
    "Teams of 5 to 40 people, four skills, three levels, in 14 homes that each keep 20 behind, two in three ready, the others resting"
    " or off; demands of 20 to 120 people within 45 to 90 minutes; a district drawn anew each round.",
    "Ours: from teams and demands to the plan with the values that decided and the next best of each choice. The plain way: the same"
    f" pairs as one integer program for HiGHS, gap 0, at most {PLAIN_S:.0f} s, without a word about why; where it reaches that end, its"
    " time is the end's. Both must cost the same where both are proven.",
    "Nearest first: each demand in turn takes the nearest team until it has enough; what it costs over the best plan.",
    f"Before all that, {SMALL} small cases are held against every way to send every team.",
    "Scarce: four times the people wanted, so that a team too many at one place is one too few at another; the plan is not always"
    " proven then, and how much a better one might save is said beside it.",
)


class Case(NamedTuple):
    forces: list[Force]
    demands: list[Demand]
    keep: dict[str, int]


def measure(_ground: Ground, scale: float) -> Report:
    teams, demands, rounds = max(40, round(TEAMS * scale)), max(4, round(DEMANDS * scale)), ROUNDS if scale == 1 else 2
    report = Report("dispatch", {"teams": teams, "demands": demands, "rounds": rounds}, list(NOTES))
    for seed in range(SMALL if scale == 1 else 6):
        _hold_against_every_way(report, seed)
    match(*_asked(drawn(0, 40, 4)))  # the solver is loaded before the clock starts
    asked = [drawn(seed, teams, demands, round(KEEP * scale)) for seed in range(1, rounds + 1)]
    ours, plain = (iter(list(asked)) for _way in range(2))
    told, plainly = in_turns(rounds, lambda: _ours(next(ours)), lambda: _plain(next(plain)))
    report.figures += _figures(report, asked, told, plainly)
    report.figures += _scarce(report, teams, demands, rounds, scale)
    return report


def drawn(seed: int, teams: int, demands: int, keep: int = KEEP, people: tuple[int, int] = (20, 120)) -> Case:
    dice = Random(seed)

    def spot() -> dict[str, float]:
        return {"lon": 114.3 + dice.uniform(-0.08, 0.08), "lat": 30.55 + dice.uniform(-0.06, 0.06)}

    forces = [Force(f"t{n}", f"t{n}", frozenset({dice.choice(SKILLS)}), dice.randint(1, 3), dice.randint(5, 40), **spot(),
                    ready_minutes=dice.choice([5, 15, 30]), not_before=dice.choice([0, 0, 0, 0, 60, None]), home=f"h{n % HOMES}")
              for n in range(teams)]
    wanted = [Demand(f"d{n}", f"d{n}", dice.choice(SKILLS), dice.randint(*people), dice.choice([45, 60, 90]), **spot(),
                     level=dice.randint(1, 3)) for n in range(demands)]
    return Case(forces, wanted, {f"h{n}": keep for n in range(HOMES)})


def _asked(case: Case) -> tuple[Any, ...]:
    return case.forces, case.demands, ROADS, case.keep


class Took(NamedTuple):
    """proven: whether no plan is better."""

    seconds: float
    cost: float
    proven: bool
    gap: float = 0.0


def _ours(case: Case) -> Took:
    began = time.perf_counter()
    plan = match(*_asked(case))
    return Took(time.perf_counter() - began, plan.cost, plan.gap == 0, plan.gap)


def _plain(case: Case) -> Took:
    began = time.perf_counter()
    pairs = costs(case.forces, case.demands, ROADS)
    sent, proven = _as_one_program(case, pairs)
    return Took(time.perf_counter() - began, worth(case.forces, case.demands, pairs, sent, case.keep), proven)


def _as_one_program(case: Case, pairs: Mapping[tuple[int, int], int]) -> tuple[dict[int, int], bool]:
    """A column for each pair, each demand's lack and each home's shortage; a row for each team, demand and home."""
    import highspy  # noqa: PLC0415  only this scenario needs it

    most, homes = highspy.kHighsInf, Homes.read(case.forces, case.keep)
    model = highspy.Highs()
    for name, value in (("log_to_console", False), ("mip_rel_gap", 0.0), ("mip_abs_gap", 0.99), ("time_limit", PLAIN_S)):
        model.setOptionValue(name, value)
    taken = {p: model.addBinary(obj=float(minutes)) for p, minutes in pairs.items()}
    lacks = [model.addVariable(0, most, LACK) for _demand in case.demands]
    for i in {i for i, _j in pairs}:
        model.addConstr(sum(x for (k, _j), x in taken.items() if k == i) <= 1)
    for j, demand in enumerate(case.demands):
        came = [min(case.forces[i].people, demand.people) * x for (i, k), x in taken.items() if k == j]
        model.addConstr(sum([*came, lacks[j]]) >= demand.people)
    for home, spare in homes.spare.items():
        gone = [x for (i, _j), x in taken.items() if homes.of.get(i) == home]
        if gone:
            model.addConstr(sum([*gone, -1 * model.addVariable(0, most, COVER)]) <= spare)
    model.run()
    values = model.getSolution().col_value
    return {i: j for (i, j), x in taken.items() if values[x.index] > 0.5}, model.getModelStatus() == highspy.HighsModelStatus.kOptimal


def _nearest_asked(case: Case) -> float:
    pairs = costs(case.forces, case.demands, ROADS)
    sent: dict[int, int] = {}
    for j, demand in enumerate(case.demands):
        lacks = demand.people
        for _minutes, i in sorted((m, i) for (i, k), m in pairs.items() if k == j):
            if lacks > 0 and i not in sent:
                sent[i] = j
                lacks -= case.forces[i].people
    return worth(case.forces, case.demands, pairs, sent, case.keep)


def _figures(report: Report, asked: Sequence[Case], told: Sequence[Took], plainly: Sequence[Took]) -> list[Figure]:
    for n, (ours, plain) in enumerate(zip(told, plainly, strict=True)):
        report.expect(ours.proven, f"round {n}: not proven, {ours.gap} minutes open")
        report.expect(not plain.proven or ours.cost == plain.cost, f"round {n}: {ours.cost}, HiGHS alone {plain.cost}")
        report.expect(ours.cost <= plain.cost, f"round {n}: {ours.cost} is dearer than {plain.cost}")
    spent = [t.seconds for t in told]
    dearer = [_nearest_asked(case) - t.cost for case, t in zip(asked, told, strict=True)]
    return [
        Figure("best_plan", "the best plan, explained", median(spent), "s", "at most", MOST_S, None, None, min(spent), max(spent)),
        ratio("against_highs", "plans a second, against HiGHS on one program", [Side("the matcher", 1 / t.seconds, "/s") for t in told],
              [Side("HiGHS alone", 1 / t.seconds, "/s") for t in plainly]),
        Figure("nearest_first", "nearest first: minutes over the best plan", median(dearer), "min", low=min(dearer), high=max(dearer)),
    ]


def _scarce(report: Report, teams: int, demands: int, rounds: int, scale: float) -> list[Figure]:
    asked = [drawn(seed, teams, demands, round(KEEP * scale), (80, 480)) for seed in range(1, min(rounds, 3) + 1)]
    told = [_ours(case) for case in asked]
    spent, gaps = [t.seconds for t in told], [t.gap for t in told]
    report.expect(all(t.gap >= 0 for t in told), "a plan below its bound")
    return [Figure("scarce", "scarce: the plan, explained", median(spent), "s", low=min(spent), high=max(spent)),
            Figure("scarce_open", "scarce: minutes that a better plan might save", median(gaps), "min", low=min(gaps), high=max(gaps))]


def _hold_against_every_way(report: Report, seed: int) -> None:
    case = drawn(seed, SMALL_TEAMS, SMALL_DEMANDS, 0, (10, 60))
    alike = [replace(f, skills=frozenset(SKILLS)) for f in case.forces]
    keep = {f"h{n}": n % 2 for n in range(HOMES)}
    pairs = costs(alike, case.demands, ROADS)
    ways = [[None, *(j for j in range(len(case.demands)) if (i, j) in pairs)] for i in range(len(alike))]
    best = min(worth(alike, case.demands, pairs, {i: j for i, j in enumerate(way) if j is not None}, keep) for way in product(*ways))
    sent, gap = solve(alike, case.demands, pairs, keep)
    found = worth(alike, case.demands, pairs, sent, keep)
    report.expect(found == best and gap == 0, f"small case {seed}: {found}, every way tried: {best}, said to be open: {gap}")
