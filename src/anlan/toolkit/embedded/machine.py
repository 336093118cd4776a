"""Memory settings that follow the machine, or the container's limit where that is lower."""

import os
from collections.abc import Iterable
from pathlib import Path

MEBIBYTE = 1024 * 1024
LIMITS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))


def memory_bytes(limits: Iterable[Path] = LIMITS) -> int:
    """Bytes of memory this machine or container may use."""
    physical = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return min([physical, *(limit for path in limits if (limit := _limit(path)))])


def memory_settings(total: int) -> dict[str, str]:
    """PostgreSQL's memory parameters for a machine with ``total`` bytes, shared with the web and the worker."""
    mebibytes = total // MEBIBYTE
    return {
        "shared_buffers": f"{_within(64, mebibytes // 8, 4096)}MB",
        "effective_cache_size": f"{_within(128, mebibytes // 2, 65536)}MB",
        "maintenance_work_mem": f"{_within(32, mebibytes // 32, 1024)}MB",
        "work_mem": f"{_within(4, mebibytes // 512, 64)}MB",
        "max_wal_size": f"{_within(512, mebibytes // 8, 4096)}MB",
    }


def _within(least: int, wanted: int, most: int) -> int:
    return max(least, min(wanted, most))


def _limit(path: Path) -> int | None:
    try:
        return int(path.read_text())
    except (OSError, ValueError):
        return None
