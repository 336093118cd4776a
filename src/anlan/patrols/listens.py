"""What follows from sealed deeds: a round whose last visit is done is complete."""

from __future__ import annotations

from collections.abc import Sequence

from anlan.kernel.actors import SYSTEM
from anlan.kernel.changes import Ref
from anlan.kernel.door import Order, advance_many
from anlan.kernel.follow import Sealed, follower

from .models import Round, Visit

ENDS = ("finish", "miss")


@follower("patrols.rounds", kinds=("visit",))
def complete_rounds(entries: Sequence[Sealed]) -> None:
    """Close each open round that has no visit left to make."""
    last = {s.entry.subject_id: s for s in entries if s.entry.verb in ENDS}
    rounds = {v.round_id: last[v.id] for v in Visit.objects.filter(id__in=last, round__isnull=False)}
    waiting = set(Visit.objects.filter(round_id__in=rounds, state="planned").values_list("round_id", flat=True))
    done = Round.objects.filter(id__in=set(rounds) - waiting, state="open").order_by("id")
    advance_many([Order(Ref("round", r.uid), "complete", SYSTEM, rounds[r.id].entry.at,
                        request=rounds[r.id].request("patrols.rounds")) for r in done])
