"""A durable matter over HTTP against a minimal Django view with the same token check and one durable insert."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db import connection

from anlan.commands import serving
from anlan.kernel.actors import SYSTEM
from anlan.kernel.models import Clock, Entry, Mark
from anlan.matters.models import Matter
from anlan.supervise import die_with
from anlan.toolkit.intake.tokens import issue_token

from .client import Job
from .ground import Ground
from .plain.models import Report as Plain
from .results import Figure, Report, Side, ratio
from .timing import in_turns, nth

DATABASE = "bench_intake"
CLIENTS = {1: 0.25, 4: 0.5, 16: 0.5}
"""How many keep-alive clients, and the least share of the plain way's rate."""
SECONDS, ROUNDS = 3.0, 5
LAST = datetime(2200, 1, 1, tzinfo=UTC)
NOTES = (
    "Ours: token, rate, actor in the post, the form's checks, the gatherer's 5 ms, rules with their facts, then case,"
    " journal entry, marks, clock and receipt in one durable commit; the plain way: the same token look-up, json.loads,"
    " one durable INSERT by the ORM, no middleware. Ours under granian as `anlan up` starts it, its stream's bridge included; the plain way"
    " under granian's own WSGI with as many threads and processes.",
    "Without the worker, which seals and folds beside it in a running district; the last line has it running.",
    "The client is one process with raw sockets and shares the processors with both servers.",
)


def measure(ground: Ground, scale: float) -> Report:
    seconds, rounds = max(0.25, SECONDS * scale), ROUNDS if scale == 1 else 2
    report = Report("intake", {"seconds a round": f"{seconds:g}", "rounds": rounds}, list(NOTES))
    ground.fresh(DATABASE)
    with connection.schema_editor() as editor:
        editor.create_model(Plain)
    token, _uid = issue_token(name="对接系统", post_id=ground.actors["street"].post_id or 0, scopes=["matters:write"],
                              expires_at=LAST, actor=SYSTEM, at=ground.at, per_minute=1_000_000)
    body = json.dumps({"what": "楼道口堆放电动车，充电线从二楼拉下", "area": str(ground.areas["G111"].uid),
                       "place": "中南路1号楼下", "channel": "api"}, ensure_ascii=False)
    with ExitStack() as stack:
        ours = stack.enter_context(_served(ground, "", "/api/v1/matters/", token, body))
        plain = stack.enter_context(_served(ground, "anlan.bench.plain.wsgi:application", "/reports/", token, body))
        acked: dict[str, set[str]] = {"ours": set(), "plain": set()}
        runs = {way: partial(_drive, job, acked[way], report) for way, job in (("ours", ours), ("plain", plain))}
        for run in runs.values():
            run(4, min(1.0, seconds))
        report.figures += [_compared(runs, n, seconds, rounds, at_least) for n, at_least in CLIENTS.items()]
        report.figures.append(_errors(report))
        with _worker(ground):
            report.figures.append(_compared(runs, 16, seconds, min(rounds, 3), None))
        _check(report, acked, ours)
    ground.drop(DATABASE)
    return report


def _compared(runs: dict[str, Any], clients: int, seconds: float, rounds: int, at_least: float | None) -> Figure:
    ours, plain = in_turns(rounds, *(partial(run, clients, seconds) for run in runs.values()))
    what = f"{clients} client{'s' * (clients > 1)}" + ("" if at_least else ", with the worker running")
    return ratio(f"clients_{clients}{'' if at_least else '_with_worker'}", what,
                 [_side("matter with journal, clock, receipt", told) for told in ours],
                 [_side("one insert", told) for told in plain], at_least=at_least)


def _side(way: str, told: dict[str, Any]) -> Side:
    spent = [s * 1000 for s in told["spent"]] or [0.0]
    return Side(way, max(len(told["acked"]), 1) / told["seconds"], "/s", nth(spent, 0.5), nth(spent, 0.99))


