"""Django's DATABASES entry for the embedded server of a home, or for any server by ANLAN_DATABASE_URL."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from anlan.toolkit.embedded.faults import DatabaseFault
from anlan.toolkit.embedded.layout import PORT, layout_of

ENGINE = "anlan.kernel.postgres"
OLDEST = 15
SCHEMES = ("postgres", "postgresql")
POOL_SIZE = 8


def database_settings(home: Path, name: str = "anlan") -> dict[str, Any]:
    """The entry for this home; reads the environment and the home, starts nothing and connects to nothing.

    ANLAN_DATABASE_URL: another server. ANLAN_DATABASE_POOL: connections per process, ``off`` for none kept.
    ANLAN_TEST_DATABASE: name of the test database; ANLAN_TEST_TEMPLATE: the one it is copied from.
    Raises DatabaseFault on an address that cannot be read.
    """
    url = os.environ.get("ANLAN_DATABASE_URL", "")
    entry = _from_url(url) if url else _from_home(home, name)
    pool = _pool()
    if pool:
        entry["OPTIONS"]["pool"] = pool
    return {
        **entry,
        "ENGINE": ENGINE,
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
        "TEST": {"NAME": os.environ.get("ANLAN_TEST_DATABASE", "test_anlan"),
                 "TEMPLATE": os.environ.get("ANLAN_TEST_TEMPLATE") or None},
    }


def refuse_old_server(entry: dict[str, Any]) -> None:
    """Connects once; raises DatabaseFault if the server is unreachable or older than PostgreSQL 15."""
    import psycopg  # noqa: PLC0415  settings are read without a driver

    options = {name: value for name, value in entry["OPTIONS"].items() if name != "pool"}
    try:
        with psycopg.connect(
            host=entry["HOST"], port=entry["PORT"], user=entry["USER"], password=entry["PASSWORD"],
            dbname=entry["NAME"], connect_timeout=10, **options,
        ) as connection:  # fmt: skip
            version = connection.info.server_version // 10000
    except psycopg.Error as fault:
        raise DatabaseFault(f"连不上数据库 / The database cannot be reached: {fault}") from fault
    if refusal := too_old(version):
        raise DatabaseFault(refusal)


def too_old(version: int) -> str | None:
    """The sentence of refusal for this major version, or None."""
    if version >= OLDEST:
        return None
    return (
        f"需要 PostgreSQL {OLDEST} 或更高版本，ANLAN_DATABASE_URL 指向的服务器是 {version}。"
        f" / PostgreSQL {OLDEST} or later is needed; this server is {version}."
    )


def uses_embedded() -> bool:
    """Whether this installation runs on its own server."""
    return not os.environ.get("ANLAN_DATABASE_URL")


def _from_home(home: Path, name: str) -> dict[str, Any]:
    layout = layout_of(home)
    return {
        "HOST": str(layout.socket_folder),
        "PORT": str(PORT),
        "USER": "anlan",
        "PASSWORD": layout.password(),
        "NAME": name,
        "OPTIONS": {},
    }


def _from_url(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    name = unquote(parts.path.removeprefix("/"))
    options = dict(parse_qsl(parts.query))
    host = options.pop("host", "") or unquote(parts.hostname or "")
    if parts.scheme not in SCHEMES or not name:
        raise DatabaseFault(
            "ANLAN_DATABASE_URL 应写作 postgresql://用户:口令@主机:端口/库名。"
            " / ANLAN_DATABASE_URL must read postgresql://user:password@host:port/name."
        )
    return {
        "HOST": host,
        "PORT": options.pop("port", "") or str(parts.port or PORT),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "NAME": name,
        "OPTIONS": options,
    }


def _pool() -> dict[str, Any] | None:
    wanted = os.environ.get("ANLAN_DATABASE_POOL", str(POOL_SIZE))
    if wanted == "off":
        return None
    return {"min_size": 1, "max_size": int(wanted), "timeout": 10}
