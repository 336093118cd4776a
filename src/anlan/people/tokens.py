"""Other systems act in a post: the actor behind a token of the API."""

from __future__ import annotations

from datetime import datetime

from anlan.kernel.actors import Actor
from anlan.kernel.instance import local_day
from anlan.kernel.refusals import Refused
from anlan.places.terms import in_use
from anlan.toolkit import api
from anlan.toolkit.intake.models import ApiToken

from .models import Post
from .permits import permits_of
from .standing import actor_for


def actor_of_token(token: ApiToken, at: datetime) -> Actor | None:
    """The person a token names, in its post, or the post alone. None: the post is out of use, or the term is over."""
    if token.person_id is not None:
        try:
            return actor_for(token.person_id, token.post_id, at)
        except Refused:
            return None
    on = local_day(at)
    post = Post.objects.filter(in_use(on), in_use(on, "organisation__"), id=token.post_id).select_related(
        "organisation").first()
    return post and _actor(post, token)


def _actor(post: Post, token: ApiToken) -> Actor:
    house = post.organisation
    return Actor(
        name=token.name, post_id=post.id, title=post.title, organisation_id=house.id, roles=frozenset(post.roles),
        permits=permits_of(post.roles), parties=(post.id, house.id), area_id=post.area_id,
        extra=(("organisation_sort", house.sort), ("organisation", house.name), ("entrusted_by", ()),
               ("for_another", False), ("token", str(token.uid))))


def register() -> None:
    api.actor_of = actor_of_token
