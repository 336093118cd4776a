"""The ladder and its limits, read from dated parameters. Pure: `rules` is the rulebook of the deed, `day` its day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from anlan.kernel.worktime import Limit, Unit, Worktime

from .models import Level

STEPS = ("sign", "arrive", "finish")
AROUND_THE_CLOCK = frozenset({Unit.MINUTE, Unit.HOUR})


def rungs(rules: Any, day: date) -> tuple[str, ...]:
    """Levels that answer, from the lowest to the highest."""
    return tuple(rules.value("call.ladder", day))


def height(level: str, ladder: Sequence[str]) -> int:
    """How high a level stands; a resident, and a level the ladder does not have, below all."""
    return ladder.index(level) if level in ladder else -1


def above(level: str, ladder: Sequence[str]) -> tuple[str, ...]:
    """The levels over this one, nearest first."""
    return tuple(ladder[height(level, ladder) + 1:])


def limits_of(rules: Any, day: date, priority: str, level: str) -> dict[str, list[Any]]:
    """{"sign": [value, unit], "arrive": …, "finish": …} of one cell of the table (domain.md 4.9 [unsure])."""
    return {step: list(rules.value("call.limits", day)[priority][level][step]) for step in STEPS}


def table_id(rules: Any, day: date) -> int:
    """The row of the table that was in force, kept with the clocks it governs."""
    return rules.setting("call.limits", day).id


def open_at(calendar: Worktime, at: datetime) -> bool:
    """Whether somebody works by this calendar at the instant."""
    local = at.astimezone(calendar.zone)
    return any(h.start <= local.time() < h.end for h in calendar.hours(local.date()))


def problems(ladder: Sequence[str], table: dict[str, Any], priorities: Sequence[str]) -> list[str]:
    """What is missing in a ladder and its table; empty where every cell can be read."""
    found = [f"{level}" for level in ladder if level not in Level.values]
    for priority in priorities:
        for level in ladder:
            for step in STEPS:
                try:
                    Limit.of(table[priority][level][step])
                except (KeyError, ValueError):
                    found.append(f"{priority} {level} {step}")
    return found
