"""Which organisations, posts, people and terms a post may see.

Bodies and posts of the district are open to everyone who works in it (joint action needs it); unit owners to those on
whose ground they stand; people to their own ground; a unit's people see their own unit and nobody else.
"""

from __future__ import annotations

from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Concat

from anlan.kernel.actors import Actor
from anlan.kernel.instance import local_day
from anlan.places.terms import in_term

from .models import Appointment, Delegation, Entrustment, Licence, Organisation, Person, Post, Sort
from .scope import areas_seen_by

KEEPERS = frozenset({"organisations.edit", "accounts.edit", "roles.edit", "licences.edit"})


def sees_all(actor: Actor) -> bool:
    return actor.system or not actor.permits.isdisjoint(KEEPERS)


def organisations_seen(actor: Actor, at: datetime) -> QuerySet[Organisation]:
    rows = Organisation.objects.select_related("area", "parent", "lead")
    if not sees_all(actor):
        rows = rows.filter(_houses(actor, at))
    return rows.order_by("sort", "code", "id")


def _houses(actor: Actor, at: datetime, prefix: str = "") -> Q:
    own = Q(**{f"{prefix}id__in": (*actor.parties, actor.organisation_id or 0)})
    if actor.post_id is None or actor.is_any("unit", "member", "auditor"):
        return own
    on_ground = Q(**{f"{prefix}area_id__in": areas_seen_by(actor, local_day(at))})
    return own | ~Q(**{f"{prefix}sort": Sort.UNIT_OWNER}) | on_ground


def posts_seen(actor: Actor, at: datetime) -> QuerySet[Post]:
    held = Appointment.objects.filter(in_term(local_day(at)), post=OuterRef("pk")).order_by("since")
    rows = Post.objects.select_related("organisation", "area", "deputy", "hours").annotate(
        holders=ArraySubquery(held.values("person__name")))
    if not sees_all(actor):
        rows = rows.filter(Q(id__in=actor.parties) | _houses(actor, at, "organisation__"))
    return rows.order_by("organisation_id", "title", "id")


def people_seen(actor: Actor, at: datetime) -> QuerySet[Person]:
    """Oneself, who holds a post on one's ground, and who holds a post in one's own house."""
    held = Appointment.objects.filter(in_term(local_day(at)), person=OuterRef("pk")).order_by("since")
    called = Concat(F("post__organisation__name"), F("post__title"))
    rows = Person.objects.order_by("name", "id").annotate(held=ArraySubquery(held.values(called=called)))
    if sees_all(actor):
        return rows
    return rows.filter(_persons(actor, at))


def _persons(actor: Actor, at: datetime, field: str = "pk") -> Q:
    held = Appointment.objects.filter(person=OuterRef(field)).filter(
        Q(post__area_id__in=areas_seen_by(actor, local_day(at))) | Q(post__organisation_id=actor.organisation_id or 0))
    return Q(**{field: actor.person_id or 0}) | Q(Exists(held))


def appointments_seen(actor: Actor, at: datetime) -> QuerySet[Appointment]:
    rows = Appointment.objects.select_related("person", "post", "post__organisation").order_by("-since", "-id")
    return rows if sees_all(actor) else rows.filter(_persons(actor, at, "person_id"))


def licences_seen(actor: Actor, at: datetime) -> QuerySet[Licence]:
    rows = Licence.objects.select_related("person").order_by("-until", "-id")
    return rows if sees_all(actor) else rows.filter(_persons(actor, at, "person_id"))


def delegations_seen(actor: Actor, at: datetime) -> QuerySet[Delegation]:
    """Those of one's own house, and those that concern oneself."""
    rows = Delegation.objects.select_related("from_post", "to_post", "to_person", "from_post__organisation")
    if not sees_all(actor):
        own = (Q(from_post__organisation_id=actor.organisation_id or 0) | Q(to_post_id__in=actor.parties)
               | Q(to_person_id=actor.person_id or 0))
        rows = rows.filter(own)
    return rows.order_by("-since", "-id")


def entrustments_seen(actor: Actor, at: datetime) -> QuerySet[Entrustment]:
    """Open to every office; a unit may be shown the paper, not the register."""
    rows = Entrustment.objects.select_related("department", "street_office").order_by("-since", "-id")
    closed = actor.post_id is None or actor.is_any("unit", "member")
    return rows.none() if closed and not sees_all(actor) else rows
