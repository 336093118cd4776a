"""The client of `intake`, in a process of its own: some keep-alive connections over loopback, each one request at a time.

Reads one job as JSON from standard input, writes what came of it to standard output. Always ends: after `seconds` it
sends nothing more, and waits `patience` seconds for answers that are still owed.
"""

from __future__ import annotations

import json
import selectors
import socket
import sys
import time
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4


@dataclass
class Job:
    """path: up to the id, which is made anew for each request. body: JSON text."""

    port: int
    clients: int
    seconds: float
    path: str
    token: str
    body: str
    patience: float = 10.0


@dataclass
class Told:
    """acked: ids answered with 201. spent: seconds of each of them. errors: how often what else was answered."""

    acked: list[str] = field(default_factory=list)
    spent: list[float] = field(default_factory=list)
    errors: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0

    def fail(self, what: str) -> None:
        self.errors[what] = self.errors.get(what, 0) + 1


class Line:
    """One connection and the request that is under way on it."""

    def __init__(self, job: Job) -> None:
        body = job.body.encode()
        self.head = f"PUT {job.path}".encode()
        self.tail = (f" HTTP/1.1\r\nHost: 127.0.0.1:{job.port}\r\nAuthorization: Bearer {job.token}\r\nAccept: */*\r\n"
                     f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n").encode() + body
        self.socket = socket.create_connection(("127.0.0.1", job.port), timeout=job.patience)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.uid, self.began, self.held, self.size = "", 0.0, b"", 0

    def send(self, uid: UUID) -> None:
        self.uid, self.held, self.size, self.began = str(uid), b"", 0, time.perf_counter()
        self.socket.sendall(self.head + self.uid.encode() + self.tail)

    def read(self) -> str:
        """The status, once the answer is whole; "closed" if the server hung up; else empty."""
        data = self.socket.recv(65536)
        if not data:
            return "closed"
        self.held += data
        if not self.size and (end := self.held.find(b"\r\n\r\n")) >= 0:
            self.size = _size(self.held[:end].lower(), end + 4)
        whole = self.held.endswith(b"0\r\n\r\n") if self.size < 0 else 0 < self.size <= len(self.held)
        return self.held[9:12].decode() if whole else ""


def _size(head: bytes, start: int) -> int:
    """Of the whole answer; -1: it comes in chunks, of which an empty one is the last."""
    for line in head.split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return start + int(line[15:])
    if b"transfer-encoding: chunked" in head:
        return -1
    raise ValueError("an answer whose end cannot be known")


def drive(job: Job) -> Told:
    """Keeps every connection busy until the time is over."""
    told, lines = Told(), [Line(job) for _ in range(job.clients)]
    began = time.perf_counter()
    with selectors.DefaultSelector() as ready:
        for line in lines:
            ready.register(line.socket, selectors.EVENT_READ, line)
            line.send(uuid4())
        _turn(ready, told, began + job.seconds, job.patience)
    told.seconds = time.perf_counter() - began
    for line in lines:
        line.socket.close()
    return told


def _turn(ready: selectors.BaseSelector, told: Told, until: float, patience: float) -> None:
    while ready.get_map():
        found = ready.select(max(0.0, until + patience - time.perf_counter()))
        if not found and time.perf_counter() > until + patience:
            told.fail("no answer")
            return
        for key, _events in found:
            line: Line = key.data
            if status := line.read():
                _settle(line, status, told)
                if status == "closed" or time.perf_counter() >= until:
                    ready.unregister(line.socket)
                else:
                    line.send(uuid4())


def _settle(line: Line, status: str, told: Told) -> None:
    if status != "201":
        told.fail(status)
        return
    told.acked.append(line.uid)
    told.spent.append(time.perf_counter() - line.began)


def main() -> int:
    given: dict[str, Any] = json.load(sys.stdin)
    told = drive(Job(**given))
    json.dump(told.__dict__, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
