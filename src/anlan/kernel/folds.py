"""Daily sums of sealed marks, for figures over long times; rebuildable, never the source of a figure's rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Sum

from .follow import FOLLOWERS, Sealed, follow_once, follower, pass_over, reset
from .instance import zone
from .models import Cursor, Fold, FoldMonth
from .unburden import unburdened

TAKE = """
WITH summed AS (
  SELECT m.kind, m.sort, m.cell, m.level, coalesce(up.ancestor_id, m.area_id) AS area_id,
         CASE WHEN m.sort = 'e' THEN m.belongs_on ELSE (m.at AT TIME ZONE %(zone)s)::date END AS day,
         coalesce(sum(m.delta) FILTER (WHERE m.sort = 'e' OR m.delta > 0), 0) AS came,
         coalesce(-sum(m.delta) FILTER (WHERE m.sort = 's' AND m.delta < 0), 0) AS went
  FROM kernel_mark m
  LEFT JOIN LATERAL (
    SELECT i.ancestor_id FROM kernel_areain i JOIN kernel_area a ON a.id = i.ancestor_id
    WHERE i.area_id = m.area_id AND a.level = %(level)s
      AND i.valid_from <= (m.at AT TIME ZONE %(zone)s)::date
      AND (i.valid_to IS NULL OR i.valid_to > (m.at AT TIME ZONE %(zone)s)::date) LIMIT 1) up ON true
  WHERE m.entry_id = ANY(%(entries)s)
  GROUP BY 1, 2, 3, 4, 5, 6)
"""
_WHOLE = """
WITH ups AS (
  SELECT i.area_id, i.ancestor_id, i.valid_from, i.valid_to
  FROM kernel_areain i JOIN kernel_area a ON a.id = i.ancestor_id WHERE a.level = %(level)s),
summed AS (
  SELECT m.kind, m.sort, m.cell, m.level, coalesce(up.ancestor_id, m.area_id) AS area_id,
         CASE WHEN m.sort = 'e' THEN m.belongs_on ELSE m.on_day END AS day,
         coalesce(sum(m.delta) FILTER (WHERE m.sort = 'e' OR m.delta > 0), 0) AS came,
         coalesce(-sum(m.delta) FILTER (WHERE m.sort = 's' AND m.delta < 0), 0) AS went
  FROM (SELECT m.kind, m.sort, m.cell, m.level, m.area_id, m.belongs_on, m.delta,
               (m.at AT TIME ZONE %(zone)s)::date AS on_day FROM kernel_mark m {only} OFFSET 0) AS m
  LEFT JOIN ups up ON up.area_id = m.area_id AND up.valid_from <= m.on_day
       AND (up.valid_to IS NULL OR up.valid_to > m.on_day)
  GROUP BY 1, 2, 3, 4, 5, 6)
"""
WHOLE = _WHOLE.format(only="")
KNOWN = _WHOLE.format(only="JOIN kernel_seal s ON s.entry_id = m.entry_id AND s.no <= %(head)s")
KEEP = "CREATE TEMPORARY TABLE folding ON COMMIT DROP AS " + WHOLE + "SELECT * FROM summed"
DAYS = """
INSERT INTO kernel_fold (kind, sort, cell, level, area_id, day, came, went)
SELECT kind, sort, cell, level, area_id, day, came, went FROM summed ORDER BY 1, 2, 3, 4, 5, 6"""
MONTHS = """
INSERT INTO kernel_foldmonth (kind, cell, level, area_id, month, change)
SELECT kind, cell, level, area_id, date_trunc('month', day)::date, sum(came - went) FROM summed WHERE sort = 's'
GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5"""
DAILY = TAKE + DAYS + """
ON CONFLICT (kind, sort, cell, level, area_id, day)
DO UPDATE SET came = kernel_fold.came + EXCLUDED.came, went = kernel_fold.went + EXCLUDED.went"""
MONTHLY = TAKE + MONTHS + """
ON CONFLICT (kind, cell, level, area_id, month)
DO UPDATE SET change = kernel_foldmonth.change + EXCLUDED.change"""
DAYS_APART = KNOWN + """
SELECT kind, sort, cell, level, area_id, day, f.came, f.went, coalesce(s.came, 0), coalesce(s.went, 0)
FROM summed s FULL JOIN kernel_fold f USING (kind, sort, cell, level, area_id, day)
WHERE coalesce(f.came, 0) <> coalesce(s.came, 0) OR coalesce(f.went, 0) <> coalesce(s.went, 0) ORDER BY 1, 2, 3, 4, 5, 6"""
MONTHS_APART = KNOWN + """, monthly AS (
  SELECT kind, cell, level, area_id, date_trunc('month', day)::date AS month, sum(came - went) AS change
  FROM summed WHERE sort = 's' GROUP BY 1, 2, 3, 4, 5)
