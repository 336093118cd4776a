"""Due clocks among a million open ones, against set-based SQL that writes the same rows, and against one by one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import connection, transaction

from anlan.hazards.models import Hazard
from anlan.kernel import changes as c
from anlan.kernel import tick as ticking
from anlan.kernel.actors import SYSTEM
from anlan.kernel.door import advance
from anlan.kernel.instance import local_day
from anlan.kernel.models import Clock, Entry
from anlan.kernel.rulebook import rulebook
from anlan.kernel.worktime import Limit, add, remind_at
from anlan.matters.models import Matter

from . import fill
from .ground import Ground
from .results import Figure, Report, Side, duration, ratio
from .tick_sql import FIRE
from .timing import in_turns, seconds

DATABASE = "bench_tick"
OPEN, FEW, MANY, SINGLE = 1_000_000, 1_000, 50_000, 300
APART_MS = 10
LEAST_OF_SQL, LEAST_OF_SINGLE, MOST_SECONDS, MOST_EMPTY_MS = 0.4, 20.0, 10.0, 2.0
COLUMNS = {
    "kernel_entry": "kind, n, verb, actor_id, post_id, told_at = at, (data - 'given' - 'marks' - 'set') - 'tell',"
                    " jsonb_array_length(data->'tell'), (SELECT array_agg(key ORDER BY key) FROM"
                    " jsonb_object_keys(data) AS key), (SELECT array_agg(key ORDER BY key) FROM"
                    " jsonb_object_keys(data->'given') AS key), data->'set', length(digest)",
    "kernel_mark": "kind, sort, cell, party_id, level <> '', facet, belongs_on, delta",
    "kernel_clock": "kind, name, limit_value, limit_unit, calendar_id, rule_id, starts, fires, outcome, fired_no",
}
NOTES = (
    "A hazard whose rectification is overdue: the case, a journal entry with its SHA-256, its place in the queue of the"
    " sealer, a mark, the stopped clock and the clock that follows. The SQL writes the same rows into the same tables"
    " in one statement, its digests included; what it cannot do is judge, or fire anything but this one move.",
    "One by one: `advance` for each due clock, one durable commit each.",
)


def measure(ground: Ground, scale: float) -> Report:
    opened, few, many = (max(least, int(n * scale)) for n, least in ((OPEN, 2000), (FEW, 20), (MANY, 60)))
    report = Report("tick", {"open clocks": opened, "few": few, "many": many}, list(NOTES))
    ground.fresh(DATABASE)
    _fill(ground, opened // 2)
    due = Due(ground.at)
    report.figures.append(_empty(due, 50 if scale == 1 else 5))
    report.figures += _in_sets(due, few, "few", 7 if scale == 1 else 2)
    report.figures += _in_sets(due, many, "many", 3 if scale == 1 else 1, MOST_SECONDS)
    report.figures.append(_single(due, few, max(5, int(SINGLE * scale)), 5 if scale == 1 else 1))
    _check(due, report, few)
    ground.drop(DATABASE)
    return report


def _fill(ground: Ground, cases: int) -> None:
    """Hazards with two open clocks each: one runs out soon, the other in a year."""
    fill.hazards(ground, cases, stuck=1, owed=False, a_matter=100)
    first = fill.next_id(Entry)
    fill.entries(ground, cases, stuck=1, first=first, sealed=False)
    fill.clocks(ground, cases, name="rectify", first=first, apart_ms=APART_MS)
    fill.clocks(ground, cases, name="confirm", first=first, apart_ms=APART_MS, days=365)
    fill.settle(Matter, Hazard, Entry, Clock)


class Due:
    """The clocks run out one after another: a later instant makes so many more of them due."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def next(self, count: int) -> datetime:
        self.at += timedelta(milliseconds=count * APART_MS)
        return self.at


def _tick(due: Due, count: int) -> float:
    at = due.next(count)

    def work() -> None:
        if (done := ticking.tick(at=at)).fired != count:
            raise RuntimeError(f"{count} were due, {done} fired")

    return seconds(work)


