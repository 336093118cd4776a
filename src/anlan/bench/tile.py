"""Map tiles at up to ten million units: counts and single things, against the bare index scan and a plain GROUP BY."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from statistics import median
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from uuid_utils.compat import uuid7

from anlan.kernel.actors import Actor
from anlan.kernel.bulk import copy
from anlan.kernel.changes import Ref
from anlan.kernel.door import Order, advance_many
from anlan.kernel.follow import Sealed
from anlan.kernel.models import Entry
from anlan.onemap import pyramid, tiles
from anlan.onemap.asked import Asked, TileAt, read
from anlan.onemap.pyramid import FINER, ZOOMS
from anlan.places.testing import middle
from anlan.premises.models import Premises
from anlan.toolkit.tilekey import BITS, key, tile

from .ground import Ground, run
from .results import Figure, Report, Side
from .timing import in_turns, nth, seconds, side

DATABASE = "bench_tile"
SIZES = {"100k": 100_000, "1M": 1_000_000, "10M": 10_000_000}
PLACES, BATCH, UPKEEP, CHUNK = 40, 500, 15, 100_000
MOST_TILE_MS, MOST_UPKEEP = 20.0, 1.3
WEST, SOUTH, EAST, NORTH = 114.25, 30.47, 114.45, 30.64  # domain.md 12.5
SIDE = 45  # grids a side: about 2,000
COLOURS = ("red", "orange", "yellow", "blue", "ungraded")
SEEN = {9: "far", 12: "middle", 16: "close"}
KEPT = ("premises_premises_pkey", "premises_premises_tile_key")
NOTES = (
    "Units over a district and its surroundings, denser towards one corner, in 2,000 grids and five colours; of their indexes"
    " only the key's and the primary one stand, so that they can be written in a time.",
    "Ours: the tile as the page gets it, conditions and all, to its bytes, at random places; the reader's scope is worded once,"
    " as it is for the tiles of one view. Bare: an index-only scan of the"
    " same keys, with nothing made of it. Plain: GROUP BY over the rows, with nothing made of it; at the far zoom in fewer rounds.",
    "Upkeep: 500 units registered through the door in one set, and then followed; over the registering alone, in turns.",
)
NAMES = ("id", "uid", "version", "state", "opened_at", "changed_at", "alarm", "area_id", "name", "place_type", "address", "colour",
         "door_token", "lon", "lat", "datum", "tile_key")
DELTAS = """
INSERT INTO onemap_tiledelta (entry_id, layer, case_id, code, grid, family, level, n)
SELECT 0, 'premises', id, tile_key, area_id, 'live', colour, 1 FROM premises_premises WHERE id > %(held)s ORDER BY id"""
CELLS = """
INSERT INTO onemap_tile (layer, z, cell, grid, family, level, n, sx, sy)
SELECT 'premises', %(zoom)s, tile_key >> 2 * (%(bits)s - %(zoom)s), area_id, 'live', colour, count(*),
  sum(floor((lon / 360 + 0.5) * %(side)s)::bigint),
  sum(floor((0.5 - ln((1 + sin(radians(lat))) / (1 - sin(radians(lat)))) / (4 * pi())) * %(side)s)::bigint)
