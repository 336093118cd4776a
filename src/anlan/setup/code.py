"""The one-time code of the first run, kept in ANLAN_HOME/setup.code. Needs no Django: `anlan up` prints it."""

from __future__ import annotations

import hmac
import secrets
from contextlib import suppress
from pathlib import Path

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
GROUPS, EACH = 3, 4
FILE = "setup.code"


def make(home: Path) -> str:
    """A new code for this home, readable to its owner only; the one that stands stays."""
    if held := read(home):
        return held
    code = "-".join("".join(secrets.choice(LETTERS) for _ in range(EACH)) for _ in range(GROUPS))
    home.mkdir(parents=True, exist_ok=True)
    fresh = home / f"{FILE}.new"
    fresh.unlink(missing_ok=True)
    fresh.touch(mode=0o600)
    fresh.write_text(code + "\n", encoding="ascii")
    fresh.replace(home / FILE)
    return code


def read(home: Path) -> str:
    """The code of this home; empty where there is none."""
    with suppress(FileNotFoundError):
        return (home / FILE).read_text(encoding="ascii").strip()
    return ""


def fits(home: Path, said: str) -> bool:
    """Whether this is the code; spaces, dashes and small letters do not matter."""
    held = _plain(read(home))
    return bool(held) and hmac.compare_digest(held.encode(), _plain(said).encode("utf-8", "replace"))


def _plain(code: str) -> str:
    return "".join(letter for letter in code.upper() if letter.isalnum())


def spend(home: Path) -> None:
    """The first run is over: the code opens nothing any more."""
    (home / FILE).unlink(missing_ok=True)
