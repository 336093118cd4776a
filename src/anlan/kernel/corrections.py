"""Corrections: a fact of the past told again. The first entry stays; a new one reverses and rewrites its marks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db.models import CheckConstraint

from .actors import Actor
from .bulk import in_one_go, insert, take_ids, update_alike
from .door import Receipt, at_edge
from .flows import FLOWS, Flow, When
from .instance import instance_clock, local_day, real_time
from .journal_format import marks_digest
from .models import Clock, Entry, Mark, Pending, Versioned
from .plan import after
from .refusals import Refusal, Refused
from .write import ENTRY_COLUMNS, MARK_COLUMNS, digested

VERB = "correct"
DIMENSIONS = ("level", "party_id", "area_id", "facet")
MAY_CORRECT = frozenset({"at", *DIMENSIONS, "belongs_on", "withdraw"})


class Row(NamedTuple):
    """A mark from `sort` on, as in write.MARK_COLUMNS."""

    sort: str
    cell: str
    area_id: int
    party_id: int | None
    level: str
    facet: str
    belongs_on: date
    at: datetime
    delta: Decimal


@dataclass
class Told:
    """What one entry counts for at present. reverses: of each row that takes an event back, where that one stands."""

    n: int
    at: datetime
    rows: list[Row | None] = field(default_factory=list)  # None: withdrawn
    reverses: list[tuple[int, int] | None] = field(default_factory=list)

    @property
    def left(self) -> list[Row]:
        return [row for row in self.rows if row is not None]

    @property
    def own(self) -> list[Row]:
        """The rows that it did not take over from an event it takes back."""
        return [r for r, source in zip(self.rows, self.reverses, strict=True) if r is not None and source is None]

    @property
    def into(self) -> Row | None:
        """The state that the entry leads into."""
        return next((r for r in self.left if r.sort == "s" and r.delta > 0), None)


def correct(entry: Entry, *, reason: str, actor: Actor, at: datetime, given: Mapping[str, Any]) -> Receipt:
    """Correct what an entry told: its instant, level, party, area, facet or day, or withdraw its events.

    Marks of the case from the corrected entry on are reversed and written anew, each at its own instant,
    under the new entry. A corrected dimension holds until a later entry changed it; when none did, the
    column of the case follows (`Flow.cell_columns`). Clocks that the entry stopped are judged anew.
    Raises Refused.
    """
    _check(entry, reason, given, at)
    return at_edge(lambda: _correct(entry, reason, actor, at, given))


def _check(entry: Entry, reason: str, given: Mapping[str, Any], at: datetime) -> None:
    faults = [f"不能更正“{n}”" for n in sorted(set(given) - MAY_CORRECT)]
    if not reason.strip():
        faults.append("请写明更正的理由")
    if entry.corrects_id is not None:
        faults.append("更正记录本身不能再更正，请更正原记录")
    if given.get("at") and given["at"] > at:
        faults.append("更正后的时间不能晚于更正的时间")
    if faults:
        raise Refused(Refusal(tuple(faults)))


def _correct(entry: Entry, reason: str, actor: Actor, at: datetime, given: Mapping[str, Any]) -> Receipt:
    flow = FLOWS[entry.kind]
    case = flow.model._default_manager.select_for_update(no_key=True).get(pk=entry.subject_id)
    told = present(entry.kind, case.id)
    if entry.n not in told or not told[entry.n].rows:
        raise Refused(Refusal(("这条记录没有计入统计，无可更正",)))
    anew, carried = rewritten(told, entry.n, given, _of_state(flow))
    old = [row for n in anew for row in told[n].left]
    new = [row for n in anew for row in anew[n].left]
    if Counter(old) == Counter(new):
        raise Refused(Refusal(("更正的内容与原记录相同",)))
    columns = _following(flow, case, entry, given, carried, {**told, **anew})
    marks = [row._replace(delta=-row.delta) for row in old] + new
    n, when = case.version + 1, When(at, instance_clock())
    exact = {k: v.isoformat() if isinstance(v, datetime) else v for k, v in given.items()}
    data = {"reason": reason, "given": exact, "of": entry.n, "to": case.state, "marks": marks_digest(marks),
            "anew": [[k, len(anew[k].left)] for k in anew]}
    new_id = take_ids(Entry, 1)[0]
    row = digested(new_id, entry.kind, case.id, n, VERB, actor, None, when, real_time(), data, entry.id)
    with in_one_go():
        insert(Entry, ENTRY_COLUMNS, [row])
        insert(Pending, ("entry_id",), [(new_id,)])
        insert(Mark, MARK_COLUMNS, [(new_id, entry.kind, case.id, *m) for m in marks])
        update_alike(type(case), [(case.id, {"version": n, **columns})])
    _judge_clocks(entry, given, columns)
    return Receipt(entry.kind, case.uid, VERB, new_id, n, when.at, when.told_at, case.state)


def present(kind: str, case_id: int) -> dict[int, Told]:
    """What each entry of the case counts for at present, by its n: earlier corrections are taken in."""
    rows: dict[int, list[Row]] = {}
    fields = ("entry_id", *Row._fields)
    for entry_id, *values in Mark.objects.filter(kind=kind, case_id=case_id).order_by("id").values_list(*fields):
        rows.setdefault(entry_id, []).append(Row(*values))
    told: dict[int, Told] = {}
    for e in Entry.objects.filter(kind=kind, subject_id=case_id).order_by("n"):
        own = rows.get(e.id, [])
        if e.corrects_id is None:
            told[e.n] = Told(e.n, e.at, list(own))
            continue
        start = len(own) - sum(count for _n, count in e.data["anew"])
        for n, count in e.data["anew"]:
            told[n].rows, start = list(own[start:start + count]), start + count
        if "at" in e.data["given"]:
            told[e.data["of"]].at = datetime.fromisoformat(e.data["given"]["at"])
    _link(told)
    return told


def _link(told: Mapping[int, Told]) -> None:
    """Find for each row that takes an event back the row it reverses."""
    met: dict[tuple[Any, ...], list[tuple[int, int]]] = {}
    for t in told.values():
        t.reverses = [None] * len(t.rows)
        for place, row in enumerate(t.rows):
            if row is None or row.sort != "e":
                continue
            if row.delta > 0:
                met.setdefault(tuple(row), []).append((t.n, place))
            elif sources := met.get((*row[:-1], -row.delta)):
                t.reverses[place] = sources.pop(0)


def _of_state(flow: Flow) -> tuple[str, ...]:
    """Dimensions that states are corrected in; a facet that no column of the case holds is the events' own."""
    names = {f.attname for f in flow.model._meta.concrete_fields}
    return tuple(d for d in DIMENSIONS if d != "facet" or flow.cell_columns.get(d, d) in names)


