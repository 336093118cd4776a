"""A layer's statement for one reader, worked out once and asked for each tile of a view.

Most of a tile's time went into wording the reader's scope, which is the same for every tile that a page asks for.
Kept is the wording alone: the rows are read each time. What the wording itself had to ask the database is not kept,
so that it hangs on nothing but the reader, the layer, the conditions and the instant (which may be this much older).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import get_language

from .asked import Asked

KEPT = 2.0  # seconds
MOST = 500
LOW, HIGH = -(2**62), -(2**62) + 1
"""Stand for a range of keys in a wording; no key is negative."""

Wording = tuple[str, tuple[Any, ...]] | None
_kept: dict[Any, Wording] = {}


def rows_between(asked: Asked, most: int, low: int, high: int, word: Callable[[], QuerySet[Any, Any]]) -> list[tuple[Any, ...]]:
    """The rows of a statement in one range of keys. word: the same with LOW and HIGH as its range."""
    found = _wording((connection.settings_dict["NAME"], get_language(), most, _steady(asked)), word)
    if found is None:
        return []
    sql, params = found
    with connection.cursor() as cursor:
        cursor.execute(sql, [low if p == LOW else high if p == HIGH else p for p in params])
        return cursor.fetchall()


def _steady(asked: Asked) -> Asked:
    """The same question for a little while."""
    return replace(asked, at=datetime.fromtimestamp(asked.at.timestamp() // KEPT * KEPT, UTC))


def _wording(key: Any, word: Callable[[], QuerySet[Any, Any]]) -> Wording:
    if key in _kept:
        return _kept[key]
    asking = _Counter()
    with connection.execute_wrapper(asking):
        found = _said(word())
    if not asking.n:
        if len(_kept) >= MOST:
            _kept.clear()
        _kept[key] = found
    return found


def _said(rows: QuerySet[Any, Any]) -> Wording:
    try:
        sql, params = rows.query.sql_with_params()
    except EmptyResultSet:
        return None
    return sql, tuple(params)


class _Counter:
    n = 0

    def __call__(self, execute: Any, *words: Any) -> Any:
        self.n += 1
        return execute(*words)
