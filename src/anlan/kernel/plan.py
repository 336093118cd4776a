"""The pure core: what a move would do, or why not. No query, no clock, no write."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date
from functools import cache
from typing import Any
from uuid import UUID

from django.db.models.base import ModelState

from . import changes as c
from .actors import Actor
from .blank import assign
from .bulk import attnames_of
from .flows import SAME, Cell, Clock, Flow, Given, Move, When
from .models import NEVER, Versioned
from .refusals import Refusal
from .rulebook import Rulebook
from .worktime import Limit, add, remind_at


class Facts:
    """What rules and effects may know besides the case. values: each fact, fetched for the whole set at first use.

    A fact that was asked for stays as an attribute: Python asks `__getattr__` only after it has looked in vain.
    """

    def __init__(self, rules: Rulebook, day: date, clocks: Mapping[str, Any], fired: Mapping[str, Any],
                 values: Mapping[str, Any]) -> None:
        self.rules, self.day, self.clocks, self.fired, self._values = rules, day, clocks, fired, values

    def __getattr__(self, name: str) -> Any:
        try:
            value = self.__dict__[name] = self._values[name]
            return value
        except KeyError as absent:
            raise AttributeError(f"fact {name!r} is not declared by the flow") from absent

    def value(self, key: str) -> Any:
        """The dated parameter, looked up by the deed's day."""
        return self.rules.value(key, self.day)

    def lineage(self, area_id: int) -> frozenset[int]:
        return self.rules.lineage(area_id, self.day)


def after(case: Versioned, values: Mapping[str, Any]) -> Any:
    """The case as it will read after the deed, its properties and methods included."""
    later = object.__new__(type(case))
    later.__dict__.update(case.__dict__)
    state = later._state = ModelState()
    state.__dict__.update(case._state.__dict__)
    if "fields_cache" in state.__dict__:
        state.fields_cache = dict(state.fields_cache)
    assign(later, values)
    return later


@dataclass(frozen=True)
class PlannedClock:
    start: c.Start
    limit: Limit
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
    """The deed, or every sentence that speaks against it. What ends in a final state starts and owes nothing."""
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


KERNELS_OWN = frozenset({"id", "uid", "version", "state", "opened_at", "changed_at", "marked_at"})


@cache
def _settable(model: type[Versioned]) -> frozenset[str]:
    return frozenset(attnames_of(model)) - KERNELS_OWN


def _take(deed: Deed, change: Any) -> None:
    if not isinstance(change, c.Set):
        deed.changes.setdefault(type(change), []).append(change)
        return
    settable = _settable(deed.flow.model)
    if not change.values.keys() <= settable:
        name = min(change.values.keys() - settable)
        raise AttributeError(f"{deed.flow.kind}.{deed.move.name} sets {name!r}, which is not a column it may set")
    deed.sets.update(change.values)


def _forgiven(move: Move, facts: Facts, when: When) -> list[str]:
    """Clocks that fired although the deed, told late, had been done while they ran."""
    return [n for n in move.stops if n in facts.fired and facts.fired[n].started_at <= when.at <= facts.fired[n].due_at]


def _settle(deed: Deed, case: Versioned, facts: Facts, when: When) -> None:
    flow, move = deed.flow, deed.move
    if case.alarm and not deed.actor.system and deed.state != case.state:
        deed.sets.setdefault("alarm", "")  # somebody acted
    deed.was = {k: getattr(case, k) for k in deed.sets} if not move.opens else {}
    later = after(case, {**deed.sets, "state": deed.state})
    deed.before = None if move.opens else flow.cell(case)
    deed.after = flow.cell(later)
    given = deed.given
    stops = [c.Stop(given.clock, "fired")] if deed.actor.system and given.clock_id else []
    stops += [c.Stop(name) for name in move.stops if not stops or name != given.clock]
    deed.changes.setdefault(c.Stop, []).extend(stops)
    for start in _starts(move, later, facts, deed.given):
        deed.changes.setdefault(c.Start, []).append(start)
    if deed.state in flow.final:
        deed.changes.pop(c.Start, None)
        deed.changes.pop(c.Owe, None)
    deed.clocks = [clock_for(_ruled(s, facts), facts.rules, when) for s in deed.of(c.Start)]


def _ruled(start: c.Start, facts: Facts) -> c.Start:
    """A limit that names its parameter takes its value on the deed's day, and remembers the row."""
    if isinstance(start.limit, Limit):
        return start
    setting = facts.rules.setting(start.limit, facts.day)
    return replace(start, limit=Limit.of(setting.value), rule_id=setting.id)


def _starts(move: Move, later: Any, facts: Facts, given: Given) -> Iterator[c.Start]:
    for clock in move.clock:
        limit, rule_id = _limit(clock, later, facts, given)
        if limit is not None:
            party = getattr(later, clock.party) if clock.party else None
            yield c.Start(clock.name, limit, clock.fires, party, clock.remind, clock.calendar, clock.starts, rule_id)


def _limit(clock: Clock, later: Any, facts: Facts, given: Given) -> tuple[Limit | None, int | None]:
    limit = clock.limit
    wish = limit if isinstance(limit, str | Limit) else limit(later, facts, given)
    if isinstance(wish, str):
        setting = facts.rules.setting(wish, facts.day)
        return Limit.of(setting.value), setting.id
    return wish, None


def clock_for(start: c.Start, rules: Rulebook, when: When) -> PlannedClock:
    """Fix the instants of a clock: an explicit due wins over its limit and follows no calendar."""
    since = start.since or (when.told_at if start.starts == "told_at" else when.at)
    if not isinstance(start.limit, Limit):
        raise TypeError(f"the limit of {start.name} is still the name of a parameter")
    calendar = None if start.due else rules.calendar(start.calendar)
    due = start.due or add(since, start.limit, calendar)  # type: ignore[arg-type]
    remind = remind_at(since, due, start.remind) if start.remind and due != NEVER else NEVER
    since, due, remind = (t.astimezone(UTC) for t in (since, due, remind))  # as they will be read again
    return PlannedClock(start, start.limit, since, due, remind, calendar.id if calendar else None)
