"""Writing what was carried out: cases, entries, marks, clocks, stakes and papers, in sets.

The paper counters are locked after all cases, then the entries are digested and the tables
written in one go, parents before children.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from datetime import datetime
from decimal import Decimal
from operator import itemgetter
from types import MappingProxyType
from typing import Any

from django.db import connection

from . import changes as c
from . import rulebook as in_memory
from .actors import Actor
from .areas import place_areas
from .bulk import Ids, Stored, attnames_of, in_one_go, insert, stored, take_ids, to_json, update_alike
from .carry import Batch, Written
from .clockwork import write_clocks
from .flows import Flow, When
from .instance import real_time
from .journal_format import commitment, entry_digest, marks_digest, paper_digest
from .models import Attached, Clock, Entry, LedgerLine, Mark, Paper, Party, Pending, Secret, Versioned
from .numbering import number_papers
from .plan import Deed
from .stakes import write_stakes

ENTRY_COLUMNS = ("id", "kind", "subject_id", "n", "verb", "actor_id", "post_id", "device_id", "request", "at",
                 "told_at", "recorded_at", "data", "corrects_id", "digest")
MARK_COLUMNS = ("entry_id", "kind", "case_id", "sort", "cell", "area_id", "party_id", "level", "facet", "belongs_on",
                "at", "delta")
PAPER_COLUMNS = ("uid", "kind", "subject_kind", "subject_id", "entry_id", "area_id", "series", "year", "no", "number",
                 "their_no", "content", "at", "void_reason")
ALWAYS = ("version", "state", "changed_at", "marked_at", "alarm")
Put = Callable[[Any, Sequence[str], Iterable[Sequence[Any]]], None]
Row = tuple[Any, ...]


def write(batch: Batch, written: Sequence[Written]) -> None:
    """All rows of all deeds, in their order; each `Written` gets its entry's id."""
    take_back(written, batch.fresh)
    number_papers(written)
    prepare(written, batch.ids)
    put_all(batch, written)
    place_areas(written)
    if touched := {name for w in written for name in w.deed.flow.touches}:
        in_memory.touch(*touched)


def prepare(written: Sequence[Written], ids: Ids) -> None:
    """Ids of entries and clocks, and the salts of what is kept apart; writes nothing."""
    ids.reserve({Entry: len(written), Clock: sum(not k.id for w in written for k in w.started)})
    for w in written:
        w.id, w.sealed = ids.next(Entry), _secrets(w.deed, w.case)


def put_all(batch: Batch, written: Sequence[Written], put: Put = insert,
            seal: Callable[[Sequence[Row]], None] | None = None, settled: Sequence[Written] | None = None) -> None:
    """put: by INSERT or by COPY; seal: what becomes of the entry rows, if not to wait for the sealer.

    settled: deeds of which cases, clocks and stakes are written now, where those are not the same.
    """
    settled = written if settled is None else settled
    with in_one_go() if put is insert else nullcontext():
        write_cases(settled, batch.fresh, put)
        entries = write_entries(written, put)
        if seal is None:
            put(Pending, ("entry_id",), [(w.id,) for w in written])
        else:
            seal(entries)
        put(Mark, MARK_COLUMNS, [(w.id, w.deed.flow.kind, w.case.id, *m) for w in written for m in w.marks])
        write_clocks(settled, batch.ids, put)
        write_stakes(settled, batch.fresh, put)
        _write_papers(written, put)
        _write_attached(written, put)


LEFT = """
SELECT m.kind, m.case_id, m.cell, m.sort, m.cell, m.area_id, m.party_id, m.level, m.facet, m.belongs_on, m.at,
       sum(m.delta)
FROM kernel_mark m JOIN unnest(%s::varchar[], %s::bigint[], %s::varchar[]) AS v(kind, case_id, cell)
  ON m.kind = v.kind AND m.case_id = v.case_id AND m.cell = v.cell
WHERE m.sort = 'e' GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 HAVING sum(m.delta) <> 0 ORDER BY m.at"""
Events = dict[str, dict[Row, Decimal]]  # by cell, what is left of each mark
Left = dict[tuple[str, int, str], dict[Row, Decimal]]


