"""Cases of several kinds with what stands beside them, in one statement, however many kinds there are."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import connection

from anlan.kernel.flows import FLOWS
from anlan.kernel.read import Question, ask

Beside = Callable[[Any], Sequence[str]]


def cases_of(wanted: Mapping[str, Collection[int]], beside: Beside) -> dict[tuple[str, int], Any]:
    """By kind and id. wanted: ids by kind; beside: names of the references of a model whose rows come with it."""
    asked = [_packed(kind, list(ids), beside) for kind, ids in sorted(wanted.items()) if ids]
    if not asked:
        return {}
    whole = Question(" UNION ALL ".join(q.sql for q in asked), [p for q in asked for p in q.params])
    cases = [(kind, _unpacked(FLOWS[kind].model, row, _told(others))) for kind, row, others in ask([whole])[0]]
    return {(kind, case.id): case for kind, case in cases}


def required(model: Any) -> list[str]:
    """The references that a row of the model always has."""
    return [f.name for f in model._meta.concrete_fields if f.remote_field and not f.null]


def _packed(kind: str, ids: list[int], beside: Beside) -> Question:
    """kind, row, rows beside it: the last two as JSON."""
    model = FLOWS[kind].model
    joins, columns = [], []
    for name in beside(model):
        field: Any = model._meta.get_field(name)
        joins.append(f'LEFT JOIN "{field.related_model._meta.db_table}" "{name}" ON "{name}".id = t."{field.column}"')
        columns.append(f"'{name}', to_jsonb(\"{name}\".*)")
    return Question(f'SELECT %s, to_jsonb(t.*), jsonb_build_object({", ".join(columns)}) FROM "{model._meta.db_table}" t {" ".join(joins)}'
                    " WHERE t.id = ANY(%s)", [kind, ids])


def _unpacked(model: Any, row: Any, others: Mapping[str, Any]) -> Any:
    case = _read(model, row)
    for name, packed in others.items():
        if packed is not None:
            setattr(case, name, _read(model._meta.get_field(name).related_model, packed))
    return case


def _read(model: Any, packed: Any) -> Any:
    told, fields = _told(packed), model._meta.concrete_fields
    return model.from_db(connection.alias, [f.attname for f in fields], [f.to_python(told[f.column]) for f in fields])


def _told(packed: Any) -> Any:
    return json.loads(packed, parse_float=Decimal) if isinstance(packed, str) else packed
