"""Verbs on areas, boundaries, parameters and holidays: all through the door, all returning uids."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from anlan.kernel.actors import Actor
from anlan.kernel.changes import Ref
from anlan.kernel.door import Order, advance, advance_many
from anlan.kernel.refusals import Refusal, Refused


@dataclass(frozen=True)
class AreaRow:
    """One area to create; parent is the code of the area above, empty for the top."""

    code: str
    name: str
    level: int
    parent: str
    valid_from: date
    valid_to: date | None = None


def open_many(kind: str, move: str, rows: Iterable[Mapping[str, Any]], *, actor: Actor, at: datetime,
              uids: Sequence[UUID] = ()) -> list[UUID]:
    """Open many cases of a kind in one transaction. Raises Refused with the first refusal's sentences."""
    given = list(rows)
    refs = [Ref(kind, uid) for uid in uids or [uuid7() for _ in given]]
    results = advance_many([Order(ref, move, actor, at, row) for ref, row in zip(refs, given, strict=True)])
    for result in results:
        if isinstance(result, Refusal):
            raise Refused(result)
    return [ref.uid for ref in refs]


def open_one(kind: str, move: str, given: Mapping[str, Any], *, actor: Actor, at: datetime,
             uid: UUID | None = None) -> UUID:
    """Open one case. Raises Refused."""
    return advance(Ref(kind, uid or uuid7()), move, actor=actor, at=at, given=given).uid


def create_area(code: str, name: str, level: int, valid_from: date, *, actor: Actor, at: datetime,
                parent: UUID | None = None, valid_to: date | None = None, uid: UUID | None = None) -> UUID:
    """Create an area under `parent` from a day on."""
    given = {"code": code, "name": name, "level": level, "parent": parent, "valid_from": valid_from,
             "valid_to": valid_to}
    return open_one("area", "create", given, actor=actor, at=at, uid=uid)


def create_areas(rows: Sequence[AreaRow], *, actor: Actor, at: datetime,
                 known: Mapping[str, UUID] | None = None) -> dict[str, UUID]:
    """Create areas level by level. known: codes of areas that stand already. Returns code → uid."""
    uids = dict(known or {})
    for level in sorted({row.level for row in rows}):
        group = [row for row in rows if row.level == level]
        made = open_many("area", "create", [_given(row, uids) for row in group], actor=actor, at=at)
        uids |= {row.code: uid for row, uid in zip(group, made, strict=True)}
    return uids


def _given(row: AreaRow, uids: Mapping[str, UUID]) -> dict[str, Any]:
    return {"code": row.code, "name": row.name, "level": row.level, "parent": uids.get(row.parent),
            "valid_from": row.valid_from, "valid_to": row.valid_to}


def move_area(uid: UUID, parent: UUID, since: date, *, actor: Actor, at: datetime) -> None:
    """Place an area under another parent from a day on; what lies in it follows."""
    advance(Ref("area", uid), "move", actor=actor, at=at, given={"parent": parent, "since": since})


def retire_area(uid: UUID, valid_to: date, *, actor: Actor, at: datetime) -> None:
    """Take an area out of use; `valid_to` is the first day without it."""
    advance(Ref("area", uid), "retire", actor=actor, at=at, given={"valid_to": valid_to})


def draw_boundaries(rows: Sequence[Mapping[str, Any]], *, actor: Actor, at: datetime) -> list[UUID]:
    """Store boundaries in WGS-84; each row: area (uid), geometry, source, datum, generated, valid_from."""
    return open_many("boundary", "draw", rows, actor=actor, at=at)


def decide_parameter(key: str, label: str, value: Any, valid_from: date, source: str, confidence: str, *,
                     actor: Actor, at: datetime, uid: UUID | None = None) -> UUID:
    """Give a rule a value from a day on; earlier values stay for the days they governed."""
    given = parameter_given(key, label, value, valid_from, source, confidence)
    return open_one("parameter", "decide", given, actor=actor, at=at, uid=uid)


def parameter_given(key: str, label: str, value: Any, valid_from: date, source: str,
                    confidence: str) -> dict[str, Any]:
    """The input of `parameter.decide`; a text travels as JSON text, everything else as it is."""
    return {"key": key, "label": label, "value": json.dumps(value) if isinstance(value, str) else value,
            "valid_from": valid_from, "source": source, "confidence": confidence}
