"""What the pages of a handover and of a morning sheet show first."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from anlan.kernel.instance import zone
from anlan.toolkit.registers import Panel

INSTANTS = ("since", "at", "answered_at")


def alive(value: Any) -> Any:
    """Kept values as a page takes them: instants are instants again."""
    if isinstance(value, Mapping):
        return {k: datetime.fromisoformat(v).astimezone(zone()) if k in INSTANTS and isinstance(v, str) else alive(v)
                for k, v in value.items()}
    return [alive(v) for v in value] if isinstance(value, list) else value


def open_matters(view: Any) -> str:
    return render_to_string("duty/open_matters.html", {"lines": alive(view.case.matters), "n": view.case.matters_count, "now": view.at})


def notes(view: Any) -> str:
    """What was put right later, and what the other side said to it."""
    return render_to_string("duty/handover_notes.html", {"notes": alive(view.case.notes), "now": view.at}) if view.case.notes else ""


def sheet(view: Any) -> str:
    return render_to_string("duty/sheet.html", {"sheet": view.case, "said": alive(view.case.said), "now": view.at})


OPEN_MATTERS = Panel(_("签字时未办结的事项"), open_matters)
NOTES = Panel(_("更正"), notes)
SHEET_PANEL = Panel(_("晨报"), sheet)
