import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.premises.credit_code import ALPHABET, check, make, normalise

bodies = st.text(ALPHABET, min_size=17, max_size=17)


@pytest.mark.parametrize(
    "code", ["91350100M000100Y43", "91440300708461136T", "9144030071526726XG", "91110000802100433B"]
)
def test_published_codes_are_right(code):
    assert check(code) == []


@given(bodies)
def test_whatever_is_made_passes_the_check(body):
    code = make(body)

    assert check(code) == []
    assert code[:17] == body


@given(bodies, st.integers(0, 17), st.sampled_from(ALPHABET))
def test_one_character_copied_wrong_is_always_noticed(body, place, letter):
    code = make(body)
    wrong = code[:place] + letter + code[place + 1 :]

    assert (check(wrong) == []) == (wrong == code)


@given(bodies, st.integers(0, 15))
def test_two_neighbours_exchanged_are_always_noticed(body, place):
    code = make(body)
    wrong = code[:place] + code[place + 1] + code[place] + code[place + 2 :]

    assert (check(wrong) == []) == (wrong == code)


def test_a_wrong_check_character_is_told_with_the_right_one():
    assert check("91350100M000100Y44") == ["统一社会信用代码的校验位应为 3，现为 4，请核对是否抄错。"]


def test_a_code_of_another_length_is_told_its_length():
    assert check("91350100M000100Y4") == ["统一社会信用代码应为 18 位，现为 17 位。"]
    assert check("") == ["统一社会信用代码应为 18 位，现为 0 位。"]


def test_letters_that_the_code_never_has_are_named_with_what_was_probably_meant():
    assert check("9135O1OOMOOO1OOY43") == ["统一社会信用代码里不会有 O，是否看错：O→0？"]
    assert check("91350100M0001安V43Y") == ["统一社会信用代码里不会有 V、安。"]


def test_a_code_typed_by_hand_is_put_in_order_before_it_is_checked():
    assert normalise(" ９１３５0100-m000 100y43\t") == "91350100M000100Y43"
    assert check(normalise("91350100m000100y43")) == []
    assert check("91350100m000100y43") != []


def test_no_code_is_made_from_something_else():
    for body in ("91350100M000100Y", "91350100M000100YO"):
        with pytest.raises(ValueError, match="前 17 位只能是数字和除 I、O、S、V、Z 外的大写字母。"):
            make(body)
    assert make("91350100M000100Y4") == "91350100M000100Y43"
