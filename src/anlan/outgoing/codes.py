"""Sign-in codes: sent at once by the SMS gateway, outside quiet hours' rules; the code itself is in no text and no journal."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import uuid_utils
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from anlan.kernel.actors import SYSTEM
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance

from .actions import add_channel
from .flow import ChannelState, GatewayState
from .models import Channel, Gateway, Kept, Message, MessageSort, Sort

NAME = "登录验证码"


def way_for_codes() -> Gateway | None:
    return Gateway.objects.filter(sort=Sort.SMS, state=GatewayState.OPEN).order_by("id").first()


@transaction.atomic
def send_code(person_id: int, name: str, phone: str, code: str, minutes: int, *, at: datetime) -> bool:
    """False where the bureau has opened no SMS gateway."""
    gateway = way_for_codes()
    if gateway is None:
        return False
    channel = _channel(gateway, person_id, name, phone, at)
    forget_codes(person_id)
    uid = UUID(bytes=uuid_utils.uuid7().bytes)
    Kept.objects.create(uid=uid, fields={"code": code, "minutes": minutes})
    advance(Ref("message", uid), "carry", actor=SYSTEM, at=at, given={
        "channel_id": channel.id, "way": gateway.sort, "to_name": channel.holder, "person_id": person_id, "text": _("登录验证码"),
        "url": "/unit/", "at": at, "ready_at": at})
    return True


def _channel(gateway: Gateway, person_id: int, name: str, phone: str, at: datetime) -> Channel:
    """Her telephone, for codes only: muted, so that no notice goes out by it."""
    for held in Channel.objects.filter(gateway=gateway, person_id=person_id, name=NAME).exclude(state=ChannelState.REMOVED):
        kept = Kept.objects.filter(uid=held.uid).first()
        if kept and kept.fields and kept.fields["phone"] == phone:
            return held
        advance(Ref("channel", held.uid), "remove", actor=SYSTEM, at=at)
    uid = add_channel(gateway, NAME, {"phone": phone}, holder=name, actor=SYSTEM, at=at, person_id=person_id)
    advance(Ref("channel", uid), "mute", actor=SYSTEM, at=at)
    return Channel.objects.get(uid=uid)


def forget_codes(person_id: int) -> None:
    """What is no longer needed: codes that a newer one replaces, or that were used."""
    Kept.objects.filter(uid__in=Message.objects.filter(person_id=person_id, sort=MessageSort.CODE).values("uid")).delete()


def words_of(message: Message) -> str:
    """What the telephone shows; without the code where it is over."""
    kept = Kept.objects.filter(uid=message.uid).first()
    if kept is None or kept.fields is None:
        return _("登录验证码已失效。")
    return _("登录验证码%(code)s，%(minutes)s分钟内有效。不是您本人操作的，请不要理会，也不要告诉别人。") % kept.fields


def shown_here(message: Message) -> str:
    """Where nothing leaves the house, the book of messages shows the code instead of a telephone; elsewhere never."""
    return words_of(message) if message.sort == MessageSort.CODE and settings.ANLAN_SENDER != "apprise" else ""
