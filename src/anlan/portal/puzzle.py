"""Proof that a browser spent some moments on a page, without any third party: a number to be found by trying.

The page brings a signed question that names its ticket; its script tries numbers until SHA-256 of question and number
begins with enough zero bits. Checking costs one hash. It holds off programs that send by the hundred, not people: each
further page that one address asks for in a short while, or all together, makes the next question harder.
"""

from __future__ import annotations

import time
from datetime import date, datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.core import signing

from anlan.kernel.instance import local_day
from anlan.kernel.rulebook import parameter
from anlan.toolkit.intake.counts import SharedCounts

from .pressure import Pressure, doublings

SALT = "anlan.portal.puzzle"
ASKED = Pressure(SharedCounts("puzzle"))
LONGEST = 20
"""Characters of an answer."""


def question(ticket: str, address: str, at: datetime) -> tuple[str, int]:
    """(signed question, zero bits wanted)"""
    bits = int(parameter("portal.puzzle_bits", local_day(at))) + harder(address, local_day(at), time.monotonic())
    return signing.dumps([ticket, bits], salt=SALT), bits


def harder(address: str, day: date, now: float) -> int:
    """Bits on top, each doubling the work: for an address that asks much, for a time when all ask much, the greater of both.

    now: monotonic seconds.
    """
    half_s = 60 * float(parameter("portal.busy_minutes", day))
    rates = ((("address", address), "portal.busy_address"), ("all", "portal.busy_all"))
    wanted = [doublings(ASKED.add(key, half_s, now), float(parameter(name, day))) for key, name in rates]
    return min(max(wanted), int(parameter("portal.puzzle_bits_more", day)))


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
