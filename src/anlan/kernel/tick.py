"""The tick: due clocks fire their moves, once, in order, also after a stop."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from . import changes as c
from .actors import SYSTEM
from .bulk import update_alike
from .door import Order, Receipt, advance_many
from .flows import FLOWS, Given
from .instance import raise_floor
from .models import NEVER, Clock, Parked, Stake
from .refusals import Refusal

BATCH = 1000
DUE = """
SELECT id, kind, case_id FROM kernel_clock
WHERE due_at <= %s AND stopped_at IS NULL AND paused_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM kernel_parked p WHERE p.clock_id = kernel_clock.id)
ORDER BY due_at, id LIMIT %s"""


@dataclass
class Ticked:
    fired: int = 0
    last_resorts: int = 0
    reminded: int = 0
    parked: int = 0


def tick(*, at: datetime, batch: int = BATCH) -> Ticked:
    """Fire everything due by `at`. A fired move happens at `at`; its entry keeps the clock's due instant."""
    done = Ticked()
    while due := _due(at, batch):
        if not _fire(due, at, done):
            break
    done.reminded = _remind(at, batch)
    if done.fired or done.reminded:
        raise_floor(at)
    return done


def _due(at: datetime, batch: int) -> list[tuple[int, str, int]]:
    with connection.cursor() as cursor:
        cursor.execute(DUE, [at, batch])
        return [(i, kind, case_id) for i, kind, case_id in cursor.fetchall()]


def _fire(due: Sequence[tuple[int, str, int]], at: datetime, done: Ticked) -> int:
    """One batch in one transaction; a batch that raises is halved until the faulty case stands alone."""
    try:
        with transaction.atomic():
            return _fire_set(due, at, done)
    except Exception as error:
        if len(due) > 1:
            half = len(due) // 2
            return _fire(due[:half], at, done) + _fire(due[half:], at, done)
        _park(due[0], at, f"{type(error).__name__}: {error}")
        done.parked += 1
        return 1


def _park(due: tuple[int, str, int], at: datetime, reason: str) -> None:
    clock_id, kind, case_id = due
    Parked.objects.get_or_create(clock_id=clock_id, defaults={"reason": reason[:2000], "at": at})
    FLOWS[kind].model._default_manager.filter(pk=case_id).update(alarm="时限到期处理失败")


def _fire_set(due: Sequence[tuple[int, str, int]], at: datetime, done: Ticked) -> int:
    """Lock the cases, read the clocks again, try each list of moves; the first not refused counts."""
    refs = _lock_cases(due)
    clocks = [k for k in _still_due([d[0] for d in due], at) if (k.kind, k.case_id) in refs]
    attempts = {k.id: 0 for k in clocks}
    waiting = {k.id: k for k in _first_per_case(clocks)}
    count = 0
    while waiting:
        orders = [_order(k, refs[k.kind, k.case_id], attempts[k.id], at) for k in waiting.values()]
        results = advance_many(orders)
        for clock, result in zip(list(waiting.values()), results, strict=True):
            if isinstance(result, Receipt):
                done.fired += 1
                done.last_resorts += attempts[clock.id] == len(clock.fires)
                count += 1
                del waiting[clock.id]
            else:
                attempts[clock.id] = _next_attempt(clock, attempts[clock.id], result)
    return count


def _first_per_case(clocks: Sequence[Clock]) -> list[Clock]:
    """One clock a case and round: the next one of the same case sees what the first has changed."""
    seen: set[tuple[str, int]] = set()
    return [k for k in clocks if (k.kind, k.case_id) not in seen and not seen.add((k.kind, k.case_id))]  # type: ignore[func-returns-value]


def _next_attempt(clock: Clock, attempt: int, refusal: Refusal) -> int:
    if attempt >= len(clock.fires):
        raise RuntimeError(f"last resort of {clock.kind} refused: {refusal}")
    return attempt + 1


def _lock_cases(due: Sequence[tuple[int, str, int]]) -> dict[tuple[str, int], c.Ref]:
    wanted: dict[str, set[int]] = defaultdict(set)
    for _clock, kind, case_id in due:
        wanted[kind].add(case_id)
    found = {}
    for kind in sorted(wanted):
        rows = FLOWS[kind].model._default_manager.filter(id__in=wanted[kind]).order_by("id")
        for case_id, uid in rows.select_for_update(skip_locked=True).values_list("id", "uid"):
            found[kind, case_id] = c.Ref(kind, uid)
    return found


def _still_due(ids: Sequence[int], at: datetime) -> list[Clock]:
    rows = Clock.objects.filter(id__in=ids, due_at__lte=at, stopped_at__isnull=True, paused_at__isnull=True)
    return list(rows.order_by("due_at", "id"))


def _order(clock: Clock, ref: c.Ref, attempt: int, at: datetime) -> Order:
    flow = FLOWS[clock.kind]
    move = clock.fires[attempt] if attempt < len(clock.fires) else flow.last_resort
    return Order(ref, move, SYSTEM, at, FiredGiven(clock.name, clock.due_at, clock.id, attempt), told_at=at)


class FiredGiven(Given):
    """What a fired move is told: which clock ran out, and when it was due."""

    def __init__(self, clock: str, due_at: datetime, clock_id: int, attempt: int) -> None:
        super().__init__({"clock": clock, "due_at": due_at, "clock_id": clock_id, "attempt": attempt})


def _remind(at: datetime, batch: int) -> int:
    """Bring clocks near their end to the notice of whoever has a stake; once each."""
    total = 0
    while True:
        with transaction.atomic():
            rows = list(Clock.objects.select_for_update(skip_locked=True).filter(
                remind_at__lte=at, stopped_at__isnull=True, paused_at__isnull=True).order_by("remind_at")[:batch])
            if not rows:
                return total
            for handler in REMIND_HANDLERS:
                handler(rows, at)
            update_alike(Clock, [(k.id, {"remind_at": NEVER}) for k in rows])
            total += len(rows)


REMIND_HANDLERS: list[Any] = []


def on_remind(handler: Any) -> Any:
    """Register handler(clocks, at): called inside the tick's transaction with the clocks to remind of."""
    REMIND_HANDLERS.append(handler)
    return handler


def owed_by(kind: str, case_id: int) -> list[int]:
    return list(Stake.objects.filter(kind=kind, case_id=case_id).values_list("party_id", flat=True).distinct())
