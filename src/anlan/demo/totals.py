"""The file of the totals: what is built to, and what must be counted in the end (counting.py counts)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

Limits = tuple[float, float]
FIGURES = {"units": "grd-units", "tasks": "grd-tasks", "warden_matters": "grd-events", "checks": "haz-units-checked",
           "found": "haz-found", "rectified": "haz-rectified", "listings": "haz-listed"}
FORCES = {"tiers": "fld-tiers", "members": "fld-team-members", "echelons": "fld-echelons", "assault": "fld-assault",
          "equipment": "fld-equipment", "materials": "fld-materials", "model_stations": "stn-demo", "stations": "stn-communities",
          "meeting": "stn-meeting", "kickoff": "stn-kickoff", "finish": "stn-finish", "levels": "stn-levels",
          "incidents": "inc-handled"}
RELATIONS = {"subset", "disjoint", "unknown"}


@dataclass(frozen=True)
class Totals:
    """report, forces: the figures by their names, of teams, goods, stations and incidents the latter, some of which are days.

    pairs: "one/other" → relation; limits: what to count besides, by table.
    """

    report: Mapping[str, int]
    began: date
    wardens: int
    intervals: Mapping[str, int]
    also: Mapping[str, int]
    forces: Mapping[str, Any]
    pairs: Mapping[str, str]
    limits: Mapping[str, Mapping[str, Limits]]

    def __getattr__(self, name: str) -> int:
        for table in ("report", "also"):
            if name in (held := self.__dict__.get(table, {})):
                return int(held[name])
        raise AttributeError(name)

    @property
    def unresolved(self) -> int:
        """General hazards that were found and not put right."""
        return self.report["found"] - self.report["rectified"]

    def scaled(self, scale: float) -> Totals:
        """A smaller district with the same shares, for tests."""
        if scale == 1:
            return self
        return replace(self, report={k: round(v * scale) for k, v in self.report.items()},
                       also={k: round(v * scale) for k, v in self.also.items()})


def read(path: Path | None = None) -> Totals:
    """The totals of a file, by default the demonstration's own. Raises ValueError for a file that contradicts itself."""
    text = path.read_text(encoding="utf-8") if path else _own()
    said = tomllib.loads(text)
    system = said["system"]
    made = Totals(said["report"], system["began"], system["wardens"], system["intervals"], said["also"], _forces(said), said["pairs"],
                  {table: {name: _limits(raw) for name, raw in said.get(table, {}).items()} for table in ("whole", "shares")})
    if wrong := faults(made):
        raise ValueError("；".join(wrong))
    return made


def faults(totals: Totals) -> list[str]:
    """What cannot be at once: a figure missing, a part greater than its whole, a pair without a relation."""
    wrong = [f"缺少总量{name}" for name in FIGURES if name not in totals.report]
    known = {frozenset(pair.split("/")) for pair in totals.pairs}
    names = list(FIGURES)
    wrong += [f"总量{a}与{b}的关系未写明" for i, a in enumerate(names) for b in names[i + 1:] if frozenset((a, b)) not in known]
    for pair, relation in totals.pairs.items():
        part, whole = pair.split("/")
        if relation not in RELATIONS:
            wrong.append(f"{pair}：不认识的关系“{relation}”")
        elif relation == "subset" and not wrong and totals.report[part] > totals.report[whole]:
            wrong.append(f"{part}是{whole}的一部分，却比它多")
    return [*wrong, *_forces_faults(totals.forces)]


def _forces_faults(forces: Mapping[str, Any]) -> list[str]:
    """Bounds of what there can be: five tiers, three echelons, three levels; a plan that begins before it ends."""
    bounds = {"tiers": (1, 5), "echelons": (0, 3), "levels": (0, 3), "model_stations": (0, forces["stations"])}
    wrong = [f"{name}应在{low}至{high}之间" for name, (low, high) in bounds.items() if not low <= forces[name] <= high]
    if not forces["meeting"] <= forces["kickoff"] < forces["finish"]:
        wrong.append("现场会、启动会议和完成期限须有先后")
    return wrong


def _forces(said: Mapping[str, Any]) -> Mapping[str, Any]:
    """As the file says; what it leaves out is the demonstration's own."""
    return {**tomllib.loads(_own())["forces"], **said.get("forces", {})}


def _own() -> str:
    return (files(__package__) / "totals.toml").read_text(encoding="utf-8")


def _limits(raw: Any) -> Limits:
    return (raw[0], raw[1]) if isinstance(raw, list) else (raw, raw)
