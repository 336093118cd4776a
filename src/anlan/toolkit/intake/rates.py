"""How often one key may call: a bucket each, in this process, forgotten when unused."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable

KEPT_MOST = 5000


class Buckets:
    """Each key has a bucket that holds a minute's worth and fills evenly. Instants are monotonic seconds."""

    def __init__(self, kept_most: int = KEPT_MOST) -> None:
        self._held: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()
        self._kept_most, self._lock = kept_most, threading.Lock()

    def take(self, key: Hashable, per_minute: int, now: float) -> float:
        """Takes one; 0.0 if there was one, else seconds until there is."""
        with self._lock:
            left, since = self._held.pop(key, (float(per_minute), now))
            left = min(float(per_minute), left + max(0.0, now - since) * per_minute / 60)
            allowed = left >= 1
            self._held[key] = (left - 1 if allowed else left, now)
            while len(self._held) > self._kept_most:
                self._held.popitem(last=False)
        return 0.0 if allowed else (1 - left) * 60 / max(per_minute, 1)

    def __len__(self) -> int:
        return len(self._held)
