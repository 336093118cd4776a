"""A trail reads as sentences, also when values were shredded or never given."""

import pytest

from anlan.kernel.door import Order, advance, advance_many
from anlan.kernel.draw import mermaid, table
from anlan.kernel.models import Entry
from anlan.kernel.tests.toy.flow import CREW, LEAK
from anlan.kernel.wording import has_words, sentence, template, words

from .conftest import ANNA, BEN, NOON, minutes

pytestmark = pytest.mark.django_db


def last() -> Entry:
    return Entry.objects.latest("id")


def test_columns_inputs_and_more_fill_a_sentence(report):
    ref = report()
    assert sentence(last(), "安娜") == "安娜上报中南路1号"
    advance(ref, "regrade", actor=ANNA, at=NOON, given={"grade": "major"})
    assert sentence(last(), "安娜") == "安娜定为重大"
    assert sentence(last(), "安娜", {"grade": "甲等"}) == "安娜定为甲等"
    advance(ref, "note", actor=ANNA, at=NOON)
    assert sentence(last(), "安娜") == "安娜备注—"


def test_a_move_told_late_says_that_it_was_not_applied(report):
    ref = report()
    advance(ref, "cancel", actor=BEN, at=NOON + minutes(10))
    advance_many([Order(ref, "take", ANNA, NOON, told_at=NOON + minutes(30))])
    assert sentence(last(), "安娜") == "安娜接单（事后告知，未生效：当前状态为“已关闭”，不能“接单”）"


def test_recorded_verbs_have_their_own_words(report):
    words("leak", "export", "{who}导出{count}条")
    report()
    entry = last()
    entry.verb, entry.data = "export", {"count": 3}
    assert sentence(entry, "安娜") == "安娜导出3条"
    assert (has_words("leak", "export"), has_words("crew", "export"), has_words("crew", "correct")) == (
        True, False, True)
    assert template("leak", "hum") == "{who}：hum"


def test_a_table_of_moves_can_be_drawn_and_listed():
    assert mermaid(CREW) == "\n".join((
        "stateDiagram-v2", "  active: 在编", "  [*] --> active: 登记", "  active --> [*]"))
    rows = {row[0]: row for row in table(LEAK)}
    assert rows["take"] == ("take", "接单", "待派", "修理中", "任何人", "mend")
    assert rows["report"][2:4] == ("（新建）", "待派")
    assert rows["wait"][3:5] == ("不变", "须由修理人操作")
    assert LEAK.url("x") == "/leaks/x/"
