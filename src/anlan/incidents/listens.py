"""What follows from sealed deeds: a called team that arrives goes in, and comes out when it stands down; a new level retimes all.

And what a shift hands to the next besides what duty itself knows: the incidents in whose chain its body stands.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any
from uuid import uuid5

from django.db.models import Exists, OuterRef, Subquery

from anlan.duty.handover import OPENS, part
from anlan.kernel.actors import SYSTEM
from anlan.kernel.changes import Ref
from anlan.kernel.door import Order, advance_many
from anlan.kernel.follow import Sealed, follower
from anlan.resources.models import Callout

from .models import Crew, Incident, Relay
from .selectors import LIVE

CREWS = "incidents.crews"
INSIDE = ("inside", "silent")


@follower(CREWS, kinds=("callout", "incident"))
def follow_crews(entries: Sequence[Sealed]) -> None:
    """One after the other: a team may arrive and stand down within one batch. What cannot be any more is refused, and stays so."""
    moved = [s.entry.subject_id for s in entries if s.entry.kind == "callout" and s.entry.verb in ("arrive", "stand_down")]
    callouts = Callout.objects.select_related("team").filter(for_kind="incident").in_bulk(moved)
    for sealed in entries:
        if orders := list(_orders(sealed, callouts)):
            advance_many(orders)


def _orders(sealed: Sealed, callouts: Mapping[int, Callout]) -> Iterator[Order]:
    kind, verb = sealed.entry.kind, sealed.entry.verb
    if kind == "incident" and verb in ("respond", "end"):
        crews = Crew.objects.filter(incident_id=sealed.entry.subject_id, state="inside").order_by("id")
        yield from (_order(sealed, n, crew.uid, "retime", {}) for n, crew in enumerate(crews))
    elif kind == "callout" and verb in ("arrive", "stand_down"):
        if callout := callouts.get(sealed.entry.subject_id):
            yield from _of_callout(sealed, callout)


def _of_callout(sealed: Sealed, callout: Callout) -> Iterator[Order]:
    uid = uuid5(callout.uid, "crew")
    if sealed.entry.verb == "arrive":
        yield _order(sealed, 0, uid, "go_in", {
            "incident": callout.for_uid, "name": callout.team.name, "people": callout.people or callout.team.people,
            "place": callout.place, "party": callout.to_party, "callout": callout.uid})
    elif crew := Crew.objects.filter(callout_uid=callout.uid, state__in=INSIDE).first():
        yield _order(sealed, 0, crew.uid, "leave", {"people": crew.people, "note": callout.result[:200]})


def _order(sealed: Sealed, n: int, uid: object, move: str, given: dict[str, object]) -> Order:
    return Order(Ref("field_crew", uid), move, SYSTEM, sealed.entry.at, given, sealed.request(CREWS, n))  # type: ignore[arg-type]


def live_incidents(houses: Collection[int]) -> Any:
    told = Relay.objects.filter(incident_id=OuterRef("id"), party__in=list(houses)).exclude(state="withdrawn").order_by("id")
    return part("incident", Incident.objects.filter(Exists(told), state__in=LIVE), Subquery(told.values("party")[:1]), "title", "opened_at")


OPENS.append(live_incidents)
