"""What follows from sealed deeds: whoever brought the matter hears of its calls, and a call taken up rings no more."""

from __future__ import annotations

from collections.abc import Sequence

from anlan.kernel.flows import FLOWS
from anlan.kernel.follow import Sealed, follower
from anlan.toolkit.notices.models import Notice
from anlan.toolkit.notices.telling import deliver, hushes

from . import wording
from .models import Call

FOLLOWER = "calls.reporters"
TAKEN_UP = ("sign", "return_call", "take_back", "call_off")
CHANGES = ("ring", "climb_in", "sign", "arrive", "finish", "return_call", "resend", "close", "rate_by_reporter", "rework",
           "rework_by_reporter", "call_higher", "pass_up", "take_back", "call_off", "lapse", "give_up")


@follower(FOLLOWER, kinds=("call",))
def tell_reporters(entries: Sequence[Sealed]) -> None:
    """By a notice where the reporter has an account and did not act herself; others look it up by number and PIN."""
    changed = [s for s in entries if s.entry.verb in CHANGES]
    calls = {c.id: c for c in Call.objects.filter(id__in={s.entry.subject_id for s in changed}).select_related("matter")}
    deliver(Notice(key=s.request(FOLLOWER), person_id=person, at=s.entry.told_at, url=FLOWS["matter"].url(call.matter.uid),
                   text=wording.reporter_hears(call.matter.code, FLOWS["call"].move(s.entry.verb).label, call.to_level))
            for s in changed if (call := calls.get(s.entry.subject_id)) is not None
            and (person := call.matter.reporter_id) is not None and person != s.entry.actor_id)


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
