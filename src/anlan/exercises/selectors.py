from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from anlan.kernel.actors import Actor

from .models import Exercise

UNDER_WAY = ("preparing", "open")


def exercises_seen_by(actor: Actor, at: datetime) -> QuerySet[Exercise]:
    """Whoever may open one sees them all."""
    rows = Exercise.objects.order_by("-id")
    return rows if actor.system or "exercises.open" in actor.permits else rows.none()


def opened() -> Exercise | None:
    """The one that can be entered."""
    return Exercise.objects.filter(state="open").order_by("-id").first()
