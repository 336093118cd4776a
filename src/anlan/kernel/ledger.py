"""Quantities as ledgers: signed entries and counted assertions, locked per item, checked against the sum."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.db import connection
from django.db.models import Sum

from .models import Entry, LedgerLine
from .refusals import Refusal, Refused


def balance(ledger: str, item_id: int, at: datetime | None = None) -> Decimal:
    """Σ of the item's lines up to an instant."""
    rows = LedgerLine.objects.filter(ledger=ledger, item_id=item_id, sort="entry")
    rows = rows.filter(at__lte=at) if at else rows
    return rows.aggregate(s=Sum("amount"))["s"] or Decimal(0)


def plain(amount: Decimal) -> str:
    """12.500 → 12.5, never 1E+3."""
    return f"{amount.normalize():f}"


def _lock(table: str, item_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT 1 FROM "{table}" WHERE id = %s FOR NO KEY UPDATE', [item_id])


def enter(ledger: str, table: str, item_id: int, amount: Decimal, *, entry: Entry, least: Decimal | None = Decimal(0),
          most: Decimal | None = None) -> LedgerLine:
    """Add a signed line under the item's row lock. Raises Refused when the sum would leave [least, most]."""
    _lock(table, item_id)
    before = balance(ledger, item_id)
    if least is not None and before + amount < least:
        raise Refused(Refusal((f"数量不足：结存{plain(before)}，不能减少{plain(-amount)}",)))
    if most is not None and before + amount > most:
        raise Refused(Refusal((f"超出上限{plain(most)}：结存{plain(before)}，不能增加{plain(amount)}",)))
    return LedgerLine.objects.create(ledger=ledger, item_id=item_id, amount=amount, sort="entry",
                                     at=entry.at, entry=entry)


def assert_count(ledger: str, table: str, item_id: int, counted: Decimal, *, entry: Entry) -> Decimal:
    """Keep a count and book its difference; returns counted − booked."""
    _lock(table, item_id)
    difference = counted - balance(ledger, item_id)
    lines: Sequence[tuple[Decimal, str]] = [(counted, "count"), *([(difference, "entry")] if difference else [])]
    for amount, sort in lines:
        LedgerLine.objects.create(ledger=ledger, item_id=item_id, amount=amount, sort=sort, at=entry.at, entry=entry)
    return difference
