"""A form class from columns of a model: the plain case, where no hand-written form is needed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django import forms
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from anlan.toolkit.formfields import ReferenceField

from .fields import Day, TextLine, YesNo

Choices = Callable[[], Iterable[tuple[Any, Any]]] | Iterable[tuple[Any, Any]]
LIMITS = (("min_value", MinValueValidator), ("max_value", MaxValueValidator))
NOT_CHOSEN = ("", _("（未选）"))


def form_of(name: str, fields: Mapping[str, forms.Field]) -> type[forms.Form]:
    """A form class with these fields in order."""
    return type(name, (forms.Form,), dict(fields))


def field_of(column: models.Field, *, label: Any = "", required: bool | None = None, hint: Any = "",
             choices: Choices | None = None, choices_from: str = "") -> forms.Field:
    """The input of one column. Raises TypeError for a column that needs a hand-written form."""
    has_default = column.has_default()
    told: dict[str, Any] = {
        "label": label or column.verbose_name, "help_text": hint or column.help_text,
        "required": not (column.blank or column.null or has_default) if required is None else required,
    }
    if column.remote_field is not None:
        made = ReferenceField(choices_from=choices_from, **told)
        made.model = column.remote_field.model  # type: ignore[attr-defined]  whose rows a page offers
        return made
    if isinstance(column, models.BooleanField) and not column.null:
        return YesNo(**told | {"required": False})
    if has_default:
        told["initial"] = column.get_default() if not callable(column.default) else None
    if choices is not None or column.choices:
        return _choice(column, choices, told, has_default and not column.blank)
    return _plain(column, told)


def _choice(column: models.Field, choices: Choices | None, told: dict[str, Any], always: bool) -> forms.Field:
    source = choices if choices is not None else list(column.flatchoices)

    def offered() -> list[tuple[Any, Any]]:
        found = list(source() if callable(source) else source)
        found = [pair for pair in found if pair[0] not in ("", None)]
        return found if always else [NOT_CHOSEN, *found]

    coerce = column.to_python if not isinstance(column, models.CharField) else str
    return forms.TypedChoiceField(choices=offered, coerce=coerce, empty_value=None if column.null else "", **told)


def _plain(column: models.Field, told: dict[str, Any]) -> forms.Field:
    if isinstance(column, ArrayField):
        return forms.TypedMultipleChoiceField(choices=list(column.base_field.flatchoices), coerce=str,
                                              **told | {"initial": None})
    if isinstance(column, models.DateField) and not isinstance(column, models.DateTimeField):
        return Day(**told)
    if isinstance(column, models.TextField):
        return forms.CharField(widget=forms.Textarea(attrs={"rows": 4}), max_length=column.max_length or 4000, **told)
    if type(column) is models.CharField:
        return TextLine(max_length=column.max_length, empty_value=None if column.null else "", **told)
    if isinstance(column, models.IntegerField):
        told |= {name: v.limit_value for name, cls in LIMITS for v in column.validators if isinstance(v, cls)}
    made = column.formfield(**told)
    if made is None or isinstance(column, models.JSONField):
        raise TypeError(f"{column}: needs a form of its own")
    made.validators += [v for v in column.validators if v not in made.validators]
    return made
