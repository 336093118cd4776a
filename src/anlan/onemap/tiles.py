"""Tiles of things that stand at a point: single ones close up, true counts far out, also as of a past day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from anlan.toolkit import search
from anlan.toolkit.search import CANDIDATES
from anlan.toolkit.tilekey import deinterleave

from . import mvt
from .asked import Asked, TileAt, narrowed_to_ground, pixels, shift_to
from .limits import in_short, running
from .pyramid import FINER, LAST_COUNTED, ZOOMS
from .shown import Shown, rank
from .worded import HIGH, LOW, rows_between

SINGLES = 500  # of a layer in one tile; more are shown as counts
CLUSTERED_TO = 20  # closer than this every thing is drawn, however many stand there
ALL_SINGLES = 2_000


class Thing(NamedTuple):
    """One thing at its point; state, family and level as on the day that was asked."""

    id: int
    uid: UUID
    code: int
    title: str
    family: str
    level: str
    state: str = ""


class Cluster(NamedTuple):
    """n things around the axis numbers x, y; levels: how many of each level."""

    n: int
    x: float
    y: float
    levels: dict[str, int]


class Found(NamedTuple):
    """What lies in a range of keys. over: there are more candidates than may be read, so nothing is shown."""

    things: Sequence[Thing] = ()
    clusters: Sequence[Cluster] = ()
    over: bool = False


def tile(asked: Asked, at: TileAt) -> bytes:
    """The tile's layer `things`: singles with uid, clusters with n, or one point with `over`."""
    found = look(asked, at)
    return mvt.layer("things", _features(asked.shown, found, at, _limits(asked, found.things)))


def _limits(asked: Asked, things: Sequence[Thing]) -> dict[int, dict[str, Any]]:
    """What is said of the limits that run now."""
    told = {}
    for id, due in running(asked, things).items():
        late = due <= asked.at
        told[id] = {"late": 1, "due": _("已超时")} if late else {"due": _("限{when}").format(when=in_short(due, asked.at))}
    return told


def look(asked: Asked, at: TileAt) -> Found:
    """What the tile shows."""
    close = at.z >= asked.shown.layer.from_zoom
    most = SINGLES if at.z < CLUSTERED_TO else ALL_SINGLES
    if asked.raw:
        things = things_in(asked, [at.keys])
        if len(things) > CANDIDATES:
            return Found(over=True)
        return Found(things) if close and len(things) <= most else Found(clusters=grouped(things, at.z + FINER))
    if close and len(things := things_in(asked, [at.keys], most)) <= most:
        return Found(things)
    if at.z <= LAST_COUNTED:
        return Found(clusters=counted(asked, at))
    things = things_in(asked, [at.keys])
    return Found(over=True) if len(things) > CANDIDATES else Found(clusters=grouped(things, at.z + FINER))


# Rows


Ranges = Sequence[tuple[int, int]]


def things_in(asked: Asked, keys: Ranges, most: int = CANDIDATES) -> list[Thing]:
    """Those in some ranges of keys, at most one more than `most`; a past day's as they stood then."""
    if len(keys) == 1:
        rows = rows_between(asked, most, *keys[0], lambda: _told(asked, _between(asked.shown, [(LOW, HIGH)]), most))
    else:
        rows = list(_told(asked, _between(asked.shown, keys), most))
    return _as_asked(asked, rows)


def things_of(asked: Asked, ids: Iterable[int]) -> list[Thing]:
    """Those of some rows that fit what is asked."""
    return _as_asked(asked, _told(asked, Q(id__in=list(ids), **{f"{asked.shown.layer.point}__isnull": False}), CANDIDATES))


def _as_asked(asked: Asked, rows: Iterable[Sequence[Any]]) -> list[Thing]:
    things = _things(asked.shown, rows)
    return _as_they_stood(asked, things) if asked.past else things


def _between(shown: Shown, keys: Ranges) -> Q:
    here = Q()
    for low, high in keys:
        here |= Q(**{f"{shown.layer.point}__gte": low, f"{shown.layer.point}__lt": high})
    return here


def _told(asked: Asked, where: Q, most: int) -> QuerySet[Any, Any]:
    """Of a past day the candidates, whatever they are now."""
    shown, rows = asked.shown, narrowed(asked, where)
    if asked.past:
        rows = rows.filter(_existed(asked))
    else:
        levels = Q(**{f"{shown.layer.colour_by}__in": asked.levels}) if asked.levels else Q()
        rows = rows.filter(Q(state__in=asked.states) & levels)
    return shown.with_point(rows).values_list("id", "uid", "map_point", "map_title", "state", shown.sign)[: most + 1]


def narrowed(asked: Asked, where: Q) -> QuerySet[Any]:
    """The reader's rows of a condition that fit the filters, whatever their state."""
    shown = asked.shown
    rows = shown.rows(asked.actor, asked.at).filter(asked.more).filter(where)
    rows = narrowed_to_ground(asked, rows)
    if shown.layer.day:
        rows = rows.filter(**{shown.layer.day: asked.day})
    if asked.words:
        annotations, condition = search.holds(shown.register.searched, asked.words.split())
        rows = rows.alias(**annotations).filter(condition)
    return rows


def _things(shown: Shown, rows: Iterable[Sequence[Any]]) -> list[Thing]:
    families = {state: name for name, states in shown.families.items() for state in states}
    return [Thing(id, uid, code, str(title or "")[:60], families.get(state, state),
                  families.get(state, state) if shown.sign == "state" else str(value), state)
            for id, uid, code, title, state, value in rows]


