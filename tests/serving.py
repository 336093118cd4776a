"""Anlan as `anlan up` serves it, in processes of its own, on the test's committed data."""

from __future__ import annotations

import http.client
import json
import os
import queue
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple
from urllib.parse import quote

from django.conf import settings
from django.db import connection
from django.test import Client

from anlan.commands import serving
from anlan.supervise import Part, die_with

PATIENCE = 60.0


class Event(NamedTuple):
    no: int | None
    name: str
    data: Any


@contextmanager
def served(port: int) -> Iterator[str]:
    """The origin of a web process that has been asked for no page yet."""
    web, _worker = serving._parts("127.0.0.1", port)
    with _running(web):
        _wait(port, listens)
        yield f"http://127.0.0.1:{port}"


@contextmanager
def at_work(port: int) -> Iterator[None]:
    """The worker beside it. It remembers how far it has followed a journal, and lives no longer than that journal."""
    _web, worker = serving._parts("127.0.0.1", port)
    with _running(worker):
        yield


def at_rest() -> None:
    """Waits until no other process asks the test's database: what it has may go."""
    asked = """SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle' AND backend_type = 'client backend'"""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute(asked)
            if cursor.fetchone() == (0,):
                return
        time.sleep(0.02)
    raise AssertionError("somebody still asks the database")


@contextmanager
def _running(part: Part) -> Iterator[None]:
    process = _start(part.command, {**part.environment, "ANLAN_DATABASE_URL": _address()})
    try:
        yield
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _start(command: Any, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    parent = os.getpid()
    kept = {k: v for k, v in os.environ.items() if k not in ("ANLAN_DATABASE_POOL", "DJANGO_SETTINGS_MODULE")}
    return subprocess.Popen(command, env={**kept, "ANLAN_HOME": str(settings.ANLAN_HOME), **environment},
                            stdin=subprocess.DEVNULL, preexec_fn=lambda: die_with(parent))


def _address() -> str:
    told = connection.settings_dict
    return f"postgresql://{told['USER']}:{quote(told['PASSWORD'], safe='')}@/{told['NAME']}?host={quote(told['HOST'])}"


def _wait(port: int, ready: Callable[[int], bool]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if ready(port):
            return
        time.sleep(0.05)
    raise AssertionError("nothing was served within a minute")


def listens(port: int) -> bool:
    """Takes a line, and is asked for nothing."""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


class Screen:
    """An open stream as a browser holds it; `next` waits for the next event of a name."""

    def __init__(self, port: int, client: Client, after: int | None = None, came_back: int | None = None) -> None:
        self.line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        cookie = client.cookies.get(settings.SESSION_COOKIE_NAME)
        headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={cookie.value}"} if cookie else {}
        headers |= {"Last-Event-ID": str(came_back)} if came_back is not None else {}
        self.line.request("GET", f"/events?after={after}" if after is not None else "/events", headers=headers)
        self.answer = self.line.getresponse()
        self.status, self.no, self.over = self.answer.status, after, False
        self.events: queue.Queue[Event] = queue.Queue()
        if self.status == 200:
            threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        name, data = "", ""
        with suppress(OSError, http.client.HTTPException, ValueError, AttributeError):
            while line := self.answer.readline():
                text = line.decode().rstrip("\r\n")
                if text.startswith("id: "):
                    self.no = int(text[4:])
                elif text.startswith("event: "):
                    name = text[7:]
                elif text.startswith("data: "):
                    data = text[6:]
                elif not text and name:
                    self.events.put(Event(self.no, name, json.loads(data)))
                    name = ""
        self.over = True

    def next(self, name: str, seconds: float = PATIENCE) -> Event:
        """Skips what has another name."""
        deadline = time.monotonic() + seconds
        while True:
            found = self.events.get(timeout=max(0.01, deadline - time.monotonic()))
            if found.name == name:
                return found

    def has_nothing(self, name: str, seconds: float = 1.0) -> bool:
        try:
            self.next(name, seconds)
        except queue.Empty:
            return True
        return False

    def ends(self) -> bool:
        deadline = time.monotonic() + PATIENCE
        while not self.over and time.monotonic() < deadline:
            time.sleep(0.05)
        return self.over

    def close(self) -> None:
        with suppress(OSError, AttributeError):
            self.line.sock.shutdown(socket.SHUT_RDWR)  # type: ignore[union-attr]
        self.line.close()


__all__ = ["PATIENCE", "Event", "Screen", "at_rest", "at_work", "listens", "served"]
