"""The evening: 500 phones that were out all day tell 40 records and 10 photos each, over HTTP, signed.

Against two ways: the same phones with one request for each record, and a bare bulk insert of as many rows.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from PIL import Image

from anlan.commands import serving
from anlan.field.testing import Phone
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.instance import real_time
from anlan.kernel.models import Entry
from anlan.matters.models import Matter
from anlan.people.models import Post
from anlan.people.testing import PASSWORD
from anlan.toolkit.attachments.models import File

from .ground import Ground
from .intake import _free_port, _process, _wait
from .plain.models import Report as Plain
from .results import Figure, Report, Side, ratio
from .timing import in_turns

DATABASE = "bench_sync"
PHONES, RECORDS, PHOTOS = 500, 40, 10
LINES, ROUNDS = 4, 5
SINGLY = 10
"""One phone of so many tells its records one by one: that takes long."""
WHAT = "楼道口堆放电动车，充电线从二楼拉下"
NOTES = (
    "Ours: the session, the phone, each signature, the actor in the post at the deed's time, rules with their facts, then case, journal"
    " entry, marks, clock and receipt; a batch of 40 is one request. One request a record: the same, 40 times. The bulk insert: one"
    " durable INSERT of 40 rows by the ORM, in this process, without a server.",
    "All phones belong to one person of the ground; each has its own key. Envelopes are signed before the clock starts.",
    "Photos go in one piece each: the hash is checked, the picture is decoded, cleaned, given a preview and stored durably.",
    "The worker is not running. The client shares the processors with the server.",
)


@dataclass
class Evening:
    """One phone's day: envelopes, photos by their bytes."""

    phone: Phone
    envelopes: list[dict[str, str]]
    photos: list[bytes]


