"""The heartbeat of a home's worker, as a file: written by the worker, read by whoever looks after the house."""

from __future__ import annotations

import json
from pathlib import Path

HEARTBEAT = "worker.json"


def heartbeat(home: Path) -> dict[str, object] | None:
    """What the worker of this home last said; None if it never ran."""
    try:
        said: dict[str, object] = json.loads((home / HEARTBEAT).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return said
