from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import Case, CharField, Count, Func, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Concat
from django.utils.translation import gettext as _

from anlan.kernel.actors import Actor
from anlan.kernel.instance import local_day, zone
from anlan.people.scope import in_scope, party_among
from anlan.premises.selectors import at_its_units, at_own_units

from .models import Position, Round, SelfInspection, Visit
from .positions import kept_for


class LocalTime(Func):
    """An instant as hours and minutes of the district's day."""

    template = "to_char(%(expressions)s AT TIME ZONE '%(zone)s', 'HH24:MI')"
    output_field = CharField()

    def __init__(self, instant: Any) -> None:
        super().__init__(instant, zone=str(zone()))


def visits_seen_by(actor: Actor, at: datetime) -> QuerySet[Visit]:
    """Visits on the actor's ground or to units of its trade, finished ones to its own units, and those its posts hold."""
    rows = Visit.objects.select_related("area", "premises", "round")
    also = party_among(actor, at, "post_id") | (at_own_units(actor) & Q(state="done"))
    return in_scope(rows, actor, at, also=also, trade=at_its_units(actor)).order_by("-due_on", "-id")


def rounds_seen_by(actor: Actor, at: datetime) -> QuerySet[Round]:
    """`last_key`, `last_told`: where the post is now if its warden shares that, else where its last visit of the day was, and
    when; asked for by the map alone."""
    last = Visit.objects.filter(post_id=OuterRef("post_id"), due_on=OuterRef("day"), state="done").order_by("-finished_at", "-id")
    told = last.annotate(told=Concat(OuterRef("name"), Value(" · "), LocalTime("finished_at"), Value(" "), "premises__name"))
    now_key, now_told = (_now(at, name) for name in ("tile_key", "told"))
    rows = Round.objects.select_related("area").annotate(
        total=Count("visits"), done=Count("visits", filter=Q(visits__state="done"))).alias(
        last_key=Coalesce(now_key, Subquery(last.values("premises__tile_key")[:1])),
        last_told=Coalesce(now_told, Subquery(told.values("told")[:1])))
    return in_scope(rows, actor, at).order_by("-day", "-id")


def _now(at: datetime, name: str) -> Case:
    """Of the newest place that the post's warden shares; of a round that is being walked, else nothing."""
    rows = Position.objects.filter(post_id=OuterRef("post_id"), at__gt=at - kept_for(at), at__lte=at).order_by("-at")
    told = Concat(OuterRef("name"), Value(" · "), LocalTime("at"), Value(_(" 手机定位")))
    return Case(When(day=local_day(at), state="open", then=Subquery(rows.annotate(told=told).values(name)[:1])))


def rounds_of_day(actor: Actor, day: date) -> QuerySet[Round]:
    """What the actor's own posts walk that day."""
    return Round.objects.filter(post_id__in=actor.parties, day=day).select_related("area").order_by("id")


def visits_of(rounds: QuerySet[Round]) -> QuerySet[Visit]:
    return Visit.objects.filter(round__in=rounds).select_related("premises").order_by("round_id", "turn", "id")


def self_inspections_seen_by(actor: Actor, at: datetime) -> QuerySet[SelfInspection]:
    """On the actor's ground or at units of its trade; a unit's people see their own."""
    rows = SelfInspection.objects.select_related("area", "premises")
    return in_scope(rows, actor, at, also=at_own_units(actor), trade=at_its_units(actor)).order_by("-done_on", "-id")
