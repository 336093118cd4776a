"""The whole tree of Wuchang with its drawn boundaries, the office calendar, every app's rules, the handbook."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from importlib.resources import files
from typing import Any, NamedTuple
from uuid import UUID

from shapely.geometry import shape as shape_of

from anlan.kernel import instance
from anlan.kernel.actors import SYSTEM
from anlan.kernel.models import Area
from anlan.kernel.rulebook import parameter
from anlan.patrols import handbook
from anlan.places import calendars, defaults
from anlan.places.actions import decide_parameter
from anlan.places.geometry import Polygonal
from anlan.places.models import Level

from .chance import uid
from .days import BEGAN
from .deeds import do, open_all, order

LAID_ON = datetime.fromisoformat("2019-01-02T09:00+08:00")
REDRAWN_ON = datetime.fromisoformat("2021-06-21T10:00+08:00")  # the partition that takes effect in 2022 was decided
LEVELS = {"district": Level.DISTRICT, "street": Level.STREET, "community": Level.COMMUNITY, "grid": Level.GRID}
SOURCE = "演示生成的示意边界，不是法定界线"


class Version(NamedTuple):
    """One dated shape of an area."""

    code: str
    name: str
    level: int
    parent: str
    since: date
    until: date | None
    geometry: Mapping[str, Any]


@dataclass
class Ground:
    """The areas in force in 2021; ids and uids by code."""

    names: dict[str, str]
    uids: dict[str, UUID]
    geometries: dict[str, Mapping[str, Any]]
    below: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    @cached_property
    def ids(self) -> dict[str, int]:
        return dict(Area.objects.filter(code__in=self.uids).values_list("code", "id"))

    @cached_property
    def district(self) -> str:
        return min(self.names, key=len)

    @property
    def streets(self) -> list[str]:
        return self.below[self.district]

    def grids(self, code: str) -> list[str]:
        """Codes of the grids in an area."""
        return [code] if len(code) == 15 else [g for each in self.below[code] for g in self.grids(each)]

    def shape(self, code: str) -> Polygonal:
        return shape_of(self.geometries[code])


def versions() -> list[Version]:
    """Every dated version of the file."""
    text = (files(__package__) / "data" / "wuchang_areas.geojson").read_text(encoding="utf-8")
    return [_version(feature) for feature in json.loads(text)["features"]]


def _version(feature: Mapping[str, Any]) -> Version:
    said = feature["properties"]
    until = said["valid_to"] and date.fromisoformat(said["valid_to"])
    return Version(said["code"], said["name"], LEVELS[said["level"]], said["parent"] or "",
                   date.fromisoformat(said["valid_from"]), until, feature["geometry"])


def set_rules(began: date, intervals: Mapping[str, int]) -> None:
    """Calendar, holidays, rules and handbook; papers carry the district's short name; wardens' own intervals."""
    instance.set_clock(LAID_ON, running=False)
    calendars.load(SYSTEM, LAID_ON)
    defaults.load(SYSTEM, LAID_ON)
    decide_parameter("paper.short_name", "文书编号中的区域简称", "武昌", BEGAN, "演示取武昌区的通行简称", "likely",
                     actor=SYSTEM, at=LAID_ON, uid=uid("parameter", "short name"))
    usual = parameter("patrol.frequency_days", began)
    decide_parameter("patrol.frequency_days", "各方检查间隔（天）", {**usual, "warden": dict(intervals)}, began,
                     "演示按工作报告的任务数推算", "unsure", actor=SYSTEM, at=LAID_ON, uid=uid("parameter", "intervals"))
    handbook.load()


def lay() -> Ground:
    """The areas of 2021 with their boundaries."""
    _create([v for v in versions() if v.since == BEGAN], LAID_ON)
    return imagined()


def imagined() -> Ground:
    """The areas of 2021 without a database."""
    now = [v for v in versions() if v.since == BEGAN]
    made = Ground({v.code: v.name for v in now}, {v.code: uid("area", v.code) for v in now},
                  {v.code: v.geometry for v in now})
    for v in now:
        made.below[v.parent].append(v.code)
    return made


def redraw(ground: Ground) -> None:
    """The community that begins in 2022: half of the grids of another end that day and begin again under it."""
    do([order("area", ground.uids[v.code], "retire", SYSTEM, REDRAWN_ON, {"valid_to": v.until})
        for v in versions() if v.level == Level.GRID and v.until is not None])
    _create([v for v in versions() if v.since != BEGAN], REDRAWN_ON, known=ground.uids)


def _create(found: Sequence[Version], at: datetime, known: Collection[str] = ()) -> None:
    for level in Level:
        rows = [v for v in found if v.level == level and v.code not in known]
        open_all("area", "create", [(uid("area", v.code), _area(v)) for v in rows], actor=SYSTEM, at=at)
    open_all("boundary", "draw", [(uid("boundary", v.code, v.since), _boundary(v)) for v in found], actor=SYSTEM, at=at)


def _area(v: Version) -> dict[str, Any]:
    return {"code": v.code, "name": v.name, "level": v.level, "parent": uid("area", v.parent) if v.parent else None,
            "valid_from": v.since}


def _boundary(v: Version) -> dict[str, Any]:
    return {"area": uid("area", v.code), "geometry": v.geometry, "source": SOURCE, "datum": "wgs84",
            "generated": True, "valid_from": v.since}
