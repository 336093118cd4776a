"""A list as a sheet: the same selector, filters and columns; every export stands in the journal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from anlan.kernel.instance import local_day
from anlan.toolkit.sheets import write_csv, write_xlsx

from . import references
from .books import note
from .caseurls import ReasonForm
from .caseview import reader_of
from .columns import Column, masked
from .declare import Register
from .listing import Listing

XLSX_MOST = 10_000  # a wide register takes some seconds; CSV has no limit
MIME = {"csv": "text/csv; charset=utf-8",
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
CHUNK = 500


def export(register: Register, request: HttpRequest, format: str) -> HttpResponseBase:
    """The rows of the list as CSV or XLSX; masked columns stay masked unless a reason is given and one may."""
    actor, at = reader_of(request)
    if format not in MIME:
        raise Http404
    listing = Listing(register, actor, at, request.GET.dict())
    form = ReasonForm(request.POST or None)
    if "open" in request.GET:
        columns = openable(register, actor)
        if not columns:
            raise Http404
        if request.method != "POST" or not form.is_valid():
            return _ask_reason(register, request, form)
        return _answer(request, listing, format, tuple(columns), form.cleaned_data["reason"])
    return _answer(request, listing, format)


def openable(register: Register, actor: Any) -> list[Column]:
    """Private columns that this actor may open with a reason."""
    return [c for c in register.columns if c.col.private and c.col.private in actor.permits]


def _ask_reason(register: Register, request: HttpRequest, form: ReasonForm) -> HttpResponse:
    title = _("导出%(label)s，含遮盖的内容") % {"label": register.label}
    return render(request, "registers/form.html", {
        "title": title, "form": form, "submit": _("导出"), "cancel_url": f"/desk/{register.slug}/", "draft": False,
        "hidden": {}}, status=422 if form.is_bound else 200)


def _answer(request: HttpRequest, listing: Listing, format: str, opened: tuple[Column, ...] = (),
            reason: str = "") -> HttpResponseBase:
    register = listing.register
    count = listing.everything.order_by().count()
    if format == "xlsx" and count > XLSX_MOST:
        sentence = _("超过%(most)s条，请加条件后再导出，或导出CSV。") % {"most": f"{XLSX_MOST:,}"}
        return render(request, "registers/refused.html", {"title": register.label, "sentences": [sentence]}, status=422)
    data = {"rows": count, "format": format.upper(), "asked": {k: v for k, v in listing.asked.items() if v}}
    if opened:
        data |= {"columns": "、".join(str(c.label) for c in opened), "reason": reason}
    note(register, "opened" if opened else "exported", actor=listing.actor, at=listing.at, data=data)
    names = frozenset(c.name for c in opened)
    headers, rows = headers_of(register), values_of(register, listing.everything.iterator(chunk_size=CHUNK), names)
    answer: HttpResponseBase
    if format == "csv":
        answer = StreamingHttpResponse(write_csv(headers, rows), content_type=MIME[format])
    else:
        answer = HttpResponse(write_xlsx(headers, rows), content_type=MIME[format])
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file_name(register, listing.at, format))}"
    answer["Cache-Control"] = "no-store"
    return answer


def file_name(register: Register, at: datetime, format: str) -> str:
    """单位2021-06-25.csv."""
    return f"{register.label}{local_day(at).isoformat()}.{format}"


def headers_of(register: Register) -> list[str]:
    return [str(c.label) for c in register.columns]


def values_of(register: Register, rows: Any, opened: frozenset[str] = frozenset()) -> Iterator[list[Any]]:
    """Every column of each row, as an import of the same sheet would read it back."""
    for row in rows:
        yield [sheet_value(register, c, row, opened) for c in register.columns]


def sheet_value(register: Register, column: Column, row: Any, opened: frozenset[str] = frozenset()) -> Any:
    if column.col.private and column.name not in opened:
        return masked(column.value(row))
    if column.is_reference:
        target = column.value(row)
        return references.called(target) if target is not None else ""
    if column.name == "state":
        states = register.flow.states  # type: ignore[union-attr]
        return str(states(row.state).label) if row.state in states.values else row.state
    return column.plain(row)
