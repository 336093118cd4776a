"""Business time and the settings of this instance."""

from __future__ import annotations

import time as _time
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from .models import InstanceClock

_held: tuple[float, InstanceClock] | None = None
HELD_SECONDS = 1.0  # a running process may see a change of the instance clock this late


def zone() -> ZoneInfo:
    return ZoneInfo(settings.TIME_ZONE)


def local_day(at: datetime) -> date:
    return at.astimezone(zone()).date()


def real_time() -> datetime:
    """Real time: for sessions, leases and recorded_at only; duties use `instance_clock`."""
    return datetime.now(UTC)


def instance_clock() -> datetime:
    """Business time now. Called at the edge only; everything below gets `at`."""
    row = _row()
    now = row.stands_at or real_time() + timedelta(seconds=row.offset_seconds)
    return max(now, row.floor_at)


def _row() -> InstanceClock:
    global _held
    if _held is None or _time.monotonic() - _held[0] > HELD_SECONDS:
        row, _made = InstanceClock.objects.get_or_create(id=1, defaults={"floor_at": datetime(2000, 1, 1, tzinfo=UTC)})
        _held = (_time.monotonic(), row)
    return _held[1]


def forget() -> None:
    global _held
    _held = None


def set_clock(now: datetime | None, *, running: bool) -> None:
    """Let business time run on from `now` (None: real time), or stand still at it."""
    offset = int((now - real_time()).total_seconds()) if now and running else 0
    row = _row()
    row.offset_seconds, row.stands_at = offset, (None if running else now)
    row.floor_at = datetime(2000, 1, 1, tzinfo=UTC) if now is None else min(row.floor_at, now)
    row.save()
    forget()


def raise_floor(at: datetime) -> None:
    """Business time never runs below the last tick."""
    InstanceClock.objects.filter(id=1, floor_at__lt=at).update(floor_at=at)
