"""The limits that run on things of the map: when each is up, said beside it and in the list."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Min

from anlan.kernel.instance import local_day, zone
from anlan.kernel.models import Clock

from .asked import Asked


def running(asked: Asked, things: Iterable[Any]) -> dict[int, datetime]:
    """Row id → when the next limit is up, where the layer tells its limits; of a past day nothing is told."""
    if not asked.shown.layer.limits or asked.on is not None or not (ids := [t.id for t in things]):
        return {}
    rows = Clock.objects.filter(kind=asked.shown.flow.kind, case_id__in=ids, stopped_at=None, paused_at=None)
    return dict(rows.values_list("case_id").annotate(due=Min("due_at")))


def in_short(due: datetime, at: datetime) -> str:
    local = due.astimezone(zone())
    return f"{local:%H:%M}" if local_day(due) == local_day(at) else f"{local:%m-%d %H:%M}"
