"""应急物资: what lies where, what runs low or out of date, and what waits for an answer between stores."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from anlan.kernel.instance import local_day
from anlan.kernel.rulebook import parameter
from anlan.people.access import needs_post
from anlan.people.roles import OUTSIDE
from anlan.people.scope import in_scope
from anlan.toolkit.ui import parts, signs

from .firm_flow import UNDER_WAY as FIRM_UNDER_WAY
from .firm_flow import State as FirmState
from .firm_flow import told_amount
from .selectors import agreement_calls_seen_by, lots_seen_by, stocks_seen_by, transfers_seen_by
from .store_flow import UNDER_WAY, TransferState
from .store_models import Basis
from .store_register import CALL_TONES, TRANSFER_TONES
from .store_rules import told

MOST_STOCKS, MOST_BESIDE = 400, 40


@dataclass(frozen=True)
class Shelf:
    """A stock as the page prints it."""

    stock: Any
    free: str
    held: str
    minimum: str


@dataclass(frozen=True)
class Storehouse:
    store: Any
    shelves: Sequence[Shelf]


@require_GET
@needs_post
def goods(request: HttpRequest) -> HttpResponse:
    """One's own ground first; ?show=all the whole district, ?good= one kind wherever it lies."""
    actor, at, day = request.actor, request.at, local_day(request.at)
    if actor.is_any(*OUTSIDE):
        raise PermissionDenied(_("应急物资由各级值班和保管人员查看。"))
    everything = request.GET.get("show") == "all" or actor.area_id is None
    stocks = list(_asked(request, everything).order_by("store__name", "good__code", "id")[: MOST_STOCKS + 1])
    transfers = [_transfer(x, actor) for x in _own(transfers_seen_by(actor, at), request, everything).filter(
        state__in=UNDER_WAY)[:MOST_BESIDE]]
    calls = [_call(x, actor) for x in _own(agreement_calls_seen_by(actor, at), request, everything).filter(
        state__in=FIRM_UNDER_WAY)[:MOST_BESIDE]]
    return render(request, "resources/goods.html", {
        "calls": calls,
        "houses": houses_of(stocks[:MOST_STOCKS]), "cut": MOST_STOCKS if len(stocks) > MOST_STOCKS else 0, "transfers": transfers,
        "expiring": [_lot(x, day) for x in _expiring(request, everything, day)], "low": sum(s.low for s in stocks), "now": at,
        "bar": _bar(request), "may_keep": "stores.keep" in actor.permits, "tabs": _tabs(request, everything)})


def _own(rows: Any, request: HttpRequest, everything: bool) -> Any:
    return rows if everything else in_scope(rows, request.actor, request.at)


def _asked(request: HttpRequest, everything: bool) -> Any:
    rows = _own(stocks_seen_by(request.actor, request.at), request, everything).filter(state="kept", store__state="active")
    asked = request.GET
    if asked.get("basis") in Basis.values:
        rows = rows.filter(basis=asked["basis"])
    if asked.get("low"):
        rows = rows.filter(low=True)
    for word in asked.get("q", "").replace("\x00", "").split()[:5]:
        rows = rows.filter(Q(good__name__icontains=word) | Q(good__code__startswith=word) | Q(store__name__icontains=word))
    return rows


def houses_of(stocks: Iterable[Any]) -> list[Storehouse]:
    held: dict[int, list[Any]] = {}
    for stock in stocks:
        held.setdefault(stock.store_id, []).append(stock)
    return [Storehouse(rows[0].store, [_shelf(s) for s in rows]) for rows in held.values()]


def _shelf(stock: Any) -> Shelf:
    least = told(stock.minimum, stock.good) if stock.minimum else ""
    return Shelf(stock, told(stock.free, stock.good), told(stock.balance, stock.good), least)


def _transfer(transfer: Any, actor: Any) -> tuple[Any, str, str, bool]:
    """(transfer, its sign, how much, whether it waits for the reader's body)."""
    sign = signs.state_sign(str(TransferState(transfer.state).label), "late" if transfer.alarm else TRANSFER_TONES[transfer.state])  # type: ignore[arg-type]
    party = transfer.to_party if transfer.state == TransferState.SENT else transfer.from_party
    return transfer, sign, told(transfer.sent or transfer.approved or transfer.asked, transfer.from_stock.good), party in actor.parties


def _call(call: Any, actor: Any) -> tuple[Any, str, str, bool]:
    """(call on a firm, its sign, how much, whether it waits for the reader's body)."""
    sign = signs.state_sign(str(FirmState(call.state).label), "late" if call.alarm else CALL_TONES[call.state])  # type: ignore[arg-type]
    return call, sign, told_amount(call), call.party in actor.parties


def _expiring(request: HttpRequest, everything: bool, day: date) -> Any:
    """Lots that still hold something and are over, or will be before the first warning."""
    until = day + timedelta(days=max(parameter("store.expiry_warn_days", day)))
    rows = _own(lots_seen_by(request.actor, request.at), request, everything)
    return rows.filter(expires_on__lte=until, balance__gt=0).order_by("expires_on", "id")[:MOST_BESIDE]


def _lot(lot: Any, day: date) -> tuple[Any, str, int]:
    """(lot, what is left of it, days until its last)."""
    return lot, told(lot.balance, lot.stock.good), (lot.expires_on - day).days


def _bar(request: HttpRequest) -> parts.FilterBar:
    asked = request.GET
    return parts.FilterBar([
        parts.Filter("basis", _("权属"), choices=[(str(v), str(label)) for v, label in Basis.choices], value=asked.get("basis", "")),
        parts.Filter("low", _("库存情况"), choices=[("1", _("低于最低库存"))], value=asked.get("low", ""))],
        search=asked.get("q", ""), kept={"show": asked["show"]} if asked.get("show") else {})


def _tabs(request: HttpRequest, everything: bool) -> list[parts.Tab]:
    if request.actor.area_id is None:
        return []
    return [parts.Tab(_("本辖区"), "?", not everything), parts.Tab(_("全区"), "?show=all", everything)]

