"""A part of the history told once more, through the real door, and compared row for row with what was loaded.

Whole grids are drawn, because what happened to a unit before decides what a hazard is. What stands in them is moved
aside under other uids, the same story is told again with the clocks ticking, and both are laid side by side; then all
is taken back. Ids, numbers of papers and salts cannot be the same and are left out.
"""

from __future__ import annotations

import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import zip_longest
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from anlan.calls.models import Attendance, Call
from anlan.hazards.listing_models import Listing
from anlan.hazards.models import Hazard, Proposal
from anlan.kernel.door import advance_many
from anlan.kernel.models import NEVER, Area, Clock
from anlan.kernel.refusals import Refusal
from anlan.kernel.tick import tick
from anlan.matters.models import Matter
from anlan.patrols.models import Round, Visit
from anlan.premises.models import Premises, RiskPoint, SpecialObject

from .answers import Answers
from .calls import RINGING
from .days import BEGAN, DAY, UNTIL, each_day, midnight_after, moment
from .deeds import refused
from .schedule import Schedule
from .story import Story
from .telling import TOUCHED_BY_CALLS
from .today import OPENS_AT
from .totals import Totals
from .world import World, imagined

KINDS: Mapping[str, Any] = {"premises": Premises, "risk_point": RiskPoint, "special_object": SpecialObject, "round": Round,
                            "visit": Visit, "matter": Matter, "hazard": Hazard, "proposal": Proposal, "listing": Listing,
                            "call": Call, "attendance": Attendance}
RARE = ("listing", "call", "attendance", "special_object")  # so few that a hundredth may be none: a grid of each comes first
SHARE = 0.01
# Columns that hold the id of another case, with its kind; and those that cannot be the same a second time.
POINTING = {"premises_id": "premises", "matter_id": "matter", "recurred_from_id": "hazard", "hazard_id": "hazard",
            "round_id": "round", "call_id": "call"}
NUMBERS = {"order_no", "review_no", "closing_no", "listing_no", "extension_no"}
UNLIKE = {"paper_digest", "clock_id"}
ASIDE = {"premises": "door_token = gen_random_uuid(), credit_code = ''", "hazard": "code = 'X' || id",
         "listing": "listing_no = '', closing_no = ''", "matter": "code = 'X' || id", "round": "name = 'X' || id",
        "call": "code = 'X' || id"}
ENTRIES = """SELECT subject_id, n, verb, actor_id, post_id, device_id, at, told_at, data FROM kernel_entry
WHERE kind = %s AND subject_id = ANY(%s) AND at < %s ORDER BY subject_id, n"""
MARKS = """SELECT case_id, sort, cell, area_id, party_id, level, facet, belongs_on, at, delta FROM kernel_mark
WHERE kind = %s AND case_id = ANY(%s) AND at < %s ORDER BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10"""
# As they stood at the end of the history: the morning's tick has since ended some and reminded of others.
CLOCKS = """SELECT case_id, name, area_id, party_id, limit_value, limit_unit, calendar_id, rule_id, starts, started_at,
due_at, CASE WHEN remind_at BETWEEN %s AND %s THEN NULL ELSE nullif(remind_at, %s) END, paused_at,
CASE WHEN stopped_at < %s THEN stopped_at END, CASE WHEN stopped_at < %s THEN outcome END, fires,
CASE WHEN stopped_at < %s THEN fired_no END FROM kernel_clock
WHERE kind = %s AND case_id = ANY(%s) AND started_at < %s ORDER BY case_id, started_at, name, due_at"""
PAPERS = """SELECT subject_id, kind, content FROM kernel_paper
WHERE subject_kind = %s AND subject_id = ANY(%s) AND at < %s ORDER BY subject_id, at, kind"""
RINGS = """SELECT min(due_at) FROM kernel_clock
WHERE id > %s AND kind = ANY(%s) AND stopped_at IS NULL AND paused_at IS NULL AND due_at <= %s"""
WAITING = "SELECT 1 FROM kernel_clock WHERE id > %s AND stopped_at IS NULL AND (due_at <= %s OR remind_at <= %s) LIMIT 1"
Rows = dict[tuple[str, UUID], list[Any]]  # what there is about a case


