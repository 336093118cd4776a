"""What rules and effects of a team know besides its columns."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, NamedTuple

from anlan.people.models import Post
from anlan.people.roles import OUTSIDE
from anlan.people.selectors import posts_seen

from .team_models import RescueTeam


class Seen(NamedTuple):
    """The reader may see the team. post: the one that a form names, where the reader sees it."""

    post: Post | None = None


def seen_with_post(subjects: list[Any]) -> list[Seen | None]:
    """Teams are open to any post on duty, so that seeing one takes no statement; posts one a reader."""
    wanted: dict[int, tuple[Any, set[Any]]] = {}
    for s in subjects:
        if s.given.leader is not None:
            wanted.setdefault(id(s.actor), (s, set()))[1].add(s.given.leader)
    posts: dict[int, dict[Any, Post]] = defaultdict(dict)
    for who, (s, uids) in wanted.items():
        rows = Post.objects.all() if s.actor.system else posts_seen(s.actor, s.when.at)
        posts[who] = {p.uid: p for p in rows.filter(uid__in=uids)}
    return [Seen(posts[id(s.actor)].get(s.given.leader)) if _on_duty(s.actor) else None for s in subjects]


def _on_duty(actor: Any) -> bool:
    return actor.system or (actor.post_id is not None and not actor.is_any(*OUTSIDE))


def teams(subjects: list[Any]) -> list[RescueTeam | None]:
    """The team of each callout."""
    rows = RescueTeam.objects.in_bulk({s.case.team_id for s in subjects} - {None})
    return [rows.get(s.case.team_id) for s in subjects]
