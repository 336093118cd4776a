"""The sealed journal: sealing, anchors outside the database, verification, shredding."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from hmac import compare_digest
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from .bulk import insert
from .instance import real_time
from .journal_format import START, commitment, entry_digest, link, marks_digest, seal_of_head
from .models import Anchor, Pending, Seal, Secret

BATCH = 5000


def seal_once(limit: int = BATCH) -> int:
    """Seal what one snapshot of `pending` holds, in id order. Returns how many.

    A snapshot is causally closed, so a case's entries never swap; a second sealer at the same
    moment meets the primary key and gives way.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.entry_id, e.digest FROM kernel_pending p JOIN kernel_entry e ON e.id = p.entry_id"
            " ORDER BY p.entry_id LIMIT %s FOR UPDATE OF p SKIP LOCKED", [limit])
        waiting = cursor.fetchall()
        if not waiting:
            return 0
        no, head = head_of_chain()
        rows = []
        for entry_id, digest in waiting:
            no += 1
            head = link(head, no, bytes(digest))
            rows.append((no, entry_id, head))
        insert(Seal, ("no", "entry_id", "link"), rows)
        Pending.objects.filter(entry_id__in=[r[1] for r in rows]).delete()
    return len(rows)


def seal_all() -> int:
    total = 0
    while count := seal_once():
        total += count
    return total


def head_of_chain() -> tuple[int, bytes]:
    """The newest sealed number and its link."""
    row = Seal.objects.order_by("-no").values_list("no", "link").first()
    return (row[0], bytes(row[1])) if row else (0, START)


def anchor_file() -> Path:
    return Path(settings.ANLAN_HOME) / "anchors.jsonl"


def anchor_key() -> bytes:
    """The key that signs anchors; kept beside the database, never in it."""
    path = Path(settings.ANLAN_HOME) / "anchor.key"
    if not path.exists():
        import secrets  # noqa: PLC0415

        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_bytes(secrets.token_bytes(32))
    return path.read_bytes()


def anchor(at: datetime) -> int:
    """Write the chain's head into the table and into a file outside the database. Returns its number."""
    no, head = head_of_chain()
    last = Anchor.objects.order_by("-id").values_list("no", flat=True).first()
    if no == 0 or last == no:
        return no
    proof = seal_of_head(anchor_key(), no, head, at)
    Anchor.objects.create(no=no, link=head, at=at, hmac=proof)
    with anchor_file().open("a", encoding="utf-8") as out:
        out.write(json.dumps({"no": no, "link": head.hex(), "at": at.isoformat(), "hmac": proof.hex()}) + "\n")
        out.flush()
    return no


@dataclass
class Break:
    """Where the journal does not hold: the first position and what is wrong there."""

    no: int
    entry_id: int | None
    what: str


@dataclass
class Verdict:
    """vouched_until: the last anchored number that holds; a younger tail cannot be vouched for."""

    entries: int = 0
    breaks: list[Break] = field(default_factory=list)
    vouched_until: int = 0
    unsealed: int = 0
    oldest_unsealed_at: datetime | None = None


def verify(stop_after: int = 20) -> Verdict:
    """Check links, digests, each case's numbering, marks, secrets and anchors. Reads, changes nothing."""
    verdict = Verdict()
    heads: dict[int, bytes] = {}
    for found in _chain(verdict, heads):
        verdict.breaks.append(found)
        if len(verdict.breaks) >= stop_after:
            break
    verdict.breaks += _numbering() + _unsealed(verdict) + _stray_marks() + _false_secrets()
    verdict.breaks += _anchors(heads, verdict)
    verdict.breaks.sort(key=lambda b: b.no)
    return verdict


CHAIN = """
SELECT s.no, s.link, e.id, e.kind, e.subject_id, e.n, e.verb, e.actor_id, e.post_id, e.device_id, e.request,
       e.at, e.told_at, e.recorded_at, e.data, e.corrects_id, e.digest
FROM kernel_seal s LEFT JOIN kernel_entry e ON e.id = s.entry_id WHERE s.no > %s ORDER BY s.no LIMIT %s"""
MARKS = """
SELECT entry_id, sort, cell, area_id, party_id, level, facet, belongs_on, at, delta FROM kernel_mark
WHERE entry_id = ANY(%s)"""


def _chain(verdict: Verdict, heads: dict[int, bytes]) -> Iterator[Break]:
    """Walk the seals in order, recomputing digest, link and marks."""
    no, head = 0, START
    with connection.cursor() as cursor:
        while True:
            cursor.execute(CHAIN, [no, BATCH])
            rows = cursor.fetchall()
            if not rows:
                return
            marks = _marks_of(cursor, [r[2] for r in rows if r[2]])
            for row in rows:
                verdict.entries += 1
                expected, no = no + 1, row[0]
                what = _fault(row, expected, head, marks.get(row[2], []))
                head = bytes(row[1])
                heads[no] = head
                if what:
                    yield Break(expected, row[2], what)


def _marks_of(cursor: Any, ids: list[int]) -> dict[int, list[tuple[Any, ...]]]:
    cursor.execute(MARKS, [ids])
    found: dict[int, list[tuple[Any, ...]]] = {}
    for entry_id, *mark in cursor.fetchall():
        found.setdefault(entry_id, []).append(tuple(mark))
    return found


