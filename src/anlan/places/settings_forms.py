"""A rule's value as typed inputs: a number, a limit with its unit, yes or no, a text, or a table of these."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from anlan.toolkit.forms import Day, TextLine

from .forms import CONFIDENCES
from .words import UNITS, is_limit, leaves, path_words, with_leaves

UNIT_CHOICES = [(str(unit), label) for unit, label in UNITS.items()]
LIST_OF_NUMBERS = _("数值之间用逗号分开")


class LimitWidget(forms.MultiWidget):
    use_fieldset = True

    def __init__(self) -> None:
        super().__init__({"": forms.NumberInput(attrs={"min": 0, "class": "form-control", "aria-label": _("数值")}),
                          "unit": forms.Select(choices=UNIT_CHOICES,
                                               attrs={"class": "form-select", "aria-label": _("单位")})})

    def decompress(self, value: Any) -> list[Any]:
        return [None, None] if value is None else [value[0], value[1]]

    def id_for_label(self, id_: str) -> str:
        return ""


class LimitField(forms.MultiValueField):
    """[value, unit], as the clocks read it."""

    widget = LimitWidget

    def __init__(self, **kwargs: Any) -> None:
        super().__init__((forms.IntegerField(min_value=0, max_value=100_000), forms.ChoiceField(choices=UNIT_CHOICES)),
                         **kwargs)

    def compress(self, data_list: list[Any]) -> list[Any] | None:
        return [data_list[0], data_list[1]] if data_list else None


class NumbersField(forms.CharField):
    """A row of numbers: 25.00, 27.30, 29.73."""

    default_error_messages = {"invalid": _("只写数值，用逗号分开")}

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(str(v) for v in value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[int | float]:
        text = str(super().clean(value)).replace("，", ",").replace("、", ",")
        try:
            return [_number(part) for part in text.split(",") if part.strip()]
        except ValueError:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from None


def _number(text: str) -> int | float:
    value = float(text)
    return int(value) if value.is_integer() and "." not in text else value


class NumberField(forms.FloatField):
    """A whole number stays whole."""

    def to_python(self, value: Any) -> int | float | None:
        number = super().to_python(value)
        whole = number is not None and float(number).is_integer() and "." not in str(value)
        return int(number) if whole else number  # type: ignore[arg-type]


class ChangeForm(forms.Form):
    """The value's own inputs first; then from when, by what authority, how certain."""

    valid_from = Day(label=_("自哪天起"))
    source = TextLine(label=_("依据"), max_length=200)
    confidence = forms.ChoiceField(label=_("可信程度"), choices=CONFIDENCES)

    def __init__(self, value: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.value = value
        self.paths = {"-".join(["value", *(str(step) for step in path)]): path for path in _editable(value)}
        own = {name: field_of(_at(value, path), path_words(path) or _("取值")) for name, path in self.paths.items()}
        self.fields = {**own, **self.fields}
        for name, path in self.paths.items():
            self.initial.setdefault(name, _at(value, path))

    def new_value(self) -> Any:
        """The table with what was typed, in the shape it had."""
        given = {path: self.cleaned_data[name] for name, path in self.paths.items()}
        return given[()] if () in given else with_leaves(self.value, given)


def field_of(value: Any, label: Any) -> forms.Field:
    """The input that fits a single value."""
    if is_limit(value):
        return LimitField(label=label)
    if isinstance(value, bool):
        return forms.BooleanField(label=label, required=False)
    if _is_numbers(value):
        return NumbersField(label=label, help_text=LIST_OF_NUMBERS)
    if isinstance(value, int | float):
        return NumberField(label=label)
    if value is None:
        return NumberField(label=label, required=False, help_text=_("不适用的不填"))
    return TextLine(label=label, max_length=300)


def _is_numbers(value: Any) -> bool:
    return (isinstance(value, list) and bool(value)
            and all(isinstance(v, int | float) and not isinstance(v, bool) for v in value))


def _editable(value: Any) -> list[tuple[Any, ...]]:
    """Paths of what is typed in one input each: single values, and rows of numbers as a whole."""
    found: dict[tuple[Any, ...], None] = {}
    for path, _leaf in leaves(value):
        above = path[:-1] if path and _is_numbers(_at(value, path[:-1])) else path
        found[above] = None
    return list(found)


def _at(value: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        value = value[step]
    return value
