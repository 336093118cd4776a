"""What the address of a figure's page asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Q, Subquery
from django.http import Http404, HttpRequest

from anlan.kernel.areas import within
from anlan.kernel.models import Area
from anlan.kernel.rulebook import rulebook
from anlan.toolkit import dimensions
from anlan.toolkit.dimensions import BASE, DIMENSIONS, Choice, Narrow
from anlan.toolkit.indicators import EVERYTHING, Indicator, Period
from anlan.toolkit.spreads import PER

YEARS = range(1950, 2151)


class Asked(NamedTuple):
    """An area, a last day, a first day, for a ratio which of its two counts, and a department or an industry."""

    area_id: int | None
    on: date | None
    since: date | None
    part: bool
    after: int
    area: Area | None = None
    narrow: Narrow = EVERYTHING
    per: str = ""


def read_words(request: HttpRequest) -> Asked:
    """Raises Http404 for an area that is not there or a day that is none."""
    words = request.GET
    try:
        area = Area.objects.get(uid=UUID(words["area"])) if words.get("area") else None
        days = [_day(words[name]) if words.get(name) else None for name in ("on", "since")]
        return Asked(area.id if area else None, days[0], days[1], words.get("of") == "part", int(words.get("after") or 0), area,
                     {d: words[d] for d in DIMENSIONS if d not in BASE and words.get(d)}, _per(words.get("per", "")))
    except (ValueError, Area.DoesNotExist) as wrong:
        raise Http404 from wrong


def _per(word: str) -> str:
    """Raises ValueError for one that is not there."""
    if word and word not in PER:
        raise ValueError(word)
    return word


def _day(text: str) -> date:
    """Raises ValueError, also for a year in which nothing can have been counted."""
    day = date.fromisoformat(text)
    if day.year not in YEARS:
        raise ValueError(text)
    return day


class Ground(NamedTuple):
    """An area to count in. label: indented by how deep it lies."""

    uid: str
    label: str
    chosen: bool


class By(NamedTuple):
    """A dimension to narrow by, and the word chosen."""

    id: str
    label: str
    choices: Sequence[Choice]
    chosen: str


class Words(NamedTuple):
    """What the form above a figure holds: areas, first and last day, dimensions, and what of the address it keeps."""

    areas: list[Ground]
    since: date
    on: date
    kept: Mapping[str, str]
    by: Sequence[By]


def words_of(ground: int | None, asked: Asked, period: Period, found: Indicator | None = None) -> Words:
    """One statement, and one for departments. ground: the reader's own; None reads the whole district."""
    kept = {name: word for name, word in (("of", "part" if asked.part else ""), ("per", asked.per)) if word}
    by = [By(d, str(DIMENSIONS[d].label), dimensions.choices_of(d), asked.narrow.get(d, "")) for d in (found.more if found else ())]
    return Words(_grounds(ground, asked.area_id, period.until), period.since, period.until, kept, by)


def _grounds(ground: int | None, chosen: int | None, on: date) -> list[Ground]:
    """The reader's ground and what lies right below it, and likewise around the chosen area."""
    line = rulebook().lineage(chosen, on) if chosen else frozenset()
    wanted = Q(level__lte=1) if ground is None else Q(level__lte=_level(ground))
    if chosen:
        wanted |= Q(id__in=line) | Q(id__in=within(chosen, on), level=_level(chosen))
    rows = Area.objects.filter(wanted, state="active")
    found = list((rows if ground is None else rows.filter(id__in=within(ground, on))).order_by("code"))
    top = min((a.level for a in found), default=0)
    return [Ground(str(a.uid), "　" * (a.level - top) + a.name, a.id == (chosen or ground)) for a in found]


def _level(area_id: int) -> Any:
    """One below that of the area."""
    return Subquery(Area.objects.filter(id=area_id).values("level")[:1]) + 1
