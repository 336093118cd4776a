"""The worker of one home: clocks, seals, followers and anchors in one loop, work in the background in another.

``python -m anlan.worker``; runs until SIGTERM. A part that fails is logged, rests, and holds up no other part.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from anlan.commands.loading import ready
from anlan.toolkit.jobs.heart import HEARTBEAT, heartbeat

ROUND_SECONDS = 0.2
JOB_SECONDS = 0.5
ANCHOR_SECONDS = 60.0
MESSAGES_SECONDS = 1.0
PLACES_SECONDS = 60.0
HEARTBEAT_SECONDS = 1.0
REST_SECONDS = 2.0
LONGEST_REST_SECONDS = 60.0
FOLLOW_SECONDS = 1.0
"""How long one follower may catch up before the seals have their turn again."""

__all__ = ["Part", "Worker", "heartbeat", "main"]
log = logging.getLogger("anlan.worker")


@dataclass
class Part:
    """Something done again and again: `every` seconds, later after a fault. Seconds are monotonic."""

    name: str
    run: Callable[[], object]
    every: float = 0.0
    due: float = 0.0
    faults: int = 0
    fault: str = ""

    def turn(self, now: float) -> None:
        """Runs if it is due. Never raises."""
        if now < self.due:
            return
        try:
            self.run()
        except Exception as fault:
            self._failed(fault)
        else:
            self.faults, self.fault, self.due = 0, "", now + self.every

    def _failed(self, fault: Exception) -> None:
        from django.db import connection  # noqa: PLC0415  needs settings

        log.exception("%s failed", self.name)
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()
        self.faults, self.fault = self.faults + 1, f"{type(fault).__name__}: {fault}"[:500]
        self.due = time.monotonic() + min(REST_SECONDS * 2 ** min(self.faults - 1, 5), LONGEST_REST_SECONDS)


@dataclass
class Worker:
    """home: where the heartbeat is written. `stop` ends both loops after what they have begun.

    stands_while_stopped: business time stands still while no worker runs (the demonstration lives in its own year).
    """

    home: Path
    stands_while_stopped: bool = False
    asked: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._books = self._books_of({})
        self._jobs = [Part("jobs", self._do_jobs), Part("messages", self._post, MESSAGES_SECONDS),
                      Part("places", self._forget_places, PLACES_SECONDS)]
        self._beside = Beside(self)
        self._heartbeat = Part("heartbeat", self._beat, HEARTBEAT_SECONDS)

    def run(self) -> None:
        """Until asked to stop; then seals and anchors what is left."""
        from anlan.kernel.instance import run_on, stand  # noqa: PLC0415  needs settings

        if self.stands_while_stopped:
            run_on()
        jobs = threading.Thread(target=self._loop, args=(self._jobs, JOB_SECONDS), name="jobs")
        beside = threading.Thread(target=self._loop, args=([Part("exercise", self._beside.run)], ROUND_SECONDS),
                                  name="exercise")
        for thread in (jobs, beside):
            thread.start()
        self._loop([*self._books, self._heartbeat], ROUND_SECONDS)
        for thread in (jobs, beside):
            thread.join()
        halt = (Part("clock", stand),) if self.stands_while_stopped else ()
        for last in (*halt, Part("seal", seal), Part("anchor", anchor)):
            last.turn(time.monotonic())
        self._beat()
        _release()

    def stop(self) -> None:
        self.asked.set()

    def _books_of(self, followed: dict[str, int]) -> list[Part]:
        """Clocks, seals, followers and anchors of one space. followed: how far each follower has come there."""
        from anlan.kernel.follow import FOLLOWERS  # noqa: PLC0415

        return [Part("tick", self._tick), Part("seal", seal),
                *(Part(f"follower {name}", lambda name=name: self._follow(name, followed)) for name in FOLLOWERS),  # type: ignore[misc]
                Part("anchor", anchor, ANCHOR_SECONDS, due=time.monotonic() + ANCHOR_SECONDS)]

    def _loop(self, parts: list[Part], pause: float) -> None:
        while not self.asked.is_set():
            for part in parts:
                if not self.asked.is_set():
                    part.turn(time.monotonic())
            self.asked.wait(pause)
        _release()

    def _tick(self) -> None:
        from anlan.kernel.instance import instance_clock  # noqa: PLC0415
        from anlan.kernel.tick import tick  # noqa: PLC0415

        tick(at=instance_clock())

    def _do_jobs(self) -> None:
        from anlan.toolkit.jobs.queue import run_one  # noqa: PLC0415

        while not self.asked.is_set() and run_one():
            pass

    def _post(self) -> None:
        from anlan.kernel.instance import instance_clock  # noqa: PLC0415
        from anlan.outgoing.sending import post  # noqa: PLC0415

        post(instance_clock())

    def _forget_places(self) -> None:
        from anlan.kernel.instance import instance_clock  # noqa: PLC0415
        from anlan.patrols.positions import forget_old  # noqa: PLC0415

        forget_old(instance_clock())

    def _follow(self, name: str, followed: dict[str, int]) -> None:
        """Catches up with the seals; does not ask again until there are new ones."""
        from anlan.kernel.follow import FOLLOWERS, follow_once  # noqa: PLC0415
        from anlan.kernel.journal import head_of_chain  # noqa: PLC0415

        head, deadline = head_of_chain()[0], time.monotonic() + FOLLOW_SECONDS
        if followed.get(name) == head:
            return
        while time.monotonic() < deadline and not self.asked.is_set():
            if not follow_once(FOLLOWERS[name]):
                followed[name] = head
                return

    def _beat(self) -> None:
        """For whoever wants to know whether the worker lives, and what ails it. at: real time."""
        from anlan.kernel.instance import real_time  # noqa: PLC0415

        parts = [*self._books, *self._jobs, *self._beside.parts]
        told = {"pid": os.getpid(), "at": real_time().isoformat(), "stopped": self.asked.is_set(),
                "faults": {part.name: part.fault for part in parts if part.fault}}
        fresh = self.home / f"{HEARTBEAT}.new"
        fresh.write_text(json.dumps(told, ensure_ascii=False) + "\n", encoding="utf-8")
        fresh.replace(self.home / HEARTBEAT)


EXERCISE_SECONDS = 2.0
"""So long the worker stays in an exercise before it asks again whether one is open."""


class Beside:
    """The exercise, while one is open: the same parts once more, in its own space; what it would send goes nowhere."""

    def __init__(self, worker: Worker) -> None:
        self.worker = worker
        self.parts: list[Part] = []
        self.of: object = None

    def run(self) -> None:
        from anlan.kernel import spaces  # noqa: PLC0415

        opened = spaces.opened()
        if opened is None:
            self._leave()
            self.worker.asked.wait(EXERCISE_SECONDS)
            return
        with spaces.within(spaces.EXERCISE):
            if self.of != opened.pk:
                self.of, self.parts = opened.pk, self._begun()
            self._work(time.monotonic() + EXERCISE_SECONDS)
            if self.worker.asked.is_set():
                Part("clock", _stand).turn(time.monotonic())

    def _begun(self) -> list[Part]:
        """Its clock goes on from where it stood."""
        from anlan.kernel.instance import run_on  # noqa: PLC0415

        Part("clock", run_on).turn(time.monotonic())
        return [*self.worker._books_of({}), Part("jobs", self.worker._do_jobs)]

    def _work(self, until: float) -> None:
        while time.monotonic() < until and not self.worker.asked.is_set():
            for part in self.parts:
                part.turn(time.monotonic())
            self.worker.asked.wait(ROUND_SECONDS)

    def _leave(self) -> None:
        """Nobody works on in an exercise that has ended: its clock stands."""
        from anlan.kernel import spaces  # noqa: PLC0415

        if self.of is not None:
            with spaces.within(spaces.EXERCISE):
                Part("clock", _stand).turn(time.monotonic())
        self.of, self.parts = None, []


def _stand() -> None:
    from anlan.kernel.instance import stand  # noqa: PLC0415

    stand()


def seal() -> None:
    """All that waits. Another sealer at the same moment is no fault: what it seals need not be sealed here."""
    from django.db import IntegrityError  # noqa: PLC0415

    from anlan.kernel.journal import seal_once  # noqa: PLC0415

    try:
        while seal_once():
            pass
    except IntegrityError:
        log.info("another sealer was first")


def anchor() -> None:
    from anlan.kernel.instance import real_time  # noqa: PLC0415
    from anlan.kernel.journal import anchor as write_anchor  # noqa: PLC0415

    write_anchor(real_time())


def _release() -> None:
    """Each thread gives its own connection back."""
    from django.db import connection  # noqa: PLC0415

    if not connection.in_atomic_block:
        connection.close()


def main() -> int:
    """Runs until SIGTERM or SIGINT, then ends what it has begun."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(message)s")
    ready()
    from django.conf import settings  # noqa: PLC0415

    from anlan.commands import homes  # noqa: PLC0415

    home = Path(settings.ANLAN_HOME)
    district = homes.read(home)
    worker = Worker(home, stands_while_stopped=district is not None and district.kind == "demo")
    for asked in (signal.SIGTERM, signal.SIGINT):
        signal.signal(asked, lambda number, frame: worker.stop())
    worker.run()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
