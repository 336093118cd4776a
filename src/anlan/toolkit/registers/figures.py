"""The page of a figure: the number, what it means, and the rows it counts, as of the day asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from anlan.kernel.flows import FLOWS
from anlan.kernel.marks import Day
from anlan.kernel.models import Area
from anlan.kernel.refusals import Absent
from anlan.kernel.rulebook import one_rulebook
from anlan.toolkit import spreads
from anlan.toolkit.dimensions import BASE, DIMENSIONS
from anlan.toolkit.indicators import (
    INDICATORS,
    Figure,
    Indicator,
    Page,
    counts_of,
    figure,
    ground_of,
    page_of,
    question_of,
)
from anlan.toolkit.spreads import PER
from anlan.toolkit.ui import parts

from .caseview import CASES, reader_of
from .declare import BY_KIND
from .figurefiles import (
    areas_below,
    export_areas,
    export_parts,
    export_rows,
    export_series,
    in_sentences,
    kind_of,
    may_be_per,
    unit_of,
)
from .figurewords import Asked, read_words, words_of
from .tables import table_of

BESIDE: list[tuple[Any, Callable[[Figure, Asked], str]]] = []
"""What higher apps offer beside a figure: (label, address for what is shown; empty where there is none)."""


def figure_urls() -> list[Any]:
    under = "figures/<slug:id>/"
    return [path(under + rest, require_safe(view), name=name) for rest, view, name in (
        ("", show_figure, "figure"),
        ("trend/", show_trend, "figure-trend"),
        ("areas/", show_areas, "figure-areas"),
        ("by/<slug:dimension>/", show_parts, "figure-parts"),
        ("by/<slug:dimension>/export.<slug:format>", export_parts, "figure-parts-export"),
        ("export.<slug:format>", export_rows, "figure-export"),
        ("trend/export.<slug:format>", export_series, "figure-series"),
        ("areas/export.<slug:format>", export_areas, "figure-areas-export"))]


@in_sentences
@one_rulebook()
def show_figure(request: HttpRequest, id: str) -> HttpResponse:
    """GET /desk/figures/<id>/?area=&since=&on=."""
    actor, at = reader_of(request)
    asked = read_words(request)
    found = INDICATORS.get(id)
    try:
        told = figure(id, actor=actor, at=at, area_id=asked.area_id, on=asked.on, since=asked.since, narrow=asked.narrow)
        page = page_of(id, actor=actor, at=at, area_id=asked.area_id, on=asked.on, since=asked.since, part=asked.part,
                       after=asked.after, narrow=asked.narrow)
    except Absent as absent:
        raise Http404 from absent
    return render(request, "registers/figure.html", {
        "indicator": found, "told": told, "figure": _part(told), "now": at, "hidden": page.hidden, "tabs": _tabs(request, found, told),
        "views": views_of(request, found, "rows"), "table": _table(request, found, told, page, asked), "period": told.period,
        "words": _words(request, found, asked, told), "offers": _offers(told, asked)})


@in_sentences
@one_rulebook()
def show_trend(request: HttpRequest, id: str) -> HttpResponse:
    """The last twelve months, and the figure beside last year and the time before."""
    actor, at = reader_of(request)
    found, told, asked = _figure(request, id)
    ground = ground_of(actor, asked.area_id, at)
    months = spreads.by_month(found, told.period, ground, narrow=asked.narrow)
    rows = [parts.FigureRow(_("%(year)s年%(month)s月") % {"year": first.year, "month": first.month}, value)
            for first, value in reversed(months.items())]
    return _spread_page(request, "trend", found, told, rows, spreads.compared(found, told.period, ground, asked.narrow), asked)


@in_sentences
@one_rulebook()
def show_areas(request: HttpRequest, id: str) -> HttpResponse:
    """The figure of each area one level below, largest first; each opens its own."""
    actor, at = reader_of(request)
    found, told, asked = _figure(request, id)
    ground = ground_of(actor, asked.area_id, at)
    area = asked.area or Area.objects.filter(id=ground).first() if ground else Area.objects.filter(level=0).first()
    rows = [parts.FigureRow(a.name, value, _address(request, area=a.uid)) for a, value in areas_below(found, told, area, asked)]
    return _spread_page(request, "areas", found, told, rows, None, asked)


@in_sentences
@one_rulebook()
def show_parts(request: HttpRequest, id: str, dimension: str) -> HttpResponse:
    """The figure of each department, or of each industry, largest first; each opens its own."""
    actor, at = reader_of(request)
    found, told, asked = _figure(request, id)
    if dimension not in found.more:
        raise Http404
    parts_ = spreads.by_dimension(found, told.period, ground_of(actor, asked.area_id, at), dimension, asked.narrow)
    base = f"/desk/figures/{id}/"
    rows = [parts.FigureRow(c.label, value, base + _address(request, **{dimension: c.word})) for c, value in parts_]
    return _spread_page(request, dimension, found, told, rows, None, asked)


def _figure(request: HttpRequest, id: str) -> tuple[Indicator, Figure, Asked]:
    actor, at = reader_of(request)
    asked = read_words(request)
    try:
        told = figure(id, actor=actor, at=at, area_id=asked.area_id, on=asked.on, since=asked.since, narrow=asked.narrow)
    except Absent as absent:
        raise Http404 from absent
    return INDICATORS[id], told, asked


def _spread_page(request: HttpRequest, shown: str, found: Indicator, told: Figure, rows: list[parts.FigureRow],
                 compared: Any, asked: Asked) -> HttpResponse:
    per = bool(asked.per) and shown == "areas"
    places = 1 if told.unit == "%" or per else None
    table = parts.FigureTable(told.name, rows, unit_of(told, asked) if per else told.unit, found.label, told.as_of, places)
    return render(request, "registers/spread.html", {
        "indicator": found, "told": told, "figure": _part(told), "views": views_of(request, found, shown), "table": table,
        "exports": exports_of(_address(request)), "words": _words(request, found, asked, told), "by": _by(shown),
        "offers": _offers(told, asked), "shown": shown, "beside": _beside(found, told, compared) if compared else [],
        "by_whole": _by_whole(request, found, asked) if shown == "areas" else []})


def _by(shown: str) -> str:
    """What a page splits the figure by, where that is neither month nor area."""
    return str(DIMENSIONS[shown].label) if shown in DIMENSIONS and shown not in BASE else ""


def _words(request: HttpRequest, found: Indicator, asked: Asked, told: Figure) -> Any:
    actor, at = reader_of(request)
    return words_of(ground_of(actor, None, at), asked, told.period, found)


def _offers(told: Figure, asked: Asked) -> list[parts.Link]:
    return [parts.Link(str(label), address) for label, url in BESIDE if (address := url(told, asked))]


def _by_whole(request: HttpRequest, found: Indicator, asked: Asked) -> list[parts.Tab]:
    """Areas by how much, or for so many units: the large ones do not stand first for being large."""
    words = [word for word in PER if may_be_per(found, word)]
    more = [parts.Tab(str(PER[word].label), _address(request, per=word), asked.per == word) for word in words]
    return [parts.Tab(_("按数量"), _address(request, per=None), not asked.per), *more] if more else []


def _beside(found: Indicator, told: Figure, compared: Any) -> list[parts.Figure]:
    """Last year's and the earlier figure, and what is aimed at, as tiles, with how far this one is from it."""
    days = {"last_year": _("上年同期"), "before": _("上一个同样长的时段")}
    told_of = [(days[name], getattr(compared, name)) for name in days]
    if (aim := found.aim(told.period.until)) is not None:
        told_of.append((_("目标"), aim))
    return [parts.Figure(label, value, told.unit, told.as_of, note=_change(told.value, value, told.unit),
                         places=1 if told.unit == "%" else None) for label, value in told_of]


