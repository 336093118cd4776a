"""A reader who follows every link: what each of the cast reaches from the first page, and what it answers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import parse_qsl, urljoin, urlsplit

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import Resolver404, resolve

from .world import undone

HEAVY = ("pdf", "docx", "export", "template", "files/")  # answered alike to everyone who may have them: asked once
LEFT_OUT = ("/static/", "/language/", "/design", "/setup/")
ASKED_ONCE: set[str] = set()


@dataclass
class Page:
    """One answer: which route, where, and what it took."""

    route: str
    path: str
    status: int
    text: str
    statements: int
    found_on: str


@dataclass
class Reader:
    """Follows links from `start`; of each route and set of words in the query one page is read."""

    client: Client
    start: str
    pages: list[Page] = field(default_factory=list)
    dead: list[tuple[str, str, object]] = field(default_factory=list)
    met: set[tuple[str, ...]] = field(default_factory=set)

    def read(self) -> Reader:
        waiting = [(self.start, "")]
        while waiting:
            path, origin = waiting.pop(0)
            if (page := self._open(path, origin)) is not None:
                waiting += [(link, path) for link in links_of(page.text, path)]
                self.dead += [(path, action, "no such address") for action in actions_of(page.text, path)
                              if route_of(action) is None]
        return self

    def _open(self, path: str, origin: str) -> Page | None:
        asked = urlsplit(path)
        route = route_of(asked.path)
        if route is None:
            self.dead.append((origin, path, "no such address"))
            return None
        key = (route, *sorted({name for name, _value in parse_qsl(asked.query)}))
        if key in self.met or (any(h in route for h in HEAVY) and route in ASKED_ONCE):
            return None
        self.met.add(key)
        ASKED_ONCE.add(route)
        with undone(), CaptureQueriesContext(connection) as held:
            answer = self.client.get(path)
        if answer.status_code in (301, 302):
            return Page(route, path, 302, f'<a href="{answer["Location"]}">', 0, origin)
        if answer.status_code != 200:
            self.dead.append((origin, path, answer.status_code))
            return None
        text = answer.content.decode() if "html" in answer["Content-Type"] and not answer.streaming else ""
        page = Page(route, path, answer.status_code, text, asked_by_page(held), origin)
        self.pages.append(page)
        return page


def asked_by_page(held: CaptureQueriesContext) -> int:
    """Without the instance clock, which is asked once a second whoever comes."""
    return sum("kernel_instanceclock" not in asked["sql"] for asked in held)


def route_of(path: str) -> str | None:
    try:
        return resolve(urlsplit(path).path).route
    except Resolver404:
        return None


def links_of(text: str, path: str) -> Iterator[str]:
    """Addresses of this site that the page's links name."""
    yield from _here(re.findall(r'<a\b[^>]*?\bhref="([^"]*)"', text), path)


def actions_of(text: str, path: str) -> Iterator[str]:
    """Where the page's forms are sent, and what its scripts fetch."""
    yield from _here(re.findall(r'\b(?:action|formaction|hx-get|hx-post|data-options)="([^"]*)"', text), path)


def _here(found: list[str], path: str) -> Iterator[str]:
    for raw in found:
        address = urlsplit(urljoin(path, unescape(raw)))
        if address.netloc or address.scheme or raw.startswith("#") or address.path.startswith(LEFT_OUT):
            continue
        yield address.path + (f"?{address.query}" if address.query else "")


def spoken(text: str) -> str:
    """What a person reads or hears of a page: its text and the labels for those who do not see it."""
    text = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", text, flags=re.S)
    labels = " ".join(re.findall(r'\b(?:title|alt|placeholder|aria-label)="([^"]*)"', text))
    return unescape(re.sub(r"<[^>]+>", " ", text) + " " + labels)
