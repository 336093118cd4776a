"""Carrying out deeds: cases, entries, marks, clocks, stakes and papers, in sets.

Everything is worked out in memory first; then the paper counters are locked, the entries
digested, and the tables written, parents before children.
"""

from __future__ import annotations

import json
import secrets
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q, Sum

from . import changes as c
from . import rulebook as in_memory
from .actors import Actor
from .areas import place_areas
from .bulk import insert, take_ids, to_json, update_alike
from .clockwork import write_clocks
from .flows import Cell, Flow, When
from .instance import local_day, real_time
from .journal_format import commitment, entry_digest, marks_digest
from .models import NEVER, Attached, Clock, Entry, LedgerLine, Mark, Paper, Party, Pending, Secret, Stake, Versioned
from .numbering import number_papers
from .plan import Deed
from .rulebook import Rulebook

ENTRY_COLUMNS = ("id", "kind", "subject_id", "n", "verb", "actor_id", "post_id", "device_id", "request", "at",
                 "told_at", "recorded_at", "data", "corrects_id", "digest")
MARK_COLUMNS = ("entry_id", "kind", "case_id", "sort", "cell", "area_id", "party_id", "level", "facet", "belongs_on",
                "at", "delta")
PAPER_COLUMNS = ("uid", "kind", "subject_kind", "subject_id", "entry_id", "area_id", "series", "year", "no", "number",
                 "their_no", "content", "at", "void_reason")
ONE = Decimal(1)


@dataclass
class Written:
    """A deed on its way into the tables. marks: rows from `sort` on, as in MARK_COLUMNS."""

    id: int
    deed: Deed
    case: Versioned
    n: int
    marks: list[tuple[Any, ...]] = field(default_factory=list)
    papers: list[tuple[c.Paper, int | None, int | None, str]] = field(default_factory=list)
    sealed: list[tuple[str, bytes, str]] = field(default_factory=list)

    @property
    def at(self) -> datetime:
        return self.deed.when.at

    @property
    def told_at(self) -> datetime:
        return self.deed.when.told_at


def write(deeds: Sequence[Deed], cases: Mapping[c.Ref, Versioned], clocks: Mapping[c.Ref, dict[str, Clock]],
          fired: Mapping[c.Ref, dict[str, Clock]], fresh: set[c.Ref], rules: Rulebook) -> list[Written]:
    """All rows of all deeds. Returns them in order, with their entries' ids."""
    written = prepare(deeds, cases)
    _take_back(written)
    number_papers(written)
    _write_cases(written, fresh)
    write_entries(written)
    insert(Mark, MARK_COLUMNS, [(w.id, w.deed.flow.kind, w.case.id, *m) for w in written for m in w.marks])
    write_clocks(written, clocks, fired, rules)
    _write_stakes(written)
    _write_papers(written)
    _write_attached(written)
    place_areas(written)
    touched = {name for w in written for name in w.deed.flow.touches}
    if touched:
        in_memory.touch(*touched)
    return written


def prepare(deeds: Sequence[Deed], cases: Mapping[c.Ref, Versioned]) -> list[Written]:
    """Versions, marks and secrets of each deed; writes nothing."""
    ids = take_ids(Entry, len(deeds))
    left: dict[c.Ref, int] = defaultdict(int)
    for deed in deeds:
        left[deed.ref] += 1
    out = []
    for new_id, deed in zip(ids, deeds, strict=True):
        case = cases[deed.ref]
        left[deed.ref] -= 1
        w = Written(new_id, deed, case, case.version - left[deed.ref])
        w.marks = _marks(deed, case)
        w.sealed = _secrets(deed, case)
        out.append(w)
    return out


def _marks(deed: Deed, case: Versioned) -> list[tuple[Any, ...]]:
    """State marks where the cell changed, event marks for what happened; at never runs back within a case."""
    events = deed.of(c.Event)
    if deed.not_applied or (deed.before == deed.after and not events):
        return []
    at = case.marked_at = max(deed.when.at, case.marked_at or deed.when.at)
    day, rows = local_day(deed.when.at), []
    if deed.before != deed.after:
        for cell, sign in ((deed.before, -ONE), (deed.after, ONE)):
            if cell is not None and cell.cell is not None:
                rows.append(state_mark(cell, day, at, sign))
    place = deed.after or deed.before
    if events and place is not None:
        rows += [("e", e.cell, place.area_id, place.party_id, place.level, e.facet or place.facet, e.belongs_on or day,
                  at, Decimal(e.amount)) for e in events]
    return rows


