"""What the pages of the duty room are made of: the month, who is on now, what waits for whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import CharField, F, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from anlan.kernel.flows import FLOWS
from anlan.kernel.instance import zone
from anlan.kernel.rulebook import Rulebook
from anlan.people.models import Post

from . import turns
from .facts import Member, members_in
from .models import Handover, MorningSheet, Place, RollCall, Roster, Swap
from .selectors import PLACES, Watch


class Seat(NamedTuple):
    place: str
    name: str
    post_id: int


class Day(NamedTuple):
    """A cell of the month. rest: why it is no ordinary day; lacks: places without anybody."""

    day: date
    inside: bool
    today: bool
    rest: str
    seats: Sequence[Seat]
    lacks: Sequence[str]
    mine: bool
    ahead: bool


def month_of(roster: Roster | None, month: date, names: Mapping[int, str], rules: Rulebook, at: datetime,
             post_id: int | None) -> list[list[Day]]:
    """Weeks from Monday."""
    first = month - timedelta(days=month.weekday())
    last = turns.days_of(month)[-1]
    days = [first + timedelta(days=n) for n in range(((last - first).days // 7 + 1) * 7)]
    cells = [_day(day, roster, month, names, rules, at, post_id) for day in days]
    return [cells[n:n + 7] for n in range(0, len(cells), 7)]


def _day(day: date, roster: Roster | None, month: date, names: Mapping[int, str], rules: Rulebook, at: datetime,
         post_id: int | None) -> Day:
    shift = roster.shifts.get(day.isoformat(), {}) if roster else {}
    seats = [Seat(str(Place(p).label), names.get(post, "—"), post) for p, post in sorted(shift.items(), key=lambda i: PLACES[i[0]])]
    lacks = [str(Place(p).label) for p in rules.value("duty.seats", day) if roster and p not in shift] if day.month == month.month else []
    sorts = turns.sorts_of(rules, day)
    rest = _("节假日") if "holiday" in sorts else _("双休日") if "weekend" in sorts else ""
    return Day(day, day.month == month.month, day == turns.day_at(rules, at, zone()), rest, seats, lacks, post_id in shift.values(),
               turns.begin_of(rules, day, zone()) > at)


def names_in(rosters: Iterable[Roster], day: date) -> dict[int, Member]:
    """Whoever stands anywhere on these rosters; one statement."""
    posts = {post for r in rosters for shift in r.shifts.values() for post in shift.values()}
    return {m.post_id: m for group in members_in(Post.objects.filter(id__in=posts), day).values() for m in group} if posts else {}


def watch_on(day: date, roster: Roster | None, held: Mapping[int, Member], rules: Rulebook) -> list[Watch]:
    shift = roster.shifts.get(day.isoformat(), {}) if roster is not None else {}
    since, until = turns.begin_of(rules, day, zone()), turns.begin_of(rules, day + turns.DAY, zone())
    return [Watch(roster.organisation_id, place, post, held[post].uid, held[post].title, held[post].person_id, held[post].name,  # type: ignore[union-attr]
                  held[post].phone, since, until)
            for place, post in sorted(shift.items(), key=lambda i: PLACES[i[0]]) if post in held]


class Waits(NamedTuple):
    """A record of the duty room that waits for a signature, an answer or a decision."""

    what: str
    state: str
    url: str
    late: bool


def waiting(house_id: int) -> list[Waits]:
    """Handovers, roll-calls, sheets and swaps of a body that are not done; one statement."""
    parts = [rows.order_by().values(kind=Value(kind), uid_=Cast(F("uid"), CharField()), state_=F("state"), on=F(day))[:20]
             for kind, rows, day in (
                 ("handover", Handover.objects.filter(organisation_id=house_id).exclude(state="confirmed"), "day"),
                 ("morning_sheet", MorningSheet.objects.filter(organisation_id=house_id, state="drawn"), "day"),
                 ("swap", Swap.objects.filter(organisation_id=house_id, state__in=("asked", "agreed")), "day"),
                 ("roll_call", RollCall.objects.filter(organisation_id=house_id, state="called"), "called_at__date"))]
    rows = list(parts[0].union(*parts[1:], all=True))
    return [_waits(r) for r in sorted(rows, key=lambda r: (r["kind"] != "roll_call", r["on"]))]


def _waits(row: Mapping[str, Any]) -> Waits:
    flow = FLOWS[row["kind"]]
    return Waits(f"{flow.label} {turns.said(row['on'])}", str(flow.states(row["state_"]).label), flow.url(row["uid_"]),
                 row["kind"] == "roll_call")