def _sql(due: Due, count: int) -> float:
    params = _params(due.next(count), count)

    def work() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(FIRE, params)
            if cursor.rowcount != count:
                raise RuntimeError(f"{count} were due, {cursor.rowcount} fired")

    return seconds(work)


def _params(at: datetime, count: int) -> dict[str, Any]:
    """What the SQL cannot know by itself: the next clock's instants, worked out once for all."""
    rules, day = rulebook(), local_day(at)
    rule, calendar = rules.setting("hazard.slip_after", day), rules.calendar()
    limit = Limit.of(rule.value)
    due = add(at, limit, calendar)
    return {"at": at, "day": day, "limit": limit.value, "unit": str(limit.unit), "calendar": calendar.id, "rule": rule.id,
            "next_due": due, "next_remind": remind_at(at, due, 0.8), "count": count}


def _one_by_one(due: Due, count: int) -> float:
    at = due.next(count)
    clocks = list(Clock.objects.filter(due_at__lte=at, stopped_at__isnull=True, paused_at__isnull=True).order_by("due_at"))
    uids = dict(Hazard.objects.filter(id__in=[k.case_id for k in clocks]).values_list("id", "uid"))

    def work() -> None:
        for k in clocks:
            given = ticking.FiredGiven(k.name, k.due_at, k.id, 0)
            advance(c.Ref(k.kind, uids[k.case_id]), k.fires[0], actor=SYSTEM, at=at, given=given)

    spent = seconds(work)
    if len(clocks) != count:
        raise RuntimeError(f"{count} were due, {len(clocks)} found")
    return spent


def _empty(due: Due, times: int) -> Figure:
    ticking.tick(at=due.at)
    return duration("empty", "nothing due", [_tick(due, 0) for _ in range(times)], "ms", MOST_EMPTY_MS)


def _in_sets(due: Due, count: int, name: str, rounds: int, most_seconds: float | None = None) -> list[Figure]:
    ours, plain = in_turns(rounds, partial(_tick, due, count), partial(_sql, due, count))
    found = [ratio(f"{name}_of_sql", f"{count:,} due", [_rate("tick", count, s) for s in ours],
                   [_rate("set-based SQL", count, s) for s in plain], at_least=LEAST_OF_SQL)]
    if most_seconds is not None:
        found.append(duration(f"{name}_seconds", f"{count:,} due, from the first to the last", ours, "s", most_seconds))
    return found


def _single(due: Due, few: int, single: int, rounds: int) -> Figure:
    ours, plain = in_turns(rounds, partial(_tick, due, few), partial(_one_by_one, due, single))
    return ratio("few_of_single", f"{few:,} due in sets", [_rate("tick", few, s) for s in ours],
                 [_rate("advance for each", single, s) for s in plain], at_least=LEAST_OF_SINGLE)


def _rate(way: str, count: int, spent: float) -> Side:
    return Side(way, count / spent, "/s")


def _check(due: Due, report: Report, count: int) -> None:
    """Both ways leave rows of the same form in the same tables."""
    ours, plain = _left(partial(_tick, due, count)), _left(partial(_sql, due, count))
    for table in ours:
        report.expect(ours[table] == plain[table], f"{table}: {ours[table]} by the tick, {plain[table]} by SQL")


def _left(work: Callable[[], float]) -> dict[str, Any]:
    """How many new rows of each form this leaves, by table."""
    tables = [*COLUMNS, "kernel_pending"]
    with connection.cursor() as cursor:
        before = {}
        for table in tables:
            cursor.execute(f"SELECT coalesce(max({_key(table)}), 0) FROM {table}")
            before[table] = cursor.fetchone()[0]
        work()
        found = {}
        for table in tables:
            cursor.execute(f"SELECT x::text, count(*) FROM (SELECT {COLUMNS.get(table, '1')} FROM {table}"
                           f" WHERE {_key(table)} > %s) AS x GROUP BY 1 ORDER BY 1", [before[table]])
            found[table] = cursor.fetchall()
        return found


def _key(table: str) -> str:
    return "entry_id" if table == "kernel_pending" else "id"
