"""What is wrong with the declaration of a register, found at start-up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.db import models

from anlan.kernel.flows import FLOWS
from anlan.kernel.models import Area
from anlan.toolkit import search

from .caseview import CASES, CasePages
from .columns import BADGES, FILTERS, Column, has_field, has_path
from .declare import REGISTERS, SCOPES, Register, by_scope
from .listing import sorts_by_index
from .panels import Linked

RESERVED = {"q", "order", "after", "open", "limit"}
RANGES = (models.DateField, models.IntegerField, models.FloatField, models.DecimalField)


@register()
def check_registers(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    found = [Error(f"register {r.slug}: {text}", id="registers.E001") for r in REGISTERS.values() for text in problems(r)]
    return found + [Error(f"pages of {p.flow.kind}: {text}", id="registers.E002")
                    for p in CASES.values() for text in page_problems(p)]


def problems(r: Register) -> Iterator[str]:
    """Sentences for the developer, one a fault."""
    yield from _flow_problems(r)
    yield from _scope_problems(r)
    unknown = [c.name for c in r.columns if c.col.read is None and not has_field(r.model, c.name)]
    if unknown:
        yield from (f"{r.model.__name__} has no column {name}" for name in unknown)
        return
    for column in r.columns:
        yield from (f"{column.name}: {text}" for text in _column_problems(r, column))
    yield from _sheet_problems(r)
    if r.order != "-id" and not any(c.name == r.order.removeprefix("-") and c.col.sort for c in r.columns):
        yield f"order {r.order} is not a column that sorts"
    if r.layer is not None and r.layer.point not in r.layer.added and not has_path(r.model, r.layer.point):
        yield f"its layer needs the column {r.layer.point}"
    if r.searched and not r.small and search.index_of(r.model, r.searched) is None:
        yield f"searches {', '.join(r.searched)} without a BigramIndex (small = True where rows stay few)"


def _column_problems(r: Register, column: Column) -> Iterator[str]:
    col, field = column.col, column.field
    if col.filter not in FILTERS or col.badge not in BADGES:
        yield f"unknown filter or badge {col.filter or col.badge}"
    if col.name in RESERVED:
        yield "this name is a word of the list's address"
    if field is None:
        if col.filter or col.sort or col.search:
            yield "a computed column cannot be filtered, sorted or searched"
        return
    if col.private and (col.filter or col.sort or col.search):
        yield "a private column cannot be filtered, sorted or searched"
    if col.private and col.name not in getattr(r.model, "personal", frozenset()):
        yield "a private column must stand in the model's `personal`, or the journal would tell it"
    yield from _kind_problems(r, column)


def _kind_problems(r: Register, column: Column) -> Iterator[str]:
    col, field = column.col, column.field
    if col.sort and field.null:
        yield "sorts but may be null"
    if col.sort and not r.small and not sorts_by_index(r.model, col.name):
        yield f"sorts without an index on ({col.name}, id)"
    if col.filter == "within" and not (column.is_reference and column.target is Area):
        yield "filter within needs an area"
    if col.filter == "range" and not isinstance(field, RANGES):
        yield "filter range needs days or numbers"
    if col.search and not isinstance(field, models.CharField | models.TextField):
        yield "only text can be searched"
    if column.editable and isinstance(field, models.JSONField) and r.form is None and not r.has_own_flow:
        yield "a JSON column needs a hand-written form"


def _flow_problems(r: Register) -> Iterator[str]:
    flow = r.flow
    if flow is None or FLOWS.get(r.kind) is not flow:
        yield f"its flow is not the registered one of kind {r.kind}"
        return
    if flow.model is not r.model:
        yield "its flow is of another model"
    for name in (r.create, r.edit):
        if r.has_own_flow and name and name not in flow.by_name:  # type: ignore[attr-defined]
            yield f"its flow has no move {name}"
    if flow.link != f"/desk/{r.slug}/{{uid}}/":
        yield f"its flow links to {flow.link}"
    if r.state_column() and r.state_column() not in flow.states.values:
        yield f"lists the unknown state {r.state_column()}"


def _scope_problems(r: Register) -> Iterator[str]:
    if r.scope and r.scope not in SCOPES:
        yield f"names the unknown scope {r.scope}"
    own = getattr(r, "seen_by", None)
    if own is None:
        yield "has neither a selector (seen_by) nor a scope"
    elif r.scope and getattr(own, "func", None) is not by_scope:
        yield "names a scope beside its own selector"


def _sheet_problems(r: Register) -> Iterator[str]:
    labels = Counter(str(c.label) for c in r.columns)
    yield from (f"two columns are called {label}" for label, n in labels.items() if n > 1)
    for name in (*r.key, *r.else_by, *r.called_by):
        if not has_field(r.model, name):
            yield f"is keyed by the unknown column {name}"
    inputs = {n for move in (r.move_to_create, r.move_to_import, r.move_to_edit) if move is not None and move.form
              for n in move.form.base_fields}  # type: ignore[attr-defined]
    for name in (*r.key, *r.else_by) if r.importable else ():
        if name not in inputs:
            yield f"is keyed by {name}, which no form of its takes"


def page_problems(pages: CasePages) -> Iterator[str]:
    for column in pages.columns:
        if column.col.read is None and not has_field(pages.flow.model, column.name):
            yield f"no column {column.name}"
    for move, back in pages.undo.items():
        known = pages.flow.by_name  # type: ignore[attr-defined]
        if move not in known or back not in known or known[back].form is not None:
            yield f"cannot undo {move} by {back}"
    for panel in pages.panels or ():
        if isinstance(panel, Linked) and panel.slug not in REGISTERS:
            yield f"links to the unknown register {panel.slug}"
