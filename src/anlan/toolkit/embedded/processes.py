"""Which processes really are the server of one cluster: numbers are used again, so a number alone proves nothing."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

PROGRAMS = ("postgres", "initdb")
REMOVED = " (deleted)"


def is_server(pid: int, data: Path) -> bool:
    """Whether this process is a program of PostgreSQL at work in this data folder; a zombie is not."""
    program = _link(pid, "exe")
    if not program or Path(program.removesuffix(REMOVED)).name not in PROGRAMS:
        return False
    return _link(pid, "cwd") == str(data.resolve())


def runs_removed_program(pid: int) -> bool:
    """Whether the program file has been removed or replaced under the running process."""
    return (_link(pid, "exe") or "").endswith(REMOVED)


def servers_of(data: Path) -> list[int]:
    """Every process of the cluster, also those that a killed server left behind."""
    return [pid for pid in _pids() if is_server(pid, data)]


def kill_servers_of(data: Path, patience: float) -> None:
    """Waits until no process of the cluster is left, and after ``patience`` seconds kills those that are."""
    deadline = time.monotonic() + patience
    while remains := servers_of(data):
        if time.monotonic() >= deadline:
            for pid in remains:
                _kill(pid)
        time.sleep(0.02)


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def _pids() -> Iterator[int]:
    return (int(name) for name in os.listdir("/proc") if name.isdigit())


def _link(pid: int, name: str) -> str | None:
    try:
        return os.readlink(f"/proc/{pid}/{name}")
    except OSError:
        return None