FROM premises_premises WHERE id > %(held)s GROUP BY 3, 4, 6
ON CONFLICT (layer, z, cell, grid, family, level)
DO UPDATE SET n = onemap_tile.n + EXCLUDED.n, sx = onemap_tile.sx + EXCLUDED.sx, sy = onemap_tile.sy + EXCLUDED.sy"""
COARSER = """
INSERT INTO onemap_tile (layer, z, cell, grid, family, level, n, sx, sy)
SELECT layer, %(zoom)s, cell >> 2 * (%(from)s - %(zoom)s), grid, family, level, sum(n), sum(sx), sum(sy)
FROM onemap_tile WHERE z = %(from)s GROUP BY 1, 3, 4, 5, 6"""
BLANK = ("sign_name", "credit_code", "nine_small", "trade_code", "legal_person", "legal_phone", "operator", "operator_phone",
         "safety_manager", "safety_phone", "building", "landlord", "gas", "hazardous_goods", "special_equipment", "fire_permit",
         "fire_facilities", "safety_organ")
FLAGS = ("dust", "confined_space", "ammonia", "key_fire_unit")


def measure(ground: Ground, scale: float) -> Report:
    ground.fresh(DATABASE)
    _drop_other_indexes()
    report, held = Report("tile", {}, list(NOTES)), 0
    for name, full in SIZES.items():
        size = max(3_000, int(full * scale))
        _fill(ground, held, size)
        held = size
        report.sizes[name] = size
        report.figures += list(_tiles(ground, name, PLACES if scale >= 0.1 else 5))
        _check(ground, report)
    report.figures.append(_upkeep(ground, held, UPKEEP if scale >= 0.1 else 3))
    ground.drop(DATABASE)
    return report


def _drop_other_indexes() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE premises_premises DROP CONSTRAINT IF EXISTS premises_premises_uid_key,"
                       " DROP CONSTRAINT IF EXISTS premises_premises_door_token_key")
        cursor.execute("SELECT indexname FROM pg_indexes WHERE tablename = 'premises_premises'")
        names = [name for (name,) in cursor.fetchall() if not name.startswith(KEPT)]
    run(*(f'ALTER TABLE premises_premises DROP CONSTRAINT IF EXISTS "{n}"' for n in names),
        *(f'DROP INDEX IF EXISTS "{n}"' for n in names))


def _rows(ground: Ground, first: int, last: int) -> Iterator[tuple[Any, ...]]:
    dice = random.Random(first)
    grids = [g for g, _community, _street in ground.grids]
    for n in range(first, last):
        a, b = dice.random() ** 2, dice.random()
        lon, lat = WEST + a * (EAST - WEST), SOUTH + b * (NORTH - SOUTH)
        grid = grids[(int(a * SIDE) * SIDE + int(b * SIDE)) % len(grids)]
        yield (n + 1, UUID(int=n + 1), 1, "active", ground.at, ground.at, "", grid, f"单位{n}", "restaurant", f"中南路{n}号",
               COLOURS[n % 5], UUID(int=n + 1), lon, lat, "wgs84", key(lon, lat), *([""] * len(BLANK)), *([False] * len(FLAGS)))


def _fill(ground: Ground, held: int, size: int) -> None:
    """Units up to this size, written without the key's index, and their counts in one go; how far it is goes to the terminal."""
    indexes = _key_indexes()
    run(*(f'DROP INDEX "{name}"' for name in indexes))
    for first in range(held, size, CHUNK):
        last = min(first + CHUNK, size)
        copy(Premises, (*NAMES, *BLANK, *FLAGS), _rows(ground, first, last))
        _say(f"{last:,} / {size:,}")
    run(*indexes.values())
    _say("counts …")
    with connection.cursor() as cursor:
        for statement in (DELTAS, CELLS):
            cursor.execute(statement, {"held": held, "bits": BITS, "side": 2**BITS, "zoom": ZOOMS[-1]})
        cursor.execute("DELETE FROM onemap_tile WHERE z < %s", [ZOOMS[-1]])
        for zoom in ZOOMS[:-1]:
            cursor.execute(COARSER, {"zoom": zoom, "from": ZOOMS[-1]})
    run("VACUUM ANALYZE premises_premises", "VACUUM ANALYZE onemap_tile", "VACUUM ANALYZE onemap_tiledelta")


def _key_indexes() -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'premises_premises' AND indexname LIKE %s",
                       [f"{KEPT[1]}%"])
        return dict(cursor.fetchall())


def _say(words: str) -> None:
    print(f"tile: {words}", file=sys.stderr, flush=True)


def _asked(ground: Ground, actor: Actor, **words: str) -> Asked:
    return read("premises", actor, ground.at, words)


def _tiles(ground: Ground, size: str, places: int) -> Iterator[Figure]:
    dice = random.Random(7)
    spots = [(WEST + dice.random() ** 2 * (EAST - WEST), SOUTH + dice.random() * (NORTH - SOUTH)) for _ in range(places)]
    for zoom, word in SEEN.items():
        for name, words in (("all", {}), ("red", {"level": "red"})):
            asked = _asked(ground, ground.actors["director"], **words)
            where = [TileAt(zoom, *tile(key(*spot), zoom)) for spot in spots]
            tiles.tile(asked, where[0])
            fewer = where[:3] if zoom == 9 else where
            ours = [seconds(partial(tiles.tile, asked, at)) for at in where]
            bare, plain = in_turns_over(fewer, partial(_bare, asked), partial(_plain, asked))
            yield _p95(f"{size}_{word}_{name}", f"{size}: {word} (z {zoom}), {name}", ours, side("index scan", bare),
                       side("GROUP BY", plain))
    street = _asked(ground, ground.actors["street"])
    at = TileAt(9, *tile(key(*spots[0]), 9))
    yield _p95(f"{size}_far_street", f"{size}: far (z 9), one street's part", [seconds(partial(tiles.tile, street, at)) for _ in spots])


