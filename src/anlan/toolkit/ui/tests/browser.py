"""A real browser without a server: what it asks for is answered by Django's test client and the static finders."""

import mimetypes
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, Request, Route, expect, sync_playwright

expect.set_options(timeout=15_000)  # other tests run beside
ORIGIN = "http://anlan.test"
AXE = Path(__file__).resolve().parents[5] / "web" / "node_modules" / "axe-core" / "axe.min.js"
# What production sends: nothing inline, nothing from elsewhere; previews of photos are blobs, Tabler's ticks are data.
POLICY = "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'self'"


class Reply(NamedTuple):
    status: int
    body: str
    headers: Mapping[str, str] = MappingProxyType({})


# The processor paints the pages; a graphics card made of software, which took as long again, draws nothing but the maps.
FLAGS = ("--no-sandbox", "--disable-gpu", "--enable-unsafe-swiftshader")
# Beside each address bar, which nobody sees, Chromium keeps two pages of suggestions: they took most of a new profile's time.
# The last list counts, so that those of Playwright which matter to pages of this machine are told again. A phone's one profile
# has Playwright's own: with this one its photos waited longer for their second try than the day's test does.
WITHOUT = ("WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose",
           "HttpsUpgrades", "HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "PaintHolding",
           "ThirdPartyStoragePartitioning", "AvoidCorsURLLoaderRestartOnRedirect", "OptimizationHints",
           "NetworkTimeServiceQuerying", "AimEnabled", "PreconnectToSearch")
Answer = Callable[[Request], Reply]


def the_browser() -> str:
    """Chromium of the machine. Fails, naming the package, where there is none."""
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        pytest.fail("No browser found: install one with `apt-get install chromium`.")
    return path


@contextmanager
def a_driver() -> Iterator[Playwright]:
    # The driver's event loop runs in the thread of the test; with this, Django lets the same thread ask its database.
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with sync_playwright() as driver:
        yield driver


@contextmanager
def a_browser() -> Iterator[Browser]:
    path = the_browser()
    with a_driver() as driver:
        browser = driver.chromium.launch(executable_path=path, args=(*FLAGS, f"--disable-features={','.join(WITHOUT)}"))
        yield browser
        browser.close()


def _static(route: Route, path: str) -> None:
    found = finders.find(path.removeprefix("/static/"))
    if not isinstance(found, str):
        route.fulfill(status=404, body="")
        return
    route.fulfill(path=found, content_type=mimetypes.guess_type(found)[0] or "application/octet-stream")


def ask(client: Client, request: Request) -> Reply:
    """The answer of Django's test client to what the browser asks for; forms are sent as they come."""
    address = urlsplit(request.url)
    response = client.generic(
        request.method,
        address.path + (f"?{address.query}" if address.query else ""),
        request.post_data_buffer or b"",
        content_type=request.headers.get("content-type", ""),
        headers={name: told for name, told in request.headers.items() if name.startswith(("hx-", "x-"))},
    )
    onward = {"location": response["Location"]} if response.has_header("Location") else {}
    return Reply(response.status_code, b"".join(response).decode(), onward)


def _reply(answer: Answer, route: Route) -> None:
    request, address = route.request, urlsplit(route.request.url)
    if address.path.startswith("/static/"):
        _static(route, address.path)
        return
    try:
        told = answer(request)
    except Exception as fault:  # the browser would wait for ever: let it have the fault as its page
        told = Reply(500, f"<pre>{fault!r}</pre>")
    headers = {"content-type": "text/html; charset=utf-8", "content-security-policy": POLICY, **told.headers}
    route.fulfill(status=told.status, body=told.body, headers=headers)


def open_page(
    browser: Browser,
    address: str,
    width: int = 1440,
    height: int = 900,
    answer: Answer | None = None,
    client: Client | None = None,
    trust: bool = False,
) -> Page:
    """A page in a fresh profile, answered by `client` (signed in, say) or by `answer` instead.

    `trust` lifts the content policy, to inject a checker.
    Whatever the page complains about is collected in `page.complaints`.
    """
    context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN", bypass_csp=trust)
    if trust:
        checked(context)
    page = context.new_page()
    page.complaints = []  # type: ignore[attr-defined]
    page.on("console", lambda message: page.complaints.append(message.text) if message.type == "error" else None)  # type: ignore[attr-defined]
    page.on("pageerror", lambda error: page.complaints.append(str(error)))  # type: ignore[attr-defined]
    page.route("**/*", partial(_reply, answer or partial(ask, client or Client())))
    page.goto(ORIGIN + address)
    return page


def violations(page: Page) -> list[str]:
    """What axe finds on the page as it stands; empty when it is sound."""
    inject(page)
    return found_by_axe(page)


def checked(context: BrowserContext) -> BrowserContext:
    """Every page that is opened here has axe: to send half a megabyte into each anew took longer than the pages."""
    context.add_init_script(path=AXE)
    return context


def inject(page: Page) -> None:
    """Puts axe into a page that is trusted (see `open_page`) and has none yet."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8") + ";0")


def found_by_axe(page: Page) -> list[str]:
    """What axe finds on a page that it was put into, at the width it has now; style sheets are not fetched once more."""
    found = page.evaluate("axe.run(document, {resultTypes: ['violations'], preload: false})")["violations"]
    return [f"{one['id']} ({one['impact']}): {one['nodes'][0]['html'][:120]}" for one in found]