def rewritten(told: Mapping[int, Told], n: int, given: Mapping[str, Any],
              of_state: tuple[str, ...] = DIMENSIONS) -> tuple[dict[int, Told], dict[str, Any]]:
    """The entries from n on as they count after the correction, and the dimensions that hold to the present."""
    out: dict[int, Told] = {}
    carried: dict[str, tuple[Any, Any]] = {}  # dimension → (as it was told, as it is corrected)
    last = max((r.at for t in told.values() if t.n < n for r in t.own), default=None)
    for t in told.values():
        if t.n < n or not t.rows:
            continue
        new = out[t.n] = Told(t.n, given.get("at", t.at) if t.n == n else t.at, reverses=t.reverses)
        at = max(new.at, last or new.at)
        ends = carried = _begin(t, given, of_state) if t.n == n else carried
        if t.n != n:
            ends = _carry_on(t, carried)
        for row, source in zip(t.rows, t.reverses, strict=True):
            if row is None:
                new.rows.append(None)
            elif source is not None:
                new.rows.append(_taken_back(row, source, out))
            elif t.n == n:
                new.rows.append(_own_row(row, t, at, given, of_state))
            else:
                leaves = row.sort == "s" and row.delta < 0
                new.rows.append(_with(row, carried if leaves else ends)._replace(at=at))
        carried = ends
        last = max((r.at for r in new.own), default=last)
    return out, {d: value for d, (_was, value) in carried.items()}


