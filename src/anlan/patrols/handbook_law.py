"""Whether the law that a handbook item rests on was in force on the day of the visit.

No paper dated D cites an instrument not in force on D: such a clause gives way to 依据待核 (domain.md 0.1, 2.1, 15).
What was not re-read, in the item or in the table of instruments, is shown as 暂定.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple

from django.utils.translation import gettext as _

TABLE = Path(__file__).resolve().parent / "data" / "instruments.csv"
_NOT_REREAD = "(likely)"


class Instrument(NamedTuple):
    """A law, regulation or standard. In force from `valid_from` up to but not including `valid_to`."""

    cited_as: str
    name: str
    valid_from: date
    valid_to: date | None
    confidence: str

    def in_force(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


class Basis(NamedTuple):
    """What a paper of a day may print. `pending`: some clause was withheld; `provisional`: some was not re-read.

    `awaiting` names what was withheld, for the handbook's keeper.
    """

    text: str
    pending: bool
    provisional: bool = False
    awaiting: tuple[str, ...] = ()


class _Clause(NamedTuple):
    text: str
    provisional: bool
    instrument: Instrument | None


@cache
def instruments() -> tuple[Instrument, ...]:
    """The table as it comes with the house."""
    with TABLE.open(encoding="utf-8", newline="") as sheet:
        return tuple(_instrument(row) for row in csv.DictReader(sheet))


def _instrument(row: dict[str, str]) -> Instrument:
    until = date.fromisoformat(row["valid_to"]) if row["valid_to"] else None
    since = date.fromisoformat(row["valid_from"])
    return Instrument(row["cited_as"], row["name"], since, until, row["confidence"])


def basis_on(basis: str, day: date, known: Sequence[Instrument] | None = None) -> Basis:
    """The basis of a handbook item as a paper of `day` may show it; 依据待核 for what was not yet or no longer law.

    An instrument that the table does not know counts as not in force.
    """
    clauses = list(_clauses(basis, instruments() if known is None else known))
    standing = [clause for clause in clauses if clause.instrument and clause.instrument.in_force(day)]
    awaiting = tuple(clause.text for clause in clauses if clause not in standing)
    pending = bool(awaiting) or not clauses
    shown = [_shown(clause) for clause in standing] + ([_("依据待核")] if pending else [])
    return Basis("；".join(shown), pending, any(clause.provisional for clause in standing), awaiting)


def instrument_of(clause: str, known: Iterable[Instrument]) -> Instrument | None:
    """The instrument that a clause begins with, the longest name first; None where the table has none."""
    named = [each for each in known if clause.startswith(each.cited_as)]
    return max(named, key=lambda each: len(each.cited_as), default=None)


def _clauses(basis: str, known: Sequence[Instrument]) -> Iterable[_Clause]:
    for written in re.split("[；;]", basis):
        text = written.replace(_NOT_REREAD, "").strip()
        if text:
            instrument = instrument_of(text, known)
            doubtful = _NOT_REREAD in written or (instrument is not None and instrument.confidence != "sure")
            yield _Clause(text, doubtful, instrument)


def _shown(clause: _Clause) -> str:
    return _("%(clause)s（暂定）") % {"clause": clause.text} if clause.provisional else clause.text
