import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.proxies import address_behind, networks
from anlan.toolkit.intake.counts import PLACE, SETS, WAYS, SharedCounts
from anlan.toolkit.intake.rates import Buckets, counted_as


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


# Counted together by several processes

ASKS = """
import sys
from anlan.proxies import address_behind, networks
from anlan.toolkit.intake.counts import SharedCounts
from anlan.toolkit.intake.rates import Buckets, counted_as
from django.conf import settings
settings.configure(ANLAN_HOME=sys.argv[1], ANLAN_COUNTS_SHARED=True)
buckets = Buckets(SharedCounts("portal"))
print(sum(not buckets.take(("address", "203.0.113.7"), 30, 1000.0) for _n in range(200)))
"""


def test_several_processes_have_one_bucket_for_a_key(tmp_path):
    asking = [subprocess.Popen([sys.executable, "-c", ASKS, str(tmp_path)], stdout=subprocess.PIPE, text=True) for _n in range(3)]
    got = [int(p.communicate(timeout=60)[0]) for p in asking]
    assert (sum(got), [p.returncode for p in asking]) == (30, [0, 0, 0])


@pytest.fixture
def shared(settings, tmp_path):
    settings.ANLAN_HOME, settings.ANLAN_COUNTS_SHARED = tmp_path, True
    return SharedCounts


def test_what_is_shared_goes_by_the_same_rule_and_names_keep_apart(shared):
    one, same, other = Buckets(shared("a")), Buckets(shared("a")), Buckets(shared("b"))
    assert [one.take("k", 2, 0.0), same.take("k", 2, 0.0), one.take("k", 2, 0.0)] == [0.0, 0.0, 30.0]
    assert [other.take("k", 2, 0.0), one.take("k", 2, 30.0)] == [0.0, 0.0]


def test_an_instant_read_a_moment_too_early_fills_no_bucket_and_one_of_an_earlier_run_counts_as_none(shared):
    buckets = Buckets(shared("a"))
    assert [buckets.take("k", 1, 1000.0), buckets.take("k", 1, 999.9) > 0, buckets.take("k", 1, 5.0)] == [0.0, True, 0.0]


def test_many_keys_push_out_who_asked_longest_ago_and_the_file_grows_no_larger(shared, tmp_path):
    buckets = Buckets(shared("a"))
    for n in range(SETS * WAYS * 4):
        buckets.take(n, 1, float(n) / 1000)
    assert (tmp_path / "rates").stat().st_size == SETS * WAYS * PLACE.size
    assert buckets.take(SETS * WAYS * 4 - 1, 1, 33.0) > 0, "the newest is still known"
    assert buckets.take(0, 1, 33.0) == 0.0


def test_where_no_file_can_be_kept_this_process_counts_alone(shared, tmp_path):
    (tmp_path / "rates").mkdir()
    buckets = Buckets(shared("a"))
    assert [buckets.take("k", 1, 0.0), buckets.take("k", 1, 0.0)] == [0.0, 60.0]


@pytest.mark.parametrize(("address", "counted"), [
    ("203.0.113.7", "203.0.113.7"), ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"), ("2001:db8:1:2:ffff::9", "2001:db8:1:2::/64"),
    ("2001:db8:1:3::1", "2001:db8:1:3::/64"), ("", ""), ("unix:", "unix:")])
def test_a_line_counts_once_however_many_addresses_it_has(address, counted):
    assert counted_as(address) == counted


@pytest.mark.parametrize(("peer", "forwarded", "address"), [
    ("198.51.100.9", "203.0.113.7", "198.51.100.9"),  # no proxy of ours: what it writes counts for nothing
    ("10.0.0.5", "", "10.0.0.5"), ("10.0.0.5", "203.0.113.7", "203.0.113.7"),
    ("10.0.0.5", "9.9.9.9, 203.0.113.7", "203.0.113.7"),  # the asker wrote the first herself
    ("10.0.0.5", "9.9.9.9, 203.0.113.7, 10.0.1.8", "203.0.113.7"), ("10.0.0.5", "203.0.113.7, who?", "10.0.0.5")])
def test_behind_a_proxy_each_asks_from_her_own_address(peer, forwarded, address):
    assert address_behind(peer, forwarded, networks(["10.0.0.5", " 10.0.1.0/24", ""])) == address
