"""A column of a register: declared once, it feeds list, filter, search, sort, form, export, import, API and docs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.html import format_html
from django.utils.translation import gettext as _

from anlan.toolkit.ui import signs, words

FILTERS = ("", "exact", "range", "within")
BADGES = ("", "state", "risk")


@dataclass(frozen=True)
class Col:
    """One column, at most 14 attributes, none of which sees the request; what is conditional is a form or a panel.

    filter: exact, range (days or numbers), within (an area finds all that lies in it). private: the permit without
    which the value is masked. read: row → value, for what is computed. required None: as the model says.
    """

    name: str
    label: Any = ""
    show: bool = True
    search: bool = False
    filter: str = ""
    sort: bool = False
    edit: bool = True
    required: bool | None = None
    private: str = ""
    read: Callable[[Any], Any] | None = None
    badge: str = ""
    link: bool = False
    hint: Any = ""
    choices: Callable[[], Iterable[tuple[Any, Any]]] | Iterable[tuple[Any, Any]] | None = None


class Column:
    """A Col on its model."""

    def __init__(self, col: Col, model: type[models.Model]) -> None:
        self.col, self.model, self.name = col, model, col.name

    @cached_property
    def field(self) -> Any:
        """The model's field, None for a computed column. Raises FieldDoesNotExist on a typo."""
        if self.col.read is not None:
            return None
        return self.model._meta.get_field(self.name)

    @property
    def label(self) -> Any:
        return self.col.label or (self.field.verbose_name if self.field is not None else self.name)

    @property
    def is_reference(self) -> bool:
        return self.field is not None and self.field.remote_field is not None

    @property
    def editable(self) -> bool:
        return self.col.edit and self.field is not None and self.field.editable

    @property
    def target(self) -> type[models.Model]:
        """The model a reference points to."""
        return self.field.remote_field.model

    @property
    def kind(self) -> str:
        """How a table prints it: text, number, when or bare."""
        if self.col.badge:
            return "bare"
        numbers = (models.IntegerField, models.FloatField, models.DecimalField)
        if isinstance(self.field, numbers) and not self.options:
            return "number"
        return "when" if isinstance(self.field, models.DateField) else "text"

    @property
    def options(self) -> list[tuple[str, str]]:
        """Closed choices as (value, label) texts; empty where there are none."""
        if self.col.choices is not None:
            source = self.col.choices() if callable(self.col.choices) else self.col.choices
        elif self.name == "state" or self.field is None:
            source = ()
        else:
            field = self.field.base_field if isinstance(self.field, ArrayField) else self.field
            source = field.flatchoices or ()
        return [(str(value), str(label)) for value, label in source if value not in ("", None)]

    @property
    def is_yes_no(self) -> bool:
        return isinstance(self.field, models.BooleanField)

    def value(self, row: Any) -> Any:
        return self.col.read(row) if self.col.read is not None else getattr(row, self.name)

    def words(self, row: Any, now: datetime | None = None) -> Any:
        """The value as a page prints it; None where there is none."""
        return told(self.value(row), dict(self.options), now)

    def cell(self, row: Any, now: datetime | None = None) -> Any:
        """The same with its sign."""
        value = self.value(row)
        if self.col.badge == "risk" and value in signs.COLOURS:
            return signs.risk_sign(value)
        return told(value, dict(self.options), now)

    def plain(self, row: Any) -> Any:
        """The value for a sheet: labels for choices, days and numbers as they are."""
        value, options = self.value(row), dict(self.options)
        if isinstance(value, bool | date | datetime | int | float | Decimal) and str(value) not in options:
            return value
        return told(value, options, None) or ""


def told(value: Any, options: dict[str, str], now: datetime | None) -> Any:
    match value:
        case None | "":
            return None
        case bool():
            return _("是") if value else _("否")
        case datetime():
            return words.district_time(value, now)
        case date():
            return value.isoformat()
        case list() | tuple():
            return "、".join(str(told(v, options, now)) for v in value) or None
        case models.Model():
            return str(value)
    if str(value) in options:
        return options[str(value)]
    return words.figures(value) if isinstance(value, int | Decimal) else value


def masked(value: Any) -> str:
    """What may be seen of a personal value without a reason (domain.md 12.3 [likely])."""
    text = str(value or "").strip()
    if not text:
        return ""
    digits = sum(c.isdigit() for c in text)
    if len(text) == 18 and digits >= 17:
        return words.mask_identity(text)
    return words.mask_phone(text) if digits >= max(5, len(text) // 2) else words.mask_name(text)


def masked_sign(value: Any) -> Any:
    return format_html('<span class="text-faint">{}</span>', masked(value)) if value else None


def bind(cols: Iterable[Col], model: type[models.Model]) -> tuple[Column, ...]:
    return tuple(Column(col, model) for col in cols)


def has_field(model: type[models.Model], name: str) -> bool:
    try:
        model._meta.get_field(name)
    except FieldDoesNotExist:
        return False
    return True


def has_path(model: type[models.Model], path: str) -> bool:
    """Whether a column stands at the end of a path over references (`premises__tile_key`)."""
    first, _, rest = path.partition("__")
    if not has_field(model, first):
        return False
    target = model._meta.get_field(first).related_model
    return has_path(target, rest) if rest and isinstance(target, type) else not rest
