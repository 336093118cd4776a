from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from anlan.kernel.actors import Actor
from anlan.people.scope import in_scope

from .models import Commitment, Report, ReportTemplate


def reports_seen_by(actor: Actor, at: datetime) -> QuerySet[Report]:
    """Those of the actor's own ground and below it."""
    return in_scope(Report.objects.select_related("area"), actor, at).order_by("-opened_at", "-id")


def templates_seen_by(actor: Actor, at: datetime) -> QuerySet[ReportTemplate]:
    return in_scope(ReportTemplate.objects.select_related("area"), actor, at).order_by("name", "id")


def commitments_seen_by(actor: Actor, at: datetime) -> QuerySet[Commitment]:
    """On the actor's ground, or owed by one of its houses."""
    rows = Commitment.objects.select_related("area", "report", "organisation")
    return in_scope(rows, actor, at, also=Q(organisation__in=actor.parties)).order_by("due_on", "id")


def public_commitments() -> QuerySet[Commitment]:
    """Of published reports; what was taken back is left out."""
    rows = Commitment.objects.filter(report__state="published").exclude(state="dropped")
    return rows.select_related("report", "organisation").order_by("due_on", "id")


def published_reports() -> QuerySet[Report]:
    return Report.objects.filter(state="published").order_by("-published_at", "-id")
