"""Clock rows: start, stop, pause, resume, as the deeds say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from django.db import connection

from . import changes as c
from .blank import blank
from .bulk import Ids, insert, update
from .models import NEVER, Clock, ClockPause
from .plan import PlannedClock
from .rulebook import Rulebook
from .worktime import Unit, resume

if TYPE_CHECKING:
    from .carry import Written

COLUMNS = ("id", "kind", "case_id", "name", "area_id", "party_id", "limit_value", "limit_unit", "calendar_id",
           "rule_id", "starts", "started_at", "due_at", "remind_at", "share", "fires", "started_by_id", "stopped_by_id",
           "stopped_at", "outcome", "paused_at", "fired_no")
VALUES = itemgetter(*COLUMNS)
MOVING = ("due_at", "remind_at", "paused_at", "stopped_at", "outcome", "fired_no", "stopped_by_id")


def run_clocks(w: Written, held: dict[str, Clock], fired: dict[str, Clock], rules: Rulebook) -> None:
    """In memory. Stops before starts within a deed; a start of a running clock replaces it (outcome void)."""
    _stop(w, held, fired)
    _pause(w, held, rules)
    for planned in w.deed.clocks:
        name = planned.start.name
        if name in held:
            _end(held.pop(name), w, "void")
            w.dues[name] = planned.due_at
        held[name] = clock = _clock(w, planned)
        w.started.append(clock)


def _clock(w: Written, planned: PlannedClock) -> Clock:
    s = planned.start
    made: Clock = blank(
        Clock, kind=w.deed.flow.kind, case_id=w.case.id, name=s.name, area_id=w.place.area_id, party_id=s.party_id,
        limit_value=planned.limit.value, limit_unit=str(planned.limit.unit), calendar_id=planned.calendar_id,
        rule_id=s.rule_id, starts=s.starts, started_at=planned.started_at, due_at=planned.due_at,
        remind_at=planned.remind_at, share=s.remind, fires=list(s.fires))
    return made


def _stop(w: Written, held: dict[str, Clock], fired: dict[str, Clock]) -> None:
    stops = w.deed.of(c.Stop)
    if w.deed.state in w.deed.flow.final:
        named = {s.name for s in stops}
        stops = stops + [c.Stop(n, "void") for n in held if n not in named]
    for name in w.deed.forgiven:
        fired[name].outcome = "met_told_late"
        w.altered.append(fired.pop(name))
    for s in stops:
        if clock := held.pop(s.name, None):
            in_time = w.at <= clock.due_at or clock.paused_at is not None
            _end(clock, w, s.outcome or ("met" if in_time else "late"))
            if clock.outcome == "fired":
                clock.fired_no = w.deed.given.attempt
                fired[clock.name] = clock


def _end(clock: Clock, w: Written, outcome: str) -> None:
    if clock.paused_at is not None:
        w.resumed.append(clock)
    clock.stopped_at, clock.outcome, clock.paused_at = w.at, outcome, None
    w.ended.append(clock)


def _pause(w: Written, held: dict[str, Clock], rules: Rulebook) -> None:
    for p in w.deed.of(c.Pause):
        if (clock := held.get(p.name)) and clock.paused_at is None:
            clock.paused_at = w.at
            w.paused.append((clock, p.reason))
    for r in w.deed.of(c.Resume):
        if (clock := held.get(r.name)) and clock.paused_at is not None:
            w.resumed.append(clock)
            clock.due_at, clock.remind_at = resumed(clock, clock.paused_at, w.at, rules)
            clock.paused_at = None
            w.dues[clock.name] = clock.due_at


def resumed(clock: Clock, paused_at: datetime, at: datetime, rules: Rulebook) -> tuple[datetime, datetime]:
    """The due and remind instants after a pause; a clock without a calendar has a fixed end, moved by the pause."""
    if clock.due_at == NEVER:
        return NEVER, clock.remind_at
    if clock.calendar_id is None:
        due = clock.due_at + max(at - paused_at, timedelta())
    else:
        calendar = rules.calendar_of[clock.calendar_id]
        due = resume(clock.due_at, paused_at, at, Unit(clock.limit_unit), calendar).astimezone(UTC)
    return due, NEVER if clock.remind_at == NEVER else min(due, clock.remind_at + (due - clock.due_at))


def write_clocks(written: Sequence[Written], ids: Ids, put: Any = insert) -> None:
    """Into the tables: what ended or moved is updated before what started is inserted."""
    started = [(w, k) for w in written for k in w.started]
    new = {id(k) for _w, k in started}
    for w, clock in started:
        clock.id, clock.started_by_id = clock.id or ids.next(Clock), w.id
    for w in written:
        for clock in w.ended:
            clock.stopped_by_id = w.id
    touched = {id(k): k for w in written for k in (*w.ended, *w.altered, *(p[0] for p in w.paused), *w.resumed)}
    update(Clock, MOVING, [[k.id, *(getattr(k, m) for m in MOVING)] for i, k in touched.items() if i not in new])
    put(Clock, COLUMNS, [VALUES(k.__dict__) for _w, k in started])
    _write_pauses(written, put)


def _write_pauses(written: Sequence[Written], put: Any) -> None:
    begun: dict[int, list[Any]] = {}
    rows: list[list[Any]] = []
    ended: dict[int, datetime] = {}
    for w in written:
        for clock in w.resumed:
            if row := begun.pop(clock.id, None):
                row[2] = w.at
            else:
                ended[clock.id] = w.at
        for clock, reason in w.paused:
            begun[clock.id] = [clock.id, w.at, None, reason, w.id]
            rows.append(begun[clock.id])
    if ended:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE kernel_clockpause p SET until = v.until FROM unnest(%s::bigint[], %s::timestamptz[])"
                           " AS v(clock_id, until) WHERE p.clock_id = v.clock_id AND p.until IS NULL",
                           [list(ended), list(ended.values())])
    put(ClockPause, ("clock_id", "since", "until", "reason", "entry_id"), rows)
