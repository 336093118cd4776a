"""Random walks through the toy's tables, and everything that a walk leaves behind in a comparable form."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from anlan.kernel.changes import Ref
from anlan.kernel.door import Order
from anlan.kernel.models import (
    Attached,
    Clock,
    ClockPause,
    Entry,
    LedgerLine,
    Mark,
    Paper,
    Seal,
    Secret,
    Stake,
)
from anlan.kernel.rules import system_only
from anlan.kernel.tests.toy.flow import LEAK, job_of
from anlan.kernel.tests.toy.models import Job, Leak

from .conftest import ANNA, BEN, NOON

SPACE = UUID(int=7)
GIVEN: dict[str, Any] = {
    "assign": {"reason": "换管"}, "wait": {"reason": "等料"}, "mend": {"cost": "12.50"}, "regrade": {"grade": "major"},
    "note": {"note": '"备注"', "caller": "王某", "sha256": "ab" * 32},
}


@dataclass(frozen=True)
class Step:
    """pick: one of what may happen; who: 0 or 1; wait: minutes since the last; late: from the deed to its telling."""

    pick: int
    leak: int
    who: int
    wait: int
    late: int


FEW = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture],
               phases=[Phase.explicit, Phase.reuse, Phase.generate])  # each step is a transaction: too slow to shrink
steps = st.lists(st.builds(Step, st.integers(0, 30), st.integers(0, 3), st.sampled_from([0, 0, 0, 1]),
                           st.integers(0, 900), st.sampled_from([0, 0, 0, 30, 900])), min_size=12, max_size=30)


def uid(n: int) -> UUID:
    return uuid5(SPACE, str(n))


class Walk:
    """Turns steps into what may happen now: an order, a tick (None), or a correction of the n-th entry (an int)."""

    def __init__(self, ground: dict[str, Any], party: int, corrections: bool = False) -> None:
        self.ground, self.now, self.reported, self.corrections = ground, NOON, 0, corrections
        self.actors = [replace(ANNA, parties=(party,)), BEN]

    def next(self, step: Step) -> Order | int | None:
        self.now += timedelta(minutes=step.wait)
        ref = Ref("leak", uid(step.leak % max(self.reported, 1)))
        leak = Leak.objects.filter(uid=ref.uid).first()
        if leak is None or step.pick % 7 == 0:
            return self._order(step, Ref("leak", uid(self.reported)), "report")
        if step.pick % 7 == 1:
            return None
        if self.corrections and step.pick % 7 == 2:
            return step.pick
        moves = [m.name for m in LEAK.moves if leak.state in m.source and m.by is not system_only]
        if Job.objects.filter(leak=leak, state="open").exists():
            moves += ["finish"]
        return self._order(step, ref, moves[step.pick % len(moves)]) if moves else None

    def _order(self, step: Step, ref: Ref, move: str) -> Order:
        given = GIVEN.get(move, {})
        area = str(self.ground[("G1", "G2")[step.who]].uid)
        if move == "report":
            given = {"area": area, "place": f"{step.leak}号", "phone": "138"}
            self.reported += 1
        elif move == "chain":
            given = {"child": str(uid(1000 + self.reported * 1000 + step.wait))}
        elif move == "relocate":
            given = {"area": area}
        elif move == "finish":
            ref = Ref("job", job_of(Leak(uid=ref.uid)))
        at = max(self.now - timedelta(minutes=step.late), NOON)
        return Order(ref, move, self.actors[step.who], at, given, told_at=self.now)


def names() -> dict[tuple[str, int], UUID]:
    return {(kind, i): u for kind, model in (("leak", Leak), ("job", Job))
            for i, u in model.objects.values_list("id", "uid")}


def left_behind() -> dict[str, list[Any]]:
    """Every row of every table, with uids for ids; without what differs from run to run."""
    who = names()
    entries = {e.id: (e.kind, who[e.kind, e.subject_id], e.n) for e in Entry.objects.filter(kind__in=("leak", "job"))}
    return {
        "entries": sorted((_entry(e, entries) for e in Entry.objects.filter(id__in=entries)), key=lambda e: e[:3]),
        "sealed": sorted(entries[i] for i in Seal.objects.values_list("entry_id", flat=True) if i in entries),
        "secrets": sorted((entries[s.entry_id], s.field, s.value) for s in Secret.objects.all()),
        "marks": sorted((entries[m.entry_id], who[m.kind, m.case_id], *_values(m, "id", "entry_id", "case_id"))
                        for m in Mark.objects.filter(kind__in=("leak", "job"))),
        "clocks": sorted((who[k.kind, k.case_id], entries[k.started_by_id], entries.get(k.stopped_by_id),
                          _values(k, "id", "case_id", "started_by_id", "stopped_by_id")) for k in Clock.objects.all()),
        "pauses": sorted((entries[p.entry_id], p.clock.name, p.since, str(p.until), p.reason)
                         for p in ClockPause.objects.all()),
        "stakes": sorted((who[s.kind, s.case_id], s.party_id, s.role, s.due_at) for s in Stake.objects.all()),
        "papers": sorted((entries[p.entry_id], p.kind, p.number, str(p.content), p.at, p.area_id, p.year)
                         for p in Paper.objects.all()),
        "attached": sorted((entries[a.entry_id], a.role, a.sha256) for a in Attached.objects.all()),
        "lines": sorted((entries[x.entry_id], x.ledger, who["leak", x.item_id], x.amount, x.at)
                        for x in LedgerLine.objects.all()),
        "cases": sorted([str(x.uid), *map(str, _values(x, "id", "job_id", "leak_id"))]
                        for model in (Leak, Job) for x in model.objects.all()),
        "links": sorted((str(x.uid), str(x.job and x.job.uid)) for x in Leak.objects.select_related("job")),
    }


def _values(row: Any, *without: str) -> tuple[Any, ...]:
    return tuple(str(getattr(row, f.attname)) for f in row._meta.concrete_fields if f.attname not in without)


def _entry(e: Entry, entries: dict[int, Any]) -> tuple[Any, ...]:
    data = {k: v for k, v in e.data.items() if k != "secret"} | {"secret": sorted(e.data.get("secret", {}))}
    data["given"] = {k: v for k, v in data.get("given", {}).items() if k != "clock_id"}
    data["set"] = {k: v for k, v in data.get("set", {}).items() if k not in ("job_id", "leak_id")}
    return (*entries[e.id], e.verb, e.actor_id, e.post_id, e.request, e.at, e.told_at, data, entries.get(e.corrects_id))
