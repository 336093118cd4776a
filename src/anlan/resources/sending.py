"""The cheapest sending of teams to demands, exactly: bounds by Lagrangian prices, patterns by a knapsack, the choice by HiGHS.

Which teams serve one demand is a knapsack; what couples demands is that a team goes once, and that homes keep some behind. So:

1. What can share neither team nor home falls apart into parts. A home is watched only once a plan without it takes too many away.
2. In a part, prices on teams and homes give a bound on any plan (Lagrange), and for each pair what at least a plan costs that has it.
   A plan is made by serving the demands one after the other; pairs that can be in no cheaper plan are dropped. That drop is safe:
   all costs are whole numbers, so that a cheaper plan costs at least one less.
3. Patterns (a set of teams for one demand) are generated until the master program is at its bound; HiGHS then picks whole ones.
   Where the bound is not met, every pattern that a cheaper plan could have is listed, and HiGHS picks again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import Any, NamedTuple

import highspy
import numpy

from .parting import COVER, LACK

EPS = 1e-4
PASSES, MOST_ROUNDS = 12, 40
ROOMS, MOST_PATTERNS = (1.0, 2.0, 4.0, 8.0), 1_500
FAR, FEW, MOST_NODES, MOST_SECONDS = 6.0, 100, 150, 2.0
"""Work is limited by count, so that the same demands get the same teams on any machine; the seconds are a net below that."""
Array = Any


class Pattern(NamedTuple):
    """demand; teams: in the part's own numbers; cost: their minutes and tolls, and what the demand still lacks."""

    demand: int
    teams: tuple[int, ...]
    cost: float


@dataclass
class Part:
    """Demands that share teams or watched homes. cost: (team, demand) → minutes; home: team → watched home, -1 for none."""

    cost: dict[tuple[int, int], float]
    people: Sequence[int]
    wanted: Sequence[int]
    home: Sequence[int]
    spare: Sequence[float]
    able: list[list[int]] = field(init=False)

    def __post_init__(self) -> None:
        self.able = [[] for _ in self.wanted]
        for i, j in self.cost:
            self.able[j].append(i)

    def worth(self, chosen: Iterable[Pattern]) -> float:
        held = list(chosen)
        gone = numpy.zeros(len(self.spare))
        for i in (i for p in held for i in p.teams):
            if self.home[i] >= 0:
                gone[self.home[i]] += 1
        return float(sum(p.cost for p in held) + COVER * numpy.maximum(gone - self.spare, 0).sum())


@dataclass(frozen=True)
class Prices:
    """What a team's going costs besides its minutes: its own scarcity and its home's."""

    teams: Array
    homes: Array

    def of(self, part: Part, i: int) -> float:
        return float(self.teams[i] + (self.homes[part.home[i]] if part.home[i] >= 0 else 0.0))


@dataclass(frozen=True)
class Bound:
    """least: no plan costs less. forced: (team, demand) → how much more at least, with this pair in it. patterns: the best one a demand."""

    least: float
    forced: Mapping[tuple[int, int], float]
    patterns: Sequence[Pattern]
    prices: Prices


