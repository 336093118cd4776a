"""The force matcher: for demands the best feasible set of teams, by an exact program (HiGHS). Pure, over plain values.

A demand asks for so many people of a skill and a level, at a place, by a time. A team that goes serves one demand whole.
Minimised, in this order of weight: people that are lacking, cover that is taken away beyond what must stay behind, and
the minutes of all who go together. A team more costs its minutes, so that no more go than are needed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import asin, cos, radians, sin, sqrt
from typing import Any

from django.utils.translation import gettext as _

LACK, COVER, MINUTE = 10_000.0, 500.0, 1.0
"""Weights: one person lacking outweighs any delay. Whole numbers all, so that two plans differ by one at least."""
SAME_COST = 0.99
"""A plan whose cost is proven to lie within this of the best is the best."""
EARTH_KM = 6371.0


@dataclass(frozen=True)
class Force:
    """A team as it stands. not_before: minutes from now until it may go (0 where it is ready), None where it may not go at all.

    reason: why it may not. home: the area whose cover it gives.
    """

    key: str
    name: str
    skills: frozenset[str]
    level: int
    people: int
    lon: float | None
    lat: float | None
    ready_minutes: int
    not_before: int | None = 0
    reason: str = ""
    home: str = ""


@dataclass(frozen=True)
class Demand:
    """within: minutes from now; level: 1 is the most able, so that a team of a lower number serves as well."""

    key: str
    name: str
    skill: str
    people: int
    within: int
    lon: float
    lat: float
    level: int = 3


@dataclass(frozen=True)
class Roads:
    """Minutes of travel by distance: `factor` times the straight line at `km_per_hour`. minutes: what a road graph says, where it does."""

    factor: float = 1.4
    km_per_hour: float = 25.0
    minutes: Mapping[tuple[str, str], float] = field(default_factory=dict)

    def between(self, force: Force, demand: Demand) -> float | None:
        if (told := self.minutes.get((force.key, demand.key))) is not None:
            return told
        if force.lon is None or force.lat is None:
            return None
        return distance_km(force.lon, force.lat, demand.lon, demand.lat) * self.factor / self.km_per_hour * 60


@dataclass(frozen=True)
class Choice:
    """values: what decided, as (label, value); rejected: the nearest alternative and why it was not taken."""

    force: Force
    demand: Demand
    minutes: int
    values: tuple[tuple[str, str], ...]
    rejected: str


@dataclass(frozen=True)
class Plan:
    """lacking: demand key → people still missing; why: demand key → what stands against the forces that were not sent."""

    choices: tuple[Choice, ...]
    lacking: Mapping[str, int]
    why: Mapping[str, tuple[str, ...]]
    uncovered: tuple[str, ...]
    cost: float


def distance_km(lon1: float, lat1: float, lon2: float, lat2: float) -> float:
    """Along the great circle."""
    a, b, dlon = radians(lat1), radians(lat2), radians(lon2 - lon1)
    h = sin((b - a) / 2) ** 2 + cos(a) * cos(b) * sin(dlon / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(h))


def arrival(force: Force, demand: Demand, roads: Roads) -> int | None:
    """Minutes from now until it is there, rounded up; None where it cannot come."""
    travel = roads.between(force, demand)
    if force.not_before is None or travel is None:
        return None
    return int(force.not_before + force.ready_minutes + travel + 0.999)


def against(force: Force, demand: Demand, roads: Roads) -> str:
    """Why this force cannot serve this demand; empty where it can."""
    if demand.skill not in force.skills:
        return _("专长不符")
    if force.level > demand.level:
        return _("能力等级%(has)s，需要%(wants)s级") % {"has": force.level, "wants": demand.level}
    if force.not_before is None:
        return force.reason or _("不能出动")
    there = arrival(force, demand, roads)
    if there is None:
        return _("没有驻地坐标，算不出路程")
    if there > demand.within:
        return _("%(there)s分钟才能到，要求%(within)s分钟内") % {"there": there, "within": demand.within}
    return ""


def costs(forces: Sequence[Force], demands: Sequence[Demand], roads: Roads) -> dict[tuple[int, int], int]:
    """(force, demand) → minutes, of the pairs that can be."""
    return {(i, j): there for i, f in enumerate(forces) for j, d in enumerate(demands)
            if not against(f, d, roads) and (there := arrival(f, d, roads)) is not None}


def worth(forces: Sequence[Force], demands: Sequence[Demand], pairs: Mapping[tuple[int, int], int], sent: Mapping[int, int],
          keep: Mapping[str, int]) -> float:
    """What a plan costs; sent: force → demand. The same sum that the program minimises, for whoever checks it."""
    total = sum(MINUTE * pairs[i, j] for i, j in sent.items())
    for j, d in enumerate(demands):
        people = sum(forces[i].people for i, to in sent.items() if to == j)
        total += LACK * max(0, d.people - people)
    return total + COVER * sum(_short(forces, sent, home, least) for home, least in keep.items())


def _short(forces: Sequence[Force], sent: Mapping[int, int], home: str, least: int) -> int:
    stays = sum(1 for i, f in enumerate(forces) if f.home == home and f.not_before == 0 and i not in sent)
    return max(0, least - stays)


def match(forces: Sequence[Force], demands: Sequence[Demand], roads: Roads | None = None, keep: Mapping[str, int] | None = None) -> Plan:
    """keep: area → how many ready teams are to stay behind."""
    roads, keep = roads or Roads(), keep or {}
    pairs = costs(forces, demands, roads)
    sent = solve(forces, demands, pairs, keep)
    people = [sum(forces[i].people for i, to in sent.items() if to == j) for j in range(len(demands))]
    choices = [_choice(forces, demands, pairs, sent, i, roads, keep) for i in sorted(sent, key=lambda i: (sent[i], pairs[i, sent[i]], i))]
    lacking = {d.key: d.people - n for d, n in zip(demands, people, strict=True) if n < d.people}
    why = {d.key: _stands_against(forces, d, j, sent, roads) for j, d in enumerate(demands) if d.key in lacking}
    bare = tuple(home for home, least in keep.items() if _short(forces, sent, home, least))
    return Plan(tuple(choices), lacking, why, bare, worth(forces, demands, pairs, sent, keep))


def solve(forces: Sequence[Force], demands: Sequence[Demand], pairs: Mapping[tuple[int, int], int],
          keep: Mapping[str, int]) -> dict[int, int]:
    """The cheapest sending, force → demand. Raises RuntimeError where the solver gives up, which it does not on a sound model."""
    import highspy  # noqa: PLC0415  loads numpy, which pages that match nothing do not need

    if not pairs:
        return {}
    model = highspy.Highs()
    model.setOptionValue("output_flag", False)
    model.setOptionValue("mip_rel_gap", 0.0)
    model.setOptionValue("mip_abs_gap", SAME_COST)
    model.passModel(_program(forces, demands, pairs, keep))
    model.run()
    if model.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        raise RuntimeError(f"the matcher found no optimum: {model.getModelStatus()}")
    taken = model.getSolution().col_value
    return {i: j for k, (i, j) in enumerate(pairs) if taken[k] > 0.5}


def _program(forces: Sequence[Force], demands: Sequence[Demand], pairs: Mapping[tuple[int, int], int], keep: Mapping[str, int]) -> Any:
    """Columns: the pairs, then what each demand lacks, then what each home is short of; rows: forces, demands, homes."""
    import highspy  # noqa: PLC0415  as above
    import numpy  # noqa: PLC0415  as above

    homes = list(keep)
    first_home = len(forces) + len(demands)
    row_of = {home: first_home + n for n, home in enumerate(homes)}
    columns: list[list[tuple[int, float]]] = [_entries(forces, i, j, demands[j].people, row_of) for i, j in pairs]
    objective = [MINUTE * there for there in pairs.values()]
    columns += [[(len(forces) + j, 1.0)] for j in range(len(demands))]
    objective += [LACK] * len(demands)
    columns += [[(row_of[home], -1.0)] for home in homes]
    objective += [COVER] * len(homes)
    lp, most = highspy.HighsLp(), float(highspy.kHighsInf)
    lp.num_col_, lp.num_row_ = len(columns), first_home + len(homes)
    lp.col_cost_ = numpy.array(objective)
    lp.col_lower_ = numpy.zeros(len(columns))
    lp.col_upper_ = numpy.array([1.0] * len(pairs) + [most] * (len(columns) - len(pairs)))
    wanted = [float(d.people) for d in demands]
    spare = [float(sum(f.home == h and f.not_before == 0 for f in forces) - keep[h]) for h in homes]
    lp.row_lower_ = numpy.array([-most] * len(forces) + wanted + [-most] * len(homes))
    lp.row_upper_ = numpy.array([1.0] * len(forces) + [most] * len(demands) + spare)
    lp.a_matrix_.start_ = numpy.cumsum([0, *(len(c) for c in columns)])
    lp.a_matrix_.index_ = numpy.array([row for c in columns for row, _value in c])
    lp.a_matrix_.value_ = numpy.array([value for c in columns for _row, value in c])
    lp.integrality_ = [highspy.HighsVarType.kInteger] * len(pairs) + [highspy.HighsVarType.kContinuous] * (len(columns) - len(pairs))
    return lp


def _entries(forces: Sequence[Force], i: int, j: int, wanted: int, row_of: Mapping[str, int]) -> list[tuple[int, float]]:
    """A force that goes is used up, leaves its home, and brings its people; those beyond need count for nothing."""
    f = forces[i]
    found = [(i, 1.0), (len(forces) + j, float(min(f.people, wanted)))]
    return [*found, (row_of[f.home], 1.0)] if f.home in row_of and f.not_before == 0 else found


def _choice(forces: Sequence[Force], demands: Sequence[Demand], pairs: Mapping[tuple[int, int], int], sent: Mapping[int, int], i: int,
            roads: Roads, keep: Mapping[str, int]) -> Choice:
    f, j = forces[i], sent[i]
    values = ((_("到达"), _("%(n)s分钟") % {"n": pairs[i, j]}), (_("人数"), str(f.people)), (_("能力等级"), str(f.level)),
              (_("集结"), _("%(n)s分钟") % {"n": f.ready_minutes}))
    return Choice(f, demands[j], pairs[i, j], values, _nearest(forces, demands, pairs, sent, i, roads, keep))


def _nearest(forces: Sequence[Force], demands: Sequence[Demand], pairs: Mapping[tuple[int, int], int], sent: Mapping[int, int], i: int,
             roads: Roads, keep: Mapping[str, int]) -> str:
    """The force that would come next in its stead, and what speaks against it; first those that could go at all."""
    j, base = sent[i], worth(forces, demands, pairs, sent, keep)
    rest = {k: v for k, v in sent.items() if k != i}
    free = [k for k in range(len(forces)) if k not in sent and (k, j) in pairs]
    able = [(worth(forces, demands, pairs, {**rest, k: j}, keep) - base, k) for k in free]
    if able:
        _more, k = min(able)
        return _("“%(name)s”也能去：%(why)s") % {"name": forces[k].name, "why": _dearer(forces, demands, pairs, rest, i, k, j, keep)}
    others = [k for k in range(len(forces)) if k not in sent and demands[j].skill in forces[k].skills]
    if not others:
        return _("没有其他同专长的队伍可选")
    k = min(others, key=lambda k: (arrival(forces[k], demands[j], roads) or 10**6, k))
    return _("“%(name)s”不能去：%(why)s") % {"name": forces[k].name, "why": against(forces[k], demands[j], roads)}


def _dearer(forces: Sequence[Force], demands: Sequence[Demand], pairs: Mapping[tuple[int, int], int], rest: Mapping[int, int], i: int,
            k: int, j: int, keep: Mapping[str, int]) -> str:
    """The weightiest difference between sending k and sending i."""
    had = sum(forces[m].people for m, to in rest.items() if to == j)
    lack_k, lack_i = (max(0, demands[j].people - had - forces[m].people) for m in (k, i))
    if lack_k > lack_i:
        return _("会少%(n)s人") % {"n": lack_k - lack_i}
    bare_k, bare_i = (sum(_short(forces, {**rest, m: j}, home, least) for home, least in keep.items()) for m in (k, i))
    if bare_k > bare_i:
        return _("它的驻地就没有队伍留守")
    if pairs[k, j] > pairs[i, j]:
        return _("晚到%(n)s分钟") % {"n": pairs[k, j] - pairs[i, j]}
    return _("多出%(n)s人") % {"n": forces[k].people - forces[i].people} if forces[k].people > forces[i].people else _("条件相同")


def _stands_against(forces: Sequence[Force], demand: Demand, j: int, sent: Mapping[int, int], roads: Roads) -> tuple[str, ...]:
    """Of the forces with the skill that do not come: why, the nearest first."""
    others = [f for i, f in enumerate(forces) if sent.get(i) != j and demand.skill in f.skills]
    others.sort(key=lambda f: (arrival(f, demand, roads) or 10**6, f.name))
    told = [_("“%(name)s”：%(why)s") % {"name": f.name, "why": against(f, demand, roads) or _("已用于另一处需求")} for f in others[:5]]
    return tuple(told) if told else (_("没有登记这种专长的队伍"),)
