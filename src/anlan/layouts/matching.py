"""The page on which an office says what goes where: what stands in its inputs, and what was typed into them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from openpyxl import Workbook

from anlan.toolkit.layouts import book as books
from anlan.toolkit.layouts.layout import DAY_FORMS, PERIODS, Ask, Fill, Ledger, Return, words_from, words_text

from .books import figure_names, known_of
from .models import Layout, Sort

LETTER = re.compile(r"fill-([A-Z]{1,2})")
CELLS = 4
NUMBER, CONSTANT, COLUMN = "#number", "#constant", "c:"


class Line(NamedTuple):
    """One of their columns: what fills it now, and its inputs."""

    letter: str
    header: str
    chosen: str
    text: str
    form: str
    words: str
    period: str


class CellLine(NamedTuple):
    number: int
    address: str
    chosen: str
    period: str


class Matching:
    """Everything the page draws."""

    def __init__(self, layout: Layout, book: Workbook, mapping: Ledger | Return) -> None:
        self.layout, self.book, self.mapping = layout, book, mapping
        self.is_ledger = isinstance(mapping, Ledger)

    @property
    def sheets(self) -> list[str]:
        return books.visible_sheets(self.book)

    @property
    def fault(self) -> str:
        sheet = books.sheet_of(self.book, self.mapping.sheet)
        return sheet if isinstance(sheet, str) else ""

    @property
    def choices(self) -> list[tuple[str, str]]:
        if not self.is_ledger:
            return [("", _("（不填）")), *sorted(figure_names().items(), key=lambda pair: pair[1])]
        ours = [(COLUMN + name, label) for name, label in known_of(self.layout).items()]
        return [("", _("（不填）")), (NUMBER, _("序号（1、2、3…）")), (CONSTANT, _("固定内容")), *ours]

    @property
    def day_forms(self) -> list[tuple[str, Any]]:
        return [(key, label) for key, (label, _form) in DAY_FORMS.items()]

    @property
    def periods(self) -> list[tuple[str, Any]]:
        return list(PERIODS.items())

    @property
    def headers(self) -> dict[str, str]:
        sheet = books.sheet_of(self.book, self.mapping.sheet)
        return {} if isinstance(sheet, str) else books.headers_of(sheet, self.mapping.header_row, self.mapping.first_row)

    @property
    def names(self) -> list[tuple[str, str]]:
        return [("", _("（不按行填）")), *((letter, f"{letter} {header}") for letter, header in self.headers.items())]

    @property
    def names_at(self) -> str:
        return self.mapping.names if isinstance(self.mapping, Return) else ""

    @property
    def lines(self) -> list[Line]:
        found = []
        for letter, header in self.headers.items():
            held = self.mapping.columns.get(letter)
            if isinstance(held, Ask):
                found.append(Line(letter, header, held.indicator, "", "", "", held.period))
            else:
                fill = held or Fill()
                found.append(Line(letter, header, _chosen(fill), fill.text, fill.form, words_text(fill.words), ""))
        return found

    @property
    def matched(self) -> int:
        return sum(1 for line in self.lines if line.chosen)

    @property
    def cells(self) -> list[CellLine]:
        held = list(self.mapping.cells.items()) if isinstance(self.mapping, Return) else []
        blank = [("", Ask("", "month"))] * max(CELLS - len(held), 2)
        return [CellLine(n, address, ask.indicator, ask.period) for n, (address, ask) in enumerate([*held, *blank])]


def _chosen(fill: Fill) -> str:
    return {"number": NUMBER, "constant": CONSTANT, "column": COLUMN + fill.name}.get(fill.kind, "")


def typed_mapping(sort: str, told: Mapping[str, Any]) -> Ledger | Return:
    """From the inputs of the page; what is not sound is left to the rules of the move to refuse."""
    where = (str(told.get("sheet", ""))[:100], _number(told.get("header")), _number(told.get("first")))
    letters = [found[1] for name in told if (found := LETTER.fullmatch(str(name)))]
    if sort == Sort.LEDGER:
        columns = {letter: fill for letter in letters if (fill := _fill(told, letter)) is not None}
        return Ledger(*where, columns)
    asks = {letter: Ask(chosen[:60], told.get(f"period-{letter}", "month")) for letter in letters
            if (chosen := str(told.get(f"fill-{letter}", "")))}
    cells = {address: Ask(chosen[:60], told.get(f"cell-period-{n}", "month")) for n in range(200)
             if (address := str(told.get(f"cell-{n}", "")).strip().upper()[:7]) and (chosen := str(told.get(f"cell-fill-{n}", "")))}
    return Return(*where, asks, cells, str(told.get("names", ""))[:2])


def _fill(told: Mapping[str, Any], letter: str) -> Fill | None:
    chosen = str(told.get(f"fill-{letter}", ""))
    if chosen == NUMBER:
        return Fill("number")
    if chosen == CONSTANT:
        return Fill("constant", text=str(told.get(f"text-{letter}", ""))[:200].replace("\x00", ""))
    if not chosen.startswith(COLUMN):
        return None
    words = words_from(str(told.get(f"words-{letter}", ""))[:2000].replace("\x00", ""))
    return Fill("column", chosen.removeprefix(COLUMN)[:60], form=str(told.get(f"form-{letter}", ""))[:10], words=words)


def _number(text: Any) -> int:
    return int(text) if isinstance(text, str) and text.isdecimal() and len(text) < 7 else 0
