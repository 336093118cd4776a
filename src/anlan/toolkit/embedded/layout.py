"""Where the parts of the cluster stand, and how they are found again.

Normally in ``<home>/postgres``. Where the database user cannot enter the home (root's own home, say) they stand in
``/var/lib/anlan`` or ``/var/tmp/anlan`` and the file ``postgres.at`` in the home names the place. Permissions of
folders that are not ours are never changed.
"""

import os
import secrets
import shutil
import stat
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from anlan.toolkit.embedded.faults import DatabaseFault
from anlan.toolkit.embedded.owner import Owner

MAJOR = 18
PORT = 5432
SOCKET_PATH_BYTES = 100
SHELVES = (Path("/var/lib/anlan"), Path("/var/tmp/anlan"))


@dataclass(frozen=True)
class Layout:
    """The paths of one cluster. ``root`` is ours; ``data`` and the socket folder are the database user's."""

    root: Path

    @property
    def data(self) -> Path:
        return self.root / f"postgres{MAJOR}"

    @property
    def half_made(self) -> Path:
        return self.root / f"postgres{MAJOR}.new"

    @property
    def socket_folder(self) -> Path:
        return _pointed_at(self.root / "socket.at") or self.root / "run"

    @property
    def configuration(self) -> Path:
        return self.root / "postgresql.conf"

    @property
    def password_file(self) -> Path:
        return self.root / "anlan.password"

    @property
    def superuser_password_file(self) -> Path:
        return self.root / "postgres.password"

    @property
    def log(self) -> Path:
        return self.root / "postgres.log"

    def password(self) -> str:
        """The application's password; empty before the cluster exists."""
        return self.password_file.read_text().strip() if self.password_file.exists() else ""


def layout_of(home: Path) -> Layout:
    """Where the cluster of this home stands or would stand; changes nothing."""
    return Layout(_pointed_at(home / "postgres.at") or home.absolute() / "postgres")


def settle(home: Path, owner: Owner) -> Layout:
    """Makes the folders of the cluster where the database user can reach them."""
    layout = layout_of(home)
    if not _hosts(layout.root, owner):
        layout = _settle_elsewhere(home, layout, owner)
    _settle_socket(layout, owner)
    return layout


def trusted_shelf(shelves: tuple[Path, ...]) -> Iterator[Path]:
    """The folders among these that are the present user's, writable to nobody else; made where missing."""
    for shelf in shelves:
        try:
            shelf.mkdir(mode=0o755, exist_ok=True)
            shelf.chmod(0o755) if _ours(shelf) else None
        except OSError:
            continue
        if _ours(shelf):
            yield shelf


def _ours(folder: Path) -> bool:
    found = folder.lstat()
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid() and not found.st_mode & 0o022


def _pointed_at(pointer: Path) -> Path | None:
    try:
        return Path(pointer.read_text().splitlines()[0])
    except (FileNotFoundError, IndexError):
        return None


def _hosts(root: Path, owner: Owner) -> bool:
    """Tries, as the database user, whether a folder of its own under ``root`` can be worked in."""
    root.mkdir(parents=True, exist_ok=True)
    root.chmod(0o755)
    run = root / "run"
    run.mkdir(mode=0o700, exist_ok=True)
    owner.give(run)
    return owner.can_enter(run)


def _settle_elsewhere(home: Path, layout: Layout, owner: Owner) -> Layout:
    if layout.data.exists():
        raise DatabaseFault(
            f"数据库用户进不了数据目录 {layout.data}；请恢复它上级目录的通行权限。"
            f" / The database user cannot enter {layout.data}; give its parent folders back their x permission."
        )
    shutil.rmtree(layout.root)
    for shelf in trusted_shelf(SHELVES):
        root = shelf / f"home-{secrets.token_hex(8)}"
        if _hosts(root, owner):
            (root / "home").write_text(f"{home.absolute()}\n")
            _point(home / "postgres.at", root)
            return Layout(root)
    raise DatabaseFault(
        f"找不到数据库用户能用的目录（试过 {home} 和 {'、'.join(map(str, SHELVES))}）；"
        "请把 ANLAN_HOME 设到它能进入的目录。"
        " / No folder was found that the database user can enter; set ANLAN_HOME to one."
    )


def _settle_socket(layout: Layout, owner: Owner) -> None:
    folder = layout.socket_folder
    if folder == layout.root / "run" and _fits(folder):
        return
    if not _private(folder, owner) or not _fits(folder):
        folder = Path(tempfile.mkdtemp(prefix="anlan-", dir="/tmp"))
        owner.give(folder)
        _point(layout.root / "socket.at", folder)


def _fits(folder: Path) -> bool:
    """A comma would read as a list of hosts to every client."""
    path = os.fsencode(folder / f".s.PGSQL.{PORT}")
    return len(path) <= SOCKET_PATH_BYTES and b"," not in path


def _private(folder: Path, owner: Owner) -> bool:
    try:
        found = folder.lstat()
    except FileNotFoundError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == owner.uid and not found.st_mode & 0o077


def _point(pointer: Path, target: Path) -> None:
    fresh = pointer.with_suffix(".new")
    fresh.write_text(f"{target}\n")
    fresh.replace(pointer)
