"""The visible last resort: nobody could act on a clock that ran out, and everyone shall see it in red."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from . import changes as c
from .flows import SAME, Move
from .rules import system_only


def raise_alarm(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> Iterable[c.Change]:
    yield c.Set(alarm=str(given.clock or "")[:60])


def last_resort(states: Iterable[str], says: Any = "时限“{clock}”到期，无人处理", name: str = "nobody_acted") -> Move:
    """The move that ends every list of `fires`; open from every state that is not final."""
    return Move(name, "无人处理", tuple(states), SAME, by=system_only, says=says, does=(raise_alarm,), shown=False)
