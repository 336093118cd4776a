"""Areas from a sheet and boundaries from a map file, through the imports of places."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from anlan.kernel.models import Area
from anlan.kernel.refusals import Refusal, Refused
from anlan.places import area_import, boundary_import
from anlan.places.models import Boundary
from anlan.toolkit.sheets import Sheet, read_sheet

from .flow import SETUP
from .tables import Plan


def template(on: date) -> bytes:
    return area_import.template()


def is_done() -> bool:
    return Area.objects.exists()


def run(data: bytes, name: str, at: datetime, save: bool) -> Plan | Refusal:
    """Rehearse a sheet of areas, or bring it in."""
    told = area_import.rehearse(data, name)
    if isinstance(told, Refusal):
        return told
    plan = Plan(told.rows, list(told.faults), created=len(told.create), changed=len(told.rename), same=told.unchanged)
    sheet = read_sheet(data, name, area_import.LABELS)
    if isinstance(sheet, Sheet):
        plan.remember(sheet)
    if save and not plan.faults:
        try:
            area_import.commit(told, actor=SETUP, at=at)
        except Refused as refused:
            return refused.refusal
    return plan.in_order()


def drawn() -> bool:
    return Boundary.objects.exists()


def draw(data: bytes, given: dict[str, Any], at: datetime, save: bool) -> boundary_import.Rehearsal | Refusal:
    """Rehearse a file of boundaries, or store it. given: datum, source, valid_from, generated."""
    told = boundary_import.rehearse(data, **given)
    if save and not told.faults:
        try:
            boundary_import.commit(told, actor=SETUP, at=at)
        except Refused as refused:
            return refused.refusal
    return told
