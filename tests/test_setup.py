"""How Anlan is set up and run: the command, the process tree, the home, the Makefile."""

import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from anlan import cli
from anlan.commands import demo, homes, serving
from anlan.commands.sentences import Stop
from anlan.supervise import Child, Part
from anlan.toolkit.embedded import EmbeddedServer, database_settings

ROOT = Path(__file__).resolve().parents[1]
VERBS = ("up", "demo", "stop", "verify", "clocks", "import", "bench", "simulate", "manage")
SECONDS = 60.0
NOTES = "import os, signal, sys, time; note = lambda text: open(sys.argv[1], 'a').write(text + '\\n')\n"
LIVES = NOTES + "signal.signal(signal.SIGTERM, lambda *_: (note('end ' + sys.argv[2]), sys.exit())); "
LIVES += "note(f'start {sys.argv[2]} {os.getpid()}')\nwhile True: time.sleep(0.05)"


def until(true: object, seconds: float = SECONDS) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.02)
    return False


def lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split(")")[-1].split()[0] != "Z"
    except OSError:
        return False


def living_part(name: str, notes: Path) -> Part:
    return Part(name, [sys.executable, "-c", LIVES, str(notes), name])


def anlan(home: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "anlan.cli", *words], env={**os.environ, "ANLAN_HOME": str(home), **environment},
        capture_output=True, text=True, timeout=SECONDS,
    )  # fmt: skip


@pytest.fixture
def free_port() -> int:
    """Below the range from which the system gives ports to clients: a port is let go and taken again in these tests."""
    while True:
        port = random.randrange(10_000, 32_000)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


@pytest.fixture
def occupied_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as held:
        yield int(held.getsockname()[1])


# The command


@pytest.mark.parametrize("verb", ["up", "demo", "stop", "verify", "clocks"])
def test_each_verb_explains_itself_in_both_languages(verb: str, capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as end:
        cli.main([verb, "--help"])
    said = capsys.readouterr().out
    assert end.value.code == 0
    assert re.search(r"[一-鿿].* / [a-z]", said)
    assert "ANLAN_HOME" in said


def test_help_names_every_verb_and_loads_neither_django_nor_a_driver():
    code = "import sys; from anlan import cli; print(cli.parser().format_help())\n"
    code += "print(sorted({'django', 'psycopg'} & set(sys.modules)))"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=SECONDS).stdout
    assert [verb for verb in VERBS if not re.search(rf"^ +{verb} ", said, re.M)] == []
    assert said.splitlines()[-1] == "[]"


def test_an_occupied_port_is_named_in_a_sentence(fresh_home: Path, occupied_port: int):
    for verb in ("up", "demo"):
        said = anlan(fresh_home, verb, ANLAN_PORT=str(occupied_port))
        assert (said.returncode, said.stdout) == (1, "")
        assert said.stderr.startswith(f"端口 {occupied_port} 用不了（")
        assert said.stderr.count("\n") == 1
    assert list(fresh_home.iterdir()) == []


