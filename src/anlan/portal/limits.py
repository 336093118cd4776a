"""How often one address and one device may ask; what happens beyond is a sentence, and nobody else is slowed."""

from __future__ import annotations

import secrets
import time
from typing import Any

from django.http import HttpRequest, HttpResponse

from anlan.kernel.instance import local_day
from anlan.kernel.rulebook import parameter
from anlan.toolkit.intake.counts import SharedCounts
from anlan.toolkit.intake.rates import Buckets, counted_as

BUCKETS = Buckets(SharedCounts("portal"))
COOKIE, KEPT_S = "visitor", 24 * 3600


def address_of(request: HttpRequest) -> str:
    return counted_as(str(request.META.get("REMOTE_ADDR", "")))


def wait_for(request: HttpRequest, *, device: bool, proved: bool = True) -> int:
    """Seconds to wait; 0 where it may go on. device: count the phone too, not only the address it comes from.

    proved False: the page's puzzle was not solved; whoever sends so shares a slower rate of its own.
    """
    day, now = local_day(request.at), time.monotonic()  # type: ignore[attr-defined]
    rate = "portal.per_minute_address" if proved else "portal.per_minute_unproved"
    keys: list[tuple[Any, str]] = [((rate, address_of(request)), rate)]
    if device and (held := request.COOKIES.get(COOKIE, "")[:40]):
        keys.append((("device", held), "portal.per_minute_device"))
    waits = [BUCKETS.take(key, int(parameter(name, day)), now) for key, name in keys]
    return int(max(waits)) + 1 if any(waits) else 0


def wait_to_read(request: HttpRequest) -> int:
    """Seconds to wait before another public page of changes; 0 where it may go on. Reports are counted apart."""
    rate = int(parameter("portal.reads_per_minute", local_day(request.at)))  # type: ignore[attr-defined]
    wait = BUCKETS.take(("reads", address_of(request)), rate, time.monotonic())
    return int(wait) + 1 if wait else 0


def marked(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """A number for this browser that says nothing about its owner and is forgotten after a day."""
    if COOKIE not in request.COOKIES:
        answer.set_cookie(COOKIE, secrets.token_urlsafe(18), max_age=KEPT_S, httponly=True, samesite="Lax",
                          secure=request.is_secure())
    return answer
