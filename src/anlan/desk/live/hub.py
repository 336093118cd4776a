"""One look for all open streams: what was sealed, what was told, whose session still lives. Runs in one thread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from anlan.kernel.actors import Actor
from anlan.kernel.flows import FLOWS
from anlan.kernel.instance import instance_clock, real_time
from anlan.kernel.models import Seal

from .bells import Ears, bell_of
from .seeing import MOST, News, Sight, news_between
from .sessions import Held, held_by, reader_in
from .wire import event, mark

SESSIONS_EVERY = 1.0
READERS_EVERY = 15.0
PING_EVERY = 20.0
UNREAD_MOST = 200
STANDING_KINDS = {"person", "post", "appointment", "delegation", "organisation", "licence", "entrustment"}


@dataclass(eq=False)
class Watcher:
    """An open stream. no: up to which sealed number it has been told; None: it begins with what comes next."""

    key: str
    no: int | None
    lines: asyncio.Queue[str] = field(default_factory=lambda: asyncio.Queue(UNREAD_MOST))
    held: Held | None = None
    actor: Actor | None = None
    joined: bool = False
    leaving: bool = False
    ended: bool = False
    pinged: float = 0.0


class Hub:
    """look(now): what to send to whom. now: seconds, monotonic. Only `look` asks the database."""

    def __init__(self) -> None:
        self.watchers: dict[Watcher, None] = {}  # the oldest first
        self.ears: Ears | None = None
        self.head = 0
        self._sessions_due = self._readers_due = 0.0

    def admit(self, watcher: Watcher) -> bool:
        """Whether this session may listen now; sets the watcher's actor."""
        watcher.held = held_by([watcher.key], real_time()).get(watcher.key)
        watcher.actor = reader_in(watcher.held, instance_clock()) if watcher.held else None
        return watcher.actor is not None

    def look(self, now: float) -> list[tuple[Watcher, str]]:
        """Everything since the last look, in order."""
        at, since, out = instance_clock(), self.head, []  # type: ignore[var-annotated]
        self.head = Seal.objects.order_by("-no").values_list("no", flat=True).first() or 0
        if self.ears is None or self.head < since:  # a journal that is shorter now is a new exercise's
            self.ears = Ears()
            self.ears.begin()
        watching = [w for w in tuple(self.watchers) if not w.leaving]
        old = [w for w in watching if w.joined]
        news = news_between(since, self.head, at) if old and self.head > since else []
        out += self._sessions(watching, now, at, any(n.kind in STANDING_KINDS for n in news))
        old = [w for w in old if not w.leaving]
        out += self._news(old, since, news, at)
        out += self._bells(old, at)
        for w in watching:
            if not w.joined and not w.leaving:
                out += self._join(w, now, at)
        return out + self._pings(old, now)

    def _news(self, watchers: Iterable[Watcher], since: int, news: list[News], at: datetime) -> list[tuple[Watcher, str]]:
        """To all who had been told up to `since`."""
        if self.head == since:
            return []
        if self.head - since > MOST:
            return [(w, self._missed(w)) for w in watchers]
        sight, out = Sight(news, at), []
        for w in watchers:
            out += [(w, told(n, w.actor)) for n in sight.of(w.actor)]  # type: ignore[arg-type]
            w.no = self.head
        return out

    def _missed(self, w: Watcher) -> str:
        w.no = self.head
        return event("missed", {}, self.head)

    def _join(self, w: Watcher, now: float, at: datetime) -> list[tuple[Watcher, str]]:
        """What it missed while it was away, then the bell as it is."""
        w.joined, w.pinged, out = True, now, []
        if w.no is not None and self.head - w.no > MOST:
            out.append((w, self._missed(w)))
        elif w.no is not None and w.no < self.head:
            out += [(w, told(n, w.actor)) for n in Sight(news_between(w.no, self.head, at), at).of(w.actor)]  # type: ignore[arg-type]
        w.no = self.head
        return [*out, (w, event("bell", bell_of(w.actor, at), self.head))]  # type: ignore[arg-type]

    def _bells(self, watchers: Iterable[Watcher], at: datetime) -> list[tuple[Watcher, str]]:
        assert self.ears is not None
        parties, persons = self.ears.told()
        if not parties and not persons:
            return []
        bells: dict[Any, Any] = {}
        out = []
        for w in watchers:
            if w.actor and (w.actor.person_id in persons or not parties.isdisjoint(w.actor.parties)):
                whose = (w.actor.person_id, w.actor.parties)
                bells[whose] = bells.get(whose) or bell_of(w.actor, at)
                out.append((w, event("bell", bells[whose], w.no)))
        return out

    def _sessions(self, watchers: list[Watcher], now: float, at: datetime, changed: bool) -> list[tuple[Watcher, str]]:
        """Ends the streams whose session is over or acts in another post."""
        if not watchers or (now < self._sessions_due and not changed):
            return []
        self._sessions_due = now + SESSIONS_EVERY
        alive = held_by((w.key for w in watchers), real_time())
        again = changed or now >= self._readers_due
        self._readers_due = now + READERS_EVERY if again else self._readers_due
        reader = cache(lambda key: reader_in(alive[key], at))  # the pages of one session ask once
        out = []
        for w in watchers:
            if why := _over(w, alive.get(w.key), reader, again):
                w.leaving = True
                out.append((w, event("end", {"why": why})))
        return out

    def _pings(self, watchers: Iterable[Watcher], now: float) -> list[tuple[Watcher, str]]:
        due = [w for w in watchers if now - w.pinged >= PING_EVERY]
        for w in due:
            w.pinged = now
        return [(w, mark(w.no or 0)) for w in due]


def _over(w: Watcher, held: Held | None, reader: Callable[[str], Actor | None], again: bool) -> str:
    """Why this stream ends; empty while it goes on. again: work out anew in which posts the person stands."""
    if held is None:
        return "session"
    if w.held and held["post"] != w.held["post"]:
        return "post"
    if again or not w.held or held["epoch"] != w.held["epoch"]:
        w.actor = reader(w.key)
        if w.actor is None:
            return "session"
    w.held = held
    return ""


def told(n: News, actor: Actor) -> str:
    """mine: the reader's parties owe something in it now; own: the reader did it; opens: the case began by it."""
    data: dict[str, Any] = {"kind": n.kind, "uid": str(n.uid), "verb": n.verb, "opens": FLOWS[n.kind].by_name[n.verb].opens,
                            "mine": not n.parties.isdisjoint(actor.parties), "own": n.person_id == actor.person_id}
    return event("news", data, n.no)


