"""What is wrong with a table of moves, found before any case exists."""

from __future__ import annotations

import string
import sys
from collections import Counter
from collections.abc import Iterator
from types import CodeType, FunctionType
from typing import Any

from django.core.checks import CheckMessage, Error

from .flows import FLOWS, SAME, Flow, Given, Move

MAX_QUERIES = 4
WORDS = {"who", "to", "reason", "title", "clock", "due_at"}
ALWAYS_KNOWN = {"clocks", "fired", "rules", "origin", "day"}
FIRED = {"clock_id", "attempt"}  # what the tick tells a fired move, besides clock and due_at


def check_flows(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    return [Error(text, id="kernel.E001") for flow in FLOWS.values() for text in problems(flow)]


def problems(flow: Flow) -> Iterator[str]:
    """Sentences for the developer, one a fault."""
    name, known = flow.kind, set(flow.states.values)
    yield from _state_problems(flow, known)
    for double, count in Counter(m.name for m in flow.moves).items():
        if count > 1:
            yield f"{name}.{double}: is declared twice"
    for m in flow.moves:
        yield from _move_problems(flow, m, known)
    yield from _family_problems(flow, known)
    if sum(f.queries for f in flow.load.values()) > MAX_QUERIES:
        yield f"{name}: facts need more than {MAX_QUERIES} queries"
    if not flow.link:
        yield f"{name}: its entries have no link"
    if any(m.clock for m in flow.moves) or flow.last_resort:
        yield from _last_resort(flow)


def _state_problems(flow: Flow, known: set[str]) -> Iterator[str]:
    for s in sorted(known - _reached(flow)):
        yield f"{flow.kind}: no move reaches {s}"
    for s in sorted(known - set(flow.final)):
        if not any(s in m.source for m in flow.moves):
            yield f"{flow.kind}: {s} is a dead end but not declared final"
    for s in sorted(set(flow.final) - known):
        yield f"{flow.kind}: final {s} is not a state"


def _reached(flow: Flow) -> set[str]:
    return _reachable(flow, {str(m.to) for m in flow.moves if m.opens})


def _reachable(flow: Flow, start: set[str]) -> set[str]:
    reached, edge = set(start), set(start)
    while edge:
        edge = {str(m.to) for m in flow.moves if m.to is not SAME and set(m.source) & edge} - reached
        reached |= edge
    return reached


def _move_problems(flow: Flow, m: Move, known: set[str]) -> Iterator[str]:
    where = f"{flow.kind}.{m.name}"
    for s in sorted({*m.source, *([] if m.to is SAME else [m.to])} - known):
        yield f"{where}: {s} is not a state"
    if m.opens and m.to is SAME:
        yield f"{where}: an opening move needs a state"
    if m.late not in ("refuse", "tell"):
        yield f"{where}: late is refuse or tell, not {m.late}"
    yield from _input_problems(m, where)
    yield from _fact_problems(flow, m, where)
    yield from _wording_problems(flow, m, where)
    for clock in m.clock:
        yield from _clock_problems(flow, m, clock, where)
    for name in sorted(set(m.stops) - _clock_names(flow)):
        yield f"{where}: stops a clock {name} that nothing starts"


def _input_problems(m: Move, where: str) -> Iterator[str]:
    """Given reads inputs as attributes: a name that a mapping has, or the tick uses, would hide one."""
    for name in m.form.base_fields if m.form else ():
        if hasattr(Given, name) or name.startswith("_") or name in FIRED:
            yield f"{where}: an input cannot be called {name}"
    for name in sorted(m.secret - set(m.form.base_fields if m.form else ())):
        yield f"{where}: secret {name} is not an input"


def _fact_problems(flow: Flow, m: Move, where: str) -> Iterator[str]:
    declared = set(flow.load) | ALWAYS_KNOWN
    for rule in (m.by, *m.needs):
        for fact in sorted(rule.reads - declared):
            yield f"{where}: rule reads undeclared fact {fact}"
    for effect in (*m.does, *m.forgives):
        for fact in sorted(set(getattr(effect, "reads", ())) - declared):
            yield f"{where}: effect reads undeclared fact {fact}"


def _clock_problems(flow: Flow, m: Move, clock: Any, where: str) -> Iterator[str]:
    after = set(m.source) if m.to is SAME else {str(m.to)}
    if after and after <= set(flow.final):
        yield f"{where}: clock {clock.name} cannot run on a final state"
    if clock.starts not in ("at", "told_at"):
        yield f"{where}: clock {clock.name} starts at or told_at, not {clock.starts}"
    if flow.clock_label(clock.name) == clock.name:
        yield f"{where}: clock {clock.name} has no name for people"
    if clock.party and not _has(flow, clock.party):
        yield f"{where}: unknown column {clock.party}"
    for fired in clock.fires:
        if fired not in flow.by_name:
            yield f"{where}: clock {clock.name} fires unknown move {fired}"
        elif not _reachable(flow, after) & set(flow.move(fired).source):
            yield f"{where}: clock {clock.name} cannot fire {fired}"


def _clock_names(flow: Flow) -> set[str]:
    """Names that moves declare, and every word that the modules of its effects could start a clock with."""
    modules = {e.__module__ for m in flow.moves for e in m.does}
    functions = [f for name in modules for f in vars(sys.modules[name]).values() if isinstance(f, FunctionType)]
    return {k.name for m in flow.moves for k in m.clock} | {w for f in functions for w in _words_in(f.__code__)}


def _words_in(code: CodeType) -> Iterator[str]:
    for const in code.co_consts:
        if isinstance(const, str):
            yield const
        elif isinstance(const, tuple):
            yield from (x for x in const if isinstance(x, str))
        elif isinstance(const, CodeType):
            yield from _words_in(const)


def _wording_problems(flow: Flow, m: Move, where: str) -> Iterator[str]:
    if not str(m.says):
        yield f"{where}: has no sentence for the journal"
        return
    inputs = set(m.form.base_fields) if m.form else set()
    for _text, name, _spec, _conv in string.Formatter().parse(str(m.says)):
        if name and name.split(".")[0] not in WORDS | inputs and not _has(flow, name):
            yield f"{where}: its sentence names unknown {name}"


def _has(flow: Flow, column: str) -> bool:
    return any(column in (f.name, f.attname) for f in flow.model._meta.concrete_fields)


def _family_problems(flow: Flow, known: set[str]) -> Iterator[str]:
    if not flow.families:
        return
    listed = [s for family in flow.families.values() for s in family]
    for s in sorted(known - set(listed)):
        yield f"{flow.kind}: {s} belongs to no family"
    for s in sorted({s for s in listed if listed.count(s) > 1}):
        yield f"{flow.kind}: {s} belongs to two families"


def _last_resort(flow: Flow) -> Iterator[str]:
    move = flow.by_name.get(flow.last_resort)
    if move is None:
        yield f"{flow.kind}: has clocks but no last resort"
    elif set(flow.states.values) - set(flow.final) - set(move.source):
        yield f"{flow.kind}: its last resort is not open from every state"
