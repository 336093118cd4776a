"""What a form class takes, as JSON Schema; the same table says which JSON types each input may have."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from anlan.toolkit.formfields import HashesField, UidListField

Schema = dict[str, Any]
Describe = Callable[[Any], Schema]
_DESCRIBERS: dict[type[forms.Field], Describe] = {}
_INT_LIMIT = 2**63 - 1


def describe(cls: type[forms.Field]) -> Callable[[Describe], Describe]:
    """Register how fields of this class read in JSON; subclasses inherit it."""

    def add(function: Describe) -> Describe:
        _DESCRIBERS[cls] = function
        return function

    return add


def field_schema(field: forms.Field) -> Schema:
    """JSON Schema of one input, its label as title."""
    found = next((_DESCRIBERS[cls] for cls in type(field).__mro__ if cls in _DESCRIBERS), lambda f: {})
    schema = found(field)
    if field.label:
        schema["title"] = field.label
    if field.help_text:
        schema["description"] = field.help_text
    return schema


def form_schema(form: type[forms.Form] | None, more: Mapping[str, Schema] | None = None) -> Schema:
    """An object schema; unknown members are refused. An input that is not required may also be null."""
    fields = form.base_fields if form else {}  # type: ignore[attr-defined]
    properties = {name: _or_null(field_schema(f), f) for name, f in fields.items()} | dict(more or {})
    schema: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    if required := [name for name, f in fields.items() if f.required]:
        schema["required"] = required
    return schema


def _or_null(schema: Schema, field: forms.Field) -> Schema:
    if not field.required and "type" in schema:
        kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        schema["type"] = [*kinds, "null"]
        if "enum" in schema:
            schema["enum"] = [*schema["enum"], None]
    return schema


def misfit(schema: Mapping[str, Any], value: Any) -> str:
    """Why a JSON value has not the type that the schema asks for; empty if it has."""
    kinds = schema.get("type")
    if kinds is None:
        return ""
    kinds = kinds if isinstance(kinds, list) else [kinds]
    if not any(_TYPES[kind](value) for kind in kinds):
        words = {"string": _("文字"), "number": _("数字"), "integer": _("整数"), "boolean": _("true 或 false"),
                 "array": _("列表"), "object": _("对象"), "null": _("空值")}
        return _("应为%(kind)s") % {"kind": words[kinds[0]]}
    if isinstance(value, list) and "items" in schema:
        return next((fault for item in value if (fault := misfit(schema["items"], item))), "")
    return ""


_TYPES: dict[str, Callable[[Any], bool]] = {
    "string": lambda v: isinstance(v, str),
    "number": lambda v: isinstance(v, int | float) and not isinstance(v, bool),
    "integer": lambda v: isinstance(v, int) and not isinstance(v, bool),
    "boolean": lambda v: isinstance(v, bool),
    "array": lambda v: isinstance(v, list),
    "object": lambda v: isinstance(v, dict),
    "null": lambda v: v is None,
}


@describe(forms.CharField)
def _text(field: forms.CharField) -> Schema:
    schema: Schema = {"type": "string"}
    if field.max_length is not None:
        schema["maxLength"] = field.max_length
    least = max(field.min_length or 0, int(field.required))
    if least:
        schema["minLength"] = least
    return schema


@describe(forms.EmailField)
def _mail(field: forms.EmailField) -> Schema:
    return _text(field) | {"format": "email"}


@describe(forms.UUIDField)
def _uuid(field: forms.UUIDField) -> Schema:
    return {"type": "string", "format": "uuid"}


@describe(forms.JSONField)
def _anything(field: forms.JSONField) -> Schema:
    return {}


@describe(forms.IntegerField)
def _integer(field: forms.IntegerField) -> Schema:
    least = -_INT_LIMIT if field.min_value is None else field.min_value
    most = _INT_LIMIT if field.max_value is None else field.max_value
    return {"type": "integer", "minimum": least, "maximum": most}


@describe(forms.FloatField)
def _number(field: Any) -> Schema:
    limits = {"minimum": field.min_value, "maximum": field.max_value}
    return {"type": "number"} | {k: float(v) for k, v in limits.items() if v is not None}


@describe(forms.DecimalField)
def _decimal(field: Any) -> Schema:
    """A number, or the same as text where a float would lose digits."""
    return _number(field) | {"type": ["number", "string"]}


@describe(forms.BooleanField)
def _yes_or_no(field: forms.BooleanField) -> Schema:
    return {"type": "boolean"}


@describe(forms.DateField)
def _date(field: forms.DateField) -> Schema:
    return {"type": "string", "format": "date"}


@describe(forms.DateTimeField)
def _instant(field: forms.DateTimeField) -> Schema:
    return {"type": "string", "format": "date-time"}


@describe(forms.TimeField)
def _time(field: forms.TimeField) -> Schema:
    return {"type": "string", "format": "time"}


@describe(forms.ChoiceField)
def _choice(field: forms.ChoiceField) -> Schema:
    return {"type": "string", "enum": [value for value, _label in _choices(field) if value or not field.required]}


@describe(forms.MultipleChoiceField)
def _choices_list(field: forms.MultipleChoiceField) -> Schema:
    items = {"type": "string", "enum": [value for value, _label in _choices(field)]}
    return {"type": "array", "items": items} | ({"minItems": 1} if field.required else {})


@describe(forms.TypedMultipleChoiceField)
def _typed_choices_list(field: forms.TypedMultipleChoiceField) -> Schema:
    return _choices_list(field)


def _choices(field: Any) -> list[tuple[str, str]]:
    flat: list[tuple[str, str]] = []
    for value, label in field.choices:
        flat += [(str(v), str(x)) for v, x in label] if isinstance(label, list | tuple) else [(str(value), str(label))]
    return flat


@describe(HashesField)
def _hashes(field: HashesField) -> Schema:
    items = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
    return {"type": "array", "items": items, "minItems": field.least, "maxItems": field.most}


@describe(UidListField)
def _uids(field: UidListField) -> Schema:
    return {"type": "array", "items": {"type": "string", "format": "uuid"}}