class Shelf:
    """Teams of one demand as a knapsack: the cheapest cover for each number of people, from the front and from the back."""

    def __init__(self, part: Part, j: int, prices: Prices, without: frozenset[int] = frozenset()) -> None:
        self.part, self.j, self.wanted = part, j, part.wanted[j]
        self.teams = [i for i in part.able[j] if i not in without]
        self.sizes = [min(part.people[i], self.wanted) for i in self.teams]
        self.costs = [part.cost[i, j] + prices.of(part, i) for i in self.teams]
        self.lacking = LACK * (self.wanted - numpy.arange(self.wanted + 1.0))
        self.front = self._front()

    def _front(self) -> Array:
        """front[k][w]: the cheapest w people (the last column: w or more) of the first k teams."""
        table = numpy.full((len(self.teams) + 1, self.wanted + 1), numpy.inf)
        table[0][0] = 0.0
        for k, (size, cost) in enumerate(zip(self.sizes, self.costs, strict=True)):
            was, now = table[k], table[k + 1]
            now[:] = was
            numpy.minimum(now[size:], was[:self.wanted + 1 - size] + cost, out=now[size:])
            now[-1] = min(now[-1], was[self.wanted - size:].min() + cost)
        return table

    def best(self) -> tuple[float, Pattern]:
        """(its priced cost, the pattern at its own cost)."""
        total = self.front[-1] + self.lacking
        w, taken = int(total.argmin()), []
        least = float(total[w])
        for k in range(len(self.teams) - 1, -1, -1):
            was = self.front[k]
            if was[w] <= self.front[k + 1][w]:
                continue
            taken.append(self.teams[k])
            size = self.sizes[k]
            w = w - size if w < self.wanted else self.wanted - size + int(was[self.wanted - size:].argmin())
        return least, pattern_of(self.part, self.j, taken)

    def back(self) -> Array:
        """back[k][w]: what it costs at least to go on from w people with the teams from k on."""
        table = numpy.empty((len(self.teams) + 1, self.wanted + 1))
        table[-1] = self.lacking
        for k in range(len(self.teams) - 1, -1, -1):
            numpy.minimum(table[k + 1], self._with(table[k + 1], k), out=table[k])
        return table

    def _with(self, after: Array, k: int) -> Array:
        size, moved = self.sizes[k], numpy.empty(self.wanted + 1)
        moved[:self.wanted + 1 - size] = after[size:]
        moved[self.wanted + 1 - size:] = after[-1]
        return moved + self.costs[k]

    def forced(self) -> dict[tuple[int, int], float]:
        """For each team: how much dearer this demand is when that team must serve it."""
        back = self.back()
        least = float(back[0][0])
        return {(i, self.j): float((self.front[k] + self._with(back[k + 1], k)).min()) - least for k, i in enumerate(self.teams)}

    def within(self, most: float, room: int) -> list[Pattern] | None:
        """Every pattern whose priced cost is at most `most`, without teams beyond what is wanted; None where there are more than room."""
        back, found = self.back(), []
        stack: list[tuple[int, int, float, tuple[int, ...]]] = [(0, 0, 0.0, ())]
        while stack:
            k, w, cost, taken = stack.pop()
            if cost + back[k][w] > most:
                continue
            if w == self.wanted or k == len(self.teams):
                found.append(pattern_of(self.part, self.j, taken))
                if len(found) > room:
                    return None
                continue
            stack.append((k + 1, w, cost, taken))
            stack.append((k + 1, min(self.wanted, w + self.sizes[k]), cost + self.costs[k], (*taken, self.teams[k])))
        return found


def pattern_of(part: Part, j: int, teams: Iterable[int]) -> Pattern:
    held = tuple(sorted(teams))
    lacks = max(0, part.wanted[j] - sum(part.people[i] for i in held))
    return Pattern(j, held, sum(part.cost[i, j] for i in held) + LACK * lacks)


def cheapest(part: Part) -> tuple[list[Pattern], float]:
    """One pattern a demand, and by how much a better plan might undercut them: 0 where they are proven to be the best."""
    part, plan, bound = _narrowed(part)
    known = dict.fromkeys([*(pattern_of(part, j, ()) for j in range(len(part.wanted))), *plan, *bound.patterns])
    bound = _generated(part, bound, known)
    plan = _better(part, plan, _picked(part, known))
    plan, proven = _listed(part, plan, bound)
    return (plan, 0.0) if proven else _searched(part, plan, bound)


def _open(part: Part, plan: Sequence[Pattern], bound: Bound) -> float:
    """How far below this plan a better one might lie; 0 where none can. All costs are whole."""
    return max(0.0, part.worth(plan) - ceil(bound.least - EPS))


def _better(part: Part, plan: list[Pattern], other: list[Pattern]) -> list[Pattern]:
    return other if other and part.worth(other) < part.worth(plan) else plan


def _listed(part: Part, plan: list[Pattern], bound: Bound) -> tuple[list[Pattern], bool]:
    """The best plan of patterns near the bound, farther from it step by step; and whether no plan outside them can be better."""
    for most in ROOMS:
        room = min(most, _open(part, plan, bound))
        if not room:
            return plan, True
        every = _near(part, bound, room)
        if every is None:
            return plan, False
        plan = _better(part, plan, _picked(part, dict.fromkeys([*plan, *every])))
    return plan, _open(part, plan, bound) <= ROOMS[-1]


def _near(part: Part, bound: Bound, room: float) -> list[Pattern] | None:
    """Every pattern that a plan at most `room` above the bound can have; None where they are too many."""
    found: list[Pattern] = []
    for j in range(len(part.wanted)):
        shelf = Shelf(part, j, bound.prices)
        more = shelf.within(shelf.best()[0] + room + EPS, MOST_PATTERNS - len(found))
        if more is None:
            return None
        found += more
    return found


