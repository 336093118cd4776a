"""A warden's day in walking order. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

Point = tuple[float, float]


def metres(a: Point, b: Point) -> float:
    """Distance of two (lon, lat) points; exact enough within a grid of a few hundred metres."""
    x = math.radians(b[0] - a[0]) * math.cos(math.radians((a[1] + b[1]) / 2))
    return 6_371_000 * math.hypot(x, math.radians(b[1] - a[1]))


def length(points: Sequence[Point]) -> float:
    return sum(metres(a, b) for a, b in pairwise(points))


def walking_order(points: Sequence[Point], start: Point | None = None) -> list[int]:
    """Indices in an order that is short to walk: the nearest next, then crossings undone (2-opt)."""
    left = list(range(len(points)))
    if not left:
        return []
    here = start or points[min(left, key=lambda i: points[i])]
    order = []
    while left:
        order.append(left.pop(min(range(len(left)), key=lambda k: metres(here, points[left[k]]))))
        here = points[order[-1]]
    return _uncrossed(order, points)


def _uncrossed(order: list[int], points: Sequence[Point]) -> list[int]:
    best, better = length([points[i] for i in order]), True
    while better:
        better = False
        for i in range(len(order) - 1):
            for j in range(i + 1, len(order)):
                tried = order[:i] + order[i:j + 1][::-1] + order[j + 1:]
                walked = length([points[k] for k in tried])
                if walked < best - 1e-6:
                    order, best, better = tried, walked, True
    return order
