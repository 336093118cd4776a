"""How busy it is: how often something was asked lately, by one address and by all, each asking counting half after a while."""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from collections.abc import Hashable

KEPT_MOST = 5000


class Pressure:
    """In this process, forgotten when unused. half_s: seconds after which an asking counts half. Instants are monotonic seconds."""

    def __init__(self, kept_most: int = KEPT_MOST) -> None:
        self._held: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()
        self._kept_most, self._lock = kept_most, threading.Lock()

    def add(self, key: Hashable, half_s: float, now: float) -> float:
        """Counts one more; how many weigh now."""
        with self._lock:
            weighed, since = self._held.pop(key, (0.0, now))
            weighed = weighed * 0.5 ** (max(0.0, now - since) / half_s) + 1
            self._held[key] = (weighed, now)
            while len(self._held) > self._kept_most:
                self._held.popitem(last=False)
        return weighed


def doublings(weighed: float, calm: float) -> int:
    """0 up to what is calm; 1 above it, 2 above its double, 3 above four times as many, and so on."""
    return math.ceil(math.log2(weighed / calm)) if weighed > calm > 0 else 0
