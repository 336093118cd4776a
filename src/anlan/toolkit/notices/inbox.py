"""What a person finds under the bell: told to her posts, her organisation, or herself, in the last ninety days."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from anlan.kernel.actors import Actor

from .models import Notice, NoticeRead

KEPT = timedelta(days=90)
COUNTED_MOST = 100


def notices_for(actor: Actor, at: datetime) -> QuerySet[Notice]:
    """Newest first, each with `read`: whether this person has read it."""
    told_to = Q(party_id__in=actor.parties)
    if actor.person_id is not None:
        told_to |= Q(person_id=actor.person_id)
    rows = Notice.objects.filter(told_to, at__gt=at - KEPT, at__lte=at)
    return rows.annotate(read=Exists(_reads_of(actor))).order_by("-at", "-id")


def unread_count(actor: Actor, at: datetime) -> int:
    """For the bell, in one statement; more than 99 count as 100."""
    return unread_ids(actor, at).count() if actor.person_id is not None else 0


def unread_ids(actor: Actor, at: datetime) -> QuerySet[Notice, int]:
    """At most a hundred of them, for whoever counts within another statement."""
    return notices_for(actor, at).filter(read=False).order_by().values_list("id", flat=True)[:COUNTED_MOST]


def mark_read(notices: Iterable[Notice], actor: Actor, at: datetime) -> None:
    """For this person only; a second time changes nothing."""
    NoticeRead.objects.bulk_create(
        [NoticeRead(notice=n, person_id=actor.person_id, read_at=at) for n in notices], ignore_conflicts=True)


def mark_all_read(actor: Actor, at: datetime) -> int:
    """Everything told up to now. Returns how many were unread."""
    unread = list(notices_for(actor, at).filter(read=False).only("id"))
    mark_read(unread, actor, at)
    return len(unread)


def _reads_of(actor: Actor) -> QuerySet[NoticeRead]:
    return NoticeRead.objects.filter(notice=OuterRef("pk"), person_id=actor.person_id or 0)
