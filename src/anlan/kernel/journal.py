"""The sealed journal: sealing, and shredding what is personal. Anchors and verification stand beside it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from .anchors import anchor as anchor
from .anchors import anchor_file as anchor_file
from .anchors import anchor_key as anchor_key
from .anchors import head_of_chain as head_of_chain
from .bulk import copy, insert
from .instance import real_time
from .journal_format import link
from .models import Pending, Seal, Secret
from .verification import Break as Break
from .verification import Verdict as Verdict
from .verification import verify as verify

BATCH = 5000


def seal_once(limit: int = BATCH) -> int:
    """Seal what one snapshot of `pending` holds, in id order. Returns how many.

    A snapshot is causally closed, so a case's entries never swap. A second sealer waits for the
    first, and takes up the chain where that one left it; the primary key forbids a fork.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.entry_id, e.digest FROM kernel_pending p JOIN kernel_entry e ON e.id = p.entry_id"
            " ORDER BY p.entry_id LIMIT %s FOR UPDATE OF p", [limit])
        waiting = cursor.fetchall()
        if not waiting:
            return 0
        append([(entry_id, bytes(digest)) for entry_id, digest in waiting])
        cursor.execute("DELETE FROM kernel_pending WHERE entry_id = ANY(%s)", [[w[0] for w in waiting]])
    return len(waiting)


def append(entries: Sequence[tuple[int, bytes]], put: Any = insert) -> None:
    """Link entries, given as (id, digest), to the end of the chain."""
    no, head = head_of_chain()
    rows = []
    for entry_id, digest in entries:
        no += 1
        head = link(head, no, digest)
        rows.append((no, entry_id, head))
    put(Seal, ("no", "entry_id", "link"), rows)


def seal_all() -> int:
    total = 0
    while count := seal_once():
        total += count
    return total


def seal_rest() -> int:
    """Seal every entry that was loaded without its seal, in id order, when nothing waits and nobody writes. How many.

    Read through one cursor and written by COPY: for a history of a million entries.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE kernel_seal IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute("SELECT e.id, e.digest FROM kernel_entry e LEFT JOIN kernel_seal s ON s.entry_id = e.id"
                       " WHERE s.no IS NULL ORDER BY e.id")
        waiting = [(entry_id, bytes(digest)) for entry_id, digest in cursor.fetchall()]
        append(waiting, copy)
        cursor.execute("DELETE FROM kernel_pending p USING kernel_seal s WHERE s.entry_id = p.entry_id")
    return len(waiting)


def shred(kind: str, subject_id: int, fields: tuple[str, ...] | None = None) -> int:
    """Delete the personal values of a case; the chain holds on to their commitments. Returns how many."""
    rows = Secret.objects.filter(entry__kind=kind, entry__subject_id=subject_id)
    count, _ = (rows if fields is None else rows.filter(field__in=fields)).delete()
    return count


def unsealed_age(now: datetime | None = None) -> float:
    """Seconds that the oldest unsealed entry has waited; 0.0 without one."""
    oldest = Pending.objects.order_by("entry_id").values_list("entry__recorded_at", flat=True).first()
    return ((now or real_time()) - oldest).total_seconds() if oldest else 0.0
