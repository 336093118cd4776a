"""A real browser without a server: what it asks for is answered by Django's test client and the static finders."""

import mimetypes
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from playwright.sync_api import Browser, Page, Request, Route, sync_playwright

ORIGIN = "http://anlan.test"
AXE = Path(__file__).resolve().parents[5] / "web" / "node_modules" / "axe-core" / "axe.min.js"
# What production sends: nothing inline, nothing from elsewhere; previews of photos are blobs, Tabler's ticks are data.
POLICY = "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'self'"
Answer = Callable[[Request], tuple[int, str] | None]


@contextmanager
def a_browser() -> Iterator[Browser]:
    """Chromium of the machine. Fails, naming the package, where there is none."""
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        pytest.fail("No browser found: install one with `apt-get install chromium`.")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


def _static(route: Route, path: str) -> None:
    found = finders.find(path.removeprefix("/static/"))
    if not isinstance(found, str):
        route.fulfill(status=404, body="")
        return
    route.fulfill(path=found, content_type=mimetypes.guess_type(found)[0] or "application/octet-stream")


def _reply(route: Route, answer: Answer | None) -> None:
    request, address = route.request, urlsplit(route.request.url)
    if address.path.startswith("/static/"):
        _static(route, address.path)
        return
    told = answer(request) if answer else None
    if told is None:
        response = Client().get(address.path + (f"?{address.query}" if address.query else ""))
        told = response.status_code, response.content.decode()
    headers = {"content-type": "text/html; charset=utf-8", "content-security-policy": POLICY}
    route.fulfill(status=told[0], body=told[1], headers=headers)


def open_page(
    browser: Browser,
    address: str,
    width: int = 1440,
    height: int = 900,
    answer: Answer | None = None,
    trust: bool = False,
) -> Page:
    """A page in a fresh profile. `answer` may serve an address itself; `trust` lifts the policy, to inject a checker.

    Whatever the page complains about is collected in `page.complaints`.
    """
    context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN", bypass_csp=trust)
    page = context.new_page()
    page.complaints = []  # type: ignore[attr-defined]
    page.on("console", lambda message: page.complaints.append(message.text) if message.type == "error" else None)  # type: ignore[attr-defined]
    page.on("pageerror", lambda error: page.complaints.append(str(error)))  # type: ignore[attr-defined]
    page.route("**/*", lambda route: _reply(route, answer))
    page.goto(ORIGIN + address)
    return page


def violations(page: Page) -> list[str]:
    """What axe finds on the page as it stands; empty when it is sound."""
    page.add_script_tag(content=AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    return [f"{one['id']} ({one['impact']}): {one['nodes'][0]['html'][:120]}" for one in found]
