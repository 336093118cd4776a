"""As much as can flow from sources to needs over given pairs, in whole units: shortest augmenting paths (Edmonds and Karp)."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from itertools import pairwise

Pair = tuple[int, int]
Side = tuple[str, int]


def flow(free: Mapping[int, int], wanted: Mapping[int, int], pairs: Iterable[Pair]) -> dict[Pair, int]:
    """(source, need) → units, of the pairs over which any go. Of several ways to carry the most, pairs that come first carry it."""
    held = list(pairs)
    sent: dict[Pair, int] = {}
    room, lack = dict(free), dict(wanted)
    while path := _path(held, room, lack, sent):
        (_out, first), (_in, last) = path[0], path[-1]
        steps = [(a[1], b[1], 1) if a[0] == "source" else (b[1], a[1], -1) for a, b in pairwise(path)]
        units = min(room[first], lack[last], *(sent[i, j] for i, j, sign in steps if sign < 0))
        for i, j, sign in steps:
            sent[i, j] = sent.get((i, j), 0) + sign * units
        room[first] -= units
        lack[last] -= units
    return {pair: n for pair, n in sent.items() if n}


def _path(pairs: list[Pair], room: Mapping[int, int], lack: Mapping[int, int], sent: Mapping[Pair, int]) -> list[Side]:
    """From a source that has something left to a need that lacks something; a pair is gone backwards where something goes over it."""
    before: dict[Side, Side | None] = {("source", i): None for i in dict.fromkeys(i for i, _j in pairs) if room[i] > 0}
    waits = deque(before)
    while waits:
        here = waits.popleft()
        if here[0] == "need" and lack[here[1]] > 0:
            return _back(before, here)
        for there in _beside(pairs, here, sent):
            if there not in before:
                before[there] = here
                waits.append(there)
    return []


def _beside(pairs: list[Pair], here: Side, sent: Mapping[Pair, int]) -> list[Side]:
    if here[0] == "source":
        return [("need", j) for i, j in pairs if i == here[1]]
    return [("source", i) for i, j in pairs if j == here[1] and sent.get((i, j), 0) > 0]


def _back(before: Mapping[Side, Side | None], end: Side) -> list[Side]:
    path: list[Side] = [end]
    while (above := before[path[-1]]) is not None:
        path.append(above)
    return path[::-1]
