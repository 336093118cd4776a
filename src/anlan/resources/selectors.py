"""Forces as any post on duty sees them, wherever they stand: help crosses streets."""

from __future__ import annotations

from datetime import datetime

from django.db.models import OuterRef, QuerySet, Subquery

from anlan.kernel.actors import Actor
from anlan.kernel.models import NEVER, Clock
from anlan.people.scope import district_wide

from .flow import OPEN
from .team_models import Callout, RescueTeam, TeamCertificate


def teams_seen_by(actor: Actor, at: datetime) -> QuerySet[RescueTeam]:
    return district_wide(RescueTeam.objects.select_related("area", "owner"), actor, at).order_by("name", "id")


def certificates_seen_by(actor: Actor, at: datetime) -> QuerySet[TeamCertificate]:
    return district_wide(TeamCertificate.objects.all(), actor, at).order_by("valid_to", "id")


def callouts_seen_by(actor: Actor, at: datetime) -> QuerySet[Callout]:
    return district_wide(Callout.objects.select_related("team", "area"), actor, at).order_by("-opened_at", "-id")


def callouts_under_way(actor: Actor, at: datetime) -> QuerySet[Callout]:
    """With the soonest limit that runs; those that nobody acted on first, then by that limit."""
    running = Clock.objects.filter(kind="callout", case_id=OuterRef("pk"), stopped_at=None, due_at__lt=NEVER).order_by("due_at")
    rows = callouts_seen_by(actor, at).filter(state__in=OPEN)
    return rows.annotate(next_due=Subquery(running.values("due_at")[:1]), next_clock=Subquery(running.values("name")[:1])).order_by(
        "-alarm", "next_due", "id")


def callouts_for(kind: str, uid: object) -> QuerySet[Callout]:
    """Those that were called for one case of a higher app."""
    return Callout.objects.filter(for_kind=kind, for_uid=uid).select_related("team").order_by("id")
