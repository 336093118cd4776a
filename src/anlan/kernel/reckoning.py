"""Open clocks reckoned anew after a calendar or a parameter was edited: first the differences, then one entry a case.

A clock is reckoned as if it had been started under the present rules, with the pauses that were recorded.
What is no longer open stays as it was; a clock whose new end has passed fires at the next tick.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from itertools import groupby
from typing import Any, NamedTuple

from django.db.models import F
from django.utils.translation import override

from . import changes as c
from .actors import Actor
from .bulk import in_one_go, insert, take_ids, update
from .clockwork import resumed
from .door import at_edge
from .flows import FLOWS, When
from .instance import instance_clock, local_day, real_time, zone
from .models import NEVER, Clock, ClockPause, Entry, Parameter, Pending, Stake
from .plan import clock_for
from .rulebook import Missing, Rulebook, rulebook
from .stakes import move_dues
from .worktime import Limit, Unit
from .write import ENTRY_COLUMNS, digested

VERB = "reckon"
PAGE = 5000
BATCH = 500
DAY = timedelta(days=1)
CHINESE = "zh-hans"
WORKING = (str(Unit.WORKING_HOUR), str(Unit.WORKING_DAY))
Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Scope:
    """Which clocks an edit may have moved: those of a calendar (on these days), of a rule, or all. days: empty for any."""

    calendar: str = ""
    rule: str = ""
    days: tuple[date, ...] = ()


class Moved(NamedTuple):
    """A clock that the rules put elsewhere."""

    clock: Clock
    limit: Limit
    rule_id: int | None
    due_at: datetime
    remind_at: datetime


@dataclass
class Reckoned:
    """clocks: how many were moved; cases: in how many cases."""

    clocks: int = 0
    cases: int = 0


def reckon(clock: Clock, pauses: Sequence[Span], day: date, rules: Rulebook, keys: Mapping[int, str],
           at: datetime) -> Moved | None:
    """Where the clock would end by these rules, if elsewhere. Pure.

    pauses: those that are over, in order; day: of the deed that started it; keys: of the parameters by their id.
    A reminder that was given comes again only for another end, where its instant lies ahead of `at`.
    """
    limit, rule_id = _limit(clock, day, rules, keys)
    start = c.Start(clock.name, limit, remind=clock.share, since=clock.started_at,
                    calendar=rules.calendar_of[clock.calendar_id].code)
    planned = clock_for(start, rules, When(clock.started_at, clock.started_at))
    due, remind = _paused(clock, limit, planned.due_at, planned.remind_at, pauses, rules)
    if clock.remind_at == NEVER and (remind <= at or due == clock.due_at):
        remind = NEVER
    if (due, remind, limit) == (clock.due_at, clock.remind_at, (clock.limit_value, clock.limit_unit)):
        return None
    return Moved(clock, limit, rule_id, due, remind)


def _paused(clock: Clock, limit: Limit, due: datetime, remind: datetime, pauses: Sequence[Span],
            rules: Rulebook) -> tuple[datetime, datetime]:
    for since, until in pauses:
        anew = Clock(calendar_id=clock.calendar_id, limit_unit=str(limit.unit), due_at=due, remind_at=remind)
        due, remind = resumed(anew, since, until, rules)
    return due, remind


def _limit(clock: Clock, day: date, rules: Rulebook, keys: Mapping[int, str]) -> tuple[Limit, int | None]:
    """By the rule as it now stands for the day of the deed; as it was where no rule, or none that is a limit, stands."""
    try:
        setting = rules.setting(keys[clock.rule_id or 0], day)
        return Limit.of(setting.value), setting.id
    except (KeyError, Missing, ValueError):
        return Limit(clock.limit_value, Unit(clock.limit_unit)), clock.rule_id


def differences(scope: Scope, at: datetime, rules: Rulebook | None = None) -> Iterator[Moved]:
    """Every open clock that these rules (else the present ones) would move, in the order of the clocks; reads only."""
    rules, keys = rules or rulebook(), _keys(scope)
    for page in _pages(scope, keys):
        yield from _moved(page, rules, keys, at)


def _pages(scope: Scope, keys: Mapping[int, str]) -> Iterator[list[Clock]]:
    """The clocks in question, a page held at a time."""
    after = 0
    while page := list(_open(scope, keys).filter(id__gt=after).order_by("id")[:PAGE]):
        yield page
        after = page[-1].id


def _keys(scope: Scope) -> dict[int, str]:
    rows = Parameter.objects.filter(key=scope.rule) if scope.rule else Parameter.objects.all()
    return dict(rows.values_list("id", "key"))


def _open(scope: Scope, keys: Mapping[int, str]) -> Any:
    """A clock with a fixed end follows no calendar; a day matters to a working limit that runs over it."""
    rows = Clock.objects.filter(stopped_at__isnull=True, calendar__isnull=False, kind__in=list(FLOWS), due_at__lt=NEVER)
    if scope.rule:
        rows = rows.filter(rule_id__in=list(keys))
    if scope.calendar:
        rows = rows.filter(calendar__code=scope.calendar, limit_unit__in=WORKING)
    if scope.days:
        first, last = (datetime.combine(day, time(0), zone()) for day in (min(scope.days), max(scope.days) + DAY))
        rows = rows.filter(started_at__lt=last, due_at__gt=first)
    return rows.annotate(deed_at=F("started_by__at"))


def _moved(clocks: Iterable[Clock], rules: Rulebook, keys: Mapping[int, str], at: datetime) -> list[Moved]:
    rows = list(clocks)
    pauses: dict[int, list[Span]] = defaultdict(list)
    over = ClockPause.objects.filter(clock_id__in=[k.id for k in rows], until__isnull=False).order_by("since", "id")
    for clock_id, since, until in over.values_list("clock_id", "since", "until"):
        if until:
            pauses[clock_id].append((since, until))
    found = (reckon(k, pauses.get(k.id, ()), local_day(k.deed_at), rules, keys, at) for k in rows)  # type: ignore[attr-defined]
    return [moved for moved in found if moved]


def apply(scope: Scope, *, why: str, actor: Actor, at: datetime, batch: int = BATCH,
          told: Callable[[int], None] | None = None) -> Reckoned:
    """Move every clock that differs, a batch a transaction; told: hears how many are moved so far.

    Run again after a stop it goes on with what is left.
    """
    done, keys = Reckoned(), _keys(scope)
    for page in _pages(scope, keys):
        wanted = _moved(page, rulebook(), keys, at)
        for first in range(0, len(wanted), batch):
            cases = {(m.clock.kind, m.clock.case_id) for m in wanted[first:first + batch]}
            step = at_edge(partial(_apply, cases, scope, why, actor, at))
            done.clocks, done.cases = done.clocks + step.clocks, done.cases + step.cases
            if told:
                told(done.clocks)
    return done


def _apply(cases: Collection[tuple[str, int]], scope: Scope, why: str, actor: Actor, at: datetime) -> Reckoned:
    """Lock the cases in (kind, id) order, reckon their clocks again under the locks, write in sets."""
    held: dict[tuple[str, int], Any] = {}
    for kind, group in groupby(sorted(cases), key=lambda case: case[0]):
        rows = FLOWS[kind].model._default_manager.filter(id__in=[i for _kind, i in group]).order_by("id")
        held |= {(kind, case.id): case for case in rows.select_for_update(no_key=True)}
    keys = _keys(scope)
    clocks = [k for kind in {kind for kind, _id in held} for k in _open(scope, keys).filter(
        kind=kind, case_id__in=[i for other, i in held if other == kind])]
    by_case: dict[tuple[str, int], list[Moved]] = defaultdict(list)
    for moved in sorted(_moved(clocks, rulebook(), keys, at), key=lambda m: m.clock.id):
        by_case[moved.clock.kind, moved.clock.case_id].append(moved)
    if by_case:
        _write(by_case, held, why, actor, When(at, instance_clock()))
    return Reckoned(sum(map(len, by_case.values())), len(by_case))


def _write(by_case: Mapping[tuple[str, int], list[Moved]], held: Mapping[tuple[str, int], Any], why: str, actor: Actor,
           when: When) -> None:
    order, recorded_at = sorted(by_case), real_time()
    owing = _owing(order)
    entries = [digested(new_id, kind, case_id, held[kind, case_id].version + 1, VERB, actor, None, when, recorded_at,
                        _data(by_case[kind, case_id], held[kind, case_id], owing, why))
               for (kind, case_id), new_id in zip(order, take_ids(Entry, len(order)), strict=True)]
    flat = [m for moved in by_case.values() for m in moved]
    with in_one_go():
        insert(Entry, ENTRY_COLUMNS, entries)
        insert(Pending, ("entry_id",), [(row[0],) for row in entries])
        for kind, group in groupby(order, key=lambda case: case[0]):
            update(FLOWS[kind].model, ("version",), [(i, held[kind, i].version + 1) for _kind, i in group])
        update(Clock, ("limit_value", "limit_unit", "rule_id", "due_at", "remind_at"), [
            (m.clock.id, m.limit.value, str(m.limit.unit), m.rule_id, m.due_at, m.remind_at) for m in flat])
        move_dues([(m.clock.kind, m.clock.case_id, m.clock.name, m.due_at) for m in flat])


def _owing(cases: Sequence[tuple[str, int]]) -> dict[tuple[str, int, str], set[int]]:
    """Who owes what a clock asks for, by kind, case and role."""
    found: dict[tuple[str, int, str], set[int]] = defaultdict(set)
    for kind, group in groupby(cases, key=lambda case: case[0]):
        rows = Stake.objects.filter(kind=kind, case_id__in=[i for _kind, i in group])
        for case_id, role, party_id in rows.values_list("case_id", "role", "party_id"):
            found[kind, case_id, role].add(party_id)
    return found


def _data(moved: Sequence[Moved], case: Any, owing: Mapping[tuple[str, int, str], set[int]], why: str) -> dict[str, Any]:
    flow = FLOWS[moved[0].clock.kind]
    tell = [[party, _words(m, flow, case, why), False] for m in moved if m.due_at != m.clock.due_at
            for party in sorted(owing.get((flow.kind, case.id, m.clock.name), set()) | _named(m.clock))]
    changes = [[m.clock.name, m.clock.due_at.isoformat(), m.due_at.isoformat()] for m in moved]
    return {"to": case.state, "why": why, "clocks": changes, **({"tell": tell} if tell else {})}


def _named(clock: Clock) -> set[int]:
    return set() if clock.party_id is None else {clock.party_id}


def _words(m: Moved, flow: Any, case: Any, why: str) -> str:
    with override(CHINESE):
        return (f"{flow.label}“{flow.title(case)}”的“{flow.clock_label(m.clock.name)}”时限改为"
                f" {m.due_at.astimezone(zone()):%Y-%m-%d %H:%M}（{why}）")
