"""Two numbers by key, for a short while: in this process, or in one small file that all server processes of the house share.

What is shared is lost when the file is, and nothing else hangs on it. A file of fixed size: whoever floods it with keys
pushes out the oldest, as in memory.
"""

from __future__ import annotations

import fcntl
import logging
import os
import struct
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import TypeVar

from django.conf import settings

KEPT_MOST = 5000
SETS, WAYS = 1024, 8
"""Places in the file: a key belongs to one set, and there takes an empty place or that of whoever asked longest ago."""
PLACE = struct.Struct("<8sdd")
NOBODY = bytes(8)
ANOTHER_RUN_S = 60.0
"""An instant so far ahead is of a time before the machine was started anew."""

Pair = tuple[float, float]
"""An amount, and the instant it was of (monotonic seconds, which all processes of a machine read alike)."""
Told = TypeVar("Told")
log = logging.getLogger(__name__)


class Counts:
    """In this process, forgotten when unused."""

    def __init__(self, kept_most: int = KEPT_MOST) -> None:
        self._held: OrderedDict[Hashable, Pair] = OrderedDict()
        self._kept_most, self._lock = kept_most, threading.Lock()

    def change(self, key: Hashable, update: Callable[[Pair | None], tuple[Pair, Told]]) -> Told:
        """Puts what `update` makes of the key's numbers in their place, nobody else in between; returns what it told."""
        with self._lock:
            self._held[key], told = update(self._held.pop(key, None))
            while len(self._held) > self._kept_most:
                self._held.popitem(last=False)
        return told

    def __len__(self) -> int:
        return len(self._held)


class SharedCounts(Counts):
    """In a file of ANLAN_HOME that the server's processes share; where it cannot be used, in this process. name: whose keys."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name, self._file, self._path = name, -1, Path()
        self._one, self._alone = threading.Lock(), False

    def change(self, key: Hashable, update: Callable[[Pair | None], tuple[Pair, Told]]) -> Told:
        if settings.ANLAN_COUNTS_SHARED:
            try:
                return self._change(blake2b(repr((self._name, key)).encode(), digest_size=8).digest(), update)
            except OSError:
                if not self._alone:
                    log.warning("rates are counted by each server process for itself", exc_info=True)
                self._alone = True
        return super().change(key, update)

    def _change(self, key: bytes, update: Callable[[Pair | None], tuple[Pair, Told]]) -> Told:
        with self._one, self._set_of(key) as (file, start):
            held = list(PLACE.iter_unpack(os.pread(file, PLACE.size * WAYS, start)))
            at = next((n for n, (of, _amount, _since) in enumerate(held) if of == key), None)
            pair, told = update(None if at is None else held[at][1:])
            at = _longest_ago(held) if at is None else at
            os.pwrite(file, PLACE.pack(key, *pair), start + at * PLACE.size)
        return told

    @contextmanager
    def _set_of(self, key: bytes) -> Iterator[tuple[int, int]]:
        """The open file and where the key's set begins; no other process is in this set meanwhile."""
        file, size = self._opened(), PLACE.size * WAYS
        start = int.from_bytes(key, "big") % SETS * size
        fcntl.lockf(file, fcntl.LOCK_EX, size, start)
        try:
            yield file, start
        finally:
            fcntl.lockf(file, fcntl.LOCK_UN, size, start)

    def _opened(self) -> int:
        path = Path(settings.ANLAN_HOME) / "rates"
        if self._file < 0 or path != self._path:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file, self._path = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600), path
            if os.fstat(self._file).st_size != SETS * WAYS * PLACE.size:
                os.ftruncate(self._file, SETS * WAYS * PLACE.size)
        return self._file


def _longest_ago(held: list[tuple[bytes, float, float]]) -> int:
    return min(range(WAYS), key=lambda n: (held[n][0] != NOBODY, held[n][2]))
