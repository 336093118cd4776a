from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from anlan.kernel.actors import Actor
from anlan.people.roles import Role
from anlan.people.scope import any_of, ground_of

from .models import Device


def devices_seen_by(actor: Actor, at: datetime) -> QuerySet[Device]:
    """One's own phones; for those who may shut one out, the phones of their ground."""
    if actor.system or actor.is_any(Role.SYSADMIN):
        return Device.objects.all()
    found = Q(person_id=actor.person_id) if actor.person_id is not None else Q(pk__in=())
    ground = ground_of(actor, at)
    if ground is not None and actor.is_any(Role.COMMUNITY, Role.STREET, Role.EMERGENCY):
        found |= any_of("area_id", ground.ids)
    return Device.objects.filter(found)
