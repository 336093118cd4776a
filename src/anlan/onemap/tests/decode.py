"""Reads vector tiles back, with nothing of the encoder."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def layers(data: bytes) -> dict[str, list[dict[str, Any]]]:
    """Layer name → features: properties, with kind and geometry (commands as drawn)."""
    return dict(_layer(body) for tag, body in fields(data) if tag == 3)


def fields(data: bytes) -> Iterator[tuple[int, Any]]:
    at = 0
    while at < len(data):
        head, at = _varint(data, at)
        tag, wire = head >> 3, head & 7
        if wire == 0:
            value, at = _varint(data, at)
            yield tag, value
        else:
            assert wire == 2, wire
            size, at = _varint(data, at)
            yield tag, data[at:at + size]
            at += size


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        value, at, shift = value | (byte & 127) << shift, at + 1, shift + 7
        if byte < 128:
            return value, at


def _layer(body: bytes) -> tuple[str, list[dict[str, Any]]]:
    told = list(fields(body))
    keys = [v.decode() for t, v in told if t == 3]
    values = [_value(v) for t, v in told if t == 4]
    name = next(v.decode() for t, v in told if t == 1)
    return name, [_feature(v, keys, values) for t, v in told if t == 2]


def _value(body: bytes) -> Any:
    (tag, value), = fields(body)
    return value.decode() if tag == 1 else value >> 1 ^ -(value & 1)


def _feature(body: bytes, keys: list[str], values: list[Any]) -> dict[str, Any]:
    told = dict(fields(body))
    tags = list(_numbers(told.get(2, b"")))
    named = {keys[k]: values[v] for k, v in zip(tags[::2], tags[1::2], strict=True)}
    return {**named, "kind": told[3], "geometry": list(_drawn(list(_numbers(told[4]))))}


def _numbers(body: bytes) -> Iterator[int]:
    at = 0
    while at < len(body):
        value, at = _varint(body, at)
        yield value


def _drawn(numbers: list[int]) -> Iterator[tuple[Any, ...]]:
    """("M", x, y), ("L", x, y) and ("Z",)."""
    at = x = y = 0
    while at < len(numbers):
        what, count, at = numbers[at] & 7, numbers[at] >> 3, at + 1
        if what == 7:
            yield ("Z",)
            continue
        for _n in range(count):
            dx, dy = (v >> 1 ^ -(v & 1) for v in numbers[at:at + 2])
            x, y, at = x + dx, y + dy, at + 2
            yield "ML"[what - 1], x, y


def things(client, layer, where, **words):
    answer = client.get(f"/desk/map/tiles/{layer}/{where}.mvt", words)
    assert answer.status_code == 200, answer.content.decode()
    return layers(answer.content)["things"]
