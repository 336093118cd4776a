"""Signatures on P-256: the published example, what a browser made, and everything that is not one."""

from __future__ import annotations

from base64 import b64decode
from uuid import uuid4

import pytest

from anlan.field.keys import key_of, signed
from anlan.field.testing import Phone

# RFC 6979, A.2.5: P-256 with SHA-256, message "sample"
KEY = bytes.fromhex("04" "60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6"
                    "7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299")
R = "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716"
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # the order of the curve
S = "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8"


def test_the_published_example_is_signed():
    assert signed(KEY, b"sample", bytes.fromhex(R + S))


@pytest.mark.parametrize(("message", "mark"), [
    (b"Sample", R + S), (b"sample", S + R), (b"sample", R + S[:-2] + "A9"), (b"sample", "00" * 64), (b"sample", R),
    (b"sample", R + f"{N:064x}"), (b"sample", "00" * 32 + S)])
def test_what_was_changed_is_not_signed(message, mark):
    assert not signed(KEY, message, bytes.fromhex(mark))


def test_a_phone_signs_for_itself_and_for_no_other():
    one, other = Phone(uuid4()), Phone(uuid4())
    mark = b64decode(one.sign("燃气软管老化"))
    assert signed(bytes.fromhex(one.key), "燃气软管老化".encode(), mark)
    assert not signed(bytes.fromhex(other.key), "燃气软管老化".encode(), mark)


@pytest.mark.parametrize("key", [b"", KEY[1:], b"\x02" + KEY[1:], KEY[:-1] + b"\x00", b"\x04" + b"\xff" * 64])
def test_a_key_off_the_curve_is_none(key):
    assert key_of(key) is None
    assert not signed(key, b"sample", bytes.fromhex(R + S))
