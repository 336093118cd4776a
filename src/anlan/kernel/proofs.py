"""One case's part of the sealed chain, as somebody outside can check it: digest, link, and the anchor that covers it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from .journal_format import START, entry_parts
from .models import Entry, Seal

MOST_BETWEEN = 500  # so many digests lead from an entry to its anchor; a longer way is left to `digests_after`
PAGE = 5_000
COVERING = """
SELECT v.no, a.no, a.link, a.at FROM unnest(%s::bigint[]) AS v(no)
LEFT JOIN LATERAL (SELECT no, link, at FROM kernel_anchor WHERE no >= v.no ORDER BY no LIMIT 1) a ON true"""
BETWEEN = """
SELECT r.after, e.digest FROM unnest(%s::bigint[], %s::bigint[]) AS r(after, until)
JOIN kernel_seal s ON s.no > r.after AND s.no <= r.until JOIN kernel_entry e ON e.id = s.entry_id ORDER BY r.after, s.no"""
AFTER = """
SELECT s.no, e.digest FROM kernel_seal s JOIN kernel_entry e ON e.id = s.entry_id
WHERE s.no > %s ORDER BY s.no LIMIT %s"""


class Covered(NamedTuple):
    """The first anchor at or behind an entry. between: the digests from the entry to it; None: too many to send along."""

    no: int
    link: bytes
    at: datetime
    between: list[bytes] | None


class Proven(NamedTuple):
    """A sealed entry. anchor None: the tail that no anchor covers yet."""

    entry: Entry
    no: int
    previous: bytes
    link: bytes
    anchor: Covered | None

    @property
    def parts(self) -> list[str]:
        """What the digest is made of."""
        e = self.entry
        return entry_parts(e.kind, e.subject_id, e.n, e.verb, e.actor_id, e.post_id, e.device_id, e.request, e.at,
                           e.told_at, e.recorded_at, e.data, e.corrects_id)


def proven(kind: str, subject_id: int) -> list[Proven]:
    """Every sealed entry of a case in its order; four statements."""
    entries = list(Entry.objects.filter(kind=kind, subject_id=subject_id, seal__isnull=False)
                   .select_related("seal").order_by("n"))
    numbers = [e.seal.no for e in entries]
    before = {no: bytes(link) for no, link in
              Seal.objects.filter(no__in=[n - 1 for n in numbers]).values_list("no", "link")}
    anchors = _covering(numbers)
    return [Proven(e, no, before.get(no - 1, START), bytes(e.seal.link), anchors[no])
            for e, no in zip(entries, numbers, strict=True)]


def _covering(numbers: Sequence[int]) -> dict[int, Covered | None]:
    with connection.cursor() as cursor:
        cursor.execute(COVERING, [list(numbers)])
        rows = cursor.fetchall()
        near = [(no, anchor) for no, anchor, _link, _at in rows if anchor is not None and anchor - no <= MOST_BETWEEN]
        between: dict[int, list[bytes]] = {no: [] for no, _anchor in near}
        if near:
            cursor.execute(BETWEEN, [[no for no, _a in near], [a for _no, a in near]])
            for no, digest in cursor.fetchall():
                between[no].append(bytes(digest))
    return {no: None if anchor is None else Covered(anchor, bytes(link), at, between.get(no))
            for no, anchor, link, at in rows}


def digests_after(no: int, most: int = PAGE) -> list[tuple[int, bytes]]:
    """(number, digest) of what is sealed behind a number: from these alone anybody can rebuild the whole chain."""
    with connection.cursor() as cursor:
        cursor.execute(AFTER, [no, most])
        return [(n, bytes(digest)) for n, digest in cursor.fetchall()]