@pytest.mark.parametrize("port", ["web", "0", "65536"])
def test_a_port_that_is_none_is_refused(port: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ANLAN_PORT", port)
    with pytest.raises(Stop, match=f"ANLAN_PORT 应是 1 到 65535 的数，现为“{port}”"):
        serving.web_port()


def test_an_empty_home_has_nothing_to_verify(fresh_home: Path):
    said = anlan(fresh_home, "verify", "--json")
    assert (said.returncode, said.stdout) == (1, "")
    assert said.stderr.startswith(f"{fresh_home} 里还没有辖区；先运行 anlan up 或 anlan demo。")


def test_stop_says_whether_anything_ran(fresh_home: Path):
    assert json.loads(anlan(fresh_home, "stop", "--json").stdout) == {"stopped": False}
    server = EmbeddedServer(fresh_home)
    server.start()
    assert json.loads(anlan(fresh_home, "stop", "--json").stdout) == {"stopped": True}
    assert server.pid() is None


def test_stop_leaves_a_database_that_somebody_uses(made_home: Path):
    with EmbeddedServer(made_home).use() as server:
        assert json.loads(anlan(made_home, "stop", "--json").stdout) == {"stopped": False}
        assert server.is_ready()


# The home


def test_the_demo_is_not_built_over_another_district(fresh_home: Path, free_port: int):
    homes.write(fresh_home, homes.District("district"))
    said = anlan(fresh_home, "demo", ANLAN_PORT=str(free_port))
    assert (said.returncode, said.stdout) == (1, "")
    assert said.stderr.startswith(f"{fresh_home} 里已有别的辖区，演示不会建在它上面；")


def test_a_home_with_a_database_and_no_note_is_taken_for_a_district(fresh_home: Path):
    assert homes.read(fresh_home) is None
    with EmbeddedServer(fresh_home).use():
        pass
    assert homes.read(fresh_home) == homes.District("district")


def test_what_a_home_holds_is_kept_for_its_owner_only(fresh_home: Path):
    district = homes.District("demo", complete=True, logins=[("warden", "网格员")], password="secret")
    homes.write(fresh_home, district)
    assert homes.read(fresh_home) == district
    assert (fresh_home / "district.json").stat().st_mode & 0o777 == 0o600


def test_a_demo_that_was_broken_off_is_not_served_and_its_database_is_begun_anew(made_home: Path, free_port: int):
    homes.write(made_home, homes.District("demo", complete=False))
    said = anlan(made_home, "up", ANLAN_PORT=str(free_port))
    assert said.stderr.startswith("这里的演示没有建完；请再运行 anlan demo。")
    with EmbeddedServer(made_home).use():
        tables = "SELECT count(*) FROM pg_tables WHERE tablename = 'half_built'"
        with connect(made_home) as connection:
            connection.execute("CREATE TABLE half_built (n int)")
            assert connection.execute(tables).fetchone() == (1,)
        demo._empty_database(made_home)
        with connect(made_home) as connection:
            assert connection.execute(tables).fetchone() == (0,)


WAITS = "import pathlib, sys; told = sys.stdin.readline(); pathlib.Path(sys.argv[1]).write_text(told or 'never')"


def test_a_step_that_loads_meanwhile_begins_when_it_is_told_to_and_else_never(tmp_path: Path):
    said = tmp_path / "said"
    with serving.loaded_meanwhile("-c", WAITS, str(said)) as begin:
        assert not said.exists()
        begin()
        assert said.read_text() == "\n"
    with pytest.raises(RuntimeError), serving.loaded_meanwhile("-c", WAITS, str(said)):
        raise RuntimeError("the database could not be made")
    assert said.read_text() == "\n"
    with serving.loaded_meanwhile("-c", WAITS, str(said)):
        pass
    assert said.read_text() == "never"
    with pytest.raises(Stop, match="这一步没有成功"), serving.loaded_meanwhile("-c", "raise SystemExit(1)") as begin:
        begin()


def test_nothing_that_only_a_building_may_do_without_is_left_off_when_it_is_served(made_home: Path):
    def settings() -> dict[str, str]:
        with connect(made_home) as connection:
            return dict(connection.execute("SELECT name, setting FROM pg_settings WHERE name = ANY(%s)", [list(demo.BUILDING)]))

    with serving.database(made_home, demo.BUILDING):
        built = settings()
    with serving.database(made_home):
        served = settings()
    assert {name for name in demo.BUILDING if built[name] != served[name]} == set(demo.BUILDING)
    assert {name: served[name] for name in ("autovacuum", "full_page_writes", "synchronous_commit", "wal_level")} == {
        "autovacuum": "on", "full_page_writes": "on", "synchronous_commit": "on", "wal_level": "replica"}


def test_what_must_succeed_before_a_demo_is_served_keeps_it_from_being_served(fresh_home: Path, free_port: int):
    homes.write(fresh_home, homes.District("demo", complete=True))
    said = anlan(fresh_home, "demo", "--first", "false", ANLAN_PORT=str(free_port))
    assert (said.returncode, said.stderr) == (1, "这一步没有成功：false / This step failed.\n")


def connect(home: Path) -> psycopg.Connection:
    entry = database_settings(home)
    keys = {"host": entry["HOST"], "user": entry["USER"], "password": entry["PASSWORD"], "dbname": entry["NAME"]}
    return psycopg.connect(**keys, autocommit=True)


def test_one_home_is_run_once(fresh_home: Path):
    second = homes.claimed(fresh_home)
    with homes.claimed(fresh_home), pytest.raises(Stop, match=f"的安澜已在运行（进程 {os.getpid()}）"):
        second.__enter__()
    with homes.claimed(fresh_home):
        pass


def test_a_number_left_by_a_killed_process_stops_nobody(fresh_home: Path):
    with subprocess.Popen(["sleep", "60"]) as stranger:
        (fresh_home / "anlan.pid").write_text(f"{stranger.pid}\n")
        assert homes.stop(fresh_home) is False
        assert stranger.poll() is None
        stranger.kill()


def test_the_greeting_prints_address_cast_and_password(capsys: pytest.CaptureFixture[str]):
    cast = [("warden", "网格员"), ("street", "中南路街道")]
    demo.greet("http://127.0.0.1:8000/", homes.District("demo", logins=cast, password="k7m"))
    said = capsys.readouterr().out
    assert [word for word in ("http://127.0.0.1:8000/", "warden", "网格员", "street", "k7m") if word not in said] == []


# The process tree


def run_tree(parts: str, notes: Path) -> subprocess.Popen[str]:
    code = "import sys; from anlan.supervise import Part, Tree\n"
    code += f"program, notes = {LIVES!r}, sys.argv[1]\n"
    code += f"parts = [Part(name, [sys.executable, '-c', program, notes, name]) for name in {parts!r}.split()]\n"
    code += "Tree(parts, print, lambda: None).run()\nopen(notes, 'a').write('tree ended\\n')"
    return subprocess.Popen([sys.executable, "-c", code, str(notes)], stdout=subprocess.PIPE, text=True)


@pytest.mark.parametrize("asked", [signal.SIGTERM, signal.SIGINT])
def test_the_tree_stops_its_parts_in_order(asked: signal.Signals, fresh_home: Path):
    notes = fresh_home / "notes"
    tree = run_tree("web worker", notes)
    assert until(lambda: len(lines(notes)) == 2)
    tree.send_signal(asked)
    tree.communicate(timeout=SECONDS)
    assert lines(notes)[2:] == ["end web", "end worker", "tree ended"]


def test_the_parts_die_with_a_tree_that_is_killed(fresh_home: Path):
    notes = fresh_home / "notes"
    tree = run_tree("web worker", notes)
    assert until(lambda: len(lines(notes)) == 2)
    parts = [int(line.split()[2]) for line in lines(notes)]
    assert [is_alive(pid) for pid in parts] == [True, True]
    tree.kill()
    tree.communicate(timeout=SECONDS)
    assert until(lambda: not any(is_alive(pid) for pid in parts))
    assert sorted(lines(notes)[2:]) == ["end web", "end worker"]


def test_a_part_that_dies_is_started_again_with_growing_delays(fresh_home: Path):
    notes, said = fresh_home / "notes", []
    child = Child(Part("worker", [sys.executable, "-c", NOTES + "note('x'); sys.exit(3)", str(notes)]), said.append)
    now = 0.0
    for started in (1, 2, 3):
        child.tend(now)
        assert child.process
        os.waitid(os.P_PID, child.process.pid, os.WEXITED | os.WNOWAIT)
        child.tend(now)
        assert (child.process, len(lines(notes))) == (None, started)
        child.tend(now + child.delay - 0.01)
        assert child.process is None
        now += child.delay
    assert said == [
        f"worker 意外退出（3），{delay} 秒后重新启动。 / worker ended unexpectedly (3) and starts again in {delay} s."
        for delay in ("0.5", "1", "2")
    ]


def test_what_a_dead_part_left_running_is_ended_with_it(fresh_home: Path):
    notes = fresh_home / "notes"
    leaves = NOTES + "import subprocess; note(str(subprocess.Popen(['sleep', '60']).pid))"
    child = Child(Part("web", [sys.executable, "-c", leaves, str(notes)]), lambda sentence: None)
    child.tend(0.0)
    os.waitid(os.P_PID, child.process.pid, os.WEXITED | os.WNOWAIT)
    left = int(lines(notes)[0])
    assert is_alive(left)
    child.tend(0.0)
    assert until(lambda: not is_alive(left))


def test_a_part_that_will_not_stop_is_ended(fresh_home: Path):
    notes = fresh_home / "notes"
    deaf = NOTES + "signal.signal(signal.SIGTERM, signal.SIG_IGN); note('deaf'); time.sleep(60)"
    child = Child(Part("worker", [sys.executable, "-c", deaf, str(notes)]), lambda sentence: None)
    child.tend(0.0)
    assert until(lambda: lines(notes) == ["deaf"])
    process = child.process
    child.ask_to_stop()
    child.wait(0.3)
    assert (child.process, process.returncode) == (None, -signal.SIGKILL)


def test_a_part_that_ended_just_before_the_stop_does_not_spoil_it():
    child = Child(Part("web", [sys.executable, "-c", "pass"]), lambda sentence: None)
    child.tend(0.0)
    process = child.process
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    child.ask_to_stop()
    child.wait(1)
    assert (child.process, process.returncode) == (None, 0)


def test_the_database_is_stopped_last(made_home: Path):
    notes = made_home / "notes"
    worker = "import signal, sys, pathlib, time; from anlan.toolkit.embedded import EmbeddedServer\n"
    worker += "home = pathlib.Path(sys.argv[1]); note = lambda text: open(home / 'notes', 'a').write(text + '\\n')\n"
    worker += "ready = lambda: str(EmbeddedServer(home).is_ready())\n"
    worker += "signal.signal(signal.SIGTERM, lambda *_: (note(ready()), sys.exit())); note('start')\n"
    worker += "while True: time.sleep(0.05)"
    code = "import sys, pathlib; from anlan.commands import serving; from anlan.supervise import Part, Tree\n"
    code += f"home, command = pathlib.Path(sys.argv[1]), [sys.executable, '-c', {worker!r}, sys.argv[1]]\n"
    code += "with serving.database(home) as watch:\n    Tree([Part('worker', command)], print, watch).run()"
    tree = subprocess.Popen([sys.executable, "-c", code, str(made_home)])
    assert until(lambda: lines(notes) == ["start"])
    tree.terminate()
    tree.wait(SECONDS)
    assert lines(notes) == ["start", "True"]
    assert EmbeddedServer(made_home).pid() is None


def test_the_tree_looks_after_a_database_that_dies(made_home: Path, capsys: pytest.CaptureFixture[str]):
    with serving.database(made_home) as watch:
        server = EmbeddedServer(made_home)
        killed = server.pid()
        os.kill(killed, signal.SIGKILL)
        assert until(lambda: not is_alive(killed))
        watch()
        assert server.is_ready()
        assert server.pid() != killed
    assert capsys.readouterr().err.startswith("数据库意外停止，已重新启动。")


# The whole


class Run:
    """One ``anlan up`` of a test; what it started is ended with it."""

    def __init__(self, home: Path, port: int, verb: str = "up") -> None:
        environment = {**os.environ, "ANLAN_HOME": str(home), "ANLAN_PORT": str(port), "ANLAN_DATABASE_POOL": "4"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "anlan.cli", verb], env=environment, stdout=subprocess.PIPE, text=True
        )
        self.address = f"http://127.0.0.1:{port}/"

    def wait_for_greeting(self) -> str:
        return self.process.stdout.readline().strip()

    def part(self, command: str) -> int:
        """The child whose command line holds this word; 0 while there is none."""
        return next((pid for pid in _children(self.process.pid) if command in _command_line(pid)), 0)

    def end(self) -> int:
        self.process.terminate()
        self.process.communicate(timeout=SECONDS)
        return self.process.returncode


