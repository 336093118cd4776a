"""Gateways, channels and messages keep the registers' contract."""

from __future__ import annotations

from itertools import count
from uuid import uuid4

import pytest

from anlan.kernel.actors import SYSTEM
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.outgoing.actions import add_channel, allow_gateway
from anlan.outgoing.models import Channel, Gateway, Message
from anlan.people.testing import NOON
from anlan.toolkit.registers.contract import RegisterContract

from .conftest import HOUR, MAIL


class Books(RegisterContract):
    keeper, stranger = "street", "street2"

    @pytest.fixture
    def within(self, place):
        return place.actor(self.keeper)

    @pytest.fixture
    def outside(self, place):
        return place.actor(self.stranger)


class TestGateways(Books):
    slug = "gateways"
    keeper, stranger = "sysadmin", "street"

    @pytest.fixture
    def make(self, place):
        numbers = count(1)

        def do(name=""):
            uid = allow_gateway("mail", name or f"单位邮箱{next(numbers)}", MAIL, actor=SYSTEM, at=NOON)
            return Gateway.objects.get(uid=uid)

        return do


class TestChannels(Books):
    slug = "channels"

    @pytest.fixture
    def make(self, place, mail):
        numbers = count(1)

        def do(name=""):
            person, n = place.people["street"], next(numbers)
            uid = add_channel(mail, name or f"工作邮箱{n}", {"address": f"a{n}@qu.cn"}, holder=person.name, person_id=person.id,
                              actor=place.actor("street"), at=NOON)
            return Channel.objects.get(uid=uid)

        return do


class TestMessages(Books):
    slug, formula_input = "messages", "text"

    @pytest.fixture
    def make(self, place, channel):
        box, numbers = channel("street"), count(1)

        def do(text=""):
            n, uid = next(numbers), uuid4()
            advance(Ref("message", uid), "wait", actor=SYSTEM, at=NOON, given={
                "channel_id": box.id, "way": "mail", "to_name": box.holder, "person_id": box.person_id, "notice": uuid4(),
                "text": text or f"呼叫第{n}件请签收", "url": "/desk/notices/", "at": NOON - n % 3 * HOUR, "ready_at": NOON})
            return Message.objects.get(uid=uid)

        return do