def state_mark(cell: Cell, day: date, at: datetime, delta: Decimal) -> tuple[Any, ...]:
    return ("s", cell.cell, cell.area_id, cell.party_id, cell.level, cell.facet, day, at, delta)


def _take_back(written: Sequence[Written]) -> None:
    """Reverse what is left of an event, each mark at its own instant, under the new entry."""
    for w in written:
        for change in w.deed.of(c.TakeBack):
            w.marks += [(*m[:-1], -m[-1]) for m in left_of(w.deed.flow.kind, w.case.id, change.cell, "e")]


def left_of(kind: str, case_id: int, cell: str, sort: str) -> list[tuple[Any, ...]]:
    """The marks of a cell that no reversal has cancelled."""
    rows = (Mark.objects.filter(kind=kind, case_id=case_id, cell=cell, sort=sort)
            .values_list("sort", "cell", "area_id", "party_id", "level", "facet", "belongs_on", "at")
            .annotate(left=Sum("delta")).exclude(left=0).order_by("at"))
    return list(rows)


def _secrets(deed: Deed, case: Versioned) -> list[tuple[str, bytes, str]]:
    """Personal inputs and columns: the entry gets a salted commitment, the value stands apart."""
    values = {f: str(v) for f, v in deed.given.items() if f in deed.move.secret and v}
    values |= {f: to_json(v) for f, v in deed.sets.items() if f in personal_columns(case) and v}
    values |= {s.field: s.value for s in deed.of(c.Secret)}
    return [(f, secrets.token_bytes(16), v) for f, v in values.items()]


def personal_columns(case: Versioned) -> frozenset[str]:
    return getattr(type(case), "personal", frozenset())


def _write_cases(written: Sequence[Written], fresh: set[c.Ref]) -> None:
    wanted: dict[c.Ref, set[str]] = {}
    held = {w.deed.ref: w.case for w in written}
    for w in written:
        names = wanted.setdefault(w.deed.ref, {"version", "state", "changed_at", "marked_at", "alarm"})
        names |= set(w.deed.sets) | {p[0].into for p in w.papers if p[0].into}
    opened: dict[type[Versioned], list[Versioned]] = defaultdict(list)
    changed: dict[type[Versioned], list[tuple[int, dict[str, Any]]]] = defaultdict(list)
    for ref, case in held.items():
        if ref in fresh:
            opened[type(case)].append(case)
        else:
            changed[type(case)].append((case.id, {n: getattr(case, n) for n in wanted[ref]}))
    for model, rows in opened.items():
        insert_cases(model, rows)
    for model, updates in changed.items():
        update_alike(model, updates)


def insert_cases(model: type[Versioned], rows: Sequence[Versioned]) -> None:
    names = [f.attname for f in model._meta.concrete_fields]
    if model.is_party:
        insert(Party, ("id", "kind"), [(r.id, model._meta.model_name) for r in rows])
    insert(model, names, [[getattr(r, n) for n in names] for r in rows])


def write_entries(written: Sequence[Written]) -> None:
    recorded_at = real_time()
    rows = [entry_row(w, recorded_at) for w in written]
    insert(Entry, ENTRY_COLUMNS, rows)
    insert(Pending, ("entry_id",), [(w.id,) for w in written])
    insert(Secret, ("entry_id", "field", "salt", "value"), [(w.id, *s) for w in written for s in w.sealed])


def entry_row(w: Written, recorded_at: datetime) -> tuple[Any, ...]:
    deed, actor = w.deed, w.deed.actor
    data = json.loads(to_json(entry_data(w)))
    head = (deed.flow.kind, w.case.id, w.n, deed.move.name, actor.person_id, actor.post_id, actor.device_id,
            deed.request, deed.when.at, deed.when.told_at, recorded_at, data, None)
    return (w.id, *head, entry_digest(*head))


