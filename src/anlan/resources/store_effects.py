"""What the moves of stocks, lots, transfers and requisitions change. Every quantity is a signed line of a ledger."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from uuid import uuid5

from anlan.kernel import changes as c
from anlan.kernel.instance import zone
from anlan.kernel.ledger import plain
from anlan.kernel.rules import reads
from anlan.kernel.worktime import Limit, Unit

from . import shelves, store_wording
from .store_models import REQUISITION_LEDGER, STOCK_LEDGER, TRANSIT_LEDGER
from .store_rules import pile_of, told

MINUTE = timedelta(minutes=1)


# Stocks


@reads("named")
def opened(stock, facts, actor, when, given):
    store, good = facts.named.store, facts.named.good
    yield c.Set(store_id=store.id, good_id=good.id, area_id=store.area_id, basis=given.basis, **_limits(given),
                low=(given.minimum or 0) > 0)


def limited(stock, facts, actor, when, given):
    limits = _limits(given)
    yield c.Set(**limits, low=shelves.available(facts.piles, facts.day, limits["reserve"]) < limits["minimum"])


limited.reads = ("piles",)


def _limits(given):
    return {"minimum": given.minimum or Decimal(0), "maximum": given.maximum, "reserve": given.reserve or Decimal(0),
            "supplier": given.supplier or ""}


def _lines(moved):
    """{lot id: signed amount} as lines."""
    for lot, n in moved.items():
        yield c.Line(STOCK_LEDGER, lot, n)


def _weighed(stock, facts, moved, more=Decimal(0)):
    """Whether what may be drawn is under the minimum now; who keeps the store hears of it once."""
    left = shelves.available(shelves.after(facts.piles, moved), facts.day, stock.reserve)
    left = max(Decimal(0), left + more)
    low = left < stock.minimum
    if low != stock.low:
        yield c.Set(low=low)
    if low and not stock.low and facts.kept:
        yield c.Event("ran_low")
        yield c.Tell(facts.kept.store.owner_id, store_wording.ran_low(str(facts.kept), told(left, facts.kept.good)), urgent=True)


@reads("piles", "kept")
def taken_in(stock, facts, actor, when, given):
    yield c.Spawn("lot", uuid5(stock.uid, f"lot{stock.version + 1}"), "open", {
        "stock": stock.id, "area_id": stock.area_id, "number": given.number.strip(), "expires_on": given.expires_on,
        "price_yuan": given.price_yuan, "source": given.source or "", "amount": given.amount})
    yield c.Event("came_in", given.amount)
    yield from _weighed(stock, facts, {}, given.amount)


@reads("piles", "kept")
def drawn(stock, facts, actor, when, given):
    """First expired, first out."""
    moved = {p.id: -n for p, n in shelves.draw(facts.piles, given.amount, facts.day)}
    yield from _lines(moved)
    yield c.Event("went_out", given.amount)
    if given.use_reserve:
        yield c.Event("reserve_used")
    yield from _weighed(stock, facts, moved)


@reads("piles", "kept")
def counted(stock, facts, actor, when, given):
    """The count is kept; its signed difference is booked."""
    pile = pile_of(facts, given.number)
    gap = given.counted - pile.balance
    yield c.Line(STOCK_LEDGER, pile.id, given.counted, "count")
    yield c.Event("counted")
    if gap:
        yield c.Line(STOCK_LEDGER, pile.id, gap)
        yield c.Event("difference", gap)
        yield from _weighed(stock, facts, {pile.id: gap})


@reads("piles", "kept")
def written_off(stock, facts, actor, when, given):
    pile = pile_of(facts, given.number)
    yield c.Line(STOCK_LEDGER, pile.id, -pile.balance)
    yield c.Event("written_off", pile.balance)
    yield from _weighed(stock, facts, {pile.id: -pile.balance})


@reads("piles", "kept")
def transferred_out(stock, facts, actor, when, given):
    moved = {i: -n for i, n in given.parcels}
    yield from _lines(moved)
    yield c.Event("transferred_out", -sum(moved.values()))
    yield from _weighed(stock, facts, moved)


@reads("piles", "kept")
def transferred_in(stock, facts, actor, when, given):
    total = sum((n for _number, _day, n in given.parcels), Decimal(0))
    for k, (number, expires_on, n) in enumerate(given.parcels):
        yield c.Spawn("lot", uuid5(given.transfer, f"lot{k}"), "open", {
            "stock": stock.id, "area_id": stock.area_id, "number": number, "expires_on": expires_on, "price_yuan": None,
            "source": given.source, "amount": n})
    yield c.Event("transferred_in", total)
    yield from _weighed(stock, facts, {}, total)


@reads("piles", "kept")
def called_on(stock, facts, actor, when, given):
    """First expired, first out, as from one's own shelf; the firm's answer is a case of its own."""
    taken, kept = shelves.draw(facts.piles, given.amount, facts.day), facts.kept
    moved = {p.id: -n for p, n in taken}
    yield from _lines(moved)
    yield c.Spawn("agreement_call", uuid5(stock.uid, f"call{stock.version + 1}"), "open", {
        "stock": stock.id, "area_id": stock.area_id, "party": kept.store.owner_id, "amount": given.amount,
        "parcels": [{"lot": p.id, "amount": plain(n)} for p, n in taken], "firm": stock.supplier, "good": kept.good.name,
        "told": told(given.amount, kept.good),
        **{k: getattr(given, k) for k in ("destination", "purpose", "needed_by", "for_kind", "for_uid")}})
    yield c.Event("called", given.amount)
    yield from _weighed(stock, facts, moved)


@reads("piles", "kept")
def taken_back(stock, facts, actor, when, given):
    moved = dict(given.parcels)
    yield from _lines(moved)
    yield c.Event("taken_back", sum(moved.values()))
    yield from _weighed(stock, facts, moved)


@reads("piles", "kept")
def weighed(stock, facts, actor, when, given):
    yield from _weighed(stock, facts, {})


# Lots


def lot_opened(lot, facts, actor, when, given):
    yield c.Set(stock_id=given.stock, area_id=given.area_id, number=given.number, expires_on=given.expires_on,
                price_yuan=given.price_yuan, source=given.source[:120])
    yield c.Line(STOCK_LEDGER, lot.id, given.amount)
    yield from _watch(given.expires_on, facts, when)


def _watch(expires_on, facts, when):
    """The next warning before its last day is over, else that instant itself; nothing for what does not spoil."""
    if expires_on is None:
        return
    over = _end_of(expires_on)
    warnings = sorted(over - timedelta(days=int(d)) for d in facts.value("store.expiry_warn_days"))
    due = next((at for at in warnings if at > when.at), over)
    if due > when.at:
        minutes = int((due - when.at) / MINUTE)
        yield c.Start("expiry", Limit(minutes, Unit.MINUTE), ("expire",) if due == over else ("warn",), remind=0, due=due)


def _end_of(day):
    return datetime.combine(day + timedelta(days=1), time(), zone()).astimezone(UTC)


@reads("lot")
def warned(lot, facts, actor, when, given):
    if facts.lot.balance > 0:
        yield c.Event("warned")
        yield c.Tell(facts.lot.stock.store.owner_id, store_wording.expires(str(facts.lot.stock), lot.number, lot.expires_on))
    yield from _watch(lot.expires_on, facts, when)


@reads("lot")
def expired(lot, facts, actor, when, given):
    if facts.lot.balance > 0:
        yield c.Event("expired", facts.lot.balance)
        yield c.Tell(facts.lot.stock.store.owner_id, store_wording.expired(str(facts.lot.stock), lot.number), urgent=True)
    yield c.Also(c.Ref("stock", facts.lot.stock.uid), "weigh")


@reads("lot")
def relabelled(lot, facts, actor, when, given):
    yield c.Set(number=given.number.strip(), expires_on=given.expires_on)
    yield from _watch(given.expires_on, facts, when)


# Transfers


@reads("ends")
def asked(case, facts, actor, when, given):
    to, source = facts.ends
    yield c.Set(area_id=to.area_id, to_stock_id=to.id, from_stock_id=source.id, to_party=to.store.owner_id,
                from_party=source.store.owner_id, asked=given.amount, purpose=given.purpose, needed_by=given.needed_by,
                for_kind=given.for_kind or "", for_uid=given.for_uid)
    yield c.Event("asked")
    yield c.Owe(source.store.owner_id, "approve")
    yield c.Owe(to.store.owner_id, "follow")
    yield c.Tell(source.store.owner_id, store_wording.asked(str(to.store), told(given.amount, source.good), source.good.name), urgent=True)


@reads("ends")
def approved(case, facts, actor, when, given):
    """The receiving stock keeps the room under its own lock, so that two approvals at once cannot share it."""
    yield c.Also(c.Ref("stock", facts.ends[0].uid), "expect", {"amount": given.amount})
    yield c.Set(approved=given.amount, approved_at=when.at)
    yield c.Release(role="approve")
    yield c.Owe(case.from_party, "send")
    yield c.Tell(case.from_party, store_wording.approved(case.purpose))
    yield c.Tell(case.to_party, store_wording.approved(case.purpose))


def refused(case, facts, actor, when, given):
    yield c.Set(reason=given.reason)
    yield c.Event("refused")
    yield c.Tell(case.to_party, store_wording.refused(case.purpose, given.reason), urgent=True)


def cancelled(case, facts, actor, when, given):
    yield c.Set(reason=given.reason)
    yield c.Tell(case.from_party, store_wording.cancelled(case.purpose, given.reason))


@reads("ends", "piles")
def sent(case, facts, actor, when, given):
    """The lots leave one store; until they are received they stand in a ledger of their own."""
    source = facts.ends[1]
    taken = shelves.draw(facts.piles, case.approved, facts.day)
    yield c.Set(sent=Decimal(plain(case.approved)), sent_at=when.at, carrier=given.carrier or "", parcels=[
        {"number": p.number, "expires_on": p.expires_on.isoformat() if p.expires_on else None, "amount": str(n)} for p, n in taken])
    yield c.Line(TRANSIT_LEDGER, case.id, case.approved)
    yield c.Also(c.Ref("stock", source.uid), "transfer_out", {"parcels": [(p.id, n) for p, n in taken]})
    yield c.Event("sent", case.approved)
    yield c.Release(role="send")
    yield c.Release(role="follow")
    yield c.Owe(case.to_party, "receive")
    yield c.Tell(case.to_party, store_wording.sent(source.good.name, told(case.approved, source.good), str(source.store)))


@reads("ends")
def received(case, facts, actor, when, given):
    to, source = facts.ends
    yield c.Set(received=given.amount, received_at=when.at, reason=given.reason or "")
    yield c.Line(TRANSIT_LEDGER, case.id, -case.sent)
    yield c.Event("received", given.amount, to.good.measure)
    if given.amount < case.sent:
        yield c.Event("lost", case.sent - given.amount)
    if given.amount > 0:
        for level in sorted({to.store.level, source.store.level}):
            yield c.Event("shared", facet=level)
        yield c.Also(c.Ref("stock", to.uid), "transfer_in", {
            "transfer": case.uid, "parcels": list(unpacked(case.parcels, given.amount)), "source": str(source.store)})
    yield c.Tell(case.from_party, store_wording.received(to.good.name, told(given.amount, to.good), str(to.store)))


def unpacked(parcels, amount):
    """(label, last day, amount) of what arrived: the first expired are taken to have come."""
    left = amount
    for p in parcels:
        n = min(Decimal(p["amount"]), left)
        if n > 0:
            yield p["number"], datetime.fromisoformat(p["expires_on"]).date() if p["expires_on"] else None, n
        left -= n


def pressed(case, facts, actor, when, given):
    yield c.Event("pressed")
    yield c.Tell(case.from_party, store_wording.pressed(case.purpose), urgent=True)
    yield c.Tell(case.to_party, store_wording.waits(case.purpose))


# Requisitions


def requisitioned(case, facts, actor, when, given):
    yield c.Set(area_id=actor.area_id, party=actor.organisation_id or actor.post_id, paid_yuan=Decimal(0),
                **{k: getattr(given, k) for k in ("what", "amount", "measure", "owner_name", "order_no", "purpose")},
                owner_phone=given.owner_phone or "")
    yield c.Line(REQUISITION_LEDGER, case.id, given.amount)
    yield c.Owe(actor.organisation_id or actor.post_id, "settle")
    yield c.Event("taken", given.amount)


def given_back(case, facts, actor, when, given):
    yield c.Line(REQUISITION_LEDGER, case.id, -given.amount)
    yield c.Event("returned", given.amount)


def paid(case, facts, actor, when, given):
    yield c.Line(REQUISITION_LEDGER, case.id, -given.amount)
    yield c.Set(paid_yuan=case.paid_yuan + given.yuan)
    yield c.Event("paid_yuan", given.yuan)


def settled(case, facts, actor, when, given):
    yield c.Set(settled_at=when.at)


def overdue(case, facts, actor, when, given):
    yield c.Event("overdue")
    yield c.Tell(case.party, store_wording.unsettled(case.what), urgent=True)
