"""The pure core: what a move would do, or why not. No query, no clock, no write."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from . import changes as c
from .actors import Actor
from .flows import SAME, Cell, Clock, Flow, Given, Move, When
from .models import NEVER, Versioned
from .refusals import Refusal
from .rulebook import Rulebook
from .worktime import Limit, add, remind_at


class Facts:
    """What rules and effects may know besides the case: loaded for a whole set before planning."""

    __slots__ = ("_values", "clocks", "day", "fired", "rules")

    def __init__(self, rules: Rulebook, day: date, clocks: Mapping[str, Any], fired: Mapping[str, Any],
                 values: Mapping[str, Any]) -> None:
        self.rules, self.day, self.clocks, self.fired, self._values = rules, day, clocks, fired, dict(values)

    def __getattr__(self, name: str) -> Any:
        try:
            return self._values[name]
        except KeyError as absent:
            raise AttributeError(f"fact {name!r} is not declared by the flow") from absent

    def value(self, key: str) -> Any:
        """The dated parameter, looked up by the deed's day."""
        return self.rules.value(key, self.day)

    def lineage(self, area_id: int) -> frozenset[int]:
        return self.rules.lineage(area_id, self.day)


class After:
    """The case as it will read after the deed."""

    __slots__ = ("_case", "_values")

    def __init__(self, case: Any, values: Mapping[str, Any]) -> None:
        self._case, self._values = case, values

    def __getattr__(self, name: str) -> Any:
        values = object.__getattribute__(self, "_values")
        return values[name] if name in values else getattr(object.__getattribute__(self, "_case"), name)


@dataclass(frozen=True)
class PlannedClock:
    start: c.Start
    started_at: Any
    due_at: Any
    remind_at: Any
    calendar_id: int | None


@dataclass
class Deed:
    """Everything one move changes; plain data, the same whether written one by one or by COPY."""

    flow: Flow
    move: Move
    ref: c.Ref
    actor: Actor
    when: When
    given: Given
    request: UUID | None
    state: str
    sets: dict[str, Any] = field(default_factory=dict)
    was: dict[str, Any] = field(default_factory=dict)
    before: Cell | None = None
    after: Cell | None = None
    clocks: list[PlannedClock] = field(default_factory=list)
    changes: dict[type, list[Any]] = field(default_factory=dict)
    forgiven: tuple[str, ...] = ()
    not_applied: tuple[str, ...] = ()

    def of(self, kind: type) -> list[Any]:
        return self.changes.get(kind, [])


def plan(flow: Flow, move: Move, case: Versioned, facts: Facts, actor: Actor, when: When, given: Given,
         request: UUID | None = None) -> Deed | Refusal:
    """The deed, or every sentence that speaks against it."""
    why = refusals(flow, move, case, facts, actor, when, given)
    if why:
        return Refusal(tuple(why))
    state = case.state if move.to is SAME else str(move.to)
    deed = Deed(flow, move, c.Ref(flow.kind, case.uid), actor, when, given, request, state)
    forgiven = _forgiven(move, facts, when)
    deed.forgiven = tuple(forgiven)
    for effect in (*move.does, *(move.forgives if forgiven else ())):
        for change in effect(case, facts, actor, when, given):
            _take(deed, change)
    _settle(deed, case, facts, when)
    return deed


def refusals(flow: Flow, move: Move, case: Versioned, facts: Facts, actor: Actor, when: When,
             given: Given) -> list[str]:
    """State first, then who, then what: the first of the three that speaks ends it."""
    if not move.opens and case.state not in move.source:
        return [f"当前状态为“{_label(flow, case.state)}”，不能“{move.label}”"]
    if why := move.by(case, facts, actor, when, given):
        return why
    return [s for rule in move.needs for s in rule(case, facts, actor, when, given)]


def legal(flow: Flow, case: Versioned, facts: Facts, actor: Actor, when: When) -> list[Move]:
    """The moves to draw as buttons: those the state and the actor allow (inputs are judged later)."""
    return [m for m in flow.moves if not m.opens and m.shown and case.state in m.source
            and not m.by(case, facts, actor, when, Given())]


def _label(flow: Flow, state: str) -> str:
    return str(flow.states(state).label) if state in flow.states.values else state


def _take(deed: Deed, change: Any) -> None:
    if isinstance(change, c.Set):
        deed.sets.update(change.values)
    else:
        deed.changes.setdefault(type(change), []).append(change)


def _forgiven(move: Move, facts: Facts, when: When) -> list[str]:
    """Clocks that fired although the deed, told late, had been done in time."""
    return [n for n in move.stops if n in facts.fired and when.at <= facts.fired[n].due_at and n not in facts.clocks]


def _settle(deed: Deed, case: Versioned, facts: Facts, when: When) -> None:
    flow, move = deed.flow, deed.move
    deed.was = {k: getattr(case, k) for k in deed.sets} if not move.opens else {}
    after: Any = After(case, {**deed.sets, "state": deed.state})
    deed.before = None if move.opens else flow.cell(case)
    deed.after = flow.cell(after)
    stops = [c.Stop(given.clock, "fired")] if (given := deed.given).clock_id and deed.actor.system else []
    stops += [c.Stop(name) for name in move.stops if not stops or name != given.clock]
    deed.changes.setdefault(c.Stop, []).extend(stops)
    for start in _starts(move, after, facts, deed.given):
        deed.changes.setdefault(c.Start, []).append(start)
    deed.clocks = [clock_for(s, facts.rules, when) for s in deed.of(c.Start)]


def _starts(move: Move, after: Any, facts: Facts, given: Given) -> Iterator[c.Start]:
    for clock in move.clock:
        limit, rule_id = _limit(clock, after, facts, given)
        if limit is not None:
            party = getattr(after, clock.party) if clock.party else None
            yield c.Start(clock.name, limit, clock.fires, party, clock.remind, clock.calendar, clock.starts, rule_id)


def _limit(clock: Clock, after: Any, facts: Facts, given: Given) -> tuple[Limit | None, int | None]:
    limit = clock.limit
    if callable(limit) and not isinstance(limit, Limit):
        limit = limit(after, facts, given)
    if isinstance(limit, str):
        setting = facts.rules.setting(limit, facts.day)
        return Limit.of(setting.value), setting.id
    return limit, None


def clock_for(start: c.Start, rules: Rulebook, when: When) -> PlannedClock:
    """Fix the instants of a clock: an explicit due wins over its limit."""
    calendar = rules.calendar(start.calendar)
    since = start.since or (when.told_at if start.starts == "told_at" else when.at)
    due = start.due or add(since, start.limit, calendar)
    remind = remind_at(since, due, start.remind) if start.remind and due != NEVER else NEVER
    return PlannedClock(start, since, due, remind, calendar.id)
