"""Whatever is reported is held against itself, the last time and Anlan's own rows, within a second."""

from __future__ import annotations

from collections.abc import Sequence

from anlan.kernel.follow import Sealed, follower

from .holding import findings_in, hold, subject_of
from .models import MonthlyReturn

SENDING = ("submit", "send_again", "amend")


@follower("returns.hold", kinds=("monthly_return",))
def hold_returns(entries: Sequence[Sealed]) -> None:
    """Each return once, as its last sending of the batch left it."""
    last = {s.entry.subject_id: s for s in entries if s.entry.verb in SENDING}
    for held in MonthlyReturn.objects.filter(id__in=last).select_related("organisation").order_by("id"):
        sealed = last[held.id]
        hold(subject_of(held), findings_in(held, sealed.entry.told_at), at=sealed.entry.told_at,
             request=lambda n, s=sealed: s.request("returns.hold", n))  # type: ignore[misc]
