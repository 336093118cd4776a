"""Short public codes of matters and hazards, read out over the phone, typed by hand, never a count; and uids that came as text."""

from __future__ import annotations

from typing import Any
from uuid import UUID

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # without 0 O 1 I L


def public_code(uid: UUID, letter: str) -> str:
    """`letter` and eight characters of the uid with a check character; the same uid gives the same code.

    Eight places of 31 give 8.5e11 codes: the table's unique key is the last word on a collision.
    """
    n, places = uid.int % 31**8, []
    for _ in range(8):
        n, rest = divmod(n, 31)
        places.append(ALPHABET[rest])
    text = "".join(places)
    return f"{letter}{text[:4]}-{text[4:]}{check_character(text)}"


def check_character(text: str) -> str:
    """One wrong or two swapped neighbouring characters change it."""
    return ALPHABET[sum((i + 2) * ALPHABET.index(ch) for i, ch in enumerate(text)) % 31]


def looks_right(code: str) -> bool:
    text = code.strip().upper().replace("-", "")
    if len(text) != 10 or any(ch not in ALPHABET for ch in text[1:]):
        return False
    return check_character(text[1:9]) == text[9]


def uid_of(text: Any) -> UUID | None:
    """The uid that stands in a request; None for nothing, and for what is none."""
    try:
        return UUID(str(text)) if text else None
    except ValueError:
        return None
