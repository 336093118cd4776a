"""GET /events on the event loop: each open page is a queue, and one thread looks for all of them."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils.translation import gettext as _

from anlan.kernel import spaces
from anlan.people.spacing import COOKIE

from .hub import Hub, Watcher
from .wire import HEADERS, RETRY, number

LOOK_EVERY = 0.2
REST = 2.0
"""So many times as long as a look took passes before the next: a busy night cannot take all of the processor."""
REST_AFTER_FAULT = 2.0
OF_ONE_SESSION, OF_ALL = 12, 2000

log = logging.getLogger("anlan.stream")


class Stream:
    """All streams of this process and of one space."""

    def __init__(self, space: spaces.Space = spaces.REAL) -> None:
        self.hub, self.space = Hub(), space
        self.thread = ThreadPoolExecutor(1, "stream")
        self.looking: asyncio.Task[None] | None = None
        self.ending = False

    async def answer(self, scope: Any, protocol: Any) -> None:
        """Ends when the reader leaves, when its session ends, or when the process does."""
        if scope.method != "GET":
            protocol.response_empty(405, [("allow", "GET")])
            return
        watcher = Watcher(_session_of(scope), _told_up_to(scope))
        why = await self._refusal(watcher)
        if why:
            status, sentence = why
            body = json.dumps({"error": {"sentences": [sentence], "fields": {}}}, ensure_ascii=False)
            protocol.response_str(status, [("content-type", "application/json")], body)
            return
        await self._serve(watcher, protocol)

    async def _refusal(self, watcher: Watcher) -> tuple[int, str] | None:
        if len(self.hub.watchers) >= OF_ALL or self.ending:
            return 503, _("现在打开的页面太多，请稍后再试。")
        if not watcher.key or not await self._admitted(watcher):
            return 401, _("请先登录")
        return None

    async def _admitted(self, watcher: Watcher) -> bool:
        """To an exercise that is over nobody is."""
        if self.space == spaces.REAL:
            return bool(await self._ask(self.hub.admit, watcher))
        try:
            return bool(await self._ask(self.hub.admit, watcher))
        except DatabaseError:
            return False

    async def _ask(self, question: Any, *given: Any) -> Any:
        """In the one thread that asks the database."""
        return await asyncio.get_running_loop().run_in_executor(self.thread, _asked, self.space, question, *given)

    async def _serve(self, watcher: Watcher, protocol: Any) -> None:
        self._make_room(watcher.key)
        self.hub.watchers[watcher] = None
        if self.looking is None or self.looking.done():
            self.looking = asyncio.create_task(self._look())
        transport = protocol.response_stream(200, HEADERS)
        gone = asyncio.ensure_future(protocol.client_disconnect())
        try:
            with suppress(RuntimeError):  # the line broke
                await transport.send_str(RETRY)
                await _pass_on(watcher, transport, gone)
        finally:
            self.hub.watchers.pop(watcher, None)
            gone.cancel()

    def _make_room(self, key: str) -> None:
        """A session that opens more and more pages loses its oldest streams; they come back by their last id."""
        mine = [w for w in self.hub.watchers if w.key == key]
        for w in mine[: max(0, len(mine) + 1 - OF_ONE_SESSION)]:
            _end(w)

    async def _look(self) -> None:
        """While anybody listens."""
        while self.hub.watchers and not self.ending:
            began = time.monotonic()
            try:
                for watcher, line in await self._ask(self.hub.look, began):
                    _put(watcher, line)
                await asyncio.sleep(max(LOOK_EVERY, REST * (time.monotonic() - began)))
            except Exception:
                log.exception("the stream could not look")
                await asyncio.sleep(REST_AFTER_FAULT)

    def end_all(self) -> None:
        """The process is asked to stop."""
        self.ending = True
        for w in tuple(self.hub.watchers):
            _end(w)


async def _pass_on(watcher: Watcher, transport: Any, gone: asyncio.Future[Any]) -> None:
    while True:
        line = asyncio.ensure_future(watcher.lines.get())
        await asyncio.wait({line, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not line.done():
            line.cancel()
            return
        text = line.result()
        while not watcher.lines.empty():
            text += watcher.lines.get_nowait()
        if text:
            await transport.send_str(text)
        if watcher.ended or gone.done():
            return


def _put(watcher: Watcher, line: str) -> None:
    """A reader that takes nothing is let go: it comes back by the last number it was told."""
    try:
        watcher.lines.put_nowait(line)
    except asyncio.QueueFull:
        watcher.leaving = True
    watcher.ended = watcher.leaving


def _end(watcher: Watcher) -> None:
    watcher.leaving = watcher.ended = True
    with suppress(asyncio.QueueFull):
        watcher.lines.put_nowait("")


def _asked(space: spaces.Space, question: Any, *given: Any) -> Any:
    try:
        with spaces.within(space):
            return question(*given)
    except Exception:
        connection.close()
        raise


def _told_up_to(scope: Any) -> int | None:
    """What a browser has been told, by its own header when it comes back; else what the page was drawn with."""
    back = number(scope.headers.get("last-event-id"))
    return back if back is not None else number(parse_qs(scope.query_string).get("after", [None])[0])


def _session_of(scope: Any) -> str:
    return _cookie_of(scope, settings.SESSION_COOKIE_NAME)


def is_of_exercise(scope: Any) -> bool:
    """Whether the reader has chosen the exercise; its session then lives there, or nowhere."""
    return _cookie_of(scope, COOKIE) == spaces.EXERCISE.name


def _cookie_of(scope: Any, name: str) -> str:
    try:
        cookie = SimpleCookie("; ".join(v for k, v in scope.headers.items() if k == "cookie"))
    except CookieError:
        return ""
    morsel = cookie.get(name)
    return morsel.value if morsel else ""
