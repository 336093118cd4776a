"""Files that a page posts beside a move's input become hashes, as a phone would send them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest

from anlan.kernel.refusals import Refusal
from anlan.toolkit.formfields import HashesField

from .keeping import keep


def kept_files(request: HttpRequest, form: type[forms.Form], faults: list[str] | None = None) -> dict[str, Any]:
    """The posted values with each uploaded file kept and named by its hash. Refusals go into `faults`."""
    data: dict[str, Any] = {k: request.POST.getlist(k) if _many(form, k) else request.POST[k] for k in request.POST}
    for name, field in form.base_fields.items():
        if isinstance(field, HashesField):
            held = [h for h in data.get(name) or [] if h]
            data[name] = held + _keep_all(request, name, faults if faults is not None else [])
    return data


def _many(form: type[forms.Form], name: str) -> bool:
    field = form.base_fields.get(name)
    return isinstance(field, HashesField | forms.MultipleChoiceField)


def _keep_all(request: HttpRequest, name: str, faults: list[str]) -> list[str]:
    out = []
    for upload in request.FILES.getlist(name):
        kept = keep(upload.read(), upload.name or name, actor=request.actor, at=request.at)
        if isinstance(kept, Refusal):
            faults += kept.sentences
        else:
            out.append(kept.sha256)
    return out
