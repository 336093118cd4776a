"""The door: the only way a case changes. `advance` for one, `advance_many` for sets."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db import DatabaseError, IntegrityError, InternalError, OperationalError, connection, transaction

from . import changes as c
from . import write
from .actors import Actor
from .bulk import take_ids
from .flows import FLOWS, Flow, Given, Move, UnknownMove, When, flow_of
from .inputs import clean
from .instance import instance_clock, local_day
from .models import Clock, Entry, Party, Versioned
from .plan import Deed, Facts, legal, plan, refusals
from .refusals import Absent, Refusal, Refused
from .rulebook import Rulebook, rulebook

T = TypeVar("T")
RETRY_STATES = {"40001", "40P01", "23505"}  # serialisation, deadlock, a uid or request that another just used
ABSENT = Refusal(("没有找到这一事项，或者它不在您的范围内",))
STALE = Refusal(("内容刚被他人更新，请刷新后再试",))


@dataclass(frozen=True)
class Order:
    """One wish. request: the sender's id for it; the second time it gets the first receipt."""

    ref: c.Ref
    move: str
    actor: Actor
    at: datetime
    given: Mapping[str, Any] = field(default_factory=dict)
    request: UUID | None = None
    expect: int | None = None
    told_at: datetime | None = None
    origin: str = ""  # kind.move of the deed that asked for this one


@dataclass(frozen=True)
class Receipt:
    """applied False: told late, kept in the trail, not applied; `sentence` says why."""

    kind: str
    uid: UUID
    verb: str
    entry_id: int
    n: int
    at: datetime
    told_at: datetime
    state: str
    replay: bool = False
    applied: bool = True
    sentence: str = ""


@dataclass
class Subject:
    """What a fact loader sees of one deed to be planned."""

    case: Any
    given: Given
    actor: Actor
    when: When


@dataclass
class Task:
    root: int
    order: Order
    flow: Flow
    move: Move
    given: Given
    when: When


@dataclass
class Batch:
    """What a transaction has loaded and planned so far."""

    rules: Rulebook
    skip_locked: bool = False
    cases: dict[c.Ref, Versioned] = field(default_factory=dict)
    clocks: dict[c.Ref, dict[str, Clock]] = field(default_factory=dict)
    fired: dict[c.Ref, dict[str, Clock]] = field(default_factory=dict)
    requests: dict[UUID, Entry] = field(default_factory=dict)
    fresh: set[c.Ref] = field(default_factory=set)


def advance(ref: c.Ref, move: str, *, actor: Actor, at: datetime, given: Mapping[str, Any] | None = None,
            request: UUID | None = None, expect: int | None = None) -> Receipt:
    """Move one case. Raises Refused with sentences, Absent without such a case."""
    result = advance_many([Order(ref, move, actor, at, given or {}, request, expect)])[0]
    if result is ABSENT:
        raise Absent(str(ABSENT))
    if isinstance(result, Refusal):
        raise Refused(result)
    return result


def advance_many(orders: Sequence[Order], *, skip_locked: bool = False) -> list[Receipt | Refusal]:
    """Each order by itself is whole or refused; all that pass commit together."""
    return at_edge(lambda: _advance_many(orders, skip_locked))


def at_edge(work: Callable[[], T]) -> T:
    """Retry once after a deadlock, a serialisation failure or a uid taken meanwhile."""
    if connection.in_atomic_block:
        return work()
    try:
        with transaction.atomic():
            return work()
    except (OperationalError, IntegrityError, InternalError) as error:
        if not _worth_retrying(error):
            raise
    time.sleep(0.02)
    with transaction.atomic():
        return work()


def _worth_retrying(error: DatabaseError) -> bool:
    state = getattr(error.__cause__, "sqlstate", None)
    return state in RETRY_STATES or isinstance(error, InternalError)


def _advance_many(orders: Sequence[Order], skip_locked: bool) -> list[Receipt | Refusal]:
    results: list[Receipt | Refusal | None] = [None] * len(orders)
    told_at = instance_clock() if any(o.told_at is None for o in orders) else None
    queue = list(range(len(orders)))
    with transaction.atomic():
        while queue:
            queue = _wave(orders, queue, results, told_at, skip_locked)
    return [r if r is not None else ABSENT for r in results]


