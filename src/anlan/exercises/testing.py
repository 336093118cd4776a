"""An exercise for tests: opened within the test's own transaction, and rolled back with it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import connection

from anlan.kernel import instance, spaces
from anlan.kernel.actors import SYSTEM
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance

from .models import Exercise
from .opening import prepare


@contextmanager
def on_own_connection() -> Iterator[None]:
    """Into the exercise on the connection of the test, which sees what is not committed."""
    told, name = connection.settings_dict, connection.settings_dict["NAME"]
    schema = spaces.schema()
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('search_path', %s, false)", [schema])
    told["NAME"], connection.in_exercise = f"{name} {schema}", True
    try:
        yield
    finally:
        told["NAME"], connection.in_exercise = name, False
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('search_path', '\"$user\", public', false)")


def open_exercise(name: str = "防汛演练", *, at: datetime | None = None, ready: bool = True, **more: Any) -> Exercise:
    """ready: also furnished, so that one can go in."""
    uid = uuid4()
    advance(Ref("exercise", uid), "open", actor=SYSTEM, at=at or instance.instance_clock(),
            given={"name": name, "why": "汛前检验预案", **more})
    found = Exercise.objects.get(uid=uid)
    if ready:
        prepare(found)
        found.refresh_from_db()
    return found
