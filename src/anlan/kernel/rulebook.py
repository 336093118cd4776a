"""What processes keep in memory between deeds: area tree, dated parameters, calendars.

Each is reloaded when its row in Revision has changed; one statement asks for all three.
"""

from __future__ import annotations

import secrets
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from django.db import connection

from .instance import zone
from .models import Area, AreaIn, Calendar, CalendarDay, Parameter
from .worktime import Hours, Limit, Worktime, hours_of

NAMES = ("areas", "calendars", "parameters")


class Setting(NamedTuple):
    """A parameter as it stood on a day. id: its row, kept with the clocks it governs."""

    value: Any
    id: int
    valid_from: date
    source: str
    confidence: str

    @property
    def provisional(self) -> bool:
        return self.confidence != "sure"


class Missing(LookupError):
    """No such parameter on that day: a fault of the set-up, named for the administrator."""


@dataclass(frozen=True)
class Rulebook:
    settings: Mapping[str, tuple[Setting, ...]]
    calendars: Mapping[str, Worktime]
    parents: Mapping[int, tuple[tuple[date, date | None, frozenset[int]], ...]]
    levels: Mapping[int, int]

    @cached_property
    def calendar_of(self) -> dict[int | None, Worktime]:
        """Calendars by the id that clocks keep."""
        return {calendar.id: calendar for calendar in self.calendars.values()}

    def setting(self, key: str, on: date) -> Setting:
        rows = self.settings.get(key, ())
        at = bisect_right([r.valid_from for r in rows], on)
        if not at:
            raise Missing(f"规则“{key}”在{on:%Y-%m-%d}没有生效的取值")
        return rows[at - 1]

    def value(self, key: str, on: date) -> Any:
        return self.setting(key, on).value

    def limit(self, key: str, on: date) -> Limit:
        return Limit.of(self.value(key, on))

    def calendar(self, code: str = "office") -> Worktime:
        try:
            return self.calendars[code]
        except KeyError as absent:
            raise Missing(f"日历“{code}”尚未建立") from absent

    def with_setting(self, key: str, setting: Setting) -> Rulebook:
        """These rules, if the parameter had this value from its day on."""
        rows = [r for r in self.settings.get(key, ()) if r.valid_from != setting.valid_from]
        return replace(self, settings={**self.settings, key: tuple(sorted([*rows, setting], key=lambda r: r.valid_from))})

    def with_days(self, code: str, days: Mapping[date, bool]) -> Rulebook:
        """These rules, if the calendar had these days as working days with the usual hours (True) or as rest days."""
        calendar = self.calendar(code)
        hours = {day: calendar.usual if works else None for day, works in days.items()}
        return replace(self, calendars={**self.calendars, code: replace(calendar, days={**calendar.days, **hours})})

    def lineage(self, area_id: int, on: date) -> frozenset[int]:
        """The area and every area it lies in on that day."""
        for since, until, ids in self.parents.get(area_id, ()):
            if since <= on and (until is None or on < until):
                return ids
        return frozenset({area_id})

    @property
    def steady(self) -> bool:
        """No area has ever moved or ended, so that a day's sums by area hold for every other day's tree."""
        return all(until is None for spans in self.parents.values() for _since, until, _ids in spans)

    def ancestor(self, area_id: int, level: int, on: date) -> int | None:
        return next((a for a in self.lineage(area_id, on) if self.levels.get(a) == level), None)


_held: dict[tuple[Any, str], tuple[int, Any]] = {}


REVISIONS = "SELECT name, n FROM kernel_revision"


def rulebook(revisions: Mapping[str, int] | None = None) -> Rulebook:
    """The rules as committed when this statement runs. revisions: the answer to REVISIONS, if at hand."""
    if revisions is None:
        if (held := _one.get()) is not None:
            return held
        with connection.cursor() as cursor:
            cursor.execute(REVISIONS)
            revisions = dict(cursor.fetchall())
    parts = {name: _part(name, revisions.get(name, 0)) for name in NAMES}
    parents, levels = parts["areas"]
    return Rulebook(parts["parameters"], parts["calendars"], parents, levels)


_one: ContextVar[Rulebook | None] = ContextVar("one_rulebook", default=None)


