"""Pictures of the desks for docs/howto, taken of a running demo (`anlan demo`), at the width of a desk and of a phone.

    python scripts/pictures.py http://127.0.0.1:8000 PASSWORD [--only morning] [--into docs/images]
    python scripts/pictures.py http://127.0.0.1:8000 PASSWORD --night      opens an exercise and plays an hour of it first

PASSWORD is what `anlan demo` prints. Needs chromium (ANLAN_BROWSER names another one).
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, Page, sync_playwright

DESK, PHONE, WALL = (1440, 900), (360, 740), (1920, 1080)


class Picture(NamedTuple):
    """What one of the demo's cast sees at an address. first: open the first row of the list beside it; night: in the exercise, where
    {incident} is the evening's; wait: for this to be there."""

    name: str
    who: str
    path: str
    sizes: tuple[tuple[int, int], ...] = (DESK, PHONE)
    first: bool = False
    night: bool = False
    wait: str = ""


PICTURES = (
    Picture("desk-warden", "warden", "/field/"),
    Picture("desk-community", "community", "/desk/", first=True),
    Picture("desk-street", "street", "/desk/", first=True),
    Picture("desk-department", "gas", "/desk/", first=True),
    Picture("desk-command", "emergency", "/desk/", first=True),
    Picture("desk-director", "director", "/desk/morning/"),
    Picture("desk-leader", "leader", "/desk/dashboard/"),
    Picture("desk-wall", "director", "/desk/morning/wall/", (WALL,)),
    Picture("desk-unit", "unit", "/unit/"),
    Picture("duty-desk", "emergency", "/desk/duty/"),
)
NIGHT = tuple(Picture(name, who, path, sizes, night=True, wait=wait) for name, who, path, sizes, wait in (
    ("night-incident", "emergency", "{incident}", (DESK, PHONE), ""),
    ("night-room", "emergency", "{incident}room/", ((1440, 1500), PHONE), "[data-room-map][data-settled]"),
    ("night-wall", "director", "{incident}room/?wall=1", (WALL,), "[data-room-map][data-settled]"),
    ("night-trace", "director", "{incident}trace/", ((1440, 1100),), ""),
))
TO_MINUTE = 75  # of the evening: teams are on their way, a crew is inside, a pump is still lacking


def main() -> None:
    asked = _asked()
    asked.into.mkdir(parents=True, exist_ok=True)
    incident = _evening() if asked.night else ""
    with _browser() as browser:
        for picture in NIGHT if asked.night else PICTURES:
            if asked.only in picture.name:
                for size in picture.sizes:
                    _take(browser, asked, picture._replace(path=picture.path.format(incident=incident)), size)


def _evening() -> str:
    """Plays the shipped evening up to an hour in the exercise; the address of its incident."""
    told = (Path(__file__).parents[1] / "src/anlan/exercises/scripts/rainstorm.toml").read_text(encoding="utf-8")
    head, *steps = told.split("[[step]]\n")
    kept = [s for s in steps if int(s.split("after = ")[1].split("\n")[0]) <= TO_MINUTE]
    with tempfile.NamedTemporaryFile("w", suffix=".toml", encoding="utf-8") as cut:
        cut.write("[[step]]\n".join((head, *kept)))
        cut.flush()
        words = ["anlan", "simulate", cut.name, "--open", "--speed", "0", "--json"]
        out = subprocess.run(words, check=True, capture_output=True, text=True)
    return str(json.loads(out.stdout)["incident"])


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("address")
    parser.add_argument("password")
    parser.add_argument("--night", action="store_true", help="the command room of an evening that is played in an exercise")
    parser.add_argument("--only", default="", help="part of a picture's name")
    parser.add_argument("--into", type=Path, default=Path("docs/images"))
    return parser.parse_args()


@contextmanager
def _browser() -> Iterator[Browser]:
    path = os.environ.get("ANLAN_BROWSER") or shutil.which("chromium")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox", "--use-angle=swiftshader"])
        yield browser
        browser.close()


def _take(browser: Browser, asked: argparse.Namespace, picture: Picture, size: tuple[int, int]) -> None:
    width, height = size
    context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN", base_url=asked.address,
                                  reduced_motion="reduce")
    page = context.new_page()
    if picture.night:
        page.goto("/sign-in/")
        page.get_by_role("button", name="演练").click()
    _sign_in(page, picture.who, asked.password)
    page.goto(picture.path)
    if picture.wait:
        page.locator(picture.wait).wait_for(state="attached")
    if picture.first and width >= DESK[0]:
        _open_first(page)
    page.wait_for_timeout(800)
    page.screenshot(path=asked.into / f"{picture.name}-{width}.png")
    context.close()


def _sign_in(page: Page, who: str, password: str) -> None:
    page.goto("/sign-in/")
    page.fill("[name=login_name]", who)
    page.fill("[name=password]", password)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url)


def _open_first(page: Page) -> None:
    if page.locator("main tbody th a").count():
        page.keyboard.press("j")
        page.keyboard.press("Enter")
        page.locator("#case .case-head").wait_for()


if __name__ == "__main__":
    main()