def _wave(orders: Sequence[Order], queue: list[int], results: list[Receipt | Refusal | None],
          told_at: datetime | None, skip_locked: bool) -> list[int]:
    """Plan each root with all it entails; roots that meet a case already touched wait for the next wave."""
    batch = Batch(rulebook(), skip_locked)
    deeds: dict[int, list[Deed]] = defaultdict(list)
    owner: dict[c.Ref, int] = {}
    saved: dict[int, list[tuple[Versioned, dict[str, Any]]]] = defaultdict(list)
    waiting: set[int] = set()
    level = _tasks([(i, orders[i]) for i in queue], told_at, results)
    while level:
        _load(batch, level)
        facts = _facts(batch, level)
        following: list[tuple[int, Order]] = []
        for task, known in zip(level, facts, strict=True):
            root, ref = task.root, task.order.ref
            if results[root] is not None or root in waiting:
                continue
            if owner.setdefault(ref, root) != root:
                waiting.add(root)
                _undo(batch, root, deeds, saved, owner)
                continue
            outcome = _plan(batch, task, known)
            if isinstance(outcome, Deed):
                case = batch.cases[ref]
                saved[root].append((case, dict(case.__dict__)))
                _apply(batch, case, outcome)
                deeds[root].append(outcome)
                following += [(root, o) for o in _entailed(task, outcome)]
            elif not (isinstance(outcome, Receipt) and task.order.origin):
                results[root] = outcome
                _undo(batch, root, deeds, saved, owner)
        level = _tasks(following, told_at, results)
    _commit(batch, deeds, results)
    return sorted(waiting)


def _undo(batch: Batch, root: int, deeds: dict[int, list[Deed]],
          saved: dict[int, list[tuple[Versioned, dict[str, Any]]]], owner: dict[c.Ref, int]) -> None:
    deeds.pop(root, None)
    for case, values in reversed(saved.pop(root, [])):
        case.__dict__.clear()
        case.__dict__.update(values)
    for ref in [r for r, who in owner.items() if who == root]:
        del owner[ref]


def _tasks(items: Sequence[tuple[int, Order]], told_at: datetime | None,
           results: list[Receipt | Refusal | None]) -> list[Task]:
    """Orders with their inputs cleaned; a faulty input refuses its root."""
    tasks = []
    for root, order in items:
        if results[root] is not None:
            continue
        try:
            flow = FLOWS[order.ref.kind]
            move = flow.move(order.move)
        except (KeyError, UnknownMove) as unknown:
            results[root] = Refusal((f"没有这样的操作：{unknown}",))
            continue
        given = clean(move, order.given)
        if isinstance(given, Refusal):
            results[root] = given
            continue
        tasks.append(Task(root, order, flow, move, given, When(order.at, order.told_at or told_at or order.at)))
    return tasks


def _load(batch: Batch, tasks: Sequence[Task]) -> None:
    """Lock the cases in (kind, id) order, then read their clocks and earlier receipts."""
    wanted: dict[str, set[UUID]] = defaultdict(set)
    opening: dict[str, list[c.Ref]] = defaultdict(list)
    for task in tasks:
        if task.order.ref not in batch.cases:
            wanted[task.flow.kind].add(task.order.ref.uid)
    for kind in sorted(wanted):
        rows = FLOWS[kind].model._default_manager.filter(uid__in=wanted[kind]).order_by("id")
        for case in rows.select_for_update(skip_locked=batch.skip_locked):
            batch.cases[c.Ref(kind, case.uid)] = case
    _load_clocks(batch, wanted)
    _load_requests(batch, tasks)
    for task in tasks:
        ref = task.order.ref
        if task.move.opens and ref not in batch.cases and ref not in batch.fresh:
            opening[ref.kind].append(ref)
            batch.fresh.add(ref)
    first_at = {t.order.ref: t.when.at for t in reversed(tasks)}
    for kind, refs in opening.items():
        model = FLOWS[kind].model
        for ref, new_id in zip(refs, take_ids(Party if model.is_party else model, len(refs)), strict=True):
            at = first_at[ref]
            batch.cases[ref] = model(id=new_id, uid=ref.uid, state="", opened_at=at, changed_at=at)


