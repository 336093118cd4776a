"""Requests that come at the same instant share one deed: one set of statements and one commit for all of them.

No thread of its own: the first request leads, and hands over to one that came meanwhile. Whoever comes alone waits
for nobody.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

LINGER_SECONDS = 0.005


class Busy(Exception):
    """So many wait already that one more would only wait longer."""


class _Ticket:
    """One order and what became of it."""

    __slots__ = ("order", "outcome", "settled", "woken")

    def __init__(self, order: Any) -> None:
        self.order, self.outcome, self.settled = order, None, False
        self.woken = threading.Event()

    def settle(self, outcome: Any) -> None:
        self.outcome, self.settled = outcome, True
        self.woken.set()

    def read(self) -> Any:
        if isinstance(self.outcome, BaseException):
            raise self.outcome
        return self.outcome


class Arrival:
    """A request on its way to the gatherer."""

    def __init__(self, gatherer: Gatherer) -> None:
        self._gatherer, self._open = gatherer, True

    def submit(self, order: Any) -> Any:
        """The outcome of this order alone. Raises what it raised, or Busy."""
        self.leave()
        return self._gatherer.submit(order)

    def leave(self) -> None:
        if self._open:
            self._open = False
            self._gatherer._left()


class Gatherer:
    """carry_out: a list of orders → a list of outcomes, an exception in the place of one that could not be carried out.

    linger: seconds the leader waits for requests that are known to be on their way; most: orders a deed;
    waiting_most: orders that may wait, beyond which `submit` raises Busy.
    """

    def __init__(self, carry_out: Callable[[Sequence[Any]], Sequence[Any]], *, linger: float = LINGER_SECONDS,
                 most: int = 200, waiting_most: int = 1000) -> None:
        self._carry_out, self._linger, self._most, self._waiting_most = carry_out, linger, most, waiting_most
        self._lock = threading.Lock()
        self._came = threading.Condition(self._lock)
        self._queue: deque[_Ticket] = deque()
        self._led = False
        self._on_the_way = 0

    @contextmanager
    def arrival(self) -> Iterator[Arrival]:
        """Around a request that may bring an order, from as early as possible."""
        with self._lock:
            self._on_the_way += 1
        arrival = Arrival(self)
        try:
            yield arrival
        finally:
            arrival.leave()

    def submit(self, order: Any) -> Any:
        """Blocks until the order is carried out, together with others or alone."""
        ticket = _Ticket(order)
        if not self._takes_the_lead(ticket):
            ticket.woken.wait()
        if not ticket.settled:
            self._lead()
        return ticket.read()

    def _takes_the_lead(self, ticket: _Ticket) -> bool:
        with self._lock:
            if len(self._queue) >= self._waiting_most:
                raise Busy
            self._queue.append(ticket)
            leads, self._led = not self._led, True
            self._came.notify()
            return leads

    def _left(self) -> None:
        with self._lock:
            self._on_the_way -= 1
            self._came.notify()

    def _lead(self) -> None:
        """One deed for everyone waiting; the lead passes on even if it breaks."""
        batch = self._gather()
        outcomes: Sequence[Any] = ()
        try:
            outcomes = self._carry_out([ticket.order for ticket in batch])
            if len(outcomes) != len(batch):
                raise RuntimeError("carry_out must answer every order")
        except BaseException as fault:
            outcomes = [fault] * len(batch)
        finally:
            self._pass_on()
            for ticket, outcome in zip(batch, outcomes, strict=True):
                ticket.settle(outcome)

    def _gather(self) -> list[_Ticket]:
        deadline = time.monotonic() + self._linger
        with self._lock:
            while self._on_the_way and len(self._queue) < self._most and (left := deadline - time.monotonic()) > 0:
                self._came.wait(left)
            return [self._queue.popleft() for _ in range(min(self._most, len(self._queue)))]

    def _pass_on(self) -> None:
        with self._lock:
            if self._queue:
                self._queue[0].woken.set()
            else:
                self._led = False
