"""Business time and the settings of this instance."""

from __future__ import annotations

import time as _time
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection

from .models import InstanceClock
from .refusals import Refusal, Refused

_held: dict[str, tuple[float, InstanceClock]] = {}
HELD_SECONDS = 1.0  # a running process may see a change of the instance clock this late


@cache
def zone() -> ZoneInfo:
    return ZoneInfo(settings.TIME_ZONE)


@lru_cache(maxsize=4096)  # each deed asks for its own several times
def local_day(at: datetime) -> date:
    return at.astimezone(zone()).date()


def real_time() -> datetime:
    """Real time: for sessions, leases and recorded_at only; duties use `instance_clock`."""
    return datetime.now(UTC)


def instance_clock() -> datetime:
    """Business time now. Called at the edge only; everything below gets `at`."""
    row = _row()
    return max(row.stands_at or _running(row), row.floor_at)


def _running(row: InstanceClock) -> datetime:
    """Faster than real time where a speed is set (an exercise)."""
    real = real_time()
    gained = (real - row.sped_at) * (row.speed - 1) if row.sped_at else timedelta()
    return real + timedelta(seconds=row.offset_seconds) + gained


def _row() -> InstanceClock:
    name = connection.settings_dict["NAME"]
    held = _held.get(name)
    if held is None or _time.monotonic() - held[0] > HELD_SECONDS:
        row, _made = InstanceClock.objects.get_or_create(id=1, defaults={"floor_at": datetime(2000, 1, 1, tzinfo=UTC)})
        held = _held[name] = (_time.monotonic(), row)
    return held[1]


def speed() -> float:
    """How many times as fast as real time business time runs; 0 while it stands."""
    row = _row()
    return 0.0 if row.stands_at else row.speed


def forget() -> None:
    _held.clear()


def set_clock(now: datetime | None, *, running: bool, speed: float | None = None) -> None:
    """Let business time run on from `now` (None: real time), or stand still at it. speed: None leaves it as it is.

    Raises Refused for an instant before the last tick; real time below it waits there until it catches up.
    """
    forget()
    row = _row()
    if now is not None and now < row.floor_at:
        last = row.floor_at.astimezone(zone())
        raise Refused(Refusal((f"业务时间不能拨回到上次时限检查（{last:%Y-%m-%d %H:%M}）之前",)))
    row.speed = row.speed if speed is None else speed
    row.offset_seconds = int((now - real_time()).total_seconds()) if now and running else 0
    row.stands_at = None if running else now
    row.sped_at = real_time() if running and row.speed != 1 else None
    row.save(update_fields=["offset_seconds", "stands_at", "speed", "sped_at"])
    forget()


def stand() -> None:
    """Business time stands still from now on, until `run_on`."""
    forget()
    set_clock(instance_clock(), running=False)


def run_on() -> None:
    """Business time goes on from where it stood; where nobody let it stand (a killed machine), from the last tick."""
    forget()
    row = _row()
    if row.stands_at or row.offset_seconds or row.sped_at:  # else it is real time
        set_clock(max(row.stands_at or row.floor_at, row.floor_at), running=True)


def raise_floor(at: datetime, slack: timedelta = timedelta()) -> None:
    """Business time never runs below the last tick. slack: leave a floor alone that is no older than this."""
    InstanceClock.objects.filter(id=1, floor_at__lt=at - slack).update(floor_at=at)
