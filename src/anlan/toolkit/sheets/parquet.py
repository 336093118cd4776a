"""Apache Parquet out: one row group, plain pages packed with gzip, every column optional. Read by DuckDB, pandas, Spark.

Written here because the libraries that write it weigh more than all of Anlan. The format: parquet.apache.org (version 1).
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

MAGIC = b"PAR1"
I32, I64, BINARY, LIST, STRUCT = 5, 6, 8, 9, 12  # kinds of the thrift compact protocol
INT32, INT64, BYTES = 1, 2, 6  # physical types
UTF8, DECIMAL, DATE, MICROS = 0, 5, 6, 10  # converted types
PLAIN, RLE, OPTIONAL, GZIP = 0, 3, 1, 2
EPOCH = date(1970, 1, 1)
SCALE = 2


class Kind(NamedTuple):
    physical: int
    converted: int


KINDS = {"text": Kind(BYTES, UTF8), "number": Kind(INT64, DECIMAL), "day": Kind(INT32, DATE), "when": Kind(INT64, MICROS)}
"""number: decimal(18, 2)."""


@dataclass(frozen=True)
class Field:
    """One column of a file."""

    name: str
    kind: str = "text"


def write_parquet(fields: Sequence[Field], rows: Iterable[Sequence[Any]]) -> bytes:
    """The file's bytes. A value of None is null; a text column takes whatever `str` makes of a value."""
    held = [list(column) for column in zip(*rows, strict=True)] or [[] for _field in fields]
    out, chunks = bytearray(MAGIC), []
    for field, values in zip(fields, held, strict=True):
        at = len(out)
        plain = _page(field, values)
        packed = _gzip(plain)
        head = _page_header(len(values), len(plain), len(packed))
        out += head + packed
        chunks.append(_chunk(field, len(values), at, len(head) + len(plain), len(head) + len(packed)))
    foot = _footer(fields, chunks, len(held[0]) if held else 0)
    return bytes(out + foot + struct.pack("<I", len(foot)) + MAGIC)


def _gzip(data: bytes) -> bytes:
    packer = zlib.compressobj(6, zlib.DEFLATED, 31)
    return packer.compress(data) + packer.flush()


def _page(field: Field, values: Sequence[Any]) -> bytes:
    """Which are there, then those that are."""
    levels = b"".join(_runs([value is not None for value in values]))
    return struct.pack("<I", len(levels)) + levels + b"".join(_plain(field.kind, v) for v in values if v is not None)


def _runs(there: Sequence[bool]) -> Iterator[bytes]:
    """Definition levels, bit width 1: (count << 1) and the level, for each run of equal ones."""
    at = 0
    while at < len(there):
        end = at
        while end < len(there) and there[end] == there[at]:
            end += 1
        yield _varint((end - at) << 1) + bytes([there[at]])
        at = end


def _plain(kind: str, value: Any) -> bytes:
    if kind == "number":
        return struct.pack("<q", int((Decimal(value) * 10**SCALE).to_integral_value()))
    if kind == "day":
        return struct.pack("<i", (value - EPOCH).days)
    if kind == "when":
        return struct.pack("<q", _micros(value))
    data = str(value).encode()
    return struct.pack("<I", len(data)) + data


def _micros(value: datetime) -> int:
    since = value.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


# What stands around the pages, in thrift's compact protocol: (id, kind, value) in the order of their ids


def _page_header(count: int, plain: int, packed: int) -> bytes:
    data = _struct((1, I32, count), (2, I32, PLAIN), (3, I32, RLE), (4, I32, RLE))
    return _struct((1, I32, 0), (2, I32, plain), (3, I32, packed), (5, STRUCT, data))


def _chunk(field: Field, count: int, at: int, plain: int, packed: int) -> tuple[bytes, int]:
    meta = _struct((1, I32, KINDS[field.kind].physical), (2, LIST, _list(I32, [_zigzag(PLAIN), _zigzag(RLE)])),
                   (3, LIST, _list(BINARY, [_text(field.name)])), (4, I32, GZIP), (5, I64, count), (6, I64, plain), (7, I64, packed),
                   (9, I64, at))
    return _struct((2, I64, at), (3, STRUCT, meta)), packed


def _footer(fields: Sequence[Field], chunks: Sequence[tuple[bytes, int]], count: int) -> bytes:
    root = _struct((4, BINARY, b"anlan"), (5, I32, len(fields)))
    columns = _list(STRUCT, [one for one, _size in chunks])
    group = _struct((1, LIST, columns), (2, I64, sum(size for _one, size in chunks)), (3, I64, count))
    return _struct((1, I32, 1), (2, LIST, _list(STRUCT, [root, *map(_element, fields)])), (3, I64, count),
                   (4, LIST, _list(STRUCT, [group])), (6, BINARY, b"Anlan"))


def _element(field: Field) -> bytes:
    kind = KINDS[field.kind]
    told = [(1, I32, kind.physical), (3, I32, OPTIONAL), (4, BINARY, field.name.encode()), (6, I32, kind.converted)]
    return _struct(*told, *([(7, I32, SCALE), (8, I32, 18)] if kind.converted == DECIMAL else []))


def _struct(*fields: tuple[int, int, Any]) -> bytes:
    out, last = bytearray(), 0
    for id, kind, value in fields:
        out.append((id - last) << 4 | kind)
        out += _text_of(value) if kind == BINARY else value if isinstance(value, bytes) else _zigzag(value)
        last = id
    return bytes(out) + b"\x00"


def _list(kind: int, items: Sequence[bytes]) -> bytes:
    head = bytes([len(items) << 4 | kind]) if len(items) < 15 else bytes([0xF0 | kind]) + _varint(len(items))
    return head + b"".join(items)


def _text(value: str) -> bytes:
    return _text_of(value.encode())


def _text_of(value: bytes) -> bytes:
    return _varint(len(value)) + value


def _zigzag(value: int) -> bytes:
    return _varint(value << 1 if value >= 0 else ~(value << 1))


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
