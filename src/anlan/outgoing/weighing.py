"""Each notice is weighed once: to whom outside the house it goes, by which channels, and from when."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from anlan.kernel.actors import SYSTEM
from anlan.kernel.changes import Ref
from anlan.kernel.door import Order, advance_many
from anlan.kernel.instance import local_day
from anlan.kernel.refusals import Refusal
from anlan.kernel.rulebook import rulebook
from anlan.toolkit.notices.models import Notice

from .audience import Readers, active_people, readers_of
from .flow import LIVE, ChannelState, GatewayState, WishesState
from .kinds import always_out, is_always_out, kind_of
from .models import Channel, Wishes

MOST = 200
OLD_MOST = 20_000
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Books:
    """What the weighing of one lot of notices looks up."""

    always: frozenset[str]
    readers: Readers
    people: set[int]
    channels: dict[tuple[str, int], list[Channel]]
    wishes: dict[int, Wishes]
    ready_at: datetime


def weigh(at: datetime, most: int = MOST) -> int:
    """Returns how many were weighed. Together with its messages a notice is weighed, or neither."""
    if not Notice.objects.filter(weighed=False).exists():
        return 0
    rules, day = rulebook(), local_day(at)
    oldest = at - timedelta(hours=rules.value("notice.oldest_hours", day))
    old = Notice.objects.filter(weighed=False, at__lt=oldest).order_by("id").values("id")[:OLD_MOST]
    passed = Notice.objects.filter(id__in=old).update(weighed=True)
    with transaction.atomic():
        lot = list(Notice.objects.filter(weighed=False).order_by("id").select_for_update(skip_locked=True)[:most])
        if lot:
            _prepare(list(_orders(lot, _books(lot, at), at)))
            Notice.objects.filter(id__in=[n.id for n in lot]).update(weighed=True)
    return passed + len(lot)


def _prepare(orders: list[Order]) -> None:
    for order, answer in zip(orders, advance_many(orders), strict=True):
        if isinstance(answer, Refusal):
            log.error("message %s was not prepared: %s", order.ref.uid, answer)


def _books(lot: Sequence[Notice], at: datetime) -> Books:
    rules, day = rulebook(), local_day(at)
    parties = {n.party_id for n in lot if n.party_id is not None}
    named = {n.person_id for n in lot if n.person_id is not None}
    readers = readers_of(parties, day)
    people = active_people(named) | {p for found in readers.values() for p in found}
    rows = Channel.objects.filter(Q(person_id__in=people) | Q(party_id__in=parties), state__in=LIVE,
                                  gateway__state=GatewayState.OPEN).select_related("gateway").order_by("id")
    channels = defaultdict(list)
    for channel in rows:
        channels[("person", channel.person_id) if channel.person_id else ("party", channel.party_id)].append(channel)
    return Books(always_out(rules, day), readers, people, channels,
                 {w.person_id: w for w in Wishes.objects.filter(person_id__in=people)},
                 at + timedelta(seconds=rules.value("notice.window_seconds", day)))


def _orders(lot: Sequence[Notice], books: Books, at: datetime) -> Iterator[Order]:
    for notice in lot:
        for channel in _ways_of(notice, books):
            uid = message_uid(notice.key, channel)
            yield Order(Ref("message", uid), "wait", SYSTEM, at, _told(notice, channel, at if notice.rings else books.ready_at),
                        request=uuid5(uid, "wait"))


def message_uid(notice: UUID, channel: Channel) -> UUID:
    """One notice by one channel is one message, however often it is weighed."""
    return uuid5(channel.uid, str(notice))


def _ways_of(notice: Notice, books: Books) -> Iterator[Channel]:
    must = is_always_out(notice, books.always)
    people = books.readers.get(notice.party_id, set()) if notice.party_id is not None else {notice.person_id} & books.people
    for person in sorted(p for p in people if p is not None):
        if must or _wants(books.wishes.get(person), notice):
            yield from _open(books.channels.get(("person", person), ()), must)
    if notice.party_id is not None:
        yield from _open(books.channels.get(("party", notice.party_id), ()), must)


def _open(channels: Sequence[Channel], must: bool) -> Iterator[Channel]:
    """A muted channel takes only what nobody may switch off."""
    return (c for c in channels if must or c.state == ChannelState.ACTIVE)


def _wants(wishes: Wishes | None, notice: Notice) -> bool:
    return wishes is None or (wishes.state == WishesState.ON and kind_of(notice) not in wishes.stays)


def _told(notice: Notice, channel: Channel, ready_at: datetime) -> dict[str, object]:
    return {"channel_id": channel.id, "way": channel.gateway.sort, "to_name": channel.holder, "person_id": channel.person_id,
            "party_id": channel.party_id, "notice": notice.key, "rings": notice.rings, "text": outside(notice),
            "url": reverse("notices:open", args=[notice.key]), "at": notice.at, "ready_at": ready_at}


def outside(notice: Notice) -> str:
    """What may be said of a notice outside the house: its title, never its text, which people have typed."""
    title = notice.title or _("有一条新通知")
    if notice.rings:
        return _("【一级】%(title)s") % {"title": title}
    return _("【紧急】%(title)s") % {"title": title} if notice.urgent else title
