"""Any indicator by street, community or grid, as of a day: from folds where they can answer, else from marks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from anlan.kernel import marks
from anlan.kernel.actors import Actor
from anlan.kernel.folds import end_of
from anlan.kernel.instance import local_day
from anlan.kernel.marks import Count
from anlan.kernel.refusals import Absent
from anlan.kernel.rulebook import rulebook
from anlan.places.selectors import areas_seen
from anlan.toolkit.indicators import (
    INDICATORS,
    Indicator,
    Period,
    Ratio,
    folds_are_current,
    folds_tell,
    ground_of,
    question_of,
    shown,
    url_of,
)

STEPS = 5


class AreaFigure(NamedTuple):
    """One area's value; None: nothing to count it from. share: of the largest, for the depth of the colour."""

    uid: str
    code: str
    name: str
    value: Decimal | None
    step: int
    url: str


class Choropleth(NamedTuple):
    id: str
    name: str
    unit: str
    definition: str
    day: date
    since: date
    level: int
    areas: list[AreaFigure]
    breaks: list[Decimal]
    source: str


STOOD = """
SELECT up.ancestor_id, sum(f.value) FROM (
  SELECT area_id, sum(change) AS value FROM kernel_foldmonth
  WHERE kind = %(kind)s AND cell = ANY(%(cells)s) AND month < %(first)s {level} GROUP BY 1
  UNION ALL
  SELECT area_id, sum(came - went) FROM kernel_fold
  WHERE kind = %(kind)s AND cell = ANY(%(cells)s) AND sort = 's' AND day >= %(first)s AND day <= %(until)s {level}
  GROUP BY 1) f
JOIN kernel_areain up ON up.area_id = f.area_id AND up.valid_from <= %(until)s
  AND (up.valid_to IS NULL OR up.valid_to > %(until)s)
JOIN kernel_area a ON a.id = up.ancestor_id AND a.level = %(depth)s
GROUP BY 1"""


def choropleth(id: str, *, actor: Actor, at: datetime, level: int, on: date | None = None,
               since: date | None = None) -> Choropleth:
    """The indicator for each area of a level in the reader's ground. Raises Absent."""
    if id not in INDICATORS:
        raise Absent(_("没有这个指标"))
    found, day = INDICATORS[id], on or local_day(at)
    period = Period(since or day.replace(month=1, day=1), day, min(end_of(day), at) if on is None else end_of(day))
    ground = ground_of(actor, None, at)
    values, source = _values(found, period, ground, level)
    rows = list(areas_seen(actor, at).filter(level=level, state="active").values_list("id", "uid", "code", "name"))
    zero = None if isinstance(found.ask(period, ground), Ratio) else Decimal(0)
    told = {area: values.get(area, zero) for area, *_rest in rows}
    breaks = breaks_of([v for v in told.values() if v is not None])
    areas = [AreaFigure(str(uid), code, name, told[area], _step(told[area], breaks), _url(found, uid, on, since))
             for area, uid, code, name in rows]
    return Choropleth(id, found.label, found.unit, found.definition, day, period.since, level, areas, breaks, source)


def _url(found: Indicator, uid: Any, on: date | None, since: date | None) -> str:
    told = url_of(found.id, None, on, since)
    return f"{told}{'&' if '?' in told else '?'}area={uid}"


def _values(found: Indicator, period: Period, ground: int | None, level: int) -> tuple[dict[int, Decimal], str]:
    question = question_of(found, period, ground)
    if not isinstance(question, Ratio):
        return _by_area(question, period, level)
    part, source = _by_area(question.part, period, level)
    whole, _same = _by_area(question.whole, period, level)
    return {area: shown(found, part.get(area, Decimal(0)), n) for area, n in whole.items() if n}, source


def _by_area(count: Count, period: Period, level: int) -> tuple[dict[int, Decimal], str]:
    """Values by area, and what they were read from. Events by the day they belong to are not summed as of a day."""
    if (not folds_tell(count) or level > settings.ANLAN_FOLD_LEVEL or count.at != end_of(period.until)
            or not rulebook().steady or not folds_are_current()):
        return marks.by_area(count, level), "marks"
    params: Mapping[str, Any] = {
        "kind": count.kind, "cells": list(count.cells), "first": period.until.replace(day=1), "until": period.until,
        "depth": level, "level": count.level}
    with connection.cursor() as cursor:
        cursor.execute(STOOD.format(level="AND level = %(level)s" if count.level is not None else ""), params)
        return {area: Decimal(value) for area, value in cursor.fetchall() if value is not None}, "folds"


def breaks_of(values: list[Decimal]) -> list[Decimal]:
    """Upper bounds of up to five steps with about as many areas in each; zero is a step of its own."""
    ranked = sorted(v for v in values if v > 0)
    if not ranked:
        return []
    cuts = {ranked[min(len(ranked) - 1, (len(ranked) * (n + 1)) // STEPS - 1 if len(ranked) >= STEPS else n)]
            for n in range(min(STEPS, len(ranked)))}
    return sorted(cuts | {ranked[-1]})


def _step(value: Decimal | None, breaks: list[Decimal]) -> int:
    """−1: nothing to count from; 0: zero; else the number of the step."""
    if value is None:
        return -1
    return 0 if value <= 0 else next((n + 1 for n, b in enumerate(breaks) if value <= b), len(breaks))
