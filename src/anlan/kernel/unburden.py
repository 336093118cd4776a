"""Loading millions of rows into tables without their indexes and references, which are made again afterwards.

Only for a database that nobody else uses and that is thrown away when the loading breaks off.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from django.db import connection, models

from .models import Attached, Clock, Entry, Mark, Paper, Seal

REFERENCES = """
SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint
WHERE contype = 'f' AND conrelid = ANY(%s::regclass[]) ORDER BY 1, 2"""
UNIQUE = REFERENCES.replace("contype = 'f'", "contype = 'u'")
INDEXES = """
SELECT i.indrelid::regclass::text, i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i
WHERE i.indrelid = ANY(%s::regclass[]) AND NOT i.indisprimary
  AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid) ORDER BY 1, 2"""
KERNELS: tuple[type[models.Model], ...] = (Entry, Mark, Clock, Paper, Attached, Seal)  # to which every history adds


class Burden(NamedTuple):
    """What was taken off a table: DDL to put it back, part after part. Each by table, so that connections may share the work.

    references: for the rows to come, which locks the table referred to for a moment only; checks: of the rows that are there.
    """

    indexes: dict[str, list[str]]
    references: dict[str, list[str]]
    checks: dict[str, list[str]]


def take_off(tables: Sequence[type[models.Model]], references: bool = True) -> Burden:
    """Drop references (unless they are to stay), unique constraints and indexes of these tables; primary keys stay."""
    names = [model._meta.db_table for model in tables]
    held = Burden({}, {}, {})
    with connection.cursor() as cursor:
        for table, name, definition in _found(cursor, REFERENCES, names) if references else ():
            held.references.setdefault(table, []).append(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition} NOT VALID")
            held.checks.setdefault(table, []).append(f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}")
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        for table, name, definition in _found(cursor, UNIQUE, names):
            held.indexes.setdefault(table, []).append(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        for table, name, definition in _found(cursor, INDEXES, names):
            held.indexes.setdefault(table, []).append(definition)
            cursor.execute(f"DROP INDEX {name}")
    return held


def _found(cursor: object, sql: str, names: Sequence[str]) -> list[tuple[str, str, str]]:
    cursor.execute(sql, [[f'"{name}"' for name in names]])  # type: ignore[attr-defined]
    return list(cursor.fetchall())  # type: ignore[attr-defined]


@contextmanager
def unburdened(tables: Sequence[type[models.Model]]) -> Iterator[None]:
    """These tables carry no index inside, and all of them again after it; within one transaction.

    References stay: taking one off would lock the table that it points to, and with it everybody who reads that.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what waits to be checked would hold the tables
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    burden = take_off(tables, references=False)
    yield
    put_back(statement for statements in burden.indexes.values() for statement in statements)


def put_back(statements: Iterable[str]) -> None:
    """Make indexes and references again; a row that breaks one raises here."""
    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem TO '512MB'")
        for statement in statements:
            cursor.execute(statement)
        cursor.execute("RESET maintenance_work_mem")
