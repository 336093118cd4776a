"""From a deed's commit to other people's screens: 200 open streams of a served instance, against bare LISTEN/NOTIFY."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import connection, transaction
from django.test import Client

from anlan.commands import serving
from anlan.desk.live.stream import OF_ONE_SESSION
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.models import Pending
from anlan.people.testing import PASSWORD

from .ground import Ground
from .intake import _free_port, _process, _wait, _worker
from .plain.listen import CHANNEL
from .results import Figure, Report, Side, middle
from .timing import in_turns, nth

DATABASE = "bench_stream"
Heard = dict[str, list[tuple[int, float]]]
"""uid of a deed → which screen heard of it, and when."""
SCREENS, DEEDS, ROUNDS = 200, 20, 5
APART = (0.3, 0.7)
"""Seconds between two deeds, at random, so that they meet every moment between two looks alike."""
READERS = ("street", "director", "leader", "emergency", "community", "warden", "officer1", "officer2", "reviewer")
LONGEST = 600.0
NOTES = (
    "Ours: a matter is opened through the door (case, entry, marks, clock, durable commit), the worker seals it, the one look of"
    " all streams, five times a second at most, finds it, asks for each post's sight of it, and tells the screens that may see it.",
    "The plain way: one INSERT with pg_notify in one durable commit; one process that passes every notification to every line. It"
    " asks nobody's sight, seals nothing, and tells nobody what was missed while a line was down.",
    "From the commit's beginning to the last byte of the event in the screen's process; server, worker, database and screens share the"
    " processors. The screens are those of nine people in twenty sessions. Every deed is heard by every screen once, or the run fails.",
)


def measure(ground: Ground, scale: float) -> Report:
    screens, rounds = max(20, int(SCREENS * scale)), ROUNDS if scale == 1 else 2
    deeds = DEEDS if scale == 1 else 5
    report = Report("stream", {"screens": screens, "deeds a round": deeds, "rounds": rounds}, list(NOTES))
    ground.fresh(DATABASE)
    chance = random.Random(1)
    with ExitStack() as stack:
        ours = stack.enter_context(_ours(ground, screens))
        plain = stack.enter_context(_plain(ground, screens))
        _matter(ground)
        _all_sealed()  # the worker is up
        told = in_turns(rounds, lambda: _round(deeds, chance, lambda: _matter(ground)), lambda: _round(deeds, chance, _notify))
        _all_sealed()
        time.sleep(2)
        heard = ours(), plain()
    ways = ("sealed and seen", "LISTEN/NOTIFY")
    for way, made, what in zip(ways, told, heard, strict=True):
        _check(report, way, made, what, screens)
    if not report.faults:
        report.figures += _figures(*([_side(way, each, what) for each in made]
                                     for way, made, what in zip(ways, told, heard, strict=True)))
    ground.drop(DATABASE)
    return report


def _all_sealed(seconds: float = 90.0) -> None:
    deadline = time.monotonic() + seconds
    while Pending.objects.exists():
        if time.monotonic() > deadline:
            raise RuntimeError("the worker has not sealed what was committed")
        time.sleep(0.1)


def _round(deeds: int, chance: random.Random, deed: Callable[[], tuple[str, float]]) -> dict[str, float]:
    """uid → when its commit began: a bare notification is heard before the commit has returned."""
    made = {}
    for _deed in range(deeds):
        uid, began = deed()
        made[uid] = began
        time.sleep(chance.uniform(*APART))
    return made


def _matter(ground: Ground) -> tuple[str, float]:
    """uid, and when its commit began."""
    uid = uuid4()
    with transaction.atomic():
        advance(Ref("matter", uid), "open", actor=ground.actors["warden"], at=ground.at, given={
            "what": "楼道堆物", "area": str(ground.areas["G111"].uid), "place": "中南路1号"})
        began = time.monotonic()
    return str(uid), began


def _notify() -> tuple[str, float]:
    """uid, and when its commit began."""
    uid = str(uuid4())
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO bench_told (uid) VALUES (%s)", [uid])
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, uid])
        began = time.monotonic()
    return uid, began


@contextmanager
def _ours(ground: Ground, screens: int) -> Iterator[Callable[[], Heard]]:
    port = _free_port()
    web = serving._parts("127.0.0.1", port)[0]
    environment = {**web.environment, "ANLAN_DATABASE_URL": ground.address(DATABASE)}
    with _process(list(web.command), environment), _worker(ground, DATABASE):
        _wait(port)
        with _screens(port, screens, _cookies(screens)) as heard:
            yield heard


@contextmanager
def _plain(ground: Ground, screens: int) -> Iterator[Callable[[], Heard]]:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_told (uid uuid PRIMARY KEY, at timestamptz NOT NULL DEFAULT now())")
    port = _free_port()
    with _process([sys.executable, "-m", "anlan.bench.plain.listen", str(port), ground.address(DATABASE)], {}):
        _wait(port)
        with _screens(port, screens, [""]) as heard:
            yield heard


def _cookies(screens: int) -> list[str]:
    """As many sessions as so many open pages need, of people who all see the ground."""
    wanted = -(-screens // (OF_ONE_SESSION - 2))
    found = []
    for n in range(wanted):
        client = Client(HTTP_HOST="127.0.0.1")
        client.post("/sign-in/", {"login_name": READERS[n % len(READERS)], "password": PASSWORD})
        found.append(f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}")
    return found


@contextmanager
def _screens(port: int, screens: int, cookies: list[str]) -> Iterator[Callable[[], Heard]]:
    """A call that ends the screens and tells what each heard when."""
    with _process_of_screens() as process:
        job = {"port": port, "screens": screens, "cookies": cookies, "seconds": LONGEST}
        process.stdin.write(json.dumps(job) + "\n")
        process.stdin.flush()
        if process.stdout.readline().strip() != "ready":
            raise RuntimeError("not every screen could open its line")
        time.sleep(1)

        def heard() -> Heard:
            told, _nothing = process.communicate(timeout=60)
            return json.loads(told)  # type: ignore[no-any-return]

        yield heard


@contextmanager
def _process_of_screens() -> Iterator[Any]:
    process = subprocess.Popen([sys.executable, "-m", "anlan.bench.screens"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def _check(report: Report, way: str, rounds: list[dict[str, float]], heard: Heard, screens: int) -> None:
    """Every screen heard of every deed, once."""
    for uid in (uid for made in rounds for uid in made):
        who = sorted(screen for screen, _at in heard.get(uid, []))
        report.expect(who == list(range(screens)), f"{way}: of {screens} screens {len(set(who))} heard of a deed, {len(who)} times")


def _side(way: str, made: dict[str, float], heard: Heard) -> Side:
    spent = [(at - committed) * 1000 for uid, committed in made.items() for _screen, at in heard[uid]]
    return Side(way, nth(spent, 0.99), "ms", nth(spent, 0.5), nth(spent, 0.99))


def _figures(ours: list[Side], plain: list[Side]) -> list[Figure]:
    shares = [a.value / b.value for a, b in zip(ours, plain, strict=True)]
    half = middle(ours)
    return [
        Figure("p50", "half of all screens have heard", half.p50_ms or 0.0, "ms"),
        Figure("p99", "99 of 100 have heard", half.value, "ms", low=min(s.value for s in ours), high=max(s.value for s in ours)),
        Figure("against_plain", "99 of 100, times the plain way's", sorted(shares)[len(shares) // 2], "×", "", None, half, middle(plain),
               min(shares), max(shares)),
    ]
