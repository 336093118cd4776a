"""Taking in a bureau's boundaries: a rehearsal that names every fault, then one commit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from shapely import MultiPolygon
from shapely.geometry import mapping

from anlan.kernel.actors import Actor
from anlan.kernel.models import Area, AreaIn
from anlan.kernel.refusals import Refusal, Refused
from anlan.kernel.rulebook import rulebook

from .actions import draw_boundaries
from .boundary_file import Boundary as Drawn
from .boundary_file import read_boundaries
from .coordinates import POINT_DIGITS
from .geometry import Polygonal, coverage_faults
from .grids import shapes_on
from .models import Boundary
from .terms import in_use

CODE_NAMES = ("code", "代码", "区域代码", "CODE", "adcode")
FROM_NAMES = ("valid_from", "启用日期", "生效日期")
MOST_WARNINGS = 200


@dataclass
class Rehearsal:
    """rows are ready for `commit` where there is no fault; warnings are for a second look."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    areas: list[Area] = field(default_factory=list)


def rehearse(content: bytes | str, *, datum: str, source: str, valid_from: date,
             generated: bool = False) -> Rehearsal:
    """Read a GeoJSON file against the area tree; stores nothing. Coordinates come out in WGS-84."""
    reading = read_boundaries(content, datum=datum, district=next(iter(shapes_on(valid_from, 0).values()), None))
    done = Rehearsal(faults=list(reading.faults), warnings=list(reading.warnings))
    known = {a.code: a for a in Area.objects.filter(code__in={_code(b) for b in reading.boundaries})}
    drawn = _standing(known)
    for boundary in reading.boundaries:
        _take(done, boundary, known, drawn, {"datum": datum, "source": source, "generated": generated,
                                             "valid_from": valid_from})
    done.warnings += _tiling_warnings(done, reading.boundaries)
    return done


def commit(rehearsal: Rehearsal, *, actor: Actor, at: datetime) -> int:
    """Store what was rehearsed, all or nothing. Raises Refused."""
    if rehearsal.faults:
        raise Refused(Refusal(tuple(rehearsal.faults)))
    return len(draw_boundaries(rehearsal.rows, actor=actor, at=at))


def _code(boundary: Drawn) -> str:
    found = next((boundary.properties[n] for n in CODE_NAMES if boundary.properties.get(n)), "")
    return str(found).strip()


def _standing(known: Mapping[str, Area]) -> set[tuple[int, date]]:
    ids = [a.id for a in known.values()]
    return set(Boundary.objects.filter(state="active", area_id__in=ids).values_list("area_id", "valid_from"))


def _take(done: Rehearsal, boundary: Drawn, known: Mapping[str, Area], drawn: set[tuple[int, date]],
          common: Mapping[str, Any]) -> None:
    code, place = _code(boundary), _("第 %(n)s 个区域") % {"n": boundary.number}
    area, since = known.get(code), _since(boundary, common["valid_from"])
    if not code:
        done.faults.append(_("%(place)s没有写代码（属性 code 或 代码）。") % {"place": place})
    elif area is None:
        done.faults.append(_("%(place)s的代码 %(code)s 不在区划中，请先建立这个区域，或核对代码。") % {
            "place": place, "code": code})
    elif since is None:
        done.faults.append(_("%(place)s的启用日期看不懂，应写作 2021-01-01。") % {"place": place})
    elif (area.id, since) in drawn:
        done.faults.append(_("%(place)s“%(name)s”自%(day)s起的边界已经登记，或在文件里出现了两次。") % {
            "place": place, "name": area.name, "day": since})
    else:
        drawn.add((area.id, since))
        done.areas.append(area)
        done.rows.append({**common, "area": area.uid, "geometry": as_geojson(boundary.shape), "valid_from": since,
                          "generated": bool(boundary.properties.get("generated", common["generated"]))})


def _since(boundary: Drawn, usual: date) -> date | None:
    raw = next((boundary.properties[n] for n in FROM_NAMES if boundary.properties.get(n)), None)
    try:
        return usual if raw is None else date.fromisoformat(str(raw))
    except ValueError:
        return None


def as_geojson(shape: Polygonal) -> dict[str, Any]:
    """GeoJSON with six decimals (0.1 m)."""
    parts = shape.geoms if isinstance(shape, MultiPolygon) else [shape]
    rings = [[[[round(x, POINT_DIGITS), round(y, POINT_DIGITS)] for x, y, *_h in ring]
              for ring in mapping(part)["coordinates"]] for part in parts]
    if len(rings) == 1:
        return {"type": "Polygon", "coordinates": rings[0]}
    return {"type": "MultiPolygon", "coordinates": rings}


def _tiling_warnings(done: Rehearsal, boundaries: list[Drawn]) -> list[str]:
    """Where the areas would overlap, stick out of their parent or leave gaps (domain.md 4.2)."""
    new = _new_shapes(done, boundaries)
    found: list[str] = []
    for on in sorted({since for _uid, since in new}):
        found += _tiling_on(on, new)
    return list(dict.fromkeys(found))[:MOST_WARNINGS]


def _new_shapes(done: Rehearsal, boundaries: list[Drawn]) -> dict[tuple[UUID, date], Polygonal]:
    uids = {a.code: a.uid for a in done.areas}
    ready = {(row["area"], row["valid_from"]) for row in done.rows}
    usual = done.rows[0]["valid_from"] if done.rows else date.min
    shapes = {(uids[_code(b)], _since(b, usual) or usual): b.shape for b in boundaries if _code(b) in uids}
    return {key: shape for key, shape in shapes.items() if key in ready}


def _tiling_on(on: date, new: Mapping[tuple[UUID, date], Polygonal]) -> Iterator[str]:
    areas = {a.id: a for a in Area.objects.filter(in_use(on))}
    above = dict(AreaIn.objects.filter(in_use(on), depth=1).values_list("area_id", "ancestor_id"))
    stored = shapes_on(on)
    shapes = {a.id: stored[a.code] for a in areas.values() if a.code in stored}
    by_uid = {a.uid: a.id for a in areas.values()}
    for (uid, since), shape in sorted(new.items(), key=lambda item: item[0][1]):
        if since <= on and uid in by_uid:
            shapes[by_uid[uid]] = shape
    touched = {by_uid[uid] for uid, since in new if uid in by_uid and since <= on}
    rules = rulebook()
    spare, share = (float(rules.value(k, on)) for k in ("map.boundary_spare_m2", "map.boundary_share"))
    for parent in sorted({above.get(i) for i in touched} | touched, key=lambda i: i or 0):
        children = {f"“{areas[i].name}”（{areas[i].code}）": shapes[i] for i in shapes if above.get(i) == parent}
        if parent in shapes and children:
            name = areas[parent].name
            yield from (_("%(parent)s：%(fault)s") % {"parent": name, "fault": fault}
                        for fault in coverage_faults(children, shapes[parent], spare_m2=spare, share=share))
