"""The tables of moves of this app."""

from . import roster, swap  # noqa: F401
