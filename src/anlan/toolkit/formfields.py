"""Inputs that many moves share: references by uid, photos by hash, lists, points."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

HASH = re.compile(r"^[0-9a-f]{64}$")


class ReferenceField(forms.UUIDField):
    """Another record, by uid. choices_from: the register whose rows a page offers."""

    def __init__(self, *, choices_from: str = "", **kwargs: Any) -> None:
        self.choices_from = choices_from
        super().__init__(**kwargs)

    default_error_messages = {"invalid": _("标识写法不对")}


class ListWidget(forms.TextInput):
    """Takes repeated values, a list, or one text with commas."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return data.getlist(name) if hasattr(data, "getlist") else data.get(name)


class HashesField(forms.Field):
    """Photos or other files, each named by the SHA-256 of its bytes; the bytes may arrive later."""

    widget = ListWidget
    default_error_messages = {"invalid": _("附件标识写法不对"), "few": _("至少需要{n}张照片"), "many": _("最多{n}个附件")}

    def __init__(self, *, least: int = 0, most: int = 20, role: str = "photo", **kwargs: Any) -> None:
        self.least, self.most, self.role = least, most, role
        super().__init__(**{"required": least > 0, **kwargs})

    def to_python(self, value: Any) -> list[str]:
        if value in (None, ""):
            return []
        items = value.split(",") if isinstance(value, str) else value
        if not isinstance(items, Sequence):
            raise ValidationError(self.error_messages["invalid"])
        parts = [p for item in items for p in str(item).split(",")]
        hashes = [p.strip().lower() for p in parts if p.strip()]
        if not all(HASH.match(h) for h in hashes):
            raise ValidationError(self.error_messages["invalid"])
        return list(dict.fromkeys(hashes))

    def validate(self, value: Any) -> None:
        if len(value) < self.least:
            raise ValidationError(str(self.error_messages["few"]).format(n=self.least))
        if len(value) > self.most:
            raise ValidationError(str(self.error_messages["many"]).format(n=self.most))


class ChoicesField(forms.TypedMultipleChoiceField):
    """Several of a closed list; a plain list or repeated values."""


class TextField(forms.CharField):
    """A paragraph."""

    widget = forms.Textarea

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 2000, **kwargs})


class UidListField(forms.Field):
    """Several records by uid."""

    widget = ListWidget
    default_error_messages = {"invalid": _("标识写法不对")}

    def to_python(self, value: Any) -> list[UUID]:
        items = value.split(",") if isinstance(value, str) else (value or [])
        try:
            return [UUID(str(i).strip()) for i in items if str(i).strip()]
        except ValueError as wrong:
            raise ValidationError(self.error_messages["invalid"]) from wrong
