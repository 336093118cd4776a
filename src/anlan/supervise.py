"""The process tree: web and worker as children that are restarted when they die and die with this process.

Order of a stop: web, worker, and last (by the caller, see anlan.commands.serving) the database.
"""

import ctypes
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

STOP_SECONDS = 20.0
"""How long a child may take to finish what it has begun."""
TICK_SECONDS = 0.2
FIRST_DELAY = 0.5
LONGEST_DELAY = 30.0
SETTLED_SECONDS = 60.0
"""A child that lived this long starts again without delay."""
ASKS_TO_STOP = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
PR_SET_PDEATHSIG = 1

_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Part:
    """One child: its name, its command, and what its environment has beyond ours."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)


class Child:
    """A running part, and when it may run again."""

    def __init__(self, part: Part, say: Callable[[str], None]) -> None:
        self.part, self.say = part, say
        self.process: subprocess.Popen[bytes] | None = None
        self.started_at = 0.0
        self.due_at = 0.0
        self.delay = 0.0

    def tend(self, now: float) -> None:
        """Starts the part when it is due; notices that it died and says when it will be started again."""
        if self.process and _has_exited(self.process):
            self._bury(now)
        if not self.process and now >= self.due_at:
            self.process = _spawn(self.part)
            self.started_at = now

    def ask_to_stop(self) -> None:
        if self.process and not _has_exited(self.process):
            os.kill(self.process.pid, signal.SIGTERM)

    def wait(self, seconds: float) -> None:
        """Waits for the end, and after this long ends the whole process group."""
        deadline = time.monotonic() + seconds
        while self.process and not _has_exited(self.process) and time.monotonic() < deadline:
            time.sleep(0.02)
        if self.process:
            _end_group(self.process)
            self.process = None

    def _bury(self, now: float) -> None:
        assert self.process
        code = _end_group(self.process)
        self.process = None
        settled = now - self.started_at > SETTLED_SECONDS
        self.delay = FIRST_DELAY if settled or not self.delay else min(self.delay * 2, LONGEST_DELAY)
        self.due_at = now + self.delay
        self.say(
            f"{self.part.name} 意外退出（{code}），{self.delay:g} 秒后重新启动。"
            f" / {self.part.name} ended unexpectedly ({code}) and starts again in {self.delay:g} s."
        )


class Tree:
    """Keeps the parts running until somebody asks to stop.

    ``watch`` is called at each tick (about five a second) and looks after what is not a child: database, greeting.
    """

    def __init__(self, parts: Sequence[Part], say: Callable[[str], None], watch: Callable[[], None]) -> None:
        self.children = [Child(part, say) for part in parts]
        self.watch = watch

    def run(self) -> None:
        """Returns after SIGTERM, SIGINT or SIGHUP, when every child has ended, in the order of the parts."""
        with _asked_to_stop() as asked:
            try:
                while not asked(TICK_SECONDS):
                    for child in self.children:
                        child.tend(time.monotonic())
                    self.watch()
            finally:
                for child in self.children:
                    child.ask_to_stop()
                    child.wait(STOP_SECONDS)


@contextmanager
def _asked_to_stop() -> Iterator[Callable[[float], bool]]:
    """Gives a function that waits so many seconds and tells whether a signal has asked us to stop."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    told: list[int] = []
    heeded = [one for one in ASKS_TO_STOP if signal.getsignal(one) is not signal.SIG_IGN]
    before = {one: signal.signal(one, lambda number, _frame: told.append(number)) for one in heeded}
    woken = signal.set_wakeup_fd(writing, warn_on_full_buffer=False)

    def asked(seconds: float) -> bool:
        if not told:
            select.select([reading], [], [], seconds)
        return bool(told)

    try:
        yield asked
    finally:
        signal.set_wakeup_fd(woken)
        for one, handler in before.items():
            signal.signal(one, handler)
        os.close(reading)
        os.close(writing)


def _spawn(part: Part) -> subprocess.Popen[bytes]:
    """In a process group of its own: a Ctrl-C at the terminal reaches the tree first, which stops in order."""
    parent = os.getpid()
    return subprocess.Popen(
        part.command,
        stdin=subprocess.DEVNULL,
        env={**os.environ, **part.environment},
        process_group=0,
        preexec_fn=lambda: die_with(parent),
    )


def die_with(parent: int) -> None:
    """Called in a new child: the kernel sends it SIGTERM when its parent dies, however that happens."""
    if sys.platform == "linux":
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def _has_exited(process: subprocess.Popen[bytes]) -> bool:
    """Looks without reaping (as Popen's own methods would): the group's number stays ours until the group has ended."""
    if process.returncode is not None:
        return True
    return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _end_group(process: subprocess.Popen[bytes]) -> int:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    return process.wait()
