"""Counting: what stood at an instant, what happened in a period, as of a head of the journal.

What stood = Σ delta of state marks up to the instant. What happened = Σ delta of event marks
whose belongs_on lies in the period. The rows behind are the cases with a sum other than zero,
and folding them gives the figure.

How many different ones (levels that acted, days on which something happened) is a count with `distinct`; its
rows are one witness of each: the first case that shows it. The first or the last of such days is one with `pick`;
its row is the case that shows it, with the day itself as its share.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from django.db import connection

from .flows import FLOWS
from .instance import local_day, zone

Trait = Literal["facet", "level", "party", "day", "area"]
TRAITS: dict[Trait, str] = {"facet": "nullif(m.facet, '')", "level": "nullif(m.level, '')", "party": "m.party_id",
                            "day": "m.belongs_on", "area": "m.area_id"}
PICKS = {"first": "min", "last": "max"}


class Day(Decimal):
    """A day as a number, so that days compare as figures do: 20210429. Zero is no day."""

    @property
    def day(self) -> date | None:
        return date(int(self) // 10000, int(self) // 100 % 100, int(self) % 100) if self else None


@dataclass(frozen=True)
class Without:
    """What has not happened to a case: no event of `kind` in `cells` from the first day of the case's level to `until`.

    through: the column of that kind's rows that names the case, and never changes. A level without a first day is not asked.
    """

    kind: str
    cells: tuple[str, ...]
    through: str
    until: date
    since: tuple[tuple[str, date], ...]


@dataclass(frozen=True)
class Stood:
    """What another case stood as: of `kind`, with one of the facets, at the count's instant and head.

    through: the column of the counted kind's rows that names that case, and never changes; empty where it is the same case.
    none: it stood as none of these, or there is no such case.
    """

    kind: str
    through: str
    facets: tuple[str, ...]
    none: bool = False


@dataclass(frozen=True)
class Count:
    """A question to the marks. cells: any of them; head None: all that is sealed now; after: only what came later.

    summed: what stands is what the cell's events have added up to, not a state (some come with +1 and go with −1).
    distinct: not how much was counted, but how many different facets, levels, parties, days or areas it had; none is no value.
    also_in: (kind, cells) of what must show a different value as well, counted in the same way, for it to count.
    pick: of different days not how many, but the first or the last, as a Day.
    no_party: answered for by none of these, or by nobody.
    """

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
    without: Without | None = None
    summed: bool = False
    distinct: Trait | None = None
    also_in: tuple[tuple[str, tuple[str, ...]], ...] = ()
    pick: Literal["first", "last"] | None = None
    stood: Stood | None = None
    no_party: tuple[int, ...] | None = None

    @property
    def sort(self) -> str:
        return "s" if self.since is None and not self.summed else "e"


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
    return totals([count])[0]


def totals(counts: Sequence[Count]) -> list[Decimal]:
    """The totals of many questions in one statement."""
    told = _told_apart([_whole(count) for count in counts])
    return [_as_told(count, one[""]) for count, one in zip(counts, told, strict=True)]


def _as_told(count: Count, value: Any) -> Decimal:
    return Day(value) if count.pick else Decimal(value)


def _whole(count: Count) -> tuple[str, list[Any]]:
    if count.distinct is not None:
        shown, params = _shown(count, "''")
        return f"SELECT '', {_folded(count)} FROM ({shown}) s", params
    where, params = where_of(count)
    return f"SELECT '', coalesce(sum(m.delta), 0) FROM kernel_mark m WHERE {where}", params


def _folded(count: Count) -> str:
    """What different values `s.told` come to."""
    if count.pick is None:
        return "count(DISTINCT s.told)"
    return f"coalesce(to_char({PICKS[count.pick]}(s.told), 'YYYYMMDD')::numeric, 0)"


def rows(count: Count, *, after: int = 0, limit: int | None = 50) -> list[tuple[int, Decimal]]:
    """(case id, its share of the figure) in case order, from the key `after` on."""
    shares, params = shares_of(count)
    sql = f"SELECT case_id, share FROM ({shares}) r WHERE case_id > %s ORDER BY case_id"
    if limit is not None:
        sql += f" LIMIT {int(limit)}"
    with connection.cursor() as cursor:
        cursor.execute(sql, [*params, after])
        return [(case_id, _as_told(count, share)) for case_id, share in cursor.fetchall()]


def shares_of(count: Count) -> tuple[str, list[Any]]:
    """A statement of (case_id, share): every case behind the figure, or one witness of each different value."""
    if count.distinct is not None:
        shown, params = _shown(count, "''")
        if count.pick is not None:
            order = "DESC" if count.pick == "last" else "ASC"
            return (f"SELECT s.case_id, to_char(s.told, 'YYYYMMDD')::numeric AS share FROM ({shown}) s"
                    f" ORDER BY s.told {order}, s.case_id LIMIT 1"), params
        return ("SELECT w.case_id, count(*) AS share FROM (SELECT min(s.case_id) AS case_id"
                f" FROM ({shown}) s GROUP BY s.told) w GROUP BY w.case_id"), params
    where, params = where_of(count)
    return (f"SELECT m.case_id, sum(m.delta) AS share FROM kernel_mark m WHERE {where}"
            " GROUP BY m.case_id HAVING sum(m.delta) <> 0"), params


def _keyed(count: Count, key: str, given: Sequence[Any] = (), *, joins: str = "", also: str = "",
           also_given: Sequence[Any] = ()) -> tuple[str, list[Any]]:
    """A statement of (key, figure). given, also_given: the parameters of the key and of the further condition."""
    if count.distinct is not None:
        shown, params = _shown(count, key, joins, also)
        return f"SELECT s.key, {_folded(count)} FROM ({shown}) s GROUP BY s.key", [*given, *also_given, *params]
    where, params = where_of(count)
    return (f"SELECT {key}, sum(m.delta) FROM kernel_mark m{joins} WHERE {also}{where} GROUP BY 1",
            [*given, *also_given, *params])


def _shown(count: Count, key: str, joins: str = "", also: str = "") -> tuple[str, list[Any]]:
    """Which case shows which value: (key, case_id, told)."""
    where, params = where_of(count)
    told = TRAITS[count.distinct]  # type: ignore[index]
    for kind, cells in count.also_in:
        inner, given = _shown(replace(count, kind=kind, cells=cells, also_in=()), "''")
        where += f" AND {told} IN (SELECT x.told FROM ({inner}) x)"
        params += given
    return (f"SELECT {key} AS key, m.case_id, {told} AS told FROM kernel_mark m{joins} WHERE {also}{where}"
            f" AND {told} IS NOT NULL GROUP BY 1, 2, 3 HAVING sum(m.delta) > 0"), params


def by_area(count: Count, level: int) -> dict[int, Decimal]:
    """The figure for each area of a level (0 the whole)."""
    return by_area_of([count], level)[0]


def by_area_of(counts: Sequence[Count], level: int) -> list[dict[int, Decimal]]:
    """Several figures, each for the areas of a level, in one statement."""
    joins = " JOIN kernel_areain up ON up.area_id = m.area_id JOIN kernel_area a ON a.id = up.ancestor_id"
    also = "a.level = %s AND up.valid_from <= %s AND (up.valid_to IS NULL OR up.valid_to > %s) AND "
    told = _told_apart([_keyed(count, "up.ancestor_id", joins=joins, also=also,
                               also_given=[level, _tree_day(count), _tree_day(count)]) for count in counts])
    return [{area: _as_told(count, value) for area, value in one.items()} for count, one in zip(counts, told, strict=True)]


def by_level(count: Count) -> dict[str, Decimal]:
    """The figure for each level of its cases: of units their colours."""
    return _told_apart([_keyed(count, "m.level")])[0]


def by_month_of(counts: Sequence[Count]) -> list[dict[date, Decimal]]:
    """Several figures by month (its first day), in one statement: what happened in it, or how much what stood changed."""
    asked = []
    for count in counts:
        day, zoned = ("m.belongs_on", []) if count.sort == "e" else ("m.at AT TIME ZONE %s", [str(zone())])
        asked.append(_keyed(count, f"date_trunc('month', {day})::date", zoned))
    return _told_apart(asked)


def _told_apart(asked: Sequence[tuple[str, list[Any]]]) -> list[dict[Any, Decimal]]:
    """Statements of (key, sum), run as one."""
    told: list[dict[Any, Decimal]] = [{} for _ in asked]
    if not asked:
        return told
    sql = " UNION ALL ".join(f"SELECT {n}, told.* FROM ({one}) told" for n, (one, _params) in enumerate(asked))
    with connection.cursor() as cursor:
        cursor.execute(sql, [value for _sql, params in asked for value in params])
        for n, key, value in cursor.fetchall():
            told[n][key] = Decimal(value)
    return told


def by_party(count: Count) -> dict[int, Decimal]:
    """The figure for each party that answered then; what nobody answered for is left out."""
    return _told_apart([_keyed(count, "m.party_id", also="m.party_id IS NOT NULL AND ")])[0]


def by_stood(count: Count, kind: str, through: str, groups: Mapping[str, str]) -> dict[str, Decimal]:
    """The figure for each group of what another case stood as (see Stood). groups: facet → group; others are left out."""
    inner, given = _standing_as(count, kind, list(groups))
    joins, at = "", "m.case_id"
    if through:
        table, column = _names(count.kind, through)
        joins, at = f' JOIN "{table}" c ON c.id = m.case_id', f'c."{column}"'
    joins += (f" JOIN ({inner}) x ON x.case_id = {at}"
              " JOIN unnest(%s::text[], %s::text[]) AS g(facet, name) ON g.facet = x.facet")
    return _told_apart([_keyed(count, "g.name", [*given, list(groups), list(groups.values())], joins=joins)])[0]


def by_day(count: Count) -> dict[date, Decimal]:
    """Event figures by the day they belong to."""
    told = _told_apart([_keyed(count, "m.belongs_on")])[0]
    return dict(sorted(told.items()))


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
                       ("(m.party_id IS NULL OR m.party_id <> ALL(%s))", list(count.no_party) if count.no_party is not None else None),
                       ("m.level = ANY(%s)", list(count.levels) if count.levels is not None else None),
                       ("m.facet = ANY(%s)", list(count.facets) if count.facets is not None else None)):
        if value is not None:
            parts.append(sql)
            params.append(value)
    _add_area(count, parts, params)
    _add_head(count, parts, params)
    if count.without is not None:
        _add_without(count, count.without, parts, params)
    if count.stood is not None:
        _add_stood(count, count.stood, parts, params)
    return " AND ".join(parts), params


def _add_area(count: Count, parts: list[str], params: list[Any]) -> None:
    if count.area_id is not None:
        parts.append("m.area_id IN (SELECT area_id FROM kernel_areain WHERE ancestor_id = %s AND valid_from <= %s"
                     " AND (valid_to IS NULL OR valid_to > %s))")
        params += [count.area_id, _tree_day(count), _tree_day(count)]


def _add_head(count: Count, parts: list[str], params: list[Any], mark: str = "m") -> None:
    """Only what the journal had sealed by the head; at the present head, all but what waits."""
    if count.head is None:
        parts.append(f"NOT EXISTS (SELECT 1 FROM kernel_pending p WHERE p.entry_id = {mark}.entry_id)")
    else:
        parts.append(f"EXISTS (SELECT 1 FROM kernel_seal s WHERE s.entry_id = {mark}.entry_id AND s.no <= %s)")
        params.append(count.head)


def _add_without(count: Count, what: Without, parts: list[str], params: list[Any]) -> None:
    """No such event since the day of the mark's level; one that was taken back has not happened.

    Each first day is a set of cases that the database makes once and looks up, whatever it guesses of its size.
    """
    parts.append("m.level = ANY(%s)")
    params.append([level for level, _day in what.since])
    for day in sorted({day for _level, day in what.since}):
        inner, given = events_of(count, what, day)
        parts.append(f"NOT (m.level = ANY(%s) AND m.case_id IN (SELECT w.through FROM {inner} WHERE w.through IS NOT NULL"
                     " GROUP BY w.through, w.belongs_on HAVING sum(w.delta) > 0))")
        params += [[level for level, first in what.since if first == day], *given]


def _add_stood(count: Count, what: Stood, parts: list[str], params: list[Any]) -> None:
    """The same set of cases for every mark: the database makes it once."""
    inner, given = _standing_as(count, what.kind, what.facets)
    if what.through:
        table, column = _names(count.kind, what.through)
        inner = f'SELECT o.id FROM "{table}" o WHERE o."{column}" IN (SELECT x.case_id FROM ({inner}) x)'
    else:
        inner = f"SELECT x.case_id FROM ({inner}) x"
    parts.append(f"m.case_id {'NOT IN' if what.none else 'IN'} ({inner})")
    params += given


def _standing_as(count: Count, kind: str, facets: Sequence[str]) -> tuple[str, list[Any]]:
    """Which cases of a kind stood, in whatever state, with which of these facets: (case_id, facet)."""
    parts, params = ["o.kind = %s", "o.sort = 's'", "o.facet = ANY(%s)"], [kind, list(facets)]
    if count.at is not None:
        parts.append("o.at <= %s")
        params.append(count.at)  # type: ignore[arg-type]
    _add_head(count, parts, params, "o")
    return (f"SELECT o.case_id, o.facet FROM kernel_mark o WHERE {' AND '.join(parts)} GROUP BY 1, 2 HAVING sum(o.delta) > 0",
            params)


def _names(kind: str, through: str) -> tuple[str, str]:
    """Table and column by which rows of a kind name another case."""
    model = FLOWS[kind].model
    return model._meta.db_table, str(model._meta.get_field(through).column)  # type: ignore[union-attr]


def events_of(count: Count, what: Without, since: date | None = None) -> tuple[str, list[Any]]:
    """The event marks that would keep a case out of the count, as a table `w` with its parameters.

    since: the first day asked about; by default the earliest of any level.
    """
    model = FLOWS[what.kind].model
    parts = ["e.kind = %s", "e.sort = 'e'", "e.cell = ANY(%s)", "e.belongs_on >= %s", "e.belongs_on <= %s"]
    params: list[Any] = [what.kind, list(what.cells), since or min(day for _level, day in what.since), what.until]
    if count.at is not None:
        parts.append("e.at <= %s")
        params.append(count.at)
    _add_head(count, parts, params, "e")
    column = model._meta.get_field(what.through).column  # type: ignore[union-attr]
    return (f'(SELECT e.entry_id, e.belongs_on, e.delta, o."{column}" AS through FROM kernel_mark e'
            f' JOIN "{model._meta.db_table}" o ON o.id = e.case_id WHERE {" AND ".join(parts)}) w', params)
