"""For tests of apps: each field of each paper, and where it came from."""

from __future__ import annotations

from collections.abc import Iterable

from anlan.kernel.models import Paper
from anlan.toolkit import documents

from .contents import FieldSource, field_sources
from .templates import document


def sources(papers: Iterable[Paper] | None = None) -> list[FieldSource]:
    """Every field of every paper drawn up (by default all that are stored), once each, in order."""
    rows = Paper.objects.all() if papers is None else papers
    return sorted({found for paper in rows for found in field_sources(paper.kind, paper.content)})


def unsourced(papers: Iterable[Paper] | None = None) -> list[str]:
    """What somebody would have to type: fields frozen without a source, and pieces of a document without one."""
    rows = list(Paper.objects.all() if papers is None else papers)
    frozen = [f"{f.paper}.{f.where}" for f in sources(rows) if not f.source]
    printed = [f"{paper.kind}: {piece.where} {piece.text}" for paper in rows
               for piece in documents.unsourced(document(paper))]
    return sorted({*frozen, *printed})
