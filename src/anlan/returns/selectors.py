from __future__ import annotations

from datetime import date, datetime

from django.db.models import Q, QuerySet

from anlan.kernel.actors import Actor
from anlan.people.scope import in_scope

from .models import Contradiction, MonthlyReturn


def returns_seen_by(actor: Actor, at: datetime) -> QuerySet[MonthlyReturn]:
    """Those of the actor's own house, and for whoever looks across trades all of its ground."""
    own = Q(organisation__in=(actor.organisation_id or 0, *actor.parties))
    rows = in_scope(MonthlyReturn.objects.select_related("area", "organisation"), actor, at, also=own, trade=own)
    return rows.order_by("-month", "organisation_id", "id")


def contradictions_seen_by(actor: Actor, at: datetime) -> QuerySet[Contradiction]:
    own = Q(organisation__in=(actor.organisation_id or 0, *actor.parties))
    rows = in_scope(Contradiction.objects.select_related("area", "organisation"), actor, at, also=own, trade=own)
    return rows.order_by("-opened_at", "-id")


def returns_of(actor: Actor, at: datetime, month: date) -> QuerySet[MonthlyReturn]:
    return returns_seen_by(actor, at).filter(month=month)
