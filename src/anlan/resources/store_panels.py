"""What the page of a stock shows besides its facts: its lots, first expired first, with what is left of each."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string

from anlan.kernel.instance import local_day

from . import shelves
from .store_facts import piles_of
from .store_rules import told


def shelves_panel(view: Any) -> str:
    stock, day = view.case, local_day(view.at)
    piles = [p for p in piles_of([stock.id])[stock.id] if p.balance]
    piles.sort(key=lambda p: (p.good_on(day), p.expires_on is None, p.expires_on or day, p.id))
    good = stock.good
    return render_to_string("resources/shelves.html", {
        "piles": [(p, told(p.balance, good), not p.good_on(day)) for p in piles], "now": view.at, "held": told(shelves.held(piles), good),
        "free": told(shelves.available(piles, day, stock.reserve), good), "reserve": told(stock.reserve, good), "stock": stock})
