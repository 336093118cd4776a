"""A graph of roads: nodes where lines bend or meet, minutes between them, and the shortest ways. Pure.

Two lines meet where they share a point, to 0.1 m. Lines that cross without one (a bridge) do not meet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import pairwise
from math import inf
from typing import Any, NamedTuple

import numpy

from anlan.places.coordinates import metres_between
from anlan.places.geometry import Plane

Degrees = tuple[float, float]
FORTH, BACK, BOTH = "forth", "back", "both"
DIGITS = 6


@dataclass(frozen=True)
class Road:
    """points: (lon, lat) in WGS-84; way: in which direction of its points one may drive."""

    points: Sequence[Degrees]
    km_per_hour: float
    way: str = BOTH
    name: str = ""


class Snapped(NamedTuple):
    node: int
    metres: float


class Reached(NamedTuple):
    """minutes: inf where nothing leads there. origin: from which start the shortest way comes, -1 for none."""

    minutes: list[float]
    origin: list[int]


class RoadGraph:
    """ahead[n], behind[n]: (node, minutes) that one reaches from n, or comes from to n."""

    def __init__(self, roads: Iterable[Road]) -> None:
        self._numbers: dict[Degrees, int] = {}
        self.ahead: list[list[tuple[int, float]]] = []
        self.behind: list[list[tuple[int, float]]] = []
        for road in roads:
            self._add(road)
        self.places = list(self._numbers)
        self._plane = Plane.at(*(sum(x) / max(1, len(self.places)) for x in zip(*self.places, strict=True))) if self.places else None
        self._metres = numpy.array([self._plane.point_to_metres(*p) for p in self.places]) if self._plane else numpy.zeros((0, 2))

    def __len__(self) -> int:
        return len(self.ahead)

    def _number(self, point: Degrees) -> int:
        key = round(point[0], DIGITS), round(point[1], DIGITS)
        if key not in self._numbers:
            self._numbers[key] = len(self.ahead)
            self.ahead.append([])
            self.behind.append([])
        return self._numbers[key]

    def _add(self, road: Road) -> None:
        for a, b in pairwise(road.points):
            one, other = self._number(a), self._number(b)
            if one == other:
                continue
            minutes = metres_between(*a, *b) / 1000 / road.km_per_hour * 60
            if road.way != BACK:
                self._link(one, other, minutes)
            if road.way != FORTH:
                self._link(other, one, minutes)

    def _link(self, one: int, other: int, minutes: float) -> None:
        self.ahead[one].append((other, minutes))
        self.behind[other].append((one, minutes))

    def snap(self, lon: float, lat: float, within: float) -> Snapped | None:
        """The nearest node, where one lies within so many metres."""
        if self._plane is None:
            return None
        away = numpy.hypot(*(self._metres - numpy.array(self._plane.point_to_metres(lon, lat))).T)
        node = int(away.argmin())
        return Snapped(node, float(away[node])) if away[node] <= within else None

    def reach(self, starts: Mapping[int, float], *, backwards: bool = False) -> Reached:
        """From the starts (node → minutes before leaving it) to every node, or the other way (Dijkstra)."""
        links = self.behind if backwards else self.ahead
        minutes, origin = [inf] * len(links), [-1] * len(links)
        heap: list[tuple[float, int]] = []
        for node, before in sorted(starts.items()):
            minutes[node], origin[node] = before, node
            heappush(heap, (before, node))
        while heap:
            so_far, node = heappop(heap)
            if so_far > minutes[node]:
                continue
            for there, more in links[node]:
                if so_far + more < minutes[there]:
                    minutes[there], origin[there] = so_far + more, origin[node]
                    heappush(heap, (so_far + more, there))
        return Reached(minutes, origin)

    def largest_part(self) -> float:
        """The share of nodes in the largest part that hangs together, one-way streets driven either way."""
        seen, most = [False] * len(self), 0
        for start in range(len(self)):
            if not seen[start]:
                most = max(most, self._spread(start, seen))
        return most / len(self) if len(self) else 0.0

    def _spread(self, start: int, seen: list[bool]) -> int:
        seen[start], waits, count = True, [start], 0
        while waits:
            node = waits.pop()
            count += 1
            for there, _minutes in (*self.ahead[node], *self.behind[node]):
                if not seen[there]:
                    seen[there] = True
                    waits.append(there)
        return count


def minutes_between(graph: RoadGraph, goes: Iterable[Any], to: Iterable[Any], *, within: float,
                    off_road: Callable[[float, float, float, float], float]) -> dict[tuple[str, str], float]:
    """(key of who goes, key of where to) → minutes, of the pairs whose both ends lie within so many metres of a node.

    off_road(lon, lat, lon, lat): minutes between an end and its node. inf: no road leads there. One search a place to go to.
    """
    def ends(things: Iterable[Any]) -> dict[str, tuple[int, float]]:
        found = {}
        for x in things:
            if x.lon is not None and x.lat is not None and (at := graph.snap(x.lon, x.lat, within)) is not None:
                found[x.key] = at.node, off_road(x.lon, x.lat, *graph.places[at.node])
        return found

    from_, into = ends(goes), ends(to)
    told: dict[tuple[str, str], float] = {}
    for there, (node, last) in into.items():
        reached = graph.reach({node: last}, backwards=True) if from_ else None
        for key, (start, first) in from_.items():
            told[key, there] = first + reached.minutes[start] if reached else inf
    return told
