"""What follows from sealed deeds: whoever brought the matter hears of its calls, and a call taken up rings no more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from anlan.kernel.flows import FLOWS
from anlan.kernel.follow import Sealed, follower
from anlan.matters.informants import ELSEWHERE
from anlan.matters.models import Matter
from anlan.toolkit.notices.models import Notice
from anlan.toolkit.notices.telling import deliver, hushes

from . import wording
from .models import Call

FOLLOWER = "calls.reporters"
TAKEN_UP = ("sign", "return_call", "take_back", "call_off", "merge")
CHANGES = ("ring", "climb_in", "sign", "arrive", "finish", "return_call", "resend", "close", "rate_by_reporter", "rework",
           "rework_by_reporter", "call_higher", "pass_up", "take_back", "call_off", "lapse", "give_up", "merge", "unmerge")


@follower(FOLLOWER, kinds=("call",))
def tell_reporters(entries: Sequence[Sealed]) -> None:
    """By a notice where the reporter has an account and did not act herself; others look it up by number and PIN."""
    changed = [s for s in entries if s.entry.verb in CHANGES]
    calls = {c.id: c for c in Call.objects.filter(id__in={s.entry.subject_id for s in changed}).select_related("matter")}
    joined = _merged_into(calls.values())
    deliver(Notice(key=s.request(FOLLOWER, n), person_id=person, at=s.entry.told_at, url=FLOWS["matter"].url(matter.uid),
                   text=wording.reporter_hears(matter.code, FLOWS["call"].move(s.entry.verb).label, call.to_level))
            for s in changed if (call := calls.get(s.entry.subject_id)) is not None
            for n, matter in enumerate((call.matter, *(m for m, since in joined[call.uid] if since <= s.entry.at)))
            if (person := matter.reporter_id) is not None and person != s.entry.actor_id)


def _merged_into(leads: Iterable[Call]) -> dict[UUID, list[tuple[Matter, datetime]]]:
    """The matters whose own calls go with these, each once and since when, apart from the leads' own."""
    own = {c.uid: c.matter_id for c in leads}
    found: dict[UUID, dict[int, tuple[Matter, datetime]]] = defaultdict(dict)
    for call in Call.objects.filter(merged_into__in=own, state="merged").select_related("matter").order_by("id"):
        if call.matter_id != own[call.merged_into]:
            found[call.merged_into].setdefault(call.matter_id, (call.matter, call.merged_at))
    return defaultdict(list, {lead: list(matters.values()) for lead, matters in found.items()})


def _climbed_from(ids: Sequence[int]) -> list[tuple[str, int]]:
    """The calls below, whose missed rings went to the deputies."""
    found, uids = [], list(Call.objects.filter(id__in=ids, climbed_from__isnull=False).values_list("climbed_from", flat=True))
    while uids:
        below = list(Call.objects.filter(uid__in=uids).values_list("id", "climbed_from"))
        found += [("call", i) for i, _uid in below]
        uids = [uid for _i, uid in below if uid is not None]
    return found


hushes("call", *TAKEN_UP, also=_climbed_from)
hushes("attendance", "sign", "come", "release")
ELSEWHERE["call"] = lambda matter_id: Call.objects.filter(matter_id=matter_id).values("id")
