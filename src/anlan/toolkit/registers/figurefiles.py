"""A figure as a file: its rows, its months, its areas; CSV, XLSX and Parquet, in the reader's scope."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import wraps
from typing import Any
from urllib.parse import quote

from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from anlan.kernel.models import Area
from anlan.kernel.refusals import Absent, Refused
from anlan.toolkit import dimensions, spreads
from anlan.toolkit.dimensions import DIMENSIONS
from anlan.toolkit.indicators import (
    INDICATORS,
    Figure,
    Indicator,
    adds_up,
    counts_of,
    figure,
    ground_of,
    page_of,
    question_of,
)
from anlan.toolkit.sheets import write_csv, write_xlsx
from anlan.toolkit.sheets.parquet import Field, write_parquet
from anlan.toolkit.spreads import PER

from .books import note
from .caseview import reader_of
from .columns import Column
from .declare import BY_KIND, Register
from .exporting import MIME, XLSX_MOST, sheet_value
from .figurewords import Asked, read_words

ROWS_MOST = {"csv": 100_000, "xlsx": XLSX_MOST, "parquet": 100_000}
PARQUET = "application/vnd.apache.parquet"
NUMBERS = (models.IntegerField, models.FloatField, models.DecimalField)


def in_sentences(view: Callable[..., Any]) -> Callable[..., Any]:
    """A figure narrowed by what it does not declare is refused on a page of its own."""

    @wraps(view)
    def shown(request: HttpRequest, id: str, **words: Any) -> HttpResponseBase:
        try:
            with dimensions.asked_once():
                return view(request, id, **words)  # type: ignore[no-any-return]
        except Refused as refused:
            return render(request, "registers/figure_refused.html", {"found": INDICATORS[id], "why": str(refused)}, status=422)

    return shown


@in_sentences
def export_rows(request: HttpRequest, id: str, format: str) -> HttpResponseBase:
    """All rows behind the figure that are in the reader's scope, with each one's share."""
    told, asked = _asked(request, id, format)
    actor, at = reader_of(request)
    register = BY_KIND.get(kind_of(INDICATORS[id], told, asked))
    if register is None:
        raise Http404
    rows = page_of(id, actor=actor, at=at, area_id=asked.area_id, on=asked.on, since=asked.since, part=asked.part,
                   narrow=asked.narrow, limit=ROWS_MOST[format]).rows
    note(register, "exported", actor=actor, at=at, data={"rows": len(rows), "format": format.upper(), "figure": id})
    typed = format == "parquet"
    fields = [Field(str(c.label), _kind(c) if typed else "text") for c in register.columns]
    lines = [[*(_value(register, c, case, f.kind) for c, f in zip(register.columns, fields, strict=True)), share]
             for case, share in rows]
    return _answer(f"{told.name}{told.period.until}", [*fields, Field(_("计入"), "number")], lines, format)


@in_sentences
def export_series(request: HttpRequest, id: str, format: str) -> HttpResponseBase:
    """The figure of each of the last twelve months; what has nothing to be counted from is empty."""
    told, asked = _asked(request, id, format)
    actor, at = reader_of(request)
    months = spreads.by_month(INDICATORS[id], told.period, ground_of(actor, asked.area_id, at), narrow=asked.narrow)
    fields = [Field(_("月份"), "day"), Field(_("数值"), "number"), Field(_("单位"))]
    name = _("{name}走势{day}").format(name=told.name, day=told.period.until)
    return _answer(name, fields, [[first, value, told.unit] for first, value in months.items()], format)


def areas_below(found: Indicator, told: Figure, area: Area | None, asked: Asked) -> list[tuple[Area, Decimal | None]]:
    """Largest first; for so many units where that is asked for and the figure adds up. Raises Http404."""
    if area is None:
        return []
    if not asked.per:
        return spreads.by_area(found, told.period, area, asked.narrow)
    if not may_be_per(found, asked.per):
        raise Http404
    return spreads.by_area_per(found, told.period, area, PER[asked.per], asked.narrow)


def may_be_per(found: Indicator, word: str) -> bool:
    return adds_up(found) and found.id != PER[word].indicator


def unit_of(told: Figure, asked: Asked) -> str:
    return f"{told.unit}（{PER[asked.per].label}）" if asked.per else told.unit


@in_sentences
def export_areas(request: HttpRequest, id: str, format: str) -> HttpResponseBase:
    """The figure of each area one level below."""
    told, asked = _asked(request, id, format)
    actor, at = reader_of(request)
    ground = ground_of(actor, asked.area_id, at)
    area = Area.objects.filter(id=ground).first() if ground else Area.objects.filter(level=0).first()
    below = areas_below(INDICATORS[id], told, area, asked)
    fields = [Field(_("区域代码")), Field(_("区域")), Field(_("数值"), "number"), Field(_("单位"))]
    name = _("{name}分区域{day}").format(name=told.name, day=told.period.until)
    return _answer(name, fields, [[a.code, a.name, value, unit_of(told, asked)] for a, value in below], format)


@in_sentences
def export_parts(request: HttpRequest, id: str, dimension: str, format: str) -> HttpResponseBase:
    """The figure of each department, or of each industry."""
    told, asked = _asked(request, id, format)
    actor, at = reader_of(request)
    found = INDICATORS[id]
    if dimension not in found.more:
        raise Http404
    parts = spreads.by_dimension(found, told.period, ground_of(actor, asked.area_id, at), dimension, asked.narrow)
    label = str(DIMENSIONS[dimension].label)
    fields = [Field(_("代码")), Field(label), Field(_("数值"), "number"), Field(_("单位"))]
    name = _("{name}分{dimension}{day}").format(name=told.name, dimension=label, day=told.period.until)
    return _answer(name, fields, [[c.word, c.label, value, told.unit] for c, value in parts], format)


def _asked(request: HttpRequest, id: str, format: str) -> tuple[Figure, Asked]:
    """Raises Http404 for an unknown figure, format or area."""
    actor, at = reader_of(request)
    asked = read_words(request)
    if format not in ROWS_MOST:
        raise Http404
    try:
        ground_of(actor, asked.area_id, at)
        return figure(id, actor=actor, at=at, area_id=asked.area_id, on=asked.on, since=asked.since, narrow=asked.narrow), asked
    except Absent as absent:
        raise Http404 from absent


def kind_of(found: Indicator, told: Figure, asked: Asked) -> str:
    counts = counts_of(question_of(found, told.period, None))
    return counts[0 if asked.part else -1].kind


def _kind(column: Column) -> str:
    """How a column is kept where columns have types."""
    field = column.field
    if field is None or column.col.private or column.is_reference or getattr(field, "choices", None):
        return "text"
    if isinstance(field, models.DateTimeField):
        return "when"
    if isinstance(field, models.DateField):
        return "day"
    return "number" if isinstance(field, NUMBERS) else "text"


def _value(register: Register, column: Column, case: Any, kind: str) -> Any:
    return sheet_value(register, column, case) if kind == "text" else column.value(case)


def _answer(name: str, fields: Sequence[Field], lines: Sequence[Sequence[Any]], format: str) -> HttpResponseBase:
    heads = [field.name for field in fields]
    write: dict[str, Callable[[], HttpResponseBase]] = {
        "csv": lambda: StreamingHttpResponse(write_csv(heads, lines), content_type=MIME["csv"]),
        "xlsx": lambda: HttpResponse(write_xlsx(heads, lines), content_type=MIME["xlsx"]),
        "parquet": lambda: HttpResponse(write_parquet(_once(fields), lines), content_type=PARQUET)}
    answer = write[format]()
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(f'{name}.{format}')}"
    answer["Cache-Control"] = "no-store"
    return answer


def _once(fields: Sequence[Field]) -> list[Field]:
    """A table's columns have different names: a second one of a name is numbered."""
    seen: dict[str, int] = {}
    told = []
    for field in fields:
        seen[field.name] = seen.get(field.name, 0) + 1
        told.append(field if seen[field.name] == 1 else Field(f"{field.name}{seen[field.name]}", field.kind))
    return told