def _searched(part: Part, plan: list[Pattern], bound: Bound) -> tuple[list[Pattern], float]:
    """HiGHS among the teams themselves, over so many nodes: with many people wanted, patterns near the bound are too many to list."""
    room = _open(part, plan, bound)
    all_that_could = _thinned(part, _bound(part, bound.prices), room)
    whole = room <= FAR or len(all_that_could.cost) <= FEW
    few = all_that_could if whole else _thinned(part, _bound(part, bound.prices), FAR)
    model = solved(_teams_program(few, whole=True))
    solution = model.getSolution()
    if solution.value_valid:
        taken = [k for k, x in zip(few.cost, solution.col_value, strict=False) if x > 0.5]
        plan = _better(part, plan, [pattern_of(part, j, [i for i, to in taken if to == j]) for j in range(len(part.wanted))])
    least = model.getInfo().mip_dual_bound if whole else bound.least
    return plan, max(0.0, part.worth(plan) - ceil(max(least, bound.least) - EPS))


def _narrowed(part: Part) -> tuple[Part, list[Pattern], Bound]:
    """Prices from the linear program, then moved against what is used too often; between, what can be in no better plan is dropped."""
    bound = _bound(part, _linear_prices(part))
    plan = _one_after_the_other(part, bound.prices)
    part = _thinned(part, bound, _open(part, plan, bound))
    bound = _moved_often(part, bound)
    plan = _better(part, plan, _one_after_the_other(part, bound.prices))
    bound = _bound(part, bound.prices)
    return _thinned(part, bound, _open(part, plan, bound)), plan, bound


def _moved_often(part: Part, best: Bound) -> Bound:
    bound, step = best, 0.03
    for _pass in range(PASSES):
        moved = _moved(part, bound, step * max(20.0, best.least % LACK))
        if moved is None:
            break
        bound = _bound(part, moved, forced=False)
        best, step = (bound, step) if bound.least > best.least else (best, step * 0.6)
    return best


def _bound(part: Part, prices: Prices, *, forced: bool = True) -> Bound:
    shelves = [Shelf(part, j, prices) for j in range(len(part.wanted))]
    told = [s.best() for s in shelves]
    least = sum(z for z, _p in told) - prices.teams.sum() - (prices.homes * part.spare).sum()
    more = {k: v for s in shelves for k, v in s.forced().items()} if forced else {}
    return Bound(float(least), more, [p for _z, p in told], prices)


def _moved(part: Part, bound: Bound, length: float) -> Prices | None:
    """Dearer what is used more than there is of it, cheaper what is not; None where nothing presses."""
    used, gone = numpy.zeros(len(part.people)), numpy.zeros(len(part.spare))
    for i in (i for p in bound.patterns for i in p.teams):
        used[i] += 1
        if part.home[i] >= 0:
            gone[part.home[i]] += 1
    teams, homes = used - 1, gone - part.spare
    teams[(teams < 0) & (bound.prices.teams <= 0)] = 0
    homes[(homes < 0) & (bound.prices.homes <= 0)] = 0
    size = float(teams @ teams + homes @ homes)
    if not size:
        return None
    return Prices(numpy.maximum(bound.prices.teams + length / size * teams, 0),
                  numpy.clip(bound.prices.homes + length / size * homes, 0, COVER))


def _one_after_the_other(part: Part, prices: Prices) -> list[Pattern]:
    """A plan that can be: the demands in turn, each from what is left."""
    gone: set[int] = set()
    plan = []
    for j in sorted(range(len(part.wanted)), key=lambda j: (len(part.able[j]), j)):
        _z, pattern = Shelf(part, j, prices, frozenset(gone)).best()
        gone.update(pattern.teams)
        plan.append(pattern)
    return plan


def _thinned(part: Part, bound: Bound, room: float) -> Part:
    """Without the pairs that make any plan dearer than this much above the bound."""
    kept = {k: c for k, c in part.cost.items() if bound.forced[k] <= room + EPS}
    return Part(kept, part.people, part.wanted, part.home, part.spare)


def _linear_prices(part: Part) -> Prices:
    """The duals of the plain linear program."""
    n, m = len(part.people), len(part.wanted)
    duals = numpy.array(solved(_teams_program(part, whole=False)).getSolution().row_dual)
    return Prices(numpy.maximum(-duals[:n], 0), numpy.clip(-duals[n + m:], 0, COVER))


