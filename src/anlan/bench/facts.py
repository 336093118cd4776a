"""The same facts as Anlan has them, as one flat table, and as a Parquet file that DuckDB reads; and a question in the SQL of both."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any

from django.db import connection

from anlan.kernel.marks import Count

FLAT = "bench_fact"
COLUMNS = {"kind": "VARCHAR", "sort": "VARCHAR", "cell": "VARCHAR", "street": "BIGINT", "level": "VARCHAR", "facet": "VARCHAR",
           "belongs_on": "DATE", "deed_at": "TIMESTAMP", "delta": "BIGINT"}
LAY = f"""
CREATE TABLE {FLAT} AS
SELECT m.kind::text, m.sort::text, m.cell::text, up.ancestor_id AS street, m.level::text, m.facet::text, m.belongs_on,
       m.at AT TIME ZONE 'UTC' AS deed_at, m.delta::bigint AS delta
FROM kernel_mark m JOIN kernel_areain up ON up.area_id = m.area_id JOIN kernel_area a ON a.id = up.ancestor_id AND a.level = 1
WHERE m.kind = 'hazard'"""


class Flat:
    """Plain SQL over a table that a careful person would make: one row a fact, one index, no journal."""

    way, source = "plain SQL", FLAT

    def lay(self) -> int:
        """How many facts there are."""
        with connection.cursor() as cursor:
            cursor.execute(LAY)
            cursor.execute(f"CREATE INDEX ON {FLAT} (cell, belongs_on)")
            cursor.execute(f"VACUUM (ANALYZE) {FLAT}")
            cursor.execute(f"SELECT count(*) FROM {FLAT}")
            return int(cursor.fetchone()[0])

    def ask(self, sql: str) -> dict[Any, Decimal]:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return {key: Decimal(value) for key, value in cursor.fetchall()}


class Columns:
    """DuckDB over Parquet, with as many threads as there are processors."""

    way = "DuckDB over Parquet"

    def __init__(self, home: Path) -> None:
        self.file = home / "facts.parquet"
        self.source = f"read_parquet('{self.file}')"
        self.house = import_module("duckdb").connect()
        self.house.execute(f"SET threads = {os.cpu_count() or 1}")

    def lay(self) -> int:
        """From the flat table, in its order. Returns the size of the file in bytes."""
        sheet, names = self.file.with_suffix(".csv"), ", ".join(COLUMNS)
        connection.ensure_connection()
        with sheet.open("wb") as out, connection.connection.cursor().copy(f"COPY {FLAT} ({names}) TO STDOUT (FORMAT csv)") as rows:
            for piece in rows:
                out.write(piece)
        types = ", ".join(f"'{name}': '{kind}'" for name, kind in COLUMNS.items())
        self.house.execute(f"COPY (SELECT * FROM read_csv('{sheet}', header = false, nullstr = '\\N', columns = {{{types}}}))"
                           f" TO '{self.file}' (FORMAT parquet)")
        sheet.unlink()
        return self.file.stat().st_size

    def ask(self, sql: str) -> dict[Any, Decimal]:
        return {key: Decimal(value) for key, value in self.house.execute(sql).fetchall()}

    def close(self) -> None:
        self.house.close()
        self.file.unlink(missing_ok=True)


def plainly(count: Count, source: str, key: str = "''") -> str:
    """The question as SQL over the facts of a district: (key, sum)."""
    parts = [f"kind = '{count.kind}'", f"sort = '{count.sort}'", f"cell IN ({_listed(count.cells)})"]
    for name, sign, value in (("belongs_on", ">=", count.since), ("belongs_on", "<=", count.until)):
        parts += [f"{name} {sign} DATE '{value}'"] if value is not None else []
    if count.at is not None:
        parts.append(f"deed_at <= TIMESTAMP '{count.at.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}'")
    for name, values in (("level", (count.level,) if count.level is not None else count.levels), ("facet", count.facets)):
        parts += [f"{name} IN ({_listed(values)})"] if values is not None else []
    assert count.area_id is count.party_id is count.without is count.distinct is None
    return f"SELECT {key}, coalesce(sum(delta), 0) FROM {source} WHERE {' AND '.join(parts)} GROUP BY 1"


def _listed(values: Sequence[str]) -> str:
    return ", ".join(f"'{value}'" for value in values)