def measure(ground: Ground, scale: float) -> Report:
    rounds = ROUNDS if scale == 1 else 2
    phones = max(2 * rounds, round(PHONES * scale))
    singles = max(rounds, phones // SINGLY)
    sizes = {"phones": phones, "records each": RECORDS, "photos each": PHOTOS, "lines": LINES, "rounds": rounds}
    report = Report("sync", sizes, list(NOTES))
    ground.fresh(DATABASE)
    with connection.schema_editor() as editor:
        editor.create_model(Plain)
    post = Post.objects.get(id=ground.actors["warden"].post_id)
    area, now = str(ground.areas["G111"].uid), real_time()
    evenings = [_evening(ground, post.uid, area, now, n, with_photos=n < phones) for n in range(phones + singles)]
    many, single = (iter(_parts(part, rounds)) for part in (evenings[:phones], evenings[phones:]))
    with _served(ground) as ask:
        ask(evenings[-1], [])  # the server has answered once before the clock starts
        tell = partial(_told, report)
        batched, one_by_one, plain = in_turns(
            rounds, lambda: tell(ask, next(many), RECORDS), lambda: tell(ask, next(single), 1), lambda: _bulk(area, phones // rounds))
        report.figures.append(ratio("batch_over_single", "records a second, against one request a record", batched, one_by_one,
                                    at_least=1.0))
        report.figures.append(ratio("batch_over_bulk", "records a second, against a bare bulk insert", batched, plain))
        report.figures.append(_photos(report, ask, evenings[:phones]))
        _check(report, ask, evenings, phones)
    ground.drop(DATABASE)
    return report


def _evening(ground: Ground, post: UUID, area: str, now: datetime, n: int, *, with_photos: bool) -> Evening:
    phone = Phone(post)
    advance(Ref("device", phone.uid), "enrol", actor=ground.actors["warden"], at=now, given={"name": f"手机{n}", "key": phone.key})
    sent = [phone.envelope("matter", "open", uuid4(), now, {"what": WHAT, "area": area}) for _ in range(RECORDS)]
    return Evening(phone, sent, [_photo(n * PHOTOS + k) for k in range(PHOTOS)] if with_photos else [])


def _photo(n: int) -> bytes:
    """As large as a phone keeps it, no two alike."""
    out = BytesIO()
    Image.new("RGB", (1600, 1200), (n % 251, n // 251 % 251, 60)).save(out, "JPEG", quality=80, comment=str(n))
    return out.getvalue()


def _parts(evenings: Sequence[Evening], rounds: int) -> list[Sequence[Evening]]:
    size = len(evenings) // rounds
    return [evenings[n * size:(n + 1) * size if n < rounds - 1 else None] for n in range(rounds)]


Ask = Callable[..., list[dict[str, Any]]]


@contextmanager
def _served(ground: Ground) -> Iterator[Ask]:
    """The web server as `anlan up` starts it, and how a phone with the warden's session asks it."""
    client = Client(HTTP_HOST="127.0.0.1")
    client.post("/sign-in/", {"login_name": "warden", "password": PASSWORD})
    cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    port = _free_port()
    web = serving._parts("127.0.0.1", port)[0]
    with _process(list(web.command), {**web.environment, "ANLAN_DATABASE_URL": ground.address(DATABASE)}):
        _wait(port)
        yield partial(_ask, port, cookie)


def _ask(port: int, cookie: str, evening: Evening, asked: Sequence[tuple[str, str, bytes]]) -> list[dict[str, Any]]:
    """The answers to some requests of one phone over one line, in their order. asked: method, path, body."""
    headers = {"Cookie": cookie, "Accept": "application/json", "X-Anlan-Field": "1", "X-Anlan-Device": str(evening.phone.uid)}
    kinds = {"POST": "application/json", "PUT": "application/octet-stream"}
    answers = []
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as line:
        for method, path, body in asked or [("GET", "/field/pack", b"")]:
            line.request(method, path, body, {**headers, "Content-Type": kinds.get(method, "")})
            answer = line.getresponse()
            answers.append({"status": answer.status, **json.loads(answer.read())})
    return answers


def _told(report: Report, ask: Ask, evenings: Sequence[Evening], batch: int) -> Side:
    """Records a second of some phones, so many in a request."""
    work = [(e, [("POST", "/field/sync", json.dumps(e.phone.batch(e.envelopes[k:k + batch], real_time())).encode())
                 for k in range(0, RECORDS, batch)]) for e in evenings]
    answers, spent = _at_once(ask, work)
    outcomes = [r["outcome"] for a in answers for r in a.get("receipts", [])]
    applied = outcomes.count("applied")
    report.expect(applied == len(evenings) * RECORDS, f"{len(evenings) * RECORDS} told {batch} at a time, {applied} applied")
    return Side(f"{batch} records a request", max(applied, 1) / spent, "/s")


def _at_once(ask: Ask, work: Sequence[tuple[Evening, Sequence[tuple[str, str, bytes]]]]) -> tuple[list[dict[str, Any]], float]:
    began = time.perf_counter()
    with ThreadPoolExecutor(LINES) as lines:
        answers = [a for told in lines.map(lambda one: ask(*one), work) for a in told]
    return answers, time.perf_counter() - began


def _bulk(area: str, phones: int) -> Side:
    began = time.perf_counter()
    for _ in range(phones):
        with transaction.atomic():
            Plain.objects.bulk_create(Plain(uid=uuid4(), what=WHAT, area=area, place="", received_at=real_time()) for _ in range(RECORDS))
    return Side("one INSERT of 40 rows", phones * RECORDS / (time.perf_counter() - began), "/s")


def _photos(report: Report, ask: Ask, evenings: Sequence[Evening]) -> Figure:
    work = [(e, [("PUT", f"/field/photos/{hashlib.sha256(p).hexdigest()}?offset=0&size={len(p)}", p) for p in e.photos]) for e in evenings]
    answers, spent = _at_once(ask, work)
    whole = sum(a.get("whole") is True for a in answers)
    report.expect(whole == len(evenings) * PHOTOS, f"{len(evenings) * PHOTOS} photos sent, {whole} whole")
    return Figure("photos", "photos a second, each whole and stored", whole / spent, "/s")


def _check(report: Report, ask: Ask, evenings: Sequence[Evening], phones: int) -> None:
    """Every record is there once, with its entry; the second sending changes nothing; every photo is there."""
    records = len(evenings) * RECORDS
    again = evenings[0]
    told = ask(again, [("POST", "/field/sync", json.dumps(again.phone.batch(again.envelopes, real_time())).encode())])[0]
    replays = [r.get("replay") for r in told.get("receipts", [])]
    report.expect(replays == [True] * RECORDS, "a second sending did not get the first receipts")
    for what, count in (("matters", Matter.objects.count()), ("entries", Entry.objects.filter(kind="matter", verb="open").count())):
        report.expect(count == records, f"{records} records, {count} {what}")
    kept = File.objects.filter(state="kept").count()
    report.expect(kept == phones * PHOTOS, f"{phones * PHOTOS} photos, {kept} kept")
