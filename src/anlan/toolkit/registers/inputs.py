"""A move's form on a page: pickers for references, photos as uploads, and what was typed as the door wants it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from anlan.kernel.actors import Actor
from anlan.kernel.refusals import Refusal
from anlan.toolkit.attachments.keeping import keep
from anlan.toolkit.formfields import HashesField, ReferenceField
from anlan.toolkit.ui.fields import PhotoInput

from . import references
from .declare import REGISTERS

Fault = tuple[str, list[str]]
CLEARS = "-"  # typed into a masked input: take the value away


class Picker(forms.TextInput):
    """Finds rows as one types; without a script a code or a name typed in full does."""

    def __init__(self, slug: str, attrs: Mapping[str, Any] | None = None) -> None:
        super().__init__(dict(attrs or {}))
        self.slug = slug

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        told = {k: v for k, v in {**self.attrs, **(attrs or {})}.items() if k != "name"}
        url = reverse(f"{self.slug}-options") if self.slug in REGISTERS else ""
        return render_to_string("registers/picker.html", {
            "name": name, "value": value or "", "attrs": told, "url": url, "list_id": f"options-{name}"})


def page_form(form_class: type[forms.Form], actor: Actor, at: datetime, *, data: Any = None,
              initial: Mapping[str, Any] | None = None) -> forms.Form:
    """The form to draw, with what was typed or what to begin with."""
    form = form_class(data=data, initial=dict(initial or {}))
    for name, field in form.fields.items():
        model = references.target_of(field) if isinstance(field, ReferenceField) else None
        if model is not None:
            _dress_reference(form, name, field, model, actor, at)  # type: ignore[arg-type]
        elif isinstance(field, HashesField):
            field.widget = _upload(field)
            if kept := form.data.get(name) if form.is_bound else ():
                field.help_text = _("已收到%(n)s个，不必重传。") % {"n": len(kept)}
    return form


def _upload(field: HashesField) -> forms.Widget:
    accept = {"voice": {"accept": "audio/*"}}.get(field.role, {})
    return forms.FileInput({**field.widget.attrs, **accept}) if field.role in ("file", "voice") else PhotoInput({"accept": "image/*"})


def kept_of(form_class: type[forms.Form], data: Mapping[str, Any]) -> dict[str, str]:
    """Hidden values by which a refused form keeps the files that have arrived."""
    fields = form_class.base_fields  # type: ignore[attr-defined]
    return {name: ",".join(data[name]) for name, f in fields.items() if isinstance(f, HashesField) and data.get(name)}


def tell_refusal(form: forms.Form, refusal: Refusal, given: Mapping[str, Any]) -> None:
    """Put a refusal into a bound form: the form's own faults where it has any, else the door's sentences."""
    form.cleaned_data = {}
    form._errors = type(form)(data=dict(given)).errors if refusal.fields else forms.utils.ErrorDict()
    for name, sentences in refusal.fields:
        if [str(e) for e in form._errors.get(name, ())] != list(sentences):
            form._errors.pop(name, None)
            form.add_error(name if name in form.fields else None, list(sentences))
    if form.is_valid():
        form.add_error(None, list(refusal.sentences))


def _dress_reference(form: forms.Form, name: str, field: ReferenceField, model: type[Any], actor: Actor,
                     at: datetime) -> None:
    """A list to choose from where there are few rows, else a picker. One statement, two for a picked row."""
    rows = references.offered(model, actor, at, most=references.PICKABLE + 1)
    attrs = field.widget.attrs
    if len(rows) <= references.PICKABLE:
        chosen = [(str(row.uid), references.called(row)) for row in rows]
        field.widget = forms.Select(attrs, choices=[("", _("（未选）")), *_with_present(form, name, chosen, model)])
        return
    field.widget = Picker(field.choices_from, attrs)
    if not form.is_bound and (row := _row(model, form.initial.get(name))) is not None:
        form.initial[name] = references.called(row)


def _row(model: type[Any], uid: Any) -> Any:
    try:
        key = UUID(str(uid))
    except ValueError:
        return None
    return model._default_manager.filter(uid=key).first()


def _with_present(form: forms.Form, name: str, chosen: list[tuple[str, str]],
                  model: type[Any]) -> list[tuple[str, str]]:
    """The present value stays choosable though it may be retired by now."""
    present = str(form.initial.get(name) or "")
    if not present or present in dict(chosen):
        return chosen
    row = _row(model, present)
    return chosen if row is None else [(present, references.called(row)), *chosen]


def typed(form_class: type[forms.Form] | None, request: HttpRequest, faults: list[Fault]) -> dict[str, Any]:
    """What a page sent, by input, as the door takes it: lists as lists, files kept and named by their hash."""
    fields = form_class.base_fields if form_class is not None else {}  # type: ignore[attr-defined]
    found = {name: field.widget.value_from_datadict(request.POST, request.FILES, name) for name, field in fields.items()}
    for name, field in fields.items():
        if isinstance(field, HashesField):
            found[name] = [h for text in found[name] or () for h in text.split(",") if h] + _arrived(request, name, faults)
    return found


def _arrived(request: HttpRequest, name: str, faults: list[Fault]) -> list[str]:
    hashes = []
    for upload in request.FILES.getlist(name):
        kept = keep(upload.read(), upload.name or name, actor=request.actor, at=request.at)  # type: ignore[attr-defined]
        if isinstance(kept, Refusal):
            faults.append((name, list(kept.sentences)))
        else:
            hashes.append(kept.sha256)
    return hashes


def resolve(form_class: type[forms.Form], given: dict[str, Any], actor: Actor,
            at: datetime) -> list[Fault]:
    """Replace names typed into pickers by uids, in place; the faults of those that name nothing or too much."""
    faults = []
    for name, field in form_class.base_fields.items():  # type: ignore[attr-defined]
        text = given.get(name)
        model = references.target_of(field) if isinstance(field, ReferenceField) else None
        text = text.replace("\x00", "").strip() if isinstance(text, str) else ""
        if model is None or not text or references.is_uid(text):
            continue
        found = references.find_many(model, [text], actor, at)[text]
        if found.uid is None:
            faults.append((name, [found.fault]))
        else:
            given[name] = str(found.uid)
    return faults
