"""Goods for needs: which store sends how much of which lots, by an exact program. Pure, over plain values.

A need asks for an amount of one kind of goods, at a place, by a time. A store gives what is good on the day beyond its
reserve, first expired first out; it may serve several needs, and several stores may serve one. Minimised, in this order:
what is lacking, and the minutes of all trips together, where what a firm holds under contract counts as an hour more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import ceil
from typing import Any

from django.utils.translation import gettext as _

from anlan.kernel.ledger import plain

from . import shelves
from .flowing import Pair, flow
from .matching import Roads
from .shelves import Pile

FIRM = 60
"""Minutes by which a trip for a firm's goods is held to be dearer than one for one's own."""
THOUSANDTHS = Decimal(1000)


@dataclass(frozen=True)
class Source:
    """One kind of goods in one store. promised: approved for others and not yet sent. supplier: the firm, where it is a firm's."""

    key: str
    name: str
    good: str
    measure: str
    piles: Sequence[Pile]
    lon: float | None
    lat: float | None
    reserve: Decimal = Decimal(0)
    promised: Decimal = Decimal(0)
    supplier: str = ""

    def free(self, day: date) -> Decimal:
        return shelves.available(self.piles, day, self.reserve + self.promised)


@dataclass(frozen=True)
class Need:
    """within: minutes from now."""

    key: str
    name: str
    good: str
    good_name: str
    measure: str
    amount: Decimal
    within: int
    lon: float
    lat: float


@dataclass(frozen=True)
class Supply:
    """lots: what leaves which lot, in the order in which they are taken. left: what the store could still give afterwards."""

    source: Source
    need: Need
    amount: Decimal
    lots: Sequence[tuple[Pile, Decimal]]
    minutes: int
    left: Decimal
    values: Sequence[tuple[str, str]] = ()
    rejected: str = ""


@dataclass(frozen=True)
class Supplies:
    """lacking: need → amount that nobody can bring in time; why: need → what stands against the stores. gap: as in matching.Plan."""

    choices: Sequence[Supply]
    lacking: Mapping[str, Decimal]
    why: Mapping[str, Sequence[str]]
    gap: float = 0.0


@dataclass(frozen=True)
class Asked:
    """What is decided about, on a day. loading: minutes from the order to leaving."""

    sources: Sequence[Source]
    needs: Sequence[Need]
    day: date
    roads: Roads
    loading: int = 0

    def minutes(self, source: Source, need: Need) -> int | None:
        travel = self.roads.between(source, need)
        return None if travel is None else int(self.loading + travel + 0.999)

    def price(self, source: Source, need: Need) -> int:
        """Minutes, and an hour more for a firm's goods. Only of a pair that can be."""
        return (self.minutes(source, need) or 0) + (FIRM if source.supplier else 0)

    def against(self, source: Source, need: Need) -> str:
        """Why this store cannot serve this need; empty where it can."""
        if not source.free(self.day):
            return _empty(source, self.day)
        there = self.minutes(source, need)
        if there is None:
            return self.roads.no_way(source, need, _("没有仓库坐标，算不出路程"))
        if there > need.within:
            return _("%(there)s分钟才能到，要求%(within)s分钟内") % {"there": there, "within": need.within}
        return ""

    def pairs(self, good: str) -> dict[Pair, int]:
        """(source, need) → price, of what can be."""
        return {(i, j): self.price(s, n) for i, s in enumerate(self.sources) for j, n in enumerate(self.needs)
                if s.good == n.good == good and not self.against(s, n)}


def _empty(source: Source, day: date) -> str:
    held, usable = shelves.held(source.piles), shelves.usable(source.piles, day)
    if not held:
        return _("没有结存")
    if not usable:
        return _("剩下的%(n)s已过期，不得发出") % {"n": worded(held, source.measure)}
    if usable <= source.reserve:
        return _("剩下的%(n)s是保底数量，不动用") % {"n": worded(usable, source.measure)}
    return _("保底以外的已批准给别处")


