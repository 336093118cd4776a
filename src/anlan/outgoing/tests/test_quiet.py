from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.kernel.instance import zone
from anlan.outgoing.models import Quiet, Wishes
from anlan.outgoing.quiet import hours_of, quiet_until

NIGHT = (time(22), time(7))


def local(day, hour, minute=0):
    return datetime(2021, 6, day, hour, minute, tzinfo=zone())


@pytest.mark.parametrize(("at", "ends"), [
    (local(1, 21, 59), None), (local(1, 22), local(2, 7)), (local(2, 0), local(2, 7)), (local(2, 6, 59), local(2, 7)),
    (local(2, 7), None), (local(2, 12), None),
])
def test_a_night_runs_over_midnight_in_the_districts_time(at, ends):
    assert quiet_until(at.astimezone(UTC), NIGHT) == ends


def test_a_rest_at_noon_ends_the_same_day_and_no_span_is_no_rest():
    assert quiet_until(local(1, 13), (time(12), time(14))) == local(1, 14)
    assert quiet_until(local(1, 11), (time(12), time(14))) is None
    assert quiet_until(local(1, 13), (time(12), time(12))) is None
    assert quiet_until(local(1, 23), None) is None


def test_ones_own_hours_go_before_the_usual_ones():
    assert hours_of(None, NIGHT) == NIGHT
    assert hours_of(Wishes(quiet=Quiet.NEVER), NIGHT) is None
    assert hours_of(Wishes(quiet=Quiet.OWN, quiet_from=time(20), quiet_until=time(8)), NIGHT) == (time(20), time(8))


TIMES = st.times().map(lambda t: t.replace(second=0, microsecond=0))


@given(after=st.timedeltas(timedelta(0), timedelta(days=365)), since=TIMES, until=TIMES)
def test_whatever_is_held_is_held_for_less_than_a_day_and_is_free_at_its_end(after, since, until):
    at = local(1, 0) + after
    ends = quiet_until(at, (since, until))
    if ends is None:
        return
    assert at < ends <= at + timedelta(days=1)
    assert quiet_until(ends, (since, until)) is None
    assert ends.astimezone(zone()).time() == until
