"""A shelf's room: what is there and what is on the way never exceed it, whatever is done, in any order and at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from threading import Event

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from anlan.kernel.models import Entry, LedgerLine
from anlan.kernel.refusals import Refused
from anlan.people.testing import NOON, small_district
from anlan.resources import shelves
from anlan.resources.models import Stock
from anlan.resources.store_facts import piles_of, with_on_the_way

from .shop import Loan, Shop

DAY = timedelta(days=1)
D = Decimal


@pytest.fixture
def shop(db):
    return Shop(small_district())


def on_the_way(shop, where="street"):
    return with_on_the_way(Stock.objects.all()).get(pk=shop.stocks[where].pk).on_the_way


def test_what_is_on_the_way_has_its_room_kept(shop):
    shop.do("set_limits", minimum="0", maximum="100")
    shop.fill(30)
    shop.fill(90, "Z", where="district")
    with pytest.raises(Refused, match="调入后连同在途为101条，超过调入库存的上限100条"):
        Loan(shop).ask(71)
    late, loan = Loan(shop).ask(60), Loan(shop).ask(50)
    loan.do("approve", "emergency", amount="50")
    assert late.why("approve", "emergency", amount="60") == ("调入后连同在途为140条，超过调入库存的上限100条",)
    assert shop.why("take_in", amount="21", number="B") == ("入库后为51条，另有50条在途，超过上限100条",)
    shop.fill(20, "B")
    loan.do("send", "emergency").do("receive", "storekeeper", amount="50")
    assert sum(shop.left().values()) == 100


def test_the_receiving_stock_keeps_the_room_in_a_deed_of_its_own(shop):
    shop.fill(90, "Z", where="district")
    Loan(shop).ask(50).do("approve", "emergency", amount="40")
    entry = Entry.objects.filter(kind="stock", subject_id=shop.stocks["street"].id).last()
    assert (entry.verb, entry.data["given"]["amount"], entry.at) == ("expect", "40", NOON)


def test_a_stock_that_goods_are_on_the_way_to_is_not_closed_and_a_closed_one_gets_none(shop):
    shop.fill(90, "Z", where="district")
    late, loan = Loan(shop).ask(10), Loan(shop).ask(20).do("approve", "emergency", amount="20")
    assert shop.why("close", reason="搬迁") == ("还有物资在途，不能停储",)
    loan.do("cancel", "storekeeper", reason="雨停了")
    shop.do("close", reason="搬迁")
    assert late.why("approve", "emergency", amount="10") == ("当前状态为“停储”，不能“预留库位”",)


# At once


def beside(one, other):
    """`one` in a transaction that commits only when `other`, begun after it, is done or has waited for a second."""
    begun, done = Event(), Event()

    def first():
        try:
            with transaction.atomic():
                one()
                begun.set()
                done.wait(1)
        finally:
            begun.set()
            connection.close()

    def second():
        begun.wait(10)
        try:
            other()
        except Refused as refused:
            return refused.refusal.sentences
        finally:
            done.set()
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        running, result = pool.submit(first), pool.submit(second)
        running.result(60)
        return result.result(60)


OVER = ("调入后连同在途为110条，超过调入库存的上限100条",)


@pytest.mark.django_db(transaction=True)
def test_two_approvals_at_once_do_not_share_the_same_room(shop):
    shop.do("set_limits", minimum="0", maximum="100")
    shop.fill(200, "Z", where="district")
    loans = [Loan(shop).ask(n) for n in (60, 50)]

    def approve(loan, n):
        return lambda: loan.do("approve", "emergency", amount=str(n))

    assert beside(approve(loans[0], 60), approve(loans[1], 50)) == OVER
    assert ([x.case.state for x in loans], on_the_way(shop)) == (["approved", "asked"], 60)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("move", "told", "why"), [
    ("take_in", {"amount": "50", "number": "B"}, ("入库后为50条，另有60条在途，超过上限100条",)),
    ("set_limits", {"minimum": "0", "maximum": "50"}, ("现有和在途共60条，上限不能再小",)),
    ("close", {"reason": "搬迁"}, ("还有物资在途，不能停储",))])
def test_what_is_done_on_the_shelf_at_once_with_an_approval_knows_of_it(shop, move, told, why):
    shop.do("set_limits", minimum="0", maximum="100")
    shop.fill(200, "Z", where="district")
    loan = Loan(shop).ask(60)
    assert beside(lambda: loan.do("approve", "emergency", amount="60"), lambda: shop.do(move, **told)) == why
    assert (on_the_way(shop), shop.left()) == (60, {})


@pytest.mark.django_db(transaction=True)
def test_an_approval_at_once_with_a_receipt_counts_what_arrived(shop):
    shop.do("set_limits", minimum="0", maximum="100")
    shop.fill(200, "Z", where="district")
    late, coming = Loan(shop).ask(50), Loan(shop).ask(60)
    coming.do("approve", "emergency", amount="60").do("send", "emergency")
    assert beside(lambda: coming.do("receive", "storekeeper", amount="60"),
                  lambda: late.do("approve", "emergency", amount="50")) == OVER
    assert (on_the_way(shop), shop.left()) == (0, {"Z": 60})


# Whatever happens

NUMBERS = st.decimals(min_value=D("0.5"), max_value=60, places=1)
ENDS = st.sampled_from(["street", "district"])
DEEDS = st.lists(st.one_of(
    st.tuples(st.just("take_in"), ENDS, NUMBERS, st.sampled_from([None, 3, 40])),
    st.tuples(st.just("draw"), ENDS, NUMBERS, st.none()),
    st.tuples(st.just("count"), ENDS, NUMBERS, st.none()),
    st.tuples(st.just("ask"), st.just("street"), st.sampled_from([D(20), D(35), D(50)]), st.none()),
    st.tuples(st.sampled_from(["send", "receive"]), st.just("street"), st.just(D(0)), st.none())), min_size=3, max_size=14)
MOST = {"street": D(90), "district": D(250)}
TWO_FOR_ONE_ROOM = [("take_in", "district", D(60), None)] * 2 + [("ask", "street", D(50), None)] * 2 + [("send", "street", D(0), None)] * 2


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=DEEDS)
@example(deeds=TWO_FOR_ONE_ROOM)
def test_ledgers_are_never_below_nothing_or_above_their_room_and_equal_what_was_counted(shop, deeds):
    """In, out, counts and loans in any order: what a refusal names is not booked, nothing is lost on the way, no shelf runs over."""
    told = Told(shop)
    with transaction.atomic():
        for where, maximum in MOST.items():
            shop.do("set_limits", "system", where, minimum="0", maximum=str(maximum))
        for k, (move, where, n, more) in enumerate(deeds):
            try:
                with transaction.atomic():
                    getattr(told, move)(where, n, more, NOON + k * DAY, k)
            except Refused:
                pass
            told.holds()
        _counts_hold()
        transaction.set_rollback(True)


class Told:
    """What should lie on each shelf after deeds that were not refused; asked, coming: loans with their amounts."""

    def __init__(self, shop):
        self.shop, self.there, self.asked, self.coming = shop, {"street": D(0), "district": D(0), "other": D(0)}, [], []

    def take_in(self, where, n, days, at, k):
        self.shop.fill(n, f"批{k}", (at.date() + timedelta(days=days)).isoformat() if days else None, where, at)
        self.there[where] += n

    def draw(self, where, n, _more, at, k):
        self.shop.draw(n, "emergency", where, at)
        self.there[where] -= n

    def ask(self, where, n, _more, at, k):
        self.asked.append((Loan(self.shop).ask(n), n))

    def send(self, where, _n, _more, at, k):
        if self.asked:
            loan, n = self.asked.pop()
            loan.do("approve", "emergency", amount=str(n)).do("send", "emergency", at=at)
            self.there["district"] -= n
            self.coming.append((loan, n))

    def receive(self, where, _n, _more, at, k):
        if self.coming:
            (loan, n), *rest = self.coming
            loan.do("receive", "storekeeper", at=at, amount=str(n))
            self.there[where] += n
            self.coming = rest

    def count(self, where, n, _more, at, k):
        piles = self.piles(where)
        if not piles:
            return
        label = piles[-1].number
        self.shop.do("count", "emergency", where, at, number=label, counted=str(n), reason="清点")
        counted = next(p for p in self.piles(where) if p.balance == n and p.number == label)
        self.there[where] += n - next(p.balance for p in piles if p.id == counted.id)

    def piles(self, where):
        stock = self.shop.stocks[where].id
        return piles_of([stock])[stock]

    def holds(self):
        expected = sum((n for _loan, n in self.coming), D(0))
        assert on_the_way(self.shop) == expected
        for where, there in self.there.items():
            piles = self.piles(where)
            assert all(p.balance >= 0 for p in piles)
            assert shelves.held(piles) == there
            assert there + (expected if where == "street" else 0) <= MOST.get(where, 0)


def _counts_hold():
    """Right after each count the lines up to it sum up to what was counted."""
    for line in LedgerLine.objects.filter(ledger="stock", sort="count"):
        same = LedgerLine.objects.filter(ledger="stock", item_id=line.item_id, sort="entry", entry_id__lte=line.entry_id)
        assert sum(x.amount for x in same) == line.amount
