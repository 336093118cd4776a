"""What the address of a figure's page asks for."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple
from uuid import UUID

from django.http import Http404, HttpRequest

from anlan.kernel.models import Area


class Asked(NamedTuple):
    """An area, a last day, a first day, and for a ratio which of its two counts."""

    area_id: int | None
    on: date | None
    since: date | None
    part: bool
    after: int


def read_words(request: HttpRequest) -> Asked:
    """Raises Http404 for an area that is not there or a day that is none."""
    words = request.GET
    try:
        area = Area.objects.get(uid=UUID(words["area"])).id if words.get("area") else None
        days = [date.fromisoformat(words[name]) if words.get(name) else None for name in ("on", "since")]
        return Asked(area, days[0], days[1], words.get("of") == "part", int(words.get("after") or 0))
    except (ValueError, Area.DoesNotExist) as wrong:
        raise Http404 from wrong
