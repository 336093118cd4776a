"""Whose session a stream belongs to, and whether it still is; asked for all streams at once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session

from anlan.kernel.actors import Actor
from anlan.kernel.instance import local_day
from anlan.kernel.refusals import Refused
from anlan.people import sessions
from anlan.people.standing import actor_of, standing_of

Held = dict[str, Any]


def held_by(keys: Iterable[str], now: datetime) -> dict[str, Held]:
    """Session key → what it holds, of those that live at this real time."""
    rows = Session.objects.filter(session_key__in=set(keys), expire_date__gt=now).values_list("session_key", "session_data")
    found = {key: SessionStore().decode(text).get(sessions.KEY) for key, text in rows}
    return {key: held for key, held in found.items() if held and not sessions.over(held, now)}


def reader_in(held: Held, at: datetime) -> Actor | None:
    """The actor of a session at this business time; None where it may no longer read anything."""
    standing = standing_of(held["person"], local_day(at))
    if standing is None or standing.person.session_epoch != held["epoch"] or held["must_change"]:
        return None
    try:
        actor = actor_of(standing, held["post"])
    except Refused:
        return None
    return actor if actor.post_id is not None else None
