from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from anlan.kernel.actors import Actor
from anlan.people.scope import in_scope

from .models import Hazard, Listing, Proposal


def hazards_seen_by(actor: Actor, at: datetime) -> QuerySet[Hazard]:
    """Those on the actor's ground; for a unit's people those that name it."""
    rows = Hazard.objects.select_related("area", "premises", "matter")
    return in_scope(rows, actor, at, also=Q(owner_party__in=actor.parties)).order_by("-opened_at", "-id")


def listings_seen_by(actor: Actor, at: datetime) -> QuerySet[Listing]:
    """Those on the actor's ground; a unit's people see their own, whoever reviews sees what is reviewed."""
    rows = Listing.objects.select_related("area", "hazard", "premises", "committee", "department", "leader")
    concerned = Q(owner_party__in=actor.parties) | Q(team__contains=[{"id": actor.person_id or 0}])
    return in_scope(rows, actor, at, also=concerned).order_by("-opened_at", "-id")


def proposals_seen_by(actor: Actor, at: datetime) -> QuerySet[Proposal]:
    rows = Proposal.objects.select_related("area", "hazard", "hazard__premises")
    return in_scope(rows, actor, at, also=Q(hazard__owner_party__in=actor.parties)).order_by("-opened_at", "-id")


def review_queue(actor: Actor, at: datetime) -> QuerySet[Proposal]:
    """What waits for an answer, oldest first."""
    return proposals_seen_by(actor, at).filter(state="open").order_by("opened_at", "id")