def _load_clocks(batch: Batch, wanted: Mapping[str, set[UUID]]) -> None:
    for kind, uids in wanted.items():
        ids = {case.id: ref for ref, case in batch.cases.items() if ref.kind == kind and ref.uid in uids}
        if not ids or not any(m.clock or m.stops or m.does for m in FLOWS[kind].moves):
            continue
        for clock in Clock.objects.filter(kind=kind, case_id__in=list(ids)).order_by("id"):
            ref = ids[clock.case_id]
            if clock.stopped_at is None:
                batch.clocks.setdefault(ref, {})[clock.name] = clock
            elif clock.outcome == "fired":
                batch.fired.setdefault(ref, {})[clock.name] = clock


def _load_requests(batch: Batch, tasks: Sequence[Task]) -> None:
    requests = [t.order.request for t in tasks if t.order.request]
    if requests:
        for entry in Entry.objects.filter(request__in=requests).order_by("-id"):
            batch.requests[entry.request] = entry  # type: ignore[index]


def _facts(batch: Batch, tasks: Sequence[Task]) -> list[Facts]:
    """One loader a fact for the whole set of a kind."""
    values: list[dict[str, Any]] = [{"origin": t.order.origin} for t in tasks]
    by_kind: dict[str, list[int]] = defaultdict(list)
    for i, task in enumerate(tasks):
        if task.order.ref in batch.cases:
            by_kind[task.flow.kind].append(i)
    for kind, places in by_kind.items():
        subjects = [Subject(batch.cases[tasks[i].order.ref], tasks[i].given, tasks[i].order.actor, tasks[i].when)
                    for i in places]
        for name, fact in FLOWS[kind].load.items():
            for i, value in zip(places, fact.load(subjects), strict=True):
                values[i][name] = value
    return [Facts(batch.rules, local_day(t.when.at), batch.clocks.get(t.order.ref, {}),
                  batch.fired.get(t.order.ref, {}), v) for t, v in zip(tasks, values, strict=True)]


def _plan(batch: Batch, task: Task, facts: Facts) -> Deed | Receipt | Refusal:
    order, ref = task.order, task.order.ref
    if first := batch.requests.get(order.request) if order.request else None:
        return _again(first, batch.cases.get(ref))
    case = batch.cases.get(ref)
    if case is None:
        return ABSENT
    if task.move.opens and ref not in batch.fresh:
        return _opened_before(case, ref)
    if task.move.opens and case.version:
        return Refusal(("这一事项在同一次提交中出现了两次",))
    if order.expect is not None and order.expect != case.version:
        return STALE
    deed = plan(task.flow, task.move, case, facts, order.actor, task.when, task.given, order.request)
    if isinstance(deed, Refusal) and _told_late(task, case):
        late = Deed(task.flow, task.move, ref, order.actor, task.when, task.given, order.request, case.state)
        late.not_applied = deed.sentences
        return late
    return deed


def _told_late(task: Task, case: Versioned) -> bool:
    """A move told after the fact that the case has moved past is kept in the trail, not applied."""
    return (task.move.late == "tell" and not task.move.opens and task.when.told_at > task.when.at
            and case.state not in task.move.source)


def _again(entry: Entry, case: Versioned | None) -> Receipt | Refusal:
    if case is None or case.id != entry.subject_id:
        return Refusal(("同一请求编号已经用于另一事项",))
    return Receipt(entry.kind, case.uid, entry.verb, entry.id, entry.n, entry.at, entry.told_at, case.state,
                   replay=True, applied="late" not in entry.data, sentence="；".join(entry.data.get("late", ())))


def _opened_before(case: Versioned, ref: c.Ref) -> Receipt | Refusal:
    entry = Entry.objects.get(kind=ref.kind, subject_id=case.id, n=1)
    return _again(entry, case)


