"""Calls that nobody signs among a million open ones: how fast they climb, and that none is lost or made twice."""

from __future__ import annotations

import random
import sys
import time
from datetime import datetime, timedelta
from functools import partial

from django.db import connection

from anlan.calls.models import Attendance, Call
from anlan.kernel import changes as c
from anlan.kernel import instance
from anlan.kernel import tick as ticking
from anlan.kernel.actors import SYSTEM
from anlan.kernel.door import advance
from anlan.kernel.models import Clock, Entry, Parked, Stake
from anlan.matters.models import Matter

from . import fill
from .ground import Ground
from .intake import _process
from .results import Figure, Report, Side, duration, ratio
from .timing import in_turns, seconds

DATABASE = "bench_calls"
OPEN, FEW, MANY, SINGLE, KILLS = 1_000_000, 1_000, 50_000, 100, 20
APART_MS = 10
A_KILL = 1_200  # so many due calls for each kill: more than one batch of the tick
PATIENCE = 900.0
LEAST_OF_SINGLE, MOST_SECONDS = 4.0, 120.0
NOTES = (
    "A call of a community to its street that nobody signed: it is missed, a new call rings at the district command (this"
    " ground has no departments for it), the street is summoned beside it, the matter hangs on the new one: four deeds with"
    " their entries, marks, clocks and stakes in one transaction a batch.",
    "One by one: `advance` for each due clock, one durable commit each.",
    "The worker, with sealer and followers, is killed with SIGKILL in the middle of its batches; at the end every due call has"
    " climbed once, and nothing else has.",
)


def measure(ground: Ground, scale: float) -> Report:
    kills = KILLS if scale > 0.02 else 3
    few, many, single = (max(least, int(n * scale)) for n, least in ((FEW, 50), (MANY, 200), (SINGLE, 10)))
    struck = kills * A_KILL
    opened = max(int(OPEN * scale), 4 * few + many + struck + 8 * single)
    report = Report("calls", {"open calls": opened, "due at once": many, "kills": kills, "due under kills": struck}, list(NOTES))
    ground.fresh(DATABASE)
    fill.calls(ground, opened, apart_ms=APART_MS, first=fill.next_id(Entry))
    fill.settle(Matter, Call, Entry, Clock, Stake)
    due = Due(ground.at)
    report.figures.append(_rates(due, few, single, 3 if scale == 1 else 2))
    report.figures.append(duration("many_seconds", f"{many:,} due at once, until all have climbed", [_tick(due, many)], "s",
                                   MOST_SECONDS))
    _check(report, due.done)
    report.figures.append(_under_kills(ground, due, struck, kills, report))
    _check(report, due.done)
    ground.drop(DATABASE)
    return report


class Due:
    """The clocks run out one after another: a later instant makes so many more of them due."""

    def __init__(self, at: datetime) -> None:
        self.at, self.done = at, 0

    def next(self, count: int) -> datetime:
        self.at += timedelta(milliseconds=count * APART_MS)
        self.done += count
        return self.at


def _tick(due: Due, count: int) -> float:
    at = due.next(count)

    def work() -> None:
        if (done := ticking.tick(at=at)).fired != count:
            raise RuntimeError(f"{count} were due, {done} fired")

    instance.set_clock(at, running=False)
    return seconds(work)


def _one_by_one(due: Due, count: int) -> float:
    at = due.next(count)
    instance.set_clock(at, running=False)
    clocks = list(Clock.objects.filter(due_at__lte=at, stopped_at__isnull=True).order_by("due_at"))
    uids = dict(Call.objects.filter(id__in=[k.case_id for k in clocks]).values_list("id", "uid"))

    def work() -> None:
        for k in clocks:
            given = ticking.FiredGiven(k.name, k.due_at, k.id, 0)
            advance(c.Ref("call", uids[k.case_id]), "climb", actor=SYSTEM, at=at, given=given)

    return seconds(work)


def _rates(due: Due, few: int, single: int, rounds: int) -> Figure:
    ours, plain = in_turns(rounds, partial(_tick, due, few), partial(_one_by_one, due, single))
    return ratio("few_of_single", f"{few:,} due in sets", [Side("tick", few / s, "/s") for s in ours],
                 [Side("advance for each", single / s, "/s") for s in plain], at_least=LEAST_OF_SINGLE)


def _under_kills(ground: Ground, due: Due, count: int, kills: int, report: Report) -> Figure:
    """The worker is killed again and again while it works, then left to finish."""
    instance.set_clock(due.next(count), running=False)
    chance = random.Random(20210625)
    done = 0
    for _n in range(kills):
        if not _left(due):
            break
        _killed_at_work(ground, chance.uniform(0.0, 0.4))
        done += 1
    report.expect(done == kills, f"only {done} of {kills} kills: the work was done before")
    began = time.monotonic()
    with _process([sys.executable, "-m", "anlan.worker"], {"ANLAN_DATABASE_URL": ground.address(DATABASE)}):
        while _left(due) and time.monotonic() - began < PATIENCE:
            time.sleep(0.5)
    return Figure("kills", "kills of the worker at work", float(done), "", "at least", float(kills))


def _killed_at_work(ground: Ground, wait: float) -> None:
    """Started, seen to take numbers for new entries, killed a moment later."""
    before, deadline = _numbers(), time.monotonic() + 60
    with _process([sys.executable, "-m", "anlan.worker"], {"ANLAN_DATABASE_URL": ground.address(DATABASE)}) as worker:
        while _numbers() == before and time.monotonic() < deadline:
            time.sleep(0.02)
        time.sleep(wait)
        worker.kill()
        worker.wait(20)


def _numbers() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT last_value FROM kernel_entry_id_seq")
        return int(cursor.fetchone()[0])


def _left(due: Due) -> bool:
    return Clock.objects.filter(due_at__lte=due.at, stopped_at__isnull=True, kind="call").exists()


def _check(report: Report, due: int) -> None:
    """Each due call has climbed once: missed, one call above it, one assistant, one matter that hangs on the new call."""
    missed, above = Call.objects.filter(state="missed").count(), Call.objects.filter(climbed=True)
    report.expect(missed == due, f"{due} were due, {missed} missed")
    once = above.values("climbed_from").distinct().count()
    report.expect(above.count() == once == due, f"{due} were due, {above.count()} calls above {once} of them")
    report.expect(Attendance.objects.count() == due, f"{due} were due, {Attendance.objects.count()} assistants")
    climbs = Entry.objects.filter(kind="call", verb="climb").count()
    report.expect(climbs == due, f"{due} were due, {climbs} entries of climbing")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM calls_call a JOIN matters_matter m ON m.id = a.matter_id"
                       " WHERE a.climbed AND m.hanging = ARRAY['call:' || a.uid::text]::varchar[]")
        hung = int(cursor.fetchone()[0])
    report.expect(hung == due, f"{due} were due, {hung} matters hang on the new call")
    report.expect(not Parked.objects.exists(), f"{Parked.objects.count()} clocks are parked")
