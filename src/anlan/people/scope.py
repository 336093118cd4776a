"""What a post may see: the areas inside its own. Refusing is the default."""

from __future__ import annotations

from datetime import date, datetime
from typing import TypeVar

from django.db.models import Model, QuerySet

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


def in_scope(queryset: QuerySet[Rows], actor: Actor, at: datetime, field: str = "area_id") -> QuerySet[Rows]:
    """The rows that stand in the areas an actor may see."""
    if actor.system:
        return queryset
    if actor.area_id is None:
        return queryset.none()
    return queryset.filter(**{f"{field}__in": areas_seen_by(actor, local_day(at))})


def sees_area(actor: Actor, lineage: frozenset[int]) -> bool:
    """The same question for one area whose lineage is known (`facts.lineage(area_id)`)."""
    return actor.system or (actor.area_id is not None and actor.area_id in lineage)
