"""What the worker does when an exercise is opened, and when somebody is shut out of the real district meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from anlan.kernel import spaces
from anlan.kernel.actors import SYSTEM
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.follow import Sealed, follower
from anlan.kernel.instance import instance_clock
from anlan.kernel.refusals import Absent, Refused
from anlan.kernel.spaces import in_exercise
from anlan.people.models import Person
from anlan.toolkit.jobs import Work, job
from anlan.toolkit.jobs.queue import enqueue
from anlan.toolkit.papers.chinese import stored

from .models import Exercise
from .opening import prepare


@follower("exercises.opening", kinds=("exercise",))
def begin(entries: Sequence[Sealed]) -> None:
    """The copying is work for the background; of an exercise in an exercise there is none."""
    for s in entries:
        if s.entry.verb == "open" and not in_exercise():
            uid = Exercise.objects.values_list("uid", flat=True).get(id=s.entry.subject_id)
            enqueue("exercises.prepare", {"exercise": str(uid)}, key=s.request("exercises.opening"), person_id=s.entry.actor_id)


@job("exercises.prepare", label=_("准备演练"), lease=timedelta(minutes=10))
def preparing(work: Work) -> None:
    prepare(Exercise.objects.get(uid=work.payload["exercise"]))


OF_THE_ACCOUNT = ("disable", "enable", "end_sessions")


@stored
def because() -> str:
    return _now("实战中的账号有变动")


@follower("exercises.accounts", kinds=("person",))
def shut_out(entries: Sequence[Sealed]) -> None:
    """Who may no longer sign in to the real district may not sign in to the exercise either, and the other way round."""
    told = [s for s in entries if s.entry.verb in OF_THE_ACCOUNT] if not in_exercise() else []
    if told and spaces.exists():
        people = Person.objects.in_bulk([s.entry.subject_id for s in told])
        for s in told:
            enqueue("exercises.account", {"person": str(people[s.entry.subject_id].uid), "move": s.entry.verb},
                    key=s.request("exercises.accounts"))


@job("exercises.account", label=_("把账号的变动带到演练"), lease=timedelta(minutes=1))
def carry_account(work: Work) -> None:
    """A person whom the copy does not know, or who stands so already, is left as she is."""
    if not spaces.exists():
        return
    with spaces.within(spaces.EXERCISE):
        given = {} if work.payload["move"] == "end_sessions" else {"reason": because()}
        try:
            advance(Ref("person", UUID(work.payload["person"])), work.payload["move"], actor=SYSTEM, at=instance_clock(), given=given)
        except (Refused, Absent):
            return
