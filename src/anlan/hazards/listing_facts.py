"""What the moves of a listing know besides it; each is one statement for a whole set."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Q
from django.db.models.functions import JSONObject

from anlan.kernel.door import Subject
from anlan.kernel.instance import local_day
from anlan.people.models import Appointment, Licence, Organisation, Person, Post
from anlan.people.models import Sort as House
from anlan.people.roles import Role
from anlan.places.terms import in_term

from .models import Hazard

TEAM = ("first", "second", "third", "expert")


class Houses(NamedTuple):
    """The committee in whose name is listed, and the department that supervises."""

    committee: Organisation | None
    department: Organisation | None


class Leader(NamedTuple):
    post_id: int
    called: str


class Member(NamedTuple):
    """One who was named for the review team, with the licences in force on the day: sort → number."""

    id: int
    name: str
    licences: dict[str, str]


def hazards(subjects: list[Subject]) -> list[Hazard | None]:
    """The hazard behind each listing, with its unit."""
    ids = {s.case.hazard_id or s.given.hazard_id for s in subjects} - {None}
    rows = {h.id: h for h in Hazard.objects.filter(id__in=ids).select_related("premises")}
    return [rows.get(s.case.hazard_id or s.given.hazard_id) for s in subjects]


def houses(subjects: list[Subject]) -> list[Houses]:
    """As given, else as the listing has them, else as the hazard's trade has them."""
    uids = {u for s in subjects for u in (s.given.committee, s.given.department)} - {None}
    ids = {i for s in subjects for i in (s.case.committee_id, s.case.department_id, s.given.trade)} - {None}
    trades = {s.given.trade for s in subjects} - {None}
    led = Q(lead_id__in=trades) | Q(lead__uid__in=uids)
    rows = list(Organisation.objects.filter(Q(uid__in=uids) | Q(id__in=ids) | led, state="active").order_by("code"))
    return [_houses_of(s, rows) for s in subjects]


def _houses_of(s: Subject, rows: list[Organisation]) -> Houses:
    def found(uid: UUID | None, *ids: int | None) -> Organisation | None:
        if uid is not None:
            return next((o for o in rows if o.uid == uid), None)
        return next((o for i in ids if i for o in rows if o.id == i), None)

    department = found(s.given.department, s.case.department_id, s.given.trade)
    led = next((o.id for o in rows if department is not None and o.lead_id == department.id
                and o.sort == House.COMMITTEE), None)
    return Houses(found(s.given.committee, s.case.committee_id, led), department)


def leaders(subjects: list[Subject]) -> list[Leader | None]:
    """The post that was named, else the listing's, else the only one of a district leader."""
    uids = {s.given.leader for s in subjects} - {None}
    ids = {s.case.leader_id for s in subjects} - {None}
    named = Q(uid__in=uids) | Q(id__in=ids) | Q(roles__contains=[Role.LEADER], state="active")
    days = {local_day(s.when.at) for s in subjects}
    held = Appointment.objects.filter(in_term(max(days)), post=OuterRef("pk")).order_by("since")
    rows = list(Post.objects.filter(named).annotate(holders=ArraySubquery(held.values("person__name"))).order_by("id"))
    only = [p for p in rows if Role.LEADER in p.roles and p.state == "active"]
    return [_leader_of(s, rows, only) for s in subjects]


def _leader_of(s: Subject, rows: list[Any], only: list[Any]) -> Leader | None:
    if s.given.leader is not None:
        post = next((p for p in only if p.uid == s.given.leader), None)
    elif s.case.leader_id:
        post = next((p for p in rows if p.id == s.case.leader_id), None)
    else:
        post = only[0] if len(only) == 1 else None
    return post and Leader(post.id, f"{post.title} {'、'.join(post.holders)}".strip())


def teams(subjects: list[Subject]) -> list[dict[str, Member]]:
    """Input name → member; a name that nobody answers to is missing."""
    uids = {s.given[n] for s in subjects for n in TEAM if s.given.get(n)}
    if not uids:
        return [{} for _s in subjects]
    held = Licence.objects.filter(person=OuterRef("pk"), state="active").order_by("id").values(
        data=JSONObject(sort=F("sort"), number=F("number"), since=F("since"), until=F("until")))
    rows = {p.uid: p for p in Person.objects.filter(uid__in=uids, state="active").annotate(held=ArraySubquery(held))}
    return [{n: _member(rows[s.given[n]], local_day(s.when.at)) for n in TEAM if s.given.get(n) in rows} for s in subjects]


def _member(person: Any, on: date) -> Member:
    valid = {x["sort"]: x["number"] for x in person.held
             if x["since"] <= on.isoformat() and (not x["until"] or on.isoformat() <= x["until"])}
    return Member(person.id, person.name, valid)