def take_back(written: Sequence[Written], fresh: Collection[c.Ref],
              known: Mapping[tuple[str, int], Events] = MappingProxyType({})) -> None:
    """Reverse what is left of an event, each mark at its own instant, under the new entry.

    known: what happened before to cases that need not be looked up, by kind and id.
    """
    wanted = {(w.deed.flow.kind, w.case.id, t.cell): w.deed.ref in fresh for w in written for t in w.deed.of(c.TakeBack)}
    if not wanted:
        return
    left: Left = {key: dict(known.get(key[:2], {}).get(key[2], {})) for key in wanted}
    _events_before([key for key, is_fresh in wanted.items() if not is_fresh and key[:2] not in known], left)
    for w in written:
        own, here = w.marks, (w.deed.flow.kind, w.case.id)
        for t in w.deed.of(c.TakeBack):
            held = left[*here, t.cell]
            w.marks = w.marks + [(*mark, -delta) for mark, delta in held.items() if delta]
            held.clear()
        for *mark, delta in own:
            if mark[0] == "e" and (*here, mark[1]) in left:
                held = left[*here, mark[1]]
                held[tuple(mark)] = held.get(tuple(mark), Decimal(0)) + delta


def _events_before(keys: Sequence[tuple[str, int, str]], left: Left) -> None:
    if keys:
        with connection.cursor() as cursor:
            cursor.execute(LEFT, [[k[i] for k in keys] for i in range(3)])
            for kind, case_id, cell, *mark, delta in cursor.fetchall():
                left[kind, case_id, cell][tuple(mark)] = delta


def _secrets(deed: Deed, case: Versioned) -> list[tuple[str, bytes, str]]:
    """Personal inputs and columns: the entry gets a salted commitment, the value stands apart."""
    personal = personal_columns(case)
    if not (personal or deed.move.secret or c.Secret in deed.changes):
        return []
    values = {f: str(v) for f, v in deed.given.items() if f in deed.move.secret and v}
    values |= {f: to_json(v) for f, v in deed.sets.items() if f in personal and v}
    values |= {s.field: s.value for s in deed.of(c.Secret)}
    return [(f, secrets.token_bytes(16), v) for f, v in values.items()]


def personal_columns(case: Versioned) -> frozenset[str]:
    return getattr(type(case), "personal", frozenset())


def write_cases(written: Sequence[Written], fresh: Collection[c.Ref], put: Put) -> None:
    """What was opened is inserted as it stands at last; of the others, the columns that changed."""
    wanted: dict[c.Ref, set[str]] = {}
    held = {w.deed.ref: w.case for w in written}
    for w in written:
        wanted.setdefault(w.deed.ref, set(ALWAYS)).update(w.deed.sets)
    opened: dict[type[Versioned], list[Versioned]] = defaultdict(list)
    changed: dict[type[Versioned], list[tuple[int, dict[str, Any]]]] = defaultdict(list)
    for ref, case in held.items():
        if ref in fresh:
            opened[type(case)].append(case)
        else:
            changed[type(case)].append((case.id, {n: getattr(case, n) for n in wanted[ref]}))
    insert_cases(opened, put)
    for model, updates in changed.items():
        update_alike(model, updates)


def insert_cases(opened: Mapping[type[Versioned], Sequence[Versioned]], put: Put = insert) -> None:
    """Parents first; a reference to a case that is inserted later is filled in at the end."""
    coming = {model: {row.id for row in rows} for model, rows in opened.items()} if len(opened) > 1 else {}
    filled_later: list[tuple[type[Versioned], int, str, int]] = []
    for model in _parents_first(opened):
        coming.pop(model, None)
        names = attnames_of(model)
        values = itemgetter(*names)
        rows = [list(values(row.__dict__)) for row in opened[model]]
        for i, name, ids in _forward(model, coming):
            for row in rows:
                if row[i] in ids:
                    filled_later.append((model, row[0], name, row[i]))
                    row[i] = None
        if model.is_party:
            put(Party, ("id", "kind"), [(r.id, model._meta.model_name) for r in opened[model]])
        put(model, names, rows)
    for model, key, name, value in filled_later:
        update_alike(model, [(key, {name: value})])


def _parents_first(opened: Iterable[type[Versioned]]) -> list[type[Versioned]]:
    out: list[type[Versioned]] = []

    def visit(model: type[Versioned], above: tuple[type[Versioned], ...]) -> None:
        for field in model._meta.concrete_fields:
            parent: Any = field.related_model
            if not field.null and parent in opened and parent not in (*above, *out, model):
                visit(parent, (*above, model))
        if model not in out:
            out.append(model)

    for model in opened:
        visit(model, ())
    return out


def _forward(model: type[Versioned], coming: Mapping[type[Versioned], set[int]]) -> Iterator[tuple[int, str, set[int]]]:
    for i, field in enumerate(model._meta.concrete_fields):
        parent: Any = field.related_model
        if field.null and parent in coming:
            yield i, field.attname, coming[parent]


