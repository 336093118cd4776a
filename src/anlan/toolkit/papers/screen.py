"""A document as pieces that a page prints: the same words in the same order as the Word and PDF files."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from anlan.toolkit.documents import (
    Facts,
    Heading,
    Kind,
    NewPage,
    Paper,
    Photo,
    Photos,
    Picture,
    Receipt,
    Rows,
    Signature,
    Text,
    paper_date,
)
from anlan.toolkit.documents.layout import chinese, clean
from anlan.toolkit.documents.paper import RECEIPT_LABELS, in_its_space, parts_of, say

PNG = b"\x89PNG"


@dataclass(frozen=True)
class Piece:
    """kind: heading, text, facts, rows, photos, signature, receipt, page. What a kind does not need is empty."""

    kind: str
    text: str = ""
    level: int = 0
    head: tuple[str, ...] = ()
    rows: tuple[Any, ...] = ()
    empty: str = ""
    photos: tuple[tuple[str, str], ...] = ()
    more: dict[str, str] = field(default_factory=dict)


def sheet(paper: Paper) -> dict[str, Any]:
    """What the page of a paper prints, top to bottom."""
    paper = in_its_space(paper)
    red = paper.kind is Kind.RED_HEAD
    issuer = clean(say(paper.issuer))
    return {
        "mark": f"{issuer}文件" if red and issuer else "", "series": paper.series, "number": clean(say(paper.number)),
        "marks": [mark.text for mark in paper.marks], "title": clean(say(paper.title)).replace("\n", ""),
        "addressee": clean(say(paper.addressee)).rstrip("：:"), "pieces": list(pieces(paper.blocks)),
        "officers": [(f"{s.role}（签名）：{s.name}", f"证号：{s.licence}" if s.licence else "") for s in paper.signers],
        "signer": issuer, "date": paper.date, "attachments": _attachments(paper),
        "notes": [clean(say(n)) for n in paper.notes] + [f"{m.text}：{m.why}" for m in paper.marks if m.why],
    }


def _attachments(paper: Paper) -> list[tuple[str, str, list[Piece]]]:
    several = len(paper.attachments) > 1
    return [(f"附件{number if several else ''}", clean(say(a.title)), list(pieces(a.blocks)))
            for number, a in enumerate(paper.attachments, start=1)]


def pieces(blocks: Iterable[Any]) -> Iterator[Piece]:
    """Each block as a piece; headings get their numbers, anew below each higher one."""
    counts = [0, 0, 0, 0]
    for block in blocks:
        if isinstance(block, Heading):
            yield Piece("heading", _number(block, counts) + clean(say(block.text)), block.level)
        elif isinstance(block, Text):
            whole = clean("".join(say(part) for part in parts_of(block)))
            yield from (Piece("text" if block.indent else "flush", line) for line in whole.split("\n"))
        else:
            yield _piece(block)


def _number(block: Heading, counts: list[int]) -> str:
    if not block.numbered:
        return ""
    counts[block.level - 1] += 1
    counts[block.level:] = [0] * (4 - block.level)
    count = counts[block.level - 1]
    return (f"{chinese(count)}、", f"（{chinese(count)}）", f"{count}.", f"（{count}）")[block.level - 1]


def _piece(block: Any) -> Piece:
    match block:
        case Facts(rows=rows):
            return Piece("facts", rows=tuple((clean(f.label), clean(f.value)) for f in rows))
        case Rows():
            return _table(block)
        case Photos(photos=photos):
            return Piece("photos", photos=tuple(map(_photo, photos)))
        case Picture():
            return Piece("photos", photos=(_photo(Photo(block.data, block.caption)),))
        case Signature(lines=lines):
            return Piece("signature", rows=tuple(map(_sign_line, lines)))
        case Receipt():
            told = tuple((where, clean(say(getattr(block, name)))) for name, where in RECEIPT_LABELS.items())
            return Piece("receipt", rows=told)
        case NewPage():
            return Piece("page")
    raise TypeError(block)


def _table(block: Rows) -> Piece:
    labels = tuple(clean(column.label) for column in block.columns)
    lines = [tuple(clean(text) for text in row) for row in block.rows]
    if block.counted:
        labels, lines = ("序号", *labels), [(str(n), *line) for n, line in enumerate(lines, start=1)]
    return Piece("rows", head=labels, rows=tuple(lines), empty=clean(block.empty))


def _photo(photo: Photo) -> tuple[str, str]:
    return _inline(photo.data), clean(photo.caption)


def _sign_line(line: Any) -> tuple[str, str, str]:
    signed = paper_date(line.signed_on) if line.signed_on else "　　年　月　日"
    return clean(f"{line.label}：{line.name}"), _inline(line.image) if line.image else "", signed


def _inline(data: bytes) -> str:
    mime = "image/png" if data.startswith(PNG) else "image/jpeg"
    return f"data:{mime};base64,{base64.b64encode(data).decode()}"
