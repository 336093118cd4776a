"""By night only those count who stand ready around the clock."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from anlan.kernel.instance import local_day, zone
from anlan.kernel.rulebook import parameter

MINUTE = timedelta(minutes=1)


def minutes_of_night(at: datetime) -> int:
    """Until the night that it is ends, rounded up; 0 by day."""
    begins, ends = (time.fromisoformat(t) for t in parameter("team.night_hours", local_day(at)))
    here = at.astimezone(zone())
    now = here.time()
    by_night = now >= begins or now < ends if begins > ends else begins <= now < ends
    if not by_night:
        return 0
    morning = here.replace(hour=ends.hour, minute=ends.minute, second=0, microsecond=0)
    if morning <= here:
        morning += timedelta(days=1)
    return -(-(morning - here) // MINUTE)
