"""A worker killed in the middle of a tick: nobody is missed, nobody is called twice."""

import json
import random
import signal
import subprocess
import sys
import time
from collections import Counter
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
import json, sys
from datetime import datetime
from pathlib import Path
from django.conf import settings
settings.DATABASES["default"].update(json.loads(sys.argv[1]))
settings.ANLAN_HOME = Path(sys.argv[2])
import django
django.setup()
from anlan.kernel.tick import tick
print("ready", flush=True)
tick(at=datetime.fromisoformat(sys.argv[3]), batch=3)
"""


def called() -> int:
    return Entry.objects.filter(verb="nag").count()


def address() -> str:
    return json.dumps({name: connection.settings_dict[name] for name in ("NAME", "HOST", "PORT", "USER", "PASSWORD")})


def killed_while_ticking(home, after: float) -> None:
    """The process has committed a batch or two, or is done, when it is killed."""
    words = [sys.executable, "-c", TICKING, address(), str(home), DUE.isoformat()]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    before, patience = called(), time.monotonic() + 30
    while called() in (before, 0) and before < CASES and process.poll() is None and time.monotonic() < patience:
        time.sleep(0.005)
    time.sleep(after)
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()


def test_kills_in_the_middle_of_a_tick_miss_nobody_and_call_nobody_twice(ground, settings):
    given = {"area": str(ground["G1"].uid), "place": "甲"}
    advance_many([Order(Ref("leak", uuid4()), "report", ANNA, NOON, given) for _ in range(CASES)])
    dice, fired = random.Random(7), []
    for _ in range(KILLS):
        killed_while_ticking(settings.ANLAN_HOME, dice.uniform(0, 0.03))
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
