"""Proof that a browser spent some moments on a page, without any third party: a number to be found by trying.

The page brings a signed question that names its ticket; its script tries numbers until SHA-256 of question and number
begins with enough zero bits. Checking costs one hash. It holds off programs that send by the hundred, not people.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.core import signing

from anlan.kernel.instance import local_day
from anlan.kernel.rulebook import parameter

SALT = "anlan.portal.puzzle"
LONGEST = 20
"""Characters of an answer."""


def question(ticket: str, at: datetime) -> tuple[str, int]:
    """(signed question, zero bits wanted)"""
    bits = int(parameter("portal.puzzle_bits", local_day(at)))
    return signing.dumps([ticket, bits], salt=SALT), bits


def solved(asked: str, answer: str, ticket: UUID | None, at: datetime) -> bool:
    """The question is ours, of this ticket and not too old (real time), and the answer fits."""
    span = timedelta(minutes=int(parameter("portal.puzzle_minutes", local_day(at))))
    try:
        of, bits = signing.loads(asked, salt=SALT, max_age=span)
    except signing.BadSignature:
        return False
    return of == str(ticket) and len(answer) <= LONGEST and zero_bits(f"{asked}.{answer}") >= bits


def zero_bits(text: str) -> int:
    """How many zeros stand at the beginning of the digest of the text."""
    digest = int.from_bytes(sha256(text.encode()).digest(), "big")
    return 256 - digest.bit_length()
