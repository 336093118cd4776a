"""Who reported (举报人): sealed under a key that the database does not know, before anything is written.

What a form calls 上报人 or 电话 is ciphertext from the moment it is read. It stands in one place, the journal's table of
personal values, and is shredded there; no column, list, search, export, paper or message has it. domain.md 12.4.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from cryptography.fernet import InvalidToken
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from anlan.kernel.keyfile import box
from anlan.kernel.models import Secret

SEALED = "sealed1:"
FIELDS = ("reporter_name", "reporter_phone")
NUMBER = re.compile(r"^\+?\d{5,15}$")
ELSEWHERE: dict[str, Callable[[int], Any]] = {}
"""Kinds of higher apps whose deeds also name a reporter of a matter: kind → (matter id → ids of cases)."""


KEY = "informant.key"


def seal(text: str) -> str:
    return SEALED + box(KEY).encrypt(text.encode()).decode()


def opened(text: str) -> str:
    """The plain value. Raises Unreadable where the key is another one, or what stands there was never sealed."""
    try:
        if not text.startswith(SEALED):
            raise Unreadable
        return box(KEY).decrypt(text[len(SEALED):].encode()).decode()
    except InvalidToken as wrong:
        raise Unreadable from wrong


class Unreadable(ValueError):
    """Not sealed with this key."""


class SealedField(forms.CharField):
    """A personal value that leaves the form as ciphertext; one that is sealed already stays as it is."""

    default_error_messages = {"invalid": _("这项内容不能这样填写")}

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """data-secret: no draft of it is kept in the browser."""
        return {**super().widget_attrs(widget), "data-secret": "", "autocomplete": "off"}

    def clean(self, value: Any) -> str:
        if isinstance(value, str) and value.startswith(SEALED):
            try:
                opened(value)
            except Unreadable:
                raise ValidationError(self.error_messages["invalid"]) from None
            return value
        plain = super().clean(value)
        return seal(plain) if plain else ""


class SealedPhone(SealedField):
    """A telephone as people write it; kept without spaces and dashes."""

    default_error_messages = {"number": _("电话号码请填 5 到 15 位数字")}

    def to_python(self, value: Any) -> str:
        return re.sub(r"[\s\-()（）]", "", str(super().to_python(value)))

    def validate(self, value: str) -> None:
        super().validate(value)
        if value and not NUMBER.match(value):
            raise ValidationError(self.error_messages["number"])


class KeepsQuiet(forms.Form):
    """A form of what somebody reports: its free words do not repeat who it was."""

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        told = [p for n in FIELDS if given.get(n) and len(p := opened(given[n])) > 1]
        for name in ("what", "place"):
            text = re.sub(r"[\s\-]", "", str(given.get(name) or ""))
            if any(p in text for p in told):
                self.add_error(name, _("这里不要再写上报人的姓名和电话，它们另行密封保存。"))
        return given


# What is sealed of a matter


class Informant(NamedTuple):
    """One who reported. phone or name empty: not told."""

    at: datetime
    name: str
    phone: str


def _secrets(matter_id: int) -> Any:
    of = Q(entry__kind="matter", entry__subject_id=matter_id)
    for kind, ids in ELSEWHERE.items():
        of |= Q(entry__kind=kind, entry__subject_id__in=ids(matter_id))
    return Secret.objects.filter(of, field__in=FIELDS)


def has_sealed(matter_id: int) -> bool:
    return bool(_secrets(matter_id).exists())


def informants(matter_id: int) -> Iterator[Informant]:
    """Everybody who has told a name or a number, oldest first. Only the page of a granted unsealing calls this."""
    found: dict[int, dict[str, Any]] = {}
    for s in _secrets(matter_id).select_related("entry").order_by("entry_id", "field"):
        found.setdefault(s.entry_id, {"at": s.entry.at})[s.field] = _told(s.value)
    for one in found.values():
        yield Informant(one["at"], one.get("reporter_name", ""), one.get("reporter_phone", ""))


def _told(text: str) -> str:
    try:
        return opened(text)
    except Unreadable:
        return _now("密钥不符，解不开")
