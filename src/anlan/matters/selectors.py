from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from anlan.kernel.actors import Actor
from anlan.people.scope import in_scope

from .models import Matter


def matters_seen_by(actor: Actor, at: datetime) -> QuerySet[Matter]:
    """Those on the actor's ground; for a unit's people those of their own units."""
    rows = Matter.objects.select_related("area", "premises")
    return in_scope(rows, actor, at, also=Q(premises__owner_party__in=actor.parties)).order_by("-opened_at", "-id")