def _change(now: Any, before: Any, unit: str) -> str:
    """In percent; a share in percentage points; nothing to compare with gives nothing."""
    if now is None or before is None or isinstance(now, Day) or (not before and unit != "%"):
        return ""
    if unit == "%":
        return _("相差 %(points)s 个百分点") % {"points": f"{now - before:+.1f}"}
    return _("变动 %(share)s%%") % {"share": f"{(now - before) / before * 100:+.1f}"}


def exports_of(words: str) -> list[parts.Link]:
    """The same as a file, beside the page's own address."""
    return [parts.Link(label, f"export.{format}{words}", "export") for label, format in (
        (_("导出 CSV"), "csv"), (_("导出 Excel"), "xlsx"), (_("导出 Parquet"), "parquet"))]


def views_of(request: HttpRequest, found: Indicator, shown: str) -> list[parts.Tab]:
    """The rows of a figure, its months, its areas, and what else it can be split by; each for the same days and area."""
    words = _address(request, of=None, after=None, per=None)
    base = f"/desk/figures/{found.id}/"
    more = [parts.Tab(_("分{dimension}").format(dimension=DIMENSIONS[d].label), f"{base}by/{d}/{words}", shown == d)
            for d in found.more]
    return [parts.Tab(_("明细"), f"{base}{words}", shown == "rows"), parts.Tab(_("走势"), f"{base}trend/{words}", shown == "trend"),
            parts.Tab(_("分区域"), f"{base}areas/{words}", shown == "areas"), *more]


