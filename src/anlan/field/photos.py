"""Photos in pieces: a broken sending goes on where it broke; whole only when the bytes have the hash they were named by."""

from __future__ import annotations

import fcntl
import hashlib
import time
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from anlan.kernel.actors import Actor
from anlan.kernel.refusals import Refusal
from anlan.toolkit.attachments.keeping import keep
from anlan.toolkit.attachments.kinds import kind_of
from anlan.toolkit.attachments.media import PHOTO_BYTES
from anlan.toolkit.attachments.models import File, FileState

LARGEST = PHOTO_BYTES
FORGOTTEN_AFTER = 14 * 24 * 3600
"""Seconds after which a photo that never became whole is thrown away."""


class Standing(NamedTuple):
    """How far a photo has come. refused: why it will never be kept."""

    offset: int
    whole: bool = False
    refused: Refusal | None = None


def standing(sha256: str, device: int) -> Standing:
    if file := File.objects.filter(sha256=sha256, state=FileState.KEPT).first():
        return Standing(file.size, True)
    path = _path(sha256, device)
    return Standing(path.stat().st_size if path.exists() else 0)


def put(sha256: str, device: int, offset: int, size: int, data: bytes, *, actor: Actor, at: datetime) -> Standing:
    """Adds a piece where the last one ended; one that begins elsewhere changes nothing. size: bytes of the whole."""
    if (now := standing(sha256, device)).whole:
        return now
    path = _path(sha256, device)
    path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
    if offset == 0:
        _sweep(path.parent)
    with path.open("ab") as piece:
        fcntl.flock(piece, fcntl.LOCK_EX)
        held = piece.seek(0, 2)
        if held != offset or held + len(data) > size:
            return Standing(held)
        piece.write(data)
        piece.flush()
        if held + len(data) < size:
            return Standing(held + len(data))
        return _finish(path, sha256, actor, at)


def _finish(path: Path, sha256: str, actor: Actor, at: datetime) -> Standing:
    """The whole photo; bytes that are others than promised are thrown away, and it begins anew."""
    data = path.read_bytes()
    path.unlink()
    if hashlib.sha256(data).hexdigest() != sha256:
        return Standing(0)
    kept = keep(data, f"{sha256[:12]}{_ending(data)}", actor=actor, at=at)
    return Standing(len(data), False, kept) if isinstance(kept, Refusal) else Standing(len(data), True)


def _ending(data: bytes) -> str:
    """That of its own content; none where nobody knows what it is, and the door of attachments says so."""
    kind = kind_of(data, "")
    return f".{kind.endings[0]}" if kind is not None else ""


def _path(sha256: str, device: int) -> Path:
    return Path(settings.MEDIA_ROOT) / "pieces" / f"{sha256}.{device}"


def _sweep(folder: Path) -> None:
    """Another phone's pieces may become a photo, and be gone, while they are looked at."""
    for path in folder.iterdir():
        with suppress(FileNotFoundError):
            if time.time() - path.stat().st_mtime > FORGOTTEN_AFTER:
                path.unlink()
