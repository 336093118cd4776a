"""Gives every pytest run a server and a home of its own, before Django's settings are read.

Loaded by ``-p`` in pyproject.toml: a conftest would come after pytest-django has read the settings. Several runs share
the server; the last one out stops it. ANLAN_TEST_HOME moves the home, ANLAN_TEST_DATABASE names the database.
"""

import atexit
import gc
import os
from collections.abc import Generator, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from anlan.toolkit.embedded.addresses import uses_embedded
from anlan.toolkit.embedded.faults import DatabaseFault
from anlan.toolkit.embedded.server import EmbeddedServer

FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200"}
HELD = ExitStack()
gc.disable()  # until everything is imported
atexit.register(HELD.close)


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, Any, Any]:
    """Around, not before: among those that ask to be first, pytest-django would still come earlier."""
    home = Path(os.environ.get("ANLAN_TEST_HOME") or early_config.rootpath / ".anlan-test").absolute()
    os.environ["ANLAN_HOME"] = str(home)
    os.environ["ANLAN_DATABASE_POOL"] = "off"
    if uses_embedded() and "PYTEST_XDIST_WORKER" not in os.environ:
        try:
            HELD.enter_context(EmbeddedServer(home, FAST).use())
        except DatabaseFault as fault:
            raise pytest.UsageError(str(fault)) from fault
    return (yield)


@pytest.fixture(autouse=True)
def environment_as_before() -> Iterator[None]:
    """What a command tried in a test writes into the environment (its home, a password) ends with that test."""
    before = {name: value for name, value in os.environ.items() if name.startswith("ANLAN_")}
    yield
    for name in [name for name in os.environ if name.startswith("ANLAN_") and name not in before]:
        del os.environ[name]
    os.environ.update(before)


def pytest_collection_finish() -> None:
    """What was imported is never rubbish; looking through it again and again was a tenth of the time, a third while importing."""
    gc.freeze()
    gc.enable()
    gc.set_threshold(100_000, 20, 100)


def pytest_unconfigure() -> None:
    HELD.close()
