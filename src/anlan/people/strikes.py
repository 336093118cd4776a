"""Tries that failed, counted under a keyed digest; at a number of them the key is locked for a while. Real time."""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta
from hashlib import sha256
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from .models import Strike


class Struck(NamedTuple):
    """locked: this failure was one too many."""

    locked: bool
    count: int


def key_of(*parts: str) -> str:
    """What was typed is never stored as it came."""
    text = "\n".join(part.strip().lower() for part in parts)
    return hmac.new(settings.SECRET_KEY.encode(), text.encode("utf-8", "replace"), sha256).hexdigest()


def locked_for(key: str, now: datetime) -> timedelta | None:
    """How long the key stays locked; None where it is not."""
    until = Strike.objects.filter(key=key).values_list("locked_until", flat=True).first()
    return until - now if until is not None and until > now else None


@transaction.atomic
def strike(key: str, most: int, span: timedelta, now: datetime) -> Struck:
    """Counts one failure; the one that reaches `most` within `span` locks the key for that long."""
    Strike.objects.bulk_create([Strike(key=key, last_at=now)], ignore_conflicts=True)
    row = Strike.objects.select_for_update().get(key=key)
    count = row.count + 1 if now - row.last_at < span else 1
    locked = count >= most
    row.last_at, row.locked_until, row.count = now, (now + span if locked else None), 0 if locked else count
    row.save()
    return Struck(locked, count)


def forgive(key: str) -> None:
    Strike.objects.filter(key=key).delete()


def minutes_of(left: timedelta) -> int:
    """Whole minutes to tell, at least one."""
    return max(1, -(-int(left.total_seconds()) // 60))


def locked_sentence(left: timedelta) -> str:
    return _("登录失败次数过多，请%(minutes)s分钟后再试") % {"minutes": minutes_of(left)}
