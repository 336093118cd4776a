"""Who stands in for this post, and for whom it stands in: shown on both desks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Q
from django.db.models.functions import Coalesce, Concat, JSONObject

from anlan.kernel.actors import Actor
from anlan.kernel.instance import local_day
from anlan.people.models import Delegation, Post
from anlan.places.terms import in_term


@dataclass(frozen=True)
class StandIn:
    """mine: this post's duties, done by another; otherwise another's, done by this post."""

    uid: str
    mine: bool
    name: str
    since: date
    until: date | None
    ahead: bool


@dataclass(frozen=True)
class StandIns:
    lines: Sequence[StandIn]
    new_url: str


def standins_of(actor: Actor, at: datetime) -> StandIns:
    """One statement: the post with its deputy and the delegations that are in force or ahead."""
    day = local_day(at)
    row: Any = Post.objects.filter(id=actor.post_id or 0).annotate(
        standins=ArraySubquery(_lines(actor, day))).values("uid", "deputy__uid", "standins").first()
    if row is None:
        return StandIns((), "")
    lines = [StandIn(line["uid"], line["mine"] == actor.post_id, line["to"] if line["mine"] == actor.post_id else line["of"],
                     date.fromisoformat(line["since"]), date.fromisoformat(line["until"]) if line["until"] else None,
                     date.fromisoformat(line["since"]) > day) for line in row["standins"]]
    asked = {"from_post": row["uid"], "since": day} | ({"to_post": row["deputy__uid"]} if row["deputy__uid"] else {})
    return StandIns(lines, f"/desk/delegations/new?{urlencode(asked)}")


def _lines(actor: Actor, day: date) -> Any:
    concerns = Q(from_post=OuterRef("id")) | Q(to_post=OuterRef("id")) | Q(to_person_id=actor.person_id or 0)
    rows = Delegation.objects.filter(concerns).filter(in_term(day) | Q(state="active", since__gt=day))
    return rows.order_by("since", "id")[:10].values(data=JSONObject(
        uid=F("uid"), mine=F("from_post_id"), since=F("since"), until=F("until"),
        of=Concat(F("from_post__organisation__name"), F("from_post__title")),
        to=Coalesce(Concat(F("to_post__organisation__name"), F("to_post__title")), F("to_person__name"))))
