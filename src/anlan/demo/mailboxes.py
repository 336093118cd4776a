"""Ways out and addresses of the cast: nothing leaves a demonstration, and every message that would have left is shown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid5

from anlan.outgoing.actions import add_channel, allow_gateway
from anlan.outgoing.models import Gateway, Sort
from anlan.people.models import Organisation, Person
from anlan.toolkit.notices.models import Notice

from .houses import Seat
from .world import World

SPACE = UUID("0a6f6a53-8d1e-5d0c-b3a4-5b0d6f0e4c11")
MAIL = {"host": "mail.example.gov.cn", "security": "ssl", "port": None, "sender": "anlan@example.gov.cn", "user": "", "password": ""}
SMS = {"url": "https://sms.example.gov.cn/send", "token": "", "text_field": "content", "phone_field": "mobile"}
GATEWAYS = ((Sort.MAIL, "单位邮箱", MAIL), (Sort.SMS, "短信平台", SMS), (Sort.WECOM, "企业微信群", {}))
ROBOT = "00000000-0000-4000-8000-000000000000"  # nobody's


def give(world: World, cast: Sequence[Seat], at: datetime) -> None:
    """Gateways by the system administrator, a mailbox for each of the cast, a group robot of the emergency bureau."""
    keeper = world.actors["sysadmin"]
    for sort, name, fields in GATEWAYS:
        allow_gateway(sort, name, fields, actor=keeper, at=at, uid=uuid5(SPACE, sort))
    known = {g.sort: g for g in Gateway.objects.all()}
    people = {p.uid: p for p in Person.objects.filter(uid__in=[seat.person for seat in cast])}
    for seat in cast:
        person = people[seat.person]
        add_channel(known[Sort.MAIL], "工作邮箱", {"address": f"{seat.login}@example.gov.cn"}, holder=person.name,
                    person_id=person.id, actor=world.actors[seat.key], at=at, uid=uuid5(SPACE, seat.key))
    bureau = Organisation.objects.get(id=world.actors["emergency"].organisation_id)
    add_channel(known[Sort.WECOM], "应急局值班群", {"key": ROBOT}, holder=bureau.name, party_id=bureau.id,
                actor=world.actors["emergency"], at=at, uid=uuid5(SPACE, "bureau"))


def leave_the_past(at: datetime) -> None:
    """What was told before the demonstration's day stays inside."""
    Notice.objects.filter(weighed=False, at__lt=at).update(weighed=True)
