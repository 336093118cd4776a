"""Turns of duty: whose shift is when, fairly, with rest between. Pure; people are told apart by `who`, not by their posts."""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from .models import Place

DAY = timedelta(days=1)
Shift = dict[str, int]
Shifts = dict[str, Shift]
"""{"2021-06-01": {"leader": post id, …}}, as a roster keeps them."""
TOLD = 6


def days_of(month: date) -> list[date]:
    return [month.replace(day=n) for n in range(1, monthrange(month.year, month.month)[1] + 1)]


def begins_at(rules: Any, day: date) -> time:
    return time.fromisoformat(rules.value("duty.begins", day))


def begin_of(rules: Any, day: date, zone: ZoneInfo) -> datetime:
    """When the shift of a day takes over."""
    return datetime.combine(day, begins_at(rules, day), zone)


def day_at(rules: Any, at: datetime, zone: ZoneInfo) -> date:
    """The day whose shift stands at the instant: before half past eight it is still yesterday's."""
    local = at.astimezone(zone)
    return local.date() if local.time() >= begins_at(rules, local.date()) else local.date() - DAY


def key_period(rules: Any, day: date) -> str:
    """The name of the key period a day lies in (domain.md 13.2 [likely]); empty for none."""
    return next((name for name, since, until in rules.value("duty.key_periods", day)
                 if since <= f"{day:%m-%d}" <= until), "")


def sorts_of(rules: Any, day: date) -> list[str]:
    """What kind of day it is for whoever stands on duty: of weekend, holiday and key, else plain."""
    office = rules.calendar()
    found = ["key"] if key_period(rules, day) else []
    if not office.works(day):
        found.append("holiday" if _in_holiday(office, day) else "weekend")
    return found or ["plain"]


def _in_holiday(office: Any, day: date) -> bool:
    """A rest day of a run in which the calendar gives a day off that is usually worked: it names only what is not usual."""
    run = [day]
    for step in (-DAY, DAY):
        near = day + step
        while not office.works(near):
            run.append(near)
            near += step
    return any(d in office.days for d in run)


def weight_of(rules: Any, day: date) -> float:
    worth = rules.value("duty.weights", day)
    return max(float(worth[sort]) for sort in sorts_of(rules, day))


@dataclass
class Ledger:
    """Who stood when, and what it came to: so far, and while turns are given out."""

    rest: int
    days: dict[int, set[date]] = field(default_factory=lambda: defaultdict(set))
    load: dict[int, float] = field(default_factory=lambda: defaultdict(float))
    heavy: dict[int, int] = field(default_factory=lambda: defaultdict(int))

    def stand(self, person: int, day: date, weight: float) -> None:
        self.days[person].add(day)
        self.load[person] += weight
        self.heavy[person] += weight > 1

    def rested(self, person: int, day: date) -> bool:
        return all(day + n * DAY not in self.days[person] for n in range(-self.rest, self.rest + 1))

    def turn(self, person: int, weight: float) -> tuple[float, ...]:
        """The smallest is next: of heavy days the one with fewest of them, else the one with least."""
        last = max(self.days[person], default=date.min).toordinal()
        return (self.heavy[person], self.load[person], last) if weight > 1 else (self.load[person], last)


def stood(ledger: Ledger, shifts: Mapping[str, Shift], weights: Mapping[str, float], who: Mapping[int, int]) -> None:
    """Enter a roster of the past or of a neighbouring month."""
    for day, shift in shifts.items():
        for post in shift.values():
            ledger.stand(who.get(post, -post), date.fromisoformat(day), float(weights.get(day, 1)))


def propose(days: Iterable[date], pools: Mapping[str, Sequence[int]], weights: Mapping[str, float],
            who: Mapping[int, int], ledger: Ledger) -> Shifts:
    """A turn for every place of every day, as far as there are rested people; `ledger` holds the months around."""
    shifts: Shifts = {}
    for day in days:
        weight, shift = float(weights[day.isoformat()]), {}
        for place, pool in pools.items():
            free = [p for p in pool if ledger.rested(who.get(p, -p), day)]
            if free:
                chosen = min(free, key=lambda p: (*ledger.turn(who.get(p, -p), weight), pool.index(p)))
                ledger.stand(who.get(chosen, -chosen), day, weight)
                shift[place] = chosen
        shifts[day.isoformat()] = shift
    return shifts


def faults(shifts: Mapping[str, Shift], around: Mapping[str, Shift], who: Mapping[int, int], names: Mapping[int, str],
           seats: Sequence[str], rest: int, most: int | None = None) -> list[str]:
    """Sentences: places without anybody, one person twice in a shift, and two nights too near each other.

    most: so many of them, and how many there are.
    """
    found = [s for day in sorted(shifts) for s in _shift_faults(date.fromisoformat(day), shifts[day], who, names, seats)]
    nights: dict[int, set[date]] = defaultdict(set)
    for day, shift in {**around, **shifts}.items():
        for post in shift.values():
            nights[who.get(post, -post)].add(date.fromisoformat(day))
    called = {who.get(post, -post): name for post, name in names.items()}
    for person, held in nights.items():
        for day in sorted(held):
            near = next((day + n * DAY for n in range(1, rest + 1) if day + n * DAY in held), None)
            if near and {day.isoformat(), near.isoformat()} & shifts.keys():
                found.append(_("%(name)s在%(a)s和%(b)s连着值班，中间至少隔%(n)s夜。") % {
                    "name": called.get(person, "—"), "a": said(day), "b": said(near), "n": rest})
    return [*found[:most], _("……共%(n)s处。") % {"n": len(found)}] if most and len(found) > most else found


def _shift_faults(day: date, shift: Shift, who: Mapping[int, int], names: Mapping[int, str], seats: Sequence[str]) -> list[str]:
    found = []
    for place in seats:
        if place not in shift:
            found.append(_("%(day)s没有%(place)s。") % {"day": said(day), "place": Place(place).label})
    people = [who.get(post, -post) for post in shift.values()]
    found += [_("%(name)s在%(day)s占了两个班位。") % {"name": names.get(post, "—"), "day": said(day)}
              for n, post in enumerate(shift.values()) if who.get(post, -post) in people[:n]]
    return found


def said(day: date) -> str:
    return _("%(m)s月%(d)s日") % {"m": day.month, "d": day.day}


def exchanged(shifts: Mapping[str, Shift], place: str, day: str, giver: int, taker: int, back: str | None) -> Shifts:
    """The shifts after a swap. Raises KeyError where one of them does not stand there (any more)."""
    changed = {d: dict(shift) for d, shift in shifts.items()}
    for when, out, into in ((day, giver, taker), *(((back, taker, giver),) if back else ())):
        if changed.get(when, {}).get(place) != out:
            raise KeyError(when)
        changed[when][place] = into
    return changed
