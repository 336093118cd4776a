from uuid import uuid4

import pytest
from django.db import OperationalError

from anlan.kernel.changes import Ref
from anlan.kernel.door import Order, Receipt
from anlan.kernel.models import Entry
from anlan.kernel.refusals import Refusal
from anlan.kernel.tests.conftest import ANNA, NOON, minutes
from anlan.kernel.tests.toy.models import Leak
from anlan.toolkit.intake import envelopes
from anlan.toolkit.intake.envelopes import Envelope, carry_out, receive

pytestmark = pytest.mark.django_db


@pytest.fixture
def envelope(ground):
    def do(place="甲", **more):
        return Envelope(uuid4(), "leak", "report", {"area": str(ground["G1"].uid), "place": place}, **more)

    return do


def test_a_matter_sent_three_times_counts_once(envelope):
    sent = envelope(at=NOON - minutes(20))
    answers = [receive([sent], ANNA, NOON + minutes(n))[0] for n in range(3)]
    assert [(a.entry_id, a.replay, a.told_at) for a in answers] == [
        (answers[0].entry_id, False, NOON), (answers[0].entry_id, True, NOON), (answers[0].entry_id, True, NOON)]
    assert Leak.objects.count() == 1


def test_what_a_phone_told_late_keeps_its_own_instant_and_device(envelope):
    receive([envelope(at=NOON - minutes(90), device=5)], ANNA, NOON)
    entry = Entry.objects.get()
    assert (entry.at, entry.told_at, entry.device_id) == (NOON - minutes(90), NOON, 5)


def test_one_item_that_no_column_takes_does_not_spoil_the_others(envelope, monkeypatch):
    from anlan.kernel.tests.toy import flow  # noqa: PLC0415

    monkeypatch.setattr(flow.ReportForm.base_fields["place"], "validators", [])
    sent = [envelope(f"第{n}处") for n in range(9)]
    sent[4] = envelope("长" * 61)
    answers = receive(sent, ANNA, NOON)
    assert [isinstance(a, Receipt) for a in answers] == [n != 4 for n in range(9)]
    assert "超出了允许的范围" in str(answers[4])
    assert Leak.objects.count() == 8


def test_a_faulty_time_is_refused_beside_good_ones(envelope):
    answers = receive([envelope(), envelope(at=NOON + minutes(6)), envelope()], ANNA, NOON)
    assert [isinstance(a, Refusal) for a in answers] == [False, True, False]


def test_a_fault_of_ours_is_told_as_such_and_logged(envelope, monkeypatch, caplog):
    def broken(orders):
        raise KeyError("inner")

    monkeypatch.setattr(envelopes, "advance_many", broken)
    assert receive([envelope()], ANNA, NOON) == [Refusal(("系统出错，这一项没有保存。请稍后重新提交。",))]
    assert "inner" in caplog.text


def test_a_database_that_is_away_is_asked_once_not_for_each(monkeypatch):
    asked = []

    def away(orders):
        asked.append(len(orders))
        raise OperationalError("connection refused")

    monkeypatch.setattr(envelopes, "advance_many", away)
    orders = [Order(Ref("leak", uuid4()), "take", ANNA, NOON) for _ in range(8)]
    assert [type(o) for o in carry_out(orders)] == [OperationalError] * 8
    assert asked == [8]


def test_photos_go_where_the_move_takes_photos_and_nowhere_else(envelope):
    (answer,) = receive([envelope(photos=("a" * 64,))], ANNA, NOON)
    assert answer == Refusal(("不认识的输入项“photos”",))
