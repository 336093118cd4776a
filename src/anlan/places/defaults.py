"""The rules and holidays that a new instance starts with: each app's `data/parameters.csv`, and the holidays."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from django.apps import apps

from anlan.kernel.actors import Actor
from anlan.kernel.models import Parameter
from anlan.kernel.rulebook import Missing, parameter
from anlan.kernel.worktime import Limit

from .actions import open_many, parameter_given
from .forms import meant_as_limit

COLUMNS = ("key", "label", "value", "valid_from", "source", "confidence")


def load(actor: Actor, at: datetime) -> int:
    """Decide every default that has no value on its day yet. Returns how many were added."""
    standing = set(Parameter.objects.filter(state="active").values_list("key", "valid_from"))
    rows = [row for row in defaults() if (row["key"], row["valid_from"]) not in standing]
    given = [parameter_given(**row) for row in rows]
    open_many("parameter", "decide", given, actor=actor, at=at, uids=[_uid(row) for row in rows])
    return len(rows)


def _uid(row: dict[str, Any]) -> UUID:
    """The same default has the same uid in every instance."""
    return uuid5(NAMESPACE_OID, f"anlan.parameter/{row['key']}/{row['valid_from']}")


def defaults() -> list[dict[str, Any]]:
    """Every row of every installed app's file. Raises ValueError naming file, line and fault."""
    found = [row for path in sheets() for row in read(path)]
    seen: set[tuple[str, date]] = set()
    for row in found:
        if (row["key"], row["valid_from"]) in seen:
            raise ValueError(f"parameter {row['key']} of {row['valid_from']} stands in two files")
        seen.add((row["key"], row["valid_from"]))
    return found


def sheets() -> Iterator[Traversable]:
    for config in apps.get_app_configs():
        if config.name.startswith("anlan."):
            path = files(config.name) / "data" / "parameters.csv"
            if path.is_file():
                yield path


def read(path: Traversable) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8-sig") as lines:
        for row in (reader := csv.DictReader(lines)):
            try:
                yield _row(row)
            except (KeyError, TypeError, ValueError) as fault:
                raise ValueError(f"{path}, line {reader.line_num}: {fault}") from fault


def _row(row: dict[str, str]) -> dict[str, Any]:
    value = json.loads(row["value"])
    if meant_as_limit(value):
        Limit.of(value)
    return {**{name: row[name] for name in COLUMNS}, "value": value,
            "valid_from": date.fromisoformat(row["valid_from"])}


def rule_value(key: str, on: date) -> Any:
    """The value in force on a day; before a new instance has its rules, the one that ships with it."""
    try:
        return parameter(key, on)
    except Missing:
        return _shipped()[key]


@cache
def _shipped() -> dict[str, Any]:
    return {row["key"]: row["value"] for row in sorted(defaults(), key=lambda r: r["valid_from"])}