def _existed(asked: Asked) -> Q:
    """Opened by then, and not ended before, unless ended ones are asked for too."""
    shown = asked.shown
    ended = [str(s) for s in shown.flow.final]
    began = Q(**{f"{shown.layer.since}__lte": asked.instant})
    wants_ended = any(s in ended for s in asked.states)
    return began if wants_ended or not ended else began & ~Q(state__in=ended, changed_at__lte=asked.instant)


STOOD = """
SELECT m.case_id, m.cell, m.level FROM kernel_mark m
WHERE m.kind = %s AND m.sort = 's' AND m.case_id = ANY(%s) AND m.at <= %s
  AND NOT EXISTS (SELECT 1 FROM kernel_pending p WHERE p.entry_id = m.entry_id)
GROUP BY 1, 2, 3 HAVING sum(m.delta) > 0"""


def _as_they_stood(asked: Asked, things: list[Thing]) -> list[Thing]:
    """The candidates with the family and level that their marks give them at the instant; the others had no place in it."""
    if len(things) > CANDIDATES:
        return things
    shown, wanted = asked.shown, set(asked.states)
    stood = stood_at(shown.flow.kind, [t.id for t in things], asked.instant)
    found = []
    for thing in things:
        cell, level = stood.get(thing.id, ("", ""))
        if cell in wanted and (not asked.levels or level in asked.levels):
            family = shown.family(cell)
            sign = level if shown.levelled else family if shown.layer.colour_by in ("", "state") else thing.level
            found.append(thing._replace(family=family, level=sign, state=cell))
    return found


def stood_at(kind: str, ids: Sequence[int], instant: datetime) -> dict[int, tuple[str, str]]:
    """(cell, level) of each case at an instant, from its sealed marks."""
    with connection.cursor() as cursor:
        cursor.execute(STOOD, [kind, list(ids), instant])
        return {case_id: (cell, level) for case_id, cell, level in cursor.fetchall()}


def grouped(things: Iterable[Thing], zoom: int) -> list[Cluster]:
    """Things of one cell as one cluster, at the middle of where they stand."""
    cells: dict[int, list[Thing]] = defaultdict(list)
    for thing in things:
        cells[thing.code >> shift_to(min(zoom, 28))].append(thing)
    return [_cluster(cells[cell]) for cell in sorted(cells)]


def _cluster(things: Sequence[Thing]) -> Cluster:
    axes = [deinterleave(t.code) for t in things]
    levels: dict[str, int] = defaultdict(int)
    for t in things:
        levels[t.level] += 1
    n = len(things)
    return Cluster(n, sum(x for x, _y in axes) / n, sum(y for _x, y in axes) / n, dict(levels))


# Counts

CELLS = """
SELECT cell >> %s, level, sum(n), sum(sx), sum(sy) FROM onemap_tile
WHERE layer = %s AND z = %s AND cell >= %s AND cell < %s AND family = ANY(%s) {levels} {grids}
GROUP BY 1, 2 HAVING sum(n) <> 0 ORDER BY 1"""


def counted(asked: Asked, at: TileAt) -> list[Cluster]:
    """Clusters of a tile from the counts: one range of cells, the reader's grids, one statement."""
    zoom = next((z for z in ZOOMS if z >= at.z + FINER), LAST_COUNTED)
    shift = shift_to(zoom)
    params: list[Any] = [2 * (zoom - min(at.z + FINER, zoom)), asked.shown.id, zoom, at.keys[0] >> shift, at.keys[1] >> shift,
                         list(asked.families)]
    parts = {"levels": "", "grids": ""}
    for name, column, values in (("levels", "level", asked.levels or None), ("grids", "grid", asked.grids)):
        if values is not None:
            parts[name] = f"AND {column} = ANY(%s)"
            params.append(list(values))
    with connection.cursor() as cursor:
        cursor.execute(CELLS.format(**parts), params)
        return _joined(asked.shown, cursor.fetchall())


def _joined(shown: Shown, rows: Iterable[tuple[int, str, Any, Any, Any]]) -> list[Cluster]:
    cells: dict[int, list[tuple[str, int, int, int]]] = defaultdict(list)
    for cell, level, n, sx, sy in rows:
        cells[cell].append((level if shown.levelled else "", int(n), int(sx), int(sy)))
    found = []
    for parts in cells.values():
        n = sum(p[1] for p in parts)
        levels: dict[str, int] = defaultdict(int)
        for level, count, *_sums in parts:
            levels[level] += count
        found.append(Cluster(n, sum(p[2] for p in parts) / n, sum(p[3] for p in parts) / n, dict(levels)))
    return found


# The tile


def _features(shown: Shown, found: Found, at: TileAt, limits: Mapping[int, Mapping[str, Any]]) -> Iterable[mvt.Feature]:
    if found.over:
        middle = mvt.EXTENT // 2
        yield mvt.Feature(mvt.POINT, mvt.point(middle, middle), {"over": 1})
    here: dict[int, int] = defaultdict(int)
    for t in found.things:
        here[t.code] += 1
    for t in found.things:
        yield mvt.Feature(mvt.POINT, mvt.point(*pixels(*deinterleave(t.code), at, mvt.EXTENT)), {
            "uid": str(t.uid), "title": t.title, "family": t.family, "level": t.level,
            **({"here": here[t.code]} if here[t.code] > 1 else {}), **limits.get(t.id, {})})
    worst = sorted(value for value, _label in shown.colour_choices)
    worst.sort(key=rank)
    for c in found.clusters:
        top = next((v for v in worst if c.levels.get(v)), "")
        yield mvt.Feature(mvt.POINT, mvt.point(*pixels(c.x, c.y, at, mvt.EXTENT)), {
            "n": c.n, "level": top, **({"top": c.levels[top]} if top and len(c.levels) > 1 else {})})
