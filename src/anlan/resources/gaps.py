"""What lies beyond so many minutes of each kind of force: pieces of ground against whoever stands ready. Pure, over plain values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, inf
from typing import Any

import numpy

from .matching import EARTH_KM, Roads
from .roads import RoadGraph

NEAR, FAR, BEYOND = 0, 1, 2
"""Within the minutes asked for; within twice as many; farther, or not to be reached."""


@dataclass(frozen=True)
class Answers:
    """A team or station that goes. ready: minutes from the call to leaving."""

    key: str
    name: str
    lon: float
    lat: float
    ready: float


@dataclass(frozen=True)
class Plot:
    """A piece of ground, reached where its inner point is. code: of its shape. units: how many stand on it."""

    code: str
    name: str
    community: str
    street: str
    lon: float
    lat: float
    km2: float
    units: int = 0


@dataclass(frozen=True)
class Network:
    """snap_m: how far from a node a point may lie and still go by the roads."""

    graph: RoadGraph
    snap_m: float


@dataclass(frozen=True)
class Covered:
    """minutes: of who is there first, None where nobody comes. by_road: the minutes were read from the road graph."""

    plot: Plot
    minutes: int | None
    answers: Answers | None
    by_road: bool = False

    def step(self, within: int) -> int:
        if self.minutes is None or self.minutes > 2 * within:
            return BEYOND
        return NEAR if self.minutes <= within else FAR


def covered(plots: Sequence[Plot], answers: Sequence[Answers], roads: Roads, network: Network | None = None) -> list[Covered]:
    """Who is first at each plot, and when. Whoever, or wherever, no road is near goes by the straight line."""
    if network is None:
        return [_told(p, m, a) for p, (m, a) in zip(plots, _straight(plots, answers, roads), strict=True)]
    nodes = [network.graph.snap(a.lon, a.lat, network.snap_m) for a in answers]
    off_road = [a for a, node in zip(answers, nodes, strict=True) if node is None]
    starts: dict[int, tuple[float, Answers]] = {}
    for a, snapped in zip(answers, nodes, strict=True):
        if snapped is not None:
            first = a.ready + roads.straight(a.lon, a.lat, *network.graph.places[snapped.node])
            if snapped.node not in starts or first < starts[snapped.node][0]:
                starts[snapped.node] = first, a
    reached = network.graph.reach({node: first for node, (first, _a) in starts.items()})
    found = []
    for p, by_line, by_any in zip(plots, _straight(plots, off_road, roads), _straight(plots, answers, roads), strict=True):
        snapped = network.graph.snap(p.lon, p.lat, network.snap_m)
        if snapped is None:
            found.append(_told(p, *by_any))
            continue
        minutes = reached.minutes[snapped.node] + roads.straight(*network.graph.places[snapped.node], p.lon, p.lat)
        if minutes <= by_line[0] and minutes < inf:
            found.append(_told(p, minutes, starts[reached.origin[snapped.node]][1], by_road=True))
        else:
            found.append(_told(p, *by_line))
    return found


def _told(plot: Plot, minutes: float, answers: Answers | None, *, by_road: bool = False) -> Covered:
    return Covered(plot, None if minutes == inf else ceil(minutes - 1e-6), answers if minutes < inf else None, by_road)


def _straight(plots: Sequence[Plot], answers: Sequence[Answers], roads: Roads) -> list[tuple[float, Answers | None]]:
    """By the straight line, all against all at once."""
    if not answers or not plots:
        return [(inf, None)] * len(plots)
    to, goes = (numpy.radians([[x.lon, x.lat] for x in side]) for side in (plots, answers))
    dlon, dlat = (to[:, None, n] - goes[None, :, n] for n in (0, 1))
    h = numpy.sin(dlat / 2) ** 2 + numpy.cos(to[:, None, 1]) * numpy.cos(goes[None, :, 1]) * numpy.sin(dlon / 2) ** 2
    minutes = 2 * EARTH_KM * numpy.arcsin(numpy.sqrt(h)) * roads.factor / roads.km_per_hour * 60 + [a.ready for a in answers]
    first: Any = minutes.argmin(axis=1)
    return [(float(minutes[n, k]), answers[k]) for n, k in enumerate(first.tolist())]


@dataclass(frozen=True)
class Row:
    """One street, or one community of it. share: of its ground that lies out of reach; slowest: its plot that waits longest."""

    street: str
    community: str
    plots: int
    out: int
    km2: float
    km2_out: float
    units: int
    units_out: int
    slowest: Covered

    @property
    def share(self) -> float:
        return self.km2_out / self.km2 if self.km2 else 0.0


def rows_of(found: Sequence[Covered], within: int) -> list[Row]:
    """Each street, then its communities, in the order of the plots."""
    by_street: dict[str, dict[str, list[Covered]]] = {}
    for c in found:
        by_street.setdefault(c.plot.street, {}).setdefault(c.plot.community, []).append(c)
    rows = []
    for street, communities in by_street.items():
        rows.append(_row(street, "", [c for held in communities.values() for c in held], within))
        rows += [_row(street, community, held, within) for community, held in communities.items()]
    return rows


def whole(found: Sequence[Covered], within: int) -> Row | None:
    return _row("", "", found, within) if found else None


def _row(street: str, community: str, held: Sequence[Covered], within: int) -> Row:
    out = [c for c in held if c.step(within) != NEAR]
    return Row(street, community, len(held), len(out), _km2(held), _km2(out), _units(held), _units(out),
               max(held, key=lambda c: inf if c.minutes is None else c.minutes))


def _km2(held: Iterable[Covered]) -> float:
    return sum(c.plot.km2 for c in held)


def _units(held: Iterable[Covered]) -> int:
    return sum(c.plot.units for c in held)
