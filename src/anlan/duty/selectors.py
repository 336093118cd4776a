"""Who is on duty now, and which rosters, records and sheets a post may see.

Other apps ask `on_shift(organisation, at)` and `duty_phone(organisation, at)`; both also take many bodies at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet

from anlan.kernel.actors import Actor
from anlan.kernel.instance import zone
from anlan.kernel.rulebook import Rulebook, rulebook
from anlan.people.models import Organisation, Post
from anlan.people.scope import district_wide, in_scope

from . import turns
from .facts import members_in
from .models import DutyNumber, Handover, LoggedCall, MorningSheet, Place, RollCall, Roster, Swap
from .rules import LOG

PLACES = {place.value: n for n, place in enumerate(Place)}


class Watch(NamedTuple):
    """One person on shift. place: leader, main or assistant; phone: of the post; since, until: of the shift."""

    organisation_id: int
    place: str
    post_id: int
    post_uid: UUID
    title: str
    person_id: int
    name: str
    phone: str
    since: datetime
    until: datetime

    @property
    def place_label(self) -> str:
        return str(Place(self.place).label)


def on_shift(organisation: Organisation | int, at: datetime) -> list[Watch]:
    """Who is on duty in a body at an instant, the leader first; empty without a published roster. Two statements."""
    return on_shift_of([_id(organisation)], at).get(_id(organisation), [])


def on_shift_of(organisations: Iterable[int], at: datetime, rules: Rulebook | None = None) -> dict[int, list[Watch]]:
    """The same for many bodies; those without a roster are absent. Two statements."""
    rules = rules or rulebook()
    day = turns.day_at(rules, at, zone())
    return watches(shifts_on(organisations, day), day, rules)


def stands_watch(actor: Actor, at: datetime) -> bool:
    """Whether the reader is on shift in the own body. One statement."""
    house = actor.organisation_id
    shifts = shifts_on([house], turns.day_at(rulebook(), at, zone())) if house is not None and actor.post_id is not None else {}
    return actor.post_id in shifts.get(house or 0, {}).values()


def may_log(actor: Actor, at: datetime) -> bool:
    """By role, or while on shift; a post without any role costs a statement."""
    return LOG in actor.permits or (not actor.roles and stands_watch(actor, at))


def shifts_on(organisations: Iterable[int] | None, day: date) -> dict[int, Mapping[str, int]]:
    """Post ids by place for each body with a published shift on the day; None: every body. One statement."""
    rows = Roster.objects.filter(month=day.replace(day=1), state="published")
    if organisations is not None:
        rows = rows.filter(organisation_id__in=list(organisations))
    key = day.isoformat()
    found = dict(rows.values_list("organisation_id", f"shifts__{key}"))
    return {house: shift for house, shift in found.items() if shift}


def watches(shifts: Mapping[int, Mapping[str, int]], day: date, rules: Rulebook) -> dict[int, list[Watch]]:
    """With who holds the posts on that day; one statement."""
    since, until = turns.begin_of(rules, day, zone()), turns.begin_of(rules, day + turns.DAY, zone())
    posts = {post for shift in shifts.values() for post in shift.values()}
    held = {m.post_id: m for group in members_in(Post.objects.filter(id__in=posts), day).values() for m in group} if posts else {}
    return {house: [Watch(house, place, m.post_id, m.uid, m.title, m.person_id, m.name, m.phone, since, until)
                    for place, post in sorted(shift.items(), key=lambda item: PLACES[item[0]]) if (m := held.get(post))]
            for house, shift in shifts.items()}


def duty_phone(organisation: Organisation | int, at: datetime) -> str:
    """The number under which a body answers at that hour; empty where none is known."""
    return duty_phones([_id(organisation)], at).get(_id(organisation), "")


def in_office_hours(rules: Rulebook, at: datetime) -> bool:
    office = rules.calendar()
    local = at.astimezone(office.zone)
    return any(h.start <= local.time() < h.end for h in office.hours(local.date()))


def duty_phones(organisations: Iterable[int], at: datetime, rules: Rulebook | None = None) -> dict[int, str]:
    """By day the day number, by night the night number, else what the body itself has. One statement."""
    by_day = in_office_hours(rules or rulebook(), at)
    own = dict(Organisation.objects.filter(id__in=list(organisations)).values_list("id", "phone"))
    kept = {n.organisation_id: n for n in DutyNumber.objects.filter(organisation_id__in=own, state="active")}
    return {house: number_of(kept.get(house), phone, by_day) for house, phone in own.items()}


def number_of(kept: DutyNumber | None, phone: str, by_day: bool) -> str:
    if kept is None:
        return phone
    return (kept.day_phone if by_day else kept.night_phone) or kept.night_phone or kept.day_phone or phone


def _id(organisation: Organisation | int) -> int:
    return organisation if isinstance(organisation, int) else organisation.id


def nights_of(post_id: int, since: date, days: int) -> list[tuple[date, str]]:
    """(day, place) of one post's published shifts from a day on. One statement."""
    until = since + timedelta(days=days)
    rows = Roster.objects.filter(month__range=(since.replace(day=1), until), state="published",
                                 organisation__posts=post_id).values_list("shifts", flat=True)
    return sorted((date.fromisoformat(day), place) for shifts in rows for day, shift in shifts.items()
                  for place, post in shift.items() if post == post_id and since <= date.fromisoformat(day) < until)


