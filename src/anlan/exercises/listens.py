"""What the worker does when an exercise is opened, ended or taken up again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from anlan.kernel.follow import Sealed, follower
from anlan.kernel.spaces import in_exercise
from anlan.toolkit.jobs import Work, job
from anlan.toolkit.jobs.queue import enqueue

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
