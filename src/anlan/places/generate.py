"""The demonstration's areas: streets, communities and grids made for a district that has no open polygons.

    python -m anlan.places.generate [--data DIRECTORY] [--check]

A street is the ground nearest to its point, clipped to the outline; it is cut into its communities and each of
these into grids, by cells of comparable weight (water weighs little). The same input gives the same bytes.
Parents are unions of their grids, so nothing overlaps, nothing is left over and no grid crosses a parent.

Each feature is one dated version of an area: in force from `valid_from` up to but not including `valid_to`.
A community that began later (融侨华府社区, domain.md 14 [unsure]) takes half of the grids of the largest
community of its street on that day: those grids end, and begin again on the same ground under new codes.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import shapely
from shapely import MultiPolygon, Polygon, STRtree
from shapely.geometry import mapping
from shapely.geometry import shape as shape_of

from anlan.places.coordinates import POINT_DIGITS
from anlan.places.geometry import Plane, Polygonal, random_point

DATA = Path(__file__).resolve().parents[1] / "demo" / "data"
AREAS_FILE = "wuchang_areas.geojson"
SEED = 20210625
GRIDS = 2000
FEWEST, MOST = 8, 20
WATER_WEIGHT = 0.06
WATER_SAMPLES = 0.004
BEGINS = date(2019, 1, 1)
LATER_COMMUNITIES = {"420106001022": date(2022, 1, 1)}
SNAP_DEGREES = 10.0**-POINT_DIGITS
SNAP_METRES = 0.001
ROW_METRES = 250
ROUNDS = 12

XY = tuple[float, float]


class Named(NamedTuple):
    code: str
    name: str


@dataclass(frozen=True)
class Source:
    """What the areas are made from; shapes in degrees."""

    district: Named
    outline: Polygonal
    water: Polygonal
    streets: dict[Named, XY]
    communities: dict[str, list[Named]]


class AreaVersion(NamedTuple):
    """One area as it was from a day on; `valid_to` is the first day it no longer was."""

    code: str
    level: str
    name: str
    parent: str
    valid_from: date
    valid_to: date | None
    shape: Polygonal


class _Grid(NamedTuple):
    code: str
    community: Named
    serial: int
    shape: Polygon


def read_source(folder: Path = DATA) -> Source:
    """The outline, street points, names and schematic water in `folder`."""
    [district] = _features(folder / "wuchang.geojson")
    water = [shape_of(each["geometry"]) for each in _features(folder / "wuhan_water_schematic.geojson")]
    return Source(
        Named(district["properties"]["adcode"], district["properties"]["name"]),
        shape_of(district["geometry"]),
        shapely.union_all(water),
        {
            Named(row["street_code"], row["street_zh"]): (float(row["lon_wgs84"]), float(row["lat_wgs84"]))
            for row in _rows(folder / "street_points.csv")
        },
        {
            street: [Named(row["community_code"], row["community_zh"]) for row in rows]
            for street, rows in groupby(_rows(folder / "streets_communities.csv"), lambda row: row["street_code"])
        },
    )


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as sheet:
        yield from csv.DictReader(sheet)


def _features(path: Path) -> list[dict[str, Any]]:
    return json.loads(path.read_text(encoding="utf-8"))["features"]


def build_areas(source: Source, *, seed: int = SEED, grids: int = GRIDS) -> list[AreaVersion]:
    """Every version of every area, parents first. About `grids` grids, 8 to 20 a community."""
    rng = random.Random(seed)
    plane = Plane.under([source.outline])
    cutter = _Cutter(rng, plane.to_metres(source.water))
    streets = _street_cells(source, plane)
    communities = _community_cells(source, streets, cutter)
    counts = grid_counts({named.code: cutter.weight(cell) for named, cell in communities.items()}, grids)
    cells = _grid_cells(communities, counts, cutter)
    return _versions(source, _snapped(cells, plane))


class _Cutter:
    """Cuts polygons in metres into cells of comparable weight."""

    def __init__(self, rng: random.Random, water: Polygonal) -> None:
        self.rng = rng
        self.water = water
        shapely.prepare(water)

    def weight(self, cell: Polygon) -> float:
        wet = cell.intersection(self.water).area
        return cell.area - wet * (1 - WATER_WEIGHT)

    def cut(self, parent: Polygon, number: int, samples_each: int, tries: int) -> list[Polygon]:
        """`number` connected cells, from north to south and in each row from west to east."""
        samples = list(self._samples(parent, number * samples_each))
        tried = [settled(self.rng.sample(samples, number), samples) for _try in range(tries)]
        cells = split(parent, min(tried, key=lambda settling: settling.unevenness).places)
        return sorted(cells, key=_reading_order)

    def _samples(self, parent: Polygon, number: int) -> Iterator[XY]:
        shapely.prepare(parent)
        drawn = 0
        while drawn < number:
            x, y = random_point(parent, self.rng)
            if not shapely.contains_xy(self.water, x, y) or self.rng.random() < WATER_SAMPLES:
                drawn += 1
                yield x, y


def _reading_order(cell: Polygon) -> tuple[int, float]:
    return -round(cell.centroid.y / ROW_METRES), cell.centroid.x


class Settling(NamedTuple):
    """Places in the middle of the samples nearest to them; the largest share of samples over the smallest."""

    places: list[XY]
    unevenness: float


def settled(seeds: Sequence[XY], samples: Sequence[XY], rounds: int = ROUNDS) -> Settling:
    """The seeds moved to the middle of the samples nearest to them, `rounds` times (Lloyd)."""
    places, number, drawn = list(seeds), len(seeds), np.array(samples)
    counts: list[int] = []
    for _round in range(rounds):
        held = np.array(places)
        away = drawn[:, None, :] - held
        owners = np.concatenate((np.arange(number), (away[..., 0] ** 2 + away[..., 1] ** 2).argmin(axis=1)))
        xs, ys = (np.bincount(owners, np.concatenate((held[:, n], drawn[:, n])), number).tolist() for n in (0, 1))
        counts = np.bincount(owners).tolist()
        places = [(round(x / n, 3), round(y / n, 3)) for x, y, n in zip(xs, ys, counts, strict=True)]
    return Settling(places, max(counts) / min(counts))


def nearest(places: Sequence[XY], x: float, y: float) -> int:
    """The index of the place nearest to x, y."""
    squares = [(px - x) * (px - x) + (py - y) * (py - y) for px, py in places]
    return squares.index(min(squares))


def split(parent: Polygon, seeds: Sequence[XY]) -> list[Polygon]:
    """The ground of `parent` nearest to each seed, in the seeds' order; each cell is one piece.

    A piece cut off by a bend of the outline goes to the cell with which it has the longest border.
    """
    if len(seeds) == 1:
        return [parent]
    edges = shapely.voronoi_polygons(shapely.MultiPoint(seeds), extend_to=parent, only_edges=True)
    cells: dict[int, Polygon] = {}
    loose: list[Polygon] = []
    for face in sorted(_faces([edges, parent.boundary], SNAP_METRES), key=lambda face: -face.area):
        inner = face.representative_point()
        if not parent.contains(inner):
            continue
        seed = nearest(seeds, inner.x, inner.y)
        if seed in cells:
            loose.append(face)
        else:
            cells[seed] = face
    return _with_loose([cells[seed] for seed in range(len(seeds))], loose)


def _faces(lines: Iterable[shapely.Geometry], snap: float) -> list[Polygon]:
    """What the lines enclose, every corner on a raster of `snap`, so that common borders are exactly common."""
    return _polygons(shapely.polygonize(shapely.get_parts(shapely.union_all(list(lines), grid_size=snap))))


def _polygons(shape: shapely.Geometry) -> list[Polygon]:
    return [part for part in shapely.get_parts(shape).tolist() if isinstance(part, Polygon)]


def _with_loose(cells: list[Polygon], loose: list[Polygon]) -> list[Polygon]:
    waiting = 0
    while loose:
        piece = loose.pop(0)
        borders = [piece.boundary.intersection(cell.boundary).length for cell in cells]
        owner = borders.index(max(borders))
        if borders[owner] > 0:
            cells[owner] = _union([cells[owner], piece])
            waiting = 0
        elif (waiting := waiting + 1) > len(loose):
            raise ValueError("a piece of the polygon touches none of its cells")
        else:
            loose.append(piece)
    return cells


def grid_counts(weights: Mapping[str, float], total: int) -> dict[str, int]:
    """About `total` grids shared out by the root of the weight, 8 to 20 each."""
    low, high = 0.0, float(MOST)
    roots = {code: weight**0.5 for code, weight in weights.items()}
    smallest = min(roots.values())

    def shared(factor: float) -> dict[str, int]:
        return {code: min(max(round(factor * root / smallest), FEWEST), MOST) for code, root in roots.items()}

    for _step in range(60):
        factor = (low + high) / 2
        low, high = (factor, high) if sum(shared(factor).values()) < total else (low, factor)
    return shared(high)


def _street_cells(source: Source, plane: Plane) -> dict[Named, Polygon]:
    cells: dict[Named, Polygon] = {}
    for part in _polygons(source.outline):
        own = [street for street, place in source.streets.items() if shapely.contains_xy(part, *place)]
        seeds = [plane.point_to_metres(*source.streets[street]) for street in own]
        cells.update(zip(own, split(plane.to_metres(part), seeds), strict=True))
    return dict(sorted(cells.items()))


def _community_cells(source: Source, streets: Mapping[Named, Polygon], cutter: _Cutter) -> dict[Named, Polygon]:
    cells: dict[Named, Polygon] = {}
    for street, cell in streets.items():
        first = [named for named in source.communities[street.code] if named.code not in LATER_COMMUNITIES]
        cells.update(zip(first, cutter.cut(cell, len(first), samples_each=150, tries=6), strict=True))
    return cells


def _grid_cells(communities: Mapping[Named, Polygon], counts: Mapping[str, int], cutter: _Cutter) -> list[_Grid]:
    return [
        _grid(community, serial, cell)
        for community, ground in communities.items()
        for serial, cell in enumerate(cutter.cut(ground, counts[community.code], samples_each=40, tries=2), start=1)
    ]


def _grid(community: Named, serial: int, shape: Polygon) -> _Grid:
    return _Grid(f"{community.code}{serial:03d}", community, serial, shape)


def _snapped(grids: list[_Grid], plane: Plane) -> list[_Grid]:
    """The grids in degrees of six digits, drawn from one common network of borders."""
    rough = [plane.to_degrees(grid.shape) for grid in grids]
    tree = STRtree(rough)
    owned: dict[int, list[Polygon]] = {index: [] for index in range(len(grids))}
    for face in _faces([cell.boundary for cell in rough], SNAP_DEGREES):
        for index in tree.query(face.representative_point(), predicate="intersects")[:1].tolist():
            owned[index].append(face)
    return [grid._replace(shape=_ordered(_union(owned[index]))) for index, grid in enumerate(grids)]


def _union(shapes: Sequence[Polygonal]) -> Polygonal:
    return shapely.coverage_union_all(list(shapes))


def _ordered(shape: Polygonal) -> Polygonal:
    """The same shape with a fixed first vertex and direction."""
    return shapely.normalize(shape)


def _versions(source: Source, grids: list[_Grid]) -> list[AreaVersion]:
    moved = _moved_grids(source, grids)
    versions = list(_grid_versions(grids, moved))
    streets = {named.code: named for named in source.streets}
    communities = {named.code: named for street in source.communities.values() for named in street}
    above = list(_parents("community", communities, versions))
    unchanging = [version._replace(valid_to=None) for version in in_force(above, BEGINS)]
    higher = list(_parents("street", streets, unchanging))
    return [*_parents("district", {source.district.code: source.district}, higher), *higher, *above, *versions]


def _moved_grids(source: Source, grids: list[_Grid]) -> dict[str, tuple[Named, date]]:
    """Old grid code → the community that takes it over, and when."""
    moved: dict[str, tuple[Named, date]] = {}
    for street, names in source.communities.items():
        for later in (named for named in names if named.code in LATER_COMMUNITIES):
            own = [grid for grid in grids if grid.code.startswith(street)]
            taken = _half_of_largest(own)
            moved.update({grid.code: (later, LATER_COMMUNITIES[later.code]) for grid in taken})
    return moved


def _half_of_largest(grids: list[_Grid]) -> list[_Grid]:
    """Half of the grids of the community with the most; both halves hang together."""
    groups = [list(group) for _code, group in groupby(grids, lambda grid: grid.community.code)]
    largest = max(groups, key=len)
    for axis in (0, 1):
        ordered = sorted(largest, key=lambda grid: grid.shape.centroid.coords[0][axis])
        halves = ordered[: len(ordered) // 2], ordered[len(ordered) // 2 :]
        if all(isinstance(_union([grid.shape for grid in half]), Polygon) for half in halves):
            return sorted(halves[1])
    raise ValueError("no straight cut leaves both halves of the community in one piece")


def _grid_versions(grids: list[_Grid], moved: Mapping[str, tuple[Named, date]]) -> Iterator[AreaVersion]:
    serials: dict[str, int] = {}
    for grid in grids:
        later, until = moved.get(grid.code, (None, None))
        yield _grid_version(grid, BEGINS, until)
        if later and until:
            serials[later.code] = serials.get(later.code, 0) + 1
            yield _grid_version(_grid(later, serials[later.code], grid.shape), until, None)


def _grid_version(grid: _Grid, since: date, until: date | None) -> AreaVersion:
    name = f"{grid.community.name}第{grid.serial}网格"
    return AreaVersion(grid.code, "grid", name, grid.community.code, since, until, grid.shape)


def _parents(level: str, names: Mapping[str, Named], children: Sequence[AreaVersion]) -> Iterator[AreaVersion]:
    """The unions of the children, a new version on each day on which a parent's children change."""
    by_parent: dict[str, list[AreaVersion]] = {}
    for child in children:
        by_parent.setdefault(child.parent, []).append(child)
    for code, own in sorted(by_parent.items()):
        days = sorted({child.valid_from for child in own} | {child.valid_to for child in own if child.valid_to})
        for since, until in zip(days, [*days[1:], None], strict=True):
            shape = _ordered(_union([child.shape for child in in_force(own, since)]))
            yield AreaVersion(code, level, names[code].name, _parent_code(level, code), since, until, shape)


