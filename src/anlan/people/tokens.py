"""Other systems act in a post: the actor behind a token of the API."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from django.db import connection

from anlan.kernel.actors import Actor
from anlan.kernel.instance import local_day
from anlan.kernel.refusals import Refused
from anlan.places.terms import in_use
from anlan.toolkit import api
from anlan.toolkit.intake.models import ApiToken

from .models import Post
from .permits import permits_of
from .standing import NO_DAY, NOBODY, actor_for


class Held(NamedTuple):
    """A post in use and its house."""

    id: int
    title: str
    roles: list[str]
    area_id: int | None
    organisation_id: int
    house: str
    sort: str


def actor_of_token(token: ApiToken, at: datetime) -> Actor | None:
    """The person a token names, in its post, or the post alone. None: the post is out of use, or the term is over."""
    if token.person_id is not None:
        try:
            return actor_for(token.person_id, token.post_id, at)
        except Refused:
            return None
    post = _post_of(token.post_id, local_day(at))
    return post and _actor(post, token)


def _post_of(post_id: int, on: date) -> Held | None:
    """Every request of another system asks: its statement is worded once in a process."""
    sql, params = _worded()
    told: dict[Any, Any] = {NOBODY: post_id, NO_DAY: on}
    with connection.cursor() as cursor:
        cursor.execute(sql, [told.get(p, p) for p in params])
        row = cursor.fetchone()
    return Held(*row) if row else None


@cache
def _worded() -> tuple[str, tuple[Any, ...]]:
    """The statement that reads the post NOBODY on NO_DAY."""
    found = Post.objects.filter(in_use(NO_DAY), in_use(NO_DAY, "organisation__"), id=NOBODY).values_list(
        "id", "title", "roles", "area_id", "organisation_id", "organisation__name", "organisation__sort")
    sql, params = found.query.sql_with_params()
    return sql, tuple(params)


def _actor(post: Held, token: ApiToken) -> Actor:
    return Actor(
        name=token.name, post_id=post.id, title=post.title, organisation_id=post.organisation_id, roles=frozenset(post.roles),
        permits=permits_of(post.roles), parties=(post.id, post.organisation_id), area_id=post.area_id,
        extra=(("organisation_sort", post.sort), ("organisation", post.house), ("entrusted_by", ()),
               ("for_another", False), ("token", str(token.uid))))


def register() -> None:
    api.actor_of = actor_of_token
