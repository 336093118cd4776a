"""The house's own templates, one a kind of report: headings and order; every number is a figure."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from .models import Sort

FOLDER = Path(__file__).parent / "data" / "templates"


@cache
def start_of(sort: str) -> str:
    """The text a report of this kind begins with; empty where the house has none."""
    path = FOLDER / f"{Sort(sort).value}.txt"
    return path.read_text(encoding="utf-8") if path.exists() else ""