def worded(amount: Decimal, measure: str) -> str:
    """120条."""
    return f"{plain(amount)}{measure}"


def supply(asked: Asked) -> Supplies:
    """The best way to bring the goods, kind by kind: no two kinds share anything."""
    found: list[tuple[Pair, int]] = []
    gap = 0.0
    for good in dict.fromkeys(n.good for n in asked.needs):
        sent, open_ = carried(asked, asked.pairs(good))
        found += sent.items()
        gap += open_
    choices = _drawn(asked, found)
    brought = defaultdict(Decimal, {})
    for c in choices:
        brought[c.need.key] += c.amount
    lacking = {n.key: n.amount - brought[n.key] for n in asked.needs if brought[n.key] < n.amount}
    told = Told(asked, choices)
    why = {n.key: told.stands_against(n) for n in asked.needs if n.key in lacking}
    return Supplies([told.worded(c) for c in choices], lacking, why, gap)


def carried(asked: Asked, pairs: Mapping[Pair, int]) -> tuple[dict[Pair, int], float]:
    """(source, need) → thousandths that go, and by how many minutes another way might be shorter (0: none is)."""
    free = {i: int(asked.sources[i].free(asked.day) * THOUSANDTHS) for i, _j in pairs}
    wanted = {j: int(asked.needs[j].amount * THOUSANDTHS) for _i, j in pairs}
    most = sum(flow(free, wanted, pairs).values())
    if not most:
        return {}, 0.0
    chosen, bound = _chosen(pairs, free, wanted, most)
    sent = flow(free, wanted, sorted(chosen, key=lambda p: (pairs[p], p)))
    if sum(sent.values()) < most:
        sent = flow(free, wanted, pairs)
    return sent, max(0.0, sum(pairs[p] for p in sent) - ceil(bound - 1e-4))


def _chosen(pairs: Mapping[Pair, int], free: Mapping[int, int], wanted: Mapping[int, int], most: int) -> tuple[list[Pair], float]:
    """The trips of the cheapest way to carry as much as can be, and a bound below which no way costs.

    Columns: what goes of each pair, as a share of the largest need; then whether its trip is made.
    """
    import highspy  # noqa: PLC0415  pages that match nothing do not need the solver

    from .sending import program_of, solved  # noqa: PLC0415

    held, whole = list(pairs), max(wanted.values())
    row_of = {("free", i): n for n, i in enumerate(free)} | {("wanted", j): len(free) + n for n, j in enumerate(wanted)}
    last = len(row_of)  # the row of all that goes; after it two rows a pair: no goods without a trip, no trip twice
    carry = [([row_of["free", i], row_of["wanted", j], last, last + 1 + 2 * n], [1.0, 1.0, 1.0, 1.0]) for n, (i, j) in enumerate(held)]
    trip = [([last + 1 + 2 * n, last + 2 + 2 * n], [-min(free[i], wanted[j]) / whole, 1.0]) for n, (i, j) in enumerate(held)]
    endless = float(highspy.kHighsInf)
    lower = [*[-endless] * last, most / whole, *[-endless] * (2 * len(held))]
    upper = [*(x / whole for x in free.values()), *(x / whole for x in wanted.values()), endless, *[0.0, 1.0] * len(held)]
    program = program_of([*carry, *trip], [*[0.0] * len(held), *map(float, pairs.values())], lower, upper)
    kinds = highspy.HighsVarType
    program.integrality_ = [kinds.kContinuous] * len(held) + [kinds.kInteger] * len(held)
    model: Any = solved(program)
    solution = model.getSolution()
    if not solution.value_valid:
        return held, 0.0
    made = [p for p, x in zip(held, list(solution.col_value)[len(held):], strict=True) if x > 0.5]
    return made, float(model.getInfo().mip_dual_bound)


