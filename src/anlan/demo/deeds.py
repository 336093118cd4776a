"""Orders of the demonstration; sets of them through the door, where a refusal ends the building: nothing is skipped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from anlan.kernel.actors import Actor
from anlan.kernel.changes import Ref
from anlan.kernel.door import Order, Receipt, advance_many
from anlan.kernel.refusals import Refusal

SET = 1000


class NotBuilt(RuntimeError):
    """Something of the plan was refused; the text says which deed and why."""


def order(kind: str, uid: UUID, move: str, actor: Actor, at: datetime, given: Mapping[str, Any] | None = None) -> Order:
    return Order(Ref(kind, uid), move, actor, at, given or {}, told_at=at)


def refused(wish: Order, why: object) -> NotBuilt:
    return NotBuilt(f"{wish.ref.kind}.{wish.move} {wish.at:%Y-%m-%d %H:%M}: {why} {dict(wish.given)}")


def do(orders: Sequence[Order], size: int = SET) -> list[Receipt]:
    """Carry out in sets. Raises NotBuilt."""
    done: list[Receipt] = []
    for start in range(0, len(orders), size):
        part = orders[start:start + size]
        for wish, result in zip(part, advance_many(part), strict=True):
            if isinstance(result, Refusal):
                raise refused(wish, result)
            done.append(result)
    return done


def open_all(kind: str, move: str, rows: Iterable[tuple[UUID, Mapping[str, Any]]], *, actor: Actor,
             at: datetime) -> None:
    """Open many cases of a kind at one instant."""
    do([order(kind, uid, move, actor, at, given) for uid, given in rows])
