"""What a register is declared with, and the registry of all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property, partial
from types import FunctionType
from typing import Any

from django.db.models import QuerySet
from django.forms import Form

from anlan.kernel.actors import Actor
from anlan.kernel.flows import Effect, Fact, Flow, Move
from anlan.kernel.models import Versioned
from anlan.kernel.rules import Rule
from anlan.toolkit.attachments.access import SELECTORS
from anlan.toolkit.layers import Layer, add_layer

from .columns import Col, Column, bind
from .flow import build_flow, form_for

SCOPES: dict[str, Callable[[QuerySet[Any], Actor, datetime], QuerySet[Any]]] = {}
"""What a register may name as its `scope` instead of a selector of its own; filled by the app that knows posts."""
FUNCTIONS = ("adds", "seen_by", "title", "cell", "duplicates", "initial", "called")


class Register:
    """A register of what exists; a subclass is one, and is known as soon as it is declared.

    Everything is read through seen_by(actor, at); scope="district" instead of it opens the register to any post on
    duty, in every area, and to no unit. Without `flow` the register builds its own: states active and
    retired; moves create, edit, retire, restore, import_row. With `flow` it uses that one's moves and forms.
    key: the columns by which a sheet's line finds its row; else_by: where a row has a blank in its key.
    create_alone: the move that creates is called by what it makes, so that its button does not say it twice.
    several: rows can be picked in the list and moved together, where all of them allow it.
    Three ways out and no hooks: your own form, your own panels, a page of your own.
    """

    kind: str
    slug: str
    model: type[Versioned]
    label: Any
    cols: tuple[Col, ...]
    seen_by: Callable[[Actor, datetime], QuerySet[Any]]
    scope: str = ""
    may_create: Rule | None = None
    may_edit: Rule | None = None
    may_retire: Rule | None = None

    flow: Flow | None = None
    create = "create"
    create_alone = False
    edit = "edit"
    form: type[Form] | None = None
    load: Mapping[str, Fact] = {}
    needs: tuple[Rule, ...] = ()
    does: tuple[Effect, ...] = ()
    moves: tuple[Move, ...] = ()
    counted = False
    several = False

    panels: tuple[Any, ...] | None = None
    layer: Layer | None = None
    key: tuple[str, ...] = ()
    else_by: tuple[str, ...] = ()
    called_by: tuple[str, ...] = ()
    importable = True
    rows_max = 5_000
    order = "-id"
    small = False
    page = 50
    default_state: str | None = None
    tones: Mapping[str, Any] = {"active": "working", "retired": "stopped"}
    clocks: Mapping[str, Any] = {}
    undo: Mapping[str, str] = {}

    def __init_subclass__(cls, abstract: bool = False, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for name in FUNCTIONS:
            if isinstance(cls.__dict__.get(name), FunctionType):
                setattr(cls, name, staticmethod(cls.__dict__[name]))
        if cls.scope and not hasattr(cls, "seen_by"):
            cls.seen_by = staticmethod(partial(by_scope, cls.scope, cls.model))
        if not abstract:
            _add(cls())

    @staticmethod
    def adds(actor: Actor, at: datetime) -> tuple[str, str] | None:
        """What the button for a new row says and where it leads, where that is a page of its own."""
        return None

    @staticmethod
    def title(case: Any) -> str:
        return str(case)

    @staticmethod
    def duplicates(rows: Sequence[Any], actor: Actor, at: datetime) -> Iterable[tuple[int, str, str]]:
        """(line, column or "", sentence) for new lines that repeat each other or what is known. rows: (line, inputs)."""
        return ()

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        return bind(self.cols, self.model)

    def rows(self, actor: Actor, at: datetime) -> QuerySet[Any]:
        """The selector's rows, unordered, with the references that lists and sheets print."""
        rows = self.seen_by(actor, at).order_by()
        wanted = [c.name for c in self.columns if c.is_reference]
        return rows.select_related(*wanted) if wanted and rows.query.select_related is not True else rows

    def column(self, name: str) -> Column | None:
        return next((c for c in self.columns if c.name == name), None)

    @cached_property
    def move_to_create(self) -> Move | None:
        return self.flow.by_name.get(self.create) if self.create else None  # type: ignore[union-attr]

    @cached_property
    def move_to_edit(self) -> Move | None:
        return self.flow.by_name.get(self.edit) if self.edit else None  # type: ignore[union-attr]

    @cached_property
    def move_to_import(self) -> Move | None:
        """How a sheet's new line comes in: import_row where the flow has it, else the opening move."""
        return self.flow.by_name.get("import_row", self.move_to_create)  # type: ignore[union-attr]

    @cached_property
    def has_own_flow(self) -> bool:
        return type(self).flow is not None

    @cached_property
    def searched(self) -> tuple[str, ...]:
        return tuple(c.name for c in self.columns if c.col.search)

    @cached_property
    def private(self) -> dict[str, str]:
        """Columns that are masked, each with the permit that opens it."""
        return {c.name: c.col.private for c in self.columns if c.col.private}

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Columns by which other sheets and forms name a row."""
        return self.called_by or self.key

    def called(self, case: Any) -> str:
        """How a picker and another register's sheet name a row: its first name, then its title."""
        first = str(getattr(case, self.names[0], "") or "") if self.names else ""
        title = self.title(case)
        return title if not first or first in title else f"{first} {title}"

    def state_column(self) -> str:
        return "active" if self.default_state is None and not self.has_own_flow else self.default_state or ""

    def initial(self, case: Any) -> dict[str, Any]:
        """The values of a row as inputs of its form; references by uid."""
        form = form_for(self)
        found: dict[str, Any] = {}
        for name in form.base_fields if form else ():  # type: ignore[attr-defined]
            column = self.column(name)
            if column is not None and column.field is not None:
                found[name] = as_input(column, case)
            elif hasattr(case, name):
                value = getattr(case, name)
                found[name] = getattr(value, "uid", value)
        return found


def by_scope(scope: str, model: type[Versioned], actor: Actor, at: datetime) -> QuerySet[Any]:
    return SCOPES[scope](model._default_manager.all(), actor, at)


def as_input(column: Column, case: Any) -> Any:
    value = getattr(case, column.name)
    return value.uid if column.is_reference and value is not None else value


REGISTERS: dict[str, Register] = {}
BY_KIND: dict[str, Register] = {}
BY_MODEL: dict[type[Versioned], Register] = {}


def _add(register: Register) -> None:
    if register.slug in REGISTERS or register.kind in BY_KIND:
        raise ValueError(f"register {register.slug} declared twice")
    if register.flow is None:
        register.flow = build_flow(register)
    REGISTERS[register.slug] = BY_KIND[register.kind] = register
    BY_MODEL.setdefault(register.model, register)
    SELECTORS.setdefault(register.kind, register.seen_by)  # whoever sees the row sees its papers and files
    if register.layer is not None:
        add_layer(register.layer, register)
