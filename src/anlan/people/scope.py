"""What a post may see: the areas inside its own. Refusing is the default."""

from __future__ import annotations

from datetime import date, datetime
from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from anlan.kernel.actors import Actor
from anlan.kernel.areas import within
from anlan.kernel.instance import local_day
from anlan.kernel.models import Area, AreaIn

Rows = TypeVar("Rows", bound=Model)


def areas_seen_by(actor: Actor, on: date) -> QuerySet[AreaIn, int]:
    """Ids of the areas an actor may see on a day, as a subquery: its own ground with all that lies in it."""
    if actor.system:
        return Area.objects.values_list("id", flat=True)
    if actor.area_id is None:
        return AreaIn.objects.none().values_list("area_id", flat=True)
    return within(actor.area_id, on)


def in_scope(queryset: QuerySet[Rows], actor: Actor, at: datetime, field: str = "area_id",
             also: Q | None = None) -> QuerySet[Rows]:
    """The rows in the areas an actor may see; `also`: rows it sees for another reason (own units, a stake)."""
    if actor.system:
        return queryset
    seen = Q(**{f"{field}__in": areas_seen_by(actor, local_day(at))}) if actor.area_id is not None else Q()
    if also is not None:
        seen = seen | also if seen else also
    return queryset.filter(seen) if seen else queryset.none()


def sees_area(actor: Actor, lineage: frozenset[int]) -> bool:
    """The same question for one area whose lineage is known (`facts.lineage(area_id)`)."""
    return actor.system or (actor.area_id is not None and actor.area_id in lineage)
