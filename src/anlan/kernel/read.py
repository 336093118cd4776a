"""Reading several things in one round trip, and rows as models without building a query each time."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from functools import cache
from typing import Any, Generic, NamedTuple, TypeVar

from django.db import connection, models

M = TypeVar("M", bound=models.Model)


class Question(NamedTuple):
    sql: str
    params: Sequence[Any] = ()


def ask(questions: Sequence[Question]) -> list[list[tuple[Any, ...]]]:
    """The rows of each statement; they run in this order, sent together."""
    if not questions:
        return []
    connection.ensure_connection()
    with connection.wrap_database_errors, ExitStack() as stack:
        if len(questions) > 1:
            stack.enter_context(connection.connection.pipeline())
        cursors = [stack.enter_context(connection.cursor()) for _q in questions]
        for cursor, question in zip(cursors, questions, strict=True):
            cursor.execute(question.sql, question.params)
        return [cursor.fetchall() for cursor in cursors]


class Rows(Generic[M]):
    """The rows of one table. Models with a parent table are not for it."""

    def __init__(self, model: type[M]) -> None:
        if model._meta.parents:
            raise TypeError(f"{model.__name__} has a parent table")
        fields = model._meta.concrete_fields
        self.model, self.names = model, [f.attname for f in fields]
        columns = ", ".join(f't."{f.column}"' for f in fields)
        self.select = f'SELECT {columns} FROM "{model._meta.db_table}" t'
        self.converters = [(i, convert) for i, f in enumerate(fields) for convert in f.get_db_converters(connection)]

    def build(self, row: Sequence[Any]) -> M:
        values = list(row)
        for i, convert in self.converters:
            values[i] = convert(values[i], None, connection)
        return self.model.from_db(connection.alias, self.names, values)


@cache
def rows_of(model: type[M]) -> Rows[M]:
    return Rows(model)
