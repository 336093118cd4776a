"""Which calls one may see: on one's ground or at the units of one's trade, made by or to one's post or body, or where one assists."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from anlan.kernel.actors import Actor
from anlan.people.scope import among, elsewhere, in_scope, joins, party_among
from anlan.premises.selectors import at_its_units

from .models import Attendance, Call


def calls_seen_by(actor: Actor, at: datetime) -> QuerySet[Call]:
    """A unit's people see none: what offices ask of each other is not theirs."""
    rows = Call.objects.select_related("area", "premises", "matter")
    if actor.is_any("unit", "auditor"):
        return rows.none()
    return in_scope(rows, actor, at, also=_taken_part_in(actor, at), trade=at_its_units(actor)).order_by("-opened_at", "-id")


def _taken_part_in(actor: Actor, at: datetime) -> Q:
    """Made by, to, or held by one's parties, or helped by one; those that answer for a part of one's ground count too."""
    helped = Attendance.objects.filter(party_among(actor, at, "party")).values("call_id")
    return (party_among(actor, at, "to_party") | party_among(actor, at, "from_party")
            | party_among(actor, at, "duty_post") | among("id", helped))


joins("matter", lambda actor, at: Call.objects.filter(
    _taken_part_in(actor, at), elsewhere(actor, at, "matter__area_id"), matter__isnull=False).values("matter_id"))


def attendances_seen_by(actor: Actor, at: datetime) -> QuerySet[Attendance]:
    rows = Attendance.objects.select_related("area", "call")
    if actor.is_any("unit", "auditor"):
        return rows.none()
    own = Call.objects.filter(party_among(actor, at, "to_party") | party_among(actor, at, "from_party")).values("id")
    mine = party_among(actor, at, "party") | among("call_id", own)
    trade = among("call_id", Call.objects.filter(at_its_units(actor)).values("id"))
    return in_scope(rows, actor, at, also=mine, trade=trade).order_by("-opened_at", "-id")


def calls_of(actor: Actor) -> QuerySet[Call]:
    """What one's post or body was called for and has not answered."""
    return Call.objects.filter(to_party__in=actor.parties, state__in=("ringing", "signed", "arrived"))
