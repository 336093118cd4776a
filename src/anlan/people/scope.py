"""What a post may see: its own ground, the trade of its department, what it takes part in. Refusing is the default.

Each reason to see is a condition that an index of the row's own table answers, so that a list takes the rows of few
grids from their indexes and those of a whole district from its order (docs/explanation/scope.md has the figures).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, BooleanField, F, Func, Model, Q, QuerySet, Value

from anlan.kernel.actors import Actor
from anlan.kernel.areas import within
from anlan.kernel.instance import local_day
from anlan.kernel.models import Area, AreaIn, Stake
from anlan.kernel.rulebook import Within, areas_within
from anlan.toolkit.registers.declare import SCOPES

from .models import Organisation, Post, Sort
from .roles import OUTSIDE, THREE_ADMINISTRATORS, Role

Rows = TypeVar("Rows", bound=Model)
Ids = Callable[[Actor, datetime], QuerySet[Any, Any]]

NOTHING = Q(pk__in=())
IDS = ArrayField(BigIntegerField())
COORDINATORS = (Role.EMERGENCY, Role.DIRECTOR, Role.LEADER, Role.EXPERT, Role.DUTY)
"""Who looks across trades: a post of a department with one of these roles is not kept to its trade."""


def areas_seen_by(actor: Actor, on: date) -> QuerySet[AreaIn, int]:
    """Ids of the areas an actor may see on a day, as a subquery: its own ground with all that lies in it."""
    if actor.system:
        return Area.objects.values_list("id", flat=True)
    if actor.area_id is None:
        return AreaIn.objects.none().values_list("area_id", flat=True)
    return within(actor.area_id, on)


def in_scope(queryset: QuerySet[Rows], actor: Actor, at: datetime, field: str = "area_id",
             also: Q = NOTHING, trade: Q | None = None) -> QuerySet[Rows]:
    """The rows in the areas an actor may see. also: rows it sees for another reason (own units, a stake).

    trade: the rows of the trades its department answers for (`of_trade`), in every area; whom its role keeps to
    these sees no others of its ground. Without it a register knows no trade, and everyone sees by ground.
    """
    if actor.system:
        return queryset
    kept = trade is not None and kept_to_trade(actor)
    ground = None if kept else ground_of(actor, at)
    if ground is not None and ground.is_all:
        return queryset
    return queryset.filter((any_of(field, ground.ids) if ground else NOTHING) | (trade or NOTHING) | also)


def ground_of(actor: Actor, at: datetime) -> Within | None:
    """The areas of the actor's own ground; None where it answers for none."""
    known = actor.detail("areas")
    if actor.area_id is None:
        return None
    return areas_within(actor.area_id, local_day(at), known if isinstance(known, int) else None)


def sees_area(actor: Actor, lineage: frozenset[int]) -> bool:
    """The same question for one area whose lineage is known (`facts.lineage(area_id)`)."""
    return actor.system or (actor.area_id is not None and actor.area_id in lineage)


def kept_to_trade(actor: Actor) -> bool:
    """A department's own desk, and no coordinator's: of cases with a trade it sees its own, wherever they stand."""
    return actor.is_any(Role.DEPARTMENT) and not actor.is_any(*COORDINATORS)


def of_trade(actor: Actor, department: str = "department_party", committee: str = "") -> Q:
    """Rows whose trade the actor's department answers for: named so, or of a committee that it leads."""
    if not actor.is_any(Role.DEPARTMENT):
        return NOTHING
    named = any_of(department, actor.parties)
    leads = actor.detail("leads")
    return named | any_of(committee, leads) if committee and isinstance(leads, tuple) and leads else named


# Parties

JOINED: dict[str, list[Ids]] = defaultdict(list)


def joins(kind: str, ids: Ids) -> None:
    """Who takes part in a case of a higher app sees what it hangs on: ids(actor, at) → ids of rows of `kind`."""
    JOINED[kind].append(ids)


def party_to(kind: str, actor: Actor, at: datetime, field: str = "id", at_home: bool = True) -> Q:
    """Rows of a kind in which the actor's parties have a stake, or on which a case hangs that they take part in.

    Stakes end with their case; a case that is done is seen on by the parties that stand in its own columns.
    at_home: also those on the actor's own ground. A list that shows its ground anyway asks for the few others: a
    street's open stakes are thousands and nearly all at home, and each would be compared with each row.
    """
    stakes = Stake.objects.filter(party_among(actor, at), kind=kind)
    if not at_home and (off := elsewhere(actor, at)):
        stakes = stakes.filter(off | Q(area_id=None))
    found = among(field, stakes.values("case_id"))
    for ids in JOINED[kind]:
        found |= among(field, ids(actor, at))
    return found


def party_among(actor: Actor, at: datetime, field: str = "party_id") -> Q:
    """The actor's own parties, and the houses and posts that answer for a part of its ground: what they see, it sees."""
    own, ground = held_by(actor, field), ground_of(actor, at)
    if ground is None or kept_to_trade(actor):
        return own
    here = any_of("area_id", ground.ids)
    houses = Organisation.objects.exclude(sort=Sort.UNIT_OWNER).filter(here).values("id")
    theirs = ArraySubquery(houses.union(Post.objects.filter(here).values("id"), all=True), output_field=IDS)
    mine = Value(list(actor.parties) if own else [], output_field=IDS)
    return _any(field, Func(mine, theirs, template="%(expressions)s", arg_joiner=" || ", output_field=IDS))


def elsewhere(actor: Actor, at: datetime, field: str = "area_id") -> Q:
    """Rows off the actor's own ground: what it sees there it needs no other reason for."""
    ground = None if kept_to_trade(actor) else ground_of(actor, at)
    return Q() if ground is None else ~any_of(field, ground.ids)


def held_by(actor: Actor, *fields: str) -> Q:
    """Rows that name one of the actor's parties in one of these columns; an administrator takes part in nothing."""
    found = NOTHING
    for field in fields if actor.parties and not actor.is_any(*THREE_ADMINISTRATORS) else ():
        found |= any_of(field, actor.parties)
    return found


def any_of(field: str, ids: Any) -> Q:
    """field = ANY(one array): an index answers it also beside an OR, and thousands of ids cost no more than one."""
    return _any(field, Value(list(ids), output_field=IDS))


def among(field: str, ids: QuerySet[Any, Any]) -> Q:
    """field = ANY(ARRAY(subquery)): as `any_of`, with ids that the database finds first."""
    return _any(field, ArraySubquery(ids, output_field=IDS))


def _any(field: str, array: Any) -> Q:
    return Q(Func(F(field), array, template="(%(expressions)s))", arg_joiner=" = ANY(", output_field=BooleanField()))


# Registers of the whole district


def register() -> None:
    """A register may name these scopes instead of a selector."""
    SCOPES["district"] = district_wide


def district_wide(queryset: QuerySet[Rows], actor: Actor, at: datetime) -> QuerySet[Rows]:
    """What joint action needs everywhere: open to any post on duty, closed to whoever is outside the house and to whoever holds no post."""
    return queryset if actor.system or (actor.post_id is not None and not actor.is_any(*OUTSIDE)) else queryset.none()
