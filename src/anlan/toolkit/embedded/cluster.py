"""Makes the cluster and writes its configuration."""

import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from anlan.toolkit.embedded.faults import DatabaseFault
from anlan.toolkit.embedded.layout import PORT, Layout
from anlan.toolkit.embedded.machine import memory_bytes, memory_settings
from anlan.toolkit.embedded.owner import Owner
from anlan.toolkit.embedded.processes import kill_servers_of

ROLE = "anlan"
SUPERUSER = "postgres"
INITDB_SECONDS = 300

FIXED = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "jit": "off",
    "random_page_cost": "1.1",
    "wal_compression": "on",
    "log_destination": "stderr",
    "logging_collector": "on",
    "log_directory": "log",
    "log_filename": "postgresql-%a.log",
    "log_truncate_on_rotation": "on",
    "log_rotation_age": "1d",
    "log_min_duration_statement": "1000",
    "log_timezone": "Asia/Shanghai",
    "timezone": "UTC",
}


def environment() -> dict[str, str]:
    """What PostgreSQL's programs see of ours: no PG* variable, no language of the terminal."""
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8"}


def make_cluster(layout: Layout, programs: Path, owner: Owner) -> None:
    """Makes the cluster with its role and database, whole or not at all; what a killed maker left is swept first."""
    if (layout.data / "PG_VERSION").exists():
        return
    if layout.half_made.exists():
        kill_servers_of(layout.half_made, patience=0)
        shutil.rmtree(layout.half_made)
    layout.half_made.mkdir(mode=0o700)
    owner.give(layout.half_made)
    _initdb(layout, programs, owner)
    _make_database(layout, programs, owner)
    layout.half_made.rename(layout.data)


def write_configuration(layout: Layout, extra: Mapping[str, str]) -> None:
    """Written anew at each start, as machine and socket may have changed; ``conf.d`` beside it is the operator's.

    It stands outside the data folder: a file written there by root could be led astray by the database user.
    """
    socket = str(layout.socket_folder).replace('"', '""')
    settings = FIXED | memory_settings(memory_bytes()) | {"unix_socket_directories": f'"{socket}"'} | dict(extra)
    lines = ["# written at each start; put your own settings into conf.d/*.conf"]
    lines += [f"{name} = '{_quoted(value)}'" for name, value in settings.items()]
    fresh = layout.configuration.with_suffix(".new")
    fresh.write_text("\n".join([*lines, "include_dir = 'conf.d'", ""]))
    fresh.chmod(0o644)
    fresh.replace(layout.configuration)
    own = layout.root / "conf.d"
    own.mkdir(exist_ok=True)
    own.chmod(0o755)


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "''")


def _initdb(layout: Layout, programs: Path, owner: Owner) -> None:
    password = _remember(layout.superuser_password_file)
    with tempfile.NamedTemporaryFile("w", dir=layout.root / "run", prefix="initdb-") as handed:
        handed.write(password)
        handed.flush()
        owner.give(Path(handed.name))
        command = [
            str(programs / "initdb"), "-D", str(layout.half_made), "-U", SUPERUSER, "--encoding=UTF8", "--locale=C",
            "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--data-checksums",
            "--auth-local=scram-sha-256", "--auth-host=scram-sha-256", f"--pwfile={handed.name}",
        ]  # fmt: skip
        _run(command, layout, owner)


def _make_database(layout: Layout, programs: Path, owner: Owner) -> None:
    """By the server in single-user mode, so that no half-furnished cluster is ever started."""
    password = _remember(layout.password_file)
    statements = f"CREATE ROLE {ROLE} LOGIN CREATEDB PASSWORD '{password}'\nCREATE DATABASE {ROLE} OWNER {ROLE}\n"
    _run([str(programs / "postgres"), "--single", "-D", str(layout.half_made), "postgres"], layout, owner, statements)


def _remember(path: Path) -> str:
    password = secrets.token_urlsafe(24)
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    fresh.touch(mode=0o600)
    fresh.write_text(f"{password}\n")
    fresh.replace(path)
    return password


def _run(command: list[str], layout: Layout, owner: Owner, said: str = "") -> None:
    done = subprocess.run(
        command, input=said, text=True, capture_output=True, timeout=INITDB_SECONDS,
        cwd=layout.half_made, env=environment(), **owner.spawn,
    )  # fmt: skip
    if done.returncode or "ERROR:" in done.stderr:
        told = done.stdout[-500:] + done.stderr[-1500:]
        raise DatabaseFault(f"建立数据库失败 / the cluster could not be made:\n{told}")
