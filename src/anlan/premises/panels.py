"""What the unit's page offers on paper."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as lazy

from anlan.toolkit.registers import Panel


def prints(view: Any) -> str:
    return render_to_string("premises/prints.html", {"unit": view.case})


PRINTS = Panel(lazy("打印"), prints)
