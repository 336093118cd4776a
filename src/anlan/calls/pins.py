"""Number and PIN: how somebody without an account follows what was reported. The PIN is kept hashed; failures lock."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import NamedTuple

from django.contrib.auth.hashers import check_password, make_password
from django.db.models import F

from anlan.kernel.instance import local_day
from anlan.kernel.rulebook import parameter
from anlan.matters.models import Matter
from anlan.toolkit.codes import looks_right

from .models import StatusPin

DIGITS = 6
REPORTERS_MOST = 20  # so many reporters of one matter get a PIN of their own


class Opened(NamedTuple):
    """matter None: number or PIN wrong, which looks the same. locked: too many wrong ones, until later.

    first: the PIN is the first reporter's, who decides.
    """

    matter: Matter | None = None
    locked: bool = False
    first: bool = False


def issue(matter: Matter, at: datetime, pin: str = "") -> str:
    """A PIN for one reporter of the matter, the one given or a new one; told once, kept only as a hash. Empty: no more."""
    if pin and StatusPin.objects.filter(matter=matter).count() >= REPORTERS_MOST:
        return ""
    pin = pin or "".join(secrets.choice("0123456789") for _n in range(DIGITS))
    StatusPin.objects.create(matter=matter, pin=make_password(pin), given_at=at)
    return pin


def open_with(code: str, pin: str, *, real: datetime, day_at: datetime) -> Opened:
    """The matter behind number and PIN. real: for locks; day_at: business time, for the dated rules."""
    code, pin = written(code), pin.strip()
    rows = list(StatusPin.objects.filter(matter__code=code).select_related("matter").order_by("id")[:REPORTERS_MOST]) if (
        looks_right(code)) else []
    if any(r.locked_until and r.locked_until > real for r in rows):
        return Opened(locked=True)
    for row in rows:
        if check_password(pin, row.pin):
            StatusPin.objects.filter(matter=row.matter).update(failures=0, locked_until=None)
            return Opened(row.matter, first=row is rows[0])
    if rows:
        _count_failure(rows[0], real, day_at)
    return Opened()


def written(code: str) -> str:
    """A number as it is kept, however it was typed: s2345 6789a → S2345-6789A."""
    bare = "".join(ch for ch in code.upper() if ch.isascii() and ch.isalnum())[:20]
    return f"{bare[:5]}-{bare[5:]}"


def _count_failure(row: StatusPin, real: datetime, day_at: datetime) -> None:
    day = local_day(day_at)
    StatusPin.objects.filter(pk=row.pk).update(failures=F("failures") + 1)
    row.refresh_from_db(fields=["failures"])
    if row.failures >= int(parameter("call.pin_failures", day)):
        until = real + timedelta(minutes=int(parameter("call.pin_lock_minutes", day)))
        StatusPin.objects.filter(pk=row.pk).update(failures=0, locked_until=until)
