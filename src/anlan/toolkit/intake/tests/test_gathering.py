import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from anlan.toolkit.intake.gathering import Busy, Gatherer


class Door:
    """Carries out numbers: doubles them, notes the size of each deed; a held door waits until it is opened."""

    def __init__(self, *, seconds=0.0):
        self.sizes, self.seconds, self.free = [], seconds, threading.Event()
        self.free.set()

    def __call__(self, orders):
        self.sizes.append(len(orders))
        self.free.wait(5)
        time.sleep(self.seconds)
        return [ValueError(n) if n == 13 else n * 2 for n in orders]


def test_one_alone_does_not_wait():
    door = Door()
    gatherer = Gatherer(door, linger=5)
    began = time.monotonic()
    with gatherer.arrival() as arrival:
        assert arrival.submit(4) == 8
    assert time.monotonic() - began < 1
    assert door.sizes == [1]


def test_those_who_come_while_a_deed_is_under_way_share_the_next():
    door = Door()
    door.free.clear()
    gatherer = Gatherer(door, linger=0)
    with ThreadPoolExecutor(9) as pool:
        first = pool.submit(gatherer.submit, 1)
        while not door.sizes:
            time.sleep(0.001)
        others = [pool.submit(gatherer.submit, n) for n in range(2, 10)]
        while len(gatherer._queue) < 8:
            time.sleep(0.001)
        door.free.set()
        assert [f.result(5) for f in (first, *others)] == [n * 2 for n in range(1, 10)]
    assert door.sizes == [1, 8]


def test_the_leader_waits_for_those_on_their_way_but_not_longer_than_told():
    door = Door()
    gatherer = Gatherer(door, linger=2)
    ready = threading.Barrier(3)

    def request(n):
        with gatherer.arrival() as arrival:
            ready.wait(5)
            time.sleep(0.02 * n)
            return arrival.submit(n)

    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(request, (1, 2, 3))) == [2, 4, 6]
    assert door.sizes == [3]
    with gatherer.arrival():
        quick = Gatherer(door, linger=0.005)
        with quick.arrival():
            began = time.monotonic()
            assert quick.submit(5) == 10
            assert time.monotonic() - began < 1


def test_each_gets_its_own_result_and_only_the_faulty_one_its_fault():
    gatherer = Gatherer(Door(seconds=0.002))

    def request(n):
        with gatherer.arrival() as arrival:
            try:
                return arrival.submit(n)
            except ValueError as fault:
                return str(fault)

    with ThreadPoolExecutor(16) as pool:
        results = list(pool.map(request, range(400)))
    assert results == ["13" if n == 13 else n * 2 for n in range(400)]


@pytest.mark.parametrize("broken", [lambda orders: 1 / 0, lambda orders: []])
def test_a_deed_that_breaks_leaves_nobody_waiting(broken):
    gatherer = Gatherer(broken)
    with ThreadPoolExecutor(8) as pool:
        waiting = [pool.submit(gatherer.submit, n) for n in range(40)]
        assert all(isinstance(f.exception(5), ArithmeticError | RuntimeError) for f in waiting)
    assert (gatherer._led, len(gatherer._queue)) == (False, 0)


def test_a_deed_takes_no_more_than_its_most_and_the_queue_is_bounded():
    door = Door()
    door.free.clear()
    gatherer = Gatherer(door, linger=0, most=3, waiting_most=5)
    with ThreadPoolExecutor(8) as pool:
        waiting = [pool.submit(gatherer.submit, 1)]
        while not door.sizes:
            time.sleep(0.001)
        waiting += [pool.submit(gatherer.submit, n) for n in range(2, 7)]
        while len(gatherer._queue) < 5:
            time.sleep(0.001)
        with pytest.raises(Busy):
            gatherer.submit(99)
        door.free.set()
        assert [f.result(5) for f in waiting] == [2, 4, 6, 8, 10, 12]
    assert door.sizes == [1, 3, 2]
