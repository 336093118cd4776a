"""Clock rows: start, stop, pause, resume, as the deeds say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from . import changes as c
from .bulk import insert, take_ids, update_alike
from .models import NEVER, Clock, ClockPause
from .plan import PlannedClock
from .rulebook import Rulebook
from .worktime import Unit, Worktime, resume

if TYPE_CHECKING:
    from .write import Written

COLUMNS = ("id", "kind", "case_id", "name", "area_id", "party_id", "limit_value", "limit_unit", "calendar_id",
           "rule_id", "starts", "started_at", "due_at", "remind_at", "fires", "started_by_id", "stopped_by_id",
           "stopped_at", "outcome", "paused_at")
Open = Mapping[c.Ref, dict[str, Clock]]


def write_clocks(written: Sequence[Written], open_clocks: Open, fired: Open, rules: Rulebook) -> None:
    """Stops before starts within a deed; a start of a running clock replaces it (outcome void)."""
    changed: dict[int, dict[str, Any]] = {}
    started: list[Clock] = []
    calendars = {cal.id: cal for cal in rules.calendars.values()}
    running: dict[c.Ref, dict[str, Clock]] = {}
    for w in written:
        held = running.setdefault(w.deed.ref, dict(open_clocks.get(w.deed.ref, {})))
        _stop(w, held, fired.get(w.deed.ref, {}), changed)
        _pause(w, held, calendars, changed)
        for planned in w.deed.clocks:
            if planned.start.name in held:
                _end(held.pop(planned.start.name), w, "void", changed)
            held[planned.start.name] = clock = _clock(w, planned)
            started.append(clock)
    update_alike(Clock, list(changed.items()))
    _insert(started)


def _insert(started: Sequence[Clock]) -> None:
    for clock, new_id in zip(started, take_ids(Clock, len(started)), strict=True):
        clock.id = new_id
    insert(Clock, COLUMNS, [[getattr(k, name) for name in COLUMNS] for k in started])


def _clock(w: Written, planned: PlannedClock) -> Clock:
    s = planned.start
    place = w.deed.after or w.deed.before
    assert place is not None
    return Clock(kind=w.deed.flow.kind, case_id=w.case.id, name=s.name, area_id=place.area_id, party_id=s.party_id,
                 limit_value=s.limit.value, limit_unit=str(s.limit.unit), calendar_id=planned.calendar_id,
                 rule_id=s.rule_id, starts=s.starts, started_at=planned.started_at, due_at=planned.due_at,
                 remind_at=planned.remind_at, fires=list(s.fires), started_by_id=w.id)


def _stop(w: Written, held: dict[str, Clock], fired: Mapping[str, Clock], changed: dict[int, dict[str, Any]]) -> None:
    stops = w.deed.of(c.Stop)
    if w.deed.state in w.deed.flow.final and not w.deed.not_applied:
        named = {s.name for s in stops}
        stops = stops + [c.Stop(n, "void") for n in held if n not in named]
    for s in stops:
        if clock := held.pop(s.name, None):
            _end(clock, w, s.outcome or ("met" if w.at <= clock.due_at else "late"), changed)
    for name in w.deed.forgiven:
        changed.setdefault(fired[name].id, {})["outcome"] = "met_told_late"


def _end(clock: Clock, w: Written, outcome: str, changed: dict[int, dict[str, Any]]) -> None:
    values = {"stopped_at": w.at, "stopped_by_id": w.id, "outcome": outcome}
    if outcome == "fired":
        values["fired_no"] = w.deed.given.attempt
    for name, value in values.items():
        setattr(clock, name, value)
    if clock.id:
        changed.setdefault(clock.id, {}).update(values)


def _pause(w: Written, held: Mapping[str, Clock], calendars: Mapping[int | None, Worktime],
           changed: dict[int, dict[str, Any]]) -> None:
    for p in w.deed.of(c.Pause):
        if (clock := held.get(p.name)) and not clock.paused_at and clock.id:
            clock.paused_at = w.at
            changed.setdefault(clock.id, {})["paused_at"] = w.at
            insert(ClockPause, ("clock_id", "since", "reason", "entry_id"), [(clock.id, w.at, p.reason, w.id)])
    for r in w.deed.of(c.Resume):
        if (clock := held.get(r.name)) and clock.paused_at and clock.id:
            changed.setdefault(clock.id, {}).update(_resumed(clock, w.at, calendars))
            ClockPause.objects.filter(clock_id=clock.id, until__isnull=True).update(until=w.at)


def _resumed(clock: Clock, at: datetime, calendars: Mapping[int | None, Worktime]) -> dict[str, Any]:
    calendar = calendars[clock.calendar_id]
    assert clock.paused_at is not None
    due = clock.due_at if clock.due_at == NEVER else resume(
        clock.due_at, clock.paused_at, at, Unit(clock.limit_unit), calendar)
    remind = NEVER if clock.remind_at == NEVER else min(due, clock.remind_at + (due - clock.due_at))
    clock.due_at, clock.remind_at, clock.paused_at = due, remind, None
    return {"due_at": due, "remind_at": remind, "paused_at": None}
