"""Starts, adopts, watches and stops the server of one home."""

import fcntl
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from anlan.toolkit.embedded.binaries import usable_programs
from anlan.toolkit.embedded.cluster import environment, make_cluster, write_configuration
from anlan.toolkit.embedded.faults import DatabaseFault
from anlan.toolkit.embedded.layout import PORT, Layout, layout_of, settle
from anlan.toolkit.embedded.owner import database_owner
from anlan.toolkit.embedded.processes import is_server, kill_servers_of, runs_removed_program

START_SECONDS = 600.0
"""Crash recovery of a big database takes minutes."""
STOP_SECONDS = 120.0
REMAINS_SECONDS = 5.0
FAILED_STARTS = 6
LOG_BYTES = 1_000_000


class EmbeddedServer:
    """The PostgreSQL of one home: socket only, in a process session of its own.

    ``extra`` are PostgreSQL parameters for this start (tests switch fsync off).
    """

    def __init__(self, home: Path, extra: Mapping[str, str] | None = None) -> None:
        self.home = Path(home).absolute()
        self.extra = dict(extra or {})
        self._child: _Detached | None = None

    @property
    def layout(self) -> Layout:
        return layout_of(self.home)

    @contextmanager
    def use(self, timeout: float = START_SECONDS) -> Iterator["EmbeddedServer"]:
        """Holds the server for a while; the first user starts it, the last one out stops it.

        A server that somebody started by ``start`` is left running. Users who are killed count as gone.
        """
        self.home.mkdir(parents=True, exist_ok=True)
        with (self.home / "postgres.users").open("w") as users:
            fcntl.flock(users, fcntl.LOCK_SH)
            try:
                if self.start(timeout):
                    self._started_by_users.touch()
                yield self
            finally:
                self._leave(users.fileno())

    def start(self, timeout: float = START_SECONDS) -> bool:
        """Brings the server up and waits through crash recovery; safe from several processes at once.

        True if this call started it, False if it adopted a running one. Raises DatabaseFault.
        """
        with self._alone():
            owner = database_owner()
            layout = settle(self.home, owner)
            if self._adopts(layout):
                return False
            programs = usable_programs(owner)
            make_cluster(layout, programs, owner)
            write_configuration(layout, self.extra)
            command = [str(programs / "postgres"), "-D", str(layout.data), "-c", f"config_file={layout.configuration}"]
            self._bring_up(layout, command, owner.spawn, time.monotonic() + timeout)
            return True

    def stop(self) -> None:
        """Fast shutdown, whoever started it; returns when no process of the cluster is left."""
        if not self.layout.data.exists():
            return
        with self._alone():
            self._halt(self.layout)

    def stop_unless_used(self) -> bool:
        """Stops a server that nobody uses, such as one left behind by a killed process; True if there was one."""
        if not self.pid():
            return False
        with (self.home / "postgres.users").open("w") as users:
            return self._leave(users.fileno(), always=True)

    def is_ready(self) -> bool:
        """Whether the server accepts connections, by the identity of its process and its own status line."""
        self._reap()
        return _status(self.layout) == "ready"

    def pid(self) -> int | None:
        """The server's process number, if one is alive."""
        self._reap()
        return _postmaster(self.layout)

    @property
    def _started_by_users(self) -> Path:
        return self.home / "postgres.in-use"

    def _leave(self, users: int, always: bool = False) -> bool:
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        if not always and not self._started_by_users.exists():
            return False
        self.stop()
        self._started_by_users.unlink(missing_ok=True)
        return True

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self.home.mkdir(parents=True, exist_ok=True)
        with (self.home / "postgres.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _reap(self) -> bool:
        """Collects our own child if it has died, lest its zombie pass for a server; True if it had been there."""
        if self._child and self._child.poll() is not None:
            self._child = None
            return True
        return False

    def _adopts(self, layout: Layout) -> bool:
        self._reap()
        pid = _postmaster(layout)
        if pid and runs_removed_program(pid):
            self._halt(layout)
            return False
        return pid is not None and self._settles(layout)

    def _settles(self, layout: Layout) -> bool:
        """Waits for a server on its way up (True) or down (False)."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            status = _status(layout)
            if status in ("ready", None):
                return status == "ready"
            time.sleep(0.02)
        raise DatabaseFault(_not_ready(layout))

    def _bring_up(self, layout: Layout, command: list[str], spawn: Mapping[str, object], deadline: float) -> None:
        if self._child:
            self._child.wait(REMAINS_SECONDS)
        for failures in range(FAILED_STARTS):
            time.sleep(min(0.25 * failures, 2.0))
            _clear_remains(layout)
            self._child = _launch(layout, command, spawn)
            if self._becomes_ready(layout, deadline):
                return
        raise DatabaseFault(
            f"内置数据库启动失败，已试 {FAILED_STARTS} 次；日志在 {layout.log}：\n{_tail(layout)}"
            f" / The embedded database did not start after {FAILED_STARTS} attempts."
        )

    def _becomes_ready(self, layout: Layout, deadline: float) -> bool:
        while not self._reap():
            if _status(layout) == "ready":
                return True
            if time.monotonic() > deadline:
                raise DatabaseFault(_not_ready(layout))
            time.sleep(0.02)
        return False

    def _halt(self, layout: Layout) -> None:
        pid = _postmaster(layout)
        if pid:
            os.kill(pid, signal.SIGINT)
        kill_servers_of(layout.data, STOP_SECONDS)
        if self._child:
            self._child.wait(REMAINS_SECONDS)
            self._child = None


class _Detached(subprocess.Popen[bytes]):
    """A child that is meant to outlive this process, so that being forgotten is no fault."""

    def __del__(self) -> None:
        pass


def _launch(layout: Layout, command: list[str], spawn: Mapping[str, object]) -> _Detached:
    """As a direct child, so that its death is seen at once, but in a session of its own, so that it outlives us."""
    too_long = layout.log.exists() and layout.log.stat().st_size > LOG_BYTES
    with layout.log.open("wb" if too_long else "ab") as log:
        return _Detached(  # type: ignore[call-overload, no-any-return]
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=layout.data, env=environment(),
            start_new_session=True, **spawn,
        )  # fmt: skip


def _pid_lines(layout: Layout) -> list[str]:
    try:
        return (layout.data / "postmaster.pid").read_text().splitlines()
    except OSError:
        return []


def _postmaster(layout: Layout) -> int | None:
    lines = _pid_lines(layout)
    if lines and lines[0].strip().isdigit() and is_server(int(lines[0]), layout.data):
        return int(lines[0])
    return None


def _status(layout: Layout) -> str | None:
    """The eighth line that the server keeps in its own file: starting, ready, stopping; None without a server."""
    if _postmaster(layout) is None:
        return None
    lines = _pid_lines(layout)
    return lines[7].strip() if len(lines) > 7 else "starting"


def _clear_remains(layout: Layout) -> None:
    """Before a start: children of a killed server go, and lock files that name a stranger or a zombie go."""
    kill_servers_of(layout.data, REMAINS_SECONDS)
    for lock in (layout.data / "postmaster.pid", layout.socket_folder / f".s.PGSQL.{PORT}.lock"):
        if _names_somebody(lock):
            lock.unlink(missing_ok=True)


def _names_somebody(lock: Path) -> bool:
    try:
        return Path(f"/proc/{int(lock.read_text().split()[0])}").exists()
    except (OSError, ValueError, IndexError):
        return False


def _not_ready(layout: Layout) -> str:
    return f"内置数据库迟迟不能就绪，日志在 {layout.log} / The embedded database is not ready in time.\n{_tail(layout)}"


def _tail(layout: Layout) -> str:
    logs = sorted((layout.data / "log").glob("*.log"), key=lambda path: path.stat().st_mtime)[-1:]
    return "\n".join(path.read_text(errors="replace")[-1500:] for path in [layout.log, *logs] if path.exists())
