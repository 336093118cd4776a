"""What a builder of test data once wrote, put back as rows: the same district without walking to it anew (`kept`).

For a file of tests it may stand there from the first to the last (`standing`).
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import Any, TypeVar

from django.db import connection, transaction

from anlan.kernel import instance, rulebook
from anlan.kernel.models import Entry, InstanceClock, Party, Revision

Made = TypeVar("Made")
OF_EVERY_INSTANCE = (InstanceClock._meta.db_table, Revision._meta.db_table)  # may have rows before anything is built
REFERENCES = """SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint
WHERE contype = 'f' AND conrelid <> confrelid"""


@dataclass(frozen=True)
class Rows:
    """All that stood in the tables when something had been built. made: what the builder returned."""

    made: bytes
    tables: Mapping[str, bytes]
    rules: Mapping[Any, Any]

    @classmethod
    def of(cls, made: object, before: Iterable[str]) -> Rows:
        rulebook.rulebook()
        tables = [t for t in _parents_first(_filled()) if t not in before or t in OF_EVERY_INSTANCE]
        return cls(pickle.dumps(made), {t: _read(t) for t in tables}, rulebook.remembered())

    def put_back(self) -> Any:
        with connection.cursor() as cursor:
            cursor.execute("; ".join(f'DELETE FROM "{t}"' for t in OF_EVERY_INSTANCE))
            for table, rows in self.tables.items():
                with cursor.copy(f'COPY "{table}" FROM STDIN (FORMAT binary)') as copy:
                    copy.write(rows)
        return self.told()

    def told(self) -> Any:
        """What the builder returned, of rows that are there."""
        instance.forget()
        rulebook.remember(self.rules)
        return pickle.loads(self.made)


_held: dict[tuple[Any, ...], Rows] = {}
_standing: list[tuple[Any, ...]] = []


def kept(key: tuple[Any, ...], build: Callable[[], Made]) -> Made:
    """What `build` makes of an instance without deeds: walked to once in a process, afterwards the very same rows.

    key: what it depends on. Where something has been done already it is built on top of that.
    """
    key = _here(key)
    if key in _standing:
        told: Made = _held[key].told()
        return told
    if _has_deeds():
        return build()
    if key not in _held:
        before = _filled()
        made = build()
        _held[key] = Rows.of(made, before)
        return made
    back: Made = _held[key].put_back()
    return back


@contextmanager
def standing(key: tuple[Any, ...], build: Callable[[], Any]) -> Iterator[None]:
    """It is there for all tests of a file, and gone after them; each begins with it as it was and asks for it with `kept`."""
    with transaction.atomic():
        clean = not _has_deeds()
        kept(key, build)
        _standing.extend([_here(key)] * clean)
        try:
            yield
        finally:
            _standing.clear()
            transaction.set_rollback(True)


def _here(key: tuple[Any, ...]) -> tuple[Any, ...]:
    return (connection.settings_dict["NAME"], *key)


def _has_deeds() -> bool:
    return Entry.objects.exists() or Party.objects.exists()


def _filled() -> list[str]:
    """Tables with rows in them."""
    names = connection.introspection.table_names()
    asked = " UNION ALL ".join(f"SELECT '{n}' WHERE EXISTS (SELECT 1 FROM \"{n}\")" for n in names)
    with connection.cursor() as cursor:
        cursor.execute(asked)
        return [name for name, in cursor.fetchall()]


def _parents_first(tables: Iterable[str]) -> Iterator[str]:
    above: dict[str, set[str]] = {t: set() for t in tables}
    with connection.cursor() as cursor:
        cursor.execute(REFERENCES)
        for table, parent in cursor.fetchall():
            if table in above and parent in above:
                above[table].add(parent)
    return iter(TopologicalSorter(above).static_order())


def _read(table: str) -> bytes:
    with connection.cursor() as cursor, cursor.copy(f'COPY "{table}" TO STDOUT (FORMAT binary)') as copy:
        return b"".join(copy)