def _children(parent: int) -> list[int]:
    direct = [int(pid) for pid in _words(f"/proc/{parent}/task/{parent}/children")]
    return direct + [pid for child in direct for pid in _children(child)]


def _words(path: str) -> list[str]:
    return Path(path).read_text().split() if Path(path).exists() else []


def _command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as page:
            return page.status < 500
    except urllib.error.HTTPError as refusal:
        return refusal.code < 500
    except OSError:
        return False


def test_a_district_is_served_kept_alive_and_stopped_as_a_whole(fresh_home: Path, free_port: int):
    run, server = Run(fresh_home, free_port), EmbeddedServer(fresh_home)
    try:
        assert run.wait_for_greeting() == f"安澜 / Anlan: {run.address}"
        assert _answers(run.address)
        assert homes.read(fresh_home) == homes.District("district")
        web = run.part("granian")
        os.kill(web, signal.SIGKILL)
        assert until(lambda: run.part("granian") not in (0, web) and _answers(run.address))
        tree = _children(run.process.pid)
        assert server.pid() in tree
        assert json.loads(anlan(fresh_home, "stop", "--json").stdout) == {"stopped": True}
        run.process.communicate(timeout=SECONDS)
        assert (run.process.returncode, [pid for pid in tree if is_alive(pid)]) == (0, [])
    finally:
        run.end()


