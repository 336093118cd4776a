import re
from datetime import UTC, datetime, timedelta

import pytest

from anlan.toolkit.ui import signs

NOW = datetime(2021, 6, 25, 0, 30, tzinfo=UTC)


def said(html: str) -> str:
    return re.sub(r"<[^>]+>", "", html)


def test_every_risk_colour_has_a_word_and_a_shape_of_its_own():
    made = [signs.risk_sign(colour) for colour in signs.COLOURS]
    shapes = {re.search(r' d="([^"]+)"', sign).group(1) for sign in made}
    assert [said(sign) for sign in made] == ["重大风险", "较大风险", "一般风险", "低风险"]
    assert len(shapes) == 4


def test_a_warning_wears_the_colour_with_its_own_word():
    assert said(signs.risk_sign("red", "暴雨红色预警")) == "暴雨红色预警"


def test_what_is_not_graded_wears_no_colour():
    sign = signs.risk_sign("")
    assert (said(sign), "risk-" in sign) == ("未分级", False)


def test_a_state_is_a_word_with_a_drawing_and_an_unknown_tone_is_refused():
    sign = signs.state_sign("整改中", "working")
    assert (said(sign), "state-working" in sign, "#state-working" in sign) == ("整改中", True, True)
    with pytest.raises(ValueError, match="unknown tone 'green'"):
        signs.state_sign("整改中", "green")


@pytest.mark.parametrize(
    ("left", "reminded", "words", "kind"),
    [
        (timedelta(days=6), None, "还剩 6 天", "due-open"),
        (timedelta(minutes=40), -1, "还剩 40 分钟", "due-soon"),
        (timedelta(minutes=40), 1, "还剩 40 分钟", "due-open"),
        (timedelta(days=-3), -1, "已超 3 天", "due-late"),
    ],
)
def test_a_limit_is_plain_then_bold_then_red(left, reminded, words, kind):
    remind_at = None if reminded is None else NOW + timedelta(minutes=reminded)
    sign = signs.due_sign(NOW + left, NOW, remind_at)
    assert (said(sign), kind in sign) == (words, True)


def test_words_from_outside_cannot_bring_markup():
    bad = '<script>alert("x")</script>'
    for sign in (
        signs.state_sign(bad),
        signs.risk_sign("blue", bad),
        signs.paused_sign(bad),
        signs.provisional_sign(bad),
    ):
        assert "<script" not in sign
