"""Quiet hours, in the district's time."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from anlan.kernel.instance import local_day, zone
from anlan.kernel.rulebook import Rulebook

from .models import Quiet, Wishes

Hours = tuple[time, time]
DAY = timedelta(days=1)


def usual_hours(rules: Rulebook, on: date) -> Hours:
    told = rules.value("notice.quiet_hours", on)
    return time.fromisoformat(told["from"]), time.fromisoformat(told["until"])


def hours_of(wishes: Wishes | None, usual: Hours) -> Hours | None:
    """When nothing but a P1 goes out to this person; None: at no time."""
    if wishes is None or wishes.quiet == Quiet.USUAL:
        return usual
    if wishes.quiet == Quiet.NEVER or wishes.quiet_from is None or wishes.quiet_until is None:
        return None
    return wishes.quiet_from, wishes.quiet_until


def quiet_until(at: datetime, hours: Hours | None) -> datetime | None:
    """The end of the quiet hours in which `at` lies; None: it lies in none. They may run over midnight."""
    if hours is None or hours[0] == hours[1]:
        return None
    since, until = hours
    for day in (local_day(at) - DAY, local_day(at)):
        began = datetime.combine(day, since, zone())
        ends = datetime.combine(day if until > since else day + DAY, until, zone())
        if began <= at < ends:
            return ends
    return None
