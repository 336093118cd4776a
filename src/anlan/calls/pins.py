"""Number and PIN: how somebody without an account follows what was reported. The PIN is kept hashed; failures lock."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import NamedTuple

from django.contrib.auth.hashers import check_password, make_password
from django.db.models import F
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from anlan.kernel.instance import local_day
from anlan.kernel.rulebook import parameter
from anlan.matters.models import Matter
from anlan.people import strikes
from anlan.toolkit.codes import looks_right

from .models import StatusPin

DIGITS = 6
REPORTERS_MOST = 20  # so many reporters of one matter get a PIN of their own


class Opened(NamedTuple):
    """matter None: number or PIN wrong, which looks the same. locked: minutes to wait after too many wrong ones, 0 for none.

    first: the PIN is the first reporter's, who decides.
    """

    matter: Matter | None = None
    locked: int = 0
    first: bool = False

    @property
    def sentence(self) -> str:
        """Why nothing was opened."""
        if not self.locked:
            return _("编号或查询码不对，请核对后再查。")
        return _("输错次数太多，请过%(n)s分钟再试。若您就是上报人，扫回执上的码打开，不用等。") % {"n": self.locked}


def issue(matter: Matter, at: datetime, pin: str = "") -> str:
    """A PIN for one reporter of the matter, the one given or a new one; told once, kept only as a hash. Empty: no more."""
    if pin and StatusPin.objects.filter(matter=matter).count() >= REPORTERS_MOST:
        return ""
    pin = pin or "".join(secrets.choice("0123456789") for _n in range(DIGITS))
    StatusPin.objects.create(matter=matter, pin=make_password(pin), given_at=at)
    return pin


def open_with(code: str, pin: str, *, real: datetime, day_at: datetime, address: str = "", kept: str = "") -> Opened:
    """The matter behind number and PIN. real: for locks; day_at: business time, for the dated rules.

    Wrong tries lock the address they came from, for this number only; very many from everywhere lock the number. Neither
    keeps out whoever brings what the receipt gave (kept).
    """
    code, pin = written(code), pin.strip()
    owner = constant_time_compare(kept, kept_of(code))
    key = strikes.key_of("pin", code, "receipt" if owner else address)
    rows = list(StatusPin.objects.filter(matter__code=code).select_related("matter").order_by("id")[:REPORTERS_MOST]) if (
        looks_right(code)) else []
    if left := strikes.locked_for(key, real) or (None if owner else _shut_for(rows, real)):
        return Opened(locked=strikes.minutes_of(left))
    for row in rows:
        if check_password(pin, row.pin):
            strikes.forgive(key)
            StatusPin.objects.filter(matter=row.matter).exclude(failures=0, locked_until=None).update(failures=0, locked_until=None)
            return Opened(row.matter, first=row is rows[0])
    return _failed(key, rows, real, day_at) if looks_right(code) else Opened()


def kept_of(code: str) -> str:
    """What a receipt holds beside number and PIN: it tells nothing, and opens nothing without the PIN."""
    return salted_hmac("anlan.calls.receipt", written(code), algorithm="sha256").hexdigest()[:32]


def _shut_for(rows: list[StatusPin], real: datetime) -> timedelta | None:
    return next((r.locked_until - real for r in rows if r.locked_until and r.locked_until > real), None)


def written(code: str) -> str:
    """A number as it is kept, however it was typed: s2345 6789a → S2345-6789A."""
    bare = "".join(ch for ch in code.upper() if ch.isascii() and ch.isalnum())[:20]
    return f"{bare[:5]}-{bare[5:]}"


def _failed(key: str, rows: list[StatusPin], real: datetime, day_at: datetime) -> Opened:
    """A number that does not exist is counted like one that does."""
    day = local_day(day_at)
    span = timedelta(minutes=int(parameter("call.pin_lock_minutes", day)))
    struck = strikes.strike(key, int(parameter("call.pin_failures", day)), span, real)
    if rows:
        StatusPin.objects.filter(pk=rows[0].pk).update(failures=F("failures") + 1)
        StatusPin.objects.filter(pk=rows[0].pk, failures__gte=int(parameter("call.pin_failures_everywhere", day))).update(
            failures=0, locked_until=real + span)
    return Opened(locked=strikes.minutes_of(span) if struck.locked else 0)
