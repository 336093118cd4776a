"""The people of the demonstration as actors in their posts: two statements for everyone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from anlan.kernel.actors import Actor
from anlan.people.models import Post
from anlan.people.standing import actor_of, read_standing, with_standing

from .houses import Seat


def actors_on(seats: Iterable[Seat], day: date) -> dict[str, Actor]:
    """Key → actor, as each stands on the day (licences and entrustments as well)."""
    wanted = {seat.person: seat for seat in seats}
    posts: dict[UUID, int] = dict(Post.objects.filter(uid__in=[s.post for s in wanted.values()]).values_list("uid", "id"))
    rows = with_standing(day).filter(uid__in=wanted)
    return {wanted[row.uid].key: actor_of(read_standing(row, day), posts[wanted[row.uid].post]) for row in rows}