def _fault(row: tuple[Any, ...], expected: int, head: bytes, marks: list[tuple[Any, ...]]) -> str:
    no, its_link, entry_id, *fields, digest = row
    if no != expected:
        return f"第{expected}号封存缺失"
    if entry_id is None:
        return "封存的记录已被删除"
    data = json.loads(fields[11]) if isinstance(fields[11], str) else fields[11]
    fields[11] = data
    if entry_digest(*fields) != bytes(digest):
        return "记录内容被改动"
    if link(head, no, bytes(digest)) != bytes(its_link):
        return "前后链接不符，记录被调换或链条被改动"
    if data.get("marks", "") != (marks_digest(marks) if marks else ""):
        return "统计标记与记录不符"
    return ""


def _numbering() -> list[Break]:
    """A case's versions run 1, 2, 3 … and the case stands at the last of them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(id), kind, subject_id FROM kernel_entry GROUP BY kind, subject_id"
                       " HAVING count(*) <> max(n) OR min(n) <> 1 LIMIT 20")
        return [Break(_no_of(cursor, i), i, f"{kind}#{subject}的记录编号不连续")
                for i, kind, subject in cursor.fetchall()]


def _no_of(_cursor: Any, entry_id: int) -> int:
    return Seal.objects.filter(entry_id=entry_id).values_list("no", flat=True).first() or 0


def _unsealed(verdict: Verdict) -> list[Break]:
    """What waits for its seal, and entries that are neither sealed nor waiting."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), min(e.recorded_at) FROM kernel_pending p JOIN kernel_entry e"
                       " ON e.id = p.entry_id")
        verdict.unsealed, verdict.oldest_unsealed_at = cursor.fetchone()
        cursor.execute("SELECT e.id FROM kernel_entry e LEFT JOIN kernel_seal s ON s.entry_id = e.id"
                       " LEFT JOIN kernel_pending p ON p.entry_id = e.id"
                       " WHERE s.no IS NULL AND p.entry_id IS NULL ORDER BY e.id LIMIT 20")
        return [Break(0, row[0], "记录未封存，也不在待封存之列") for row in cursor.fetchall()]


def _stray_marks() -> list[Break]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT m.entry_id FROM kernel_mark m LEFT JOIN kernel_entry e ON e.id = m.entry_id"
                       " WHERE e.id IS NULL OR e.subject_id <> m.case_id OR e.kind <> m.kind LIMIT 20")
        return [Break(_no_of(cursor, row[0]), row[0], "统计标记不属于它的记录") for row in cursor.fetchall()]


def _false_secrets() -> list[Break]:
    """A value that is still there must be the one committed to; a shredded one is no fault."""
    found = []
    for s in Secret.objects.select_related("entry").iterator(chunk_size=BATCH):
        held = s.entry.data.get("secret", {}).get(s.field)
        if held != commitment(bytes(s.salt), s.value):
            found.append(Break(_no_of(None, s.entry_id), s.entry_id, "保密内容与记录不符"))
    return found[:20]


def _anchors(heads: dict[int, bytes], verdict: Verdict) -> list[Break]:
    """Every anchor, in the table and in the file, must meet the chain it was cut from."""
    key, found, best = anchor_key(), [], 0
    for no, head, at, proof in _all_anchors():
        if not compare_digest(seal_of_head(key, no, head, at), proof):
            found.append(Break(no, None, "锚点签名不符"))
        elif no not in heads:
            found.append(Break(max(heads, default=0) + 1, None, f"锚点记到第{no}号，其后的记录被截去"))
        elif heads[no] != head:
            found.append(Break(no, None, "锚点与链条不符"))
        else:
            best = max(best, no)
    verdict.vouched_until = best if not verdict.breaks else min(best, min(b.no for b in verdict.breaks) - 1)
    return found[:20]


def _all_anchors() -> Iterator[tuple[int, bytes, datetime, bytes]]:
    for a in Anchor.objects.order_by("id"):
        yield a.no, bytes(a.link), a.at, bytes(a.hmac)
    if anchor_file().exists():
        for line in anchor_file().read_text(encoding="utf-8").splitlines():
            raw = json.loads(line)
            yield (raw["no"], bytes.fromhex(raw["link"]), datetime.fromisoformat(raw["at"]),
                   bytes.fromhex(raw["hmac"]))


def shred(kind: str, subject_id: int, fields: tuple[str, ...] | None = None) -> int:
    """Delete the personal values of a case; the chain holds on to their commitments. Returns how many."""
    rows = Secret.objects.filter(entry__kind=kind, entry__subject_id=subject_id)
    count, _ = (rows if fields is None else rows.filter(field__in=fields)).delete()
    return count


def unsealed_age(now: datetime | None = None) -> float:
    """Seconds that the oldest unsealed entry has waited; 0.0 without one."""
    oldest = Pending.objects.order_by("entry_id").values_list("entry__recorded_at", flat=True).first()
    return ((now or real_time()) - oldest).total_seconds() if oldest else 0.0
