"""Counts of the map by (layer, zoom, cell, grid, family, level), folded from sealed entries; rebuildable.

A batch of sealed entries names cases; where each stands now is compared with where the counts hold it, the
difference is written as `tile_delta` and added to `tile` in the same transaction. No deed writes here.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import F

from anlan.kernel.bulk import copy, insert
from anlan.kernel.follow import Sealed, follower
from anlan.kernel.models import Cursor, Seal
from anlan.toolkit.layers import LAYERS
from anlan.toolkit.tilekey import BITS, deinterleave

from .models import Tile, TileDelta
from .shown import Shown, shown

FOLLOWER = "onemap.tiles"
ZOOMS = (11, 13, 15, 17)
"""Cells are kept at these; a tile at z reads the first that is at least z + FINER, or else the last."""
FINER = 3
LAST_COUNTED = ZOOMS[-1]  # the closest zoom whose clusters come from the counts
CHUNK = 50_000  # cases that a rebuilding holds in memory at a time

FOLD = """
INSERT INTO onemap_tile (layer, z, cell, grid, family, level, n, sx, sy)
SELECT d.layer, z.z, d.code >> 2 * (%s - z.z), d.grid, d.family, d.level, sum(d.n), sum(d.n * d.x), sum(d.n * d.y)
FROM unnest(%s::varchar[], %s::bigint[], %s::bigint[], %s::varchar[], %s::varchar[], %s::int[], %s::bigint[], %s::bigint[])
     AS d(layer, code, grid, family, level, n, x, y), unnest(%s::int[]) AS z(z)
GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6
ON CONFLICT (layer, z, cell, grid, family, level)
DO UPDATE SET n = onemap_tile.n + EXCLUDED.n, sx = onemap_tile.sx + EXCLUDED.sx, sy = onemap_tile.sy + EXCLUDED.sy"""


class Place(NamedTuple):
    """Where a case stands in the counts."""

    code: int
    grid: int
    family: str
    level: str


class Delta(NamedTuple):
    entry_id: int
    layer: str
    case_id: int
    place: Place
    n: int


@follower(FOLLOWER)
def follow(entries: Sequence[Sealed]) -> None:
    """Let the counts catch up with what these entries moved."""
    newest: dict[str, dict[int, int]] = defaultdict(dict)
    repointed: dict[str, dict[int, int]] = defaultdict(dict)
    for sealed in entries:
        entry = sealed.entry
        newest[entry.kind][entry.subject_id] = entry.id
        if "tile_key" in entry.data.get("set", {}):
            repointed[entry.kind][entry.subject_id] = entry.id
    deltas: list[Delta] = []
    for layer in counted_layers():
        touched = dict(newest.get(layer.flow.kind, {}))
        if layer.place_of and (moved := repointed.get(layer.place_kind)):
            touched |= _standing_at(layer, moved)
        if touched:
            deltas += changes(layer, touched)
    keep(deltas)


def _standing_at(layer: Shown, moved: dict[int, int]) -> dict[int, int]:
    """Cases of a layer that stand where another row stands, when that row gets another point."""
    rows = layer.model._default_manager.filter(**{f"{layer.place_of}__in": moved})
    return {id: moved[at] for id, at in rows.values_list("id", f"{layer.place_of}_id")}


def counted_layers() -> list[Shown]:
    return [s for name in LAYERS if (s := shown(name)).counted]


def changes(layer: Shown, touched: dict[int, int]) -> Iterator[Delta]:
    """What has to be added so that the counts hold these cases where they stand. touched: case id → entry id."""
    before, now = held(layer.id, touched), dict(places(layer, layer.model._default_manager.filter(id__in=touched)))
    for case_id in sorted(touched):
        old, new = before.get(case_id), now.get(case_id)
        if old != new:
            if old is not None:
                yield Delta(touched[case_id], layer.id, case_id, old, -1)
            if new is not None:
                yield Delta(touched[case_id], layer.id, case_id, new, 1)


def held(layer: str, ids: Iterable[int]) -> dict[int, Place]:
    """Where the counts hold these cases: the last delta of each, if it is an arrival."""
    rows = TileDelta.objects.filter(layer=layer, case_id__in=list(ids)).order_by("case_id", "-id").distinct("case_id")
    told = rows.values_list("case_id", "code", "grid", "family", "level", "n")
    return {case_id: Place(*place) for case_id, *place, n in told if n > 0}


def places(layer: Shown, rows: Any) -> Iterator[tuple[int, Place]]:
    """(case id, where it stands) of the rows that have a point. Rows that are alike are asked once for their cell."""
    names = layer.cell_fields[1:]
    asked: dict[tuple[Any, ...], tuple[int, str, str]] = {}
    pointed = rows.order_by().annotate(map_point=F(layer.layer.point)).filter(map_point__isnull=False)
    for case_id, code, *values in pointed.values_list("id", "map_point", *names):
        told = tuple(values)
        if told not in asked:
            asked[told] = _counted_as(layer, layer.model(**dict(zip(names, told, strict=True))))
        yield case_id, Place(code, *asked[told])


def _counted_as(layer: Shown, case: Any) -> tuple[int, str, str]:
    """Grid, family and level."""
    cell = layer.flow.cell(case)
    return cell.area_id or case.area_id, layer.family(cell.cell or case.state), cell.level


def keep(deltas: Sequence[Delta], put: Any = insert) -> None:
    """Write deltas and fold them; within the transaction of the follower. put: by INSERT or by COPY."""
    if not deltas:
        return
    put(TileDelta, ("entry_id", "layer", "case_id", "code", "grid", "family", "level", "n"),
        [(d.entry_id, d.layer, d.case_id, *d.place, d.n) for d in deltas])
    sums: Counter[tuple[str, Place]] = Counter()
    for d in deltas:
        sums[d.layer, d.place] += d.n
    moved = [(layer, place, n) for (layer, place), n in sums.items() if n]
    axes = [deinterleave(place.code) for _layer, place, _n in moved]
    with connection.cursor() as cursor:
        cursor.execute(FOLD, [
            BITS, [layer for layer, _place, _n in moved], *([place[i] for _layer, place, _n in moved] for i in range(len(Place._fields))),
            [n for _layer, _place, n in moved], [x for x, _y in axes], [y for _x, y in axes], list(ZOOMS)])


def rebuild() -> int:
    """Throw the counts away and count the tables as they stand. Returns how many things have a place."""
    with transaction.atomic():
        Cursor.objects.get_or_create(name=FOLLOWER)
        Cursor.objects.select_for_update().get(name=FOLLOWER)
        newest = Seal.objects.order_by("-no").values_list("no", "entry_id").first() or (0, 0)
        Tile.objects.all().delete()
        TileDelta.objects.all().delete()
        total = sum(_count_all(layer, newest[1]) for layer in counted_layers())
        Cursor.objects.filter(name=FOLLOWER).update(no=newest[0])
    return total


def _count_all(layer: Shown, entry_id: int) -> int:
    last, total = 0, 0
    rows = layer.model._default_manager
    while ids := list(rows.filter(id__gt=last).order_by("id").values_list("id", flat=True)[:CHUNK]):
        found = list(places(layer, rows.filter(id__gt=last, id__lte=ids[-1])))
        keep([Delta(entry_id, layer.id, case_id, place, 1) for case_id, place in found], copy)
        total, last = total + len(found), ids[-1]
    return total


Cells = dict[tuple[str, int, int, int, str, str], tuple[int, int, int]]


def recount() -> Cells:
    """What the counts should say, by reading every row of every layer: for tests and the map's own check."""
    found: Cells = {}
    for layer in counted_layers():
        for _id, place in places(layer, layer.model._default_manager.all()):
            x, y = deinterleave(place.code)
            for z in ZOOMS:
                key = (layer.id, z, place.code >> 2 * (BITS - z), place.grid, place.family, place.level)
                n, sx, sy = found.get(key, (0, 0, 0))
                found[key] = (n + 1, sx + x, sy + y)
    return found


def counted() -> Cells:
    """What the counts say; cells that have become empty are left out."""
    rows = Tile.objects.exclude(n=0, sx=0, sy=0)
    return {row[:6]: row[6:] for row in rows.values_list("layer", "z", "cell", "grid", "family", "level", "n", "sx", "sy")}  # type: ignore[misc]
