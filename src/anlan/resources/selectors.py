"""Forces as any post on duty sees them, wherever they stand: help crosses streets."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Greatest

from anlan.kernel.actors import Actor
from anlan.kernel.instance import local_day
from anlan.kernel.models import NEVER, Clock
from anlan.people.roles import OUTSIDE
from anlan.people.scope import district_wide, held_by, in_scope

from .firm_models import AgreementCall
from .flow import OPEN
from .station_models import Expert
from .store_facts import ZERO, lots_with_balance, summed
from .store_models import REQUISITION_LEDGER, STOCK_LEDGER, Good, Lot, Requisition, Stock, Transfer
from .team_models import Callout, RescueTeam, TeamCertificate


def teams_seen_by(actor: Actor, at: datetime) -> QuerySet[RescueTeam]:
    return district_wide(RescueTeam.objects.select_related("area", "owner"), actor, at).order_by("name", "id")


def certificates_seen_by(actor: Actor, at: datetime) -> QuerySet[TeamCertificate]:
    return district_wide(TeamCertificate.objects.all(), actor, at).order_by("valid_to", "id")


def callouts_seen_by(actor: Actor, at: datetime) -> QuerySet[Callout]:
    """By any post on duty; a team that somebody from outside the house leads (a unit's, say) sees its own."""
    rows = Callout.objects.select_related("team", "area").order_by("-opened_at", "-id")
    return rows.filter(held_by(actor, "to_party")) if actor.is_any(*OUTSIDE) else district_wide(rows, actor, at)


def callouts_under_way(actor: Actor, at: datetime) -> QuerySet[Callout]:
    """With the soonest limit that runs; those that nobody acted on first, then by that limit."""
    running = Clock.objects.filter(kind="callout", case_id=OuterRef("pk"), stopped_at=None, due_at__lt=NEVER).order_by("due_at")
    rows = callouts_seen_by(actor, at).filter(state__in=OPEN)
    return rows.annotate(next_due=Subquery(running.values("due_at")[:1]), next_clock=Subquery(running.values("name")[:1])).order_by(
        "-alarm", "next_due", "id")


def callouts_for(kind: str, uid: object) -> QuerySet[Callout]:
    """Those that were called for one case of a higher app."""
    return Callout.objects.filter(for_kind=kind, for_uid=uid).select_related("team").order_by("id")


def goods_seen_by(actor: Actor, at: datetime) -> QuerySet[Good]:
    return district_wide(Good.objects.all(), actor, at).order_by("code", "id")


def stocks_seen_by(actor: Actor, at: datetime) -> QuerySet[Stock]:
    """With the balance, and what of it may be drawn in everyday use."""
    day = local_day(at)
    lots = Lot.objects.filter(stock=OuterRef(OuterRef("pk")))
    good = lots.filter(Q(expires_on=None) | Q(expires_on__gte=day))
    rows = Stock.objects.select_related("area", "store", "good").annotate(
        balance=summed(STOCK_LEDGER, item_id__in=lots.values("id")), usable=summed(STOCK_LEDGER, item_id__in=good.values("id")))
    rows = rows.annotate(free=Greatest(F("usable") - F("reserve"), ZERO))
    return district_wide(rows, actor, at).order_by("id")


def lots_seen_by(actor: Actor, at: datetime) -> QuerySet[Lot]:
    rows = lots_with_balance().select_related("area", "stock", "stock__store", "stock__good")
    return district_wide(rows, actor, at).order_by("id")


def transfers_seen_by(actor: Actor, at: datetime) -> QuerySet[Transfer]:
    rows = Transfer.objects.select_related("area", "to_stock__store", "to_stock__good", "from_stock__store", "from_stock__good")
    return district_wide(rows, actor, at).order_by("-opened_at", "-id")


def agreement_calls_seen_by(actor: Actor, at: datetime) -> QuerySet[AgreementCall]:
    rows = AgreementCall.objects.select_related("area", "stock__store", "stock__good")
    return district_wide(rows, actor, at).order_by("-opened_at", "-id")


def requisitions_seen_by(actor: Actor, at: datetime) -> QuerySet[Requisition]:
    """Whose property was taken is seen on the ground where it was, and by who coordinates."""
    rows = Requisition.objects.select_related("area").annotate(left=summed(REQUISITION_LEDGER, item_id=OuterRef("pk")))
    return in_scope(rows, actor, at, also=held_by(actor, "party")).order_by("-opened_at", "-id")


def experts_for(field: str, body: str, actor: Actor, at: datetime) -> list[Expert]:
    """Of this field, in their term, and with no tie to the body that is judged."""
    return [e for e in experts_of(field, actor, at) if e.since <= local_day(at) <= e.until and not e.tie_to(body)]


def experts_of(field: str, actor: Actor, at: datetime) -> QuerySet[Expert]:
    """Of this field, whatever their term; of any where none is named."""
    rows = district_wide(Expert.objects.filter(state="active"), actor, at).order_by("number", "id")
    return rows.filter(fields__contains=[field]) if field else rows
