"""Set-based writes: one statement a table, whatever the number of rows."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models

LENGTH = re.compile(r"\([^)]*\)")  # varchar(40) → varchar: the table's own type checks the length


def to_json(value: Any) -> str:
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _text_array(values: Iterable[str]) -> str:
    return "{" + ",".join('"' + v.replace("\\", "\\\\").replace('"', '\\"') + '"' for v in values) + "}"


@cache
def _column(model: type[models.Model], attname: str) -> tuple[str, str, str, Any]:
    """Column name, the array type it travels in, its own type, and the field."""
    field = next(f for f in model._meta.concrete_fields if f.attname == attname)
    own = str(field.rel_db_type(connection) if field.primary_key and not field.remote_field else _base(field))
    packed = isinstance(field, models.JSONField | ArrayField)
    return field.column, "text" if packed else own, own, field


def _base(field: Any) -> str:
    target = field
    while target.remote_field:
        target = target.target_field
    kind = str(target.rel_db_type(connection) if target is not field else field.db_type(connection))
    return LENGTH.sub("", kind)


def _pack(field: Any, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(field, models.JSONField):
        return to_json(value)
    if isinstance(field, ArrayField):
        return _text_array(value)
    if isinstance(field, models.CharField | models.TextField):
        return str(value)
    return value


def insert(model: type[models.Model], attnames: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Rows of values in the order of attnames."""
    if not rows:
        return
    columns = [_column(model, a) for a in attnames]
    sql = (
        f'INSERT INTO "{model._meta.db_table}" ({", ".join(c[0] for c in columns)}) SELECT '
        + ", ".join(f"v{i}::{c[2]}" for i, c in enumerate(columns))
        + f" FROM unnest({', '.join(f'%s::{c[1]}[]' for c in columns)}) AS v("
        + ", ".join(f"v{i}" for i in range(len(columns))) + ")"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [[_pack(c[3], row[i]) for row in rows] for i, c in enumerate(columns)])


def update(model: type[models.Model], attnames: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Set attnames on the rows whose id is the first value of each."""
    if not rows:
        return
    columns = [_column(model, a) for a in attnames]
    sets = ", ".join(f"{c[0]} = v.v{i}::{c[2]}" for i, c in enumerate(columns))
    packed = ", ".join(f"%s::{c[1]}[]" for c in columns)
    names = ", ".join(f"v{i}" for i in range(len(columns)))
    key = _column(model, model._meta.pk.attname)[0]
    sql = (f'UPDATE "{model._meta.db_table}" t SET {sets} FROM unnest(%s::bigint[], {packed}) AS v(id, {names})'
           f" WHERE t.{key} = v.id")
    with connection.cursor() as cursor:
        cursor.execute(sql, [[r[0] for r in rows],
                             *([_pack(c[3], r[i + 1]) for r in rows] for i, c in enumerate(columns))])


def update_alike(model: type[models.Model], rows: Iterable[tuple[int, Mapping[str, Any]]]) -> None:
    """Updates grouped by the columns they set."""
    groups: dict[tuple[str, ...], list[list[Any]]] = defaultdict(list)
    for key, values in rows:
        names = tuple(sorted(values))
        groups[names].append([key, *(values[n] for n in names)])
    for names in sorted(groups):
        update(model, names, groups[names])


def take_ids(model: type[models.Model], count: int) -> list[int]:
    """A block of ids from the table's own sequence."""
    if not count:
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
                       [f'"{model._meta.db_table}"', count])
        return [row[0] for row in cursor.fetchall()]
