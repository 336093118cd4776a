"""Followers read sealed entries after their own cursor; the sealed number is the only cursor."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import NAMESPACE_OID, UUID, uuid5

from django.db import transaction
from django.db.models import Q

from .models import Cursor, Entry, Seal


class Sealed(NamedTuple):
    no: int
    entry: Entry

    def request(self, follower: str, ordinal: int = 0) -> UUID:
        """The request id of what a follower does for this entry: a replay meets the first receipt."""
        return uuid5(NAMESPACE_OID, f"{follower}/{self.no}/{ordinal}")


@dataclass(frozen=True)
class Follower:
    name: str
    handle: Callable[[Sequence[Sealed]], None]
    kinds: frozenset[str] | None
    batch: int
    hears: Callable[[], Q] | None = None


FOLLOWERS: dict[str, Follower] = {}


def follower(name: str, kinds: Sequence[str] | None = None, batch: int = 2000, hears: Callable[[], Q] | None = None,
             ) -> Callable[[Callable[[Sequence[Sealed]], None]], Callable[[Sequence[Sealed]], None]]:
    """Register a handler of sealed entries; it must be idempotent or carry `Sealed.request`.

    hears: a condition on `Seal`, asked when all apps stand; what it leaves out is passed over unread.
    """

    def add(handle: Callable[[Sequence[Sealed]], None]) -> Callable[[Sequence[Sealed]], None]:
        if name in FOLLOWERS and FOLLOWERS[name].handle.__qualname__ != handle.__qualname__:
            raise ValueError(f"follower {name} registered twice")
        FOLLOWERS[name] = Follower(name, handle, frozenset(kinds) if kinds is not None else None, batch, hears)
        return handle

    return add


def follow_once(f: Follower) -> int:
    """Handle one batch and move the cursor in one transaction. Returns how many numbers were passed."""
    with transaction.atomic():
        Cursor.objects.get_or_create(name=f.name)
        cursor = Cursor.objects.select_for_update(skip_locked=True).filter(name=f.name).first()
        if cursor is None:
            return 0
        head = Seal.objects.order_by("-no").values_list("no", flat=True).first() or 0
        if head <= cursor.no:
            return 0
        if wanted := _sealed(f, cursor.no, head):
            f.handle(wanted)
        last = wanted[-1].no if len(wanted) == f.batch else head
        Cursor.objects.filter(name=f.name).update(no=last)
    return last - cursor.no


def _sealed(f: Follower, after: int, head: int) -> list[Sealed]:
    """The next batch of what the follower hears; the rest of the journal, however long, is passed over unread."""
    seals = Seal.objects.filter(no__gt=after, no__lte=head).order_by("no").select_related("entry")
    if f.kinds is not None:
        seals = seals.filter(entry__kind__in=f.kinds)
    if f.hears is not None:
        seals = seals.filter(f.hears())
    return [Sealed(s.no, s.entry) for s in seals[: f.batch]]


def follow_up(name: str) -> int:
    """Let one follower catch up."""
    total = 0
    while count := follow_once(FOLLOWERS[name]):
        total += count
    return total


def follow_all() -> int:
    """Let every follower catch up. One that raises keeps no other from it; the first fault is raised at the end."""
    total, faults = 0, []
    for f in FOLLOWERS.values():
        try:
            while count := follow_once(f):
                total += count
        except Exception as fault:
            faults.append(fault)
    if faults:
        raise faults[0]
    return total


def reset(name: str) -> None:
    """Start a follower again from the first entry; only folds and tiles may be rebuilt so."""
    Cursor.objects.update_or_create(name=name, defaults={"no": 0})


def pass_over(*names: str, until: datetime | None = None) -> None:
    """Set followers behind what they need not hear, because their work was done in bulk or is of no use any more.

    until: they hear again what was told from then on; None: from the next entry.
    """
    first = until and Seal.objects.filter(entry__told_at__gte=until).order_by("no").values_list("no", flat=True).first()
    last = first - 1 if first else Seal.objects.order_by("-no").values_list("no", flat=True).first()
    for name in names:
        Cursor.objects.update_or_create(name=name, defaults={"no": last or 0})
