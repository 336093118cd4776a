"""A list of rows as the table component takes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Model
from django.utils.translation import gettext as _

from anlan.toolkit.ui import parts, signs

from .columns import Column, masked
from .declare import BY_MODEL, Register

SKIPPED = ("after",)


def table_of(register: Register, rows: Sequence[Any], at: datetime, *, empty: parts.Empty | None = None,
             **more: Any) -> parts.Table:
    """The shown columns of these rows; private ones masked. What can be picked goes by kind and uid."""
    picked = f"{register.kind}:" if more.get("bulk") else ""
    shown = [c for c in register.columns if c.col.show]
    heads = [parts.Column(str(c.label), c.kind) for c in shown]  # type: ignore[arg-type]
    return parts.Table(
        caption=str(register.label), columns=more.pop("columns", heads), empty=empty or parts.Empty(_("没有内容")),
        rows=[parts.Row([cell_of(register, c, row, at) for c in shown], address(register, row), f"{picked}{row.uid}")
              for row in rows], **more)


def cell_of(register: Register, column: Column, row: Any, at: datetime) -> Any:
    if column.col.private:
        return masked(column.value(row)) or None
    if column.col.badge == "state":
        return state_sign(register, str(column.value(row)))
    return column.cell(row, at)


def state_sign(register: Register, state: str) -> Any:
    flow = register.flow
    label = flow.states(state).label if state in flow.states.values else state  # type: ignore[union-attr]
    return signs.state_sign(str(label), register.tones.get(state, "working"))


def address(register: Register, row: Any) -> str:
    return f"/desk/{register.slug}/{row.uid}/"


def target_url(value: Any) -> str:
    """Where a referenced row can be read; empty where its kind has no register."""
    register = BY_MODEL.get(type(value)) if isinstance(value, Model) else None
    return address(register, value) if register is not None else ""


def with_words(asked: Mapping[str, str], **changed: str | None) -> str:
    """The list's address with some of its words changed; a change of anything goes back to the first page."""
    told = {k: v for k, v in asked.items() if v != "" or k == "state"}
    told = {k: v for k, v in told.items() if k not in SKIPPED} | {k: v for k, v in changed.items() if v is not None}
    told = {k: v for k, v in told.items() if not (k in changed and changed[k] is None)}
    return "?" + urlencode(told)
