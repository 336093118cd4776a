from hypothesis import given
from hypothesis import strategies as st

from anlan.toolkit.intake.rates import Buckets


def test_a_minutes_worth_may_come_at_once_then_evenly():
    buckets = Buckets()
    assert [buckets.take("a", 60, 0.0) for _ in range(60)] == [0.0] * 60
    assert buckets.take("a", 60, 0.0) == 1.0
    assert buckets.take("b", 60, 0.0) == 0.0
    assert buckets.take("a", 60, 1.0) == 0.0
    assert buckets.take("a", 60, 1.5) == 0.5


def test_the_number_of_keys_kept_is_bounded():
    buckets = Buckets(kept_most=10)
    for n in range(1000):
        buckets.take(n, 60, float(n))
    assert len(buckets) == 10


@given(st.lists(st.floats(0, 5), min_size=1, max_size=200), st.integers(1, 100))
def test_no_key_ever_gets_more_than_its_minute_and_what_has_flowed_in_since(waits, per_minute):
    buckets, now, got = Buckets(), 0.0, 0
    for wait in waits:
        now += wait
        got += not buckets.take("a", per_minute, now)
    assert got <= per_minute + now * per_minute / 60 + 1e-6
