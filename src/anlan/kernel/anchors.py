"""Anchors: the chain's head, signed with a key the database does not know, in a table and in a file outside it."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from .journal_format import START, seal_of_head
from .keyfile import kept_key
from .models import Anchor, Seal
from .spaces import in_exercise


class Anchored(NamedTuple):
    """One anchor as it was read. damaged: a line of the file that cannot be read."""

    no: int
    link: bytes
    at: datetime
    hmac: bytes


def head_of_chain() -> tuple[int, bytes]:
    """The newest sealed number and its link."""
    row = Seal.objects.order_by("-no").values_list("no", "link").first()
    return (row[0], bytes(row[1])) if row else (0, START)


def anchor_file() -> Path:
    return Path(settings.ANLAN_HOME) / ("anchors-exercise.jsonl" if in_exercise() else "anchors.jsonl")


def anchor_key() -> bytes:
    """The key that signs anchors."""
    return kept_key("anchor.key", lambda: secrets.token_bytes(32))


def anchor(at: datetime) -> int:
    """Write the chain's head into the table and into a file outside the database. Returns its number."""
    no, head = head_of_chain()
    last = Anchor.objects.order_by("-id").values_list("no", flat=True).first()
    if no == 0 or last == no:
        return no
    proof = seal_of_head(anchor_key(), no, head, at)
    Anchor.objects.create(no=no, link=head, at=at, hmac=proof)
    line = json.dumps({"no": no, "link": head.hex(), "at": at.isoformat(), "hmac": proof.hex()})
    with anchor_file().open("a+b") as out:
        out.write((b"" if _ends_whole(anchor_file()) else b"\n") + line.encode() + b"\n")
        out.flush()
        os.fsync(out.fileno())
    return no


def _ends_whole(path: Path) -> bool:
    with path.open("rb") as raw:
        if raw.seek(0, os.SEEK_END) == 0:
            return True
        raw.seek(-1, os.SEEK_END)
        return raw.read(1) == b"\n"


def all_anchors() -> Iterator[Anchored | None]:
    """Every anchor of the table, then of the file; None for a line that cannot be read.

    The file's last line may be cut short by a crash while it was written: that is no damage.
    """
    for a in Anchor.objects.order_by("id"):
        yield Anchored(a.no, bytes(a.link), a.at, bytes(a.hmac))
    if not anchor_file().exists():
        return
    *lines, rest = anchor_file().read_text(encoding="utf-8", errors="replace").split("\n")
    for line in lines:
        yield _read(line)
    if (last := _read(rest)) is not None:
        yield last


def _read(line: str) -> Anchored | None:
    try:
        raw = json.loads(line)
        return Anchored(raw["no"], bytes.fromhex(raw["link"]), datetime.fromisoformat(raw["at"]),
                        bytes.fromhex(raw["hmac"]))
    except (ValueError, KeyError, TypeError):
        return None
