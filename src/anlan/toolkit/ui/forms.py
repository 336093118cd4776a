"""How a Django form is printed: labels, help and faults tied to their inputs, the cursor on the first fault."""

from typing import NamedTuple

from django import forms
from django.forms import BaseForm, BoundField
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from anlan.toolkit.ui.fields import PhotoInput, SignaturePad

# Which part of the field's template prints a widget; the first match wins.
_KINDS: tuple[tuple[type[forms.Widget], str], ...] = (
    (SignaturePad, "group"),
    (PhotoInput, "photos"),
    (forms.CheckboxSelectMultiple, "choices"),
    (forms.RadioSelect, "choices"),
    (forms.CheckboxInput, "check"),
    (forms.MultiWidget, "group"),
    (forms.Select, "select"),
)
_CLASSES = {"select": "form-select", "check": "form-check-input", "input": "form-control"}


class Fault(NamedTuple):
    """One sentence, and the id of the input it is about; empty for the form as a whole."""

    target: str
    sentence: str


def kind_of(bound: BoundField) -> str:
    widget = bound.field.widget
    return next((kind for cls, kind in _KINDS if isinstance(widget, cls)), "input")


def _target(bound: BoundField) -> str:
    """The id of the first thing to type into or tick."""
    first = {"choices": "_0", "group": "_typed"}.get(kind_of(bound), "")
    return f"{bound.auto_id}{first}"


def sentences(bound: BoundField) -> list[str]:
    """What is wrong with one field; an empty required field is named, and asked to be filled, chosen or ticked."""
    asked = {
        "choices": _("请选择“%(label)s”。"),
        "select": _("请选择“%(label)s”。"),
        "check": _("请勾选“%(label)s”。"),
    }.get(kind_of(bound), _("请填写“%(label)s”。"))
    own_words = {"photos", "group"}
    return [
        asked % {"label": bound.label} if error.code == "required" and kind_of(bound) not in own_words else sentence
        for error in bound.errors.as_data()
        for sentence in error.messages
    ]


def _named(bound: BoundField, sentence: str) -> str:
    label = str(bound.label)
    return sentence if label in sentence else _("%(label)s：%(sentence)s") % {"label": label, "sentence": sentence}


def faults(form: BaseForm) -> list[Fault]:
    """Every fault of a form in the order of its fields, those of the form as a whole first."""
    whole = [Fault("", sentence) for sentence in form.non_field_errors()]
    by_field = [Fault(_target(bound), _named(bound, sentence)) for bound in form for sentence in sentences(bound)]
    return whole + by_field


def _first_faulty(bound: BoundField) -> bool:
    return bound.name == next((other.name for other in bound.form if other.errors), None)


def form_field(bound: BoundField, focus: bool = True) -> SafeString:
    """One field with its label, help and faults. A field's `unit` (元, 米) stands after its input."""
    kind = kind_of(bound)
    told_by = [f"{bound.auto_id}_error"] * bool(bound.errors) + [f"{bound.auto_id}_help"] * bool(bound.help_text)
    attrs = {"aria-describedby": " ".join(told_by)} if told_by else {}
    if kind in _CLASSES:
        invalid = " is-invalid" if bound.errors else ""
        attrs["class"] = f"{_CLASSES[kind]} {bound.field.widget.attrs.get('class', '')}{invalid}".replace(
            "  ", " "
        ).strip()
    if focus and _first_faulty(bound) and kind in ("input", "select", "check"):
        attrs["autofocus"] = "autofocus"
    context = {
        "bound": bound,
        "kind": kind,
        "input": bound.as_widget(attrs=attrs),
        "sentences": sentences(bound),
        "unit": getattr(bound.field, "unit", ""),
    }
    return render_to_string("ui/parts/form_field.html", context)
