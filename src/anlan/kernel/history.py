"""Loading a past: the same flows and the same Deeds, planned in memory and written by COPY.

Refused moves raise, as with `door.advance`. Cases that are moved again stay in memory until they are
closed and flushed; a case that is not in memory is read once. Nobody else may move these cases
meanwhile: `flush` raises Refused when somebody has.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from heapq import heappop, heappush
from itertools import count
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from . import changes as c
from .actors import SYSTEM, Actor
from .areas import place_areas
from .bulk import Ids, copy, update
from .carry import ABSENT, Batch, Memory, Written, carry, put_back, remember, spawned
from .door import STALE, Order, Receipt, Subject, Task, judge, task_of
from .flows import FLOWS, FiredGiven
from .instance import local_day
from .journal import append, seal_all
from .models import NEVER, Clock, Counter, Entry, Versioned
from .numbering import allot, number_papers
from .plan import Facts
from .read import rows_of
from .refusals import Refusal, Refused
from .rulebook import rulebook, touch
from .write import Events, prepare, put_all, take_back

BLOCK = 1000  # ids taken at a time
FLUSH_AFTER = 20_000  # deeds that `load_history` holds at most


@dataclass
class Counts:
    """What has been written."""

    deeds: int = 0
    cases: int = 0
    marks: int = 0
    clocks: int = 0
    papers: int = 0


Knower = Callable[[Subject], Any]  # what a fact is for one subject


class _Facts(dict[str, Any]):
    """Facts as the caller gave them; the others by who knows them, or from the flow's loader, one subject at a time."""

    def __init__(self, given: Mapping[str, Any], task: Task, case: Versioned,
                 knowers: Mapping[tuple[str, str], Knower]) -> None:
        super().__init__(given, origin=task.order.origin)
        self.task, self.case, self.knowers = task, case, knowers

    def __missing__(self, name: str) -> Any:
        task = self.task
        subject = Subject(self.case, task.given, task.order.actor, task.when)
        knower = self.knowers.get((task.flow.kind, name))
        value = self[name] = knower(subject) if knower else task.flow.load[name].load([subject])[0]
        return value


class Numbers(dict[tuple[str, int], Iterator[int]]):
    """Numbers of papers, given on from where the counters stand."""

    def __init__(self) -> None:
        super().__init__()
        self.first: dict[tuple[str, int], int] = {}
        self.used: dict[tuple[str, int], int] = defaultdict(int)

    def __missing__(self, key: tuple[str, int]) -> Iterator[int]:
        row = Counter.objects.filter(series=key[0], year=key[1]).first()
        self.first[key] = (row.last if row else 0) + 1
        numbers = self[key] = self._given(key)
        return numbers

    def _given(self, key: tuple[str, int]) -> Iterator[int]:
        for no in count(self.first[key]):
            self.used[key] += 1
            yield no

    def book(self) -> None:
        """Move the counters; Refused when somebody took numbers meanwhile."""
        for key in sorted(self.used):
            if allot(*key, self.used[key]).start != self.first[key]:
                raise Refused(Refusal((f"“{key[0]}”{key[1]}年的编号在导入期间已被他人取用",)))
            self.first[key] += self.used[key]
        self.used.clear()


class _Alarm:
    """Clocks by one of their instants; a clock whose instant has moved is known under each."""

    def __init__(self, attribute: str) -> None:
        self.attribute, self.heap = attribute, list[tuple[datetime, int, Clock, c.Ref]]()
        self.order = count()

    def set(self, clock: Clock, ref: c.Ref) -> None:
        at = getattr(clock, self.attribute)
        if at != NEVER:
            heappush(self.heap, (at, next(self.order), clock, ref))

    def next(self) -> datetime | None:
        while self.heap and not self._rings(self.heap[0]):
            heappop(self.heap)
        return self.heap[0][0] if self.heap else None

    def ringing(self, at: datetime) -> list[tuple[Clock, c.Ref]]:
        found = []
        while (first := self.next()) is not None and first <= at:
            _at, _order, clock, ref = heappop(self.heap)
            found.append((clock, ref))
        return found

    def _rings(self, item: tuple[datetime, int, Clock, c.Ref]) -> bool:
        clock = item[2]
        return clock.stopped_at is None and clock.paused_at is None and getattr(clock, self.attribute) == item[0]


class Sealing(StrEnum):
    """now: with each flush; wait: left to the sealer; last: left to `journal.seal_rest` when everything is loaded."""

    NOW = "now"
    WAIT = "wait"
    LAST = "last"


