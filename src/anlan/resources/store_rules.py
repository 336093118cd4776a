"""Who keeps, draws, approves and sends goods, and what the ledgers allow."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from anlan.kernel.ledger import plain
from anlan.kernel.rules import rule, sentences
from anlan.people.permits import grant
from anlan.people.scope import sees_area
from anlan.places.rules import permitted

from . import shelves
from .rules import on_own_ground
from .store_models import Basis, Measure

grant("stores.keep", "storekeeper", "community", "street", "emergency", label=_("维护物资仓库，办理入库、出库和盘点"))
grant("stores.approve", "community", "street", "emergency", "director", "leader", label=_("批准物资调拨"))
grant("stores.break_reserve", "emergency", "director", "leader", label=_("动用物资的保底数量"))
grant("goods.edit", "emergency", "storekeeper", label=_("维护物资品目"))

KEEPS = permitted("stores.keep", _("物资由仓库保管员、社区、街道或应急管理部门办理"))
MAY_STOCK = KEEPS & on_own_ground
MAY_NAME_GOODS = permitted("goods.edit", _("物资品目由保管员或应急管理部门维护"))


def told(amount: Any, good: Any) -> str:
    """120条."""
    return f"{plain(Decimal(amount))}{Measure(good.measure).label}" if good else plain(Decimal(amount))


def pile_of(facts, number):
    """The lot with this label that still holds something, else the newest with it."""
    found = [p for p in facts.piles or () if p.number == (number or "").strip()]
    return next((p for p in found if p.balance > 0), found[-1] if found else None)


@rule(_("没有找到仓库或物资品目，或者它们已停用"), reads=("named",))
def store_and_good_known(stock, facts, actor, when, given):
    return bool(facts.named and facts.named.store and facts.named.good)


@rule(_("只能由负责所在区域的单位办理"), reads=("named",))
def store_on_own_ground(stock, facts, actor, when, given):
    store = facts.named and facts.named.store
    return not store or sees_area(actor, facts.lineage(store.area_id))


@rule(_("这个仓库已有同一权属的这种物资"), reads=("named",))
def not_kept_yet(stock, facts, actor, when, given):
    return not (facts.named and facts.named.twin)


@rule(_("库存上限不能小于最低库存"))
def bounds_hold(stock, facts, actor, when, given):
    return given.maximum is None or given.maximum >= (given.minimum or 0)


@rule(_("协议储备须写明协议企业"))
def supplier_named(stock, facts, actor, when, given):
    return (given.basis or stock.basis) != Basis.AGREEMENT or bool(given.supplier)


@rule(_("这批物资已经过期，不能入库"))
def not_past_its_day(stock, facts, actor, when, given):
    return given.expires_on is None or given.expires_on >= facts.day


@sentences(_("入库后不能超过库存上限"), reads=("piles", "kept"))
def fits_in(stock, facts, actor, when, given):
    if stock.maximum is None or given.amount is None:
        return []
    return over(stock.maximum, shelves.held(facts.piles) + given.amount, facts.kept)


def over(most, total, stock):
    """Also what is on the way counts: it will have to lie somewhere."""
    coming = stock.on_the_way if stock else Decimal(0)
    if total + coming <= most:
        return []
    good = stock and stock.good
    said = {"total": told(total, good), "most": told(most, good), "coming": told(coming, good)}
    return [gettext("入库后为%(total)s，另有%(coming)s在途，超过上限%(most)s") % said if coming
            else gettext("入库后为%(total)s，超过上限%(most)s") % said]


@sentences(_("库存上限不能小于结存和在途的数量"), reads=("piles", "kept"))
def holds_what_is_there(stock, facts, actor, when, given):
    total = shelves.held(facts.piles or ()) + (facts.kept.on_the_way if facts.kept else 0)
    if given.maximum is None or given.maximum >= total:
        return []
    return [gettext("现有和在途共%(total)s，上限不能再小") % {"total": told(total, facts.kept and facts.kept.good)}]


@sentences(_("实盘不能超过库存上限，多出的请先修改上限"), reads=("piles", "kept"))
def counted_fits(stock, facts, actor, when, given):
    pile = pile_of(facts, given.number)
    if stock.maximum is None or pile is None or given.counted is None or given.counted <= pile.balance:
        return []
    total = shelves.held(facts.piles) - pile.balance + given.counted + (facts.kept.on_the_way if facts.kept else 0)
    if total <= stock.maximum:
        return []
    return [gettext("盘点后为%(total)s，超过上限%(most)s，请先修改库存上限") % {
        "total": told(total, facts.kept and facts.kept.good), "most": told(stock.maximum, facts.kept and facts.kept.good)}]


@sentences(_("只能发出结存中未过期、未保底的物资"), reads=("piles", "kept"))
def is_there(stock, facts, actor, when, given):
    """Below zero, past its day, or into the reserve: each is said in its own words."""
    reserve = Decimal(0) if given.use_reserve else stock.reserve
    return short_of(given.amount, facts.piles, facts.day, reserve, facts.kept.good if facts.kept else None)


def short_of(amount, piles, day, reserve, good):
    free = shelves.available(piles, day, reserve)
    if amount is None or amount <= free:
        return []
    spoilt = shelves.held(piles) - shelves.usable(piles, day)
    kept_back = min(reserve, shelves.usable(piles, day))
    why = gettext("可以发出%(free)s，不能发出%(amount)s") % {"free": told(free, good), "amount": told(amount, good)}
    if spoilt > 0:
        why += gettext("；另有%(n)s已过期，不得发出") % {"n": told(spoilt, good)}
    if kept_back > 0:
        why += gettext("；保底%(n)s不在其内") % {"n": told(kept_back, good)}
    return [why]


@rule(_("动用保底数量须由应急管理部门或区领导决定"))
def may_break_reserve(stock, facts, actor, when, given):
    return not given.use_reserve or actor.system or "stores.break_reserve" in actor.permits


@sentences(_("批号须在这项库存之内"), reads=("piles",))
def lot_known(stock, facts, actor, when, given):
    return [] if pile_of(facts, given.number) else [gettext("这项库存没有批号“%(number)s”") % {"number": given.number or ""}]


@sentences(_("盘点有差异须写明原因"), reads=("piles",))
def difference_explained(stock, facts, actor, when, given):
    pile = pile_of(facts, given.number)
    if pile is None or given.counted is None or given.reason or given.counted == pile.balance:
        return []
    return [gettext("账面%(book)s，实盘%(counted)s，差异%(gap)s，须写明原因") % {
        "book": plain(pile.balance), "counted": plain(given.counted), "gap": plain(given.counted - pile.balance)}]


@rule(_("这批物资已没有结存"), reads=("piles",))
def something_left(stock, facts, actor, when, given):
    pile = pile_of(facts, given.number)
    return pile is None or pile.balance > 0


@rule(_("还有结存，不能停用"), reads=("piles",))
def is_empty(stock, facts, actor, when, given):
    return shelves.held(facts.piles or ()) == 0


@rule(_("还有物资在途，不能停储"), reads=("kept",))
def nothing_on_the_way(stock, facts, actor, when, given):
    return not (facts.kept and facts.kept.on_the_way)


@rule(_("只能随库存一并办理"))
def within_stock(case, facts, actor, when, given):
    return facts.origin.startswith("stock.")


@rule(_("只能随调拨一并办理"))
def within_transfer(case, facts, actor, when, given):
    return facts.origin.startswith("transfer.")


@rule(_("只能随协议调用一并办理"))
def within_call(case, facts, actor, when, given):
    return facts.origin.startswith("agreement_call.")


@rule(_("协议储备由企业保管，请用“向企业调用”"))
def kept_here(stock, facts, actor, when, given):
    return stock.basis != Basis.AGREEMENT


@rule(_("只有协议储备才向企业调用"))
def kept_by_a_firm(stock, facts, actor, when, given):
    return stock.basis == Basis.AGREEMENT


@rule(_("只能随批次一并办理"))
def within_lot(case, facts, actor, when, given):
    return facts.origin.startswith("lot.")


@rule(_("库存刚有变动，请再试一次"), reads=("piles",))
def parcels_still_there(stock, facts, actor, when, given):
    """The transfer chose its lots before this stock was locked."""
    left = {p.id: p for p in facts.piles or ()}
    return all(i in left and left[i].balance >= n and left[i].good_on(facts.day) for i, n in given.parcels or ())


@rule(_("只能由负责所在区域的单位办理"), reads=("lot",))
def lot_on_own_ground(lot, facts, actor, when, given):
    return actor.system or sees_area(actor, facts.lineage(lot.area_id))


# Transfers


def _end(facts, n):
    return facts.ends[n] if facts.ends else None


@rule(_("没有找到所选的库存"), reads=("ends",))
def both_known(case, facts, actor, when, given):
    return bool(_end(facts, 0) and _end(facts, 1))


@sentences(_("只能在两个仓库的同一种自有物资之间调拨"), reads=("ends",))
def fit_together(case, facts, actor, when, given):
    to, source = _end(facts, 0), _end(facts, 1)
    if not to or not source:
        return []
    if to.id == source.id:
        return [gettext("调出和调入不能是同一项库存")]
    if to.good_id != source.good_id:
        return [gettext("调出的是%(a)s，调入的是%(b)s，不是同一种物资") % {"a": source.good.name, "b": to.good.name}]
    return [] if to.basis == source.basis == Basis.OWN else [gettext("协议储备不能调拨，请按协议向企业调用")]


def _on_ground(n, says, permit, reads=("ends",)):
    @rule(says, reads=reads)
    def judged(case, facts, actor, when, given):
        end = _end(facts, n)
        return actor.system or (permit in actor.permits and end is not None and sees_area(actor, facts.lineage(end.area_id)))

    return judged


asks_for_its_own = _on_ground(0, _("须由调入仓库的管理单位办理"), "stores.keep")
approves_its_own = _on_ground(1, _("须由调出仓库的管理单位批准"), "stores.approve")
sends_its_own = _on_ground(1, _("须由调出仓库的管理单位办理"), "stores.keep")


@rule(_("批准数量不能多于申请数量"))
def no_more_than_asked(case, facts, actor, when, given):
    return given.amount is None or given.amount <= case.asked


@sentences(_("调出库存须足够"), reads=("ends", "piles"))
def enough_to_send(case, facts, actor, when, given):
    source = _end(facts, 1)
    amount = given.amount if given.amount is not None else case.approved
    if source is None or amount is None:
        return []
    return short_of(amount, facts.piles or (), facts.day, source.reserve, source.good)


@sentences(_("调入后不能超过库存上限"), reads=("ends",))
def fits_there(case, facts, actor, when, given):
    """When it is asked for; `room_for_it` judges again, under the receiving stock's lock, when it is approved."""
    to = _end(facts, 0)
    return [] if to is None or given.amount is None else no_room(to.maximum, to.balance + to.on_the_way + given.amount, to.good)


