"""A worker killed in the middle of a tick: nobody is missed, nobody is called twice."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.db import connection

from anlan.kernel.changes import Ref
from anlan.kernel.door import Order, advance_many
from anlan.kernel.journal import seal_all, verify
from anlan.kernel.models import Clock, Entry, Pending
from anlan.kernel.tick import tick

from .conftest import ANNA, NOON, minutes

pytestmark = pytest.mark.django_db(transaction=True)
DUE = NOON + minutes(120)
CASES, KILLS = 240, 8
TICKING = """
import json, os, sys
from datetime import datetime
from pathlib import Path
from django.conf import settings
settings.DATABASES["default"].update(json.loads(sys.argv[1]))
settings.ANLAN_HOME = Path(sys.argv[2])
import django
django.setup()
from anlan.kernel.tick import tick
for _asked in sys.stdin:
    child = os.fork()
    if not child:
        tick(at=datetime.fromisoformat(sys.argv[3]), batch=3)
        os._exit(0)
    print(child, flush=True)
    sys.stdin.readline()
    os.waitpid(child, 0)
    print("gone", flush=True)
"""
"""Loads once, and has a child tick at every other line; a child that has ended keeps its number until the line after."""


def called() -> int:
    return Entry.objects.filter(verb="nag").count()


def address() -> str:
    return json.dumps({name: connection.settings_dict[name] for name in ("NAME", "HOST", "PORT", "USER", "PASSWORD")})


@pytest.fixture
def worker(settings) -> Iterator[subprocess.Popen[str]]:
    words = [sys.executable, "-c", TICKING, address(), str(settings.ANLAN_HOME), DUE.isoformat()]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process
        process.stdin.close()


def asked(worker: subprocess.Popen[str]) -> str:
    worker.stdin.write("\n")
    worker.stdin.flush()
    return worker.stdout.readline().strip()


def killed_while_ticking(worker: subprocess.Popen[str], after: float) -> None:
    """The process has committed a batch or two, or is done, when it is killed."""
    before = called()
    ticking, patience = int(asked(worker)), time.monotonic() + 30
    while called() in (before, 0) and before < CASES and time.monotonic() < patience:
        time.sleep(0.005)
    time.sleep(after)
    os.kill(ticking, signal.SIGKILL)
    assert asked(worker) == "gone"


def test_kills_in_the_middle_of_a_tick_miss_nobody_and_call_nobody_twice(ground, worker):
    given = {"area": str(ground["G1"].uid), "place": "甲"}
    advance_many([Order(Ref("leak", uuid4()), "report", ANNA, NOON, given) for _ in range(CASES)])
    dice, fired = random.Random(7), []
    for _ in range(KILLS):
        killed_while_ticking(worker, dice.uniform(0, 0.03))
        fired.append(called())
    assert any(0 < n < CASES for n in fired), f"no kill struck between two batches: {fired}"
    while tick(at=DUE).fired:
        pass
    calls = Counter(Entry.objects.filter(verb="nag").values_list("subject_id", flat=True))
    assert (len(calls), set(calls.values())) == (CASES, {1})
    outcomes = Counter(Clock.objects.values_list("outcome", flat=True))
    assert outcomes == {"fired": CASES, "": CASES}, "each fired clock, and the next one that it started"
    seal_all()
    assert (Pending.objects.count(), verify().breaks) == (0, [])
