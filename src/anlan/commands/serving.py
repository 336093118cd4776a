"""Runs one home in the foreground: database, migrations, web with its stream, worker, and the greeting when the first page is there."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from anlan.commands import homes
from anlan.commands.sentences import Stop
from anlan.supervise import Part, Tree
from anlan.toolkit.embedded import EmbeddedServer, database_settings, refuse_old_server
from anlan.toolkit.embedded.addresses import uses_embedded

THREADS = 8
"""Per web process; the database pool has as many connections, and one more for the stream."""
DATABASE_SECONDS = 1.0
PAGE_SECONDS = 5.0


def say(sentence: str) -> None:
    """To the person at the terminal; standard output is kept for what was asked for."""
    print(sentence, file=sys.stderr, flush=True)


def web_port() -> int:
    """ANLAN_PORT, by default 8000."""
    wanted = os.environ.get("ANLAN_PORT", "8000")
    if not wanted.isdigit() or not 0 < int(wanted) < 65536:
        raise Stop(f"ANLAN_PORT 应是 1 到 65535 的数，现为“{wanted}”。 / ANLAN_PORT must be a number from 1 to 65535.")
    return int(wanted)


def web_host() -> str:
    """ANLAN_HOST, by default this machine only."""
    return os.environ.get("ANLAN_HOST", "127.0.0.1")


def refuse_occupied(host: str, port: int) -> None:
    """Before anything is built or started."""
    other = port + 1 if port < 65535 else 8000
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as fault:
            raise Stop(
                f"端口 {port} 用不了（{fault.strerror}）；请换一个，例如 ANLAN_PORT={other}。"
                f" / Port {port} cannot be used; choose another, such as ANLAN_PORT={other}."
            ) from None


@contextmanager
def database(home: Path, extra: Mapping[str, str] | None = None) -> Iterator[Callable[[], None]]:
    """The database for as long as it is needed; gives a function that brings it back when it has died.

    extra: PostgreSQL parameters for this time, for the embedded one that does not run yet.
    """
    os.environ["ANLAN_HOME"] = str(home)
    if not uses_embedded():
        refuse_old_server(database_settings(home))
        yield lambda: None
        return
    server = EmbeddedServer(home, extra)
    with server.use():
        yield _watch(server)


def _watch(server: EmbeddedServer) -> Callable[[], None]:
    due_at = 0.0

    def watch() -> None:
        nonlocal due_at
        if time.monotonic() < due_at:
            return
        if not server.is_ready() and server.start():
            say("数据库意外停止，已重新启动。 / The database had stopped and was started again.")
        due_at = time.monotonic() + DATABASE_SECONDS

    return watch


def run_python(*arguments: str) -> None:
    """A step in a process of its own, so that this one stays small; Stop if it fails (it has said why)."""
    done = subprocess.run([sys.executable, *arguments], stdin=subprocess.DEVNULL)
    if done.returncode:
        raise Stop(f"这一步没有成功：{' '.join(arguments)} / This step failed.")


@contextmanager
def loaded_meanwhile(*arguments: str) -> Iterator[Callable[[], None]]:
    """A step that loads its modules while what it needs is made ready; gives the function that lets it begin and waits for
    its end, with Stop if it fails. It begins only when it reads a line, and ends without one."""
    child = subprocess.Popen([sys.executable, *arguments], stdin=subprocess.PIPE)
    assert child.stdin

    def begin() -> None:
        with suppress(BrokenPipeError):
            child.communicate(b"\n")
        if child.wait():
            raise Stop(f"这一步没有成功：{' '.join(arguments)} / This step failed.")

    try:
        yield begin
    except BaseException:
        child.kill()
        raise
    finally:
        child.stdin.close()
        child.wait()


def prepare() -> None:
    """Brings the tables up to this version."""
    run_python("-m", "anlan.commands.tables")


def serve(home: Path, greet: Callable[[str], None], prepared: bool = False) -> None:
    """Serves until asked to stop; ``greet`` gets the address once the first page can be had. prepared: the tables are known
    to be of this version."""
    host, port = web_host(), web_port()
    refuse_occupied(host, port)
    with homes.claimed(home), database(home) as watch_database:
        if not prepared:
            prepare()
        greeting = _greeting(host, port, greet)

        def watch() -> None:
            watch_database()
            greeting()

        Tree(_parts(host, port), say, watch).run()
        say("正在停止…… / Stopping.")


def _parts(host: str, port: int) -> tuple[Part, Part]:
    """Web processes by cores: one for two, as the database and the server's own threads need the other."""
    processes = os.environ.get("ANLAN_WEB_PROCESSES") or str(min(max(1, (os.cpu_count() or 1) // 2), 8))
    threads = os.environ.get("ANLAN_WEB_THREADS") or str(THREADS)
    web = [
        sys.executable, "-m", "granian", "--interface", "rsgi", "--host", host, "--port", str(port),
        "--workers", processes, "--workers-kill-timeout", "10", "--loop", "asyncio",
        "--log-level", "error", "anlan.rsgi:web",
    ]  # fmt: skip
    pool = os.environ.get("ANLAN_DATABASE_POOL") or str(int(threads) + 1)  # and one for the stream
    return (
        Part("web", web, {"ANLAN_DATABASE_POOL": pool, "ANLAN_WEB_THREADS": threads}),
        Part("worker", [sys.executable, "-m", "anlan.worker"]),
    )


def _greeting(host: str, port: int, greet: Callable[[str], None]) -> Callable[[], None]:
    done = False
    name = "127.0.0.1" if host in ("0.0.0.0", "::") else host

    def look() -> None:
        nonlocal done
        if not done and _answers(name, port):
            done = True
            greet(f"http://{name}:{port}/")

    return look


def _answers(host: str, port: int) -> bool:
    page = http.client.HTTPConnection(host, port, timeout=PAGE_SECONDS)
    try:
        page.request("GET", "/")
        return page.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        page.close()
