"""What the moves of duty need to know, for a whole set at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Q
from django.db.models.functions import JSONObject

from anlan.kernel.instance import local_day
from anlan.people.models import Appointment, Organisation, Post
from anlan.places.terms import in_term, in_use

from .models import MorningSheet, Roster
from .turns import Shift

YEAR = timedelta(days=366)


class Member(NamedTuple):
    """Who can be put on duty: a post of the body with its holder. phone: the post's duty phone."""

    post_id: int
    uid: UUID
    title: str
    person_id: int
    name: str
    phone: str
    roles: tuple[str, ...]


class Staff:
    """The members of a body, by post."""

    def __init__(self, members: Iterable[Member]) -> None:
        self.by_id = {m.post_id: m for m in members}
        self.by_uid = {m.uid: m for m in self.by_id.values()}

    @property
    def who(self) -> dict[int, int]:
        return {m.post_id: m.person_id for m in self.by_id.values()}

    @property
    def names(self) -> dict[int, str]:
        return {m.post_id: m.name for m in self.by_id.values()}


class Around(NamedTuple):
    """Other rosters of the body. year: those of the twelve months before, with weights; near: shifts of all of them."""

    year: list[tuple[Mapping[str, Shift], Mapping[str, float]]]
    near: dict[str, Shift]
    taken: bool


def own_house(subjects: list[Any]) -> list[Any]:
    """The body a case is of; of a new one the body its opener acts for. One statement."""
    wanted = [s.case.organisation_id or s.actor.organisation_id for s in subjects]
    found = Organisation.objects.in_bulk({h for h in wanted if h})
    return [found.get(h) for h in wanted]


def members_of(houses: Iterable[int | None], day: date) -> dict[int, list[Member]]:
    """Posts in use that somebody holds on the day, in the order in which they were made; one statement."""
    return members_in(Post.objects.filter(organisation_id__in={h for h in houses if h}), day)


def members_in(posts: Any, day: date) -> dict[int, list[Member]]:
    held = Appointment.objects.filter(in_term(day), post=OuterRef("id"), state="active").order_by("since", "id")
    rows = posts.filter(in_use(day), state="active").annotate(holder=ArraySubquery(
        held.values(data=JSONObject(id=F("person_id"), name=F("person__name")))[:1])).order_by("id")
    found: dict[int, list[Member]] = defaultdict(list)
    for post in rows:
        for holder in post.holder:
            found[post.organisation_id].append(Member(post.id, post.uid, post.title, holder["id"], holder["name"],
                                                      post.duty_phone, tuple(post.roles)))
    return found


def staff(subjects: list[Any]) -> list[Staff]:
    """Of the body the actor belongs to, which is the only one whose duty it arranges; a system deed names its posts itself."""
    days = {local_day(s.when.at) for s in subjects}
    wanted = [s.case.organisation_id or s.actor.organisation_id for s in subjects]
    found = members_of(wanted, max(days)) if days else {}
    return [Staff(found.get(h, ()) if h else ()) for h in wanted]


def around(subjects: list[Any]) -> list[Around]:
    """Rosters of the same body from a year before to the month after; one statement."""
    wanted = {(s.case.organisation_id or s.actor.organisation_id, s.case.month or s.given.month) for s in subjects}
    wanted = {(h, m) for h, m in wanted if h and m}
    span = Q(pk__in=())
    for house, month in wanted:
        span |= Q(organisation_id=house, month__range=(month - YEAR, month + timedelta(days=32)))
    rows = list(Roster.objects.filter(span).order_by("month")) if wanted else []
    return [_around(rows, s) for s in subjects]


class Ground(NamedTuple):
    """A swap's roster with the shifts of the neighbouring months."""

    roster: Roster | None
    near: dict[str, Shift]


def grounds(subjects: list[Any]) -> list[Ground]:
    """One statement: the roster of each swap and its neighbours."""
    ids, uids = {s.case.roster_id for s in subjects} - {None}, {s.given.roster for s in subjects} - {None}
    own = Roster.objects.filter(Q(id__in=ids) | Q(uid__in=uids))
    beside = Roster.objects.filter(organisation_id__in=own.values("organisation_id"))
    rows = list(beside.select_related("organisation"))
    found = []
    for s in subjects:
        roster = next((r for r in rows if s.case.roster_id == r.id or (s.given.roster and s.given.roster == r.uid)), None)
        near = {day: shift for r in rows if roster and r.organisation_id == roster.organisation_id and r.id != roster.id
                and abs((r.month - roster.month).days) < 63 for day, shift in r.shifts.items()}
        found.append(Ground(roster, near))
    return found


def rosters_at(subjects: list[Any]) -> list[dict[str, Shift]]:
    """The published shifts of the case's body, or of the actor's, in the months around the instant; one statement."""
    return _shifts_around(subjects, [s.case.organisation_id or s.actor.organisation_id for s in subjects])


def rosters_of_called(subjects: list[Any]) -> list[dict[str, Shift]]:
    """The same of a body that is named by its uid, without asking for its id first."""
    uids = {s.given.organisation for s in subjects} - {None}
    if not uids:
        return _shifts_around(subjects, [s.case.organisation_id for s in subjects])
    months = {m for s in subjects for m in _months(local_day(s.when.at))}
    rows = list(Roster.objects.filter(organisation__uid__in=uids, month__in=months, state="published").select_related("organisation"))
    return [{day: shift for r in rows if r.organisation.uid == s.given.organisation for day, shift in r.shifts.items()}
            for s in subjects]


def _months(day: date) -> tuple[date, date, date]:
    """Of a day, of the one before, and of the one after a week: a shift may begin on the last day of a month."""
    return ((day - timedelta(days=2)).replace(day=1), day.replace(day=1), (day + timedelta(days=7)).replace(day=1))


def _shifts_around(subjects: list[Any], houses: list[int | None]) -> list[dict[str, Shift]]:
    months = {m for s in subjects for m in _months(local_day(s.when.at))}
    wanted = {h for h in houses if h}
    rows = list(Roster.objects.filter(organisation_id__in=wanted, month__in=months, state="published")) if wanted else []
    return [{day: shift for r in rows if r.organisation_id == house for day, shift in r.shifts.items()} for house in houses]


def sheet_wanted(subjects: list[Any]) -> list[bool]:
    """Whether no morning sheet of the body waits to be drawn; of several rosters in one set the first one's opens it."""
    houses = {s.case.organisation_id for s in subjects}
    waiting = set(MorningSheet.objects.filter(organisation_id__in=houses, state="waiting").values_list("organisation_id", flat=True))
    found = []
    for s in subjects:
        found.append(s.case.organisation_id not in waiting)
        waiting.add(s.case.organisation_id)
    return found


def _around(rows: list[Roster], subject: Any) -> Around:
    house, month = subject.case.organisation_id or subject.actor.organisation_id, subject.case.month or subject.given.month
    mine = [r for r in rows if r.organisation_id == house and r.uid != subject.case.uid]
    others = [r for r in mine if month and r.month != month]
    near = {day: shift for r in others for day, shift in r.shifts.items()}
    return Around([(r.shifts, r.weights) for r in others if r.state == "published"], near, len(others) < len(mine))
