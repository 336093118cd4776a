import json
from uuid import uuid4

import pytest

from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.models import Entry
from anlan.outgoing.actions import add_channel
from anlan.outgoing.models import Channel, Message
from anlan.outgoing.views import wishes_uid
from anlan.outgoing.weighing import weigh
from anlan.people.models import Delegation
from anlan.people.testing import NOON
from anlan.toolkit.notices.models import Notice
from anlan.toolkit.notices.telling import deliver

from .conftest import HOUR, LATER

pytestmark = pytest.mark.django_db


def told():
    return sorted(Message.objects.values_list("to_name", flat=True))


def test_a_notice_goes_once_to_each_channel_of_those_it_is_for(place, channel, news):
    channel("street")
    channel("officer1")
    channel("gas")
    news(who="street")
    assert (weigh(LATER), weigh(LATER)) == (1, 0)
    assert told() == ["赵强"]
    Notice.objects.update(weighed=False)
    assert weigh(LATER) == 1
    assert told() == ["赵强"]


def test_what_is_told_to_a_house_goes_to_all_who_hold_its_posts_and_to_who_stands_in(place, channel):
    for who in ("street", "officer1", "gas", "sysadmin", "emergency"):
        channel(who)
    place_of = place.houses["street1_office"].id
    deliver([Notice(key=wishes_uid(place.actor("street")), party_id=place_of, text="会议", at=NOON)])
    weigh(LATER)
    assert told() == ["吴刚", "赵强"]
    advance(Ref("delegation", wishes_uid(place.actor("gas"))), "delegate", actor=place.actor("street"), at=NOON, given={
        "from_post": str(place.posts["street"].uid), "to_post": str(place.posts["gas"].uid), "since": NOON.date().isoformat(),
        "until": NOON.date().isoformat(), "reason": "出差"})
    assert Delegation.objects.count() == 1
    deliver([Notice(key=wishes_uid(place.actor("unit")), party_id=place_of, text="又一次会议", at=NOON)])
    weigh(LATER)
    assert told() == ["吴刚", "吴刚", "褚亮", "赵强", "赵强"]


def test_an_administrator_does_not_hear_what_is_told_to_her_house(place, channel):
    channel("sysadmin")
    channel("emergency")
    deliver([Notice(key=wishes_uid(place.actor("gas")), party_id=place.houses["emergency_bureau"].id, text="值班", at=NOON)])
    weigh(LATER)
    assert told() == ["卫华"]


def test_a_group_robot_of_a_house_hears_what_its_house_is_told(place, mail, news):
    add_channel(mail, "街道公共邮箱", {"address": "jiedao@qu.cn"}, holder="东街街道办事处", actor=place.actor("emergency"), at=NOON,
                party_id=place.houses["street1_office"].id)
    deliver([Notice(key=wishes_uid(place.actor("gas")), party_id=place.houses["street1_office"].id, text="会议", at=NOON)])
    news(who="street")
    weigh(LATER)
    assert told() == ["东街街道办事处"]


def test_what_a_person_keeps_inside_stays_inside_except_what_nobody_may_switch_off(place, channel, news):
    street = place.actor("street")
    channel("street")
    advance(Ref("wishes", wishes_uid(street)), "begin", actor=street, at=NOON, given={
        "person_id": street.person_id, "stays": ["call"], "quiet": "usual"})
    for about, rings in (("call", False), ("hazard", False), ("call", True)):
        deliver([Notice(key=uuid4(), text="x", at=NOON, about=about,
                        party_id=place.parties["street"], title=f"{about}{rings}", rings=rings)])
    weigh(LATER)
    assert sorted(Message.objects.values_list("text", flat=True)) == ["hazardFalse", "【一级】callTrue"]
    advance(Ref("wishes", wishes_uid(street)), "unsubscribe", actor=street, at=NOON)
    deliver([Notice(key=wishes_uid(place.actor("unit")), text="y", at=NOON, about="hazard", verb="sign_order", title="责令",
                    party_id=place.parties["street"]),
             Notice(key=wishes_uid(place.actor("unit2")), text="z", at=NOON, about="hazard", verb="find", title="别的",
                    party_id=place.parties["street"])])
    weigh(LATER)
    assert sorted(Message.objects.values_list("text", flat=True)) == ["hazardFalse", "【一级】callTrue", "责令"]


def test_what_leaves_holds_nothing_that_anybody_typed(place, channel, news):
    """No telephone and no name of a third person: a title of kind, code, area and move, and a link."""
    channel("street")
    news("请联系居民张三，电话13800138000，住中南路1号2单元", urgent=True)
    weigh(LATER)
    message = Message.objects.get()
    assert message.text == "【紧急】有一条新通知"
    assert message.url == f"/desk/notices/{message.notice}/"
    assert "张三" not in json.dumps([e.data for e in Entry.objects.filter(kind="message")], ensure_ascii=False)


def test_what_is_old_is_weighed_and_stays_inside(place, channel, news):
    channel("street")
    news(at=NOON - 25 * HOUR)
    assert weigh(LATER) == 1
    assert told() == []
    assert not Notice.objects.filter(weighed=False).exists()


def test_a_muted_channel_takes_only_what_nobody_may_switch_off(place, channel, news):
    box = channel("street")
    advance(Ref("channel", box.uid), "mute", actor=place.actor("street"), at=NOON)
    news("平常")
    news("一级", rings=True)
    weigh(LATER)
    assert list(Message.objects.values_list("rings", flat=True)) == [True]
    advance(Ref("channel", box.uid), "remove", actor=place.actor("street"), at=NOON)
    news("一级", rings=True)
    weigh(LATER)
    assert Message.objects.count() == 1
    assert Channel.objects.get().state == "removed"
