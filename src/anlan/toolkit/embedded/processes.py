"""Which processes really are the server of one cluster: numbers are used again, so a number alone proves nothing."""

import os
from collections.abc import Iterator
from pathlib import Path

SERVER = "postgres"
REMOVED = " (deleted)"


def is_server(pid: int, data: Path) -> bool:
    """Whether this process is a PostgreSQL that works in this data folder; a zombie is not."""
    program = _link(pid, "exe")
    if not program or Path(program.removesuffix(REMOVED)).name != SERVER:
        return False
    return _link(pid, "cwd") == str(data.resolve())


def runs_removed_program(pid: int) -> bool:
    """Whether the program file has been removed or replaced under the running process."""
    return (_link(pid, "exe") or "").endswith(REMOVED)


def servers_of(data: Path) -> list[int]:
    """Every process of the cluster, also those that a killed server left behind."""
    return [pid for pid in _pids() if is_server(pid, data)]


def _pids() -> Iterator[int]:
    return (int(name) for name in os.listdir("/proc") if name.isdigit())


def _link(pid: int, name: str) -> str | None:
    try:
        return os.readlink(f"/proc/{pid}/{name}")
    except OSError:
        return None