def _errors(report: Report) -> Figure:
    """Every answer other than 201, of both ways and all numbers of clients; each is also a fault."""
    return Figure("errors", "answers other than 201, of both ways", float(len(report.faults)), "", "at most", 0.0)


def _drive(job: Job, acked: set[str], report: Report, clients: int, seconds: float) -> dict[str, Any]:
    wanted = {**asdict(job), "clients": clients, "seconds": seconds}
    done = subprocess.run([sys.executable, "-m", "anlan.bench.client"], input=json.dumps(wanted), text=True,
                          stdout=subprocess.PIPE, check=True, timeout=seconds + 3 * job.patience)
    told: dict[str, Any] = json.loads(done.stdout)
    acked |= set(told["acked"])
    report.faults += [f"{job.path}: {count} × {what} at {clients} clients" for what, count in told["errors"].items()]
    return told


@contextmanager
def _served(ground: Ground, application: str, path: str, token: str, body: str) -> Iterator[Job]:
    """The web server as `anlan up` starts it, on a free port of loopback. application: another one, by WSGI."""
    port = _free_port()
    web = serving._parts("127.0.0.1", port)[0]
    command = _plainly(web, application) if application else web.command
    with _process(command, {**web.environment, "ANLAN_DATABASE_URL": ground.address(DATABASE)}):
        _wait(port)
        yield Job(port, 1, 1.0, path, token, body)


def _plainly(web: serving.Part, application: str) -> list[str]:
    threads = web.environment["ANLAN_WEB_THREADS"]
    kept = ["wsgi" if word == "rsgi" else word for word in web.command[:-1]]
    return [*kept, "--blocking-threads", threads, application]


@contextmanager
def _worker(ground: Ground, database: str = DATABASE) -> Iterator[None]:
    with _process([sys.executable, "-m", "anlan.worker"], {"ANLAN_DATABASE_URL": ground.address(database)}):
        yield


@contextmanager
def _process(command: list[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    parent = os.getpid()
    kept = {name: value for name, value in os.environ.items() if name not in ("ANLAN_DATABASE_POOL", "ANLAN_HOSTS")}
    process = subprocess.Popen(command, env={**kept, **environment}, stdin=subprocess.DEVNULL, start_new_session=True,
                               preexec_fn=lambda: die_with(parent))
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("the web server did not come up within a minute")


def _check(report: Report, acked: dict[str, set[str]], job: Job) -> None:
    """What was acknowledged is there, once, whole; a second sending gets the first receipt."""
    uids = {UUID(uid) for uid in acked["ours"]}
    ids = set(Matter.objects.filter(uid__in=uids).values_list("id", flat=True))
    report.expect(len(ids) == len(uids), f"{len(uids)} acknowledged, {len(ids)} there")
    report.expect(Plain.objects.filter(uid__in=acked["plain"]).count() == len(acked["plain"]), "plain rows are missing")
    for model, wanted in ((Entry, {"subject_id__in": ids}), (Clock, {"case_id__in": ids, "name": "answer"}),
                          (Mark, {"case_id__in": ids, "sort": "e", "cell": "opened"})):
        count = model._default_manager.filter(kind="matter", **wanted).count()  # type: ignore[attr-defined]
        report.expect(count == len(ids), f"{len(ids)} matters, {count} rows of {model.__name__}")
    status, told = _again(job, next(iter(acked["ours"]), ""))
    report.expect(status == 200 and bool(told.get("replay")), f"a second sending was answered with {status}: {told}")


def _again(job: Job, uid: str) -> tuple[int, dict[str, Any]]:
    line = http.client.HTTPConnection("127.0.0.1", job.port, timeout=job.patience)
    try:
        line.request("PUT", f"{job.path}{uid}", job.body.encode(),
                     {"Authorization": f"Bearer {job.token}", "Content-Type": "application/json"})
        answer = line.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        line.close()
