"""Corrections: a fact of the past told again. The first entry stays; a new one reverses and rewrites its marks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from .actors import Actor
from .bulk import insert, take_ids, to_json, update_alike
from .door import Receipt
from .flows import FLOWS
from .instance import instance_clock, local_day, real_time
from .journal_format import entry_digest, marks_digest
from .models import Entry, Mark, Pending
from .refusals import Refusal, Refused
from .write import ENTRY_COLUMNS, MARK_COLUMNS

VERB = "correct"
MAY_CORRECT = frozenset({"at", "level", "party_id", "area_id", "facet", "belongs_on", "withdraw"})
COLUMNS = MARK_COLUMNS[3:]  # from `sort` on


def correct(entry: Entry, *, reason: str, actor: Actor, at: datetime, given: Mapping[str, Any]) -> Receipt:
    """Correct what an entry told: its instant, level, party, area, facet or day, or withdraw its events.

    Marks of the case from the corrected entry on are reversed and written anew, each at its own
    instant, under the new entry. Columns of the case of the same name follow. Raises Refused.
    """
    _check(reason, given)
    flow = FLOWS[entry.kind]
    with transaction.atomic():
        case = flow.model._default_manager.select_for_update().get(pk=entry.subject_id)
        held = _marks_by_entry(entry)
        if not held:
            raise Refused(Refusal(("这条记录没有计入统计，无可更正",)))
        rows = [reverse(m) for marks in held.values() for m in marks]
        rows += _anew(entry, held, given)
        n, told_at, new_id = case.version + 1, instance_clock(), take_ids(Entry, 1)[0]
        data = json.loads(to_json({"reason": reason, "given": dict(given), "of": entry.n, "to": case.state,
                                   "marks": marks_digest(rows)}))
        head = (entry.kind, case.id, n, VERB, actor.person_id, actor.post_id, actor.device_id, None, at, told_at,
                real_time(), data, entry.id)
        insert(Entry, ENTRY_COLUMNS, [(new_id, *head, entry_digest(*head))])
        insert(Pending, ("entry_id",), [(new_id,)])
        insert(Mark, MARK_COLUMNS, [(new_id, entry.kind, case.id, *m) for m in rows])
        columns = {f.attname for f in case._meta.concrete_fields}
        follows = {k: v for k, v in given.items() if k in columns}
        update_alike(type(case), [(case.id, {"version": n, "marked_at": max(m[-2] for m in rows), **follows})])
    return Receipt(entry.kind, case.uid, VERB, new_id, n, at, told_at, case.state)


def _check(reason: str, given: Mapping[str, Any]) -> None:
    if not reason.strip():
        raise Refused(Refusal(("请写明更正的理由",)))
    if unknown := set(given) - MAY_CORRECT:
        raise Refused(Refusal(tuple(f"不能更正“{n}”" for n in sorted(unknown))))


def _marks_by_entry(entry: Entry) -> dict[int, list[tuple[Any, ...]]]:
    """The case's marks from this entry on; earlier corrections are netted out."""
    rows = Mark.objects.filter(kind=entry.kind, case_id=entry.subject_id).order_by("id")
    net: dict[tuple[Any, ...], Decimal] = {}
    first: dict[tuple[Any, ...], int] = {}
    corrected = dict(Entry.objects.filter(kind=entry.kind, subject_id=entry.subject_id, corrects__isnull=False)
                     .values_list("id", "corrects_id"))
    for m in rows:
        key = tuple(getattr(m, c) for c in COLUMNS[:-1])
        net[key] = net.get(key, Decimal(0)) + m.delta
        first.setdefault(key, corrected.get(m.entry_id, m.entry_id))
    held: dict[int, list[tuple[Any, ...]]] = {}
    for key, delta in net.items():
        if delta and first[key] >= entry.id:
            held.setdefault(first[key], []).append((*key, delta))
    return held if entry.id in held else {}


def reverse(mark: tuple[Any, ...]) -> tuple[Any, ...]:
    return (*mark[:-1], -mark[-1])


def _anew(entry: Entry, held: Mapping[int, list[tuple[Any, ...]]], given: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """The same marks with the corrected values; what came into a cell leaves it as it came."""
    values = {k: v for k, v in given.items() if k not in ("at", "withdraw")}
    out, floor = [], given.get("at")
    for entry_id, marks in sorted(held.items()):
        for mark in marks:
            own = entry_id == entry.id
            if own and given.get("withdraw") and mark[0] == "e":
                continue
            out.append(_corrected(mark, values, own, floor))
    return out


def _corrected(mark: tuple[Any, ...], values: Mapping[str, Any], own: bool, floor: datetime | None) -> tuple[Any, ...]:
    row = dict(zip(COLUMNS, mark, strict=True))
    leaves_earlier_cell = own and row["sort"] == "s" and row["delta"] < 0
    if not leaves_earlier_cell:
        row |= {k: v for k, v in values.items() if k != "belongs_on" or own}
    if floor is not None:
        row["at"] = floor if own else max(row["at"], floor)
        if own and "belongs_on" not in values:
            row["belongs_on"] = local_day(floor)
    return tuple(row[c] for c in COLUMNS)


