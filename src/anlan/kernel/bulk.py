"""Set-based writes: one statement a table, whatever the number of rows.

Few rows travel as VALUES, many as arrays that the server unnests: each is the faster one there.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from json.encoder import c_make_encoder, encode_basestring  # type: ignore[attr-defined]
from math import isfinite
from types import NoneType
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models

from .read import Question, ask

LENGTH = re.compile(r"\([^)]*\)")  # varchar(40) → varchar: the table's own type checks the length
FEW = 8  # up to so many rows, VALUES costs less than arrays
WHOLE_FROM = 1e16  # from here on a float has an exponent, and jsonb keeps it as a whole number


class Stored(str):
    """JSON text exactly as the database will give it back."""

    __slots__ = ()


PLAINLY: Mapping[type, Callable[[Any], str]] = {UUID: str, date: date.isoformat, Decimal: str}


class _Encoder(DjangoJSONEncoder):
    """As its parent, which asks one after the other what a value is."""

    def default(self, o: Any) -> Any:
        known = PLAINLY.get(type(o))
        return known(o) if known else super().default(o)


def _writer() -> Callable[[Any], str]:
    """What the encoder does for every value, set up once: a history writes millions."""
    encoder = _Encoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), check_circular=False)
    if c_make_encoder is None:
        return encoder.encode
    write = c_make_encoder(None, encoder.default, encode_basestring, None, ":", ",", True, False, True)
    return lambda value: "".join(write(value, 0))


to_json: Callable[[Any], str] = _writer()


def stored(value: Any) -> Stored:
    """The JSON that survives jsonb unchanged: huge floats as integers, no −0, no NUL. Raises ValueError for NaN."""
    if isinstance(value, Stored):
        return value
    text = to_json(value)
    if _is_plain(text):
        return Stored(text)
    plain = json.loads(text, parse_float=_number, parse_constant=_no_number)
    text = to_json(plain)
    if "\\u0000" in text:
        text = to_json(_without_nul(plain))
    return Stored(text.encode("utf-8", "replace").decode())


# Names that were none, and stand in an order of their own.
NO_WORDS = re.compile(rb'"(?=[-\dtfn])(?:-?\d[^"]*+|true|false|null)":')


def _is_plain(text: str) -> bool:
    """Whether reading it back and writing it again would surely change nothing; asked of the text, which says it all.

    What jsonb has no place for, or keeps otherwise, is sought by its rarest sign first, which costs a tenth.
    """
    try:
        raw = text.encode()
    except UnicodeEncodeError:
        return False
    return not ((b"\\" in raw and b"\\u0000" in raw) or (b"+" in raw and b"e+" in raw) or b"-0.0" in raw
                or (b"N" in raw and b"NaN" in raw) or (b"I" in raw and b"Infinity" in raw)) and NO_WORDS.search(raw) is None


def _number(text: str) -> float | int:
    value = float(text)
    if not isfinite(value):
        _no_number(text)
    if not value:
        return 0.0
    return int(value) if abs(value) >= WHOLE_FROM else value


def _no_number(text: str) -> float:
    raise ValueError(f"{text} is not a number that JSON can hold")


def _without_nul(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\x00", "")
    if isinstance(value, list):
        return [_without_nul(v) for v in value]
    if isinstance(value, dict):
        return {_without_nul(k): _without_nul(v) for k, v in value.items()}
    return value


def _quoted(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _text_array(values: Iterable[str]) -> str:
    return "{" + ",".join(map(_quoted, values)) + "}"


ELEMENTS: Mapping[type, Callable[[Any], str]] = {
    NoneType: lambda v: "NULL", str: _quoted, int: str, float: repr, bool: str, Decimal: str, UUID: str,
    date: date.isoformat, datetime: datetime.isoformat, bytes: lambda v: f'"\\\\x{v.hex()}"'}


AS_THEY_ARE = frozenset({*ELEMENTS, dict, list, Stored})  # text columns among these hold text already


def _array(values: list[Any]) -> str | list[Any]:
    """The array as text, which costs less than the driver does; a value of a type that is not known here is left to that."""
    try:
        return "{" + ",".join([ELEMENTS[type(v)](v) for v in values]) + "}"
    except KeyError:
        return values


@lru_cache(maxsize=4096)  # a history's rows are of few instants and days
def _told_when(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _told_amount(value: Any) -> Any:
    return str(value) if type(value) is Decimal else value


# Values that COPY takes as text for half of what the driver needs to write them.
TOLD: Mapping[Any, Callable[[Any], Any]] = {models.DateField: _told_when, models.DecimalField: _told_amount}


class Column:
    """How one column of a table travels. kind: its SQL type; packed: sent as text and cast; told: as text by COPY."""

    __slots__ = ("kind", "name", "pack", "packed", "told")

    def __init__(self, field: Any) -> None:
        self.name = str(field.column)
        self.kind = _kind(field)
        self.packed = isinstance(field, models.JSONField | ArrayField)
        self.pack = _packer(field)
        self.told = next((tell for kind, tell in TOLD.items() if isinstance(field, kind)), None)

    @property
    def travels(self) -> str:
        return "text" if self.packed else self.kind


def _packer(field: Any) -> Any:
    if isinstance(field, models.JSONField):
        return lambda v: None if v is None else str(stored(v))
    if isinstance(field, ArrayField):
        return lambda v: None if v is None else _text_array(v)
    if isinstance(field, models.CharField | models.TextField):
        return lambda v: v if v is None or type(v) is str else str(v)
    return None


def _kind(field: Any) -> str:
    target = field
    while target.remote_field:
        target = target.target_field
    related = target is not field or field.primary_key
    return LENGTH.sub("", str(target.rel_db_type(connection) if related else field.db_type(connection)))


@cache
def column(model: type[models.Model], attname: str) -> Column:
    return Column(next(f for f in model._meta.concrete_fields if f.attname == attname))


@cache
def attnames_of(model: type[models.Model]) -> tuple[str, ...]:
    return tuple(f.attname for f in model._meta.concrete_fields)


def packed(model: type[models.Model], attnames: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[Sequence[Any]]:
    """The rows as they travel."""
    columns = [column(model, name) for name in attnames]
    packers = [(i, c.pack) for i, c in enumerate(columns) if c.pack]
    needed = [(i, pack) for i, pack in packers if columns[i].packed]
    for row in rows:
        packing = needed if AS_THEY_ARE.issuperset(map(type, row)) else packers
        if packing:
            row = list(row)
            for i, pack in packing:
                row[i] = pack(row[i])
        yield row


def _source(columns: Sequence[Column], rows: Sequence[Sequence[Any]]) -> tuple[str, list[Any]]:
    """A row source named v0, v1, … with its parameters."""
    names = ", ".join(f"v{i}" for i in range(len(columns)))
    if len(rows) > FEW:
        arrays = ", ".join(f"%s::{c.travels}[]" for c in columns)
        casts = ", ".join(f"v{i}::{c.kind}" if c.packed else f"v{i}" for i, c in enumerate(columns))
        return f"(SELECT {casts} FROM unnest({arrays}) AS u({names})) AS v({names})", [
            _array([row[i] for row in rows]) for i in range(len(columns))]
    one = "(" + ", ".join(f"%s::{c.kind}" for c in columns) + ")"
    return f"(VALUES {', '.join([one] * len(rows))}) AS v({names})", [value for row in rows for value in row]


def insert(model: type[models.Model], attnames: Sequence[str], rows: Iterable[Sequence[Any]], after: str = "") -> None:
    """Rows of values in the order of attnames. after: e.g. an ON CONFLICT clause."""
    ready = list(packed(model, attnames, rows))
    if not ready:
        return
    columns = [column(model, a) for a in attnames]
    into = f'INSERT INTO "{model._meta.db_table}" ({", ".join(c.name for c in columns)}) '
    if len(ready) > FEW:
        source, params = _source(columns, ready)
        sql = f"{into}SELECT * FROM {source}"
    else:
        one = "(" + ", ".join(f"%s::{c.kind}" if c.packed else "%s" for c in columns) + ")"
        sql, params = f"{into}VALUES {', '.join([one] * len(ready))}", [v for row in ready for v in row]
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} {after}", params)


def _told(columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> Iterator[Sequence[Any]]:
    telling = [(i, c.told) for i, c in enumerate(columns) if c.told]
    for row in rows:
        told = list(row)
        for i, tell in telling:
            told[i] = tell(told[i])
        yield told


def copy(model: type[models.Model], attnames: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """As `insert`, by COPY: for thousands of rows."""
    names = ", ".join(column(model, a).name for a in attnames)
    ready = _told([column(model, a) for a in attnames], packed(model, attnames, rows))
    if (first := next(ready, None)) is None:
        return
    with (connection.cursor() as cursor, connection.wrap_database_errors,
          cursor.copy(f'COPY "{model._meta.db_table}" ({names}) FROM STDIN') as out):
        out.write_row(first)
        for row in ready:
            out.write_row(row)


def update(model: type[models.Model], attnames: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Set attnames on the rows whose id is the first value of each."""
    if not rows:
        return
    key = model._meta.pk.attname
    columns = [column(model, a) for a in (key, *attnames)]
    source, params = _source(columns, list(packed(model, (key, *attnames), rows)))
    sets = ", ".join(f"{c.name} = v{i}" for i, c in enumerate(columns) if i)
    with connection.cursor() as cursor:
        cursor.execute(f'UPDATE "{model._meta.db_table}" t SET {sets} FROM {source} WHERE t.{columns[0].name} = v0',
                       params)