def in_turns_over(where: Sequence[TileAt], *ways: Callable[[TileAt], Any]) -> list[list[float]]:
    given: list[list[float]] = [[] for _ in ways]
    for at in where:
        for told, way in zip(given, in_turns(1, *(partial(seconds, partial(way, at)) for way in ways)), strict=True):
            told += way
    return given


def _p95(name: str, what: str, spent: Sequence[float], bare: Side | None = None, plain: Side | None = None) -> Figure:
    """The 95th of a hundred, in ms; low and high: the least and the greatest."""
    ms = [s * 1000 for s in spent]
    return Figure(name, f"{what}, p95", nth(ms, 0.95), "ms", "at most", MOST_TILE_MS, bare, plain, min(ms), max(ms))


def _conditions(asked: Asked, at: TileAt) -> tuple[str, list[Any]]:
    levels = " AND colour = ANY(%s)" if asked.levels else ""
    return f"tile_key >= %s AND tile_key < %s AND state = ANY(%s){levels}", [*at.keys, asked.states, *([list(asked.levels)] * bool(levels))]


def _bare(asked: Asked, at: TileAt) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM (SELECT tile_key FROM premises_premises WHERE tile_key >= %s AND tile_key < %s) k", [*at.keys])
        return int(cursor.fetchone()[0])


def _plain(asked: Asked, at: TileAt) -> dict[int, int]:
    where, params = _conditions(asked, at)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT tile_key >> %s, count(*) FROM premises_premises WHERE {where} GROUP BY 1",
                       [2 * (BITS - at.z - FINER), *params])
        return dict(cursor.fetchall())


def _check(ground: Ground, report: Report) -> None:
    """Counts and rows tell the same, filtered and not."""
    for words in ({}, {"level": "red"}):
        asked = _asked(ground, ground.actors["director"], **words)
        at = TileAt(11, *tile(key(114.3, 30.55), 11))
        told, rows = sum(c.n for c in tiles.counted(asked, at)), sum(_plain(asked, at).values())
        report.expect(told == rows, f"{words or 'all'}: {told} counted, {rows} rows")


def _upkeep(ground: Ground, held: int, rounds: int) -> Figure:
    """What following a batch adds to writing it: the same deeds through the door, followed or not, in turns."""
    _widen_sequence(held)
    turn = iter(range(2 * rounds))

    def write(follow: bool) -> float:
        orders = _orders(ground, next(turn))
        before = Entry.objects.order_by("-id").values_list("id", flat=True).first() or 0

        def work() -> None:
            advance_many(orders)
            if follow:
                with transaction.atomic():
                    entries = Entry.objects.filter(id__gt=before, kind="premises").order_by("id")
                    pyramid.follow([Sealed(n, e) for n, e in enumerate(entries)])

        return seconds(work)

    write(False), write(True)
    turn = iter(range(2, 2 * rounds + 2))
    with_counts, alone = in_turns(rounds, partial(write, True), partial(write, False))
    shares = [a / b for a, b in zip(with_counts, alone, strict=True)]
    return Figure("upkeep", f"writing {BATCH} deeds and following them, over writing them", median(shares), "×", "at most", MOST_UPKEEP,
                  side("written and followed", with_counts), side("written", alone), min(shares), max(shares))


def _widen_sequence(held: int) -> None:
    run(f"SELECT setval(pg_get_serial_sequence('premises_premises', 'id'), {held + 1})")


def _orders(ground: Ground, turn: int) -> list[Order]:
    dice, grid = random.Random(turn), ground.areas["G111"]
    west, south = middle("G111")
    return [Order(Ref("premises", uuid7()), "create", ground.actors["street"], ground.at, {
        "name": f"新店{turn}-{n}", "place_type": "restaurant", "address": f"新路{turn}-{n}号", "area": grid.uid,
        "lon": west + dice.uniform(-0.004, 0.004), "lat": south + dice.uniform(-0.004, 0.004)}) for n in range(BATCH)]