@contextmanager
def one_rulebook() -> Iterator[Rulebook]:
    """What is counted in here reads the rules once: the figures of a page go by the same rules, in one statement."""
    token = _one.set(rulebook())
    try:
        yield _one.get()  # type: ignore[misc]
    finally:
        _one.reset(token)


def _part(name: str, revision: int) -> Any:
    key = (connection.settings_dict["NAME"], name)
    held = _held.get(key)
    if held is None or held[0] != revision:
        held = _held[key] = (revision, LOADERS[name]())
    return held[1]


_within: dict[tuple[Any, int, int, date], Within] = {}
WITHIN_KEPT = 4_096


class Within(NamedTuple):
    """The areas inside an area on a day, itself included. is_all: no other area was ever known."""

    ids: list[int]
    is_all: bool


def areas_within(area_id: int, on: date, revision: int | None = None) -> Within:
    """From memory what `areas.within` asks the database for.

    revision: of the area tree as the reader knows it; asked for where it is not what is held.
    """
    held = _held.get((connection.settings_dict["NAME"], "areas"))
    if held is None or held[0] != revision:
        rulebook()
        held = _held[connection.settings_dict["NAME"], "areas"]
    key = (connection.settings_dict["NAME"], held[0], area_id, on)
    if key not in _within:
        if len(_within) >= WITHIN_KEPT:
            _within.clear()
        parents = held[1][0]
        ids = sorted(area for area, spans in parents.items() if any(
            area_id in line and since <= on and (until is None or on < until) for since, until, line in spans))
        _within[key] = Within(ids, len(ids) == len(parents))
    return _within[key]


def forget() -> None:
    _held.clear()
    _within.clear()


def remembered() -> dict[tuple[Any, str], tuple[int, Any]]:
    """What is held, for who will put the very same rows back into the tables (`remember`)."""
    return dict(_held)


def remember(held: Mapping[tuple[Any, str], tuple[int, Any]]) -> None:
    forget()
    _held.update(held)


def touch(*names: str) -> None:
    """Make every process reload these parts at its next deed.

    A revision is a random number, not a count: one that was rolled back never comes again.
    """
    with connection.cursor() as cursor:
        for name in sorted(names):
            cursor.execute("INSERT INTO kernel_revision (name, n) VALUES (%s, %s)"
                           " ON CONFLICT (name) DO UPDATE SET n = EXCLUDED.n", [name, secrets.randbits(62)])
    forget()


def parameter(key: str, on: date) -> Any:
    """The value of a dated rule on a day. Raises Missing."""
    return rulebook().value(key, on)


def _load_parameters() -> dict[str, tuple[Setting, ...]]:
    found: dict[str, list[Setting]] = defaultdict(list)
    for p in Parameter.objects.filter(state="active").order_by("key", "valid_from"):
        found[p.key].append(Setting(p.value, p.id, p.valid_from, p.source, p.confidence))
    return {k: tuple(v) for k, v in found.items()}


def _load_calendars() -> dict[str, Worktime]:
    days: dict[int, dict[date, tuple[Hours, ...] | None]] = defaultdict(dict)
    weekly = {c.id: tuple(hours_of(h) for h in c.weekly) for c in Calendar.objects.all()}
    for d in CalendarDay.objects.order_by("valid_from"):
        usual = next((h for h in weekly[d.calendar_id] if h), ())
        days[d.calendar_id][d.day] = (hours_of(d.hours) if d.hours else usual) if d.works else None
    return {c.code: Worktime(zone(), weekly[c.id], days[c.id], c.id, c.code) for c in Calendar.objects.all()}


def _load_areas() -> tuple[dict[int, tuple[tuple[date, date | None, frozenset[int]], ...]], dict[int, int]]:
    spans: dict[int, dict[tuple[date, date | None], set[int]]] = defaultdict(lambda: defaultdict(set))
    for area, ancestor, since, until in AreaIn.objects.values_list("area", "ancestor", "valid_from", "valid_to"):
        spans[area][since, until].add(ancestor)
    found = {a: tuple((s, u, frozenset(ids | {a})) for (s, u), ids in by.items()) for a, by in spans.items()}
    return found, dict(Area.objects.values_list("id", "level"))


LOADERS = {"areas": _load_areas, "calendars": _load_calendars, "parameters": _load_parameters}