@dataclass
class Replayed:
    """compared: cases and rows by kind; differences: sentences, the first few."""

    seed: int
    grids: list[str]
    cases: dict[str, int] = field(default_factory=dict)
    rows: int = 0
    differences: list[str] = field(default_factory=list)


def replay(totals: Totals, seed: int, share: float = SHARE, most: int = 20) -> Replayed:
    """Draw grids until each flow has at least this share of its cases in them, and tell them again."""
    world = world_again(totals)
    schedule = Schedule(totals, world.units, world.items, world.ground.grids(world.ground.district))
    with transaction.atomic():
        done = Replayed(seed, draw(world, seed, share))
        codes = frozenset(done.grids)
        held = {kind: _cases(kind, [world.ground.ids[g] for g in done.grids]) for kind in KINDS}
        first = Side(held).rows()
        last = Clock.objects.order_by("-id").values_list("id", flat=True).first() or 0
        _move_aside(held)
        Again(Story(world, schedule, lambda grid: grid in codes), last).tell()
        second = Side({kind: _cases(kind, [world.ground.ids[g] for g in done.grids], _none(held[kind])) for kind in KINDS}).rows()
        done.cases = {kind: len(cases) for kind, cases in held.items()}
        done.rows = sum(len(lines) for lines in first.values())
        done.differences = list(_differences(first, second, most))
        transaction.set_rollback(True)
    return done


def world_again(totals: Totals) -> World:
    """The world of a building that stands, imagined anew."""
    return imagined(totals).peopled(totals.began)


def draw(world: World, seed: int, share: float) -> list[str]:
    """Grids in an order of chance, until each flow has its share of cases in them; first one with a case of each rare flow.

    Those that the partition of 2022 ends are left out: the door would find them retired.
    """
    standing = set(Area.objects.filter(state="active").values_list("code", flat=True))
    grids = sorted(standing.intersection(world.ground.grids(world.ground.district)))
    random.Random(seed).shuffle(grids)
    counts = {kind: _counts(model) for kind, model in KINDS.items()}
    rare = [next((g for g in grids if world.ground.ids[g] in counts[kind]), "") for kind in RARE]
    grids = [*dict.fromkeys(g for g in rare if g), *(g for g in grids if g not in rare)]
    wanted = {kind: share * sum(held.values()) for kind, held in counts.items()}
    chosen: list[str] = []
    reached: Counter[str] = Counter()
    for grid in grids:
        if all(reached[kind] >= want for kind, want in wanted.items()):
            break
        chosen.append(grid)
        for kind, held in counts.items():
            reached[kind] += held.get(world.ground.ids[grid], 0)
    return chosen