def _part(told: Figure) -> parts.Figure:
    places = 1 if told.unit == "%" else None
    return parts.Figure(told.name, told.value, told.unit, told.as_of, note=_("%(since)s 至 %(until)s") % {
        "since": told.period.since, "until": told.period.until}, places=places)


def _tabs(request: HttpRequest, found: Indicator | None, told: Figure) -> list[parts.Tab]:
    """For a ratio: its whole, and its part."""
    question = question_of(found, told.period, None)  # type: ignore[arg-type]
    if len(counts_of(question)) == 1:
        return []
    part = request.GET.get("of") == "part"
    return [parts.Tab(_("全部（分母）"), _address(request, of=None, after=None), not part),
            parts.Tab(_("其中（分子）"), _address(request, of="part", after=None), part)]


def _address(request: HttpRequest, **changed: Any) -> str:
    told = {**request.GET.dict(), **{k: v for k, v in changed.items()}}
    return "?" + urlencode({k: v for k, v in told.items() if v not in (None, "")})


def _table(request: HttpRequest, found: Any, told: Figure, page: Page, asked: Asked) -> parts.Table:
    kind = kind_of(found, told, asked)
    cases = [case for case, _share in page.rows]
    more = {"next_url": _address(request, after=page.next_after) if page.next_after else "",
            "first_url": _address(request, after=None) if asked.after else ""}
    empty = parts.Empty(_("没有可列的"), _("这个数字的每一项都在这里；现在一项也没有，或都不在您的范围内。"))
    if kind in BY_KIND:
        exports = exports_of(_address(request, after=None)) if cases else []
        return table_of(BY_KIND[kind], cases, told.as_of, empty=empty, exports=exports, **more)
    return _plain_table(kind, cases, empty, more)


def _plain_table(kind: str, cases: list[Any], empty: parts.Empty, more: dict[str, str]) -> parts.Table:
    """Cases that have no register: what each is called, and its state."""
    flow, pages = FLOWS[kind], CASES.get(kind)
    rows = [parts.Row([str(flow.title(c)), str(flow.states(c.state).label)], pages.address(c) if pages else "",
                      str(c.uid)) for c in cases]
    columns = [parts.Column(str(flow.label)), parts.Column(_("状态"))]
    return parts.Table(str(flow.label), columns, rows, empty, **more)
