"""What rules and effects of a return know besides it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q

from anlan.kernel.door import Subject
from anlan.people.models import Organisation

from .models import MonthlyReturn
from .sheet import Read, read_file, read_rows


def next_month(month: date) -> date:
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1)


def return_uid(organisation: UUID, month: date) -> UUID:
    """One a department and month, whoever asks for it."""
    return uuid5(organisation, f"monthly_return/{month.isoformat()}")


class House(NamedTuple):
    """The department that is asked or that reports, and the months it was asked for."""

    id: int
    uid: UUID
    sort: str
    area_id: int | None
    months: frozenset[date]


def houses(subjects: list[Subject]) -> list[House | None]:
    """By its uid; of a follow-on by its id; of a return that stands, its own. One statement."""
    uids = {s.given.organisation for s in subjects} - {None}
    ids = {i for s in subjects for i in (s.given.organisation_id, s.case.organisation_id)} - {None}
    months = MonthlyReturn.objects.filter(organisation=OuterRef("pk")).values("month")
    rows = Organisation.objects.filter(Q(uid__in=uids) | Q(id__in=ids), state="active") if uids or ids else Organisation.objects.none()
    found: dict[Any, House] = {}
    for row in rows.annotate(months=ArraySubquery(months)):
        found[row.uid] = found[row.id] = House(row.id, row.uid, row.sort, row.area_id, frozenset(row.months))
    return [found.get(s.given.organisation or s.given.organisation_id or s.case.organisation_id) for s in subjects]


def sheets(subjects: list[Subject]) -> list[Read]:
    """The rows that were sent; a return is sent one at a time."""
    return [_sheet(s) for s in subjects]


def _sheet(s: Subject) -> Read:
    if s.given.file:
        return read_file(s.given.file[0], s.case.month)
    return read_rows(s.given.lines, s.case.month) if s.given.lines is not None else Read()
