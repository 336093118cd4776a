"""The workbook of a layout, our columns for it, and the mapping it begins with."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook

from anlan.kernel.refusals import Refusal
from anlan.places.models import Level
from anlan.toolkit.attachments.keeping import store
from anlan.toolkit.attachments.media import Damaged
from anlan.toolkit.attachments.models import File, FileState
from anlan.toolkit.indicators import INDICATORS
from anlan.toolkit.layouts import book as books
from anlan.toolkit.layouts.layout import Ask, Ledger, Return, ledger_from, return_from
from anlan.toolkit.layouts.suggest import names_column, suggested, suggested_figures
from anlan.toolkit.registers import REGISTERS, Register

from .models import Layout, Sort

ABOVE = {"area@street": Level.STREET, "area@community": Level.COMMUNITY}


def workbook(sha256: str) -> Workbook | Refusal:
    """The blank workbook under this hash."""
    file = File.objects.filter(sha256=sha256, state=FileState.KEPT).first()
    try:
        data = store().get(file.kept_sha256) if file is not None else None
    except (FileNotFoundError, Damaged):
        data = None
    return books.open_book(data) if data is not None else Refusal((_("样表还没有收到，请重新上传。"),))


def labels_of(register: Register) -> dict[str, str]:
    """Our columns by name, and the street and community of a row's place."""
    found = {c.name: str(c.label) for c in register.columns}
    if "area" in found:
        found |= {"area@street": _("所在街道"), "area@community": _("所在社区")}
    return found


def figure_names() -> dict[str, str]:
    return {i.id: str(i.name) for i in INDICATORS.values()}


def known_of(layout: Layout) -> dict[str, str]:
    register = REGISTERS.get(layout.slug)
    return labels_of(register) if register is not None else {}


def mapping_of(layout: Layout) -> Ledger | Return:
    return ledger_from(layout.mapping) if layout.sort == Sort.LEDGER else return_from(layout.mapping)


def proposal(sort: str, slug: str, book: Workbook, sheet: str = "", header: int = 0, first: int = 0) -> Ledger | Return:
    """What most likely goes where: the sheet, its header, and every column that looks like one of ours."""
    register = REGISTERS.get(slug)
    known = labels_of(register) if sort == Sort.LEDGER and register is not None else figure_names()
    names = [n for n in books.visible_sheets(book) if isinstance(books.sheet_of(book, n), str) is False]
    name = sheet if sheet in book.sheetnames else (names or books.visible_sheets(book))[0]
    held = books.sheet_of(book, name)
    if isinstance(held, str):
        empty: tuple[Any, ...] = (name, header or 1, first or 2, {})
        return Ledger(*empty) if sort == Sort.LEDGER else Return(*empty, cells={})
    row = header or books.likely_header(held, set(known.values()))
    below = first if first > row else books.first_below(held, row)
    headers = books.without_formulas(held, books.headers_of(held, row, below), below)
    if sort == Sort.LEDGER:
        return Ledger(name, row, below, suggested(headers, known))
    names_at = names_column(headers)
    columns = {k: ask for k, ask in suggested_figures(headers, known).items() if k != names_at} if names_at else {}
    return Return(name, row, below, columns, {}, names_at)


def carried_over(layout: Layout, old: Workbook | Refusal, new: Workbook) -> Ledger | Return:
    """The mapping in a new sheet: each header takes what it had, wherever it stands now; new ones are proposed."""
    proposed, held = proposal(layout.sort, layout.slug, new), mapping_of(layout)
    if isinstance(old, Refusal) or held.sheet not in old.sheetnames:
        return proposed
    before = books.headers_of(old[held.sheet], held.header_row, held.first_row)
    now = books.headers_of(new[proposed.sheet], proposed.header_row, proposed.first_row)
    by_text: dict[str, Any] = {before[k]: v for k, v in held.columns.items() if k in before}
    columns: dict[str, Any] = {k: by_text.get(text, proposed.columns.get(k)) for k, text in now.items()}
    kept = {k: v for k, v in columns.items() if v is not None}
    if isinstance(proposed, Ledger):
        return Ledger(proposed.sheet, proposed.header_row, proposed.first_row, kept)
    cells: dict[str, Ask] = dict(held.cells) if isinstance(held, Return) else {}
    return Return(proposed.sheet, proposed.header_row, proposed.first_row, kept, cells, proposed.names)
