"""A sheet into a register: first a rehearsal that names every fault, then all lines in one commit, or none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, BinaryIO

from django import forms
from django.db import DataError, IntegrityError, transaction
from django.utils.translation import gettext as _
from uuid_utils.compat import uuid7

from anlan.kernel import rulebook
from anlan.kernel.actors import Actor
from anlan.kernel.changes import Ref
from anlan.kernel.door import Order, Receipt, advance_many
from anlan.kernel.flows import Given
from anlan.kernel.refusals import Refusal
from anlan.toolkit.sheets import Sheet, SheetLimits, TemplateColumn, read_sheet, write_template

from .books import note
from .caseurls import CLASH, TOO_MUCH
from .declare import Register, as_input
from .sheetrows import Cleaner, Input, Line, given_of, inputs_of, read_lines, unmask

FAULTS_MOST = 500
Key = tuple[Any, ...]


@dataclass(frozen=True)
class RowFault:
    """line as the spreadsheet counts; column by its header, empty for the whole line."""

    line: int
    column: str
    value: str
    sentence: str

    def __str__(self) -> str:
        where = _("第%(line)s行") % {"line": self.line} + (f"“{self.column}”" if self.column else "")
        return f"{where}：{self.sentence}"


@dataclass
class Rehearsal:
    """What an import would do, or has done. saved: it is in the register."""

    rows: int = 0
    created: int = 0
    edited: int = 0
    same: int = 0
    faults: list[RowFault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    saved: bool = False

    @property
    def good(self) -> int:
        return self.rows - len({f.line for f in self.faults})


def rehearse(register: Register, source: bytes | BinaryIO | Sheet, name: str, *, actor: Actor, at: datetime) -> Rehearsal | Refusal:
    """Everything that is wrong with a sheet, in the order of its lines; nothing is saved. A Refusal: not readable.

    source: a file, or a sheet that has been read already (by another layout than the register's own).
    """
    return _run(register, source, name, actor, at, save=False)


def bring_in(register: Register, source: bytes | BinaryIO | Sheet, name: str, *, actor: Actor, at: datetime) -> Rehearsal | Refusal:
    """All lines in one commit, or, where there is one fault, none."""
    return _run(register, source, name, actor, at, save=True)


def _run(register: Register, source: bytes | BinaryIO | Sheet, name: str, actor: Actor, at: datetime,
         save: bool) -> Rehearsal | Refusal:
    inputs = {i.name: i for i in inputs_of(register)}
    labels = [i.label for i in inputs.values()]
    sheet = source if isinstance(source, Sheet) else read_sheet(source, name, labels, SheetLimits(rows=register.rows_max))
    if isinstance(sheet, Refusal):
        return sheet
    found = Rehearsal(rows=len(sheet.rows))
    found.faults += [RowFault(f.line, f"{f.column}“{f.label}”" if f.label else f.column, "", f.sentence)
                     for f in sheet.faults]
    read_only = {str(c.label) for c in register.columns}
    if strange := [header for header in sheet.unknown if header not in read_only]:
        found.notes.append(_("没有用到的列：%(columns)s。") % {"columns": "、".join(strange)})
    lines = read_lines(register, sheet.rows, sheet.headers, actor, at)
    _match(register, lines, actor, at)
    _missing_columns(register, lines, set(sheet.missing), sheet.header_line, found)
    _clean(register, lines)
    _repeats(register, lines, actor, at)
    with transaction.atomic():
        _carry_out(register, lines, actor, at)
        found.faults += list(_faults_of(lines, inputs))
        found.faults.sort(key=lambda fault: fault.line)
        _count(lines, found)
        if save and not found.faults:
            found.saved = True
            note(register, "imported", actor=actor, at=at, data={
                "file": name, "created": found.created, "edited": found.edited, "rows": found.rows})
        else:
            transaction.set_rollback(True)
    if not found.saved:
        rulebook.forget()  # what was loaded in a transaction that never was
    return found


def _match(register: Register, lines: Sequence[Line], actor: Actor, at: datetime) -> None:
    """Find each line's row by the register's key, else by `else_by` among the rows that have a blank in their key."""
    move = register.move_to_import or register.move_to_edit
    if not register.key or move is None or move.form is None:
        return
    cleaner, inputs = Cleaner(move.form), move.form.base_fields  # type: ignore[attr-defined]
    others: dict[int, Key | None] = {}
    for line in lines:
        told = cleaner.clean({k: v for k, v in line.given.items() if k in inputs}).cleaned_data
        line.key, others[line.number] = _whole(register.key, told), _whole(register.else_by, told)
    held = _held(register, register.key, [line.key for line in lines], actor, at)
    vague = _held(register, register.else_by, others.values(), actor, at, blank=True)
    for line in lines:
        other = others[line.number]
        line.case = held.get(line.key) or vague.get(other)
        line.key = line.key or other


def _whole(names: Sequence[str], told: Mapping[str, Any]) -> Key | None:
    """The values of a key; None where one is blank, or where there is no key."""
    key = tuple(told.get(name) for name in names)
    return key if key and all(part not in (None, "") for part in key) else None


def _held(register: Register, names: Sequence[str], keys: Iterable[Key | None], actor: Actor, at: datetime,
          blank: bool = False) -> dict[Key | None, Any]:
    """Rows by these columns, the live before those that are done; blank: only rows with a blank in their key.

    Of two live rows that nothing tells apart neither is found.
    """
    first = {key[0] for key in keys if key}
    if not first:
        return {}
    done = {*register.flow.families.get("done", ()), *register.flow.final}  # type: ignore[union-attr]
    found: dict[Key, list[Any]] = defaultdict(list)
    told = {c.name: c for c in register.columns if c.name in (*names, *register.key)}
    lookup = "uid__in" if told[names[0]].is_reference else "in"
    for row in register.rows(actor, at).filter(**{f"{names[0]}__{lookup}": first}):
        as_told = {name: as_input(column, row) for name, column in told.items()}  # as a line has it: references by uid
        if not blank or _whole(register.key, as_told) is None:
            found[tuple(as_told[name] for name in names)].append(row)
    return {key: one for key, rows in found.items() if (one := _one_of(rows, done)) is not None}


def _one_of(rows: Sequence[Any], done: set[Any]) -> Any:
    live = [row for row in rows if row.state not in done] or rows
    return live[0] if len(live) == 1 else None


def _missing_columns(register: Register, lines: Sequence[Line], missing: set[str], header_line: int,
                     found: Rehearsal) -> None:
    """A required column that a sheet with new rows lacks is one fault, not one a line."""
    move = register.move_to_import
    if move is None or move.form is None or not any(line.is_new for line in lines):
        return
    for one in inputs_of(register):
        if one.label in missing and one.name in move.form.base_fields and one.field.required:  # type: ignore[attr-defined]
            found.faults.append(RowFault(header_line, one.label, "", _("缺少这一列，新增的行都要填")))


def _clean(register: Register, lines: Sequence[Line]) -> None:
    """Through the form of the move that each line needs; a line that changes nothing is the same."""
    cleaners: dict[str, Cleaner] = {}
    for line in lines:
        unmask(register, line)
        line.move = register.move_to_import if line.is_new else register.move_to_edit
        if line.move is None or line.move.form is None:
            line.faults.append(("", _("这本登记簿不能从表格%(what)s") % {"what": _("新增") if line.is_new else _("修改")}))
            continue
        if line.move.name not in cleaners:
            cleaners[line.move.name] = Cleaner(line.move.form)
        _clean_line(register, line, cleaners[line.move.name])


def _clean_line(register: Register, line: Line, cleaner: Cleaner) -> None:
    fields = cleaner.form.fields
    known = {} if line.is_new else {k: v for k, v in known_of(register, line.case).items() if k in fields}
    form = cleaner.clean(known | {k: v for k, v in line.given.items() if k in fields})
    faulty = {name for name, _sentence in line.faults}
    line.faults += [(n, s) for n, s in _said(form) if n not in faulty]
    if line.faults:
        return
    line.ready, after = given_of(form), form.cleaned_data
    if not line.is_new:
        before = cleaner.clean(known)
        line.same = not before.errors and before.cleaned_data == after


def _said(form: forms.Form) -> Iterator[tuple[str, str]]:
    """Faults of a form in words that fit a cell."""
    for name, errors in form.errors.as_data().items():
        for error in errors:
            field = form.fields.get(name)
            if error.code == "required":
                yield name, _("没有填写")
            elif error.code == "invalid_choice" and field is not None:
                labels = [str(label) for value, label in field.choices if value not in ("", None)]
                yield name, _("不在可选值内，应为：%(labels)s") % {"labels": "、".join(labels[:20])}
            else:
                yield from ((name if field is not None else "", sentence) for sentence in error.messages)


def known_of(register: Register, case: Any) -> dict[str, Any]:
    """The row's present values as inputs."""
    return {k: v for k, v in register.initial(case).items() if v is not None}


def _repeats(register: Register, lines: Sequence[Line], actor: Actor, at: datetime) -> None:
    """The same key twice in the sheet, and what the register itself calls a duplicate."""
    first: dict[tuple[Any, ...], int] = {}
    for line in lines:
        if line.key is None:
            continue
        if line.key in first:
            line.faults.append((register.key[0], _("与第%(line)s行重复") % {"line": first[line.key]}))
        first.setdefault(line.key, line.number)
    by_number = {line.number: line for line in lines}
    fresh = [(line.number, dict(line.ready)) for line in lines if line.is_new and line.ready is not None]
    for number, name, sentence in register.duplicates(fresh, actor, at):
        by_number[number].faults.append((name, str(sentence)))


def _carry_out(register: Register, lines: Sequence[Line], actor: Actor, at: datetime) -> None:
    """Through the door in one set; what it refuses becomes faults of its line."""
    going = [line for line in lines if not line.faults and not line.same]
    orders = [Order(Ref(register.kind, line.case.uid if line.case is not None else uuid7()), line.move.name, actor, at,  # type: ignore[union-attr]
                    given=line.ready or Given()) for line in going]
    for line, outcome in zip(going, _in_halves(orders), strict=True):
        if isinstance(outcome, Refusal):
            said = [(name, s) for name, sentences in outcome.fields for s in sentences]
            line.faults += said or [("", s) for s in outcome.sentences]


def _in_halves(orders: Sequence[Order]) -> list[Receipt | Refusal]:
    """All in one deed; where one breaks a constraint, halves, so that its line is found."""
    if not orders:
        return []
    try:
        with transaction.atomic():
            return list(advance_many(orders))
    except IntegrityError:
        said = CLASH
    except (DataError, OverflowError):
        said = TOO_MUCH
    if len(orders) == 1:
        return [Refusal((str(said),))]
    half = len(orders) // 2
    return _in_halves(orders[:half]) + _in_halves(orders[half:])


def _faults_of(lines: Sequence[Line], inputs: Mapping[str, Input]) -> Iterator[RowFault]:
    for line in lines:
        for name, sentence in line.faults:
            label = inputs[name].label if name in inputs else ""
            yield RowFault(line.number, label, line.cells.get(label, ""), sentence)


def _count(lines: Sequence[Line], found: Rehearsal) -> None:
    good = [line for line in lines if not line.faults]
    found.same = sum(line.same for line in good)
    found.created = sum(line.is_new for line in good)
    found.edited = len(good) - found.same - found.created


def template(register: Register) -> bytes:
    """An empty sheet to fill in, with choices to pick from."""
    move = register.move_to_import
    required = move.form.base_fields if move is not None and move.form else {}  # type: ignore[attr-defined]
    columns = [TemplateColumn(i.label, i.hint, i.name in required and i.field.required, tuple(i.options))
               for i in inputs_of(register)]
    notes = [_("带*的列必填；一行一项；列的先后不限，用不到的列可以删去。")]
    if register.key:
        notes.append(_("按“%(labels)s”认行：已有的会修改，没有的会新增。") % {"labels": _labels(register, register.key)})
    if register.else_by:
        notes.append(_("其中有空缺的，按“%(labels)s”认行。") % {"labels": _labels(register, register.else_by)})
    return write_template(columns, str(register.label), notes)


def _labels(register: Register, names: Sequence[str]) -> str:
    return "、".join(i.label for i in inputs_of(register) if i.name in names)
