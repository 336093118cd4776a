from decimal import Decimal

import pytest
from django.db import transaction

from anlan.kernel.ledger import assert_count, balance, enter, plain
from anlan.kernel.models import Entry, LedgerLine
from anlan.kernel.refusals import Refused
from anlan.kernel.tests.toy.models import Leak

from .conftest import NOON, minutes
from .test_concurrency import at_once

D = Decimal
TABLE = "toy_leak"


@pytest.fixture
def book(report):
    """Enter amounts for one leak's item, under the entry that reported it."""
    item = Leak.objects.get(uid=report().uid).id
    entry = Entry.objects.latest("id")

    def do(amount, **limits):
        return enter("sand", TABLE, item, D(amount), entry=entry, **limits)

    do.item, do.entry = item, entry
    return do


@pytest.mark.django_db
def test_a_quantity_is_the_sum_of_its_lines(book):
    for amount in ("12.5", "-2", "1000"):
        book(amount)
    assert balance("sand", book.item) == D("1010.5")
    assert balance("sand", book.item, NOON - minutes(1)) == 0
    assert (balance("sand", book.item + 1), balance("salt", book.item)) == (0, 0)


@pytest.mark.django_db
def test_a_sum_cannot_leave_its_limits_and_the_refusal_says_the_balance(book):
    book("10")
    with pytest.raises(Refused, match=r"^数量不足：结存10，不能减少10\.5$"):
        book("-10.5")
    with pytest.raises(Refused, match=r"^超出上限1000：结存10，不能增加991$"):
        book("991", most=D(1000))
    book("-10")
    book("-3", least=None)
    assert balance("sand", book.item) == -3


@pytest.mark.django_db
def test_a_count_books_its_difference_and_keeps_itself(book):
    book("10")
    assert assert_count("sand", TABLE, book.item, D(7), entry=book.entry) == -3
    assert assert_count("sand", TABLE, book.item, D(7), entry=book.entry) == 0
    assert balance("sand", book.item) == 7
    assert list(LedgerLine.objects.order_by("id").values_list("amount", "sort")) == [
        (10, "entry"), (7, "count"), (-3, "entry"), (7, "count")]


@pytest.mark.django_db(transaction=True)
def test_two_who_take_at_once_cannot_take_more_than_there_is(book):
    book("10")

    def take():
        with transaction.atomic():
            book("-6")

    results = at_once(*[take] * 4)
    assert sorted(type(r).__name__ for r in results) == ["NoneType", "Refused", "Refused", "Refused"]
    assert balance("sand", book.item) == 4


def test_amounts_are_written_plainly():
    assert [plain(D(x)) for x in ("12.500", "1000", "1E+3", "0.00", "-0.5")] == ["12.5", "1000", "1000", "0", "-0.5"]
