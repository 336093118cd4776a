"""Numbers of papers: gap-free per series and year, locked last in the deed, voids kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import connection

from . import changes as c
from .bulk import stored
from .instance import local_day
from .models import Paper
from .spaces import marked

if TYPE_CHECKING:
    from .carry import Written


def allot(series: str, year: int, count: int) -> range:
    """The next `count` numbers of a series; the counter row stays locked until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO kernel_counter (series, year, last) VALUES (%s, %s, %s)"
            " ON CONFLICT (series, year) DO UPDATE SET last = kernel_counter.last + EXCLUDED.last RETURNING last",
            [series, year, count])
        last = int(cursor.fetchone()[0])
    return range(last - count + 1, last + 1)


Blocks = dict[tuple[str, int], Iterator[int]]


def number_papers(written: Sequence[Written], blocks: Blocks | None = None) -> None:
    """Give every numbered paper its number, in series order so that two batches cannot deadlock."""
    if blocks is None:
        blocks = {key: iter(allot(*key, count)) for key, count in sorted(_needed(written).items())}
    for w in written:
        for paper in w.deed.of(c.Paper):
            p = _written_out(paper)
            w.papers.append(_numbered(p, local_day(w.at).year, blocks))
            if p.into:
                w.deed.was.setdefault(p.into, getattr(w.case, p.into))
                setattr(w.case, p.into, w.papers[-1][3])
                w.deed.sets[p.into] = w.papers[-1][3]


def _written_out(paper: c.Paper) -> c.Paper:
    """The same, its content written as JSON: once, for its digest and its row. As `replace`, which costs ten times as much."""
    made = object.__new__(c.Paper)
    made.__dict__.update(paper.__dict__, content=stored(paper.content))
    return made


def _needed(written: Sequence[Written]) -> dict[tuple[str, int], int]:
    need: dict[tuple[str, int], int] = defaultdict(int)
    for w in written:
        for p in w.deed.of(c.Paper):
            if p.series:
                need[p.series, local_day(w.at).year] += 1
    return need


def _numbered(p: c.Paper, year: int, blocks: Blocks) -> tuple[c.Paper, int | None, int | None, str]:
    if not p.series:
        return p, None, None, p.their_no
    no = next(blocks[p.series, year])
    return p, year, no, marked(p.pattern.format(year=year, no=no))


def void(paper: Paper, *, reason: str, at: datetime) -> None:
    """A voided number is kept with its reason and never given again."""
    Paper.objects.filter(id=paper.id, voided_at__isnull=True).update(voided_at=at, void_reason=reason)