def update_alike(model: type[models.Model], rows: Iterable[tuple[int, Mapping[str, Any]]]) -> None:
    """Updates grouped by the columns they set."""
    groups: dict[tuple[str, ...], list[list[Any]]] = defaultdict(list)
    for key, values in rows:
        names = tuple(sorted(values))
        groups[names].append([key, *(values[n] for n in names)])
    for names in sorted(groups):
        update(model, names, groups[names])


@contextmanager
def in_one_go() -> Iterator[None]:
    """Statements inside are sent without waiting for each other's answer; nothing may be read back."""
    connection.ensure_connection()
    with connection.wrap_database_errors, connection.connection.pipeline():
        yield


def _sequence(table: str) -> str:
    return _sequence_in(connection.settings_dict["NAME"], table)


@cache
def _sequence_in(_name: str, table: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [f'"{table}"'])
        return str(cursor.fetchone()[0])


class Ids:
    """Ids from the tables' own sequences, taken ahead in one statement. block: at least so many at a time."""

    def __init__(self, block: int = 1) -> None:
        self.block = block
        self.held: dict[type[models.Model], deque[int]] = defaultdict(deque)
        self.asked: list[type[models.Model]] = []

    def question(self, wanted: Mapping[type[models.Model], int]) -> list[Question]:
        """The statement that brings what is missing (for `take`), if anything is."""
        self.asked = [m for m, n in wanted.items() if n > len(self.held[m])]
        parts = [f"SELECT {i}, nextval(%s::regclass) FROM generate_series(1, %s)" for i in range(len(self.asked))]
        params = [p for m in self.asked
                  for p in (_sequence(m._meta.db_table), max(wanted[m] - len(self.held[m]), self.block))]
        return [Question(" UNION ALL ".join(parts), params)] if parts else []

    def take(self, rows: Iterable[Sequence[Any]]) -> None:
        for i, new_id in rows:
            self.held[self.asked[i]].append(new_id)

    def reserve(self, wanted: Mapping[type[models.Model], int]) -> None:
        """Have at least so many of each at hand."""
        for rows in ask(self.question(wanted)):
            self.take(rows)

    def next(self, model: type[models.Model]) -> int:
        if not self.held[model]:
            self.reserve({model: 1})
        return self.held[model].popleft()

    def forget(self, model: type[models.Model]) -> None:
        """Take no more from what is at hand: ids taken from now on are higher."""
        self.held[model].clear()


def take_ids(model: type[models.Model], count: int) -> list[int]:
    """A block of ids from the table's own sequence."""
    ids = Ids()
    ids.reserve({model: count})
    return list(ids.held[model])
