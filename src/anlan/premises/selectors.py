from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from anlan.kernel.actors import Actor
from anlan.people.scope import in_scope

from .models import Premises, RiskPoint, SpecialObject


def premises_seen_by(actor: Actor, at: datetime) -> QuerySet[Premises]:
    """Units on the actor's ground; an owner's people see their own units only."""
    rows = Premises.objects.select_related("area")
    return in_scope(rows, actor, at, also=Q(owner_party__in=actor.parties)).order_by("name", "id")


def special_objects_seen_by(actor: Actor, at: datetime) -> QuerySet[SpecialObject]:
    return in_scope(SpecialObject.objects.select_related("area", "premises"), actor, at).order_by("name", "id")


def risk_points_seen_by(actor: Actor, at: datetime) -> QuerySet[RiskPoint]:
    rows = RiskPoint.objects.select_related("area", "premises")
    return in_scope(rows, actor, at, also=Q(premises__owner_party__in=actor.parties)).order_by("premises_id", "id")
