"""Two spaces: what is real, and the exercise (演练) beside it in a schema of its own of the same database.

A thread is in one of them, by the one connection it holds. Whoever goes `within` the exercise has that connection
exchanged: every statement, raw or not, then means the exercise's tables, and nothing can reach the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection, connections


class Space(NamedTuple):
    """mark: what stands on everything that comes out of it; empty for what is real."""

    name: str
    mark: str


REAL, EXERCISE = Space("live", ""), Space("exercise", "演练")


def here() -> Space:
    """The space of this thread; asks nothing."""
    return EXERCISE if in_exercise() else REAL


def in_exercise() -> bool:
    return bool(getattr(connection, "in_exercise", False))


@contextmanager
def within(space: Space) -> Iterator[None]:
    """Do this in a space. Raises RuntimeError in the middle of a transaction, or for the real one from the exercise."""
    if space == here():
        yield
        return
    if space == REAL:
        raise RuntimeError("nothing leads from the exercise to what is real")
    with carrier():
        yield


@contextmanager
def exchanged() -> Iterator[None]:
    """The thread's connection is put aside for one to the exercise's schema, which ends with this."""
    from .postgres.base import ExerciseWrapper  # noqa: PLC0415  the engine is loaded by Django

    real: Any = connections[DEFAULT_DB_ALIAS]
    if real.in_atomic_block:
        raise RuntimeError("no transaction sees what is real and the exercise")
    beside = ExerciseWrapper.beside(real, schema())
    connections[DEFAULT_DB_ALIAS] = beside
    try:
        yield
    finally:
        connections[DEFAULT_DB_ALIAS] = real
        beside.close()


carrier: Callable[[], Any] = exchanged
"""How one gets there; a test that rolls everything back goes on its own connection."""


def schema() -> str:
    """The exercise's schema: of an instance that has the schema `public`, `exercise`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        ours = str(cursor.fetchone()[0])
    return "exercise" if ours == "public" else f"{ours}_exercise"


def marked(name: str) -> str:
    """A number or a name as it leaves this space."""
    return f"{here().mark}{name}" if name else name


def files() -> Path:
    """Where this space keeps its files."""
    folder = Path(settings.MEDIA_ROOT)
    return folder.with_name(f"{folder.name}-{EXERCISE.name}") if in_exercise() else folder


def nothing_open() -> Any:
    return None


opened: Callable[[], Any] = nothing_open
"""The exercise that is open (it has a `name`), or None; asked in the real space. Set by the app that keeps exercises."""
give_up: Callable[[], Any] = nothing_open
"""Ends for good an exercise whose tables a new version could not take over; called in the real space. Set likewise."""


def keep_by(ask: Callable[[], Any], end: Callable[[], Any] = nothing_open) -> None:
    global opened, give_up
    opened, give_up = ask, end


def exists() -> bool:
    """Whether there is an exercise's schema, open or not."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = %s)", [schema()])
        return bool(cursor.fetchone()[0])
