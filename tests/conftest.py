"""Fixtures of the tests that hold the house together. The server is started by anlan.toolkit.embedded.pytest_plugin."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from anlan.patrols import handbook
from anlan.toolkit.embedded import EmbeddedServer

pytest.register_assert_rewrite("anlan.toolkit.registers.contract")


@pytest.fixture(scope="module")
def handbook_stands(district_stands, django_db_blocker) -> None:
    """The small district with its handbook, there for a whole file of tests."""
    with django_db_blocker.unblock():
        handbook.load()


@contextmanager
def a_home() -> Iterator[Path]:
    """An empty ANLAN_HOME that the database user can reach; its server, if any, is stopped and its data removed."""
    home = Path(tempfile.mkdtemp(prefix="anlan-home-", dir="/tmp"))
    home.chmod(0o755)
    yield home
    server = EmbeddedServer(home)
    if running := server.pid():
        os.kill(running, signal.SIGQUIT)  # without a last checkpoint: nobody will read this data again
    server.stop()
    for path in (server.layout.socket_folder, server.layout.root, home):
        shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def fresh_home() -> Iterator[Path]:
    with a_home() as home:
        yield home


@pytest.fixture(scope="session")
def _made_once() -> Iterator[Path]:
    with a_home() as home:
        server = EmbeddedServer(home)
        server.start()
        server.stop()
        yield home


@pytest.fixture
def made_home(_made_once: Path, fresh_home: Path) -> Path:
    """A home whose database was made before and does not run: for tests of what comes after that."""
    subprocess.run(["cp", "-a", f"{_made_once}/.", str(fresh_home)], check=True)
    return fresh_home


@pytest.fixture(scope="module")
def standing_server() -> Iterator[EmbeddedServer]:
    """One server for the tests of a module that only look at it."""
    with a_home() as home:
        server = EmbeddedServer(home)
        server.start()
        yield server
