"""Moves that change figures, each with what it must change of which."""

from . import calls, checks, others
from .stage import DEEDS

__all__ = ["DEEDS", "calls", "checks", "others"]
