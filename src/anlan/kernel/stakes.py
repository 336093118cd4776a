"""Stakes: who owes, or takes part, in an open case. A stake named like a clock is due when the clock is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import connection

from . import changes as c
from .bulk import insert
from .models import Stake

if TYPE_CHECKING:
    from .carry import Written

COLUMNS = ("party_id", "kind", "case_id", "area_id", "role", "due_at")
ANEW = "ON CONFLICT (party_id, kind, case_id, role) DO UPDATE SET due_at = EXCLUDED.due_at, area_id = EXCLUDED.area_id"
END = """
DELETE FROM kernel_stake s USING unnest(%s::varchar[], %s::bigint[], %s::bigint[], %s::varchar[])
  AS v(kind, case_id, party_id, role)
WHERE s.kind = v.kind AND s.case_id = v.case_id AND (v.party_id IS NULL OR s.party_id = v.party_id)
  AND (v.role IS NULL OR s.role = v.role)"""
MOVE = """
UPDATE kernel_stake s SET due_at = v.due_at
FROM unnest(%s::varchar[], %s::bigint[], %s::varchar[], %s::timestamptz[]) AS v(kind, case_id, role, due_at)
WHERE s.kind = v.kind AND s.case_id = v.case_id AND s.role = v.role"""
PLACE = """
UPDATE kernel_stake s SET area_id = v.area_id
FROM unnest(%s::varchar[], %s::bigint[], %s::bigint[]) AS v(kind, case_id, area_id)
WHERE s.kind = v.kind AND s.case_id = v.case_id"""


def write_stakes(written: Sequence[Written], fresh: Collection[c.Ref], put: Any) -> None:
    """The last word of each deed counts; a final state ends all stakes of the case."""
    rows: dict[tuple[str, int], dict[tuple[int, str], datetime]] = defaultdict(dict)
    ended: list[tuple[str, int, int | None, str | None]] = []
    moved: dict[tuple[str, int, str], datetime] = {}
    new: set[tuple[str, int]] = set()
    areas: dict[tuple[str, int], int | None] = {}
    placed: set[tuple[str, int]] = set()
    for w in written:
        here = (w.deed.flow.kind, w.case.id)
        stored = w.deed.ref not in fresh
        areas[here] = getattr(w.case, "area_id", None)
        if stored and "area_id" in w.deed.sets:
            placed.add(here)
        if not stored:
            new.add(here)
        for r in _releases(w):
            rows[here] = {k: due for k, due in rows[here].items() if not _matches(r, k)}
            ended += [(*here, r.party_id, r.role)] * stored
        for name, due in w.dues.items():
            rows[here].update({k: due for k in rows[here] if k[1] == name})
            moved |= {(*here, name): due} if stored else {}
        rows[here].update({(party, role): due for party, role, due in w.owed})
    _run(END, ended)
    _run(MOVE, [(*key, due) for key, due in moved.items()])
    _run(PLACE, [(*here, areas[here]) for here in placed])
    flat = [(here, (party, *here, areas[here], role, due)) for here, mine in rows.items() for (party, role), due in mine.items()]
    put(Stake, COLUMNS, [row for here, row in flat if here in new])
    insert(Stake, COLUMNS, [row for here, row in flat if here not in new], ANEW)


def _releases(w: Written) -> list[c.Release]:
    ends = w.deed.state in w.deed.flow.final and not w.deed.not_applied
    return w.deed.of(c.Release) + ([c.Release()] if ends else [])


def _matches(release: c.Release, key: tuple[int, str]) -> bool:
    return release.party_id in (None, key[0]) and release.role in (None, key[1])


def _run(sql: str, rows: Sequence[tuple[Any, ...]]) -> None:
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(sql, [list(column) for column in zip(*rows, strict=True)])


def move_dues(rows: Sequence[tuple[str, int, str, datetime]]) -> None:
    """(kind, case id, clock name, due) of clocks that were reckoned anew."""
    _run(MOVE, rows)
