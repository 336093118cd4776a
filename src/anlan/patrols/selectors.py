from __future__ import annotations

from datetime import date, datetime

from django.db.models import Count, Q, QuerySet

from anlan.kernel.actors import Actor
from anlan.people.scope import in_scope, party_among
from anlan.premises.selectors import at_its_units, at_own_units

from .models import Round, Visit


def visits_seen_by(actor: Actor, at: datetime) -> QuerySet[Visit]:
    """Visits on the actor's ground or to units of its trade, finished ones to its own units, and those its posts hold."""
    rows = Visit.objects.select_related("area", "premises", "round")
    also = party_among(actor, at, "post_id") | (at_own_units(actor) & Q(state="done"))
    return in_scope(rows, actor, at, also=also, trade=at_its_units(actor)).order_by("-due_on", "-id")


def rounds_seen_by(actor: Actor, at: datetime) -> QuerySet[Round]:
    rows = Round.objects.select_related("area").annotate(
        total=Count("visits"), done=Count("visits", filter=Q(visits__state="done")))
    return in_scope(rows, actor, at).order_by("-day", "-id")


def rounds_of_day(actor: Actor, day: date) -> QuerySet[Round]:
    """What the actor's own posts walk that day."""
    return Round.objects.filter(post_id__in=actor.parties, day=day).select_related("area").order_by("id")


def visits_of(rounds: QuerySet[Round]) -> QuerySet[Visit]:
    return Visit.objects.filter(round__in=rounds).select_related("premises").order_by("round_id", "turn", "id")