@sentences(_("调入后不能超过库存上限"), reads=("piles", "kept"))
def room_for_it(stock, facts, actor, when, given):
    """This transfer is not yet on the way here: its approval is written together with this deed."""
    if facts.kept is None or given.amount is None:
        return []
    return no_room(stock.maximum, shelves.held(facts.piles) + facts.kept.on_the_way + given.amount, facts.kept.good)


def no_room(most, total, good):
    if most is None or total <= most:
        return []
    return [gettext("调入后连同在途为%(total)s，超过调入库存的上限%(most)s") % {"total": told(total, good), "most": told(most, good)}]


@rule(_("收到数量不能多于发出数量"))
def no_more_than_sent(case, facts, actor, when, given):
    return given.amount is None or given.amount <= case.sent


@rule(_("收到的比发出的少，须写明短少原因"))
def shortage_explained(case, facts, actor, when, given):
    return given.amount is None or given.amount >= case.sent or bool(given.reason)


# Requisitions

grant("stores.requisition", "street", "emergency", "director", "leader", label=_("征用单位和个人的财产"))
MAY_REQUISITION = permitted("stores.requisition", _("征用由街道、应急管理部门或区领导决定"))


@rule(_("须由负责一块区域的岗位办理"))
def answers_for_ground(case, facts, actor, when, given):
    return actor.area_id is not None


@rule(_("只能由负责所在区域的单位办理"))
def requisition_on_own_ground(case, facts, actor, when, given):
    return actor.system or sees_area(actor, facts.lineage(case.area_id))


@rule(_("还有未返还或补偿的，不能结清"), reads=("left",))
def nothing_owed(case, facts, actor, when, given):
    return not facts.left


@sentences(_("不能多于尚未返还或补偿的数量"), reads=("left",))
def still_owed(case, facts, actor, when, given):
    left = facts.left or Decimal(0)
    if given.amount is None or given.amount <= left:
        return []
    return [gettext("尚未结清%(left)s，不能办理%(amount)s") % {"left": plain(left), "amount": plain(given.amount)}]
