"""Events as server-sent text (WHATWG HTML 9.2)."""

from __future__ import annotations

import json
from typing import Any

HEADERS = [("content-type", "text/event-stream; charset=utf-8"), ("cache-control", "no-store"),
           ("x-accel-buffering", "no"), ("x-content-type-options", "nosniff")]
RETRY = "retry: 2000\n\n"
MOST = 2**63 - 1


def event(name: str, data: Any, no: int | None = None) -> str:
    """no: the sealed number up to which the reader has now been told."""
    head = f"id: {no}\n" if no is not None else ""
    return f"{head}event: {name}\ndata: {json.dumps(data, ensure_ascii=False, separators=(',', ':'))}\n\n"


def mark(no: int) -> str:
    """Moves the reader's cursor and keeps the line open; no event of its own."""
    return f"id: {no}\n\n"


def number(text: str | None) -> int | None:
    """A sealed number as a browser sends it back; None for anything else."""
    if text is None or not text.isascii() or not text.isdecimal() or len(text) > 19:
        return None
    return min(int(text), MOST)
