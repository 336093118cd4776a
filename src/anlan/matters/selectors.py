from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from anlan.kernel.actors import Actor
from anlan.people.roles import Role
from anlan.people.scope import NOTHING, in_scope, kept_to_trade, party_to
from anlan.premises.selectors import at_its_units, at_own_units

from .models import Matter, Opener, Unsealing

CONCERNED = (Role.COMMUNITY, Role.STREET, Role.OFFICER, Role.EMERGENCY, Role.DIRECTOR, Role.LEADER, Role.AUDITOR)


def matters_seen_by(actor: Actor, at: datetime) -> QuerySet[Matter]:
    """Those on the actor's ground, or of its trade and what it reported itself, and those in which it takes part.

    A unit's people never see what residents have reported of it: words and photos would tell who it was (domain.md 12.4).
    """
    rows = Matter.objects.select_related("area", "premises")
    if actor.is_any("unit"):
        rows = rows.exclude(opener=Opener.RESIDENT)
    also = at_own_units(actor) | party_to("matter", actor, at, at_home=False)
    trade = at_its_units(actor) | (Q(reporter_id=actor.person_id) if kept_to_trade(actor) else NOTHING)
    return in_scope(rows, actor, at, also=also, trade=trade).order_by("-opened_at", "-id")


def unsealings_seen_by(actor: Actor, at: datetime) -> QuerySet[Unsealing]:
    """Requests on the actor's ground, for those who may ask or grant, and for whoever watches over both; a warden sees none."""
    rows = Unsealing.objects.select_related("area", "matter")
    if not actor.system and not actor.is_any(*CONCERNED):
        return rows.none()
    return in_scope(rows, actor, at, also=Q(asker_id=actor.person_id or 0)).order_by("-opened_at", "-id")
