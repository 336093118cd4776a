"""A filled sheet that came back, against what stands here: what was changed, what is new, and what an import would say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from anlan.kernel.actors import Actor
from anlan.kernel.refusals import Refusal
from anlan.toolkit.layouts.back import Back, read_back
from anlan.toolkit.layouts.book import open_book
from anlan.toolkit.layouts.layout import Ledger, shown, unshown
from anlan.toolkit.registers import REGISTERS, Register
from anlan.toolkit.registers.exporting import sheet_value
from anlan.toolkit.registers.importing import Rehearsal, RowFault, bring_in, rehearse
from anlan.toolkit.registers.sheetrows import inputs_of
from anlan.toolkit.sheets import Sheet
from anlan.toolkit.sheets.cells import as_text

from .books import ABOVE, labels_of, mapping_of
from .filling import values_of
from .models import Layout


@dataclass(frozen=True)
class Change:
    """One cell that says something else than what stands here."""

    line: int
    column: str
    name: str
    title: str
    url: str
    before: str
    after: str


@dataclass
class Comparison:
    """sheet: the changed and new lines as an import reads them; why_not: why nothing can be imported, if so."""

    rows: int = 0
    changes: list[Change] = field(default_factory=list)
    fresh: list[int] = field(default_factory=list)
    faults: list[RowFault] = field(default_factory=list)
    why_not: str = ""
    sheet: Sheet | None = None
    told: Rehearsal | None = None


def compare(layout: Layout, data: bytes, actor: Actor, at: datetime) -> Comparison | Refusal:
    """Reads the sheet by the layout's mapping. A Refusal: it cannot be read by it at all."""
    mapping, register = mapping_of(layout), REGISTERS[layout.slug]
    assert isinstance(mapping, Ledger)
    book = open_book(data, filled=True)
    if isinstance(book, Refusal):
        return book
    back = read_back(book, mapping)
    if isinstance(back, str):
        return Refusal((back,))
    by = identities_in(register, mapping)
    if not by:
        wanted = "、".join(labels_of(register)[n] for n in _identities(register)[-1])
        return Refusal((_("对照里没有“%(wanted)s”，读回来认不出是哪一条。请先在对照里加上。") % {"wanted": wanted},))
    found = Comparison(len(back.rows), faults=[RowFault(f.line, _where(f.column, f.label), "", f.sentence) for f in back.faults])
    held = _held(register, mapping, by, back, actor, at)
    _differences(register, by, back, held, found)
    _rehearse(register, by, back, held, found, layout.name, actor, at)
    return found


def _identities(register: Register) -> list[tuple[str, ...]]:
    """By which columns a line may find its row, the first that is mapped counts."""
    coded = [("code",)] if register.column("code") is not None else []
    return [keys for keys in (register.key, *coded, register.else_by) if keys]


def identities_in(register: Register, mapping: Ledger) -> list[tuple[str, ...]]:
    names = {f.name for f in mapping.columns.values() if f.kind == "column"}
    return [keys for keys in _identities(register) if set(keys) <= names]


def _key(by: Sequence[tuple[str, ...]], cells: Mapping[str, str]) -> tuple[str, ...] | None:
    """The first identity of which the line has no blank, with what it says."""
    return next(((*keys, *(cells[n] for n in keys)) for keys in by if all(cells[n] for n in keys)), None)


def _fills(mapping: Ledger) -> dict[str, Any]:
    return {f.name: f for f in mapping.columns.values() if f.kind == "column"}


def _as_read(mapping: Ledger, values: Mapping[str, Any]) -> dict[str, str]:
    """What a cell of ours says when it is read back unchanged."""
    return {name: unshown(fill, as_text(shown(fill, values.get(name)))) for name, fill in _fills(mapping).items()}


