"""What follows from sealed deeds: the address of a removed channel is deleted."""

from __future__ import annotations

from collections.abc import Sequence

from anlan.kernel.follow import Sealed, follower

from .models import Channel, Kept


@follower("outgoing.removed", kinds=("channel",))
def delete_addresses(entries: Sequence[Sealed]) -> None:
    removed = [s.entry.subject_id for s in entries if s.entry.verb == "remove"]
    Kept.objects.filter(uid__in=Channel.objects.filter(id__in=removed, state="removed").values("uid")).delete()
