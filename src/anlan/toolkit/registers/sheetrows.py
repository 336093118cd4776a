"""From the cells of a sheet to the inputs of a move: labels to choices, names to rows, every fault by its column."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from anlan.kernel.actors import Actor
from anlan.kernel.flows import Given, Move
from anlan.toolkit.formfields import HashesField, ReferenceField, UidListField
from anlan.toolkit.forms import YesNo

from . import references
from .columns import masked
from .declare import Register

NO_CELL = (HashesField, UidListField, forms.JSONField, forms.FileField)


@dataclass(frozen=True)
class Input:
    """One column of an import sheet."""

    name: str
    label: str
    field: forms.Field
    hint: str = ""

    @property
    def options(self) -> dict[str, str]:
        """Label → value of a closed choice."""
        choices = getattr(self.field, "choices", None)
        if choices is None or isinstance(self.field, ReferenceField):
            return {}
        return {str(label): str(value) for value, label in choices if value not in ("", None)}

    @property
    def is_many(self) -> bool:
        return isinstance(self.field, forms.MultipleChoiceField)


class Cleaner:
    """One form of a move for all lines: making its fields anew costs more than cleaning them."""

    def __init__(self, form_class: type[forms.Form]) -> None:
        self.form = form_class(data={})

    def clean(self, data: Mapping[str, Any]) -> forms.Form:
        """The form after it has judged these values; good until the next ones."""
        self.form.data = dict(data)
        self.form.full_clean()
        return self.form


def given_of(form: forms.Form) -> Given:
    """What a sound form gives a move, as the door would take it from the same values."""
    return Given({k: v for k, v in form.cleaned_data.items() if k in form.data or v not in (None, "", [])})


@dataclass
class Line:
    """A line of the sheet on its way in. given: inputs that the sheet has; faults: (input or "", sentence)."""

    number: int
    cells: Mapping[str, str]
    given: dict[str, Any] = field(default_factory=dict)
    faults: list[tuple[str, str]] = field(default_factory=list)
    key: tuple[Any, ...] | None = None
    case: Any = None
    move: Move | None = None
    ready: Given | None = None
    same: bool = False

    @property
    def is_new(self) -> bool:
        return self.case is None


def inputs_of(register: Register) -> list[Input]:
    """The columns of the register's import sheet, in the order of its columns, then of its forms."""
    found: dict[str, forms.Field] = {}
    for move in (register.move_to_import, register.move_to_edit):
        if move is not None and move.form is not None:
            found |= {k: v for k, v in move.form.base_fields.items() if k not in found}  # type: ignore[attr-defined]
    order = {c.name: n for n, c in enumerate(register.columns)}
    fit = [(n, f) for n, f in found.items()
           if not isinstance(f, NO_CELL) and not isinstance(f.widget, forms.HiddenInput)]
    fit.sort(key=lambda pair: order.get(pair[0], len(order)))
    return [_input(register, name, f) for name, f in fit]


def _input(register: Register, name: str, field_: forms.Field) -> Input:
    column = register.column(name)
    label = column.label if column is not None else field_.label or name
    hint = (column.col.hint if column is not None else "") or field_.help_text
    return Input(name, str(label), field_, str(hint))


def read_lines(register: Register, rows: Iterable[tuple[int, Mapping[str, str]]], headers: Sequence[str], actor: Actor,
               at: datetime) -> list[Line]:
    """Lines with what their cells say, references found in one statement a target."""
    inputs = [i for i in inputs_of(register) if i.label in headers]
    lines = [Line(number, cells) for number, cells in rows]
    found = {i.name: _named(i, lines, actor, at) for i in inputs if isinstance(i.field, ReferenceField)}
    for line in lines:
        for one in inputs:
            _take(line, one, line.cells.get(one.label, "").strip(), found.get(one.name))
    return lines


def _named(one: Input, lines: Sequence[Line], actor: Actor, at: datetime) -> dict[str, references.Found]:
    model = references.target_of(one.field)
    if model is None:
        return {}
    return references.find_many(model, {line.cells.get(one.label, "") for line in lines}, actor, at)


def _take(line: Line, one: Input, text: str, found: Mapping[str, references.Found] | None) -> None:
    if found is not None and text:
        told = found.get(text)
        if told is None or told.uid is None:
            line.faults.append((one.name, told.fault if told else _("没有找到“%(text)s”") % {"text": text}))
            return
        line.given[one.name] = str(told.uid)
    elif one.is_many:
        parts = [p for p in text.replace(",", "、").replace("，", "、").split("、") if p.strip()]
        line.given[one.name] = [one.options.get(p.strip(), p.strip()) for p in parts]
    elif isinstance(one.field, forms.BooleanField) and not isinstance(one.field, YesNo):
        line.given[one.name] = text in ("是", "有", "对", "√", "1", "true")
    else:
        line.given[one.name] = one.options.get(text, text)


def unmask(register: Register, line: Line) -> None:
    """A masked value read back from an export means unchanged; for a new row it is a fault."""
    for name in register.private:
        text = str(line.given.get(name) or "")
        if "*" not in text:
            continue
        if line.case is not None and text == masked(getattr(line.case, name)):
            del line.given[name]
        else:
            line.faults.append((name, _("是遮盖后的内容，请填完整的，或留空")))
