"""A small district with gateways to receivers on this machine, and people who have channels."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from anlan.kernel import instance
from anlan.kernel.actors import SYSTEM
from anlan.outgoing.actions import add_channel, allow_gateway
from anlan.outgoing.models import Channel, Gateway
from anlan.people.testing import NOON, small_district
from anlan.toolkit.notices.telling import tell

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
LATER = NOON + 2 * MINUTE  # the window in which messages gather is over
MAIL = {"host": "127.0.0.1", "security": "insecure", "port": 2525, "sender": "anlan@qu.cn", "user": "", "password": ""}
HOOK = {"url": "http://127.0.0.1:8089/robot", "token": "", "text_field": "", "phone_field": ""}


@pytest.fixture
def place(district_stands, db):
    instance.forget()
    made = small_district()
    instance.set_clock(NOON, running=False)
    yield made
    instance.forget()


@pytest.fixture
def mail(place) -> Gateway:
    return Gateway.objects.get(uid=allow_gateway("mail", "单位邮箱", MAIL, actor=SYSTEM, at=NOON))


@pytest.fixture
def channel(place, mail):
    """A mailbox of one of the cast."""

    def make(who: str = "street", gateway: Gateway = mail, **fields: str) -> Channel:
        person = place.people[who]
        uid = add_channel(gateway, "邮箱", fields or {"address": f"{who}@qu.cn"}, holder=person.name, person_id=person.id,
                          actor=place.actor(who), at=NOON)
        return Channel.objects.get(uid=uid)

    return make


@pytest.fixture
def news(place):
    """A notice for the house of one of the cast."""

    def say(text: str = "有事", who: str = "street", at=NOON, **more):
        key = uuid4()
        tell(key=key, text=text, at=at, party_id=place.parties[who], **more)
        return key

    return say
