"""How busy it is: how often something was asked lately, by one address and by all, each asking counting half after a while."""

from __future__ import annotations

import math
from collections.abc import Hashable

from anlan.toolkit.intake.counts import ANOTHER_RUN_S, Counts, Pair


class Pressure:
    """Forgotten when unused. half_s: seconds after which an asking counts half. Instants are monotonic seconds.

    counts: where it is kept; without it, in this process alone.
    """

    def __init__(self, counts: Counts | None = None) -> None:
        self._counts = Counts() if counts is None else counts

    def add(self, key: Hashable, half_s: float, now: float) -> float:
        """Counts one more; how many weigh now."""

        def added(held: Pair | None) -> tuple[Pair, float]:
            weighed, since = held if held is not None and held[1] < now + ANOTHER_RUN_S else (0.0, now)
            weighed = weighed * 0.5 ** (max(0.0, now - since) / half_s) + 1
            return (weighed, max(now, since)), weighed

        return self._counts.change(key, added)


def doublings(weighed: float, calm: float) -> int:
    """0 up to what is calm; 1 above it, 2 above its double, 3 above four times as many, and so on."""
    return math.ceil(math.log2(weighed / calm)) if weighed > calm > 0 else 0
