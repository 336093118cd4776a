"""How an entry is digested. Frozen: what is written here decides whether old entries still verify."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from .bulk import Stored, stored, to_json

START = b"\x00" * 32


@lru_cache(maxsize=4096)  # a deed's instant stands in its entry twice, and in each of its marks
def instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")[:26]


def entry_digest(kind: str, subject_id: int, n: int, verb: str, actor_id: int | None, post_id: int | None,
                 device_id: int | None, request: UUID | None, at: datetime, told_at: datetime, recorded_at: datetime,
                 data: Mapping[str, Any] | Stored, corrects_id: int | None) -> bytes:
    parts = entry_parts(kind, subject_id, n, verb, actor_id, post_id, device_id, request, at, told_at, recorded_at, data,
                        corrects_id)
    return hashlib.sha256("\x1f".join(parts).encode()).digest()


def entry_parts(kind: str, subject_id: int, n: int, verb: str, actor_id: int | None, post_id: int | None,
                device_id: int | None, request: UUID | None, at: datetime, told_at: datetime, recorded_at: datetime,
                data: Mapping[str, Any] | Stored, corrects_id: int | None) -> list[str]:
    """What is digested, piece by piece; `docs/explanation/journal.md` names them for whoever checks from outside."""
    return [kind, str(subject_id), str(n), verb, str(actor_id), str(post_id), str(device_id), str(request),
            instant(at), instant(told_at), instant(recorded_at),
            data if isinstance(data, Stored) else to_json(data), str(corrects_id)]


def link(previous: bytes, no: int, digest: bytes) -> bytes:
    return hashlib.sha256(previous + no.to_bytes(8, "big") + digest).digest()


def commitment(salt: bytes, value: str) -> str:
    return hashlib.sha256(salt + value.encode()).hexdigest()


def marks_digest(rows: Iterable[Sequence[Any]]) -> str:
    """rows: (sort, cell, area_id, party_id, level, facet, belongs_on, at, delta) in any order."""
    lines = sorted(
        "\x1f".join([sort, cell, str(area), str(party), level, facet, day.isoformat(), instant(at), f"{delta:.2f}"])
        for sort, cell, area, party, level, facet, day, at, delta in rows)
    return hashlib.sha256("\x1e".join(lines).encode()).hexdigest()[:32]


def paper_digest(uid: UUID, kind: str, number: str, content: Any) -> str:
    text = "\x1f".join([str(uid), kind, number, stored(content)])
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def seal_of_head(key: bytes, no: int, head: bytes, at: datetime) -> bytes:
    return hmac.new(key, f"{no}|{instant(at)}|".encode() + head, hashlib.sha256).digest()