def _drawn(asked: Asked, sent: Sequence[tuple[Pair, int]]) -> list[Supply]:
    """With the lots: who is served soonest takes what expires first."""
    rest = {i: list(asked.sources[i].piles) for (i, _j), _n in sent}
    left = {i: asked.sources[i].free(asked.day) for i in rest}
    found = []
    for (i, j), thousandths in sorted(sent, key=lambda s: (asked.minutes(asked.sources[s[0][0]], asked.needs[s[0][1]]) or 0, s[0])):
        source, need, amount = asked.sources[i], asked.needs[j], Decimal(thousandths) / THOUSANDTHS
        lots = shelves.draw(rest[i], amount, asked.day)
        rest[i] = shelves.after(rest[i], {p.id: -n for p, n in lots})
        left[i] -= amount
        found.append((j, Supply(source, need, amount, lots, asked.minutes(source, need) or 0, left[i])))
    return [s for _j, s in sorted(found, key=lambda f: (f[0], f[1].minutes, f[1].source.name))]


class Told:
    """Says of each choice what decided it, and what came next."""

    def __init__(self, asked: Asked, choices: Sequence[Supply]) -> None:
        self.asked, self.choices = asked, choices
        self.used: dict[str, Decimal] = defaultdict(Decimal)
        for c in choices:
            self.used[c.source.key] += c.amount

    def worded(self, c: Supply) -> Supply:
        source, asked = c.source, self.asked
        values = [(_("到达"), _("%(n)s分钟") % {"n": c.minutes}),
                  (_("可供"), worded(source.free(asked.day), source.measure))]
        if source.reserve:
            values.append((_("保底不动"), worded(source.reserve, source.measure)))
        if source.supplier:
            values.append((_("协议储备"), source.supplier))
        values += asked.roads.way(source, c.need)
        return Supply(source, c.need, c.amount, c.lots, c.minutes, c.left, tuple(values), self._next(c))

    def _next(self, c: Supply) -> str:
        """The store that would come next in its stead, and what speaks against it; first those that could go at all."""
        serving = {s.source.key for s in self.choices if s.need.key == c.need.key}
        others = [s for s in self.asked.sources if s.good == c.need.good and s.key not in serving]
        able = [s for s in others if not self.asked.against(s, c.need)]
        if able:
            best = min(able, key=lambda s: (self._gives(s) < c.amount, self.asked.price(s, c.need), s.key))
            return _("“%(name)s”也能供：%(why)s") % {"name": best.name, "why": self._because(best, c)}
        if not others:
            return _("没有其他仓库存这种物资")
        near = min(others, key=lambda s: (self.asked.minutes(s, c.need) or 10**6, s.key))
        return _("“%(name)s”不能供：%(why)s") % {"name": near.name, "why": self.asked.against(near, c.need)}

    def _gives(self, source: Source) -> Decimal:
        return source.free(self.asked.day) - self.used[source.key]

    def _because(self, other: Source, c: Supply) -> str:
        """The weightiest difference between sending from the other and sending as planned."""
        asked = self.asked
        free = other.free(asked.day)
        if free < c.amount:
            return _("只能给%(n)s") % {"n": worded(free, other.measure)}
        if self._gives(other) < c.amount:
            return _("已用于另一处需求，只余%(n)s") % {"n": worded(self._gives(other), other.measure)}
        if other.supplier and not c.source.supplier:
            return _("是协议储备，先用自有物资")
        late = (asked.minutes(other, c.need) or 0) - c.minutes
        return _("晚到%(n)s分钟") % {"n": late} if late > 0 else _("条件相同")

    def stands_against(self, need: Need) -> tuple[str, ...]:
        """Of the stores that keep it and do not serve this need: why, the nearest first."""
        serving = {c.source.key for c in self.choices if c.need.key == need.key}
        others = [s for s in self.asked.sources if s.good == need.good and s.key not in serving]
        others.sort(key=lambda s: (self.asked.minutes(s, need) or 10**6, s.name))
        told = [_("“%(name)s”：%(why)s") % {"name": s.name, "why": self.asked.against(s, need) or _("已用于另一处需求")}
                for s in others[:5]]
        if told or serving:
            return tuple(told)
        return (_("没有仓库存这种物资"),)
