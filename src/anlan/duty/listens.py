"""What follows from sealed deeds: a due sheet is gathered, and a new urgent call rings for who is on duty."""

from __future__ import annotations

from collections.abc import Sequence

from anlan.calls.models import Call, Level, Priority
from anlan.kernel.actors import SYSTEM
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.flows import FLOWS
from anlan.kernel.follow import Sealed, follower
from anlan.kernel.instance import zone
from anlan.kernel.rulebook import rulebook
from anlan.people.models import Organisation
from anlan.toolkit.notices.models import Notice
from anlan.toolkit.notices.telling import deliver, hushes, title_of

from . import turns, wording
from .gathering import gather
from .models import MorningSheet
from .rules import DESK_ROLES
from .selectors import shifts_on

SHEETS, RINGS = "duty.sheets", "duty.rings"
RANG = ("ring", "climb_in", "resend")

hushes("roll_call", "answer", "miss")


@follower(SHEETS, kinds=("morning_sheet",))
def draw_sheets(entries: Sequence[Sealed]) -> None:
    """The parts are read after the deed that said it is due, and stand under the instant of that deed."""
    due = [s for s in entries if s.entry.verb == "fall_due"]
    sheets = MorningSheet.objects.in_bulk([s.entry.subject_id for s in due])
    for sealed in due:
        sheet = sheets[sealed.entry.subject_id]
        advance(Ref("morning_sheet", sheet.uid), "draw", actor=SYSTEM, at=sealed.entry.at,
                given={"said": gather(sheet, sealed.entry.at)}, request=sealed.request(SHEETS, 0))


@follower(RINGS, kinds=("call",))
def ring_who_is_on_duty(entries: Sequence[Sealed]) -> None:
    """A P1 rings for the shift of the body that is called and of the district's duty rooms, until somebody signs it.

    Without a roster it rings as before, for the body and its post on duty.
    """
    rang = [s for s in entries if s.entry.verb in RANG]
    calls = Call.objects.select_related("area").in_bulk([s.entry.subject_id for s in rang])
    rang = [s for s in rang if calls[s.entry.subject_id].priority == Priority.P1 and calls[s.entry.subject_id].state == "ringing"]
    if rang:
        rooms = duty_rooms()
        deliver(n for s in rang for n in _rings(s, calls[s.entry.subject_id], rooms))


def duty_rooms() -> frozenset[int]:
    """The bodies that are told of whatever is urgent in the district: those with a post that looks across all of it."""
    return frozenset(Organisation.objects.filter(state="active", posts__roles__overlap=list(DESK_ROLES), sort="department")
                     .values_list("id", flat=True))


def _rings(sealed: Sealed, call: Call, rooms: frozenset[int]) -> list[Notice]:
    at = sealed.entry.told_at
    shifts = shifts_on({call.to_party, *rooms}, turns.day_at(rulebook(), at, zone()))
    posts = sorted({post for shift in shifts.values() for post in shift.values()} - {call.to_party, call.duty_post})
    return [Notice(key=sealed.request(RINGS, n), party_id=post, at=at, urgent=True, rings=True, about="call", case_id=call.id,
                   verb=sealed.entry.verb, text=wording.p1_rings(call.goal, Level(call.to_level).label),
                   title=title_of("call", sealed.entry.verb, call), url=FLOWS["call"].url(call.uid)) for n, post in enumerate(posts)]