def _parent_code(level: str, code: str) -> str:
    return {"district": "", "street": code[:6], "community": code[:9]}[level]


def in_force(versions: Iterable[AreaVersion], day: date) -> list[AreaVersion]:
    """The versions in force on the day, one for each code."""
    return [each for each in versions if each.valid_from <= day and (each.valid_to is None or day < each.valid_to)]


def to_geojson(versions: Iterable[AreaVersion]) -> str:
    """A FeatureCollection, one feature a line, six digits."""
    lines = ",\n".join(_line(version) for version in versions)
    return f'{{"type":"FeatureCollection","features":[\n{lines}\n]}}\n'


def _line(version: AreaVersion) -> str:
    feature = {
        "type": "Feature",
        "properties": {
            "code": version.code,
            "level": version.level,
            "name": version.name,
            "parent": version.parent or None,
            "generated": True,
            "valid_from": version.valid_from.isoformat(),
            "valid_to": version.valid_to.isoformat() if version.valid_to else None,
        },
        "geometry": _rounded(mapping(version.shape)),
    }
    return json.dumps(feature, ensure_ascii=False, separators=(",", ":"))


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, POINT_DIGITS)
    if isinstance(value, dict):
        return {key: _rounded(inner) for key, inner in value.items()}
    return [_rounded(inner) for inner in value] if isinstance(value, list | tuple) else value


def read_areas(path: Path = DATA / AREAS_FILE) -> list[AreaVersion]:
    """Every version in a file that `to_geojson` wrote, in its order."""
    return [_version(feature) for feature in _features(path)]


def _version(feature: dict[str, Any]) -> AreaVersion:
    said = feature["properties"]
    until = date.fromisoformat(said["valid_to"]) if said["valid_to"] else None
    since = date.fromisoformat(said["valid_from"])
    shape: Polygon | MultiPolygon = shape_of(feature["geometry"])
    return AreaVersion(said["code"], said["level"], said["name"], said["parent"] or "", since, until, shape)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m anlan.places.generate", description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA, help="folder with the source files")
    parser.add_argument("--check", action="store_true", help="write nothing, fail if the file would change")
    options = parser.parse_args(arguments)
    path = options.data / AREAS_FILE
    versions = build_areas(read_source(options.data))
    built = to_geojson(versions)
    if options.check:
        return 0 if path.exists() and path.read_text(encoding="utf-8") == built else 1
    path.write_text(built, encoding="utf-8")
    sys.stdout.write(f"{path}: {len(versions)} areas, {len(built.encode()):,} bytes\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
