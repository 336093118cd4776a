"""How often one key may call: a bucket each, forgotten when unused."""

from __future__ import annotations

from collections.abc import Hashable
from ipaddress import ip_address, ip_network

from .counts import ANOTHER_RUN_S, KEPT_MOST, Counts, Pair


def counted_as(address: str) -> str:
    """The address as rates and locks count it: of IPv6 the 64 bits that one line has to itself."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    return str(found) if found.version == 4 else str(ip_network((int(found) >> 64 << 64, 64)))


class Buckets:
    """Each key has a bucket that holds a minute's worth and fills evenly. Instants are monotonic seconds.

    counts: where they are kept; without it, in this process alone.
    """

    def __init__(self, counts: Counts | None = None, kept_most: int = KEPT_MOST) -> None:
        self._counts = Counts(kept_most) if counts is None else counts

    def take(self, key: Hashable, per_minute: int, now: float) -> float:
        """Takes one; 0.0 if there was one, else seconds until there is."""

        def taken(held: Pair | None) -> tuple[Pair, float]:
            left, since = held if held is not None and held[1] < now + ANOTHER_RUN_S else (float(per_minute), now)
            left = min(float(per_minute), left + max(0.0, now - since) * per_minute / 60)
            allowed = left >= 1
            return (left - 1 if allowed else left, max(now, since)), 0.0 if allowed else (1 - left) * 60 / max(per_minute, 1)

        return self._counts.change(key, taken)

    def __len__(self) -> int:
        return len(self._counts)
