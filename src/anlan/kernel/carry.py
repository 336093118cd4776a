"""Deeds carried out in memory, where the next deed already sees them; the tables follow in sets (`write`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Model

from . import changes as c
from .blank import assign, blank
from .bulk import Ids
from .clockwork import run_clocks
from .flows import FLOWS, Cell, Given
from .instance import local_day
from .models import NEVER, Clock, Entry, Party, Versioned
from .plan import Deed
from .refusals import Refusal, Refused
from .rulebook import Rulebook

ONE = Decimal(1)
ABSENT = Refusal(("没有找到这一事项，或者它不在您的范围内",))


@dataclass
class Written:
    """A deed on its way into the tables. marks: rows from `sort` on, as in write.MARK_COLUMNS; id: its entry's."""

    deed: Deed
    case: Versioned
    n: int
    id: int = 0
    marks: list[tuple[Any, ...]] = field(default_factory=list)
    papers: list[tuple[c.Paper, int | None, int | None, str]] = field(default_factory=list)
    sealed: list[tuple[str, bytes, str]] = field(default_factory=list)
    started: list[Clock] = field(default_factory=list)
    ended: list[Clock] = field(default_factory=list)
    altered: list[Clock] = field(default_factory=list)
    paused: list[tuple[Clock, str]] = field(default_factory=list)
    resumed: list[Clock] = field(default_factory=list)
    owed: list[tuple[int, str, datetime]] = field(default_factory=list)
    dues: dict[str, datetime] = field(default_factory=dict)

    @property
    def at(self) -> datetime:
        return self.deed.when.at

    @property
    def told_at(self) -> datetime:
        return self.deed.when.told_at

    @property
    def place(self) -> Cell:
        found = self.deed.after or self.deed.before
        assert found is not None
        return found


@dataclass
class Batch:
    """What a transaction has loaded and carried out so far. fired: the last clock of each name that ran out."""

    rules: Rulebook
    ids: Ids = field(default_factory=Ids)
    skip_locked: bool = False
    cases: dict[c.Ref, Versioned] = field(default_factory=dict)
    clocks: dict[c.Ref, dict[str, Clock]] = field(default_factory=dict)
    fired: dict[c.Ref, dict[str, Clock]] = field(default_factory=dict)
    requests: dict[UUID, Entry] = field(default_factory=dict)
    openers: dict[c.Ref, Entry] = field(default_factory=dict)
    fresh: set[c.Ref] = field(default_factory=set)
    reserved: dict[c.Ref, int] = field(default_factory=dict)

    def open(self, ref: c.Ref, at: datetime) -> None:
        """A case that no deed has opened yet."""
        model = FLOWS[ref.kind].model
        new_id = self.reserved.get(ref) or self.ids.next(id_model(model))
        self.cases[ref] = blank(model, id=new_id, uid=ref.uid, state="", opened_at=at, changed_at=at)
        self.fresh.add(ref)


def id_model(model: type[Versioned]) -> type[Model]:
    """Whose sequence gives the ids: organisations and posts share the parties'."""
    return Party if model.is_party else model


class Memory(NamedTuple):
    """How a case and its clocks stood before a deed."""

    ref: c.Ref
    case: dict[str, Any]
    clocks: dict[str, tuple[Clock, dict[str, Any]]]
    fired: dict[str, tuple[Clock, dict[str, Any]]]


def remember(batch: Batch, ref: c.Ref) -> Memory:
    def kept(held: Mapping[str, Clock]) -> dict[str, tuple[Clock, dict[str, Any]]]:
        return {name: (clock, dict(clock.__dict__)) for name, clock in held.items()}

    return Memory(ref, dict(batch.cases[ref].__dict__), kept(batch.clocks.get(ref, {})),
                  kept(batch.fired.get(ref, {})))


def put_back(batch: Batch, memory: Memory) -> None:
    _refill(batch.cases[memory.ref], memory.case)
    for kept, held in ((memory.clocks, batch.clocks), (memory.fired, batch.fired)):
        for clock, values in kept.values():
            _refill(clock, values)
        held[memory.ref] = {name: clock for name, (clock, _values) in kept.items()}


def _refill(thing: Any, values: Mapping[str, Any]) -> None:
    thing.__dict__.clear()
    thing.__dict__.update(values)


def carry(batch: Batch, deed: Deed) -> Written:
    """Change the case and its clocks in memory, and work out the deed's marks. Raises Refused for an absent Ref."""
    ref, case = deed.ref, batch.cases[deed.ref]
    for name, value in deed.sets.items():
        if value.__class__ is c.Ref:
            deed.sets[name] = _id_of(batch, value, deed)
    assign(case, deed.sets)
    case.state, case.version, case.changed_at = deed.state, case.version + 1, max(case.changed_at, deed.when.at)
    w = Written(deed, case, case.version)
    if not deed.not_applied:
        w.marks = _marks(deed, case)
        clocks = batch.clocks.setdefault(ref, {})
        run_clocks(w, clocks, batch.fired.setdefault(ref, {}), batch.rules)
        w.owed = [(o.party_id, o.role, o.due_at or _due(clocks.get(o.role))) for o in deed.of(c.Owe)]
    return w


def _due(clock: Clock | None) -> datetime:
    return clock.due_at if clock else NEVER


def _id_of(batch: Batch, ref: c.Ref, deed: Deed) -> int:
    """The id behind a uid; a case that this very deed spawns gets its id now."""
    if ref in batch.cases:
        return batch.cases[ref].id
    model = FLOWS[ref.kind].model
    if (found := model._default_manager.filter(uid=ref.uid).values_list("id", flat=True).first()) is not None:
        return int(found)
    if not any(c.Ref(s.kind, s.uid) == ref for s in deed.of(c.Spawn)):
        raise Refused(ABSENT)
    if ref not in batch.reserved:
        batch.reserved[ref] = batch.ids.next(id_model(model))
    return batch.reserved[ref]


def spawned(deed: Deed) -> list[tuple[c.Ref, str, Given]]:
    """What the deed entails: (case, move, given) of each Spawn, then of each Also."""
    wishes = [(c.Ref(s.kind, s.uid), s.move, s.given) for s in deed.of(c.Spawn)]
    wishes += [(a.ref, a.move, a.given) for a in deed.of(c.Also)]
    return [(ref, move, given if isinstance(given, Given) else Given(given)) for ref, move, given in wishes]


def _marks(deed: Deed, case: Versioned) -> list[tuple[Any, ...]]:
    """State marks where the cell changed, event marks for what happened; at never runs back within a case."""
    events = deed.of(c.Event)
    if deed.before == deed.after and not events:
        return []
    at = case.marked_at = max(deed.when.at, case.marked_at or deed.when.at)
    day, rows = local_day(deed.when.at), []
    if deed.before != deed.after:
        for cell, sign in ((deed.before, -ONE), (deed.after, ONE)):
            if cell is not None and cell.cell is not None:
                rows.append(state_mark(cell, day, at, sign))
    if place := deed.after or deed.before:
        rows += [("e", e.cell, place.area_id, place.party_id, place.level, e.facet or place.facet, e.belongs_on or day,
                  at, Decimal(e.amount)) for e in events]
    return rows


def state_mark(cell: Cell, day: date, at: datetime, delta: Decimal) -> tuple[Any, ...]:
    return ("s", cell.cell, cell.area_id, cell.party_id, cell.level, cell.facet, day, at, delta)
