"""Which calls one may see: on one's ground, made by or to one's post or body, or where one assists."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from anlan.kernel.actors import Actor
from anlan.people.scope import in_scope

from .models import Attendance, Call


def calls_seen_by(actor: Actor, at: datetime) -> QuerySet[Call]:
    """A unit's people see none: what offices ask of each other is not theirs."""
    rows = Call.objects.select_related("area", "premises", "matter")
    if actor.is_any("unit", "auditor"):
        return rows.none()
    helped = Attendance.objects.filter(party__in=actor.parties).values("call_id")
    mine = Q(to_party__in=actor.parties) | Q(from_party__in=actor.parties) | Q(duty_post__in=actor.parties) | Q(id__in=helped)
    return in_scope(rows, actor, at, also=mine).order_by("-opened_at", "-id")


def attendances_seen_by(actor: Actor, at: datetime) -> QuerySet[Attendance]:
    rows = Attendance.objects.select_related("area", "call")
    if actor.is_any("unit", "auditor"):
        return rows.none()
    mine = Q(party__in=actor.parties) | Q(call__to_party__in=actor.parties) | Q(call__from_party__in=actor.parties)
    return in_scope(rows, actor, at, also=mine).order_by("-opened_at", "-id")


def calls_of(actor: Actor) -> QuerySet[Call]:
    """What one's post or body was called for and has not answered."""
    return Call.objects.filter(to_party__in=actor.parties, state__in=("ringing", "signed", "arrived"))
