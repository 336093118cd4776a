"""The force matcher: for demands the best feasible set of teams, by an exact program. Pure, over plain values.

A demand asks for so many people of a skill and a level, at a place, by a time. A team that goes serves one demand whole.
Minimised, in this order of weight: people that are lacking, cover that is taken away beyond what must stay behind, and
the minutes of all who go together. A team more costs its minutes, so that no more go than are needed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import asin, cos, inf, radians, sin, sqrt
from typing import Any

from django.utils.translation import gettext as _

from .parting import COVER, LACK, Homes, solve

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
    """Minutes of travel by distance: `factor` times the straight line at `km_per_hour`.

    minutes: what a road graph says, where it does, by the keys of who goes and where to; inf where no road leads there.
    network: the name of that graph; empty where there is none.
    """

    factor: float = 1.4
    km_per_hour: float = 25.0
    minutes: Mapping[tuple[str, str], float] = field(default_factory=dict)
    network: str = ""

    def between(self, goes: Any, to: Any) -> float | None:
        """goes, to: whatever has a key and a place."""
        if (told := self.minutes.get((goes.key, to.key))) is not None:
            return None if told == inf else told
        if goes.lon is None or goes.lat is None:
            return None
        return self.straight(goes.lon, goes.lat, to.lon, to.lat)

    def straight(self, lon: float, lat: float, to_lon: float, to_lat: float) -> float:
        return distance_km(lon, lat, to_lon, to_lat) * self.factor / self.km_per_hour * 60

    def no_way(self, goes: Any, to: Any, otherwise: str) -> str:
        """Why there are no minutes: no road leads there, or else what the caller says."""
        return _("路网上没有通到那里的路") if self.minutes.get((goes.key, to.key)) == inf else otherwise

    def way(self, goes: Any, to: Any) -> list[tuple[str, str]]:
        """What the minutes were read from, where a road graph might have told them."""
        if not self.network:
            return []
        return [(_("路程"), _("按路网") if (goes.key, to.key) in self.minutes else _("按直线折算"))]


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
    """lacking: demand key → people still missing; why: demand key → what stands against the forces that were not sent.

    gap: how many minutes a better plan might save; 0 where it is proven that none is better.
    """

    choices: tuple[Choice, ...]
    lacking: Mapping[str, int]
    why: Mapping[str, tuple[str, ...]]
    uncovered: tuple[str, ...]
    cost: float
    gap: float = 0.0


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
        return roads.no_way(force, demand, _("没有驻地坐标，算不出路程"))
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
    came = _people(forces, demands, sent)
    total = sum(pairs[i, j] for i, j in sent.items()) + LACK * sum(max(0, d.people - n) for d, n in zip(demands, came, strict=True))
    stay = Counter(f.home for i, f in enumerate(forces) if f.not_before == 0 and i not in sent)
    return total + COVER * sum(max(0, least - stay[home]) for home, least in keep.items())


def _people(forces: Sequence[Force], demands: Sequence[Demand], sent: Mapping[int, int]) -> list[int]:
    came = [0] * len(demands)
    for i, j in sent.items():
        came[j] += forces[i].people
    return came


def match(forces: Sequence[Force], demands: Sequence[Demand], roads: Roads | None = None, keep: Mapping[str, int] | None = None) -> Plan:
    """keep: area → how many ready teams are to stay behind."""
    roads, keep = roads or Roads(), keep or {}
    pairs = costs(forces, demands, roads)
    sent, gap = solve(forces, demands, pairs, keep)
    told = Told(forces, demands, pairs, sent, roads, Homes.read(forces, keep))
    choices = tuple(told.choice(i) for i in sorted(sent, key=lambda i: (sent[i], pairs[i, sent[i]], i)))
    lacking = {d.key: d.people - n for d, n in zip(demands, told.came, strict=True) if n < d.people}
    why = {d.key: _stands_against(forces, d, j, sent, roads) for j, d in enumerate(demands) if d.key in lacking}
    bare = tuple(home for home in keep if told.stays(home) < keep[home])
    return Plan(choices, lacking, why, bare, worth(forces, demands, pairs, sent, keep), gap)


class Told:
    """Says of each choice what decided it, and what came next."""

    def __init__(self, forces: Sequence[Force], demands: Sequence[Demand], pairs: Mapping[tuple[int, int], int],
                 sent: Mapping[int, int], roads: Roads, homes: Homes) -> None:
        self.forces, self.demands, self.pairs, self.sent, self.roads, self.homes = forces, demands, pairs, sent, roads, homes
        self.came = _people(forces, demands, sent)
        self.gone = Counter(homes.of[i] for i in sent if i in homes.of)
        self.ready = Counter(homes.of.values())
        self.free: dict[int, list[int]] = defaultdict(list)
        for i, j in pairs:
            if i not in sent:
                self.free[j].append(i)

    def stays(self, home: str) -> int:
        """Ready teams that remain."""
        return self.ready[home] - self.gone[home]

    def choice(self, i: int) -> Choice:
        f, j = self.forces[i], self.sent[i]
        values = [(_("到达"), _("%(n)s分钟") % {"n": self.pairs[i, j]}), (_("人数"), str(f.people)), (_("能力等级"), str(f.level)),
                  (_("集结"), _("%(n)s分钟") % {"n": f.ready_minutes})]
        if f.not_before:
            values.append((_("先休整"), _("%(n)s分钟") % {"n": f.not_before}))
        if i in self.homes.of:
            values.append((_("驻地留守"), _("%(n)s支") % {"n": self.stays(f.home)}))
        values += self.roads.way(f, self.demands[j])
        return Choice(f, self.demands[j], self.pairs[i, j], tuple(values), self._next(i, j))

    def _next(self, i: int, j: int) -> str:
        """The force that would come next in its stead, and what speaks against it; first those that could go at all."""
        demand = self.demands[j]
        if self.free[j]:
            k = min(self.free[j], key=lambda k: (self._dearer(i, k, j), self.forces[k].key))
            return _("“%(name)s”也能去：%(why)s") % {"name": self.forces[k].name, "why": self._because(i, k, j)}
        others = [f for k, f in enumerate(self.forces) if k not in self.sent and demand.skill in f.skills]
        if not others:
            return _("没有其他同专长的队伍可选")
        near = min(others, key=lambda f: (arrival(f, demand, self.roads) or 10**6, f.key))
        return _("“%(name)s”不能去：%(why)s") % {"name": near.name, "why": against(near, demand, self.roads)}

    def _dearer(self, i: int, k: int, j: int) -> float:
        """How much more the plan would cost with k in the stead of i."""
        return LACK * self._fewer(i, k, j) + COVER * self._barer(i, k) + self.pairs[k, j] - self.pairs[i, j]

    def _fewer(self, i: int, k: int, j: int) -> int:
        wanted, others = self.demands[j].people, self.came[j] - self.forces[i].people
        return max(0, wanted - others - self.forces[k].people) - max(0, wanted - self.came[j])

    def _barer(self, i: int, k: int) -> int:
        """How many teams more would be lacking at home: one, none, or one fewer."""
        home_i, home_k = self.homes.of.get(i), self.homes.of.get(k)
        if home_i == home_k:
            return 0
        more = home_k is not None and self.gone[home_k] >= self.homes.spare[home_k]
        less = home_i is not None and self.gone[home_i] > self.homes.spare[home_i]
        return int(more) - int(less)

    def _because(self, i: int, k: int, j: int) -> str:
        """The weightiest difference between sending k and sending i."""
        if (n := self._fewer(i, k, j)) > 0:
            return _("会少%(n)s人") % {"n": n}
        if self._barer(i, k) > 0:
            return _("它的驻地就没有队伍留守")
        if (n := self.pairs[k, j] - self.pairs[i, j]) > 0:
            return _("晚到%(n)s分钟") % {"n": n}
        n = self.forces[k].people - self.forces[i].people
        return _("多出%(n)s人") % {"n": n} if n > 0 else _("条件相同")


def _stands_against(forces: Sequence[Force], demand: Demand, j: int, sent: Mapping[int, int], roads: Roads) -> tuple[str, ...]:
    """Of the forces with the skill that do not come: why, the nearest first."""
    others = [f for i, f in enumerate(forces) if sent.get(i) != j and demand.skill in f.skills]
    others.sort(key=lambda f: (arrival(f, demand, roads) or 10**6, f.name))
    told = [_("“%(name)s”：%(why)s") % {"name": f.name, "why": against(f, demand, roads) or _("已用于另一处需求")} for f in others[:5]]
    return tuple(told) if told else (_("没有登记这种专长的队伍"),)
