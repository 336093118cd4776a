"""Facts about what the figures were taken on, without names or addresses."""

from __future__ import annotations

import os
import platform
import statistics
import time
from pathlib import Path
from typing import Any

from django.db import connection

from .home import DURABLE

COMMITS = 200
SETTINGS = (*DURABLE, "server_version", "shared_buffers", "work_mem", "wal_compression", "max_wal_size")


def machine(home: Path) -> dict[str, Any]:
    """Raises RuntimeError for a database that may lose what it has acknowledged: its figures are worth nothing."""
    database = _settings()
    if wrong := {name: database[name] for name, wanted in DURABLE.items() if database[name] != wanted}:
        raise RuntimeError(f"the database is not durable: {wrong}")
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    return {"processors": os.cpu_count(), "model": _model(), "memory_gib": round(memory, 1), "system": platform.system(),
            "python": platform.python_version(), "file_system": _file_system(home), "commit_ms": _commit_ms(),
            "database": database}


def load() -> float:
    """How busy the machine is with everything, ourselves included: the load average of one minute."""
    return round(os.getloadavg()[0], 1)


def _settings() -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, current_setting(name) FROM unnest(%s::text[]) AS name", [list(SETTINGS)])
        return dict(cursor.fetchall())


def _model() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")


def _file_system(path: Path) -> str:
    try:
        mounts = [line.split() for line in Path("/proc/mounts").read_text().splitlines()]
    except OSError:
        return ""
    under = [(len(where), kind) for _device, where, kind, *_more in mounts if path.is_relative_to(where)]
    return max(under, default=(0, ""))[1]


def _commit_ms() -> float:
    """The median of durable commits of one row."""
    spent = []
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_commit (n int)")
        for n in range(COMMITS):
            began = time.perf_counter()
            cursor.execute("INSERT INTO bench_commit VALUES (%s)", [n])
            spent.append(time.perf_counter() - began)
        cursor.execute("DROP TABLE bench_commit")
    return round(statistics.median(spent) * 1000, 2)
