"""A move's input is a form class; page, API, phone and import all pass through here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.forms import Form

from .flows import Given, Move
from .refusals import Refusal


def clean(move: Move, raw: Mapping[str, Any]) -> Given | Refusal:
    """Cleaned input, or every fault by field. An input that the form does not know is refused."""
    if isinstance(raw, Given):
        return raw
    if move.form is None:
        return Given() if not raw else _unknown(raw)
    unknown = [name for name in raw if name not in move.form.base_fields]
    if unknown:
        return _unknown(unknown)
    form = move.form(data=dict(raw))
    return Given(_present(form)) if form.is_valid() else faults(form)


def _present(form: Form) -> dict[str, Any]:
    return {k: v for k, v in form.cleaned_data.items() if k in form.data or v not in (None, "", [])}


def _unknown(names: Any) -> Refusal:
    return Refusal(tuple(f"不认识的输入项“{n}”" for n in names))


def faults(form: Form) -> Refusal:
    fields = tuple((name, tuple(str(e) for e in errors)) for name, errors in form.errors.items())
    labels = {name: str(f.label or name) for name, f in form.fields.items()}
    text = tuple(f"{labels[n]}：{e}" if n in labels else e for n, errors in fields for e in errors)
    return Refusal(text, fields)
