"""The door: the only way a case changes. `advance` for one, `advance_many` for sets."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.db import DatabaseError, IntegrityError, OperationalError, connection, models, transaction

from . import changes as c
from . import write
from .actors import Actor
from .carry import ABSENT, Batch, Written, carry, id_model, spawned
from .flows import BY_MODEL, FLOWS, FiredGiven, Flow, Given, Move, UnknownMove, When
from .inputs import clean
from .instance import instance_clock, local_day
from .models import Clock, Entry, Versioned
from .plan import Deed, Facts, legal, plan, refusals
from .read import Question, ask, rows_of
from .refusals import Absent, Refusal, Refused
from .rulebook import rulebook
from .wording import has_words

T = TypeVar("T")
RETRY_STATES = {"40001", "40P01"}  # serialisation failure, deadlock
UNIQUE = "23505"
NEVER_RETRIED = {"entry_version", "clock_open_once", "paper_number", "counter_once"}  # a fault of ours, not a race
STALE = Refusal(("内容刚被他人更新，请刷新后再试",))
NOT_DUE = Refusal(("这一时限已不再到期",))
LATE_AFTER = timedelta(minutes=1)  # what is told within a minute is not told late


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
    """Each order by itself is whole or refused; all that pass commit together.

    Orders on one case are judged in their order; one that reaches a case through another deed may come after them.
    """
    return at_edge(lambda: _advance_many(orders, skip_locked))


def at_edge(work: Callable[[], T]) -> T:
    """One transaction; retried once after a deadlock, a serialisation failure or a unique value taken meanwhile."""
    outermost = not connection.in_atomic_block
    try:
        with transaction.atomic():
            return work()
    except (OperationalError, IntegrityError) as error:
        if not outermost or not is_passing(error):
            raise
    time.sleep(0.02)
    with transaction.atomic():
        return work()


def is_passing(error: BaseException) -> bool:
    """Whether the same work may well succeed when it is tried again."""
    cause: Any = error.__cause__
    state = getattr(cause, "sqlstate", None) if isinstance(error, DatabaseError) else None
    return state in RETRY_STATES or (state == UNIQUE and cause.diag.constraint_name not in NEVER_RETRIED)


def _advance_many(orders: Sequence[Order], skip_locked: bool) -> list[Receipt | Refusal]:
    told_at = instance_clock() if any(o.told_at is None for o in orders) else None
    results: list[Receipt | Refusal | None] = [None] * len(orders)
    queue = list(range(len(orders)))
    while queue:
        queue = _Wave(Batch(rulebook(), skip_locked=skip_locked), orders, results, told_at).run(queue)
    return [r if r is not None else ABSENT for r in results]


class _Wave:
    """Plans each root with all it entails; roots that meet a case already touched wait for the next wave."""

    def __init__(self, batch: Batch, orders: Sequence[Order], results: list[Receipt | Refusal | None],
                 told_at: datetime | None) -> None:
        self.batch, self.orders, self.results, self.told_at = batch, orders, results, told_at
        self.written: dict[int, list[Written]] = defaultdict(list)
        self.owner: dict[Any, int] = {}  # a case, or a request id, belongs to the first root that meets it
        self.waiting: set[int] = set()

    def run(self, queue: Sequence[int]) -> list[int]:
        level = self._tasks((i, self.orders[i]) for i in queue)
        while level:
            _load(self.batch, level, sum(map(len, self.written.values())))
            following: list[tuple[int, Order]] = []
            for task, facts in zip(level, _facts(self.batch, level), strict=True):
                if self.results[task.root] is None and task.root not in self.waiting:
                    following += self._take(task, facts)
            level = self._tasks(following)
        self._commit()
        return sorted(self.waiting)

    def _take(self, task: Task, facts: Facts) -> list[tuple[int, Order]]:
        """Plan one task and carry it out in memory. Returns what it entails."""
        root, order = task.root, task.order
        if any(self.owner.setdefault(x, root) != root for x in (order.ref, order.request) if x):
            self.waiting.add(root)
            self.written.pop(root, None)
            return []
        outcome = judge(self.batch, task, facts)
        if isinstance(outcome, Deed):
            try:
                self.written[root].append(carry(self.batch, outcome))
            except Refused as refused:
                self._end(root, refused.refusal)
                return []
            origin = f"{task.flow.kind}.{task.move.name}"
            return [(root, Order(ref, move, order.actor, order.at, given, told_at=task.when.told_at, origin=origin))
                    for ref, move, given in spawned(outcome)]
        if isinstance(outcome, Refusal) or not order.origin:
            self._end(root, outcome)
        return []

    def _tasks(self, items: Iterable[tuple[int, Order]]) -> list[Task]:
        """Orders with their inputs cleaned; a faulty one refuses its root."""
        tasks = []
        for root, order in items:
            if self.results[root] is not None or root in self.waiting:
                continue
            task = task_of(root, order, self.told_at)
            if isinstance(task, Refusal):
                self._end(root, task)
            else:
                tasks.append(task)
        return tasks

    def _end(self, root: int, outcome: Receipt | Refusal) -> None:
        """What the root has touched stays its own: whoever else wants it finds it unchanged in the next wave."""
        self.results[root] = outcome
        self.written.pop(root, None)

    def _commit(self) -> None:
        flat = [(root, w) for root in sorted(self.written) for w in self.written[root]]
        if not flat:
            return
        write.write(self.batch, [w for _root, w in flat])
        for root, w in flat:
            if self.results[root] is None:
                self.results[root] = _receipt(w)


def _receipt(w: Written) -> Receipt:
    deed = w.deed
    return Receipt(deed.ref.kind, deed.ref.uid, deed.move.name, w.id, w.n, w.at, w.told_at, deed.state,
                   applied=not deed.not_applied, sentence="；".join(deed.not_applied))


def task_of(root: int, order: Order, told_at: datetime | None) -> Task | Refusal:
    try:
        flow = FLOWS[order.ref.kind]
        move = flow.move(order.move)
    except (KeyError, UnknownMove) as unknown:
        return Refusal((f"没有这样的操作：{unknown}",))
    given = clean(move, order.given)
    if isinstance(given, Refusal):
        return given
    return Task(root, order, flow, move, given, When(order.at, order.told_at or told_at or order.at))


def _load(batch: Batch, tasks: Sequence[Task], before: int) -> None:
    """Lock the cases in (kind, id) order, then read their clocks and earlier receipts, then take ids: one round trip.

    Ids come last, once all locks of this level are held, so that a case's entries have rising ids.
    """
    new = [t for t in tasks if t.order.ref not in batch.cases]
    wanted: dict[str, set[UUID]] = defaultdict(set)
    moved: dict[str, set[UUID]] = defaultdict(set)
    for task in new:
        wanted[task.flow.kind].add(task.order.ref.uid)
        if not task.move.opens:
            moved[task.flow.kind].add(task.order.ref.uid)
    kinds = sorted(wanted)
    requests = [t.order.request for t in tasks if t.order.request]
    questions = [_locked(kind, wanted[kind], batch.skip_locked) for kind in kinds]
    questions += [_clocks(kind, moved[kind]) for kind in kinds if moved[kind]]
    questions += [Question(f"{rows_of(Entry).select} WHERE t.request = ANY(%s)", [requests])] if requests else []
    questions += _ids(batch, tasks, new, before)
    answers = iter(ask(questions))
    for kind in kinds:
        build = rows_of(FLOWS[kind].model).build
        batch.cases.update({c.Ref(kind, case.uid): case for case in map(build, next(answers))})
    _take_clocks(batch, [row for kind in kinds if moved[kind] for row in next(answers)])
    entries = map(rows_of(Entry).build, next(answers) if requests else ())
    batch.requests.update({e.request: e for e in entries if e.request})
    batch.ids.take(next(answers, []))
    _open(batch, new)


def _locked(kind: str, uids: set[UUID], skip_locked: bool) -> Question:
    skip = " SKIP LOCKED" if skip_locked else ""
    select = rows_of(FLOWS[kind].model).select
    return Question(f"{select} WHERE t.uid = ANY(%s) ORDER BY t.id FOR NO KEY UPDATE{skip}", [list(uids)])


def _clocks(kind: str, uids: set[UUID]) -> Question:
    """What runs, and what ran out."""
    table = FLOWS[kind].model._meta.db_table
    return Question(f"{rows_of(Clock).select} WHERE t.kind = %s"
                    f' AND t.case_id IN (SELECT id FROM "{table}" WHERE uid = ANY(%s))'
                    " AND (t.stopped_at IS NULL OR t.outcome = 'fired') ORDER BY t.id", [kind, list(uids)])


def _take_clocks(batch: Batch, rows: Iterable[Sequence[Any]]) -> None:
    refs = {(ref.kind, case.id): ref for ref, case in batch.cases.items()}
    for clock in map(rows_of(Clock).build, rows):
        if ref := refs.get((clock.kind, clock.case_id)):
            held = batch.clocks if clock.stopped_at is None else batch.fired
            held.setdefault(ref, {})[clock.name] = clock


def _ids(batch: Batch, tasks: Sequence[Task], new: Sequence[Task], before: int) -> list[Question]:
    """For every deed so far and every one that these tasks may become."""
    needed: dict[type[models.Model], int] = defaultdict(int)
    for ref in {t.order.ref for t in new if t.move.opens}:
        needed[id_model(FLOWS[ref.kind].model)] += 1
    batch.ids.forget(Entry)
    needed[Entry] += before + len(tasks)
    needed[Clock] += sum(len(t.move.clock) for t in tasks)
    return batch.ids.question(needed)


def _open(batch: Batch, tasks: Sequence[Task]) -> None:
    """Cases to be opened that are not there yet; of those that are, the entry that opened them."""
    opened: dict[str, dict[int, c.Ref]] = defaultdict(dict)
    for task in tasks:
        ref = task.order.ref
        if not task.move.opens or ref in batch.fresh:
            continue
        if case := batch.cases.get(ref):
            opened[ref.kind][case.id] = ref
        else:
            batch.open(ref, task.when.at)
    for kind, of in opened.items():
        for entry in Entry.objects.filter(kind=kind, subject_id__in=list(of), n=1):
            batch.openers[of[entry.subject_id]] = entry


class _FactSet:
    """Facts of all subjects of one kind: one loader a fact for the whole set, at its first use."""

    def __init__(self, flow: Flow, subjects: list[Subject]) -> None:
        self.flow, self.subjects = flow, subjects
        self.loaded: dict[str, list[Any]] = {}

    def get(self, name: str, place: int) -> Any:
        if name not in self.loaded:
            values = self.flow.load[name].load(self.subjects)
            if len(values) != len(self.subjects):
                raise ValueError(f"{self.flow.kind}: the loader of {name!r} must give one value a subject")
            self.loaded[name] = values
        return self.loaded[name][place]


class _FactRow(dict[str, Any]):
    """The facts of one subject. Raises KeyError for one that the flow does not declare."""

    def __init__(self, facts: _FactSet, place: int, origin: str) -> None:
        super().__init__(origin=origin)
        self.facts, self.place = facts, place

    def __missing__(self, name: str) -> Any:
        value = self[name] = self.facts.get(name, self.place)
        return value


def _facts(batch: Batch, tasks: Sequence[Task]) -> list[Facts]:
    sets: dict[str, _FactSet] = {}
    out = []
    for t in tasks:
        ref = t.order.ref
        values: dict[str, Any] = {}
        if case := batch.cases.get(ref):
            known = sets.setdefault(ref.kind, _FactSet(t.flow, []))
            known.subjects.append(Subject(case, t.given, t.order.actor, t.when))
            values = _FactRow(known, len(known.subjects) - 1, t.order.origin)
        out.append(Facts(batch.rules, local_day(t.when.at), batch.clocks.setdefault(ref, {}),
                         batch.fired.setdefault(ref, {}), values))
    return out


def judge(batch: Batch, task: Task, facts: Facts) -> Deed | Receipt | Refusal:
    """The deed, an earlier receipt for the same, or why not."""
    order, ref = task.order, task.order.ref
    case = batch.cases.get(ref)
    if first := batch.requests.get(order.request) if order.request else None:
        return _again(first, case if case and case.version else _just_opened(first, ref))
    if case is None or (not task.move.opens and not case.version and ref in batch.fresh):
        return ABSENT
    if task.move.opens and ref not in batch.fresh:
        return _opened_before(batch, ref, case)
    if task.move.opens and case.version:
        return Refusal(("这一事项在同一次提交中出现了两次",))
    if order.expect is not None and order.expect != case.version:
        return STALE
    if isinstance(task.given, FiredGiven) and not _runs_out(task.given, facts, task.when):
        return NOT_DUE
    deed = plan(task.flow, task.move, case, facts, order.actor, task.when, task.given, order.request)
    if isinstance(deed, Refusal) and _told_late(task, case, facts):
        late = Deed(task.flow, task.move, ref, order.actor, task.when, task.given, order.request, case.state)
        late.not_applied = deed.sentences
        return late
    return deed


def _runs_out(given: FiredGiven, facts: Facts, when: When) -> bool:
    """Whether the clock, read again under its case's lock, still is due."""
    clock = facts.clocks.get(given.clock)
    return clock is not None and clock.id == given.clock_id and clock.due_at <= when.at and clock.paused_at is None


