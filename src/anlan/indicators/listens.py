"""What is due is counted in its subscriber's ground and told to that person alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from anlan.kernel.actors import SYSTEM, Actor
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.follow import Sealed, follower
from anlan.kernel.instance import local_day
from anlan.kernel.refusals import Absent, Refused
from anlan.people.standing import actor_for
from anlan.reports.periods import BadPeriod
from anlan.toolkit.notices.models import Notice
from anlan.toolkit.notices.telling import deliver

from . import wording
from .asking import answer
from .models import Subscription
from .selectors import questions_seen_by

NAME = "subscriptions"


@follower(NAME, kinds=("subscription",))
def tell_what_is_due(entries: Sequence[Sealed]) -> None:
    due = [s for s in entries if s.entry.verb == "deliver"]
    held = {x.id: x for x in Subscription.objects.filter(id__in={s.entry.subject_id for s in due}).select_related("question")}
    deliver([notice for s in due for notice in _notice(s, held[s.entry.subject_id])])


def _notice(sealed: Sealed, held: Subscription) -> Iterator[Notice]:
    """To the end of the day before; who may no longer read it is told nothing, and the subscription ends."""
    at, on = sealed.entry.at, local_day(sealed.entry.at) - timedelta(days=1)
    try:
        text = told_to(_reader(held, sealed), held, sealed, on)
    except (Absent, Refused, BadPeriod):
        if held.state == "on":
            advance(Ref("subscription", held.uid), "stop", actor=SYSTEM, at=at, request=sealed.request(NAME, 1))
        return
    yield Notice(key=sealed.request(NAME), person_id=held.person_id, text=text, at=sealed.entry.told_at, about="subscription",
                 case_id=held.id, verb="deliver", title=wording.subject(), url=f"/desk/saved-questions/{held.question.uid}/?on={on}")


def _reader(held: Subscription, sealed: Sealed) -> Actor:
    """The subscriber as it stands now. Raises Refused where it has left the post."""
    return actor_for(held.person_id or 0, held.post_id, sealed.entry.at)


def told_to(actor: Actor, held: Subscription, sealed: Sealed, on: date) -> str:
    """Raises Absent where the question is not the reader's to see any more."""
    if not questions_seen_by(actor, sealed.entry.at).filter(id=held.question_id, state="kept").exists():
        raise Absent(held.question.name)
    return wording.told(held.question.name, answer(held.question, actor, sealed.entry.at, on))
