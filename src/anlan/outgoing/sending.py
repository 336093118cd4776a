"""The job that sends one message, and the worker's round that leads to it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anlan.kernel.actors import SYSTEM
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.instance import instance_clock, real_time
from anlan.kernel.spaces import in_exercise
from anlan.toolkit.jobs import Hopeless, Work, job

from .codes import words_of
from .flow import LOST, UNDER_WAY, ChannelState, GatewayState
from .gateways import WAYS, key_is_lost
from .gathering import JOB, ask_to_send, bury, let_go
from .models import Attempt, Kept, Message, MessageSort, Sort
from .weighing import weigh

TRIES, LEASE = 5, timedelta(minutes=5)
NULL, APPRISE = "null", "apprise"


class Undelivered(Exception):
    """The gateway did not take it; its words are for the recipient and hold no address."""


def post(at: datetime) -> None:
    """One round of the worker: notices are weighed, what waits is let go, what is on its way gets its job."""
    while weigh(at):
        pass
    let_go(at)
    ask_to_send()
    bury(at)


@job(JOB, label=gettext_lazy("外发消息"), lease=LEASE, attempts_most=TRIES)
def send_message(work: Work) -> None:
    """Once: a try that was cut off midway is not repeated, unless the message rings (a P1 rather twice than never)."""
    message = Message.objects.select_related("channel__gateway").get(uid=work.payload["uid"])
    if message.state not in (*UNDER_WAY, *LOST):
        return
    if why := _shut(message):
        _move(message, "drop", why=why)
        return
    if sender_of() is None:
        _move(message, "show")
        return
    _forget_cut(message)
    _try(message, work.attempt)


def _shut(message: Message) -> str:
    if message.channel.state == ChannelState.REMOVED:
        return _("渠道已移除")
    return _("网关已停用") if message.channel.gateway.state != GatewayState.OPEN else ""


def _forget_cut(message: Message) -> None:
    """An earlier try that never ended. Raises Hopeless where the message must not go out twice."""
    cut = Attempt.objects.filter(message=message, ended_at=None)
    if not cut.exists():
        return
    with transaction.atomic():
        cut.update(ended_at=real_time(), fault=_("中途断了"))
        if not message.rings and message.state in UNDER_WAY:
            _move(message, "lose", why=_("中途断了"))
    if not message.rings:
        raise Hopeless(_("发给%(to)s的消息发送中断，不知是否送达。要重发，请在“发出的消息”里点重发。") % {"to": message.to_name})


def _try(message: Message, number: int) -> None:
    """The try is on record before it begins, and ends together with what came of it."""
    attempt = Attempt.objects.create(message=message, began_at=real_time())
    try:
        sender_of()(message)  # type: ignore[misc]
    except Exception as fault:
        why = str(fault) if isinstance(fault, Undelivered) else _("系统出错")
        with transaction.atomic():
            Attempt.objects.filter(id=attempt.id).update(ended_at=real_time(), fault=why[:200])
            if message.state in UNDER_WAY:
                _move(message, "give_up" if number >= TRIES else "fail", why=why[:200])
        raise
    with transaction.atomic():
        Attempt.objects.filter(id=attempt.id).update(ended_at=real_time())
        _move(message, "send")
        if message.sort == MessageSort.CODE:
            Kept.objects.filter(uid=message.uid).delete()


def _move(message: Message, move: str, **given: str) -> None:
    advance(Ref("message", message.uid), move, actor=SYSTEM, at=instance_clock(), given=given)


# Senders


def sender_of() -> Callable[[Message], None] | None:
    """None: the null sender of demonstrations, exercises and tests; nothing leaves, each message is shown."""
    return by_apprise if settings.ANLAN_SENDER == APPRISE and not in_exercise() else None


def by_apprise(message: Message) -> None:
    """Raises Undelivered."""
    import apprise  # noqa: PLC0415  half a second, and only where something is sent

    service = apprise.Apprise(asset=apprise.AppriseAsset(app_id="Anlan", app_desc="安澜", async_mode=False))
    if not service.add(url_of(message)):
        raise Undelivered(_("地址写法不对"))
    title, body = letter_of(message)
    with apprise.LogCapture(level=30, fmt="%(message)s") as said:
        if not service.notify(title=title, body=body, body_format=apprise.NotifyFormat.TEXT):
            raise Undelivered(_refusal(said.getvalue()))


def url_of(message: Message) -> str:
    """The address with its secrets; never logged, never kept."""
    channel = message.channel
    kept = {k.uid: k.fields for k in Kept.objects.filter(uid__in=(channel.uid, channel.gateway.uid))}
    if len(kept) < 2:
        raise Undelivered(_("渠道的地址已删去"))
    if None in kept.values():
        raise Undelivered(key_is_lost())
    return WAYS[channel.gateway.sort].url(kept[channel.gateway.uid], kept[channel.uid])


def letter_of(message: Message) -> tuple[str, str]:
    """Title and body. The link leads into Anlan, where the reader signs in and sees what is in her scope."""
    if message.sort == MessageSort.CODE:
        return "", f"【{_('安澜')}】{words_of(message)}"
    first, _break, rest = message.text.partition("\n")
    link = settings.ANLAN_ADDRESS.rstrip("/") + message.url if settings.ANLAN_ADDRESS else _("请登录安澜查看。")
    title = f"【{_('安澜')}】{first}" if message.sort != MessageSort.TRIAL else f"【{_('安澜测试')}】"
    if message.way == Sort.SMS:  # a short message has no title
        return "", "\n".join(part for part in (title, rest, link) if part)
    return title, "\n".join(part for part in (first if message.sort == MessageSort.TRIAL else "", rest, link) if part)


def _refusal(said: str) -> str:
    """The gateway's answer as a number, where it gave one: its own words may quote the address."""
    code = re.search(r"\berror\s*=\s*(\d{3})\b", said)
    if code and code[1] not in ("200", "999"):
        return _("网关没有接受（回应代码%(code)s）") % {"code": code[1]}
    return _("网关没有接受，或连接不上")
