"""A register as its documentation tells it: generated, so that it cannot differ from what runs."""

from __future__ import annotations

from typing import Any

from anlan.kernel.draw import table
from anlan.toolkit.indicators import INDICATORS

from .columns import Column
from .declare import Register
from .sheetrows import inputs_of


def reference(register: Register) -> dict[str, Any]:
    """What a reader of the handbook must know of a register: columns, moves, sheet, layer, figures."""
    return {
        "kind": register.kind, "slug": register.slug, "label": str(register.label),
        "table": register.model._meta.db_table, "address": f"/desk/{register.slug}/",
        "columns": [_column(c) for c in register.columns],
        "moves": [dict(zip(("name", "label", "from", "to", "by", "clocks"), row, strict=True))
                  for row in table(register.flow)],  # type: ignore[arg-type]
        "key": list(register.key), "called_by": list(register.names),
        "sheet": [i.label for i in inputs_of(register)] if register.importable and register.move_to_import else [],
        "rows_max": register.rows_max, "layer": register.layer.id if register.layer else "",
        "figures": sorted(i.id for i in INDICATORS.values() if i.kind == register.kind),
    }


def _column(column: Column) -> dict[str, Any]:
    col = column.col
    return {"name": col.name, "label": str(column.label), "shown": col.show, "search": col.search, "filter": col.filter,
            "sort": col.sort, "edit": column.editable, "private": col.private, "computed": col.read is not None,
            "hint": str(col.hint), "choices": [label for _value, label in column.options]}
