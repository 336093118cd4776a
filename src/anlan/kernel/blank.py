"""Rows of a model made an order of magnitude faster than its constructor makes them."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from functools import cache
from typing import Any

from django.db.models import Model
from django.db.models.base import ModelState


def blank(model: type[Model], **values: Any) -> Any:
    """As `model(**values)`; values by the columns' attribute names. Columns start from a copy of one row's defaults."""
    row = object.__new__(model)
    row.__dict__.update(_defaults(model))
    for name, value in _containers(model):
        row.__dict__[name] = copy(value)
    row.__dict__["_state"] = ModelState()
    row.__dict__.update(values)
    return row


@cache
def _defaults(model: type[Model]) -> dict[str, Any]:
    return dict(model().__dict__)


@cache
def _containers(model: type[Model]) -> tuple[tuple[str, Any], ...]:
    return tuple((name, value) for name, value in _defaults(model).items() if isinstance(value, dict | list))


def assign(row: Model, values: Mapping[str, Any]) -> None:
    """As setting each column by its attribute name; related rows that are held beside them are let go as that would."""
    if row._state.__dict__.get("fields_cache"):
        for name, value in values.items():
            setattr(row, name, value)
    else:
        row.__dict__.update(values)
