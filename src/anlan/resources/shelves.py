"""What lies on the shelves and what may leave them: pure, over lots with their balances."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from uuid import UUID

NOTHING = Decimal(0)


@dataclass(frozen=True)
class Pile:
    """A lot and what its ledger says is left of it."""

    id: int
    uid: UUID
    number: str
    expires_on: date | None
    balance: Decimal
    price_yuan: Decimal | None = None

    def good_on(self, day: date) -> bool:
        return self.expires_on is None or self.expires_on >= day


def held(piles: Iterable[Pile]) -> Decimal:
    return sum((p.balance for p in piles), NOTHING)


def usable(piles: Iterable[Pile], day: date) -> Decimal:
    """Without what is past its day."""
    return sum((p.balance for p in piles if p.good_on(day)), NOTHING)


def available(piles: Iterable[Pile], day: date, reserve: Decimal = NOTHING) -> Decimal:
    """What may be drawn in everyday use: without what is past its day, and without the reserve."""
    return max(NOTHING, usable(piles, day) - reserve)


def first_out(piles: Iterable[Pile], day: date) -> list[Pile]:
    """First expired, first out; what does not spoil comes last, the oldest lot first."""
    return sorted((p for p in piles if p.balance > 0 and p.good_on(day)), key=lambda p: (p.expires_on or date.max, p.id))


def draw(piles: Iterable[Pile], amount: Decimal, day: date) -> list[tuple[Pile, Decimal]]:
    """How much leaves which lot. Raises ValueError where all that is good is not enough."""
    taken, wanted = [], amount
    for pile in first_out(piles, day):
        if wanted <= 0:
            break
        part = min(pile.balance, wanted)
        taken.append((pile, part))
        wanted -= part
    if wanted > 0:
        raise ValueError("not enough")
    return taken


def after(piles: Sequence[Pile], moved: Mapping[int, Decimal]) -> list[Pile]:
    """The same shelves once these amounts were added to their lots."""
    return [replace(p, balance=p.balance + moved.get(p.id, NOTHING)) for p in piles]
