"""What an ANLAN_HOME holds: which district, and whether its building was finished."""

import fcntl
import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from anlan.commands.sentences import Stop
from anlan.toolkit.embedded import EmbeddedServer
from anlan.toolkit.embedded.addresses import uses_embedded

DEFAULT_HOME = Path("~/.local/share/anlan")
STOP_SECONDS = 180.0


@dataclass
class District:
    """``kind`` is demo or district; ``logins`` are pairs of name and role, of the demo only."""

    kind: str
    complete: bool = True
    logins: list[tuple[str, str]] = field(default_factory=list)
    password: str = ""


def home_folder() -> Path:
    """ANLAN_HOME, or its default in the user's own data folder."""
    return Path(os.environ.get("ANLAN_HOME") or DEFAULT_HOME.expanduser()).absolute()


def read(home: Path) -> District | None:
    """What the home holds; None if nothing was begun there."""
    path = home / "district.json"
    if path.exists():
        said: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return District(**{**said, "logins": [tuple(pair) for pair in said.get("logins", [])]})
    if EmbeddedServer(home).layout.data.exists():
        return District("district")
    return None


def write(home: Path, district: District) -> None:
    """Whole or not at all; readable to its owner only, as the demo's password stands in it."""
    home.mkdir(parents=True, exist_ok=True)
    fresh = home / "district.json.new"
    fresh.unlink(missing_ok=True)
    fresh.touch(mode=0o600)
    fresh.write_text(json.dumps(asdict(district), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    fresh.replace(home / "district.json")


@contextmanager
def claimed(home: Path) -> Iterator[None]:
    """Held by the one ``anlan up`` or ``anlan demo`` of a home; a killed one lets go by itself."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / "anlan.pid").open("a+") as claim:
        try:
            fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Stop(
                f"{home} 的安澜已在运行（进程 {_holder(home)}）；用 anlan stop 停下它。"
                " / Anlan already runs on this home; stop it with: anlan stop"
            ) from None
        claim.truncate(0)
        claim.write(f"{os.getpid()}\n")
        claim.flush()
        yield


def stop(home: Path) -> bool:
    """Stops what runs on this home, in order, and a database that a killed one left behind; False if nothing ran."""
    ran = _stop_tree(home)
    left_behind = uses_embedded() and EmbeddedServer(home).stop_unless_used()
    return ran or left_behind


def _stop_tree(home: Path) -> bool:
    holder = _holder(home)
    if holder is None:
        return False
    os.kill(holder, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    while _holder(home) == holder:
        if time.monotonic() > deadline:
            raise Stop(f"{STOP_SECONDS:g} 秒内没有停下来 / It did not stop within {STOP_SECONDS:g} s")
        time.sleep(0.05)
    return True


def _holder(home: Path) -> int | None:
    """The process that has this home's claim open; a number that only stands in the file proves nothing."""
    path = home / "anlan.pid"
    try:
        pid = int(path.read_text())
    except (OSError, ValueError):
        return None
    return pid if str(path.resolve()) in _opened_by(pid) else None


def _opened_by(pid: int) -> Iterator[str]:
    with suppress(OSError):
        for name in os.listdir(f"/proc/{pid}/fd"):
            with suppress(OSError):
                yield os.readlink(f"/proc/{pid}/fd/{name}")