def _counts(model: Any) -> dict[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT area_id, count(*) FROM "{model._meta.db_table}" WHERE opened_at < %s GROUP BY 1', [_end()])
        return dict(cursor.fetchall())


def _end() -> datetime:
    return moment(DAY, "00:00").replace(second=1)


def _cases(kind: str, areas: Sequence[int], without: frozenset[int] = frozenset()) -> dict[int, UUID]:
    rows = KINDS[kind].objects.filter(area_id__in=areas, opened_at__lt=_end()).exclude(id__in=without)
    return dict(rows.order_by("id").values_list("id", "uid"))


def _none(held: Mapping[int, UUID]) -> frozenset[int]:
    return frozenset(held)


def _move_aside(held: Mapping[str, Mapping[int, UUID]]) -> None:
    with connection.cursor() as cursor:
        for kind, cases in held.items():
            more = f", {ASIDE[kind]}" if kind in ASIDE else ""
            cursor.execute(f'UPDATE "{KINDS[kind]._meta.db_table}" SET uid = gen_random_uuid(){more} WHERE id = ANY(%s)',
                           [list(cases)])
            cursor.execute("UPDATE kernel_paper SET uid = gen_random_uuid() WHERE subject_kind = %s AND subject_id = ANY(%s)",
                           [kind, list(cases)])


class Again:
    """Tells a story through the door, one order after the other, as they would come in."""

    def __init__(self, story: Story, last_clock: int) -> None:
        self.story, self.answers, self.last_clock = story, Answers(story), last_clock
        self.last_proposal, self.last_listing = (
            model.objects.order_by("-id").values_list("id", flat=True).first() or 0 for model in (Proposal, Listing))

    def tell(self) -> None:
        for day in each_day(BEGAN, UNTIL):
            self._day(day)

    def _day(self, day: date) -> None:
        for wish in self.story.day(day):
            if wish.ref.kind in TOUCHED_BY_CALLS:
                self._ring(wish.at)
            (result,) = advance_many([wish])
            if isinstance(result, Refusal):
                raise refused(wish, result)
            self._listen(wish.at)
        at = midnight_after(day)
        self._ring(at)
        with connection.cursor() as cursor:
            cursor.execute(WAITING, [self.last_clock, at, at])
            rings = cursor.fetchone()
        if rings:
            tick(at=at)
            self._listen(at)

    def _ring(self, at: datetime) -> None:
        """As Teller.ring."""
        while True:
            with connection.cursor() as cursor:
                cursor.execute(RINGS, [self.last_clock, list(RINGING), at])
                (due,) = cursor.fetchone()
            if due is None:
                return
            tick(at=due, kinds=RINGING)

    def _listen(self, at: datetime) -> None:
        new = Proposal.objects.filter(id__gt=self.last_proposal).order_by("id")
        for row in new.values_list("id", "uid", "sort", "hazard__uid", "area_id"):
            self.last_proposal = row[0]
            self.answers.to(*row[1:], at)
        for row in Listing.objects.filter(id__gt=self.last_listing).order_by("id").values_list("id", "uid", "hazard__uid"):
            self.last_listing = row[0]
            self.story.listed(*row[1:])


class Side:
    """Every row about some cases, without what cannot be the same twice."""

    def __init__(self, held: Mapping[str, Mapping[int, UUID]]) -> None:
        self.held = held

    def rows(self) -> Rows:
        out: Rows = defaultdict(list)
        with connection.cursor() as cursor:
            for kind, cases in self.held.items():
                for name, sql in (("entry", ENTRIES), ("mark", MARKS), ("clock", CLOCKS), ("paper", PAPERS)):
                    first = [_end(), OPENS_AT, NEVER, *[_end()] * 3] if name == "clock" else []
                    cursor.execute(sql, [*first, kind, list(cases), _end()])
                    for case, *row in cursor.fetchall():
                        out[kind, cases[case]].append((name, *map(self._plain, row)))
        return out

    def _plain(self, value: Any, key: str = "") -> Any:
        """JSON as text comes in, ids of cases go out as their uids."""
        if isinstance(value, str) and value.startswith(("{", "[")):
            value = json.loads(value)
        if key in NUMBERS:
            return bool(value)
        if key == "secret":
            return sorted(value)
        if isinstance(value, dict):
            return {k: self._plain(v, k) for k, v in sorted(value.items()) if k not in UNLIKE}
        if isinstance(value, list):
            return [self._plain(v, key) for v in value]
        return str(self.held[POINTING[key]].get(value, value)) if key in POINTING and value else value


def _differences(first: Rows, second: Rows, most: int) -> Iterator[str]:
    told = 0
    for kind, uid in sorted(set(first) | set(second), key=str):
        for loaded, again in _pairs(first.get((kind, uid), []), second.get((kind, uid), [])):
            if loaded != again:
                told += 1
                if told <= most:
                    yield f"{kind} {uid}：载入的是 {loaded}，重走的是 {again}"


def _pairs(one: Iterable[Any], other: Iterable[Any]) -> Iterator[tuple[Any, Any]]:


    return zip_longest(one, other)
