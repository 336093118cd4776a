"""The whole house behind an address of this machine, inside the test's own transaction."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connections
from django.test import Client
from playwright.sync_api import Browser, BrowserContext

from anlan.toolkit.ui.tests.browser import FLAGS, a_browser, a_driver, checked, the_browser

HELD = threading.RLock()
"""Who holds it has the connection: a request, or a deed of the test itself."""
ANSWERED = threading.Condition()
ASKED: list[str] = []
"""Paths of requests that have not been answered yet."""


def drain(seconds: float = 10) -> None:
    """Waits until what closed pages have still asked for is answered: it may not run in the next test's transaction."""
    time.sleep(0.05)  # a request that the socket has taken and no thread has begun
    with ANSWERED:
        ANSWERED.wait_for(lambda: not ASKED, timeout=seconds)


@contextmanager
def _asked(path: str) -> Iterator[None]:
    ASKED.append(path)
    try:
        yield
    finally:
        with ANSWERED:
            ASKED.remove(path)
            ANSWERED.notify_all()


class _Server(ThreadedWSGIServer):
    def _close_connections(self) -> None:
        """The connection is the test's."""


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args: Any) -> None:
        pass


@contextmanager
def _open_connection() -> Iterator[None]:
    """As with Django's own client: the end of a request does not end the test's transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@contextmanager
def a_server() -> Iterator[str]:
    """The origin of a server that asks the connection of this thread, for programs that are no browser."""
    with _served(connections["default"]) as origin:
        yield origin


@contextmanager
def a_house() -> Iterator[tuple[Browser, str]]:
    """A browser and the origin of a server that asks the connection of this thread."""
    connection = connections["default"]
    with _served(connection) as origin, a_browser() as browser:
        connections["default"] = connection  # the driver runs an event loop, in which connections begin anew
        yield browser, origin


Spoil = Callable[[str, str], bool]
"""By method and path: whether the house, having done what was asked, answers 503 all the same."""


@contextmanager
def a_phone(profile: Path, spoil: Spoil = lambda *asked: False) -> Iterator[Callable[..., BrowserContext]]:
    """Opens a browser at 360 px that keeps what it held when it was closed.

    trust: lift the content policy, to inject a checker.
    """
    connection = connections["default"]
    with _served(connection, spoil) as origin, a_driver() as driver:
        connections["default"] = connection

        def begin(trust: bool = False) -> BrowserContext:
            return driver.chromium.launch_persistent_context(
                profile, executable_path=the_browser(), args=FLAGS, viewport={"width": 360, "height": 740}, locale="zh-CN",
                bypass_csp=trust, base_url=origin, permissions=["geolocation"],
                geolocation={"longitude": 114.31, "latitude": 30.54, "accuracy": 12})

        yield begin


@contextmanager
def _served(connection: Any, spoil: Spoil = lambda *asked: False) -> Iterator[str]:
    """Requests come one at a time."""
    house = get_wsgi_application()

    def one_by_one(environ: Any, start_response: Any) -> Any:
        with _asked(environ["PATH_INFO"]), HELD, _open_connection():
            answer = house(environ, start_response)
            body = [b"".join(answer)]
            answer.close()
        return body

    def answered(environ: Any, start_response: Any) -> Any:
        if not spoil(environ["REQUEST_METHOD"], environ["PATH_INFO"]):
            return one_by_one(environ, start_response)
        one_by_one(environ, lambda *told: None)
        start_response("503 Service Unavailable", [("Content-Type", "text/html")])
        return [b"<p>busy</p>"]

    connection.inc_thread_sharing()
    server = _Server(("127.0.0.1", 0), _Quiet, allow_reuse_address=False, connections_override={"default": connection})
    server.set_app(answered)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()
    connection.dec_thread_sharing()


def enter(browser: Browser, origin: str, client: Client, width: int, height: int = 900,
          trust: bool = False, **more: Any) -> BrowserContext:
    """A profile that has the client's session. trust: lift the content policy, to inject a checker; more: as Playwright's."""
    context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN", bypass_csp=trust,
                                  base_url=origin, **more)
    if trust:
        checked(context)
    if settings.SESSION_COOKIE_NAME in client.cookies:
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "url": origin,
                              "value": client.cookies[settings.SESSION_COOKIE_NAME].value}])
    return context
