"""What waits for each channel is let go: a P1 at once and alone, the rest outside quiet hours, many as one digest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from anlan.kernel.actors import SYSTEM
from anlan.kernel.changes import Ref
from anlan.kernel.door import Order, advance_many
from anlan.kernel.instance import local_day
from anlan.kernel.rulebook import Rulebook, rulebook
from anlan.toolkit.jobs.models import Job, JobState
from anlan.toolkit.jobs.queue import enqueue
from anlan.toolkit.notices.models import Notice, NoticeRead

from .flow import OPEN, UNDER_WAY, ChannelState, GatewayState, MessageState
from .kinds import always_out, is_always_out
from .models import Channel, Message, Wishes
from .quiet import hours_of, quiet_until, usual_hours

JOB = "outgoing.send"
CHANNELS_MOST = 100
OF_A_CHANNEL_MOST = 500


def let_go(at: datetime) -> int:
    """Returns from how many channels something went on its way, or was put off."""
    ready = Message.objects.filter(state__in=OPEN, ready_at__lte=at).order_by().values("channel_id").distinct()
    done = 0
    for channel in Channel.objects.filter(id__in=ready).order_by("id").values_list("id", flat=True)[:CHANNELS_MOST]:
        with transaction.atomic():
            done += _let_go_of(channel, at)
    return done


def _let_go_of(channel_id: int, at: datetime) -> bool:
    channel = Channel.objects.select_for_update(skip_locked=True, of=("self",)).select_related("gateway").filter(
        id=channel_id).first()
    if channel is None:
        return False
    waiting = list(Message.objects.filter(channel=channel, state__in=OPEN).order_by("id")[:OF_A_CHANNEL_MOST])
    rules = rulebook()
    dropped = _idle(channel, waiting, rules, at)
    rest = [m for m in waiting if m.uid not in dropped]
    orders = [_order(m.uid, "drop", at, why=why) for uid, why in dropped.items() for m in waiting if m.uid == uid]
    orders += [_order(m.uid, "queue", at) for m in rest if m.rings]
    orders += _ordinary(channel, [m for m in rest if not m.rings], rules, at)
    advance_many(orders)
    return bool(orders)


def _ordinary(channel: Channel, waiting: list[Message], rules: Rulebook, at: datetime) -> list[Order]:
    if not any(m.ready_at <= at for m in waiting):
        return []
    wishes = Wishes.objects.filter(person_id=channel.person_id).first() if channel.person_id else None
    day = local_day(at)
    if ends := quiet_until(at, hours_of(wishes, usual_hours(rules, day))):
        return [_order(m.uid, "hold", at, ready_at=ends) for m in waiting if m.ready_at <= at]
    held = any(m.state == MessageState.HELD for m in waiting)
    if len(waiting) >= (2 if held else rules.value("notice.digest_from", day)):
        return list(_as_one(waiting, rules.value("notice.digest_lines", day), at))
    return [_order(m.uid, "queue", at) for m in waiting]


def _as_one(waiting: Sequence[Message], lines: int, at: datetime) -> Iterator[Order]:
    """One digest, whose uid follows from what it gathers."""
    first = waiting[0]
    digest = uuid5(first.uid, "".join(m.uid.hex for m in waiting))
    yield _order(digest, "compose", at, channel_id=first.channel_id, way=first.way, to_name=first.to_name,
                 person_id=first.person_id, party_id=first.party_id, text=digest_text(waiting, lines),
                 url=reverse("notices:inbox"), at=at, ready_at=at)
    for m in waiting:
        yield _order(m.uid, "gather", at, digest=digest)


def digest_text(waiting: Sequence[Message], lines: int) -> str:
    told = [_("您有 %(n)s 件事：") % {"n": len(waiting)}, *(f"· {m.text}" for m in waiting[:lines])]
    if len(waiting) > lines:
        told.append(_("……另有 %(n)s 件，请在安澜中查看。") % {"n": len(waiting) - lines})
    return "\n".join(told)


def _order(uid: UUID, move: str, at: datetime, /, **given: object) -> Order:
    """Each of a message's moves by the worker happens once under its own request."""
    request = uuid5(uid, move) if move in ("compose", "gather") else None
    return Order(Ref("message", uid), move, SYSTEM, at, given, request=request)


def _idle(channel: Channel, waiting: Sequence[Message], rules: Rulebook, at: datetime) -> dict[UUID, str]:
    """What need not go out any more, with why: the way is shut, or it was read in Anlan meanwhile."""
    if channel.state == ChannelState.REMOVED:
        return {m.uid: _("渠道已移除") for m in waiting}
    if channel.gateway.state != GatewayState.OPEN:
        return {m.uid: _("网关已停用") for m in waiting}
    notices = {n.key: n for n in Notice.objects.filter(key__in=[m.notice for m in waiting])}
    gone = _muted(channel, waiting, notices, always_out(rules, local_day(at)))
    read = NoticeRead.objects.filter(notice__key__in=notices, person_id=channel.person_id or 0)
    seen = set(read.values_list("notice__key", flat=True))
    hushed = {n.key for n in notices.values() if n.hushed_at is not None}
    gone |= {m.uid: _("已在安澜里看过") for m in waiting if m.notice in seen}
    return gone | {m.uid: _("已有人签收") for m in waiting if m.notice in hushed}


def _muted(channel: Channel, waiting: Sequence[Message], notices: dict[UUID, Notice], always: frozenset[str]) -> dict[UUID, str]:
    if channel.state != ChannelState.MUTED:
        return {}
    return {m.uid: _("渠道已静音") for m in waiting if (n := notices.get(m.notice)) is None or not is_always_out(n, always)}


def ask_to_send() -> int:
    """A job for each message on its way: its key follows from the message and its version, so that it is asked once."""
    queued = {uuid5(m.uid, str(m.version)): m for m in Message.objects.filter(state=MessageState.QUEUED).order_by("id")[:500]}
    known = set(Job.objects.filter(key__in=queued).values_list("key", flat=True))
    fresh = [key for key in queued if key not in known]
    for key in fresh:
        enqueue(JOB, {"uid": str(queued[key].uid)}, key=key)
    return len(fresh)


def bury(at: datetime) -> int:
    """Messages whose job ended without them, by a worker killed too often: given up, on record."""
    under_way = {str(m.uid): m for m in Message.objects.filter(state__in=UNDER_WAY).order_by("id")[:500]}
    alive = Job.objects.filter(Q(state=JobState.WAITING) | Q(state=JobState.RUNNING), kind=JOB, payload__uid__in=list(under_way))
    dead = Job.objects.filter(kind=JOB, state=JobState.FAILED, payload__uid__in=list(under_way))
    gone = set(dead.values_list("payload__uid", flat=True)) - set(alive.values_list("payload__uid", flat=True))
    queued_anew = {uid for uid in gone if under_way[uid].state == MessageState.QUEUED and not Job.objects.filter(
        key=uuid5(under_way[uid].uid, str(under_way[uid].version))).exists()}
    advance_many([_order(UUID(uid), "give_up", at, why=_("发送多次中断")) for uid in sorted(gone - queued_anew)])
    return len(gone - queued_anew)
