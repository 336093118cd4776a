"""Our rows and figures in a layout: what an export, a print and a preview are made of."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from anlan.kernel.actors import Actor
from anlan.kernel.instance import local_day
from anlan.kernel.models import Area, AreaIn
from anlan.kernel.refusals import Refusal, Refused
from anlan.kernel.rulebook import rulebook
from anlan.toolkit.indicators import figures
from anlan.toolkit.layouts.fill import fill_ledger, fill_return, repeat_titles, set_paper
from anlan.toolkit.layouts.layout import Ask, Ledger, Return, faults
from anlan.toolkit.registers import REGISTERS, Register
from anlan.toolkit.registers.columns import Column
from anlan.toolkit.registers.exporting import sheet_value

from .books import ABOVE, known_of, mapping_of, workbook
from .forms import PATTERN, TOKENS
from .models import Layout

Step = Callable[[int], None]


def opened(layout: Layout, mapping: Ledger | Return | None = None) -> Workbook:
    """The blank workbook, if the mapping fits it. Raises Refused with sentences."""
    book = workbook(layout.file)
    if isinstance(book, Refusal):
        raise Refused(book)
    told = tuple(faults(mapping or mapping_of(layout), book, known_of(layout)))
    if told:
        raise Refused(Refusal((_("版式“%(name)s”的对照已不合用，请先修改。") % {"name": layout.name}, *told)))
    return book


def ledger_in(layout: Layout, rows: Iterable[Any], at: datetime, mapping: Ledger | None = None,
              step: Step = lambda percent: None) -> Workbook:
    """The workbook with these rows of the layout's register. Raises Refused."""
    told = mapping or mapping_of(layout)
    book = opened(layout, told)
    assert isinstance(told, Ledger)
    sheet = fill_ledger(book, told, values_of(REGISTERS[layout.slug], rows, told, at), step)
    _finish(layout, sheet, told)
    return book


def values_of(register: Register, rows: Iterable[Any], mapping: Ledger, at: datetime) -> list[dict[str, Any]]:
    """The mapped columns of each row, private ones masked."""
    names = {f.name for f in mapping.columns.values() if f.kind == "column"}
    columns = [c for c in register.columns if c.name in names]
    above = {name: level for name, level in ABOVE.items() if name in names}
    found, areas = [], _names_of_areas() if above else {}
    rules, day = rulebook(), local_day(at)
    for row in rows:
        told = {c.name: _value(register, c, row) for c in columns}
        for name, level in above.items():
            told[name] = areas.get(rules.ancestor(row.area_id, level, day), "")
        found.append(told)
    return found


def _value(register: Register, column: Column, row: Any) -> Any:
    """As in a sheet of ours; of a reference its name alone, as a foreign office would write it."""
    if column.is_reference and not column.col.private:
        target = column.value(row)
        return "" if target is None else str(getattr(target, "name", "") or target)
    return sheet_value(register, column, row)


def _names_of_areas() -> dict[int | None, str]:
    return dict(Area.objects.values_list("id", "name"))


def return_in(layout: Layout, month: date, actor: Actor, at: datetime, mapping: Return | None = None,
              most: int | None = None) -> tuple[Workbook, list[str]]:
    """The workbook with the month's figures, and the names in it that fit no area of the office's. Raises Refused."""
    told = mapping or mapping_of(layout)
    book = opened(layout, told)
    assert isinstance(told, Return)
    areas = areas_below(actor, at)[:most]
    counted = _counted(told, areas if told.columns else [], month, actor, at)
    strange = fill_return(book, told, areas, lambda ask, area: counted.get((area, ask.period, ask.indicator)))
    _finish(layout, book[told.sheet], told)
    return book, strange


def areas_below(actor: Actor, at: datetime) -> list[tuple[int, str]]:
    """The streets of a district, the communities of a street, by code."""
    on = local_day(at)
    rows = AreaIn.objects.filter(ancestor_id=actor.area_id, depth=1, valid_from__lte=on).exclude(valid_to__lte=on)
    return list(rows.order_by("area__code").values_list("area_id", "area__name"))


def _counted(mapping: Return, areas: list[tuple[int, str]], month: date, actor: Actor,
             at: datetime) -> dict[tuple[int | None, str, str], Any]:
    """(area, period, indicator) → the number; the figures of one area and period are asked for at once."""
    found: dict[tuple[int | None, str, str], Any] = {}
    wanted: list[tuple[int | None, Mapping[str, Ask]]] = [(None, mapping.cells), *((id, mapping.columns) for id, _n in areas)]
    for area, asks in wanted:
        by_period: dict[str, set[str]] = {}
        for ask in asks.values():
            by_period.setdefault(ask.period, set()).add(ask.indicator)
        for period, ids in by_period.items():
            since, on = days_of(period, month, local_day(at))
            told = figures(sorted(ids), actor=actor, at=at, area_id=area, since=since, on=on)
            found |= {(area, period, id): figure.value for id, figure in told.items()}
    return found


def days_of(period: str, month: date, today: date) -> tuple[date, date]:
    """First and last day; a month that has not ended is counted up to today."""
    if period == "last":
        month = date(month.year - (month.month == 1), month.month - 1 or 12, 1)
    if period == "same":
        month = date(month.year - 1, month.month, 1)
    last = date(month.year, month.month, calendar.monthrange(month.year, month.month)[1])
    since = date(month.year, 1, 1) if period == "year" else date(month.year, month.month, 1)
    return since, max(min(last, today), since)


def month_of(text: str, at: datetime) -> date:
    """2021-05 → its first day; what is no month, or has not begun, is the present one."""
    today = local_day(at)
    if re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", text) and "2000-01" <= text <= f"{today:%Y-%m}":
        return date.fromisoformat(f"{text}-01")
    return today.replace(day=1)


def _finish(layout: Layout, sheet: Worksheet, mapping: Ledger | Return) -> None:
    set_paper(sheet, layout.paper, layout.across)
    repeat_titles(sheet, mapping.header_row, mapping.first_row)


def file_name(layout: Layout, actor: Actor, at: datetime, month: date | None = None) -> str:
    """By the office's pattern; what no file may be called is left out."""
    day = local_day(at)
    of = month or day
    area = Area.objects.filter(id=actor.area_id).values_list("name", flat=True).first() or str(actor.detail("organisation") or "")
    told = dict(zip(TOKENS, (layout.name, area, str(of.year), str(of.month), str(day.day)), strict=True))
    name = re.sub(r"\{(\w+)\}", lambda found: told.get(found[1], ""), layout.pattern or PATTERN)
    return re.sub(r'[\\/:*?"<>|\x00-\x1f]', "", name).strip(" .")[:100] + ".xlsx"
