"""Units from an office's own sheet, through the register's import."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from django.utils.translation import gettext as _

from anlan.kernel.refusals import Refusal
from anlan.premises.models import Premises
from anlan.toolkit.registers.declare import REGISTERS
from anlan.toolkit.registers.importing import Rehearsal, RowFault, bring_in, rehearse
from anlan.toolkit.registers.importing import template as register_template

from .flow import SETUP
from .tables import Plan

SLUG = "premises"


class LineFault(NamedTuple):
    """A fault as the register tells it: the column by its header."""

    line: int
    column: str
    value: str
    sentence: str


def template(on: date) -> bytes:
    return register_template(REGISTERS[SLUG])


def is_done() -> bool:
    return Premises.objects.exists()


def run(data: bytes, name: str, at: datetime, save: bool) -> Plan | Refusal:
    """Rehearse a sheet of units, or bring it in."""
    do = bring_in if save else rehearse
    told = do(REGISTERS[SLUG], data, name, actor=SETUP, at=at)
    return told if isinstance(told, Refusal) else _plan(told)


def _plan(told: Rehearsal) -> Plan:
    faults = [_line_fault(f) for f in told.faults]
    return Plan(told.rows, faults, list(told.notes), told.created, told.edited, told.same)  # type: ignore[arg-type]


def _line_fault(f: RowFault) -> LineFault:
    """A cell that could not be read comes as L“执照起”, every other fault by its header."""
    letter, mark, label = f.column.partition("“")
    if mark:
        return LineFault(f.line, _("%(letter)s 列“%(label)s”") % {"letter": letter, "label": label.rstrip("”")},
                         _("（读不出）"), f.sentence)
    return LineFault(f.line, f.column or _("整行"), f.value, f.sentence)
