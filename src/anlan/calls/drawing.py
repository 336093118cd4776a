"""The ladder of a matter: every rung with the calls on it, what state they are in and since when. One statement."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from anlan.kernel.instance import local_day
from anlan.kernel.models import NEVER, Clock
from anlan.kernel.rulebook import rulebook
from anlan.people.models import Organisation, Post
from anlan.toolkit.ui import signs, words

from . import ladder
from .flow import DONE, State
from .models import Call, Level

TONES = {"ringing": "new", "returned": "new", "signed": "working", "arrived": "working", "finished": "waiting",
         "closed": "closed", "missed": "late", "passed_up": "stopped", "withdrawn": "stopped", "merged": "stopped"}
NEXT = {State.RINGING: "sign", State.SIGNED: "arrive", State.ARRIVED: "finish", State.RETURNED: "resend",
        State.FINISHED: "rate"}


@dataclass(frozen=True)
class Step:
    """A call on its rung. due: its soonest open limit; late: it has run out, or the call stands in red."""

    call: Any
    who: str
    sign: str
    said: str
    due: datetime | None
    remind: datetime | None
    current: bool
    url: str


@dataclass(frozen=True)
class Rung:
    level: str
    label: str
    steps: list[Step] = field(default_factory=list)


def named(rows: QuerySet[Call], column: str, name: str) -> QuerySet[Call]:
    """With the name of a party: a body's, or that of the body and post."""
    body = Organisation.objects.filter(id=OuterRef(column)).values("name")[:1]
    post = Post.objects.filter(id=OuterRef(column)).values("title")[:1]
    return rows.annotate(**{name: Coalesce(Subquery(body), Subquery(post))})


def with_due(rows: QuerySet[Call]) -> QuerySet[Call]:
    """With the soonest limit that runs."""
    running = Clock.objects.filter(kind="call", case_id=OuterRef("pk"), stopped_at=None, due_at__lt=NEVER).order_by("due_at")
    return rows.annotate(next_due=Subquery(running.values("due_at")[:1]), next_remind=Subquery(running.values("remind_at")[:1]))


def calls_drawn(rows: QuerySet[Call]) -> QuerySet[Call]:
    return with_due(named(named(rows, "to_party", "called"), "from_party", "caller"))


def rungs_of(calls: Sequence[Any], at: datetime, current: int | None = None,
             opens: Callable[[Any], bool] = lambda call: True) -> list[Rung]:
    """From the highest rung down, with those that nobody has called. opens: whether the reader may open a call."""
    levels = ladder.rungs(rulebook(), local_day(at))
    return [Rung(level, str(Level(level).label), [_step(c, c.id == current, opens(c)) for c in calls if c.to_level == level])
            for level in reversed(levels)]


def step_of(call: Any) -> Step:
    """One call of a list; its matter is what the list shows."""
    return _step(call, False, True)


def sign_of(call: Any) -> str:
    return signs.state_sign(str(State(call.state).label), TONES[call.state])


def _step(call: Any, current: bool, opens: bool) -> Step:
    sign = sign_of(call)
    over = call.state in DONE
    return Step(call, call.called or "", sign, _said(call), None if over else call.next_due,
                None if over or call.next_remind == NEVER else call.next_remind, current,
                f"/desk/calls/{call.uid}/" if opens and not current else "")


def _said(call: Any) -> str:
    """What has happened on this rung, newest last."""
    told = [(call.rang_at, _("自动上呼") if call.climbed else _("呼叫")), (call.signed_at, _("签收")),
            (call.arrived_at, _("到场")), (call.finished_at, _("办结")), (call.ended_at, str(State(call.state).label))]
    seen = [(t, did) for t, did in told if t is not None]
    return " · ".join(f"{words.district_time(t, call.rang_at)} {did}" for t, did in seen)
