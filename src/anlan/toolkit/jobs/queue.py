"""The claim loop: one row at a time, under a lease, with a longer pause after each fault."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from anlan.kernel.instance import instance_clock, real_time
from anlan.toolkit.attachments.keeping import store
from anlan.toolkit.notices.telling import tell

from .models import Job, JobState
from .registry import HANDLERS, Handler, Hopeless, Made, Work

FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(hours=1)
WATCHED = timedelta(seconds=10)
"""Who asked may leave after this long; what ends later comes back as a notice."""

log = logging.getLogger(__name__)


class LeaseLost(Exception):
    """Another worker has taken the work over."""


def enqueue(kind: str, payload: Mapping[str, Any] | None = None, *, key: UUID | None = None, at: datetime | None = None,
            person_id: int | None = None) -> Job:
    """Ask for work once: the same key again gets the same row. at: not before this real time. Unknown kinds: KeyError.

    Within a transaction the work waits for its commit.
    """
    handler, now, key = HANDLERS[kind], real_time(), key or uuid4()
    Job.objects.bulk_create(
        [Job(key=key, kind=handler.kind, payload=dict(payload or {}), made_at=now, due_at=at or now,
             person_id=person_id)], ignore_conflicts=True)
    return Job.objects.get(key=key)


def run_due(*, most: int = 100) -> int:
    """Does what is due, one after the other. Returns how many attempts were made."""
    done = 0
    while done < most and run_one():
        done += 1
    return done


def run_one() -> bool:
    """One attempt at the oldest due work, if there is any."""
    claimed = _claim(real_time())
    if claimed is None:
        return False
    handler = HANDLERS[claimed.kind]
    if claimed.attempts > handler.attempts_most:
        _end(claimed, JobState.FAILED, sentence=_("中途断了%(n)s次，没有做完。") % {"n": handler.attempts_most})
        return True
    _attempt(claimed, handler)
    return True


def try_again(key: UUID) -> bool:
    """Put failed work back into the queue, as if it had not been tried."""
    now = real_time()
    return bool(Job.objects.filter(key=key, state=JobState.FAILED).update(
        state=JobState.WAITING, attempts=0, due_at=now, sentence="", error="", ended_at=None, progress=0))


def troubles(limit: int = 50) -> QuerySet[Job]:
    """What failed for good, newest first, for whoever keeps the system."""
    return Job.objects.filter(state=JobState.FAILED).order_by("-ended_at")[:limit]


@transaction.atomic
def _claim(now: datetime) -> Job | None:
    """Due work, or work whose worker has not been heard of since its lease ended."""
    mine = Job.objects.select_for_update(skip_locked=True).filter(kind__in=HANDLERS)
    found = (mine.filter(state=JobState.RUNNING, leased_until__lt=now).order_by("leased_until").first()
             or mine.filter(state=JobState.WAITING, due_at__lte=now).order_by("due_at", "id").first())
    if found is None:
        return None
    found.state, found.attempts = JobState.RUNNING, found.attempts + 1
    found.leased_until = now + HANDLERS[found.kind].lease
    found.save(update_fields=["state", "attempts", "leased_until"])
    return found


def _attempt(claimed: Job, handler: Handler) -> None:
    work = Work(claimed.key, claimed.kind, claimed.payload, claimed.attempts, claimed.person_id,
                lambda percent: _renew(claimed, handler, percent))
    try:
        result = _result(handler.run(work))
    except LeaseLost:
        log.warning("job %s was taken over", claimed)
    except Hopeless as why:
        _end(claimed, JobState.FAILED, sentence=str(why)[:400])
    except Exception as fault:
        log.exception("job %s failed at attempt %s", claimed, claimed.attempts)
        _again_or_never(claimed, handler, fault)
    else:
        _end(claimed, JobState.DONE, result=result)


def _result(answer: Any) -> Any:
    """A file goes onto the shelf; the row names it."""
    if not isinstance(answer, Made):
        return answer
    return {"sha256": store().put(answer.data), "name": answer.name, "mime": answer.mime, "size": len(answer.data)}


def _own(claimed: Job) -> QuerySet[Job]:
    """The row, while this attempt is still the one that counts."""
    return Job.objects.filter(id=claimed.id, state=JobState.RUNNING, attempts=claimed.attempts)


def _renew(claimed: Job, handler: Handler, percent: int) -> None:
    if not _own(claimed).update(progress=max(0, min(100, percent)), leased_until=real_time() + handler.lease):
        raise LeaseLost


def _again_or_never(claimed: Job, handler: Handler, fault: Exception) -> None:
    error = f"{type(fault).__name__}: {fault}"[:2000]
    if claimed.attempts >= handler.attempts_most:
        sentence = _("系统出错，试了%(n)s次都没有做成。请告诉系统管理员。") % {"n": handler.attempts_most}
        _end(claimed, JobState.FAILED, sentence=sentence, error=error)
        return
    pause = min(FIRST_PAUSE * 4 ** (claimed.attempts - 1), LONGEST_PAUSE)
    _own(claimed).update(state=JobState.WAITING, due_at=real_time() + pause, leased_until=None, error=error)


@transaction.atomic
def _end(claimed: Job, state: JobState, *, result: Any = None, sentence: str = "", error: str = "") -> None:
    now, values = real_time(), {"result": result, "sentence": sentence, "error": error}
    if state == JobState.DONE:
        values["progress"] = 100
    ended = _own(claimed).update(state=state, ended_at=now, leased_until=None, **values)
    if not ended:
        log.warning("job %s was taken over before it ended", claimed)
    elif claimed.person_id is not None and (state == JobState.FAILED or now - claimed.made_at > WATCHED):
        _tell_the_asker(claimed, state)


def _tell_the_asker(claimed: Job, state: JobState) -> None:
    label = HANDLERS[claimed.kind].label
    words = _("%(label)s没有做成，点开看原因。") if state == JobState.FAILED else _("%(label)s已经做好。")
    tell(key=claimed.key, text=words % {"label": label}, at=instance_clock(), person_id=claimed.person_id,
         url=address_of(claimed.key))


def address_of(key: UUID) -> str:
    """The page of a piece of work; empty where no page is mounted."""
    try:
        return reverse("jobs:job", args=[key])
    except NoReverseMatch:
        return ""
