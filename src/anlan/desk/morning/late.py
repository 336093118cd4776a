"""Where the ground is late: each part's hazards past their limit, for a thousand units, with its place among the others."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from anlan.kernel import marks
from anlan.kernel.instance import local_day
from anlan.kernel.models import Area
from anlan.toolkit.indicators import INDICATORS, Period, counts_of, question_of, shown, url_of

RATE, PART, WHOLE, STANDING = "haz-overdue-per-1000", "haz-overdue", "grd-units", "haz-standing"


class Late(NamedTuple):
    """rate None: no units to share it among, and so no rank."""

    name: str
    late: Decimal
    units: Decimal
    rate: Decimal | None
    rank: int | None
    standing: Decimal
    urls: dict[str, str]
    share: float


def late_by_area(ground: Area, below: Sequence[Area], at: datetime) -> list[Late]:
    """The worst first; equal rates share a rank. One statement."""
    if not below:
        return []
    day, found = local_day(at), INDICATORS[RATE]
    period = Period(day, day, at)
    part, whole = counts_of(question_of(found, period, ground.id))
    standing, = counts_of(question_of(INDICATORS[STANDING], period, ground.id))
    parts, wholes, stood = marks.by_area_of((part, whole, standing), below[0].level)
    none = Decimal(0)
    rates = {a.id: shown(found, parts.get(a.id, none), wholes[a.id]) if wholes.get(a.id) else None for a in below}
    top = max((r for r in rates.values() if r is not None), default=none)
    rows = [Late(a.name, parts.get(a.id, none), wholes.get(a.id, none), rates[a.id], _rank(rates[a.id], rates.values()),
                 stood.get(a.id, none), _urls(day, a.uid), float((rates[a.id] or none) / top * 100) if top else 0.0) for a in below]
    return sorted(rows, key=lambda r: (r.rate is None, -(r.rate or none), -r.late, -r.standing))


def _rank(rate: Decimal | None, among: Sequence[Decimal | None] | object) -> int | None:
    return None if rate is None else 1 + sum(r > rate for r in among if r is not None)  # type: ignore[attr-defined]


def _urls(day: date, area: UUID) -> dict[str, str]:
    return {name: f"{url_of(id, None, day)}&area={area}"
            for name, id in (("late", PART), ("units", WHOLE), ("rate", RATE), ("standing", STANDING))}
