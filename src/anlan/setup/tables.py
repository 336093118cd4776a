"""What the steps with sheets share: plans, faults by line and column, names of rows, and the door as the last judge."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django import forms
from django.db import transaction
from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from anlan.kernel import rulebook
from anlan.kernel.changes import Ref
from anlan.kernel.door import Order, advance_many
from anlan.kernel.refusals import Refusal
from anlan.toolkit.sheets import Fault, Sheet, read_sheet

from .flow import SETUP


@dataclass
class Plan:
    """What a sheet would do, or has done."""

    rows: int
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    created: int = 0
    changed: int = 0
    same: int = 0
    cells: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    unread: frozenset[tuple[int, str]] = frozenset()

    def typed(self, fault: Fault) -> str:
        """What stands in the cell at fault; a formula and its like cannot be read."""
        if (fault.line, fault.column) in self.unread:
            return _("（读不出）")
        return self.cells.get(fault.line, {}).get(fault.label, "")

    def remember(self, sheet: Sheet) -> None:
        """Keep what the sheet holds, for its faults to be shown beside it."""
        self.cells = dict(sheet.rows)
        self.unread = frozenset((f.line, f.column) for f in sheet.faults)

    def in_order(self) -> Plan:
        """Faults as one meets them, line by line from left to right."""
        self.faults.sort(key=lambda f: (f.line, len(f.column), f.column))
        return self

    @property
    def good(self) -> int:
        return self.rows - len({f.line for f in self.faults})


class Wish(NamedTuple):
    """One move that a line of the sheet asks for."""

    line: int
    ref: Ref
    move: str
    given: Mapping[str, Any]


class Reader:
    """The lines of a sheet with the columns as inputs: {input: label}."""

    def __init__(self, sheet: Sheet, labels: Mapping[str, str]) -> None:
        self.sheet, self.labels = sheet, labels
        self.letters = {label: get_column_letter(n + 1) for n, label in enumerate(sheet.headers)}
        self.plan = Plan(len(sheet.rows), list(sheet.faults))
        self.plan.remember(sheet)

    def lines(self) -> Iterator[tuple[int, dict[str, str]]]:
        """(line, {input: text})."""
        for no, cells in self.sheet.rows:
            yield no, {name: cells.get(label, "").strip() for name, label in self.labels.items()}

    def fault(self, line: int, name: str, sentence: Any) -> None:
        """name: the input at fault; the first column stands for the whole line."""
        label = str(self.labels.get(name) or next(iter(self.labels.values())))
        self.plan.faults.append(Fault(line, self.letters.get(label, "A"), label, str(sentence)))

    def form_faults(self, line: int, form: forms.Form, known: Iterable[str] = (), **other: str) -> None:
        """The faults of a form, save those of inputs that have been named; other: form's name → the sheet's."""
        for name, sentences in form.errors.items():
            if name not in known:
                self.fault(line, other.get(name, name), "；".join(str(s) for s in sentences))


def reader_of(data: bytes, name: str, labels: Mapping[str, str], needed: Sequence[str]) -> Reader | Refusal:
    """A sheet under its labels, or why it cannot be read as one."""
    sheet = read_sheet(data, name, tuple(labels.values()))
    if isinstance(sheet, Refusal):
        return sheet
    if missing := [labels[n] for n in needed if labels[n] in sheet.missing]:
        return Refusal((_("表里缺少这些列：%(labels)s。请用模板填写。") % {"labels": "、".join(missing)},))
    return Reader(sheet, labels)


class Names:
    """Rows found by code or by name."""

    def __init__(self, what: str, rows: Iterable[tuple[str, str, UUID]]) -> None:
        self.what = what
        self.found: dict[str, set[UUID]] = defaultdict(set)
        for code, name, uid in rows:
            self.found[code].add(uid)
            self.found[name].add(uid)

    def add(self, code: str, name: str, uid: UUID) -> None:
        self.found[code].add(uid)
        self.found[name].add(uid)

    def find(self, text: str) -> tuple[UUID | None, str]:
        """The row, or the sentence that says why there is none."""
        rows = self.found.get(text, set())
        if len(rows) == 1:
            return next(iter(rows)), ""
        said = {"text": text, "what": self.what, "n": len(rows)}
        if rows:
            return None, _("有%(n)s个%(what)s叫“%(text)s”，请改填代码") % said
        return None, _("没有代码或名称是“%(text)s”的%(what)s") % said


@contextmanager
def trial(plan: Plan, save: bool) -> Iterator[None]:
    """Everything inside is kept only where it shall be and the plan has no fault."""
    with transaction.atomic():
        yield
        kept = save and not plan.faults
        if not kept:
            transaction.set_rollback(True)
    if not kept:
        rulebook.forget()


def carry_out(reader: Reader, wishes: Sequence[Wish], at: datetime) -> None:
    """Through the door in one set; what it refuses becomes faults of the line. A line at fault is not asked again."""
    faulty = {f.line for f in reader.plan.faults}
    wishes = [w for w in wishes if w.line not in faulty]
    if not wishes:
        return
    orders = [Order(w.ref, w.move, SETUP, at, {k: v for k, v in w.given.items() if v is not None}) for w in wishes]
    for wish, outcome in zip(wishes, advance_many(orders), strict=True):
        if isinstance(outcome, Refusal):
            named = [(name, s) for name, sentences in outcome.fields for s in sentences]
            for name, sentence in named or [("", s) for s in outcome.sentences]:
                reader.fault(wish.line, name, sentence)


def filled(template: bytes, rows: Iterable[Sequence[str]]) -> bytes:
    """A template with lines that are proposed."""
    book = load_workbook(io.BytesIO(template))
    sheet = book.worksheets[0]
    for line, row in enumerate(rows, start=2):
        for at, text in enumerate(row, start=1):
            cell = sheet.cell(line, at, text or None)
            if text:
                cell.data_type, cell.number_format = "s", "@"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


Run = Callable[[bytes, str, datetime, bool], Plan | Refusal]
Template = Callable[[date], bytes]
