from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from anlan.kernel.actors import Actor
from anlan.people.scope import among, held_by, in_scope, joins, of_trade, party_to
from anlan.premises.selectors import at_its_units

from .models import Hazard, Listing, Proposal


def hazards_seen_by(actor: Actor, at: datetime) -> QuerySet[Hazard]:
    """Those on the actor's ground or of its trade, and those it takes or took part in."""
    rows = Hazard.objects.select_related("area", "premises", "matter")
    also = taken_part_in(actor, at, at_home=False)
    return in_scope(rows, actor, at, also=also, trade=trade_of(actor)).order_by("-opened_at", "-id")


def trade_of(actor: Actor) -> Q:
    """Hazards that a department of the actor's leads, and those at the units of its trade."""
    return of_trade(actor) | at_its_units(actor)


def taken_part_in(actor: Actor, at: datetime, at_home: bool = True) -> Q:
    """Open ones by their stakes, also when they are done by the unit and the department that stand in them."""
    return held_by(actor, "owner_party", "department_party") | party_to("hazard", actor, at, at_home=at_home)


def _through_hazards(column: str) -> Callable[[Actor, datetime], QuerySet[Hazard, Any]]:
    """What open hazards of a party hang on; of a department also the done ones, where its trade does not show it anyway."""

    def ids(actor: Actor, at: datetime) -> QuerySet[Hazard, Any]:
        elsewhere = held_by(actor, "department_party") & (Q(premises=None) | ~at_its_units(actor))
        rows = Hazard.objects.filter(party_to("hazard", actor, at) | elsewhere, **{f"{column}__isnull": False})
        return rows.values(column)

    return ids


joins("matter", _through_hazards("matter_id"))
joins("premises", _through_hazards("premises_id"))


def listings_seen_by(actor: Actor, at: datetime) -> QuerySet[Listing]:
    """Those on the actor's ground or of its trade; a unit's people see their own, whoever reviews what is reviewed."""
    rows = Listing.objects.select_related("area", "hazard", "premises", "committee", "department", "leader")
    concerned = Q(owner_party__in=actor.parties) | Q(team__contains=[{"id": actor.person_id or 0}])
    trade = of_trade(actor, "department_id") | _of_hazards(trade_of(actor))
    also = concerned | party_to("listing", actor, at)
    return in_scope(rows, actor, at, also=also, trade=trade).order_by("-opened_at", "-id")


joins("hazard", lambda actor, at: Listing.objects.filter(
    held_by(actor, "department_id") | party_to("listing", actor, at)).values("hazard_id"))


def proposals_seen_by(actor: Actor, at: datetime) -> QuerySet[Proposal]:
    """Those on the actor's ground, those of hazards of its trade or in which it takes part, and its own."""
    rows = Proposal.objects.select_related("area", "hazard", "hazard__premises")
    also = _of_hazards(taken_part_in(actor, at)) | held_by(actor, "asker_party") | party_to("proposal", actor, at)
    return in_scope(rows, actor, at, also=also, trade=_of_hazards(trade_of(actor))).order_by("-opened_at", "-id")


def _of_hazards(which: Q) -> Q:
    return among("hazard_id", Hazard.objects.filter(which).values("id"))


def review_queue(actor: Actor, at: datetime) -> QuerySet[Proposal]:
    """What waits for an answer, oldest first."""
    return proposals_seen_by(actor, at).filter(state="open").order_by("opened_at", "id")
