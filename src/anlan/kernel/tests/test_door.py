from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from anlan.kernel import marks
from anlan.kernel.changes import Ref
from anlan.kernel.door import ABSENT, STALE, Order, advance, advance_many, offers
from anlan.kernel.journal import seal_all
from anlan.kernel.models import Attached, Clock, Entry, Mark, Paper, Pending, Secret
from anlan.kernel.refusals import Absent, Refusal, Refused
from anlan.kernel.tests.toy.flow import LEAK
from anlan.kernel.tests.toy.models import Leak

from .conftest import ANNA, BEN, NOON, minutes

pytestmark = pytest.mark.django_db


def test_a_report_leaves_case_entry_marks_and_clock_in_one_transaction(report, ground, leak):
    ref = report(phone="13800138000")
    case, entry = leak(ref), Entry.objects.get()
    assert (case.state, case.version, case.area_id, case.place) == ("open", 1, ground["G1"].id, "中南路1号")
    assert (entry.kind, entry.subject_id, entry.n, entry.verb, entry.actor_id) == ("leak", case.id, 1, "report", 1)
    assert list(Mark.objects.values_list("sort", "cell", "delta").order_by("sort")) == [
        ("e", "found", Decimal(1)), ("s", "open", Decimal(1))]
    clock = Clock.objects.get()
    assert (clock.name, clock.due_at - NOON, clock.fires) == ("take", timedelta(hours=2), ["nag"])
    assert Pending.objects.count() == 1


def test_a_personal_value_is_not_in_the_entry_but_can_be_read_until_it_is_shredded(report):
    report(phone="13800138000")
    entry, secret = Entry.objects.get(), Secret.objects.get()
    assert "13800138000" not in str(entry.data)
    assert (secret.field, secret.value) == ("phone", '"13800138000"')


def test_refusals_are_sentences_and_change_nothing(report, leak):
    ref = report()
    with pytest.raises(Refused, match="当前状态为“待派”，不能“修好”"):
        advance(ref, "mend", actor=ANNA, at=NOON)
    advance(ref, "take", actor=ANNA, at=NOON)
    with pytest.raises(Refused, match="须由修理人操作"):
        advance(ref, "mend", actor=BEN, at=NOON)
    advance(ref, "mend", actor=ANNA, at=NOON)
    with pytest.raises(Refused, match="修理人不能自己验收"):
        advance(ref, "accept", actor=ANNA, at=NOON)
    assert advance(ref, "accept", actor=BEN, at=NOON).state == "closed"
    assert (leak(ref).version, Entry.objects.count()) == (4, 4)


def test_unknown_and_faulty_inputs_are_named(report, ground):
    ref = report()
    with pytest.raises(Refused, match="不认识的输入项“colour”"):
        advance(ref, "take", actor=ANNA, at=NOON, given={"colour": "red"})
    with pytest.raises(Refused) as caught:
        advance(Ref("leak", uuid4()), "report", actor=ANNA, at=NOON, given={"area": str(ground["G1"].uid)})
    assert [name for name, _ in caught.value.refusal.fields] == ["place"]
    assert str(caught.value).startswith("地点：")


def test_the_second_sending_gets_the_first_receipt(report, ground):
    uid, request = uuid4(), uuid4()
    given = {"area": str(ground["G1"].uid), "place": "甲"}
    first = advance(Ref("leak", uid), "report", actor=ANNA, at=NOON, given=given, request=request)
    again = advance(Ref("leak", uid), "report", actor=ANNA, at=NOON, given=given, request=request)
    third = advance(Ref("leak", uid), "report", actor=ANNA, at=NOON, given=given)
    assert (again.entry_id, again.replay, third.entry_id, third.replay) == (first.entry_id, True, first.entry_id, True)
    assert Entry.objects.count() == 1


def test_a_request_id_cannot_be_used_for_another_case(report):
    request, first, second = uuid4(), report(), report()
    advance(first, "take", actor=ANNA, at=NOON, request=request)
    with pytest.raises(Refused, match="同一请求编号已经用于另一事项"):
        advance(second, "take", actor=ANNA, at=NOON, request=request)


def test_a_stale_page_is_told_to_refresh(report):
    ref = report()
    advance(ref, "take", actor=ANNA, at=NOON, expect=1)
    with pytest.raises(Refused) as caught:
        advance(ref, "mend", actor=ANNA, at=NOON, expect=1)
    assert caught.value.refusal == STALE


def test_an_absent_case_looks_like_one_out_of_scope(ground):
    with pytest.raises(Absent):
        advance(Ref("leak", uuid4()), "take", actor=ANNA, at=NOON)