def entry_data(w: Written) -> dict[str, Any]:
    """What the entry remembers; empty parts are left out."""
    deed, hidden = w.deed, {f for f, _salt, _value in w.sealed}
    data = {
        "to": deed.state,
        "given": {k: v for k, v in deed.given.items() if k not in hidden and v not in (None, "")},
        "set": {k: _pair(deed, k, v) for k, v in deed.sets.items() if k not in hidden},
        "secret": {f: commitment(salt, value) for f, salt, value in w.sealed},
        "paper": [p[0].uid for p in w.papers],
        "attach": [[a.sha256, a.role] for a in deed.of(c.Attach)],
        "tell": [[t.party_id, t.wording, t.urgent] for t in deed.of(c.Tell)],
        "late": list(deed.not_applied),
        "forgiven": list(deed.forgiven),
        "marks": marks_digest(w.marks) if w.marks else "",
    }
    return {k: v for k, v in data.items() if v}


def _pair(deed: Deed, name: str, value: Any) -> Any:
    return value if deed.move.opens else [deed.was.get(name), value]


def write_record(flow: Flow, case: Versioned, verb: str, actor: Actor, when: When, data: dict[str, Any]) -> Entry:
    """One entry that moves nothing."""
    data = json.loads(to_json(data))
    n = case.version + 1
    (new_id,) = take_ids(Entry, 1)
    head = (flow.kind, case.id, n, verb, actor.person_id, actor.post_id, actor.device_id, None, when.at, when.told_at,
            real_time(), data, None)
    row = (new_id, *head, entry_digest(*head))
    insert(Entry, ENTRY_COLUMNS, [row])
    insert(Pending, ("entry_id",), [(new_id,)])
    update_alike(type(case), [(case.id, {"version": n})])
    case.version = n
    return Entry(**dict(zip(ENTRY_COLUMNS, row, strict=True)))


def _write_stakes(written: Sequence[Written]) -> None:
    """The last word of each deed counts; a final state ends all stakes of the case."""
    ended, rows = Q(), {}
    for w in written:
        kind, case_id = w.deed.flow.kind, w.case.id
        here = Q(kind=kind, case_id=case_id)
        releases = w.deed.of(c.Release) + ([c.Release()] if w.deed.state in w.deed.flow.final else [])
        for r in releases:
            gone = {"party_id": r.party_id, "role": r.role}
            ended |= here & Q(**{k: v for k, v in gone.items() if v is not None})
            rows = {k: v for k, v in rows.items() if k[1:3] != (kind, case_id) or not _matches(r, k)}
        for o in w.deed.of(c.Owe):
            rows[o.party_id, kind, case_id, o.role] = o.due_at or NEVER
    if ended:
        Stake.objects.filter(ended).delete()
    _upsert_stakes([(*k, due) for k, due in rows.items()])


def _matches(release: c.Release, key: tuple[Any, ...]) -> bool:
    return release.party_id in (None, key[0]) and release.role in (None, key[3])


def _upsert_stakes(rows: Sequence[tuple[Any, ...]]) -> None:
    if not rows:
        return
    Stake.objects.bulk_create(
        [Stake(party_id=p, kind=k, case_id=i, role=r, due_at=d) for p, k, i, r, d in rows],
        update_conflicts=True, unique_fields=["party", "kind", "case_id", "role"], update_fields=["due_at"])


def _write_papers(written: Sequence[Written]) -> None:
    insert(Paper, PAPER_COLUMNS, [
        (p.uid, p.kind, w.deed.flow.kind, w.case.id, w.id, (w.deed.after or w.deed.before).area_id,  # type: ignore[union-attr]
         p.series, year, no, number, p.their_no, p.content, w.at, "")
        for w in written for p, year, no, number in w.papers])


def _write_attached(written: Sequence[Written]) -> None:
    insert(Attached, ("entry_id", "kind", "case_id", "role", "sha256"), [
        (w.id, w.deed.flow.kind, w.case.id, a.role, a.sha256) for w in written for a in w.deed.of(c.Attach)])
    insert(LedgerLine, ("ledger", "item_id", "amount", "sort", "at", "entry_id"), [
        (x.ledger, x.item_id, Decimal(x.amount), x.sort, w.at, w.id) for w in written for x in w.deed.of(c.Line)])