def _apply(batch: Batch, case: Versioned, deed: Deed) -> None:
    """Let later deeds of the transaction see this one."""
    for name, value in deed.sets.items():
        if isinstance(value, c.Ref):
            value = deed.sets[name] = _id_of(batch, value)
        setattr(case, name, value)
    case.state, case.version, case.changed_at = deed.state, case.version + 1, max(case.changed_at, deed.when.at)


def _id_of(batch: Batch, ref: c.Ref) -> int:
    if ref in batch.cases:
        return batch.cases[ref].id
    found = FLOWS[ref.kind].model._default_manager.filter(uid=ref.uid).values_list("id", flat=True).first()
    if found is None:
        raise Refused(ABSENT)
    return int(found)


def _entailed(task: Task, deed: Deed) -> list[Order]:
    """Spawned and further deeds of the same root, by the same actor at the same instant."""
    order, origin = task.order, f"{task.flow.kind}.{task.move.name}"
    wishes = [(c.Ref(s.kind, s.uid), s.move, s.given) for s in deed.of(c.Spawn)]
    wishes += [(a.ref, a.move, a.given) for a in deed.of(c.Also)]
    return [Order(ref, move, order.actor, order.at, given if isinstance(given, Given) else Given(given),
                  told_at=task.when.told_at, origin=origin) for ref, move, given in wishes]


def _commit(batch: Batch, deeds: Mapping[int, list[Deed]], results: list[Receipt | Refusal | None]) -> None:
    flat = [(root, deed) for root in sorted(deeds) for deed in deeds[root]]
    if not flat:
        return
    entries = write.write([d for _root, d in flat], batch.cases, batch.clocks, batch.fired, batch.fresh, batch.rules)
    for (root, deed), entry in zip(flat, entries, strict=True):
        if results[root] is None:
            results[root] = Receipt(
                deed.ref.kind, deed.ref.uid, deed.move.name, entry.id, entry.n, entry.at, entry.told_at,
                deed.state, applied=not deed.not_applied, sentence="；".join(deed.not_applied))


def offers(flow: Flow, cases: Sequence[Versioned], actor: Actor, at: datetime) -> list[list[Move]]:
    """The legal moves of each case, with each fact loaded once for all."""
    return [legal(flow, s.case, f, actor, s.when) for s, f in _look(flow, cases, actor, at)]


def why_not(flow: Flow, case: Versioned, move: Move, actor: Actor, at: datetime) -> list[str]:
    """The sentences against a move that is not offered."""
    (_subject, facts), = _look(flow, [case], actor, at)
    return refusals(flow, move, case, facts, actor, When(at, at), Given())


def _look(flow: Flow, cases: Sequence[Versioned], actor: Actor, at: datetime) -> list[tuple[Subject, Facts]]:
    when, rules = When(at, at), rulebook()
    subjects = [Subject(case, Given(), actor, when) for case in cases]
    values: list[dict[str, Any]] = [{"origin": ""} for _ in cases]
    for name, fact in flow.load.items():
        for held, value in zip(values, fact.load(subjects) if subjects else [], strict=True):
            held[name] = value
    clocks: dict[int, dict[str, Clock]] = defaultdict(dict)
    for clock in Clock.objects.filter(kind=flow.kind, case_id__in=[x.id for x in cases], stopped_at__isnull=True):
        clocks[clock.case_id][clock.name] = clock
    return [(s, Facts(rules, local_day(at), clocks.get(s.case.id, {}), {}, v))
            for s, v in zip(subjects, values, strict=True)]


def record(subject: Versioned, verb: str, *, actor: Actor, at: datetime, data: Mapping[str, Any]) -> int:
    """An entry that moves nothing (an export, an unsealing, a sign-in). Returns the entry's id."""
    flow = flow_of(subject)
    with transaction.atomic():
        case = flow.model._default_manager.select_for_update().get(pk=subject.pk)
        return write.write_record(flow, case, verb, actor, When(at, instance_clock()), dict(data)).id
