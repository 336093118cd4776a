"""The network in force on a day, and minutes by it; by the straight line where there is none or it does not reach."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from anlan.kernel.rulebook import parameter

from .matching import Roads
from .road_file import unpacked
from .road_models import RoadFile, RoadNetwork
from .roads import RoadGraph, minutes_between

MOST_KEPT = 3
_graphs: dict[str, RoadGraph] = {}
"""By the hash of their bytes, so that what is kept is never out of date."""


class Network(NamedTuple):
    name: str
    graph: RoadGraph
    snap_m: float


def graph_kept(sha: str, graph: RoadGraph) -> RoadGraph:
    while len(_graphs) >= MOST_KEPT and sha not in _graphs:
        del _graphs[next(iter(_graphs))]
    _graphs[sha] = graph
    return graph


def network_on(day: date) -> Network | None:
    """One statement, and another where the process has not read the roads yet."""
    held = RoadNetwork.objects.filter(state="active", valid_from__lte=day).order_by("-valid_from", "-id").first()
    if held is None:
        return None
    graph = _graphs.get(held.file) or _read(held.file)
    return Network(held.name, graph, float(parameter("road.snap_m", day))) if graph is not None else None


def _read(sha: str) -> RoadGraph | None:
    row = RoadFile.objects.filter(sha256=sha).first()
    return graph_kept(sha, RoadGraph(unpacked(bytes(row.content)))) if row is not None else None


def straight_on(day: date) -> Roads:
    """By distance alone."""
    return Roads(float(parameter("team.road_factor", day)), float(parameter("team.road_speed", day)))


def roads_between(goes: Iterable[Any], to: Iterable[Any], day: date) -> Roads:
    """From each of these to each of those; whatever lies farther from any road than `road.snap_m` goes by the straight line."""
    straight, network = straight_on(day), network_on(day)
    if network is None:
        return straight
    told = minutes_between(network.graph, goes, to, within=network.snap_m, off_road=straight.straight)
    return Roads(straight.factor, straight.km_per_hour, told, network.name)
