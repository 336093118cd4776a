"""Verifying the journal: everything that was written is still there, as it was written and in that order."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hmac import compare_digest
from typing import Any, NamedTuple

from django.db import connection

from .anchors import Anchored, all_anchors, anchor_key
from .flows import FLOWS
from .journal_format import START, commitment, entry_digest, link, marks_digest, paper_digest, seal_of_head
from .models import Secret, Versioned

BATCH = 5000
MANY = 20  # of one sort of break, no more are listed


@dataclass
class Break:
    """Where the journal does not hold: the position (0: what has no seal) and what is wrong there."""

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


class Row(NamedTuple):
    """A seal with its entry; entry None: it has been deleted."""

    no: int
    link: bytes
    entry: int | None
    kind: str
    subject_id: int
    n: int
    verb: str
    actor_id: int | None
    post_id: int | None
    device_id: int | None
    request: Any
    at: datetime
    told_at: datetime
    recorded_at: datetime
    data: Any
    corrects_id: int | None
    digest: bytes


def verify(stop_after: int = 20) -> Verdict:
    """Check links, digests, numbering, marks, papers, secrets and anchors. Reads, changes nothing. First break first.

    stop_after: so many breaks of the chain are listed.
    """
    verdict = Verdict()
    anchors = list(all_anchors())
    heads: dict[int, bytes] = {}
    for found in _chain(verdict, heads, {a.no for a in anchors if a}):
        if len(verdict.breaks) < stop_after:
            verdict.breaks.append(found)
    verdict.breaks += [*_numbering(), *_standing(), *_unsealed(verdict), *_stray_marks(), *_false_secrets()]
    whole = min((b.no for b in verdict.breaks if b.no), default=verdict.entries + 1) - 1
    verdict.breaks += _anchors(anchors, heads, verdict.entries)
    verdict.vouched_until = max((a.no for a in anchors if a and a.no <= whole and _holds(a, heads)), default=0)
    verdict.breaks.sort(key=lambda b: (b.no == 0, b.no))
    return verdict


CHAIN = """
SELECT s.no, s.link, e.id, e.kind, e.subject_id, e.n, e.verb, e.actor_id, e.post_id, e.device_id, e.request,
       e.at, e.told_at, e.recorded_at, e.data, e.corrects_id, e.digest
FROM kernel_seal s LEFT JOIN kernel_entry e ON e.id = s.entry_id WHERE s.no > %s ORDER BY s.no LIMIT %s"""
MARKS = """
SELECT entry_id, sort, cell, area_id, party_id, level, facet, belongs_on, at, delta FROM kernel_mark
WHERE entry_id = ANY(%s)"""
PAPERS = "SELECT entry_id, uid, kind, number, content FROM kernel_paper WHERE entry_id = ANY(%s)"


def _chain(verdict: Verdict, heads: dict[int, bytes], anchored: Collection[int]) -> Iterator[Break]:
    """Walk the seals in order, recomputing digest, link, marks and papers."""
    no, head = 0, START
    with connection.cursor() as cursor:
        while True:
            cursor.execute(CHAIN, [no, BATCH])
            rows = [_row(r) for r in cursor.fetchall()]
            if not rows:
                return
            ids = [r.entry for r in rows if r.entry]
            marks, papers = _by_entry(cursor, MARKS, ids), _by_entry(cursor, PAPERS, ids)
            for row in rows:
                verdict.entries += 1
                expected, no = no + 1, row.no
                what = _fault(row, expected, head, marks.get(row.entry, []), papers.get(row.entry, []))
                head = bytes(row.link)
                if no in anchored:
                    heads[no] = head
                if what:
                    yield Break(expected, row.entry, what)


def _row(row: tuple[Any, ...]) -> Row:
    values = list(row)
    values[14] = json.loads(values[14] or "{}")
    return Row(*values)


def _by_entry(cursor: Any, sql: str, ids: Sequence[int]) -> dict[int | None, list[tuple[Any, ...]]]:
    cursor.execute(sql, [ids])
    found: dict[int | None, list[tuple[Any, ...]]] = {}
    for entry_id, *rest in cursor.fetchall():
        found.setdefault(entry_id, []).append(tuple(rest))
    return found


def _fault(row: Row, expected: int, head: bytes, marks: list[tuple[Any, ...]], papers: list[tuple[Any, ...]]) -> str:
    if row.no != expected:
        return f"第{expected}号封存缺失"
    if row.entry is None:
        return "封存的记录已被删除"
    if entry_digest(*row[3:16]) != bytes(row.digest):
        return "记录内容被改动"
    if link(head, row.no, bytes(row.digest)) != bytes(row.link):
        return "前后链接不符，记录被调换或链条被改动"
    if row.data.get("marks", "") != (marks_digest(marks) if marks else ""):
        return "统计标记与记录不符"
    if sorted(row.data.get("paper_digest", [])) != sorted(
            paper_digest(uid, kind, number, json.loads(content)) for uid, kind, number, content in papers):
        return "文书与记录不符"
    return ""


def _rows(sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def _numbering() -> list[Break]:
    """A case's versions run 1, 2, 3 …; named is the entry before which one is missing."""
    rows = _rows("""
        SELECT coalesce(s.no, 0), b.id, b.kind, b.subject_id, b.n
        FROM (SELECT id, kind, subject_id, n, lag(n, 1, 0) OVER (PARTITION BY kind, subject_id ORDER BY n) AS before
              FROM kernel_entry) b
        LEFT JOIN kernel_seal s ON s.entry_id = b.id WHERE b.n <> b.before + 1 ORDER BY b.id LIMIT %s""", [MANY])
    return [Break(no, i, f"{kind}#{subject}的记录编号不连续，第{n}条之前有缺") for no, i, kind, subject, n in rows]


