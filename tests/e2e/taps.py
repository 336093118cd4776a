"""A phone whose taps, characters and seconds are counted, and the table of docs/explanation/taps.md that they must equal."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, Page, expect

from anlan.toolkit.ui.tests.browser import violations

DOC = Path(__file__).resolve().parents[2] / "docs" / "explanation" / "taps.md"
CAMERA = 2
"""Taps in the phone's own camera: the shutter, and that the photo is good."""
CHOOSING = 2
"""Taps in a list that opens: the field, the line."""


class Counted(NamedTuple):
    taps: int
    typed: int


class Phone:
    """360 px wide. What the person does is counted; what the test looks at is not."""

    def __init__(self, browser: Browser, origin: str, place: tuple[float, float] | None = None, **more: object) -> None:
        where = {"geolocation": {"longitude": place[0], "latitude": place[1]}, "permissions": ["geolocation"]} if place else {}
        self.context = browser.new_context(viewport={"width": 360, "height": 740}, locale="zh-CN", base_url=origin, bypass_csp=True,
                                           **where, **more)
        self.page: Page = self.context.new_page()
        self.taps = self.typed = 0
        self.since = time.monotonic()

    def tap(self, selector: str) -> None:
        self.taps += 1
        self.page.locator(selector).first.click()

    def write(self, selector: str, text: str) -> None:
        self.taps += 1
        self.typed += len(text)
        self.page.fill(selector, text)

    def choose(self, selector: str, value: str) -> None:
        self.taps += CHOOSING
        self.page.select_option(selector, value)

    def take(self, selector: str, photo: Path) -> None:
        self.taps += 1 + CAMERA
        self.page.set_input_files(selector, photo)

    def reads(self, sentence: str, within: str = "main") -> None:
        expect(self.page.locator(within)).to_contain_text(sentence)

    def sound(self, name: str) -> None:
        """Nothing that axe or a narrow screen finds; a picture for docs/images where ANLAN_PICTURES names a folder."""
        picture(self.page, name)
        assert violations(self.page) == [], name
        assert self.page.evaluate("document.documentElement.scrollWidth") <= 360, name

    @property
    def counted(self) -> Counted:
        return Counted(self.taps, self.typed)

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.since


def picture(page: Page, name: str) -> None:
    """For docs/images, where ANLAN_PICTURES names a folder."""
    if folder := os.environ.get("ANLAN_PICTURES"):
        page.screenshot(path=f"{folder}/{name}-{page.viewport_size['width']}.png")


class Row(NamedTuple):
    counted: Counted
    seconds: float
    """At most so long for the pages alone, on the two cores of the tests."""


def written_down(name: str) -> Row:
    """What the table says of one way."""
    found = re.search(rf"^\| {re.escape(name)} \|.*?\| (\d+) \| (\d+) \| ([\d.]+) \|$", DOC.read_text(), re.MULTILINE)
    assert found, f"{DOC.name} has no row “{name}”"
    return Row(Counted(int(found[1]), int(found[2])), float(found[3]))
