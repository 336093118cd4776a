"""JSON as it is written for a digest and a column: like the plain encoder's, and the same after the database gave it back."""

import json
from decimal import Decimal

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from hypothesis import given
from hypothesis import strategies as st

from anlan.kernel.bulk import stored, to_json

LEAVES = (st.none() | st.booleans() | st.integers() | st.text() | st.uuids() | st.dates() | st.datetimes()
          | st.decimals(allow_nan=False, allow_infinity=False) | st.floats(allow_nan=False, allow_infinity=False))
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(st.text(), inner)
                      | st.dictionaries(st.integers(), inner), max_leaves=20)


@given(VALUES)
def test_json_is_written_as_the_plain_encoder_writes_it(value):
    plain = json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert to_json(value) == plain


@given(VALUES)
def test_what_is_stored_reads_back_and_is_stored_again_as_the_same_text(value):
    text = stored(value)
    assert stored(json.loads(text)) == text
    assert "\\u0000" not in text


@pytest.mark.parametrize(("value", "text"), [
    ({10: 1, 9: 2}, '{"10":1,"9":2}'), ([{"a": [-0.0]}], '[{"a":[0.0]}]'), ([[1e16], {"b": 2.5}], '[[10000000000000000],{"b":2.5}]'),
    ((Decimal("1.50"), {"z": None, "a": True}), '["1.50",{"a":true,"z":null}]')])
def test_what_jsonb_would_change_is_stored_as_changed_however_deep_it_lies(value, text):
    assert stored(value) == text