def _standing() -> list[Break]:
    """A case stands at the last of its entries; the seal named is that of the last one left."""
    found = []
    kinds: dict[type[Versioned], list[str]] = defaultdict(list)
    for flow in FLOWS.values():
        kinds[flow.model].append(flow.kind)
    for model, names in kinds.items():
        rows = _rows(f"""
            SELECT c.id, c.version, coalesce(e.n, 0), coalesce(e.id, 0), coalesce(s.no, 0)
            FROM "{model._meta.db_table}" c
            LEFT JOIN (SELECT subject_id, max(n) AS n, max(id) AS id FROM kernel_entry WHERE kind = ANY(%s)
                       GROUP BY subject_id) e ON e.subject_id = c.id
            LEFT JOIN kernel_seal s ON s.entry_id = e.id
            WHERE c.version <> coalesce(e.n, 0) ORDER BY c.id LIMIT {MANY}""", [names])
        found += [Break(no, entry or None, f"{names[0]}#{i}现为第{version}版，记录只到第{n}版")
                  for i, version, n, entry, no in rows]
    return found


def _unsealed(verdict: Verdict) -> list[Break]:
    """What waits for its seal, and entries that are neither sealed nor waiting."""
    ((verdict.unsealed, verdict.oldest_unsealed_at),) = _rows(
        "SELECT count(*), min(e.recorded_at) FROM kernel_pending p JOIN kernel_entry e ON e.id = p.entry_id")
    rows = _rows("SELECT e.id FROM kernel_entry e LEFT JOIN kernel_seal s ON s.entry_id = e.id"
                 " LEFT JOIN kernel_pending p ON p.entry_id = e.id"
                 " WHERE s.no IS NULL AND p.entry_id IS NULL ORDER BY e.id LIMIT %s", [MANY])
    return [Break(0, row[0], "记录未封存，也不在待封存之列") for row in rows]


def _stray_marks() -> list[Break]:
    rows = _rows("SELECT coalesce(s.no, 0), m.entry_id FROM kernel_mark m JOIN kernel_entry e ON e.id = m.entry_id"
                 " LEFT JOIN kernel_seal s ON s.entry_id = e.id"
                 " WHERE e.subject_id <> m.case_id OR e.kind <> m.kind ORDER BY m.id LIMIT %s", [MANY])
    return [Break(no, entry_id, "统计标记不属于它的记录") for no, entry_id in rows]


def _false_secrets() -> list[Break]:
    """A value that is still there must be the one committed to; a shredded one is no fault."""
    found = []
    for s in Secret.objects.select_related("entry__seal").iterator(chunk_size=BATCH):
        if s.entry.data.get("secret", {}).get(s.field) != commitment(bytes(s.salt), s.value):
            seal = getattr(s.entry, "seal", None)
            found.append(Break(seal.no if seal else 0, s.entry_id, "保密内容与记录不符"))
    return found[:MANY]


def _holds(anchor: Anchored, heads: dict[int, bytes]) -> bool:
    return heads.get(anchor.no) == anchor.link and compare_digest(
        seal_of_head(anchor_key(), anchor.no, anchor.link, anchor.at), anchor.hmac)


def _anchors(anchors: Sequence[Anchored | None], heads: dict[int, bytes], last: int) -> list[Break]:
    """Every anchor, in the table and in the file, must meet the chain it was cut from."""
    key, found = anchor_key(), []
    for a in anchors:
        if a is None:
            found.append(Break(0, None, "锚点文件有一行无法读取"))
        elif not compare_digest(seal_of_head(key, a.no, a.link, a.at), a.hmac):
            found.append(Break(a.no, None, "锚点签名不符"))
        elif a.no not in heads:
            found.append(Break(last + 1, None, f"锚点记到第{a.no}号，其后的记录被截去"))
        elif heads[a.no] != a.link:
            found.append(Break(a.no, None, "锚点与链条不符"))
    return found[:MANY]
