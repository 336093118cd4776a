"""What a session holds, how long it lasts, and in which post it acts. Real time."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.middleware.csrf import rotate_token

from anlan.kernel.actors import Actor
from anlan.kernel.door import record

from .models import Person
from .sign_in import Admission

KEY = "anlan"
SEEN_EVERY = 60  # seconds: a session is written at most this often only to say that it is alive
ANONYMOUS = Actor(name="公众")


def begin(request: HttpRequest, admission: Admission, now: datetime) -> None:
    """Start a session under a new key; nothing of an earlier one stays."""
    person = admission.standing.person
    request.session.flush()
    request.session[KEY] = {
        "person": person.id, "epoch": person.session_epoch, "post": admission.standing.usable[0].post_id,
        "began": now.timestamp(), "seen": now.timestamp(), "idle": admission.idle.total_seconds(),
        "longest": admission.longest.total_seconds(), "must_change": admission.must_change}
    request.session.set_expiry(admission.longest)
    rotate_token(request)


def end(request: HttpRequest) -> None:
    """The person signs out: told in the journal, and nothing of the session stays."""
    record(request.standing.person, "signed_out", actor=request.actor, at=request.at, data={})  # type: ignore[attr-defined]
    request.session.flush()


def held(session: SessionBase) -> dict[str, Any] | None:
    return session.get(KEY)


def over(data: dict[str, Any], now: datetime) -> bool:
    """Idle for too long, or begun too long ago."""
    instant = now.timestamp()
    return instant - data["seen"] > data["idle"] or instant - data["began"] > data["longest"]


def note_seen(session: SessionBase, now: datetime) -> None:
    data = session[KEY]
    if now.timestamp() - data["seen"] >= SEEN_EVERY:
        session[KEY] = {**data, "seen": now.timestamp()}


def choose_post(session: SessionBase, post_id: int | None) -> None:
    session[KEY] = {**session[KEY], "post": post_id}


def renew(request: HttpRequest, person: Person) -> None:
    """After a change of password: this session lives on under a new key, all others are over."""
    request.session.cycle_key()
    request.session[KEY] = {**request.session[KEY], "epoch": person.session_epoch, "must_change": False}
    rotate_token(request)
