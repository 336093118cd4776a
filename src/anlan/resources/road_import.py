"""Taking in a bureau's roads: a rehearsal that names every fault, then one commit."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from anlan.kernel.actors import Actor
from anlan.kernel.refusals import Refusal, Refused
from anlan.kernel.rulebook import parameter
from anlan.places.actions import open_one

from .road_facts import graph_kept
from .road_file import RoadReading, packed, read_roads
from .road_models import RoadFile


@dataclass(frozen=True)
class RoadsGiven:
    """How a file is told to be read, and what it is called."""

    name: str
    source: str
    datum: str
    valid_from: date


def rehearse(content: bytes | str, given: RoadsGiven) -> RoadReading:
    """Reads the file by the speeds that hold on its first day; stores nothing."""
    return read_roads(content, datum=given.datum, speeds=parameter("road.speeds", given.valid_from))


def commit(reading: RoadReading, given: RoadsGiven, *, actor: Actor, at: datetime) -> UUID:
    """Keeps the roads, and the network that drives on them. Raises Refused with every fault."""
    if reading.faults:
        raise Refused(Refusal(tuple(reading.faults)))
    content = packed(reading.roads)
    sha = hashlib.sha256(content).hexdigest()
    RoadFile.objects.get_or_create(sha256=sha, defaults={"content": content})
    graph_kept(sha, reading.graph)
    told: dict[str, Any] = {"road_count": len(reading.roads), "node_count": len(reading.graph), "km": f"{reading.km:.1f}", "file": sha,
                            "name": given.name, "source": given.source, "datum": given.datum, "valid_from": given.valid_from}
    return open_one("road_network", "bring_in", told, actor=actor, at=at)
