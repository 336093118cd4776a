from datetime import timedelta

import pytest

from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.outgoing.gathering import let_go
from anlan.outgoing.models import Message
from anlan.outgoing.weighing import weigh
from anlan.people.testing import NOON
from anlan.toolkit.notices.inbox import mark_read
from anlan.toolkit.notices.models import Notice
from anlan.toolkit.notices.telling import hush

from .conftest import HOUR, LATER, MINUTE

pytestmark = pytest.mark.django_db
NIGHT = NOON + 10 * HOUR + 30 * MINUTE  # 22:30 in the district
MORNING = NOON + 19 * HOUR  # 07:00


def states():
    return dict(Message.objects.values_list("sort", "state"))


def round_at(at):
    weigh(at)
    let_go(at)


def test_two_go_alone_after_the_window_and_three_as_one(place, channel, news):
    channel("street")
    news("一")
    news("二")
    round_at(NOON)
    assert set(Message.objects.values_list("state", flat=True)) == {"waiting"}
    let_go(NOON + timedelta(seconds=59))
    assert set(Message.objects.values_list("state", flat=True)) == {"waiting"}
    let_go(NOON + MINUTE)
    assert list(Message.objects.values_list("sort", "state")) == [("single", "queued")] * 2
    for n in range(3):
        news(f"又{n}", at=LATER)
    round_at(LATER)
    let_go(LATER + MINUTE)
    digest = Message.objects.get(sort="digest")
    assert (digest.state, digest.to_name, digest.url) == ("queued", "赵强", "/desk/notices/")
    assert digest.text == "您有 3 件事：\n· 有一条新通知\n· 有一条新通知\n· 有一条新通知"
    assert Message.objects.filter(digest=digest.uid, state="digested").count() == 3


def test_fifty_messages_are_one_that_lists_the_first_twenty(place, channel, news):
    channel("street")
    for n in range(50):
        news(str(n))
    round_at(NOON)
    let_go(LATER)
    digest = Message.objects.get(sort="digest")
    lines = digest.text.splitlines()
    assert (len(lines), lines[0], lines[-1]) == (22, "您有 50 件事：", "……另有 30 件，请在安澜中查看。")
    assert Message.objects.filter(state="queued").count() == 1


def test_in_quiet_hours_all_but_a_p1_wait_for_their_end_and_come_as_one(place, channel, news):
    channel("street")
    news("一", at=NIGHT)
    news("二", at=NIGHT)
    news("煤气泄漏", at=NIGHT, rings=True)
    round_at(NIGHT)
    assert sorted(Message.objects.values_list("rings", "state")) == [(False, "waiting"), (False, "waiting"), (True, "queued")]
    let_go(NIGHT + MINUTE)
    assert sorted(Message.objects.values_list("state", "ready_at")) == [("held", MORNING), ("held", MORNING), ("queued", NIGHT)]
    let_go(MORNING - MINUTE)
    assert Message.objects.filter(state="held").count() == 2
    let_go(MORNING)
    assert Message.objects.get(sort="digest").text.startswith("您有 2 件事：")
    assert Message.objects.filter(state="digested").count() == 2


def test_what_was_about_to_leave_when_the_quiet_hours_began_waits_too(place, channel, news):
    channel("street")
    at = NOON + 9 * HOUR + timedelta(minutes=59, seconds=30)
    news("一", at=at)
    round_at(at)
    let_go(NOON + 10 * HOUR + MINUTE)
    assert list(Message.objects.values_list("state", "ready_at")) == [("held", MORNING)]


def test_what_was_read_or_signed_for_meanwhile_does_not_go_out(place, channel, news):
    channel("street")
    read = news("看过的")
    news("留着的")
    rings = news("响铃", rings=True)
    weigh(NOON)
    mark_read([Notice.objects.get(key=read)], place.actor("street"), NOON)
    Notice.objects.filter(key=rings).update(about="call", case_id=7)
    hush([("call", 7)], NOON)
    let_go(LATER)
    assert {m.notice == read or m.notice == rings: (m.state, m.why) for m in Message.objects.filter(notice=read)} == {
        True: ("dropped", "已在安澜里看过")}
    assert list(Message.objects.filter(notice=rings).values_list("state", "why")) == [("dropped", "已有人签收")]
    assert Message.objects.filter(state="queued").count() == 1


def test_of_a_removed_or_muted_channel_and_of_a_shut_gateway_nothing_more_goes(place, channel, news, mail):
    box, other, third = channel("street"), channel("officer1"), channel("gas")
    for who in ("street", "officer1", "gas"):
        news(who=who)
    weigh(NOON)
    advance(Ref("channel", box.uid), "remove", actor=place.actor("street"), at=NOON)
    advance(Ref("channel", other.uid), "mute", actor=place.actor("officer1"), at=NOON)
    let_go(LATER)
    assert dict(Message.objects.values_list("channel_id", "why")) == {box.id: "渠道已移除", other.id: "渠道已静音", third.id: ""}
    news(who="gas")
    weigh(LATER)
    advance(Ref("gateway", mail.uid), "shut", actor=place.actor("sysadmin"), at=NOON)
    let_go(LATER + HOUR)
    assert Message.objects.filter(channel=third, why="网关已停用", state="dropped").count() == 1


def test_letting_go_twice_lets_nothing_go_twice(place, channel, news):
    channel("street")
    for n in range(3):
        news(str(n))
    round_at(NOON)
    assert (let_go(LATER), let_go(LATER)) == (1, 0)
    assert Message.objects.filter(sort="digest").count() == 1
    assert states()["single"] == "digested"
