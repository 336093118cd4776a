"""Files under their own SHA-256: the same content is kept once, and what is read is what was written."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from pathlib import Path

_DIGEST = re.compile(r"[0-9a-f]{64}")
_FILE_MODE = 0o640
_FOLDER_MODE = 0o750


class Damaged(Exception):
    """The bytes on disk are no longer those that were written."""


class Store:
    """A folder of files named by their content, two levels of folders deep, never executable."""

    def __init__(self, root: Path) -> None:
        self.root = Path(root)

    def path(self, digest: str) -> Path:
        """Where the content stands, or would stand. ValueError if digest is not 64 hexadecimal digits."""
        if not _DIGEST.fullmatch(digest):
            raise ValueError(digest)
        return self.root / digest[:2] / digest[2:4] / digest

    def put(self, data: bytes) -> str:
        """Writes once, whole or not at all, flushed to the disk before it answers; returns the digest."""
        digest = hashlib.sha256(data).hexdigest()
        target = self.path(digest)
        if not self._stands(target, digest):
            _make_folders(target.parent, self.root)
            _write(target, data)
        return digest

    def get(self, digest: str) -> bytes:
        """The content, checked against its name. FileNotFoundError if absent, Damaged if it has changed."""
        data = self.path(digest).read_bytes()
        if hashlib.sha256(data).hexdigest() != digest:
            raise Damaged(digest)
        return data

    def __contains__(self, digest: str) -> bool:
        return self.path(digest).is_file()

    def _stands(self, target: Path, digest: str) -> bool:
        try:
            return hashlib.sha256(target.read_bytes()).hexdigest() == digest
        except FileNotFoundError:
            return False


def _make_folders(folder: Path, root: Path) -> None:
    root.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
    for step in (folder.parent, folder):
        if not step.is_dir():
            step.mkdir(mode=_FOLDER_MODE, exist_ok=True)
            _flush_folder(step.parent)


def _write(target: Path, data: bytes) -> None:
    handle, name = tempfile.mkstemp(prefix=".part-", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(data)
            out.flush()
            os.fchmod(out.fileno(), _FILE_MODE)
            os.fsync(out.fileno())
        os.replace(name, target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    _flush_folder(target.parent)


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
