"""The system user that owns the cluster: PostgreSQL refuses to run as root."""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anlan.toolkit.embedded.faults import DatabaseFault

USER_NAME = "anlan-db"


@dataclass(frozen=True)
class Owner:
    """Who PostgreSQL runs as; ``switch`` where that is not the present user."""

    uid: int
    gid: int
    switch: bool

    @property
    def spawn(self) -> dict[str, Any]:
        """Keyword arguments for subprocess that make a child run as this user."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.switch else {}

    def give(self, path: Path) -> None:
        """Hands one path (never a parent of it) to this user."""
        if self.switch:
            os.chown(path, self.uid, self.gid)

    def can_enter(self, folder: Path) -> bool:
        """Whether this user can work in the folder, tried as that user and not guessed from mode bits."""
        command = ["/bin/sh", "-c", 'test -r "$1" && test -w "$1" && test -x "$1"', "sh", str(folder)]
        return subprocess.run(command, cwd="/", stdin=subprocess.DEVNULL, **self.spawn).returncode == 0


def database_owner() -> Owner:
    """The present user, or as root a system user of its own, made when it is missing."""
    if os.geteuid() != 0:
        return Owner(os.geteuid(), os.getegid(), switch=False)
    entry = _entry() or _made()
    return Owner(entry.pw_uid, entry.pw_gid, switch=True)


def _entry() -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(USER_NAME)
    except KeyError:
        return None


def _made() -> pwd.struct_passwd:
    useradd = shutil.which("useradd") or shutil.which("useradd", path="/usr/sbin:/sbin")
    if useradd:
        flags = ["--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
        command = [useradd, *flags, "--shell", "/usr/sbin/nologin", USER_NAME]
        subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True)
    if entry := _entry():
        return entry
    raise DatabaseFault(
        f"PostgreSQL 不能以 root 运行，而系统用户 {USER_NAME} 无法建立；请先建立该用户，或改用普通用户启动。"
        f" / PostgreSQL refuses to run as root and the system user {USER_NAME} could not be made."
    )
