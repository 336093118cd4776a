from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from anlan.kernel.actors import Actor
from anlan.people.scope import among, held_by, in_scope, of_trade, party_to

from .models import FileChange, Premises, RiskPoint, SpecialObject, UnitRecord


def premises_seen_by(actor: Actor, at: datetime) -> QuerySet[Premises]:
    """Units on the actor's ground or of its department's trade, and where it takes part; an owner's people see their own."""
    rows = Premises.objects.select_related("area")
    also = held_by(actor, "owner_party") | party_to("premises", actor, at)
    return in_scope(rows, actor, at, also=also, trade=trade_of(actor)).order_by("name", "id")


def trade_of(actor: Actor) -> Q:
    """Units of the trades that the actor's department answers for."""
    return of_trade(actor, "department_party", "committee_no")


def at_its_units(actor: Actor, field: str = "premises_id") -> Q:
    """Rows that stand at a unit of the actor's trade."""
    return among(field, Premises.objects.filter(trade_of(actor)).values("id"))


def at_own_units(actor: Actor, field: str = "premises_id") -> Q:
    """Rows that stand at a unit whose owner the actor is of."""
    return among(field, Premises.objects.filter(held_by(actor, "owner_party")).values("id"))


def special_objects_seen_by(actor: Actor, at: datetime) -> QuerySet[SpecialObject]:
    return in_scope(SpecialObject.objects.select_related("area", "premises"), actor, at).order_by("name", "id")


def risk_points_seen_by(actor: Actor, at: datetime) -> QuerySet[RiskPoint]:
    rows = RiskPoint.objects.select_related("area", "premises")
    return in_scope(rows, actor, at, also=at_own_units(actor), trade=at_its_units(actor)).order_by("premises_id", "id")


def file_changes_seen_by(actor: Actor, at: datetime) -> QuerySet[FileChange]:
    rows = FileChange.objects.select_related("area", "premises")
    return in_scope(rows, actor, at, also=at_own_units(actor), trade=at_its_units(actor)).order_by("-opened_at", "-id")


def unit_records_seen_by(actor: Actor, at: datetime) -> QuerySet[UnitRecord]:
    rows = UnitRecord.objects.select_related("area", "premises")
    return in_scope(rows, actor, at, also=at_own_units(actor), trade=at_its_units(actor)).order_by("-on_day", "-id")
