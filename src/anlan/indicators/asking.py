"""A saved question put to the figures: for a reader, as of a day."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, NamedTuple
from urllib.parse import urlencode

from anlan.kernel.actors import Actor
from anlan.kernel.instance import local_day
from anlan.kernel.models import Area
from anlan.kernel.rulebook import one_rulebook
from anlan.reports.periods import days_of
from anlan.toolkit import spreads
from anlan.toolkit.dimensions import Narrow
from anlan.toolkit.indicators import INDICATORS, Figure, Period, figure, ground_of
from anlan.toolkit.registers.figurewords import Asked
from anlan.toolkit.ui import parts

from .models import Grouping, SavedQuestion


class Answer(NamedTuple):
    """The figure, its rows where it is grouped, and the addresses of its page and of its export."""

    told: Figure
    table: parts.FigureTable | None
    url: str
    export: str


def answer(question: SavedQuestion, actor: Actor, at: datetime, on: date | None = None) -> Figure:
    """The figure in the reader's ground, as of the end of `on` (by default now). Raises Absent, BadPeriod."""
    today = local_day(at)
    day = min(on or today, today)
    days = days_of(question.period, day)
    return figure(question.indicator, actor=actor, at=at, area_id=question.where_id, since=days.since,
                  on=days.until if days.until != today or on else None, narrow=question.narrow)


@one_rulebook()
def answer_in_full(question: SavedQuestion, actor: Actor, at: datetime, on: date | None = None) -> Answer:
    """Raises Absent, BadPeriod."""
    told = answer(question, actor, at, on)
    words = _words(told.period, question.where, question.narrow)
    base = f"/desk/figures/{told.id}/"
    views = {"": "", Grouping.AREA: "areas/", Grouping.MONTH: "trend/", Grouping.DEPARTMENT: "by/department/",
             Grouping.INDUSTRY: "by/industry/"}
    page = base + views[question.grouping]
    return Answer(told, _table(question, told, ground_of(actor, question.where_id, at)), page + words, page + "export.{format}" + words)


def _words(period: Period, where: Area | None, narrow: Narrow) -> str:
    asked = {"since": period.since, "on": period.until} | ({"area": where.uid} if where else {}) | dict(narrow)
    return "?" + urlencode({k: str(v) for k, v in asked.items()})


def _table(question: SavedQuestion, told: Figure, ground: int | None) -> parts.FigureTable | None:
    if not question.grouping:
        return None
    spread = {Grouping.AREA: _by_area, Grouping.MONTH: _by_month}.get(Grouping(question.grouping), _by_dimension)
    places = 1 if told.unit == "%" else None
    return parts.FigureTable(told.name, spread(question, told, ground), told.unit, str(question), told.as_of, places)


def _area(question: SavedQuestion, ground: int | None) -> Area | None:
    """Most often one that came with the question."""
    known = next((a for a in (question.where, question.area) if a is not None and a.id == ground), None)
    return known or (Area.objects.filter(id=ground).first() if ground else Area.objects.filter(level=0).first())


def _by_area(question: SavedQuestion, told: Figure, ground: int | None) -> list[parts.FigureRow]:
    area = _area(question, ground)
    below = spreads.by_area(INDICATORS[told.id], told.period, area, question.narrow) if area else []
    return [parts.FigureRow(a.name, value, _page(told, a, question.narrow)) for a, value in below]


def _by_month(question: SavedQuestion, told: Figure, ground: int | None) -> list[parts.FigureRow]:
    months = spreads.by_month(INDICATORS[told.id], told.period, ground, narrow=question.narrow)
    return [parts.FigureRow(f"{first:%Y-%m}", value) for first, value in reversed(months.items())]


def _by_dimension(question: SavedQuestion, told: Figure, ground: int | None) -> list[parts.FigureRow]:
    by, narrow = question.grouping, question.narrow
    found = spreads.by_dimension(INDICATORS[told.id], told.period, ground, by, narrow)
    return [parts.FigureRow(c.label, value, _page(told, question.where, {**narrow, by: c.word})) for c, value in found]


def _page(told: Figure, area: Area | None, narrow: Narrow) -> str:
    return f"/desk/figures/{told.id}/{_words(told.period, area, narrow)}"


def keep_url(told: Figure, asked: Asked) -> str:
    """The form that keeps what a figure's page shows, filled in."""
    known: dict[str, Any] = {"indicator": told.id, "period": f"{told.period.since}..{told.period.until}", **asked.narrow}
    if asked.area is not None:
        known["where"] = asked.area.uid
    return "/desk/saved-questions/new/keep?" + urlencode({k: str(v) for k, v in known.items()})
