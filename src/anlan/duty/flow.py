"""The tables of moves of this app."""

from . import handover, phonelog, rollcall, roster, sheet, swap  # noqa: F401
