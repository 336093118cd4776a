"""The ground of the reader in pieces, and who stands ready on a day, by day or by night."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import shapely
from django.db.models import Count

from anlan.kernel.actors import Actor
from anlan.kernel.instance import local_day
from anlan.kernel.rulebook import parameter
from anlan.people.scope import district_wide
from anlan.places.geometry import Plane, Polygonal
from anlan.places.grids import shapes_on
from anlan.places.models import Level
from anlan.places.selectors import areas_seen
from anlan.premises.selectors import premises_seen_by

from .gaps import Answers, Plot
from .nights import minutes_of_night
from .selectors import teams_seen_by
from .station_models import RescueStation, ServiceStation
from .team_models import Standing

DAY, NIGHT, NOW = "day", "night", "now"
STATIONS = {"rescue-station": (RescueStation, "active"), "service-station": (ServiceStation, "accepted")}


@dataclass(frozen=True)
class Asked:
    """kind: "" for every team, a skill, or a sort of station. when: by day, by night, or as of now."""

    kind: str
    within: int
    when: str


def answering(asked: Asked, actor: Actor, at: datetime) -> list[Answers]:
    """Who would go: by night those who stand ready around the clock; as of now those that are ready. One statement."""
    by_night = asked.when == NIGHT or (asked.when == NOW and minutes_of_night(at) > 0)
    if asked.kind in STATIONS:
        model, state = STATIONS[asked.kind]
        ready = float(parameter("station.ready_minutes", local_day(at)))
        rows: Iterable[Any] = district_wide(model.objects.filter(state=state), actor, at).exclude(lon=None).order_by("name", "id")
        return [Answers(str(x.uid), x.name, x.lon, x.lat, ready) for x in rows if not (by_night and x.day_only)]
    teams = teams_seen_by(actor, at).filter(state="active", lon__isnull=False)
    teams = teams.filter(skill=asked.kind) if asked.kind else teams
    teams = teams.filter(standing=Standing.READY) if asked.when == NOW else teams.exclude(standing=Standing.OFF)
    return [Answers(str(t.uid), t.name, t.lon, t.lat, t.ready_minutes) for t in teams if not (by_night and t.day_only)]


@dataclass(frozen=True)
class Ground:
    """shapes: of the plots by code. streets: outlines by name."""

    plots: list[Plot]
    shapes: Mapping[str, Polygonal]
    streets: Mapping[str, Polygonal]


def ground_of_reader(actor: Actor, at: datetime) -> Ground:
    """Its grids; a community without drawn grids counts as one piece. Two statements."""
    day = local_day(at)
    drawn = shapes_on(day)
    areas = {str(a.uid): a for a in areas_seen(actor, at).filter(state="active")}
    pieces = [a for a in areas.values() if a.level == Level.GRID and a.code in drawn]
    divided = {str(a.parent_uid) for a in pieces}
    pieces += [a for a in areas.values() if a.level == Level.COMMUNITY and a.code in drawn and str(a.uid) not in divided]
    units = _units(actor, at)
    plots = _plots(sorted(pieces, key=lambda a: a.code), areas, {a.code: drawn[a.code] for a in pieces}, units)
    return Ground(plots, {p.code: drawn[p.code] for p in plots},
                  {a.name: drawn[a.code] for a in areas.values() if a.level == Level.STREET and a.code in drawn})


def _units(actor: Actor, at: datetime) -> dict[int, int]:
    rows = premises_seen_by(actor, at).filter(state="active").order_by()
    return dict(rows.values("area_id").annotate(n=Count("id", distinct=True)).values_list("area_id", "n"))


def _plots(pieces: list[Any], areas: Mapping[str, Any], shapes: Mapping[str, Polygonal], units: Mapping[int, int]) -> list[Plot]:
    if not pieces:
        return []
    held = [shapes[a.code] for a in pieces]
    plane = Plane.under(held)
    inside = shapely.get_coordinates(shapely.point_on_surface(held)).tolist()
    sizes = (shapely.area(held) * plane.east * plane.north / 1e6).tolist()
    within = _within(areas)
    return [Plot(a.code, a.name, *_above(a, areas), lon, lat, km2, sum(units.get(i, 0) for i in (a.id, *within[str(a.uid)])))
            for a, (lon, lat), km2 in zip(pieces, inside, sizes, strict=True)]


def _within(areas: Mapping[str, Any]) -> dict[str, list[int]]:
    """Area → ids of those directly below it: a community that is one piece has the units of its undrawn grids."""
    below: dict[str, list[int]] = defaultdict(list)
    for a in areas.values():
        if a.parent_uid:
            below[str(a.parent_uid)].append(a.id)
    return below


def _above(area: Any, areas: Mapping[str, Any]) -> tuple[str, str]:
    """(community, street) by name."""
    community = area if area.level == Level.COMMUNITY else areas.get(str(area.parent_uid))
    street = areas.get(str(community.parent_uid)) if community is not None else None
    return (community.name if community is not None else area.parent_name or "",
            street.name if street is not None else (community.parent_name if community is not None else "") or "")