def _teams_program(part: Part, *, whole: bool) -> Any:
    """Rows: teams, demands, watched homes. Columns: the pairs, what each demand lacks, what each home is short of."""
    n, m, h = len(part.people), len(part.wanted), len(part.spare)
    columns = [([i, n + j, *([n + m + part.home[i]] if part.home[i] >= 0 else [])],
                [1.0, float(min(part.people[i], part.wanted[j])), *([1.0] if part.home[i] >= 0 else [])]) for i, j in part.cost]
    columns += [([n + j], [1.0]) for j in range(m)] + [([n + m + k], [-1.0]) for k in range(h)]
    most = float(highspy.kHighsInf)
    objective = [*part.cost.values(), *[LACK] * m, *[COVER] * h]
    lower = [*[-most] * n, *map(float, part.wanted), *[-most] * h]
    upper = [*[1.0] * n, *[most] * m, *part.spare]
    program = program_of(columns, objective, lower, upper)
    if whole:
        kinds = highspy.HighsVarType
        program.integrality_ = [kinds.kInteger] * len(part.cost) + [kinds.kContinuous] * (m + h)
    return program


def _generated(part: Part, bound: Bound, known: dict[Pattern, None]) -> Bound:
    """Adds patterns to the known ones until the master program is at its bound; the best bound met."""
    for _round in range(MOST_ROUNDS):
        model = solved(_master(part, list(known), whole=False))
        worth = model.getObjectiveValue()
        duals = numpy.array(model.getSolution().row_dual)
        m, n = len(part.wanted), len(part.people)
        prices = Prices(numpy.maximum(-duals[m:m + n], 0), numpy.clip(-duals[m + n:], 0, COVER))
        told = _bound(part, prices, forced=False)
        bound = told if told.least > bound.least else bound
        fresh = [p for p in told.patterns if p not in known]
        if not fresh or ceil(bound.least - EPS) >= worth - EPS:
            break
        known.update(dict.fromkeys(fresh))
    return bound


def _picked(part: Part, known: Mapping[Pattern, None]) -> list[Pattern]:
    """The cheapest of the known patterns, one a demand, each team once."""
    patterns = list(known)
    solution = solved(_master(part, patterns, whole=True)).getSolution()
    return [p for p, x in zip(patterns, solution.col_value, strict=False) if x > 0.5] if solution.value_valid else []


def _master(part: Part, patterns: Sequence[Pattern], *, whole: bool) -> Any:
    """Rows: demands, teams, watched homes. Columns: the patterns, then what each home is short of."""
    m, n, h = len(part.wanted), len(part.people), len(part.spare)
    columns = [_column(part, p) for p in patterns] + [([m + n + k], [-1.0]) for k in range(h)]
    most = float(highspy.kHighsInf)
    program = program_of(columns, [*(p.cost for p in patterns), *[COVER] * h], [*[1.0] * m, *[-most] * (n + h)],
                       [*[1.0] * (m + n), *part.spare])
    if whole:
        kinds = highspy.HighsVarType
        program.integrality_ = [kinds.kInteger] * len(patterns) + [kinds.kContinuous] * h
    return program


def _column(part: Part, pattern: Pattern) -> tuple[list[int], list[float]]:
    m, n = len(part.wanted), len(part.people)
    homes: dict[int, float] = {}
    for i in pattern.teams:
        if part.home[i] >= 0:
            homes[m + n + part.home[i]] = homes.get(m + n + part.home[i], 0.0) + 1.0
    rows = [pattern.demand, *(m + i for i in pattern.teams), *homes]
    return rows, [1.0] * (1 + len(pattern.teams)) + list(homes.values())


def program_of(columns: Sequence[tuple[list[int], list[float]]], objective: Sequence[float], lower: Sequence[float],
             upper: Sequence[float]) -> Any:
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(columns), len(lower)
    lp.col_cost_ = numpy.array(objective)
    lp.col_lower_, lp.col_upper_ = numpy.zeros(len(columns)), numpy.full(len(columns), float(highspy.kHighsInf))
    lp.row_lower_, lp.row_upper_ = numpy.array(lower), numpy.array(upper)
    lp.a_matrix_.start_ = numpy.cumsum([0, *(len(rows) for rows, _values in columns)])
    lp.a_matrix_.index_ = numpy.array([r for rows, _values in columns for r in rows])
    lp.a_matrix_.value_ = numpy.array([v for _rows, values in columns for v in values])
    return lp


def solved(program: Any) -> Any:
    model = highspy.Highs()
    for name, value in (("log_to_console", False), ("threads", 1), ("mip_rel_gap", 0.0), ("mip_abs_gap", 1 - 2 * EPS),
                        ("mip_max_nodes", MOST_NODES), ("time_limit", MOST_SECONDS)):
        model.setOptionValue(name, value)
    model.passModel(program)
    model.run()
    return model
