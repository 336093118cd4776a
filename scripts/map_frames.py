"""Frames a second of the map while it pans for ten seconds, in Chromium with software rendering, on a house that runs.

    scripts/map_frames.py http://127.0.0.1:8000 street PASSWORD

Prints JSON: the renderer, features in view, frames a second (median and least of ten seconds), tiles asked for while it
opened and panned, their median and the slowest in ms.
"""

from __future__ import annotations

import json
import statistics
import sys
from typing import Any

from playwright.sync_api import Page, sync_playwright

GL = ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist"]
QUIET = "() => !!window.anlanMap && anlanMap.loaded() && anlanMap.areTilesLoaded()"
PAN = """(pixels) => new Promise((done) => {
  const seconds = Array(10).fill(0), began = performance.now();
  let last = began;
  const count = () => { const at = Math.floor((performance.now() - began) / 1000); if (at < 10) seconds[at] += 1; };
  anlanMap.on('render', count);
  const step = () => {
    const now = performance.now(), past = now - began, far = (now - last) * pixels / 1000;
    last = now;
    if (past > 10000) { anlanMap.off('render', count); done(seconds); return; }
    anlanMap.panBy([Math.cos(past / 1600) * far, Math.sin(past / 1600) * far], { duration: 0 });
    requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
})"""
SPEED = 300  # pixels a second, so that each run sees the same ground and new tiles come, however many frames are drawn
RENDERER = """() => { const gl = document.createElement('canvas').getContext('webgl2');
  return gl.getParameter(gl.getExtension('WEBGL_debug_renderer_info').UNMASKED_RENDERER_WEBGL); }"""
FEATURES = "() => anlanMap.queryRenderedFeatures().length"


def measure(origin: str, who: str, password: str) -> dict[str, Any]:
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path="/usr/bin/chromium", args=GL)
        page = browser.new_context(viewport={"width": 1280, "height": 720}, locale="zh-CN").new_page()
        page.goto(f"{origin}/sign-in/")
        page.fill("[name=login_name]", who)
        page.fill("[name=password]", password)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "sign-in" not in url, timeout=60_000)
        tiles: list[float] = []
        page.context.on("requestfinished", lambda r: tiles.append(r.timing["responseEnd"]) if ".mvt" in r.url else None)
        page.goto(f"{origin}/desk/map/?layers=premises,hazards,special_objects")
        _wait(page)
        features = page.evaluate(FEATURES)
        seconds = page.evaluate(PAN, SPEED)
        told = {"renderer": page.evaluate(RENDERER), "features": features, "frames": statistics.median(seconds), "least": min(seconds),
                "tiles": len(tiles), "median_tile_ms": round(statistics.median(tiles)), "slowest_tile_ms": round(max(tiles, default=0))}
        browser.close()
    return told


def _wait(page: Page) -> None:
    for _turn in range(600):
        page.wait_for_timeout(100)
        if page.evaluate(QUIET):
            return
    raise SystemExit("the map did not settle")


if __name__ == "__main__":
    print(json.dumps(measure(*sys.argv[1:4]), ensure_ascii=False))
