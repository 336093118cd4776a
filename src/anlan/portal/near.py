"""What has been reported already, near and alike: told without the other's words, so that one may join it."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.core import signing
from django.db.models import Q
from django.utils.translation import gettext as _

from anlan.calls.duplicates import METRES_A_DEGREE, likeness
from anlan.kernel.instance import local_day
from anlan.kernel.rulebook import parameter
from anlan.matters.flow import LIVE
from anlan.matters.models import Matter, Sort

from .ground import Ground

LOOKED_AT, MOST = 100, 3
SALT = "anlan.portal.join"
GOOD_FOR = timedelta(days=1)
"""Real time for which a page that was sent out may be sent back."""


class Known(NamedTuple):
    """token: what to send in order to join it, good for the same ticket only."""

    token: str
    kind: str
    where: str
    since: datetime
    stage: str


def known_near(ground: Ground, sort: str, text: str, at: datetime, ticket: UUID) -> list[Known]:
    """Of the same kind and not yet solved: at the same unit, or some steps away; without a point, in the same community
    and with words alike. Nearest first."""
    day = local_day(at)
    since = at - timedelta(days=int(parameter("portal.near_days", day)))
    metres = int(parameter("portal.near_metres", day))
    rows = Matter.objects.filter(_place(ground, metres), state__in=LIVE, opened_at__gte=since, sort=sort)
    least = float(parameter("portal.near_likeness", day))
    found = [(_steps(ground, m), m) for m in rows.order_by("-id")[:LOOKED_AT]
             if ground.lon is not None or ground.unit or likeness(text, f"{m.what}{m.place}") >= least]
    found.sort(key=lambda pair: pair[0])
    return [_told(m, steps, ground, ticket) for steps, m in found[:MOST]]


def _place(ground: Ground, metres: int) -> Q:
    if ground.unit is not None:
        return Q(premises=ground.unit.id)
    if ground.lon is None or ground.lat is None:
        return Q(area__within__ancestor__uid=ground.area)
    tall = metres / METRES_A_DEGREE
    wide = tall / max(math.cos(math.radians(ground.lat)), 0.01)
    return Q(lon__range=(ground.lon - wide, ground.lon + wide), lat__range=(ground.lat - tall, ground.lat + tall))


def _steps(ground: Ground, m: Any) -> int:
    """Metres apart, to the nearest ten; 0 where it is the same unit or no point is known."""
    if ground.unit is not None or ground.lon is None or ground.lat is None or m.lon is None:
        return 0
    wide = math.cos(math.radians(ground.lat))
    return round(math.hypot((ground.lon - m.lon) * wide, ground.lat - m.lat) * METRES_A_DEGREE / 10) * 10


def _told(m: Any, steps: int, ground: Ground, ticket: UUID) -> Known:
    where = _("同一家单位") if ground.unit else _("同一社区") if ground.lon is None else (
        _("约%(n)s米处") % {"n": steps} if steps else _("就在这里"))
    stage = _("正在办理") if m.state == "answered" else _("已收到，等待答复")
    return Known(signing.dumps([m.id, str(ticket)], salt=SALT), str(Sort(m.sort).label), where, m.opened_at, stage)


def joined(token: str, ticket: UUID) -> int | None:
    """The id of the matter that a page of this ticket offered to join."""
    try:
        matter, of = signing.loads(token, salt=SALT, max_age=GOOD_FOR)
    except signing.BadSignature:
        return None
    return int(matter) if of == str(ticket) else None
