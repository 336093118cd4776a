"""The lives of stocks, lots, transfers and requisitions."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anlan.kernel.flows import NEW, SAME, Cell, Clock, Fact, Flow, Move, Owed, register
from anlan.kernel.lastresort import last_resort
from anlan.kernel.rules import system_only

from . import store_effects as e
from . import store_facts as load
from . import store_forms as f
from . import store_rules as r
from .store_models import Lot, Requisition, Stock, Transfer


class StockState(models.TextChoices):
    KEPT = "kept", _("在储")
    CLOSED = "closed", pgettext_lazy("stock", "停储")


class LotState(models.TextChoices):
    HELD = "held", _("在库")
    EXPIRED = "expired", _("已过期")


class TransferState(models.TextChoices):
    ASKED = "asked", _("待批准")
    APPROVED = "approved", _("待发出")
    SENT = "sent", _("在途")
    RECEIVED = "received", _("已收到")
    REFUSED = "refused", _("未批准")
    CANCELLED = "cancelled", pgettext_lazy("transfer", "已撤回")


class RequisitionState(models.TextChoices):
    TAKEN = "taken", _("征用中")
    SETTLED = "settled", _("已结清")


KEPT = (StockState.KEPT,)
UNDER_WAY = (TransferState.ASKED, TransferState.APPROVED, TransferState.SENT)

STOCK = register(Flow(
    kind="stock", label=_("库存"), model=Stock, states=StockState, final=(), link="/desk/stocks/{uid}/", title=str,
    families={"live": KEPT, "done": (StockState.CLOSED,)}, cell=lambda x: Cell(x.state, x.area_id, None, "", x.basis or ""),
    load={"named": Fact(load.named, queries=2), "piles": Fact(load.piles), "kept": Fact(load.kept)},
    moves=(
        Move("open", _("建立库存"), NEW, StockState.KEPT, by=r.KEEPS, form=f.OpenForm, says=_("{who}建立库存"), does=(e.opened,),
             needs=(r.store_and_good_known, r.store_on_own_ground, r.not_kept_yet, r.bounds_hold, r.supplier_named)),
        Move("take_in", _("入库"), KEPT, SAME, by=r.MAY_STOCK, form=f.TakeInForm, says=_("{who}入库{amount}，批号{number}"), primary=True,
             needs=(r.not_past_its_day, r.fits_in), does=(e.taken_in,)),
        Move("draw", _("发出"), KEPT, SAME, by=r.MAY_STOCK & r.kept_here, form=f.DrawForm, primary=True,
             says=_("{who}发出{amount}，领用人{receiver}，用途：{purpose}"), needs=(r.may_break_reserve, r.is_there), does=(e.drawn,)),
        Move("call_firm", _("向企业调用"), KEPT, SAME, by=r.MAY_STOCK & r.kept_by_a_firm, form=f.CallFirmForm, primary=True,
             says=_("{who}向企业调用{amount}，送往{destination}：{purpose}"), needs=(r.is_there,), does=(e.called_on,)),
        Move("count", _("盘点"), KEPT, SAME, by=r.MAY_STOCK, form=f.CountForm, says=_("{who}盘点批号{number}，实盘{counted}。{reason}"),
             needs=(r.lot_known, r.difference_explained, r.counted_fits), does=(e.counted,)),
        Move("write_off", _("报废"), KEPT, SAME, by=r.MAY_STOCK, form=f.WriteOffForm, says=_("{who}报废批号{number}：{reason}"),
             needs=(r.lot_known, r.something_left), does=(e.written_off,), asks=_("报废后这批物资的结存为零，不能撤销。")),
        Move("set_limits", _("修改限额"), KEPT, SAME, by=r.MAY_STOCK, form=f.LimitsForm, says=_("{who}修改库存限额"),
             needs=(r.bounds_hold, r.holds_what_is_there, r.supplier_named), does=(e.limited,)),
        Move("close", _("停储"), KEPT, StockState.CLOSED, by=r.MAY_STOCK, form=f.ReasonForm, says=_("{who}停储：{reason}"),
             needs=(r.is_empty, r.nothing_on_the_way)),
        Move("reopen", _("恢复储备"), (StockState.CLOSED,), StockState.KEPT, by=r.MAY_STOCK, says=_("{who}恢复储备")),
        Move("transfer_out", _("调出"), KEPT, SAME, by=r.within_transfer, says=_("{who}按调拨单调出"), needs=(r.parcels_still_there,),
             does=(e.transferred_out,), shown=False),
        Move("expect", _("预留库位"), KEPT, SAME, by=r.within_transfer, says=_("{who}为调入预留库位"), needs=(r.room_for_it,),
             shown=False),
        Move("transfer_in", _("调入"), KEPT, SAME, by=r.within_transfer, says=_("{who}按调拨单调入"), does=(e.transferred_in,),
             shown=False),
        Move("take_back", _("退回协议库存"), KEPT, SAME, by=r.within_call, says=_("{who}登记企业没有供应的数量，退回协议库存"),
             does=(e.taken_back,), shown=False),
        Move("weigh", _("核对库存"), StockState.values, SAME, by=r.within_lot, says=_("批次到期，核对可用数量"), does=(e.weighed,),
             shown=False),
    ),
))
LOT = register(Flow(
    kind="lot", label=_("批次"), model=Lot, states=LotState, final=(), last_resort="nobody_acted", link="/desk/lots/{uid}/",
    cell=lambda x: Cell(x.state, x.area_id), clock_names={"expiry": _("有效期")}, load={"lot": Fact(load.of_lots)},
    moves=(
        Move("open", _("入库"), NEW, LotState.HELD, by=r.within_stock, says=_("{who}入库，批号{number}"), does=(e.lot_opened,),
             shown=False),
        Move("relabel", _("更正批号和有效期"), LotState.values, LotState.HELD, by=r.KEEPS & r.lot_on_own_ground, form=f.RelabelForm,
             says=_("{who}更正批号和有效期：{reason}"), does=(e.relabelled,), stops=("expiry",)),
        Move("warn", _("到期提醒"), (LotState.HELD,), SAME, by=system_only, says=_("将到期，已提醒"), does=(e.warned,), shown=False),
        Move("expire", _("过期"), (LotState.HELD,), LotState.EXPIRED, by=system_only, says=_("已过有效期"), does=(e.expired,), shown=False),
        last_resort(LotState.values),
    ),
))
TRANSFER = register(Flow(
    kind="transfer", label=_("物资调拨"), model=Transfer, states=TransferState, last_resort="nobody_acted",
    final=(TransferState.RECEIVED, TransferState.REFUSED, TransferState.CANCELLED), link="/desk/transfers/{uid}/",
    families={"live": UNDER_WAY, "done": (TransferState.RECEIVED, TransferState.REFUSED, TransferState.CANCELLED)},
    cell=lambda x: Cell(x.state, x.area_id, x.to_party), title=lambda x: x.purpose[:40],
    roles={"approve": Owed(_("批准调拨"), decides=True), "send": Owed(_("发出物资")), "receive": Owed(_("清点签收")),
           "follow": Owed(_("等候物资"))},
    load={"ends": Fact(load.ends), "piles": Fact(load.source_piles)},
    moves=(
        Move("ask", _("申请调拨"), NEW, TransferState.ASKED, by=r.KEEPS, form=f.AskForm, says=_("{who}申请调拨{amount}：{purpose}"),
             needs=(r.both_known, r.asks_for_its_own, r.fit_together, r.fits_there), does=(e.asked,),
             clock=(Clock("approve", "store.approve_limit", ("press",), "from_party", starts="told_at", label=_("批准")),)),
        Move("approve", _("批准"), (TransferState.ASKED,), TransferState.APPROVED, by=r.approves_its_own, form=f.ApproveForm, primary=True,
             says=_("{who}批准调拨{amount}"), needs=(r.no_more_than_asked, r.enough_to_send),
             does=(e.approved,), stops=("approve",)),
        Move("refuse", _("不批准"), (TransferState.ASKED,), TransferState.REFUSED, by=r.approves_its_own, form=f.ReasonForm,
             says=_("{who}不批准：{reason}"), does=(e.refused,), stops=("approve",)),
        Move("cancel", _("撤回申请"), (TransferState.ASKED, TransferState.APPROVED), TransferState.CANCELLED, by=r.asks_for_its_own,
             form=f.ReasonForm, says=_("{who}撤回申请：{reason}"), does=(e.cancelled,), stops=("approve",)),
        Move("send", _("发出"), (TransferState.APPROVED,), TransferState.SENT, by=r.sends_its_own, form=f.SendForm, primary=True,
             says=_("{who}发出{sent}"), needs=(r.enough_to_send,), does=(e.sent,)),
        Move("receive", _("清点签收"), (TransferState.SENT,), TransferState.RECEIVED, by=r.asks_for_its_own, form=f.ReceiveForm,
             primary=True, says=_("{who}收到{amount}。{reason}"), needs=(r.no_more_than_sent, r.shortage_explained), does=(e.received,)),
        Move("press", _("催促批准"), (TransferState.ASKED,), SAME, by=system_only, says=_("到期没有批准，已催促"), does=(e.pressed,),
             shown=False),
        last_resort(UNDER_WAY),
    ),
))
REQUISITION = register(Flow(
    kind="requisition", label=_("财产征用"), model=Requisition, states=RequisitionState, final=(RequisitionState.SETTLED,),
    last_resort="nobody_acted", link="/desk/requisitions/{uid}/", title=lambda x: x.what[:40],
    cell=lambda x: Cell(x.state, x.area_id, x.party), roles={"settle": Owed(_("返还或补偿"))},
    load={"left": Fact(load.outstanding)},
    moves=(
        Move("take", _("征用"), NEW, RequisitionState.TAKEN, by=r.MAY_REQUISITION & r.answers_for_ground, form=f.RequisitionForm,
             says=_("{who}征用{what}{amount}，文书{order_no}"), does=(e.requisitioned,), secret=frozenset({"owner_phone"}),
             clock=(Clock("settle", "store.settle_limit", ("overdue",), "party", label=_("返还或补偿")),)),
        Move("give_back", _("返还"), (RequisitionState.TAKEN,), SAME, by=r.MAY_REQUISITION & r.requisition_on_own_ground,
             form=f.GiveBackForm, says=_("{who}返还{amount}，接收人{receiver}"), needs=(r.still_owed,), does=(e.given_back,),
             primary=True),
        Move("pay", _("补偿"), (RequisitionState.TAKEN,), SAME, by=r.MAY_REQUISITION & r.requisition_on_own_ground, form=f.PayForm,
             says=_("{who}补偿{amount}，{yuan}元，凭证{receipt_no}"), needs=(r.still_owed,), does=(e.paid,)),
        Move("settle", _("结清"), (RequisitionState.TAKEN,), RequisitionState.SETTLED,
             by=r.MAY_REQUISITION & r.requisition_on_own_ground, says=_("{who}结清"), needs=(r.nothing_owed,), does=(e.settled,),
             stops=("settle",)),
        Move("overdue", _("到期未结清"), (RequisitionState.TAKEN,), SAME, by=system_only, says=_("到期没有返还或补偿"),
             does=(e.overdue,), shown=False),
        last_resort((RequisitionState.TAKEN,)),
    ),
))
