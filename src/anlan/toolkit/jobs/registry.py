"""Which work there is, and what a handler is given and may answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

LEASE = timedelta(minutes=2)
ATTEMPTS_MOST = 5


class Hopeless(Exception):
    """Trying again would not help; its words are for whoever asked."""


@dataclass(frozen=True)
class Made:
    """A file that came of the work, to be fetched by whoever asked."""

    data: bytes
    name: str
    mime: str


@dataclass
class Work:
    """One attempt. key: for requests at the door and to the outside, so that a second attempt counts once."""

    key: UUID
    kind: str
    payload: dict[str, Any]
    attempt: int
    person_id: int | None
    progress: Callable[[int], None] = field(default=lambda percent: None)
    """Call it between steps: shows how far the work is (0 to 100) and renews the lease."""


@dataclass(frozen=True)
class Handler:
    """lease: how long one attempt, or one step between two calls of `progress`, may take before another worker starts."""

    kind: str
    label: Any
    run: Callable[[Work], Any]
    lease: timedelta = LEASE
    attempts_most: int = ATTEMPTS_MOST


HANDLERS: dict[str, Handler] = {}


def job(kind: str, *, label: Any, lease: timedelta = LEASE,
        attempts_most: int = ATTEMPTS_MOST) -> Callable[[Callable[[Work], Any]], Callable[[Work], Any]]:
    """Register who does this kind of work. It may run twice: what it does must count once under `Work.key`.

    It answers with JSON, with Made, or with nothing. label: what it is called to the person who asked.
    """

    def add(run: Callable[[Work], Any]) -> Callable[[Work], Any]:
        if kind in HANDLERS and HANDLERS[kind].run.__qualname__ != run.__qualname__:
            raise ValueError(f"job {kind} registered twice")
        HANDLERS[kind] = Handler(kind, label, run, lease, attempts_most)
        return run

    return add