def _begin(t: Told, given: Mapping[str, Any], of_state: tuple[str, ...]) -> dict[str, tuple[Any, Any]]:
    """Only what the entry told of the state is carried on."""
    state = t.into
    return {d: (getattr(state, d), given[d]) for d in of_state if d in given} if state else {}


def _carry_on(t: Told, carried: Mapping[str, tuple[Any, Any]]) -> dict[str, tuple[Any, Any]]:
    """What an entry changed itself is no longer carried."""
    state = t.into
    return {d: pair for d, pair in carried.items() if state is None or getattr(state, d) == pair[0]}


def _with(row: Row, carried: Mapping[str, tuple[Any, Any]]) -> Row:
    return row._replace(**{d: new for d, (was, new) in carried.items() if getattr(row, d) == was})


def _own_row(row: Row, t: Told, at: datetime, given: Mapping[str, Any], of_state: tuple[str, ...]) -> Row | None:
    """A row of the corrected entry; what leaves the earlier state stays as it was, but for its instant."""
    if row.sort == "e" and given.get("withdraw"):
        return None
    values: dict[str, Any] = {"at": at}
    if row.sort == "e" or row.delta > 0:
        values |= {d: given[d] for d in (DIMENSIONS if row.sort == "e" else of_state) if d in given}
    if row.sort == "e" and "belongs_on" in given:
        values["belongs_on"] = given["belongs_on"]
    elif "at" in given and row.belongs_on == local_day(t.at):
        values["belongs_on"] = local_day(given["at"])
    return row._replace(**values)


def _taken_back(row: Row, source: tuple[int, int], out: Mapping[int, Told]) -> Row | None:
    """The reverse of what the reversed row has become; nothing, when that is withdrawn."""
    n, place = source
    if n not in out:
        return row
    became = out[n].rows[place]
    return became._replace(delta=-became.delta) if became else None


def _following(flow: Flow, case: Versioned, entry: Entry, given: Mapping[str, Any], carried: Mapping[str, Any],
               told: Mapping[int, Told]) -> dict[str, Any]:
    """Columns of the case that follow. Refused where the case would stand in another cell than its marks say."""
    columns = {flow.cell_columns.get(d, d): value for d, value in carried.items()}
    names = {f.attname for f in case._meta.concrete_fields}
    columns = {name: value for name, value in columns.items() if name in names}
    stands = Counter[tuple[Any, ...]]()
    for t in told.values():
        for r in t.left:
            if r.sort == "s":
                stands[r.cell, r.area_id, r.party_id, r.level, r.facet] += int(r.delta)
    cell = flow.cell(after(case, columns))
    if {k: v for k, v in stands.items() if v} != ({tuple(cell): 1} if cell.cell is not None else {}):
        raise Refused(Refusal(("这一项由事项的其他内容得出，请更正那项内容",)))
    if "at" in given and entry.n == 1:
        columns["opened_at"] = given["at"]
    _let_hold(after(case, columns))
    return columns | {"marked_at": max((r.at for t in told.values() for r in t.own), default=None)}


def _let_hold(case: Versioned) -> None:
    """What the database never lets stand is refused in the words of its constraint."""
    faults = []
    for constraint in case._meta.constraints:
        if isinstance(constraint, CheckConstraint):
            try:
                constraint.validate(type(case), case)
            except ValidationError as wrong:
                faults += wrong.messages
    if faults:
        raise Refused(Refusal(tuple(faults)))


def _judge_clocks(entry: Entry, given: Mapping[str, Any], columns: Mapping[str, Any]) -> None:
    """Punctuality follows the instant of the deed; running clocks follow the ground."""
    if "at" in given:
        for clock in Clock.objects.filter(stopped_by=entry, outcome__in=("met", "late")):
            clock.stopped_at, clock.outcome = given["at"], "met" if given["at"] <= clock.due_at else "late"
            clock.save(update_fields=["stopped_at", "outcome"])
    if "area_id" in columns:
        Clock.objects.filter(kind=entry.kind, case_id=entry.subject_id, stopped_at__isnull=True).update(
            area_id=columns["area_id"])
