"""Live incidents are open to any post on duty, since joint action needs them; who told whom stays with those concerned."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from anlan.kernel.actors import Actor
from anlan.kernel.instance import local_day
from anlan.kernel.rulebook import areas_within
from anlan.people.roles import OUTSIDE
from anlan.people.scope import among, district_wide, held_by, in_scope, party_among

from .models import Crew, Incident, InfoReport, Instruction, Judgement, Need, Relay

LIVE = ("open", "ended")
DESK = ("emergency", "director", "leader", "duty")


def incidents_seen_by(actor: Actor, at: datetime) -> QuerySet[Incident]:
    """Live ones by every post of the district; those that are over on one's own ground, or where one had to report."""
    rows = Incident.objects.select_related("area")
    if not actor.system and (actor.post_id is None or actor.is_any(*OUTSIDE)):
        return rows.none()
    told = among("id", Relay.objects.filter(party_among(actor, at, "party")).values("incident_id"))
    return in_scope(rows, actor, at, also=Q(state__in=LIVE) | told).order_by("-opened_at", "-id")


def handles(actor: Actor, incident: Incident) -> bool:
    """A desk of the district, or whoever answers for the place: who told whom is for them. Asks nothing of the database."""
    if actor.is_any(*DESK):
        return True
    if actor.area_id is None:
        return False
    known = actor.detail("areas")
    ground = areas_within(actor.area_id, local_day(incident.opened_at), known if isinstance(known, int) else None)
    return incident.area_id in ground.ids


def relays_seen_by(actor: Actor, at: datetime) -> QuerySet[Relay]:
    """Those on one's ground, and one's own."""
    rows = Relay.objects.select_related("area", "incident")
    if actor.is_any("auditor", *OUTSIDE):
        return rows.none()
    return in_scope(rows, actor, at, also=party_among(actor, at, "party")).order_by("-opened_at", "-id")


def info_reports_seen_by(actor: Actor, at: datetime) -> QuerySet[InfoReport]:
    """Those on one's ground, one's own, and those of an incident in whose chain one stands."""
    rows = InfoReport.objects.select_related("area", "incident")
    if actor.is_any("auditor", *OUTSIDE):
        return rows.none()
    told = among("incident_id", Relay.objects.filter(party_among(actor, at, "party")).values("incident_id"))
    return in_scope(rows, actor, at, also=told).order_by("-opened_at", "-id")


def judgements_seen_by(actor: Actor, at: datetime) -> QuerySet[Judgement]:
    """Those on one's ground."""
    rows = Judgement.objects.select_related("area", "incident")
    if actor.is_any("auditor", *OUTSIDE):
        return rows.none()
    return in_scope(rows, actor, at).order_by("-opened_at", "-id")


def instructions_seen_by(actor: Actor, at: datetime) -> QuerySet[Instruction]:
    """Those on one's ground, and one's own."""
    rows = Instruction.objects.select_related("area", "incident")
    if actor.is_any("auditor", *OUTSIDE):
        return rows.none()
    return in_scope(rows, actor, at, also=party_among(actor, at, "party")).order_by("-opened_at", "-id")


def crews_seen_by(actor: Actor, at: datetime) -> QuerySet[Crew]:
    """By any post on duty; whoever leads a unit's team sees its own."""
    rows = Crew.objects.select_related("area", "incident").order_by("-opened_at", "-id")
    return rows.filter(held_by(actor, "party")) if actor.is_any(*OUTSIDE) else district_wide(rows, actor, at)


def needs_seen_by(actor: Actor, at: datetime) -> QuerySet[Need]:
    """By any post on duty: whoever can give is to know."""
    return district_wide(Need.objects.select_related("area", "incident"), actor, at).order_by("-opened_at", "-id")