def _held(register: Register, mapping: Ledger, by: Sequence[tuple[str, ...]], back: Back, actor: Actor,
          at: datetime) -> dict[tuple[str, ...], tuple[Any, dict[str, str]]]:
    """Identity as it reads → (row, its cells as they read), of the rows the sheet names; one statement an identity."""
    found: dict[tuple[str, ...], tuple[Any, dict[str, str]]] = {}
    for keys in by:
        wanted = {told[keys[0]] for _line, told in back.rows} - {""}
        rows = list(register.rows(actor, at).filter(**{f"{keys[0]}__in": wanted})) if wanted else []
        read = [_as_read(mapping, values) for values in values_of(register, rows, mapping, at)]
        found |= {key: (row, cells) for row, cells in zip(rows, read, strict=True) if (key := _key(by, cells)) is not None}
    return found


def _differences(register: Register, by: Sequence[tuple[str, ...]], back: Back, held: Mapping[Any, Any],
                 found: Comparison) -> None:
    seen: dict[tuple[str, ...], int] = {}
    for line, told in back.rows:
        key = _key(by, told)
        if key is None or key not in held:
            found.fresh.append(line)
            continue
        if key in seen:
            found.faults.append(RowFault(line, "", "", _("与第%(line)s行是同一条") % {"line": seen[key]}))
        seen.setdefault(key, line)
        row, cells = held[key]
        for name, after in told.items():
            if name not in ABOVE and after != cells[name]:
                letter, header = back.headers[name]
                found.changes.append(Change(line, _where(letter, header), name, register.title(row),
                                            f"/desk/{register.slug}/{row.uid}/", cells[name], after))


def _where(letter: str, header: str) -> str:
    return f"{letter}“{header}”" if header else letter


def _rehearse(register: Register, by: Sequence[tuple[str, ...]], back: Back, held: Mapping[Any, Any], found: Comparison, name: str,
              actor: Actor, at: datetime) -> None:
    """What the checked import says of the lines that differ; without one, why not."""
    if not register.importable or register.move_to_import is None or register.move_to_edit is None:
        found.why_not = _("“%(label)s”只能逐条办理，不能从表格修改；下面列出与系统不一致的地方。") % {"label": register.label}
        return
    found.sheet = _as_sheet(register, by, back, held, found)
    if found.sheet.rows and not found.faults:
        told = rehearse(register, found.sheet, name, actor=actor, at=at)
        if isinstance(told, Rehearsal):
            found.told = told
            found.faults += [RowFault(f.line, _at(back, register, f.column), f.value, f.sentence) for f in told.faults]


def _at(back: Back, register: Register, label: str) -> str:
    """Their letter and header for one of our labels."""
    name = next((c.name for c in register.columns if str(c.label) == label), "")
    return _where(*back.headers[name]) if name in back.headers else label


def _as_sheet(register: Register, by: Sequence[tuple[str, ...]], back: Back, held: Mapping[Any, Any],
              found: Comparison) -> Sheet:
    """The lines that differ, with our labels: what was not touched stays as it stands here, whatever their cell can show."""
    inputs = {i.name: i.label for i in inputs_of(register)}
    names = [n for n in back.headers if n in inputs]
    changed: dict[int, dict[str, str]] = {}
    for change in found.changes:
        changed.setdefault(change.line, {})[change.name] = change.after
    rows = []
    for line, told in back.rows:
        if line in changed:
            row, _cells = held[_key(by, told)]
            kept = {n: as_text(sheet_value(register, column, row)) for n in names if (column := register.column(n)) is not None}
            rows.append((line, {inputs[n]: changed[line].get(n, kept.get(n, "")) for n in names}))
        elif line in found.fresh:
            rows.append((line, {inputs[n]: told[n] for n in names}))
    return Sheet("", 1, tuple(inputs[n] for n in names), tuple(rows), (),
                 missing=tuple(label for label in inputs.values() if label not in {inputs[n] for n in names}))


def take_in(layout: Layout, data: bytes, actor: Actor, at: datetime) -> Comparison | Refusal:
    """The changes of the sheet into the register, all or none."""
    found = compare(layout, data, actor, at)
    if isinstance(found, Refusal) or found.faults or found.sheet is None or not found.sheet.rows:
        return found
    told = bring_in(REGISTERS[layout.slug], found.sheet, layout.name, actor=actor, at=at)
    if isinstance(told, Refusal):
        return told
    found.told = told
    return found

