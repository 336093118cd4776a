"""What the unit's page offers on paper."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as lazy

from anlan.toolkit.registers import Panel
from anlan.toolkit.ui.words import mask_phone

from .flow import PERSONAL
from .models import FileChange, Premises


def prints(view: Any) -> str:
    return render_to_string("premises/prints.html", {"unit": view.case})


PRINTS = Panel(lazy("打印"), prints)


def differences(view: Any) -> str:
    return render_to_string("premises/differences.html", {"lines": lines_of(view.case, "people.see_phones" in view.actor.permits)})


def lines_of(change: FileChange, whole: bool) -> list[tuple[str, str, str]]:
    """(what, as it was, as it is wanted); whole: telephone numbers unmasked."""
    return [(str(Premises._meta.get_field(name).verbose_name), _said(name, change.before.get(name), whole), _said(name, value, whole))
            for name, value in change.wanted.items()]


def _said(name: str, value: Any, whole: bool) -> str:
    if value in (None, ""):
        return "—"
    choices = dict(Premises._meta.get_field(name).flatchoices)
    return mask_phone(str(value)) if name in PERSONAL and not whole else str(choices.get(value, value))
