from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from anlan.kernel.actors import Actor
from anlan.people.scope import in_scope

from .models import Hazard, Proposal


def hazards_seen_by(actor: Actor, at: datetime) -> QuerySet[Hazard]:
    """Those on the actor's ground; for a unit's people those that name it."""
    rows = Hazard.objects.select_related("area", "premises", "matter")
    return in_scope(rows, actor, at, also=Q(owner_party__in=actor.parties)).order_by("-opened_at", "-id")


def proposals_seen_by(actor: Actor, at: datetime) -> QuerySet[Proposal]:
    rows = Proposal.objects.select_related("area", "hazard", "hazard__premises")
    return in_scope(rows, actor, at, also=Q(hazard__owner_party__in=actor.parties)).order_by("-opened_at", "-id")


def review_queue(actor: Actor, at: datetime) -> QuerySet[Proposal]:
    """What waits for an answer, oldest first."""
    return proposals_seen_by(actor, at).filter(state="open").order_by("opened_at", "id")