def test_a_set_of_orders_is_judged_one_by_one_and_written_together(report, leak):
    refs = [report() for _ in range(3)]
    orders = [Order(refs[0], "take", ANNA, NOON), Order(refs[1], "mend", ANNA, NOON),
              Order(refs[0], "mend", ANNA, NOON + minutes(5)), Order(Ref("leak", uuid4()), "take", ANNA, NOON)]
    results = advance_many(orders)
    assert [getattr(r, "state", None) for r in results] == ["mending", None, "mended", None]
    assert isinstance(results[1], Refusal)
    assert results[3] is ABSENT
    assert leak(refs[0]).version == 3


def test_what_a_deed_spawns_lives_and_dies_with_it(report, ground, leak):
    ref, child = report(), uuid4()
    advance(ref, "chain", actor=ANNA, at=NOON, given={"child": str(child)})
    assert Leak.objects.get(uid=child).place == "中南路1号旁"
    with pytest.raises(Refused, match="只能随连带上报出现"):
        advance(Ref("leak", uuid4()), "spring", actor=ANNA, at=NOON, given={})


def test_paper_numbers_have_no_gaps_even_after_a_refusal(report, leak):
    numbers = []
    for _ in range(3):
        ref = report()
        advance(ref, "take", actor=ANNA, at=NOON)
        with pytest.raises(Refused):
            advance(ref, "mend", actor=BEN, at=NOON)
        advance(ref, "mend", actor=ANNA, at=NOON)
        numbers.append(leak(ref).number)
    assert numbers == ["修〔2021〕1号", "修〔2021〕2号", "修〔2021〕3号"]
    assert list(Paper.objects.order_by("no").values_list("number", flat=True)) == numbers


def test_a_move_told_late_is_kept_in_the_trail_but_not_applied(report, leak):
    ref = report()
    advance(ref, "cancel", actor=BEN, at=NOON + minutes(10))
    receipt = advance_many([Order(ref, "take", ANNA, NOON + minutes(5), told_at=NOON + minutes(30))])[0]
    assert (receipt.applied, receipt.state) == (False, "closed")
    assert "不能“接单”" in receipt.sentence
    entry = Entry.objects.get(verb="take")
    assert (entry.n, leak(ref).version, leak(ref).state) == (3, 3, "closed")
    assert entry.data["late"] == [receipt.sentence]


def test_marks_tell_what_stood_and_what_happened(report, ground):
    first, second = report(), report(area="G2", grade="major")
    advance(first, "take", actor=ANNA, at=NOON + minutes(10))
    advance(first, "mend", actor=ANNA, at=NOON + minutes(20), given={"cost": "12.50"})
    seal_all()
    assert marks.standing("leak", "open", at=NOON) == 2
    assert marks.standing("leak", "open", at=NOON + minutes(30)) == 1
    assert marks.standing("leak", "mended", ground["C1"].id, at=NOON + minutes(30)) == 1
    assert marks.standing("leak", "open", ground["C1"].id, at=NOON + minutes(30)) == 0
    assert marks.standing("leak", "open", at=NOON + minutes(30), level="major") == 1
    day = NOON.date()
    assert marks.happened("leak", "cost", since=day, until=day) == Decimal("12.50")
    rows = marks.rows(marks.Count("leak", ("open",), at=NOON + minutes(30)))
    assert rows == [(Leak.objects.get(uid=second.uid).id, Decimal(1))]


def test_a_cancelled_report_takes_its_event_back(report):
    ref = report()
    seal_all()
    advance(ref, "cancel", actor=BEN, at=NOON + minutes(9))
    day = NOON.date()
    assert marks.happened("leak", "found", since=day, until=day) == 1  # not sealed yet
    head = seal_all() and 1
    assert marks.happened("leak", "found", since=day, until=day) == 0
    assert marks.happened("leak", "found", since=day, until=day, head=head) == 1


def test_only_legal_moves_are_offered(report, leak):
    ref = report()
    assert [m.name for m in offers(LEAK, [leak(ref)], ANNA, NOON)[0]] == ["take", "assign", "cancel", "chain"]


def test_the_number_of_statements_does_not_grow_with_the_set(report, django_assert_max_num_queries):
    refs = [report() for _ in range(12)]
    with django_assert_max_num_queries(22) as one:
        advance_many([Order(refs[0], "take", ANNA, NOON)])
    with django_assert_max_num_queries(len(one.captured_queries)):
        advance_many([Order(r, "take", ANNA, NOON) for r in refs[1:]])
    assert Attached.objects.count() == 0