def _told_late(task: Task, case: Versioned, facts: Facts) -> bool:
    """Told after the case had moved past it, by one who might have done it: kept in the trail, not applied."""
    move, when = task.move, task.when
    return (move.late == "tell" and not move.opens and case.state not in move.source
            and when.told_at - when.at >= LATE_AFTER and when.at < case.changed_at
            and not move.by(case, facts, task.order.actor, when, task.given))


def _again(entry: Entry, case: Versioned | None) -> Receipt | Refusal:
    if case is None or case.id != entry.subject_id:
        return Refusal(("同一请求编号已经用于另一事项",))
    return Receipt(entry.kind, case.uid, entry.verb, entry.id, entry.n, entry.at, entry.told_at, case.state,
                   replay=True, applied="late" not in entry.data, sentence="；".join(entry.data.get("late", ())))


def _just_opened(entry: Entry, ref: c.Ref) -> Versioned | None:
    """A case that another sending of the same request has opened since its table was read."""
    return FLOWS[ref.kind].model._default_manager.filter(uid=ref.uid, id=entry.subject_id).first()


def _opened_before(batch: Batch, ref: c.Ref, case: Versioned) -> Receipt | Refusal:
    if entry := batch.openers.get(ref):
        return _again(entry, case)
    return Refusal(("这一标识已被占用",))


