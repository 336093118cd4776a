"""What a slow fixture has built, kept as rows and put back in a moment: every test still has data of its own."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from django.apps import apps
from django.db import connection

from anlan.kernel import instance, rulebook

T = TypeVar("T")


class Kept(NamedTuple):
    """Tables that the building changed, as they were before and after it, and what it returned."""

    before: dict[str, bytes]
    after: dict[str, bytes]
    made: bytes


_kept: dict[Any, Kept] = {}


def built_once(key: Any, build: Callable[[], T]) -> T:
    """What `build()` returns and leaves in the database: built the first time, afterwards put back row for row.

    Where the tables are not as they were then, it is built anew. Ids stay free for this, since sequences never go
    back; for the same reason it is for one test database only.
    """
    kept = _kept.get(key)
    if kept is None or any(_content(table) != rows for table, rows in kept.before.items()):
        return _build(key, build)
    for table, rows in kept.after.items():
        _put(table, rows, empty=not kept.before[table])
    rulebook.forget()
    instance.forget()
    return pickle.loads(kept.made)  # type: ignore[no-any-return]


def _build(key: Any, build: Callable[[], T]) -> T:
    tables = [model._meta.db_table for model in apps.get_models(include_auto_created=True)
              if model._meta.managed and not model._meta.proxy]
    before = {table: _content(table) for table in tables}
    made = build()
    after = {table: _content(table) for table in tables}
    changed = [table for table in tables if before[table] != after[table]]
    _kept[key] = Kept({t: before[t] for t in changed}, {t: after[t] for t in changed}, pickle.dumps(made))
    return made


def _content(table: str) -> bytes:
    with connection.cursor() as cursor, cursor.copy(f'COPY "{table}" TO STDOUT') as out:
        return b"".join(bytes(piece) for piece in out)


def _put(table: str, rows: bytes, *, empty: bool) -> None:
    with connection.cursor() as cursor:
        if not empty:
            cursor.execute(f'DELETE FROM "{table}"')
        with cursor.copy(f'COPY "{table}" FROM STDIN') as into:
            into.write(rows)
