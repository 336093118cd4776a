"""Pages of a few figures that belong together: each with its trend, its areas and its rows."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from anlan.kernel import marks
from anlan.kernel.actors import Actor
from anlan.kernel.models import Area
from anlan.kernel.rulebook import one_rulebook
from anlan.premises.models import Colour
from anlan.toolkit import spreads
from anlan.toolkit.indicators import INDICATORS, Figure, Ratio, counts_of, figures, ground_of, question_of
from anlan.toolkit.ui import parts
from anlan.toolkit.ui.words import figures as figures_in_words

TREND_MONTHS = 12

@dataclass(frozen=True)
class Group:
    """What stands under one heading. colours: also told by the colours of its units."""

    heading: Any
    text: Any
    ids: tuple[str, ...]
    colours: str = ""


SHORTCOMINGS = (
    Group(lazy("监管队伍"), lazy("点多面广、身兼数职：多少单位在应查的时间里没有人查，每个检查岗位查了多少次。"),
          ("grd-unchecked", "grd-unchecked-rate", "grd-checks-per-post"), colours="grd-unchecked"),
    Group(lazy("协同作战"), lazy("从呼叫到协办方到场要多久；前面是主办方自己到场的用时。"), ("call-minutes", "call-joint-minutes")),
    Group(lazy("群众参与"), lazy("报上来的事项里，居民自己报的占多少。"), ("grd-residents-share",)),
)
"""The three weaknesses that the source report confesses to in its second part."""
HAZARDS = Group(lazy("隐患"), lazy("今年以来查出多少、改了多少，现在还有多少没有销号。"),
                ("haz-found", "haz-rectified", "haz-rate", "haz-standing"))
CHECKS = Group(lazy("检查"), lazy("谁去看过：网格员的巡查任务和各方的检查。"), ("grd-tasks", "haz-units-checked", "grd-checks-per-post"))
CALLS = Group(lazy("呼叫"), lazy("叫了人多久来，在哪一级解决。"), ("call-minutes", "call-joint-minutes", "call-street-or-below"))
RETURNS = Group(lazy("月报"), lazy("部门按时报了没有，有没有明细，哪些数对不上。"), ("ret-in-time", "ret-traced", "ret-contradictions"))
MAJOR = Group(lazy("重大隐患和逾期"), lazy("最该盯住的：没有销号的重大隐患，过了期限还没改的。"),
              ("haz-standing-major", "haz-overdue", "haz-days"))
GRID = Group(lazy("网格"), lazy("网格员报上来的，居民自己报的。"), ("grd-events", "grd-residents-share"))
LEVELS = {"warden": lazy("网格看板"), "community": lazy("社区看板"), "expert": lazy("全区看板")}
"""Who does not look at a street has a page headed by the ground that is looked at."""


def dashboard_of(actor: Actor) -> tuple[Any, Sequence[Group]]:
    """Its name, and what the post looks at first."""
    if actor.is_any("leader", "director"):
        return _("领导看板"), (HAZARDS, MAJOR, CALLS, CHECKS)
    if actor.is_any("department", "emergency"):
        return _("部门看板"), (HAZARDS, MAJOR, CALLS, RETURNS)
    return next((title for role, title in LEVELS.items() if actor.is_any(role)), _("街道看板")), (HAZARDS, MAJOR, GRID, CHECKS)


class Asked(NamedTuple):
    area_id: int | None
    on: date | None
    since: date | None


class Bar(NamedTuple):
    """One month of a chart of 240 by 100; height 0 where there is nothing, None where nothing could be counted."""

    x: int
    y: float
    height: float | None


class Chart(NamedTuple):
    """Columns from zero, oldest first. most: the highest month and its value, in words."""

    bars: Sequence[Bar]
    first: str
    last: str
    most: str


class Shown(NamedTuple):
    """A figure as the page has it: the number, its months, the areas below, and the address of its rows."""

    figure: parts.Figure
    chart: Chart
    trend: parts.FigureTable
    areas: parts.FigureTable | None
    definition: str

    @property
    def months_differ(self) -> bool:
        """There is something to draw."""
        return any(row.value for row in self.trend.rows)

    @property
    def areas_differ(self) -> bool:
        return self.areas is not None and any(row.value for row in self.areas.rows)


@one_rulebook()
def drawn(groups: Sequence[Group], actor: Actor, at: Any, asked: Asked) -> dict[str, Any]:
    """Ground and groups with their figures; as many statements for one figure as for ten. Raises Absent."""
    ids = [id for group in groups for id in group.ids]
    told = figures(ids, actor=actor, at=at, area_id=asked.area_id, on=asked.on, since=asked.since)
    period = next(iter(told.values())).period
    ground = ground_of(actor, asked.area_id, at)
    area = Area.objects.filter(id=ground).first() if ground else Area.objects.filter(level=0).first()
    founds = [INDICATORS[id] for id in ids]
    months = spreads.months_of(founds, period, area.id if area else None, TREND_MONTHS)
    below = spreads.areas_of(founds, period, area) if area else {}
    return {"area": area, "period": period, "groups": [
        {"group": group, "shown": [_shown(told[id], months[id], below.get(id, []), area) for id in group.ids],
         "colours": _colours(group, told, area)} for group in groups]}


def _shown(told: Figure, months: dict[date, Any], below: list[tuple[Area, Any]], area: Area | None) -> Shown:
    places = 1 if isinstance(INDICATORS[told.id].ask(told.period, None), Ratio) else None
    url = _url(told, area)
    trend = [parts.FigureRow(f"{first.year}-{first.month:02}", value, _month_url(told, first, area))
             for first, value in reversed(months.items())]
    rows = [parts.FigureRow(a.name, value, _url(told, a)) for a, value in below]
    figure = parts.Figure(told.name, told.value, told.unit, told.as_of, url, places=places)
    by_area = parts.FigureTable(_("分区域"), rows, told.unit, told.name, told.as_of, places) if rows else None
    table = parts.FigureTable(_("最近12个月"), trend, told.unit, told.name, told.as_of, places)
    return Shown(figure, chart_of(months, told.unit, places), table, by_area, INDICATORS[told.id].definition)


def chart_of(months: dict[date, Any], unit: str, places: int | None) -> Chart:
    known = {first: value for first, value in months.items() if value is not None}
    top = max(known, key=lambda first: known[first], default=None)
    most = known[top] if top else 0
    heights = [None if v is None else float(v / most * 96) if most else 0.0 for v in months.values()]
    bars = [Bar(n * 20 + 3, 100 - (h or 0), h) for n, h in enumerate(heights)]
    days = [f"{first.year}-{first.month:02}" for first in months]
    said = _("最高 {value}（{month}）").format(value=f"{figures_in_words(most, places)}{unit}", month=f"{top:%Y-%m}") if top else ""
    return Chart(bars, days[0], days[-1], said)


def _url(told: Figure, area: Area | None) -> str:
    """The rows of the same days on that ground."""
    words = f"since={told.period.since}&on={told.period.until}"
    return f"/desk/figures/{told.id}/?{words}" + (f"&area={area.uid}" if area else "")


def _month_url(told: Figure, first: date, area: Area | None) -> str:
    """The rows of one month; the last one ends where the period ends."""
    last = min(first.replace(day=monthrange(first.year, first.month)[1]), told.period.until)
    return _url(told._replace(period=told.period._replace(since=first, until=last)), area)


def _colours(group: Group, told: dict[str, Figure], area: Area | None) -> parts.FigureTable | None:
    if not group.colours:
        return None
    one = told[group.colours]
    question = question_of(INDICATORS[one.id], one.period, area.id if area else None)
    values = marks.by_level(counts_of(question)[0])
    rows = [parts.FigureRow(str(Colour(colour).label), values.get(colour, 0)) for colour in Colour.values]
    return parts.FigureTable(_("按风险等级"), rows, one.unit, one.name, one.as_of)