def test_after_a_kill_only_the_database_stands_and_the_next_start_adopts_it(made_home: Path, free_port: int):
    run, server = Run(made_home, free_port), EmbeddedServer(made_home)
    try:
        run.wait_for_greeting()
        parts = [pid for pid in _children(run.process.pid) if "anlan." in _command_line(pid)]
        assert len(parts) >= 2
        run.process.kill()
        run.process.communicate(timeout=SECONDS)
        assert until(lambda: not any(is_alive(pid) for pid in parts))
        standing = server.pid()
        assert standing
        run = Run(made_home, free_port)
        run.wait_for_greeting()
        assert server.pid() == standing
        assert run.end() == 0
        assert server.pid() is None
    finally:
        run.end()


def test_a_complete_demo_is_served_at_once_with_its_cast(made_home: Path, free_port: int):
    homes.write(made_home, homes.District("demo", logins=[("warden", "网格员")], password="k7m"))
    run = Run(made_home, free_port, "demo")
    try:
        assert run.wait_for_greeting() == ""
        said = [run.wait_for_greeting() for _ in range(5)]
        assert said == [f"安澜演示 / Anlan demo: {run.address}", "", "warden       网格员", "", "口令 / password: k7m"]
    finally:
        assert run.end() == 0


# The source tree


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock", "requirements-build.lock"])
def test_locked_requirements_have_hashes_and_no_address(name: str):
    text = (ROOT / name).read_text()
    pinned = re.findall(r"^[a-z0-9][\w.-]*==\S+ \\\n    --hash=sha256:[0-9a-f]{64}", text, re.M)
    named = re.findall(r"^[a-zA-Z0-9][^\s#]*", text, re.M)
    assert len(pinned) == len(named) > 0
    assert "://" not in text


def test_the_front_ends_lock_names_no_registry():
    assert "omit-lockfile-registry-resolved=true" in (ROOT / "web" / ".npmrc").read_text().splitlines()
    assert '"resolved"' not in (ROOT / "web" / "package-lock.json").read_text()


def test_make_without_a_goal_explains_the_goals():
    said = subprocess.run(["make", "-C", str(ROOT), "--no-print-directory"], capture_output=True, text=True).stdout
    assert [goal for goal in ("demo", "test", "lint", "docs", "help") if f"make {goal}" not in said] == []


def test_the_scripts_of_the_set_up_are_sound_shell():
    scripts = [ROOT / ".ci" / "run", *sorted((ROOT / "scripts").glob("*.sh"))]
    assert len(scripts) > 1
    assert [path.name for path in scripts if not os.access(path, os.X_OK)] == []
    assert [path.name for path in scripts if subprocess.run(["bash", "-n", str(path)]).returncode] == []
    assert [path.name for path in scripts if "set -eu" not in path.read_text()] == []
