"""The web process under granian: pages by WSGI in threads, the stream of /events on the event loop. docs/adr/0008."""

from __future__ import annotations

import asyncio
import io
import os
import signal
import sys
from collections.abc import Coroutine, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import chain
from typing import Any, TypeVar

from django.conf import settings
from django.urls import get_resolver

from anlan.commands.loading import standing
from anlan.kernel.spaces import EXERCISE
from anlan.proxies import address_behind
from anlan.wsgi import application as pages

from anlan.desk.live.stream import Stream, is_of_exercise  # isort: skip  needs the apps that the line above sets up

STREAM = "/events"
SMALL = 256 * 1024
"""Bytes of a body that are read or sent as one; a larger one goes piece by piece."""
BARE = ("CONTENT_TYPE", "CONTENT_LENGTH")
T = TypeVar("T")


class Web:
    """One per web process. A page takes a thread for as long as it is worked out, a stream takes none."""

    def __init__(self) -> None:
        with standing():
            _ = get_resolver().url_patterns  # what has pages is known by them, and whoever comes back asks for the stream first
        self.threads = ThreadPoolExecutor(int(os.environ.get("ANLAN_WEB_THREADS") or 8), "page")
        self.stream, self.beside = Stream(), Stream(EXERCISE)

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Open streams end as soon as the process is asked to stop; granian itself waits for them."""
        def ending(_number: int, _frame: Any) -> None:
            loop.call_soon_threadsafe(self.stream.end_all)
            loop.call_soon_threadsafe(self.beside.end_all)

        signal.signal(signal.SIGTERM, ending)  # beside the loop's own handler, which is woken through its pipe

    def __rsgi_del__(self, _loop: asyncio.AbstractEventLoop) -> None:
        self.threads.shutdown(wait=False)

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        if scope.path == STREAM:
            await (self.beside if is_of_exercise(scope) else self.stream).answer(scope, protocol)
        else:
            await self._page(scope, protocol)

    async def _page(self, scope: Any, protocol: Any) -> None:
        loop = asyncio.get_running_loop()
        length = scope.headers.get("content-length") or ("0" if "transfer-encoding" not in scope.headers else "")
        if length.isdecimal() and int(length) <= SMALL:
            body: Any = io.BytesIO(await protocol()) if int(length) else io.BytesIO()
        else:
            body = io.BufferedReader(_Arriving(protocol, loop), SMALL)
        await loop.run_in_executor(self.threads, _answer, environ(scope, body), protocol, loop)


def environ(scope: Any, body: Any) -> dict[str, Any]:
    """As PEP 3333 has it; headers that came twice are joined."""
    host, _colon, port = scope.server.rpartition(":")
    found = {
        "REQUEST_METHOD": scope.method, "SCRIPT_NAME": "", "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string, "SERVER_NAME": host, "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}", "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "wsgi.version": (1, 0), "wsgi.url_scheme": scope.scheme, "wsgi.input": body, "wsgi.errors": sys.stderr,
        "wsgi.multithread": True, "wsgi.multiprocess": True, "wsgi.run_once": False}
    for name, value in scope.headers.items():
        key = name.upper().replace("-", "_")
        key = key if key in BARE else f"HTTP_{key}"
        found[key] = f"{found[key]}{'; ' if key == 'HTTP_COOKIE' else ','}{value}" if key in found else value
    if scope.authority and "HTTP_HOST" not in found:
        found["HTTP_HOST"] = scope.authority
    found["REMOTE_ADDR"] = address_behind(found["REMOTE_ADDR"], found.get("HTTP_X_FORWARDED_FOR", ""), settings.ANLAN_PROXIES)
    return found


def _answer(asked: dict[str, Any], protocol: Any, loop: asyncio.AbstractEventLoop) -> None:
    """In a thread of its own: the page is worked out and sent, as one where it is small."""
    head: list[Any] = []
    body = pages(asked, lambda status, headers, *_fault: head.extend((int(status[:3]), headers)))
    try:
        pieces = iter(body)
        first, whole = _gathered(pieces)
        headers = [(name.lower(), value) for name, value in head[1]]
        if whole:
            protocol.response_bytes(head[0], headers, first)
        else:
            _send(protocol.response_stream(head[0], headers), chain((first,), pieces), loop)
    finally:
        if hasattr(body, "close"):
            body.close()


def _gathered(pieces: Iterator[bytes]) -> tuple[bytes, bool]:
    """The beginning of an answer, and whether it is all of it."""
    held, size = [], 0
    for piece in pieces:
        held.append(piece)
        size += len(piece)
        if size > SMALL:
            return b"".join(held), False
    return b"".join(held), True


def _send(transport: Any, pieces: Iterable[bytes], loop: asyncio.AbstractEventLoop) -> None:
    async def sent(piece: bytes) -> None:
        await transport.send_bytes(piece)

    with suppress(RuntimeError):  # whoever asked has left
        for piece in pieces:
            _run(sent(piece), loop)


class _Arriving(io.RawIOBase):
    """A large body, read while it comes: nothing is held that nobody asks for."""

    def __init__(self, protocol: Any, loop: asyncio.AbstractEventLoop) -> None:
        self.pieces, self.loop, self.rest = aiter(protocol), loop, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self.rest:
            self.rest = self._next()
        taken = self.rest[: len(buffer)]
        buffer[: len(taken)], self.rest = taken, self.rest[len(taken):]
        return len(taken)

    def _next(self) -> bytes:
        async def following() -> bytes:
            async for piece in self.pieces:
                if piece:
                    return bytes(piece)
            return b""

        return _run(following(), self.loop)


def _run(work: Coroutine[Any, Any, T], loop: asyncio.AbstractEventLoop) -> T:
    return asyncio.run_coroutine_threadsafe(work, loop).result()


web = Web()
