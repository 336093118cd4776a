"""Keys of a home: files beside the database, never in it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from cryptography.fernet import Fernet
from django.conf import settings


def key_path(name: str) -> Path:
    return Path(settings.ANLAN_HOME) / name


def kept_key(name: str, make: Callable[[], bytes]) -> bytes:
    """What the file of this name in ANLAN_HOME holds; made at the first need, for its owner's eyes only (0600)."""
    path = key_path(name)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        _place(path, make())
    return path.read_bytes()


def _place(path: Path, key: bytes) -> None:
    """Whole or not at all: of two processes that make a key at once, both read the one that stood first."""
    handle, made = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")  # 0600
    with os.fdopen(handle, "wb") as out:
        out.write(key)
    try:
        os.link(made, path)
    except FileExistsError:
        pass
    finally:
        os.unlink(made)


def box(name: str) -> Fernet:
    """What seals under the key of this file, and opens what was sealed under it (AES-128-CBC with HMAC-SHA256)."""
    return _box(str(settings.ANLAN_HOME), name)


@lru_cache(maxsize=16)
def _box(home: str, name: str) -> Fernet:
    return Fernet(kept_key(name, Fernet.generate_key))
