"""How long things take: in turns, so that whatever else runs on the machine disturbs both ways alike."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any

from .results import Side


def seconds(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def in_turns(rounds: int, *ways: Callable[[], Any]) -> list[list[Any]]:
    """What each way gave, round by round; every other round begins with the last way."""
    given: list[list[Any]] = [[] for _ in ways]
    for n in range(rounds):
        order = range(len(ways)) if n % 2 == 0 else range(len(ways) - 1, -1, -1)
        for i in order:
            given[i].append(ways[i]())
    return given


def side(way: str, spent: Sequence[float]) -> Side:
    """Milliseconds of single runs: their median, which is also the value, and the 99th of a hundred."""
    ms = [s * 1000 for s in spent]
    return Side(way, statistics.median(ms), "ms", statistics.median(ms), nth(ms, 0.99))


def nth(values: Sequence[float], share: float) -> float:
    """The value below which this share of them lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
