"""Registers of goods, stores, stocks, lots, transfers and requisitions: open to any post on duty, since help crosses streets."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from anlan.kernel.ledger import plain
from anlan.toolkit.layers import Layer
from anlan.toolkit.registers import Col, Facts, Linked, Panel, Register, Trail

from . import store_rules as r
from .firm_flow import AGREEMENT_CALL
from .firm_models import AgreementCall
from .selectors import (
    agreement_calls_seen_by,
    goods_seen_by,
    lots_seen_by,
    requisitions_seen_by,
    stocks_seen_by,
    transfers_seen_by,
)
from .store_flow import LOT, REQUISITION, STOCK, TRANSFER
from .store_models import Good, Lot, Measure, Requisition, Stock, Store, Transfer
from .store_panels import shelves_panel

STOCK_TONES = {"kept": "working", "closed": "stopped"}
CALL_TONES = {"called": "new", "promised": "working", "delivered": "closed", "refused": "stopped", "cancelled": "stopped"}
TRANSFER_TONES = {"asked": "new", "approved": "new", "sent": "working", "received": "closed", "refused": "stopped", "cancelled": "stopped"}


def quantity(name: str):
    """A computed quantity with its measure; nothing where the row was not read by its selector."""

    def read(row):
        value = getattr(row, name, None)
        good = getattr(row, "good", None)
        return f"{plain(Decimal(value))} {Measure(good.measure).label}" if value is not None and good else value and plain(Decimal(value))

    return read


class GoodRegister(Register):
    kind, slug, model, label = "good", "goods", Good, _("物资品目")
    seen_by = goods_seen_by
    may_create = may_edit = may_retire = r.MAY_NAME_GOODS
    key, order, small, called_by = ("code",), "code", True, ("code", "name")
    cols = (Col("code", search=True, sort=True), Col("name", search=True, link=True), Col("sort", filter="exact"), Col("measure"),
            Col("state", badge="state", edit=False))


class StoreRegister(Register):
    kind, slug, model, label, scope = "store", "stores", Store, _("物资仓库"), "district"
    may_create = may_edit = may_retire = r.MAY_STOCK
    key, order, small, counted = ("name",), "name", True, True
    layer = Layer("stores", _("物资仓库"), colour_by="level", counted=False)
    panels = (Facts(), Linked("stocks", "store", _("库存")), Trail())
    cols = (Col("name", search=True, sort=True, link=True), Col("level", filter="exact"), Col("area", filter="within"), Col("owner"),
            Col("address", search=True), Col("phone"), Col("state", badge="state", edit=False), Col("lon", show=False),
            Col("lat", show=False))


class StockRegister(Register):
    kind, slug, model, label, flow = "stock", "stocks", Stock, _("库存"), STOCK
    create_alone = True
    seen_by = stocks_seen_by
    create, edit, importable, small = "open", "set_limits", False, True
    order, default_state, tones = "id", "kept", STOCK_TONES
    panels = (Panel(_("批次"), shelves_panel), Facts(), Trail())
    cols = (Col("id", label=_("序号"), sort=True, edit=False, show=False), Col("good", filter="exact", link=True),
            Col("store", filter="exact"), Col("basis", filter="exact"),
            Col("free", label=_("可用数量"), read=quantity("free")), Col("balance", label=_("结存"), read=quantity("balance")),
            Col("low", filter="exact"), Col("area", filter="within"), Col("minimum", show=False), Col("maximum", show=False),
            Col("reserve", show=False), Col("supplier", show=False, search=True), Col("state", badge="state", edit=False))


class LotRegister(Register):
    kind, slug, model, label, flow = "lot", "lots", Lot, _("批次"), LOT
    seen_by = lots_seen_by
    create, edit, importable, small = "", "", False, True
    order, default_state, tones = "id", "", {"held": "working", "expired": "late"}
    cols = (Col("id", label=_("序号"), sort=True, show=False), Col("number", search=True, link=True), Col("stock", filter="exact"),
            Col("expires_on", filter="range"), Col("balance", label=_("结存"), read=quantity("balance")), Col("price_yuan", show=False),
            Col("source", show=False, search=True), Col("area", filter="within"), Col("state", badge="state"))


class TransferRegister(Register):
    kind, slug, model, label, flow = "transfer", "transfers", Transfer, _("物资调拨"), TRANSFER
    create_alone = True
    seen_by = transfers_seen_by
    create, edit, importable, small, several = "ask", "", False, True, True
    order, tones = "-opened_at", TRANSFER_TONES
    layer = Layer("transfers", _("物资调拨"), point="from_stock__store__tile_key", title="from_stock__good__name", counted=False,
                  of="for_uid", groups=(("under_way", ("asked", "approved", "sent")), ("done", ("received", "refused", "cancelled"))))
    cols = (Col("purpose", search=True, link=True), Col("from_stock", label=_("调出")), Col("to_stock", label=_("调入")), Col("asked"),
            Col("state", badge="state"), Col("area", filter="within"), Col("opened_at", sort=True, filter="range", label=_("申请时间")),
            Col("needed_by", show=False), Col("approved", show=False), Col("sent", show=False), Col("received", show=False),
            Col("carrier", show=False), Col("reason", show=False), Col("approved_at", show=False), Col("sent_at", show=False),
            Col("received_at", show=False))

    @staticmethod
    def title(case: Transfer) -> str:
        return case.purpose[:60]


class AgreementCallRegister(Register):
    kind, slug, model, label, flow = "agreement_call", "agreement-calls", AgreementCall, _("协议调用"), AGREEMENT_CALL
    seen_by = agreement_calls_seen_by
    create, edit, importable, small = "", "", False, True
    order, tones = "-opened_at", CALL_TONES
    cols = (Col("purpose", search=True, link=True), Col("stock", filter="exact"), Col("amount"), Col("destination", search=True),
            Col("state", badge="state"), Col("promised_at"), Col("area", filter="within"),
            Col("opened_at", sort=True, filter="range", label=_("调用时间")), Col("needed_by", show=False), Col("answerer", show=False),
            Col("answered_at", show=False), Col("delivered", show=False), Col("delivered_at", show=False), Col("receiver", show=False),
            Col("reason", show=False))

    @staticmethod
    def title(case: AgreementCall) -> str:
        return case.purpose[:60]


class RequisitionRegister(Register):
    kind, slug, model, label, flow = "requisition", "requisitions", Requisition, _("财产征用"), REQUISITION
    create_alone = True
    seen_by = requisitions_seen_by
    create, edit, importable, small = "take", "", False, True
    order, tones = "-opened_at", {"taken": "working", "settled": "closed"}
    cols = (Col("what", search=True, link=True), Col("amount"), Col("measure"), Col("left", label=_("未结清"), read=quantity("left")),
            Col("owner_name", search=True), Col("owner_phone", show=False, private="people.see_phones"), Col("order_no", search=True),
            Col("state", badge="state"), Col("area", filter="within"), Col("opened_at", sort=True, filter="range", label=_("征用时间")),
            Col("purpose", show=False), Col("paid_yuan", show=False), Col("settled_at", show=False))
