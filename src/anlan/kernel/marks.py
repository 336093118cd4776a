"""Counting: what stood at an instant, what happened in a period, as of a head of the journal.

What stood = Σ delta of state marks up to the instant. What happened = Σ delta of event marks
whose belongs_on lies in the period. The rows behind are the cases with a sum other than zero,
and folding them gives the figure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from .instance import local_day, zone


@dataclass(frozen=True)
class Count:
    """A question to the marks. cells: any of them; head None: all that is sealed now; after: only what came later."""

    kind: str
    cells: tuple[str, ...]
    area_id: int | None = None
    at: datetime | None = None
    since: date | None = None
    until: date | None = None
    head: int | None = None
    level: str | None = None
    facets: tuple[str, ...] | None = None
    levels: tuple[str, ...] | None = None
    party_id: int | None = None
    after: datetime | None = None

    @property
    def sort(self) -> str:
        return "s" if self.since is None else "e"


def standing(kind: str, cell: str | Sequence[str], area_id: int | None = None, *, at: datetime,
             head: int | None = None, **more: Any) -> Decimal:
    """How many stood in the cell at the instant."""
    return total(Count(kind, _cells(cell), area_id, at=at, head=head, **more))


def happened(kind: str, event: str | Sequence[str], area_id: int | None = None, *, since: date, until: date,
             at: datetime | None = None, head: int | None = None, **more: Any) -> Decimal:
    """How often (or how much) it happened from `since` to `until`, both days included."""
    return total(Count(kind, _cells(event), area_id, at=at, since=since, until=until, head=head, **more))


def _cells(cell: str | Sequence[str]) -> tuple[str, ...]:
    return (cell,) if isinstance(cell, str) else tuple(cell)


def total(count: Count) -> Decimal:
    where, params = where_of(count)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT coalesce(sum(m.delta), 0) FROM kernel_mark m WHERE {where}", params)
        return Decimal(cursor.fetchone()[0])


def totals(counts: Sequence[Count]) -> list[Decimal]:
    """The totals of many questions in one statement."""
    if not counts:
        return []
    asked = [where_of(count) for count in counts]
    sql = " UNION ALL ".join(f"SELECT {n}, coalesce(sum(m.delta), 0) FROM kernel_mark m WHERE {where}"
                             for n, (where, _params) in enumerate(asked))
    with connection.cursor() as cursor:
        cursor.execute(sql, [value for _where, params in asked for value in params])
        told = dict(cursor.fetchall())
    return [Decimal(told[n]) for n in range(len(counts))]


def rows(count: Count, *, after: int = 0, limit: int | None = 50) -> list[tuple[int, Decimal]]:
    """(case id, its share of the figure) in case order, from the key `after` on."""
    where, params = where_of(count)
    sql = (f"SELECT m.case_id, sum(m.delta) FROM kernel_mark m WHERE {where} AND m.case_id > %s"
           " GROUP BY m.case_id HAVING sum(m.delta) <> 0 ORDER BY m.case_id")
    if limit is not None:
        sql += f" LIMIT {int(limit)}"
    with connection.cursor() as cursor:
        cursor.execute(sql, [*params, after])
        return [(case_id, Decimal(share)) for case_id, share in cursor.fetchall()]


def by_area(count: Count, level: int) -> dict[int, Decimal]:
    """The figure for each area of a level (0 the whole)."""
    where, params = where_of(count)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT up.ancestor_id, sum(m.delta) FROM kernel_mark m"
            " JOIN kernel_areain up ON up.area_id = m.area_id JOIN kernel_area a ON a.id = up.ancestor_id"
            f" WHERE a.level = %s AND up.valid_from <= %s AND (up.valid_to IS NULL OR up.valid_to > %s) AND {where}"
            " GROUP BY up.ancestor_id", [level, _tree_day(count), _tree_day(count), *params])
        return {area: Decimal(value) for area, value in cursor.fetchall()}


def by_party(count: Count) -> dict[int, Decimal]:
    """The figure for each party that answered then; what nobody answered for is left out."""
    where, params = where_of(count)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT m.party_id, sum(m.delta) FROM kernel_mark m WHERE {where} AND m.party_id IS NOT NULL"
                       " GROUP BY m.party_id", params)
        return {party: Decimal(value) for party, value in cursor.fetchall()}


def by_day(count: Count) -> dict[date, Decimal]:
    """Event figures by the day they belong to."""
    where, params = where_of(count)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT m.belongs_on, sum(m.delta) FROM kernel_mark m WHERE {where}"
                       " GROUP BY m.belongs_on ORDER BY 1", params)
        return {day: Decimal(value) for day, value in cursor.fetchall()}


def by_instant_month(count: Count) -> dict[date, Decimal]:
    """How much a standing figure rose or fell in each month (its first day, in the district's time)."""
    where, params = where_of(count)
    with connection.cursor() as cursor:
        cursor.execute("SELECT date_trunc('month', m.at AT TIME ZONE %s)::date AS month, sum(m.delta) FROM kernel_mark m"
                       f" WHERE {where} GROUP BY 1 ORDER BY 1", [str(zone()), *params])
        return {month: Decimal(value) for month, value in cursor.fetchall()}


def _tree_day(count: Count) -> date:
    if count.until is not None:
        return count.until
    return local_day(count.at) if count.at else date.max


def where_of(count: Count) -> tuple[str, list[Any]]:
    """The condition on `kernel_mark m` that a question is, with its parameters."""
    parts = ["m.kind = %s", "m.sort = %s", "m.cell = ANY(%s)"]
    params: list[Any] = [count.kind, count.sort, list(count.cells)]
    for sql, value in (("m.at <= %s", count.at), ("m.at > %s", count.after), ("m.belongs_on >= %s", count.since),
                       ("m.belongs_on <= %s", count.until), ("m.level = %s", count.level),
                       ("m.party_id = %s", count.party_id),
                       ("m.level = ANY(%s)", list(count.levels) if count.levels is not None else None),
                       ("m.facet = ANY(%s)", list(count.facets) if count.facets is not None else None)):
        if value is not None:
            parts.append(sql)
            params.append(value)
    _add_area(count, parts, params)
    _add_head(count, parts, params)
    return " AND ".join(parts), params


def _add_area(count: Count, parts: list[str], params: list[Any]) -> None:
    if count.area_id is not None:
        parts.append("m.area_id IN (SELECT area_id FROM kernel_areain WHERE ancestor_id = %s AND valid_from <= %s"
                     " AND (valid_to IS NULL OR valid_to > %s))")
        params += [count.area_id, _tree_day(count), _tree_day(count)]


def _add_head(count: Count, parts: list[str], params: list[Any]) -> None:
    """Only what the journal had sealed by the head; at the present head, all but what waits."""
    if count.head is None:
        parts.append("NOT EXISTS (SELECT 1 FROM kernel_pending p WHERE p.entry_id = m.entry_id)")
    else:
        parts.append("EXISTS (SELECT 1 FROM kernel_seal s WHERE s.entry_id = m.entry_id AND s.no <= %s)")
        params.append(count.head)
