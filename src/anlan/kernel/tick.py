"""The tick: due clocks fire their moves, once, in order, also after a stop."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import DatabaseError, connection

from . import changes as c
from .actors import SYSTEM
from .bulk import update
from .carry import ABSENT
from .door import NOT_DUE, Order, Receipt, advance_many, at_edge, is_passing
from .flows import FLOWS, FiredGiven
from .instance import raise_floor
from .models import NEVER, Clock, Parked, Stake
from .refusals import Refusal

BATCH = 1000
FLOOR_SLACK = timedelta(minutes=1)
DUE = """
SELECT id, kind, case_id, name, due_at, fires FROM kernel_clock
WHERE due_at <= %s AND stopped_at IS NULL AND paused_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM kernel_parked p WHERE p.clock_id = kernel_clock.id)
  AND (%s::varchar[] IS NULL OR kind = ANY(%s::varchar[]))
ORDER BY due_at, id LIMIT %s"""
log = logging.getLogger(__name__)


class Due(NamedTuple):
    """A clock that has run out, as read without a lock."""

    id: int
    kind: str
    case_id: int
    name: str
    due_at: datetime
    fires: list[str]


@dataclass
class Ticked:
    fired: int = 0
    last_resorts: int = 0
    reminded: int = 0
    parked: int = 0

    def __iadd__(self, other: Ticked) -> Ticked:
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)
        return self


def tick(*, at: datetime, batch: int = BATCH, kinds: Sequence[str] | None = None) -> Ticked:
    """Fire everything due by `at`. A fired move happens at `at`; its entry keeps the clock's due instant.

    kinds: clocks of these kinds only, and nobody is reminded.
    """
    done = Ticked()
    while due := _due(at, batch, kinds):
        step = _fire(due, at)
        done += step
        if not step.fired and not step.parked:
            break
    done.reminded = _remind(at, batch) if kinds is None else 0
    raise_floor(at, timedelta() if done.fired or done.reminded else FLOOR_SLACK)
    return done


def _due(at: datetime, batch: int, kinds: Sequence[str] | None) -> list[Due]:
    only = list(kinds) if kinds is not None else None
    with connection.cursor() as cursor:
        cursor.execute(DUE, [at, only, only, batch])
        return [Due(*row) for row in cursor.fetchall()]


def _fire(due: Sequence[Due], at: datetime) -> Ticked:
    """One batch in one transaction; a batch that raises is halved until the faulty case stands alone."""
    try:
        return at_edge(lambda: _fire_set(due, at))
    except Exception as error:
        if isinstance(error, DatabaseError) and not connection.is_usable():
            raise
        if len(due) > 1:
            done = _fire(due[: len(due) // 2], at)
            done += _fire(due[len(due) // 2:], at)
            return done
        if is_passing(error):
            return Ticked()
        return _park(due[0], at, error)


def _park(due: Due, at: datetime, error: Exception) -> Ticked:
    """Set the clock aside, visibly, until somebody has looked and calls `unpark`."""
    log.error("clock %s of %s #%s parked", due.name, due.kind, due.case_id, exc_info=error)
    Parked.objects.get_or_create(clock_id=due.id, defaults={"reason": f"{type(error).__name__}: {error}"[:2000],
                                                            "at": at})
    if flow := FLOWS.get(due.kind):
        flow.model._default_manager.filter(pk=due.case_id).update(alarm=due.name[:60])
    return Ticked(parked=1)


def unpark(clock_ids: Sequence[int]) -> int:
    """Let the next tick try again. Returns how many were parked."""
    return Parked.objects.filter(clock_id__in=clock_ids).delete()[0]


def _fire_set(due: Sequence[Due], at: datetime) -> Ticked:
    """Try each list of moves; the first that is not refused counts. The door reads the clocks again under lock."""
    refs = _refs(due)
    attempts = {k.id: 0 for k in due}
    waiting = [k for k in _first_per_case(due) if (k.kind, k.case_id) in refs]
    done = Ticked()
    while waiting:
        orders = [_order(k, refs[k.kind, k.case_id], attempts[k.id], at) for k in waiting]
        again = []
        for clock, result in zip(waiting, advance_many(orders, skip_locked=True), strict=True):
            if isinstance(result, Receipt):
                done += Ticked(fired=1, last_resorts=int(attempts[clock.id] == len(clock.fires)))
            elif result is not ABSENT and result is not NOT_DUE:
                attempts[clock.id] = _next_attempt(clock, attempts[clock.id], result)
                again.append(clock)
        waiting = again
    return done


def _first_per_case(clocks: Iterable[Due]) -> list[Due]:
    """One clock a case and batch: the next one of the same case sees what the first has changed."""
    first: dict[tuple[str, int], Due] = {}
    for clock in clocks:
        first.setdefault((clock.kind, clock.case_id), clock)
    return list(first.values())


def _next_attempt(clock: Due, attempt: int, refusal: Refusal) -> int:
    if attempt >= len(clock.fires):
        raise RuntimeError(f"last resort of {clock.kind} refused: {refusal}")
    return attempt + 1


def _refs(due: Iterable[Due]) -> dict[tuple[str, int], c.Ref]:
    wanted: dict[str, set[int]] = defaultdict(set)
    for clock in due:
        wanted[clock.kind].add(clock.case_id)
    return {(kind, case_id): c.Ref(kind, uid) for kind, ids in wanted.items()
            for case_id, uid in FLOWS[kind].model._default_manager.filter(id__in=ids).values_list("id", "uid")}


def _order(clock: Due, ref: c.Ref, attempt: int, at: datetime) -> Order:
    move = clock.fires[attempt] if attempt < len(clock.fires) else FLOWS[clock.kind].last_resort
    return Order(ref, move, SYSTEM, at, FiredGiven(clock.name, clock.due_at, clock.id, attempt), told_at=at)


def _remind(at: datetime, batch: int) -> int:
    """Bring clocks near their end to the notice of whoever has a stake; once each."""
    total = 0
    while ids := list(_near(at).order_by("remind_at", "id").values_list("id", flat=True)[:batch]):
        count = _remind_set(ids, at)
        total += count
        if not count:
            break
    return total


def _near(at: datetime) -> Any:
    return Clock.objects.filter(remind_at__lte=at, due_at__gt=at, stopped_at__isnull=True, paused_at__isnull=True,
                                kind__in=list(FLOWS))


def _remind_set(ids: Sequence[int], at: datetime) -> int:
    """Like `_fire`: whole, or halved until what raises stands alone; that one is logged and not tried again."""
    try:
        return at_edge(lambda: _remind_whole(ids, at, REMIND_HANDLERS))
    except Exception as error:
        if isinstance(error, DatabaseError) and not connection.is_usable():
            raise
        if len(ids) > 1:
            return _remind_set(ids[: len(ids) // 2], at) + _remind_set(ids[len(ids) // 2:], at)
        if is_passing(error):
            return 0
        log.error("reminder of clock %s failed", ids[0], exc_info=error)
        return at_edge(lambda: _remind_whole(ids, at, ()))


def _remind_whole(ids: Sequence[int], at: datetime, handlers: Sequence[Callable[..., Any]]) -> int:
    """Under the locks of their cases; a case that another holds is left for the next tick."""
    cases: dict[str, set[int]] = defaultdict(set)
    for kind, case_id in Clock.objects.filter(id__in=ids).values_list("kind", "case_id"):
        cases[kind].add(case_id)
    locked = {kind: _lock(kind, cases[kind]) for kind in sorted(cases)}
    rows = [k for k in _near(at).filter(id__in=ids).order_by("remind_at", "id") if k.case_id in locked.get(k.kind, ())]
    if not rows:
        return 0
    for handler in handlers:
        handler(rows, at)
    update(Clock, ("remind_at",), [(k.id, NEVER) for k in rows])
    return len(rows)


def _lock(kind: str, ids: set[int]) -> set[int]:
    rows = FLOWS[kind].model._default_manager.filter(id__in=ids).order_by("id")
    return set(rows.select_for_update(skip_locked=True, no_key=True).values_list("id", flat=True))


REMIND_HANDLERS: list[Callable[..., Any]] = []


def on_remind(handler: Any) -> Any:
    """Register handler(clocks, at): called inside the tick's transaction with the clocks to remind of."""
    REMIND_HANDLERS.append(handler)
    return handler


def owed_by(kind: str, case_id: int) -> list[int]:
    return list(Stake.objects.filter(kind=kind, case_id=case_id).values_list("party_id", flat=True).distinct())
