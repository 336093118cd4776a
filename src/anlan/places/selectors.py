"""Which areas and boundaries a post may see."""

from __future__ import annotations

from datetime import datetime

from django.db.models import OuterRef, Q, QuerySet, Subquery

from anlan.kernel.actors import Actor
from anlan.kernel.areas import within
from anlan.kernel.instance import local_day
from anlan.kernel.models import Area, AreaIn, Parameter

from .models import Boundary
from .terms import in_use


def areas_seen(actor: Actor, at: datetime) -> QuerySet[Area]:
    """The areas of the post's own ground, each with its parent; all of them for who keeps areas or accounts."""
    on = local_day(at)
    above = AreaIn.objects.filter(in_use(on), area=OuterRef("pk"), depth=1)
    rows = Area.objects.annotate(parent_name=Subquery(above.values("ancestor__name")[:1]),
                                 parent_uid=Subquery(above.values("ancestor__uid")[:1]))
    return rows.filter(_seen(actor, at)).order_by("code")


def boundaries_seen(actor: Actor, at: datetime) -> QuerySet[Boundary]:
    return Boundary.objects.select_related("area").filter(_seen(actor, at, "area_id")).order_by("-valid_from", "-id")


def parameters_seen(actor: Actor, at: datetime) -> QuerySet[Parameter]:
    """Rules of the house are open to everyone who works in it, except a unit's people."""
    rows = Parameter.objects.order_by("key", "-valid_from")
    return rows if actor.system or (actor.post_id is not None and not actor.is_any("unit")) else rows.none()


def _seen(actor: Actor, at: datetime, field: str = "id") -> Q:
    if actor.system or not actor.permits.isdisjoint({"areas.edit", "organisations.edit", "accounts.edit"}):
        return Q()
    if actor.area_id is None:
        return Q(pk__in=[])
    return Q(**{f"{field}__in": within(actor.area_id, local_day(at))})