def write_entries(written: Sequence[Written], put: Put) -> list[Row]:
    recorded_at = real_time()
    rows = [entry_row(w, recorded_at) for w in written]
    put(Entry, ENTRY_COLUMNS, rows)
    put(Secret, ("entry_id", "field", "salt", "value"), [(w.id, *s) for w in written for s in w.sealed])
    return rows


def entry_row(w: Written, recorded_at: datetime) -> Row:
    deed = w.deed
    return digested(w.id, deed.flow.kind, w.case.id, w.n, deed.move.name, deed.actor, deed.request, deed.when,
                    recorded_at, entry_data(w))


def digested(new_id: int, kind: str, subject_id: int, n: int, verb: str, actor: Actor, request: Any, when: When,
             recorded_at: datetime, data: Mapping[str, Any], corrects_id: int | None = None) -> Row:
    """The row of an entry, as in ENTRY_COLUMNS."""
    text: Stored = stored(data)
    head = (kind, subject_id, n, verb, actor.person_id, actor.post_id, actor.device_id, request, when.at, when.told_at,
            recorded_at, text, corrects_id)
    return (new_id, *head, entry_digest(*head))


def entry_data(w: Written) -> dict[str, Any]:
    """What the entry remembers; empty parts are left out, personal values never come in."""
    deed = w.deed
    personal = personal_columns(w.case)
    hidden = {*(s[0] for s in w.sealed), *personal, *deed.move.secret}
    data = {
        "to": deed.state,
        "given": {k: v for k, v in deed.given.items() if k not in hidden and v is not None and v != ""},
        "set": _changed(deed, hidden, personal),
        "secret": {f: commitment(salt, value) for f, salt, value in w.sealed},
        "paper": [p[0].uid for p in w.papers],
        "paper_digest": [paper_digest(p.uid, p.kind, number, p.content) for p, _year, _no, number in w.papers],
        "attach": [[a.sha256, a.role] for a in deed.of(c.Attach)],
        "tell": [[t.party_id, t.wording, t.urgent or t.rings, *([True] if t.rings else [])] for t in deed.of(c.Tell)],
        "late": list(deed.not_applied),
        "forgiven": list(deed.forgiven),
        "marks": marks_digest(w.marks) if w.marks else "",
    }
    return {k: v for k, v in data.items() if v}


def _changed(deed: Deed, hidden: Collection[str], personal: Collection[str]) -> dict[str, Any]:
    """What was set, beside what was before; of what is personal only that it was cleared."""
    was = deed.was
    if deed.move.opens:
        changed = {k: v for k, v in deed.sets.items() if k not in hidden}
    else:
        changed = {k: [was.get(k), v] for k, v in deed.sets.items() if k not in hidden}
    return changed | {k: None for k in personal if not deed.sets.get(k, True) and was.get(k)} if personal else changed


def write_record(flow: Flow, case: Versioned, verb: str, actor: Actor, when: When, data: dict[str, Any],
                 corrects_id: int | None = None, columns: Mapping[str, Any] | None = None) -> Entry:
    """One entry that moves nothing; columns of the case may change with it."""
    n, (new_id,) = case.version + 1, take_ids(Entry, 1)
    row = digested(new_id, flow.kind, case.id, n, verb, actor, None, when, real_time(), data, corrects_id)
    with in_one_go():
        insert(Entry, ENTRY_COLUMNS, [row])
        insert(Pending, ("entry_id",), [(new_id,)])
        update_alike(type(case), [(case.id, {"version": n, **(columns or {})})])
    case.version = n
    return Entry(**dict(zip(ENTRY_COLUMNS, row, strict=True)))


def _write_papers(written: Sequence[Written], put: Put) -> None:
    put(Paper, PAPER_COLUMNS, [
        (p.uid, p.kind, w.deed.flow.kind, w.case.id, w.id, w.place.area_id, p.series, year, no, number, p.their_no,
         p.content, w.at, "")
        for w in written for p, year, no, number in w.papers])


def _write_attached(written: Sequence[Written], put: Put) -> None:
    put(Attached, ("entry_id", "kind", "case_id", "role", "sha256"), [
        (w.id, w.deed.flow.kind, w.case.id, a.role, a.sha256) for w in written for a in w.deed.of(c.Attach)])
    put(LedgerLine, ("ledger", "item_id", "amount", "sort", "at", "entry_id"), [
        (x.ledger, x.item_id, Decimal(x.amount), x.sort, w.at, w.id) for w in written for x in w.deed.of(c.Line)])
