"""What rules and effects of stocks, lots, transfers and requisitions know."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import DecimalField, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce, JSONObject

from anlan.kernel.models import LedgerLine

from .firm_models import AgreementCall
from .shelves import Pile
from .store_models import REQUISITION_LEDGER, STOCK_LEDGER, Good, Lot, Stock, Store, Transfer

ZERO = Value(Decimal(0), output_field=DecimalField(max_digits=16, decimal_places=3))


def summed(ledger: str, **where: Any) -> Any:
    """Σ of the lines of a ledger, as a column."""
    lines = LedgerLine.objects.filter(ledger=ledger, sort="entry", **where).order_by()
    return Coalesce(Subquery(lines.values("ledger").annotate(s=Sum("amount")).values("s")), ZERO)


def lots_with_balance() -> QuerySet[Any]:
    return Lot.objects.annotate(balance=summed(STOCK_LEDGER, item_id=OuterRef("pk")))


def piles_of(stocks: Iterable[int]) -> dict[int, list[Pile]]:
    """The lots of each stock with what is left of them; one statement."""
    found: dict[int, list[Pile]] = defaultdict(list)
    for lot in lots_with_balance().filter(stock_id__in=set(stocks)).order_by("id"):
        found[lot.stock_id].append(Pile(lot.id, lot.uid, lot.number, lot.expires_on, lot.balance, lot.price_yuan))
    return found


def piles(subjects: list[Any]) -> list[list[Pile]]:
    found = piles_of(s.case.id for s in subjects)
    return [found.get(s.case.id, []) for s in subjects]


def kept(subjects: list[Any]) -> list[Stock | None]:
    """Each stock with its store and its kind of goods, and what is `on_the_way` to it."""
    rows = with_on_the_way(Stock.objects.all()).select_related("store", "good").in_bulk({s.case.id for s in subjects})
    return [rows.get(s.case.id) for s in subjects]


def with_on_the_way(stocks: QuerySet[Any]) -> QuerySet[Any]:
    """As `on_the_way`: what is approved for each stock, or sent to it and not yet received; what a firm may yet give back to it."""
    waits = Transfer.objects.filter(to_stock=OuterRef("pk"), state__in=("approved", "sent")).order_by()
    total = waits.values("to_stock").annotate(s=Sum(Coalesce("sent", "approved"))).values("s")
    calls = AgreementCall.objects.filter(stock=OuterRef("pk"), state__in=("called", "promised")).order_by()
    called = calls.values("stock").annotate(s=Sum("amount")).values("s")
    return stocks.annotate(on_the_way=Coalesce(Subquery(total), ZERO) + Coalesce(Subquery(called), ZERO))


class Named(NamedTuple):
    """What a new stock names, and whether the store keeps it on this basis already."""

    store: Store | None
    good: Good | None
    twin: bool


def named(subjects: list[Any]) -> list[Named]:
    """Two statements."""
    held = ArraySubquery(Stock.objects.filter(store=OuterRef("pk")).values(data=JSONObject(good="good_id", basis="basis")))
    rows = Store.objects.filter(uid__in={s.given.store for s in subjects} - {None}, state="active").annotate(held=held)
    stores = {x.uid: x for x in rows}
    goods = {x.uid: x for x in Good.objects.filter(uid__in={s.given.good for s in subjects} - {None}, state="active")}
    return [_named(stores.get(s.given.store), goods.get(s.given.good), s.given.basis) for s in subjects]


def _named(store: Any, good: Any, basis: Any) -> Named:
    twin = bool(store and good and {"good": good.id, "basis": basis} in store.held)
    return Named(store, good, twin)


def of_lots(subjects: list[Any]) -> list[Any]:
    """The stock of each lot, with its store; and what is left of the lot, as `left`."""
    rows = lots_with_balance().select_related("stock__store", "stock__good").in_bulk({s.case.id for s in subjects})
    return [rows.get(s.case.id) for s in subjects]


def ends(subjects: list[Any]) -> list[tuple[Stock | None, Stock | None]]:
    """(to, from) of each transfer, with stores and goods, what they hold and what is on the way to them."""
    ids = {i for s in subjects for i in (s.case.to_stock_id, s.case.from_stock_id)} - {None}
    uids = {u for s in subjects for u in (s.given.to_stock, s.given.from_stock)} - {None}
    lots = Lot.objects.filter(stock=OuterRef(OuterRef("pk"))).values("id")
    rows = with_on_the_way(Stock.objects.select_related("store", "good")).annotate(balance=summed(STOCK_LEDGER, item_id__in=lots))
    found = list(rows.filter(id__in=ids) | rows.filter(uid__in=uids))
    by_id, by_uid = {x.id: x for x in found}, {x.uid: x for x in found}
    return [(by_id.get(s.case.to_stock_id) or by_uid.get(s.given.to_stock),
             by_id.get(s.case.from_stock_id) or by_uid.get(s.given.from_stock)) for s in subjects]


def called_stocks(subjects: list[Any]) -> list[Stock | None]:
    """The firm's stock of each call, with its store and its kind of goods."""
    rows = Stock.objects.select_related("store", "good").in_bulk({s.case.stock_id for s in subjects} - {None})
    return [rows.get(s.case.stock_id) for s in subjects]


def source_piles(subjects: list[Any]) -> list[list[Pile]]:
    """What lies where each transfer comes from."""
    found = piles_of({s.case.from_stock_id for s in subjects} - {None})
    return [found.get(s.case.from_stock_id, []) for s in subjects]


def outstanding(subjects: list[Any]) -> list[Decimal]:
    """What of each requisition is neither returned nor paid."""
    lines = LedgerLine.objects.filter(ledger=REQUISITION_LEDGER, sort="entry", item_id__in={s.case.id for s in subjects})
    sums = dict(lines.order_by().values("item_id").annotate(s=Sum("amount")).values_list("item_id", "s"))
    return [sums.get(s.case.id, Decimal(0)) for s in subjects]
