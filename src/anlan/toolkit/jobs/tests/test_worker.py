import json
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.db import connection

from anlan.kernel import follow
from anlan.kernel.instance import instance_clock, run_on, set_clock
from anlan.kernel.journal import verify
from anlan.kernel.models import Anchor, Clock, InstanceClock, Pending, Seal
from anlan.kernel.tests.conftest import NOON, minutes
from anlan.toolkit.jobs import job, registry
from anlan.toolkit.jobs.models import Job
from anlan.toolkit.jobs.queue import enqueue
from anlan.worker import Part, Worker, heartbeat

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def at_work(home, **how):
    worker = Worker(home, **how)
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        yield worker
    finally:
        worker.stop()
        thread.join(20)
        assert not thread.is_alive()


def until(true, seconds=60.0):
    """Seconds until it was true; the test fails if it never was."""
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < seconds, "it never came true"
        time.sleep(0.02)
    return time.monotonic() - began


def test_a_deed_is_sealed_within_two_seconds_and_its_clock_fires_when_due(report, tmp_path):
    with at_work(tmp_path):
        report()
        assert until(lambda: not Pending.objects.exists()) < 2
        set_clock(NOON + minutes(121), running=False)
        assert until(lambda: Clock.objects.filter(outcome="fired").exists()) < 4
        until(lambda: Seal.objects.count() == 2)
    assert Anchor.objects.get().no == 2
    assert (verify().breaks, verify().vouched_until) == ([], 2)


def test_the_demonstrations_time_runs_while_it_is_served_and_stands_while_it_is_stopped(db, tmp_path):
    set_clock(NOON, running=False)
    with at_work(tmp_path, stands_while_stopped=True):
        until(lambda: instance_clock() > NOON + timedelta(seconds=1))
        stood = instance_clock()
    now = instance_clock()
    assert stood <= now < NOON + timedelta(seconds=90)
    time.sleep(1.1)
    assert instance_clock() == now


def test_time_that_nobody_stopped_goes_on_from_the_last_tick(db, tmp_path):
    set_clock(NOON, running=True)
    InstanceClock.objects.update(floor_at=NOON + minutes(5), offset_seconds=10**6)  # as after a cut of the power
    run_on()
    assert timedelta() <= instance_clock() - (NOON + minutes(5)) < timedelta(seconds=60)


def test_work_is_done_beside_the_seals_not_before_them(report, tmp_path):
    free = threading.Event()

    @job("long", label="久")
    def long(work):
        free.wait(10)
        return "ready"

    try:
        with at_work(tmp_path):
            enqueue("long")
            until(lambda: Job.objects.filter(state="running").exists())
            report()
            assert until(lambda: not Pending.objects.exists()) < 2
            free.set()
            until(lambda: Job.objects.filter(state="done", result="ready").exists())
    finally:
        registry.HANDLERS.pop("long")


def test_a_follower_that_fails_holds_up_nobody_and_is_named_in_the_heartbeat(report, tmp_path, monkeypatch, caplog):
    seen = []

    def broken(batch):
        raise RuntimeError("no room on the map")

    monkeypatch.setitem(follow.FOLLOWERS, "broken", follow.Follower("broken", broken, None, 10))
    monkeypatch.setitem(follow.FOLLOWERS, "sound", follow.Follower("sound", seen.extend, None, 10))
    with at_work(tmp_path):
        report()
        until(lambda: seen)
        until(lambda: (heartbeat(tmp_path) or {}).get("faults"))
        assert heartbeat(tmp_path)["faults"] == {"follower broken": "RuntimeError: no room on the map"}
        report()
        until(lambda: len(seen) == 2)
    assert "no room on the map" in caplog.text
    assert heartbeat(tmp_path)["stopped"] is True


def test_a_failing_part_rests_longer_each_time_and_recovers(caplog):
    calls = []

    def run():
        calls.append(time.monotonic())
        if len(calls) < 3:
            raise RuntimeError("not yet")

    part, rests = Part("part", run), []
    for _ in range(3):
        part.turn(part.due)
        rests.append(round(part.due - calls[-1]))
    assert rests[:2] == [2, 4]
    assert (part.faults, part.fault, len(calls)) == (0, "", 3)
    part.turn(part.due - 1)
    assert len(calls) == 3


def test_a_database_that_went_away_and_came_back_is_met_again(report, tmp_path, caplog):
    with at_work(tmp_path):
        until(lambda: heartbeat(tmp_path))
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                           " WHERE datname = current_database() AND pid <> pg_backend_pid()")
        report()
        until(lambda: not Pending.objects.exists(), seconds=60)


def test_there_is_no_heartbeat_where_no_worker_ran(tmp_path):
    assert heartbeat(tmp_path) is None
    (tmp_path / "worker.json").write_text("{")
    assert heartbeat(tmp_path) is None


def test_the_process_ends_cleanly_when_asked(report, tmp_path):
    report()
    entry = connection.settings_dict
    query = f"host={quote(str(entry['HOST']), safe='')}&port={entry['PORT']}"
    address = f"postgresql://{entry['USER']}:{quote(entry['PASSWORD'], safe='')}@/{entry['NAME']}?{query}"
    process = subprocess.Popen([sys.executable, "-m", "anlan.worker"], stderr=subprocess.PIPE, env={
        **os.environ, "ANLAN_HOME": str(tmp_path), "ANLAN_DATABASE_URL": address, "ANLAN_DATABASE_POOL": "off",
        "DJANGO_SETTINGS_MODULE": os.environ["DJANGO_SETTINGS_MODULE"]})
    try:
        until(lambda: not Pending.objects.exists(), seconds=60)
        process.send_signal(signal.SIGTERM)
        _out, said = process.communicate(timeout=60)
    finally:
        process.kill()
    assert (process.returncode, said) == (0, b"")
    assert json.loads((tmp_path / "anchors.jsonl").read_text().splitlines()[-1])["no"] == 1
    assert heartbeat(tmp_path)["stopped"] is True
