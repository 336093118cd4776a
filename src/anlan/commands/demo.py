"""Builds the demo district into an empty home and serves it."""

import os
import secrets
import subprocess
import sys
from argparse import Namespace
from pathlib import Path

from anlan.commands import homes, serving
from anlan.commands.sentences import Stop
from anlan.toolkit.embedded import database_settings
from anlan.toolkit.embedded.addresses import uses_embedded

BUILDING = {"wal_level": "minimal", "max_wal_senders": "0", "autovacuum": "off", "checkpoint_timeout": "30min",
            "full_page_writes": "off", "synchronous_commit": "off", "max_parallel_maintenance_workers": "0"}
"""For a database that is written once and begun anew if that breaks off: indexes go into no log, pages are logged by what
changes in them only, nobody waits for the disk after each deed or tidies meanwhile, and who makes an index has a processor
of its own already. Serving starts the database without these."""
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def run(arguments: Namespace) -> int:
    """``anlan demo``: builds once, then serves in the foreground."""
    home = homes.home_folder()
    district = homes.read(home)
    _refuse_other(home, district)
    if arguments.check:
        return check(home, district, arguments.totals, arguments.seed)
    if not arguments.build_only:
        serving.refuse_occupied(serving.web_host(), serving.web_port())
    stands = district is not None and district.complete
    if not stands:
        with homes.claimed(home):
            district = build(home, arguments.totals, begun=district is not None)
    if arguments.first:
        _do_first(arguments.first)
    if not arguments.build_only:
        serving.serve(home, lambda address: greet(address, district), prepared=not stands)
    return 0


def _do_first(command: str) -> None:
    if subprocess.run([command], stdin=subprocess.DEVNULL).returncode:
        raise Stop(f"这一步没有成功：{command} / This step failed.")


def check(home: Path, district: homes.District | None, totals: Path | None, seed: int) -> int:
    """Everything that must hold of a demo as it was built."""
    if not district or not district.complete:
        raise Stop("这里的演示还没有建好；请先运行 anlan demo --build-only。 / No complete demo here; run: anlan demo --build-only")
    with serving.database(home):
        from anlan.commands.loading import ready  # noqa: PLC0415  the other ways answer without Django

        ready()
        from anlan.demo import check as checking  # noqa: PLC0415  needs Django's apps

        return checking.main([str(seed), *([str(totals)] if totals else [])])


def _refuse_other(home: Path, district: homes.District | None) -> None:
    if district and district.kind != "demo":
        raise Stop(
            f"{home} 里已有别的辖区，演示不会建在它上面；请用 ANLAN_HOME 另指一个空目录。"
            " / This home holds another district; set ANLAN_HOME to an empty folder."
        )


def build(home: Path, totals: Path | None, begun: bool) -> homes.District:
    """Builds the demo; a building that was broken off before is begun anew."""
    password = os.environ.get("ANLAN_DEMO_PASSWORD") or "".join(secrets.choice(LETTERS) for _ in range(10))
    district = homes.District("demo", complete=False, password=password)
    homes.write(home, district)
    os.environ.update(ANLAN_HOME=str(home), ANLAN_DEMO_PASSWORD=password)
    step = ("-m", "anlan.commands.building", *([str(totals)] if totals else []))
    with serving.loaded_meanwhile(*step) as begin, serving.database(home, BUILDING):
        if begun:
            _empty_database(home)
        begin()
    built = homes.read(home)
    if not built or not built.complete:
        raise Stop("演示没有建完 / The demo was not completed")
    return built


def _empty_database(home: Path) -> None:
    """Only ever the embedded one of a home whose demo was begun and not completed."""
    if not uses_embedded():
        raise Stop(
            "上次建立演示中断了；请清空 ANLAN_DATABASE_URL 指向的库再试。"
            " / The last building was broken off; empty the database of ANLAN_DATABASE_URL first."
        )
    import psycopg  # noqa: PLC0415  only after a building that was broken off

    entry = database_settings(home)
    with psycopg.connect(
        host=entry["HOST"], port=entry["PORT"], user=entry["USER"], password=entry["PASSWORD"], dbname="template1",
        autocommit=True,
    ) as connection:  # fmt: skip
        connection.execute("DROP DATABASE IF EXISTS anlan WITH (FORCE)")
        connection.execute("CREATE DATABASE anlan")


def greet(address: str, district: homes.District) -> None:
    """The address and the log-ins of the cast, on standard output."""
    lines = ["", f"安澜演示 / Anlan demo: {address}", ""]
    lines += [f"  {login:<12} {role}" for login, role in district.logins]
    lines += ["", f"  口令 / password: {district.password}", "", "  Ctrl-C 停止 / stops it", ""]
    print("\n".join(lines), file=sys.stdout, flush=True)
