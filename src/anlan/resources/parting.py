"""What is decided together: demands fall apart into parts that share neither a team nor a home that might be left bare."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

LACK, COVER = 10_000.0, 500.0
"""Weights: one person lacking, and one team too few behind, in minutes. One person lacking outweighs any delay."""
Pairs = Mapping[tuple[int, int], int]


class Sent(NamedTuple):
    """of: force → demand. gap: how many minutes a better plan might save; 0 where none is better."""

    of: dict[int, int]
    gap: float


@dataclass(frozen=True)
class Homes:
    """of: force → its home, of those that are ready and so give cover. spare: home → how many may go before it is short."""

    of: Mapping[int, str]
    spare: Mapping[str, int]

    @classmethod
    def read(cls, forces: Sequence[Any], keep: Mapping[str, int]) -> Homes:
        of = {i: f.home for i, f in enumerate(forces) if f.home in keep and f.not_before == 0}
        stand: dict[str, int] = defaultdict(int)
        for home in of.values():
            stand[home] += 1
        return cls(of, {home: stand[home] - least for home, least in keep.items()})

    def short(self, sent: Collection[int]) -> dict[str, int]:
        """Home → teams that go beyond what it can spare, of the homes that can spare any."""
        gone: dict[str, int] = defaultdict(int)
        for i in sent:
            if i in self.of:
                gone[self.of[i]] += 1
        return {h: n - self.spare[h] for h, n in gone.items() if n > max(0, self.spare[h])}

    def is_bare(self, i: int) -> bool:
        """Whether this one's going leaves its home shorter, whoever else goes."""
        return i in self.of and self.spare[self.of[i]] <= 0


def solve(forces: Sequence[Any], demands: Sequence[Any], pairs: Pairs, keep: Mapping[str, int]) -> Sent:
    """The cheapest sending. A home is watched only when a plan without it takes too many away: what costs least where nobody
    looks, and takes nobody too many, costs least where somebody does."""
    homes = Homes.read(forces, keep)
    order = sorted(pairs, key=lambda p: (demands[p[1]].key, forces[p[0]].key))
    watched: set[str] = set()
    known: dict[tuple[tuple[int, int], ...], Sent] = {}
    while True:
        parts = _parts(order, homes, watched)
        for part in parts:
            if tuple(part) not in known:
                known[tuple(part)] = _sent(forces, demands, pairs, part, homes, watched)
        told = [known[tuple(part)] for part in parts]
        sent = Sent({i: j for t in told for i, j in t.of.items()}, sum(t.gap for t in told))
        fresh = {h for h in homes.short(sent.of) if homes.spare[h] > 0} - watched
        if not fresh:
            return sent
        watched |= fresh
        known = {part: found for part, found in known.items() if not any(homes.of.get(i) in fresh for i, _j in part)}


def _parts(order: Sequence[tuple[int, int]], homes: Homes, watched: Collection[str]) -> list[list[tuple[int, int]]]:
    above: dict[Any, Any] = {}

    def top(x: Any) -> Any:
        while above.setdefault(x, x) != x:
            above[x] = x = above[above[x]]
        return x

    for i, j in order:
        above[top(("force", i))] = top(("demand", j))
        if homes.of.get(i) in watched:
            above[top(("home", homes.of[i]))] = top(("demand", j))
    parts: dict[Any, list[tuple[int, int]]] = defaultdict(list)
    for i, j in order:
        parts[top(("demand", j))].append((i, j))
    return list(parts.values())


def _sent(forces: Sequence[Any], demands: Sequence[Any], pairs: Pairs, part: Sequence[tuple[int, int]], homes: Homes,
          watched: Collection[str]) -> Sent:
    from .sending import Part, cheapest  # noqa: PLC0415  loads numpy and the solver, which pages that match nothing do not need

    teams, wants = list(dict.fromkeys(i for i, _j in part)), list(dict.fromkeys(j for _i, j in part))
    here = sorted({homes.of[i] for i in teams if homes.of.get(i) in watched})
    row = {home: n for n, home in enumerate(here)}
    of_team, of_want = ({x: n for n, x in enumerate(held)} for held in (teams, wants))
    cost = {(of_team[i], of_want[j]): pairs[i, j] + (COVER if homes.is_bare(i) else 0.0) for i, j in part}
    plan, gap = cheapest(Part(cost, [forces[i].people for i in teams], [demands[j].people for j in wants],
                              [row.get(homes.of.get(i, ""), -1) for i in teams], [float(homes.spare[h]) for h in here]))
    return Sent({teams[i]: wants[p.demand] for p in plan for i in p.teams}, gap)