def offers(flow: Flow, cases: Sequence[Versioned], actor: Actor, at: datetime) -> list[list[Move]]:
    """The legal moves of each case, with each fact loaded once for all."""
    when = When(at, at)
    return [legal(flow, case, facts, actor, when) for case, facts in look(flow, cases, actor, when)]


def why_not(flow: Flow, case: Versioned, move: Move, actor: Actor, at: datetime) -> list[str]:
    """The sentences against a move that is not offered."""
    when = When(at, at)
    (_case, facts), = look(flow, [case], actor, when)
    return refusals(flow, move, case, facts, actor, when, Given())


def look(flow: Flow, cases: Sequence[Versioned], actor: Actor, when: When) -> list[tuple[Versioned, Facts]]:
    rules, day = rulebook(), local_day(when.at)
    known = _FactSet(flow, [Subject(case, Given(), actor, when) for case in cases])
    clocks: dict[int, dict[str, Clock]] = defaultdict(dict)
    for clock in Clock.objects.filter(kind=flow.kind, case_id__in=[x.id for x in cases], stopped_at__isnull=True):
        clocks[clock.case_id][clock.name] = clock
    return [(case, Facts(rules, day, clocks[case.id], {}, _FactRow(known, i, ""))) for i, case in enumerate(cases)]


def record(subject: Versioned, verb: str, *, actor: Actor, at: datetime, data: Mapping[str, Any]) -> int:
    """An entry that moves nothing (an export, an unsealing, a sign-in). Returns the entry's id.

    Raises LookupError for a kind without a flow, or a verb without a sentence (`wording.words`).
    """
    flow = BY_MODEL.get(type(subject))
    if flow is None:
        raise LookupError(f"{type(subject).__name__} has no flow: only a registered kind keeps a trail")
    if not has_words(flow.kind, verb):
        raise LookupError(f"{flow.kind}.{verb} has no sentence: give it one with wording.words")

    def work() -> int:
        case = flow.model._default_manager.select_for_update(no_key=True).get(pk=subject.pk)
        return write.write_record(flow, case, verb, actor, When(at, instance_clock()), dict(data)).id

    return at_edge(work)
