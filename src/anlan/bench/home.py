"""A home of the benchmark's own, with a durable database; both are gone afterwards. Imports nothing of Django."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from anlan.toolkit.embedded import EmbeddedServer

DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}


@contextmanager
def temporary_home() -> Iterator[EmbeddedServer]:
    """This process's settings point to it, whatever the environment says; TMPDIR says on which disk it stands."""
    home = Path(tempfile.mkdtemp(prefix="anlan-bench-"))
    home.chmod(0o755)
    (home / "static").mkdir()
    os.environ.pop("ANLAN_DATABASE_URL", None)
    os.environ |= {"ANLAN_HOME": str(home), "ANLAN_DATABASE_POOL": "off", "DJANGO_SETTINGS_MODULE": "anlan.settings"}
    server = EmbeddedServer(home, DURABLE)
    with _stopping_in_order():
        try:
            with server.use():
                yield server
        finally:
            for path in (server.layout.socket_folder, server.layout.root, home):
                shutil.rmtree(path, ignore_errors=True)


@contextmanager
def _stopping_in_order() -> Iterator[None]:
    """SIGTERM ends the run as Ctrl-C does, so that nothing is left behind."""

    def interrupt(_number: int, _frame: Any) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
