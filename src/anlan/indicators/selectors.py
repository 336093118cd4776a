from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from anlan.kernel.actors import Actor

from .models import SavedQuestion, Subscription


def questions_seen_by(actor: Actor, at: datetime) -> QuerySet[SavedQuestion]:
    """One's own, and what colleagues share within the organisation."""
    rows = SavedQuestion.objects.select_related("area", "where").order_by("name", "id")
    if actor.system:
        return rows
    if actor.person_id is None or actor.area_id is None:
        return rows.none()
    return rows.filter(Q(person_id=actor.person_id) | Q(shared=True, organisation_id=actor.organisation_id))


def subscriptions_seen_by(actor: Actor, at: datetime) -> QuerySet[Subscription]:
    """One's own."""
    rows = Subscription.objects.select_related("area", "question", "question__where").order_by("-id")
    return rows if actor.system else rows.filter(person_id=actor.person_id or 0)
