"""What one department reported of four months: a bare sum, a return corrected later, a sound one, and one that contradicts itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from anlan.hazards.models import Hazard
from anlan.kernel import marks
from anlan.kernel.actors import SYSTEM
from anlan.kernel.changes import Ref
from anlan.kernel.door import Order
from anlan.kernel.flows import FiredGiven
from anlan.kernel.models import Clock
from anlan.people.models import Organisation
from anlan.returns.facts import next_month, return_uid
from anlan.returns.holding import own_count
from anlan.returns.models import MonthlyReturn
from anlan.toolkit.indicators import Period

from .days import moment
from .deeds import do, order
from .world import World

FIRST = date(2021, 2, 1)
ACCEPTED_ON, AMENDED_ON = 8, 14  # days of the month after
WHY = "三家单位的复查记录补录后重新核对"
SURPLUS, RATE = 12, "98.6"  # of the last month: twelve more than were found, and a rate that is not its parts


class Month(NamedTuple):
    """sent_on: the day of the month after, a working day within the limit; with_rows: the rows come with it."""

    first: date
    sent_on: int
    with_rows: bool = True
    amended: bool = False
    surplus: int = 0


MONTHS = (Month(FIRST, 4, with_rows=False), Month(date(2021, 3, 1), 6, amended=True), Month(date(2021, 4, 1), 7),
          Month(date(2021, 5, 1), 4, surplus=SURPLUS))


def report(world: World) -> None:
    """The gas department's, as its hazards give them; the emergency bureau judges all but the last."""
    house = Organisation.objects.get(id=world.actors["gas"].organisation_id)
    do([order("monthly_return", return_uid(house.uid, FIRST), "ask", world.actors["emergency"], moment(next_month(FIRST), "09:00"),
              {"organisation": str(house.uid), "month": FIRST.isoformat()})])
    for month in MONTHS:
        uid = return_uid(house.uid, month.first)
        do(list(_deeds(world, house, uid, month)), size=1)
        if month is not MONTHS[-1]:
            _roll(uid)


def _deeds(world: World, house: Organisation, uid: UUID, month: Month) -> Iterator[Order]:
    after, gas = next_month(month.first), world.actors["gas"]
    sent, amended = moment(after.replace(day=month.sent_on), "16:20"), moment(after.replace(day=AMENDED_ON), "09:40")
    yield order("monthly_return", uid, "submit", gas, sent, _numbers(house, month, sent))
    if month is not MONTHS[-1]:
        yield order("monthly_return", uid, "accept", world.actors["emergency"], moment(after.replace(day=ACCEPTED_ON), "10:05"))
    if month.amended:
        yield order("monthly_return", uid, "amend", gas, amended, {**_numbers(house, month, amended), "why": WHY})


def _numbers(house: Organisation, month: Month, at: datetime) -> dict[str, Any]:
    """As Anlan's own rows have them at that instant; a visit to a unit is one check of it."""
    period = Period(month.first, next_month(month.first) - timedelta(days=1), at)
    shares = {item: dict(marks.rows(own_count(id, period, house.area_id, house.id), limit=None))
              for item, id in (("found", "haz-found"), ("rectified", "haz-rectified"))}
    lines = _lines(shares)
    sums = {item: int(sum(of.values())) for item, of in shares.items()}
    told: dict[str, Any] = {"checks": len(lines), **sums}
    if month.with_rows:
        told["lines"] = lines
    if month.surplus:
        told |= {"found": told["found"] + month.surplus, "rate": RATE}
    return told


def _lines(shares: dict[str, dict[int, Any]]) -> list[dict[str, Any]]:
    """A row a unit: its last day of the month, what was found and what of that was put right."""
    counted: dict[Any, Counter[str]] = {}
    units: dict[int, Any] = {}
    days: dict[int, date] = {}
    rows = Hazard.objects.filter(id__in={id for of in shares.values() for id in of}).select_related("premises")
    for h in rows.order_by("found_on", "id"):
        units[h.premises_id], days[h.premises_id] = h.premises, h.found_on
        held = counted.setdefault(h.premises_id, Counter())
        for item, of in shares.items():
            held[item] += int(of.get(h.id, 0))
    return [{"day": days[id].isoformat(), "unit": unit.name, "credit_code": unit.credit_code, "checks": 1, **counted[id]}
            for id, unit in units.items()]


def _roll(uid: UUID) -> None:
    """The month has ended: the next one's return is asked for by its clock."""
    held = MonthlyReturn.objects.get(uid=uid)
    clock = Clock.objects.get(kind="monthly_return", case_id=held.id, name="next", stopped_at=None)
    do([Order(Ref("monthly_return", uid), "roll", SYSTEM, clock.due_at, FiredGiven("next", clock.due_at, clock.id, 0),
              told_at=clock.due_at)])