# What a post may see


def rosters_seen_by(actor: Actor, at: datetime) -> QuerySet[Roster]:
    """Published ones are open to any post on duty; a draft is its own body's."""
    rows = Roster.objects.select_related("organisation", "area")
    if actor.system:
        return rows.order_by("-month", "id")
    seen = district_wide(rows, actor, at)
    return seen.filter(Q(state="published") | Q(organisation_id=actor.organisation_id or 0)).order_by("-month", "id")


def numbers_seen_by(actor: Actor, at: datetime) -> QuerySet[DutyNumber]:
    """Any post on duty sees the duty phones of the district."""
    return district_wide(DutyNumber.objects.select_related("organisation", "area"), actor, at).order_by("id")


def _of_houses(rows: QuerySet, actor: Actor, at: datetime) -> QuerySet:
    """One's own body's, and on one's ground where one looks across trades."""
    if not actor.system and (actor.post_id is None or actor.is_any("unit", "member", "auditor", "sysadmin", "secadmin")):
        return rows.none()
    return in_scope(rows, actor, at, also=Q(organisation_id=actor.organisation_id or 0), trade=Q(pk__in=()))


def swaps_seen_by(actor: Actor, at: datetime) -> QuerySet[Swap]:
    return _of_houses(Swap.objects.select_related("organisation", "area", "giver", "taker"), actor, at).order_by("-day", "-id")


def logged_calls_seen_by(actor: Actor, at: datetime) -> QuerySet[LoggedCall]:
    return _of_houses(LoggedCall.objects.select_related("organisation", "area"), actor, at).order_by("-called_at", "-id")


def handovers_seen_by(actor: Actor, at: datetime) -> QuerySet[Handover]:
    rows = Handover.objects.select_related("organisation", "area", "giver_post", "taker_post", "leader_post")
    return _of_houses(rows, actor, at).order_by("-day", "-id")


def roll_calls_seen_by(actor: Actor, at: datetime) -> QuerySet[RollCall]:
    return _of_houses(RollCall.objects.select_related("organisation", "area", "answerer"), actor, at).order_by("-called_at", "-id")


def sheets_seen_by(actor: Actor, at: datetime) -> QuerySet[MorningSheet]:
    return _of_houses(MorningSheet.objects.select_related("organisation", "area", "signer_post"), actor, at).order_by("-day", "-id")
