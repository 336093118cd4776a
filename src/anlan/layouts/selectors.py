from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from anlan.kernel.actors import Actor
from anlan.kernel.instance import local_day
from anlan.kernel.rulebook import rulebook
from anlan.people.scope import NOTHING, any_of, in_scope

from .models import Layout


def layouts_seen_by(actor: Actor, at: datetime) -> QuerySet[Layout]:
    """Those of the offices on the actor's ground and of those above it: an upper office's layout serves all below."""
    rows = Layout.objects.select_related("area")
    above = NOTHING if actor.area_id is None else any_of("area_id", rulebook().lineage(actor.area_id, local_day(at)))
    return in_scope(rows, actor, at, also=above).order_by("name", "id")
