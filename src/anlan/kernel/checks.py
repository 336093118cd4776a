"""What is wrong with a table of moves, found before any case exists."""

from __future__ import annotations

import string
from collections.abc import Iterator
from typing import Any

from django.core.checks import CheckMessage, Error

from .flows import FLOWS, SAME, Flow, Move

MAX_QUERIES = 4
WORDS = {"who", "to", "reason", "title", "clock", "due_at"}


def check_flows(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    return [Error(text, id="kernel.E001") for flow in FLOWS.values() for text in problems(flow)]


def problems(flow: Flow) -> Iterator[str]:
    """Sentences for the developer, one a fault."""
    name = flow.kind
    known = set(flow.states.values)
    for s in sorted(known - _reached(flow)):
        yield f"{name}: no move reaches {s}"
    for s in sorted(known - set(flow.final)):
        if not any(s in m.source for m in flow.moves):
            yield f"{name}: {s} is a dead end but not declared final"
    for m in flow.moves:
        yield from _move_problems(flow, m, known)
    yield from _family_problems(flow, known)
    if sum(f.queries for f in flow.load.values()) > MAX_QUERIES:
        yield f"{name}: facts need more than {MAX_QUERIES} queries"
    if any(m.clock for m in flow.moves):
        yield from _last_resort(flow)


def _reached(flow: Flow) -> set[str]:
    reached: set[str] = set()
    edge = {str(m.to) for m in flow.moves if m.opens}
    while edge:
        reached |= edge
        edge = {str(m.to) for m in flow.moves if m.to is not SAME and set(m.source) & edge} - reached
    return reached


def _move_problems(flow: Flow, m: Move, known: set[str]) -> Iterator[str]:
    where = f"{flow.kind}.{m.name}"
    for s in {*m.source, *([] if m.to is SAME else [m.to])} - known:
        yield f"{where}: {s} is not a state"
    if m.opens and m.to is SAME:
        yield f"{where}: an opening move needs a state"
    for clock in m.clock:
        yield from _clock_problems(flow, m, clock, where)
        if clock.party and not _has(flow, clock.party):
            yield f"{where}: unknown column {clock.party}"
    declared = set(flow.load) | {"clocks", "rules", "origin"}
    for rule in (m.by, *m.needs):
        for fact in rule.reads - declared:
            yield f"{where}: rule reads undeclared fact {fact}"
    for effect in m.does:
        for fact in set(getattr(effect, "reads", ())) - declared:
            yield f"{where}: effect reads undeclared fact {fact}"
    yield from _wording_problems(flow, m, where)


def _clock_problems(flow: Flow, m: Move, clock: Any, where: str) -> Iterator[str]:
    for fired in clock.fires:
        if fired not in flow.by_name:  # type: ignore[attr-defined]
            yield f"{where}: clock {clock.name} fires unknown move {fired}"
            continue
        target = flow.move(fired)
        after = set(m.source) if m.to is SAME else {str(m.to)}
        if not _reachable(flow, after) & set(target.source):
            yield f"{where}: clock {clock.name} cannot fire {fired}"


def _reachable(flow: Flow, start: set[str]) -> set[str]:
    reached, edge = set(start), set(start)
    while edge:
        edge = {str(m.to) for m in flow.moves if m.to is not SAME and set(m.source) & edge} - reached
        reached |= edge
    return reached


def _wording_problems(flow: Flow, m: Move, where: str) -> Iterator[str]:
    if not str(m.says):
        yield f"{where}: has no sentence for the journal"
        return
    inputs = set(m.form.base_fields) if m.form else set()
    for _text, name, _spec, _conv in string.Formatter().parse(str(m.says)):
        if name and name.split(".")[0] not in WORDS | inputs and not _has(flow, name):
            yield f"{where}: its sentence names unknown {name}"
    if not flow.link:
        yield f"{where}: its flow has no link"


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
    move = flow.by_name.get(flow.last_resort)  # type: ignore[attr-defined]
    if move is None:
        yield f"{flow.kind}: has clocks but no last resort"
    elif set(flow.states.values) - set(flow.final) - set(move.source):
        yield f"{flow.kind}: its last resort is not open from every state"