class History:
    """Deeds of the past in the order they are given. After an exception from `flush` it is spent.

    knowers: (kind, fact) → what the fact is for one subject, in place of the flow's loader: for the deeds that others
    entail too. They see what is in memory, so they must be as right as the tables would be.
    ids, numbers: where ids and numbers of papers come from, if not from the sequences and counters.
    at_their_end: cases of these kinds that are opened here come into the tables, with their clocks and stakes, when they have
    ended, or by the last flush: once instead of again and again. Until then only the journal knows them: no reference holds.
    """

    def __init__(self, *, sealed: bool | Sealing = True, knowers: Mapping[tuple[str, str], Knower] | None = None,
                 ids: Ids | None = None, numbers: Numbers | None = None, at_their_end: Collection[str] = ()) -> None:
        self.sealing = sealed if isinstance(sealed, Sealing) else Sealing.NOW if sealed else Sealing.WAIT
        self.batch = Batch(rulebook(), Ids(BLOCK) if ids is None else ids)
        self.written: list[Written] = []
        self.counts = Counts()
        self.knowers = knowers or {}
        self.at_their_end = at_their_end
        self._waiting: dict[c.Ref, list[Written]] = {}  # deeds of cases that no table knows yet
        self._own: dict[tuple[str, int], Events] = {}  # what happened to the cases opened here that are still held
        self._read: dict[c.Ref, int] = {}  # the version in the tables of what is held
        self._numbers = Numbers() if numbers is None else numbers
        self._dues: dict[str, _Alarm] = defaultdict(lambda: _Alarm("due_at"))  # by kind
        self._reminders = _Alarm("remind_at")
        self._reminded: dict[int, tuple[c.Ref, Clock]] = {}

    def open(self, ref: c.Ref, move: str, actor: Actor, at: datetime, given: Mapping[str, Any] | None = None, *,
             facts: Mapping[str, Any] | None = None, told_at: datetime | None = None,
             request: UUID | None = None) -> Any:
        """Open a case. Its uid must be new: that is checked when it is written. Returns the case."""
        if not FLOWS[ref.kind].move(move).opens:
            raise ValueError(f"{ref.kind}.{move} opens nothing")
        return self.move(ref, move, actor, at, given, facts=facts, told_at=told_at, request=request)

    def move(self, ref: c.Ref, move: str, actor: Actor, at: datetime, given: Mapping[str, Any] | None = None, *,
             facts: Mapping[str, Any] | None = None, told_at: datetime | None = None,
             request: UUID | None = None) -> Any:
        """Move a case, with all that this entails. Raises Refused and changes nothing. Returns the case.

        facts: those the caller knows; the others are loaded, and then see only what has been flushed.
        """
        self._do(Order(ref, move, actor, at, given or {}, request, told_at=told_at or at), facts or {})
        return self.batch.cases[ref]

    def case(self, ref: c.Ref) -> Any:
        """The case as it stands in memory, read when it is not there. Raises Refused without such a case."""
        if ref not in self.batch.cases and not self._fetch(ref):
            raise Refused(ABSENT)
        return self.batch.cases[ref]

    def clocks(self, ref: c.Ref) -> Mapping[str, Clock]:
        """What runs for a case."""
        return dict(self.batch.clocks.get(ref, {}))

    def next_due(self, kinds: Collection[str] | None = None) -> datetime | None:
        """When the next clock of a case in memory runs out. kinds: of these only."""
        return min((due for alarm in self._alarms(kinds) if (due := alarm.next()) is not None), default=None)

    def _alarms(self, kinds: Collection[str] | None) -> list[_Alarm]:
        return [alarm for kind, alarm in self._dues.items() if kinds is None or kind in kinds]

    def tick(self, *, at: datetime, kinds: Collection[str] | None = None) -> int:
        """As `tick.tick`: what is due by `at` fires at `at`, in order. Returns how many. kinds: of these only, unreminded."""
        fired = 0
        while due := [rings for alarm in self._alarms(kinds) for rings in alarm.ringing(at)]:
            for clock, ref in sorted(due, key=lambda d: (d[0].due_at, d[0].id)):
                if clock.stopped_at is None:
                    self.fire(ref, clock.name, at)
                    fired += 1
        for clock, ref in self._reminders.ringing(at) if kinds is None else ():
            clock.remind_at = NEVER
            self._reminded[clock.id] = ref, clock
        return fired

    def run_until(self, at: datetime, kinds: Collection[str] | None = None) -> int:
        """Let every clock, or those of some kinds, fire at its own instant, as a tick every second would. How many."""
        fired = 0
        while (due := self.next_due(kinds)) is not None and due <= at:
            fired += self.tick(at=due, kinds=kinds)
        return fired

    def fire(self, ref: c.Ref, name: str, at: datetime) -> None:
        """A clock runs out: the first move of its list that is not refused, else the flow's last resort."""
        clock, flow = self.batch.clocks[ref][name], FLOWS[ref.kind]
        for attempt, move in enumerate([*clock.fires, flow.last_resort]):
            given = FiredGiven(name, clock.due_at, clock.id, attempt)
            try:
                return self._do(Order(ref, move, SYSTEM, at, given, told_at=at), {})
            except Refused as refused:
                if attempt == len(clock.fires):
                    raise RuntimeError(f"last resort of {ref.kind} refused: {refused}") from refused

    def _do(self, root: Order, known: Mapping[str, Any]) -> None:
        """One order and what it entails, level by level as the door does it; whole, or put back."""
        before: list[Memory] = []
        done: list[Written] = []
        try:
            level = [root]
            while level:
                level = [o for order in level for o in self._take(order, known if order is root else {}, before, done)]
        except BaseException:
            for memory in reversed(before):
                put_back(self.batch, memory)
            raise
        number_papers(done, self._numbers)
        for w in done:
            _as_read_again(w)
            for clock in (*w.started, *w.resumed):
                self._dues[w.deed.flow.kind].set(clock, w.deed.ref)
                self._reminders.set(clock, w.deed.ref)
        self.written += done

    def _take(self, order: Order, known: Mapping[str, Any], before: list[Memory], done: list[Written]) -> list[Order]:
        task = task_of(0, order, order.told_at)
        if isinstance(task, Refusal):
            raise Refused(task)
        ref, batch = order.ref, self.batch
        case = batch.cases.get(ref)
        if task.move.opens and case is not None and order.origin and case.version:
            return []  # spawned before
        case = case or self._found(ref, order.at if task.move.opens else None)
        facts = Facts(batch.rules, local_day(order.at), batch.clocks.setdefault(ref, {}),
                      batch.fired.setdefault(ref, {}), _Facts(known, task, case, self.knowers))
        outcome = judge(batch, task, facts)
        if isinstance(outcome, Refusal):
            raise Refused(outcome)
        if isinstance(outcome, Receipt):
            return []
        before.append(remember(batch, ref))
        done.append(w := carry(batch, outcome))
        for clock in w.started:
            clock.id = batch.ids.next(Clock)
        origin = f"{task.flow.kind}.{task.move.name}"
        return [Order(r, move, order.actor, order.at, given, told_at=task.when.told_at, origin=origin)
                for r, move, given in spawned(outcome)]

    def _found(self, ref: c.Ref, opens_at: datetime | None) -> Versioned:
        """A case that is not in memory: read, or made anew for what opens it."""
        if opens_at:
            self.batch.open(ref, opens_at)
        elif not self._fetch(ref):
            raise Refused(ABSENT)
        return self.batch.cases[ref]

    def _fetch(self, ref: c.Ref) -> bool:
        """Read a case that an earlier flush, or somebody else, has written."""
        rows = rows_of(FLOWS[ref.kind].model)
        with connection.cursor() as cursor:
            cursor.execute(f"{rows.select} WHERE t.uid = %s", [ref.uid])
            row = cursor.fetchone()
        if row is None:
            return False
        case = self.batch.cases[ref] = rows.build(row)
        self._read[ref] = case.version
        for clock in Clock.objects.filter(kind=ref.kind, case_id=case.id).order_by("id"):
            if clock.stopped_at is None:
                self.batch.clocks.setdefault(ref, {})[clock.name] = clock
                self._dues[ref.kind].set(clock, ref)
                self._reminders.set(clock, ref)
            elif clock.outcome == "fired":
                self.batch.fired.setdefault(ref, {})[clock.name] = clock
        return True

    def flush(self, *, last: bool = True) -> Counts:
        """Write what is held, in one transaction. Returns what has been written since the beginning.

        last False: cases that are written at their end, and have not ended, are kept back.
        """
        written, batch = self.written, self.batch
        if written or self._reminded or self._waiting:
            settled = self._settled(last)
            with transaction.atomic():
                self._lock({w.deed.ref for w in written} - batch.fresh)
                if self.sealing is Sealing.NOW:
                    _only_sealer()
                touched = {name for w in written for name in w.deed.flow.touches}
                self._numbers.book()
                batch.ids.forget(Entry)
                self._take_back(written)
                prepare(written, batch.ids)
                put_all(batch, written, copy, self._sealer(), settled)
                update(Clock, ("remind_at",), [(k.id, k.remind_at) for ref, k in self._reminded.values()
                                               if ref not in batch.fresh])
                place_areas(written)
                touch(*touched)
            self._note()
            if touched:
                batch.rules = rulebook()
        return self.counts

    def _settled(self, last: bool) -> list[Written]:
        """Deeds whose cases, clocks and stakes are to be written now."""
        if not self.at_their_end:
            return self.written
        now: list[Written] = []
        for w in self.written:
            ref = w.deed.ref
            waits = ref.kind in self.at_their_end and ref in self.batch.fresh
            (self._waiting.setdefault(ref, []) if waits else now).append(w)
        ended = [ref for ref in (self._waiting if last else {w.deed.ref: w for w in self.written})
                 if ref in self._waiting and (last or self._has_ended(ref))]
        return now + [w for ref in ended for w in self._waiting.pop(ref)]

    def _has_ended(self, ref: c.Ref) -> bool:
        return self.batch.cases[ref].state in FLOWS[ref.kind].final

    def _lock(self, refs: Iterable[c.Ref]) -> None:
        """What was read must stand as it was read."""
        read: dict[str, dict[int, int]] = defaultdict(dict)
        for ref in refs:
            read[ref.kind][self.batch.cases[ref].id] = self._read[ref]
        for kind in sorted(read):
            rows = FLOWS[kind].model._default_manager.filter(id__in=read[kind]).order_by("id")
            if dict(rows.select_for_update(no_key=True).values_list("id", "version")) != read[kind]:
                raise Refused(STALE)

    def _take_back(self, written: Sequence[Written]) -> None:
        """As the tables would tell it, for what was opened here from memory."""
        for ref in self.batch.fresh:
            self._own.setdefault((ref.kind, self.batch.cases[ref].id), {})
        take_back(written, self.batch.fresh, self._own)
        for w in written:
            if (own := self._own.get((w.deed.flow.kind, w.case.id))) is not None:
                for row in w.marks:
                    if row[0] == "e":
                        left, mark = own.setdefault(row[1], {}), row[:-1]
                        left[mark] = left[mark] + row[-1] if mark in left else row[-1]

    def _sealer(self) -> Callable[[Sequence[tuple[Any, ...]]], None] | None:
        if self.sealing is Sealing.WAIT:
            return None
        return self._seal if self.sealing is Sealing.NOW else lambda rows: None

    def _seal(self, rows: Sequence[tuple[Any, ...]]) -> None:
        append([(row[0], row[-1]) for row in rows], copy)

    def _note(self) -> None:
        """Count, and let go of what is closed."""
        batch, counts = self.batch, self.counts
        counts.deeds += len(self.written)
        counts.cases += sum(w.n == 1 for w in self.written)
        counts.marks += sum(len(w.marks) for w in self.written)
        counts.clocks += sum(len(w.started) for w in self.written)
        counts.papers += sum(len(w.papers) for w in self.written)
        for ref in {w.deed.ref for w in self.written}:
            case = batch.cases[ref]
            self._read[ref] = case.version
            if self._has_ended(ref):
                for held in (batch.cases, batch.clocks, batch.fired, self._read):
                    held.pop(ref, None)
                self._own.pop((ref.kind, case.id), None)
        batch.fresh.intersection_update(self._waiting)
        batch.reserved.clear()
        self._reminded.clear()
        self.written = []


def _as_read_again(w: Written) -> None:
    """Instants that the deed has set read as the table will give them back: in UTC."""
    for name, value in w.deed.sets.items():
        if value.__class__ is datetime:
            setattr(w.case, name, value.astimezone(UTC))


def _only_sealer() -> None:
    """Nobody else seals until the transaction ends; what waited before comes first."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE kernel_seal IN SHARE ROW EXCLUSIVE MODE")
    seal_all()


def load_history(deeds: Iterable[Order], *, facts: Callable[[Order], Mapping[str, Any]] | None = None,
                 sealed: bool = True, flush_after: int = FLUSH_AFTER) -> Counts:
    """Carry out orders of the past, in their order. facts: what the caller knows for each. Raises Refused."""
    history = History(sealed=sealed)
    for o in deeds:
        history.move(o.ref, o.move, o.actor, o.at, o.given, facts=facts(o) if facts else None, told_at=o.told_at,
                     request=o.request)
        if len(history.written) >= flush_after:
            history.flush()
    return history.flush()
