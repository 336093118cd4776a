"""Facts of rows that an input names by uid: one query for a whole set."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Model

from anlan.kernel.flows import Fact


def named(model: type[Model], field: str, *related: str) -> Fact:
    """The row whose uid stands in `given.<field>`, or None."""
    return Fact(loader(model, lambda s: getattr(s.given, field), *related))


def loader(model: type[Model], uid_of: Callable[[Any], Any], *related: str) -> Callable[[list[Any]], list[Any]]:
    def load(subjects: list[Any]) -> list[Any]:
        wanted = {uid_of(s) for s in subjects} - {None}
        rows = model._default_manager.filter(uid__in=wanted).select_related(*related) if wanted else []
        found = {row.uid: row for row in rows}
        return [found.get(uid_of(s)) for s in subjects]

    return load


def taken(model: type[Model], field: str, column: str | None = None, *also: str) -> Fact:
    """True where another row already holds `given.<field>` in `column` (or an order of the same set does)."""
    name = column or field

    def load(subjects: list[Any]) -> list[bool]:
        values = {s.given[field] for s in subjects if s.given.get(field) not in (None, "")}
        rows = model._default_manager.filter(**{f"{name}__in": values}) if values else []
        held = {getattr(row, name): row.uid for row in rows}
        first: dict[Any, Any] = {}
        return [_held_by_another(s, s.given.get(field), held, first) for s in subjects]

    return Fact(load)


def _held_by_another(subject: Any, value: Any, held: dict[Any, Any], first: dict[Any, Any]) -> bool:
    if value in (None, ""):
        return False
    owner = held.get(value) or first.setdefault(value, subject.case.uid)
    return bool(owner != subject.case.uid)


def named_many(model: type[Model], *fields: str, related: tuple[str, ...] = ()) -> Fact:
    """The rows of one table that several inputs name: {field: row or None}, in one query."""

    def load(subjects: list[Any]) -> list[dict[str, Any]]:
        wanted = {s.given.get(f) for s in subjects for f in fields} - {None}
        rows = model._default_manager.filter(uid__in=wanted).select_related(*related) if wanted else []
        found = {row.uid: row for row in rows}
        return [{f: found.get(s.given.get(f)) for f in fields} for s in subjects]

    return Fact(load)


def id_of(row: Any) -> int | None:
    return row.id if row is not None else None