SELECT kind, 's', cell, level, area_id, month, f.change, NULL, coalesce(s.change, 0), NULL
FROM monthly s FULL JOIN kernel_foldmonth f USING (kind, cell, level, area_id, month)
WHERE coalesce(f.change, 0) <> coalesce(s.change, 0) ORDER BY 1, 2, 3, 4, 5, 6"""


@follower("folds")
def fold(entries: Sequence[Sealed]) -> None:
    """Add the marks of these entries to the daily and monthly sums."""
    params: dict[str, Any] = {"entries": [s.entry.id for s in entries], "zone": str(zone()), "level": settings.ANLAN_FOLD_LEVEL}
    with connection.cursor() as cursor:
        cursor.execute(DAILY, params)
        cursor.execute(MONTHLY, params)


def rebuild() -> None:
    """Throw the sums away and fold the whole journal again."""
    Fold.objects.all().delete()
    FoldMonth.objects.all().delete()
    reset("folds")
    while follow_once(FOLLOWERS["folds"]):
        pass


def fold_whole() -> None:
    """Fold all that is sealed into empty sums, each mark once for both tables: after a great history was loaded.

    Indexes come after the rows; nobody else can read the sums meanwhile.
    """
    params: dict[str, Any] = {"zone": str(zone()), "level": settings.ANLAN_FOLD_LEVEL}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem TO '256MB'")
        cursor.execute(KEEP, params)
        with unburdened((Fold, FoldMonth)):
            for sql in (DAYS, MONTHS):
                cursor.execute(sql.replace("FROM summed", "FROM folding"))
        pass_over("folds")


class Apart(NamedTuple):
    """A sum that is not what its marks give. span: day, or month (then came is the change and went is None)."""

    span: str
    kind: str
    sort: str
    cell: str
    level: str
    area_id: int
    day: date
    came: Decimal | None
    went: Decimal | None
    came_by_marks: Decimal
    went_by_marks: Decimal | None


def apart() -> tuple[int, list[Apart]]:
    """How many sums there are, and those that the marks known to the follower do not give; None: the sum is missing.

    The follower waits meanwhile: its cursor is held.
    """
    found: list[Apart] = []
    with transaction.atomic(), connection.cursor() as cursor:
        head = Cursor.objects.select_for_update().filter(name="folds").values_list("no", flat=True).first() or 0
        params: dict[str, Any] = {"zone": str(zone()), "level": settings.ANLAN_FOLD_LEVEL, "head": head}
        for span, sql in (("day", DAYS_APART), ("month", MONTHS_APART)):
            cursor.execute(sql, params)
            found += [Apart(span, *row) for row in cursor.fetchall()]
        return Fold.objects.count() + FoldMonth.objects.count(), found


def standing_folded(kind: str, cell: str | Sequence[str], area_ids: Sequence[int] | None, on: date,
                    level: str | None = None) -> Decimal:
    """What stood in the cells at the end of the day: whole months, then the days of the last one."""
    first = on.replace(day=1)
    where = "kind = %s AND cell = ANY(%s)"
    params: list[Any] = [kind, [cell] if isinstance(cell, str) else list(cell)]
    for sql, value in (("area_id = ANY(%s)", None if area_ids is None else list(area_ids)), ("level = %s", level)):
        if value is not None:
            where += f" AND {sql}"
            params.append(value)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT (SELECT coalesce(sum(change), 0) FROM kernel_foldmonth WHERE {where} AND month < %s)"
            f" + (SELECT coalesce(sum(came - went), 0) FROM kernel_fold WHERE {where} AND sort = 's'"
            " AND day >= %s AND day <= %s)", [*params, first, *params, first, on])
        return Decimal(cursor.fetchone()[0])


def happened_folded(kind: str, event: str, area_ids: Sequence[int] | None, since: date, until: date) -> Decimal:
    """What is known today to have happened from `since` to `until`, both included; not what was known at their end."""
    rows = Fold.objects.filter(kind=kind, cell=event, sort="e", day__gte=since, day__lte=until)
    rows = rows if area_ids is None else rows.filter(area_id__in=area_ids)
    return rows.aggregate(happened=Sum("came", default=Decimal(0)))["happened"]  # type: ignore[no-any-return]


def end_of(on: date) -> datetime:
    """The last instant of a day in the district's time, which a bare date means; 24:00 is the next day's first."""
    return datetime.combine(on + timedelta(days=1), datetime.min.time(), zone()) - timedelta(microseconds=1)
