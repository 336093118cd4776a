"""One message is sent once: also when the worker is killed before, during or after, and when the gateway fails."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anlan.kernel.actors import SYSTEM
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.models import Entry
from anlan.outgoing import gathering, sending, weighing
from anlan.outgoing.actions import add_channel, allow_gateway
from anlan.outgoing.gathering import bury
from anlan.outgoing.models import Attempt, Channel, Gateway, Message
from anlan.outgoing.sending import TRIES, Undelivered, post
from anlan.outgoing.tests.conftest import HOUR, LATER, MAIL
from anlan.people.testing import NOON
from anlan.toolkit.jobs import queue
from anlan.toolkit.jobs.models import Job, JobState
from anlan.toolkit.notices.models import Notice

pytestmark = pytest.mark.django_db


class Killed(BaseException):
    """As by kill -9: nothing that would come after has happened."""


@pytest.fixture
def gateway(monkeypatch):
    """Counts what it took; `fails`: how often it refuses before; `dies`: before or after it took one."""

    class Taken(list):
        fails, dies = 0, ""

    taken = Taken()

    def send(message):
        if taken.dies == "before":
            taken.dies = ""
            raise Killed
        if taken.fails:
            taken.fails -= 1
            raise Undelivered("网关没有接受（回应代码503）")
        taken.append(str(message.uid))
        if taken.dies == "after":
            taken.dies = ""
            raise Killed

    monkeypatch.setattr(sending, "sender_of", lambda: send)
    return taken


def rest(times=1):
    """Jobs whose pause or lease is over are due."""
    for _ in range(times):
        Job.objects.update(due_at=NOON, leased_until=NOON)
        try:
            while queue.run_one():
                Job.objects.update(due_at=NOON)
        except Killed:
            pass


def ready(at=NOON):
    post(at)
    post(LATER)


def test_a_message_is_sent_once_and_its_trail_says_when(place, channel, news, gateway):
    channel()
    news()
    ready()
    rest(3)
    post(LATER)
    rest()
    message = Message.objects.get()
    assert gateway == [str(message.uid)]
    assert (message.state, message.attempts.count()) == ("sent", 1)
    verbs = list(Entry.objects.filter(kind="message").order_by("n").values_list("verb", flat=True))
    assert verbs == ["wait", "queue", "send"]


def test_a_gateway_that_fails_is_tried_again_later_and_given_up_in_sight(place, channel, news, gateway):
    channel()
    news()
    gateway.fails = 2
    ready()
    rest()
    assert (Message.objects.get().state, len(gateway)) == ("sent", 1)
    news("又一件", at=LATER)
    gateway.fails = 99
    post(LATER)
    post(LATER + timedelta(minutes=2))
    rest(TRIES)
    lost = Message.objects.get(state="given_up")
    assert (lost.why, lost.attempts.count()) == ("网关没有接受（回应代码503）", TRIES)
    assert [j.payload for j in queue.troubles()] == [{"uid": str(lost.uid)}]
    gateway.fails = 0
    advance(Ref("message", lost.uid), "again", actor=place.actor("street"), at=LATER)
    post(LATER)
    rest()
    lost.refresh_from_db()
    assert (lost.state, len(gateway)) == ("sent", 2)


def test_whoever_keeps_the_system_may_let_the_job_try_again(place, channel, news, gateway):
    channel()
    news()
    gateway.fails = TRIES
    ready()
    rest(TRIES)
    queue.try_again(Job.objects.get(kind="outgoing.send").key)
    rest()
    assert (Message.objects.get().state, len(gateway)) == ("sent", 1)


@pytest.mark.parametrize("dies", ["before", "after"])
def test_a_try_that_was_cut_off_is_not_repeated_but_shown_and_a_p1_is(place, channel, news, gateway, dies):
    channel()
    news()
    gateway.dies = dies
    ready()
    rest(3)
    message = Message.objects.get()
    assert (message.state, len(gateway)) == ("cut", 1 if dies == "after" else 0)
    assert list(queue.troubles().values_list("payload__uid", flat=True)) == [str(message.uid)]
    gateway.clear()
    news("一级", rings=True, at=LATER)
    gateway.dies = dies
    post(LATER)
    rest(3)
    p1 = Message.objects.get(rings=True)
    assert (p1.state, set(gateway)) == ("sent", {str(p1.uid)})


def test_the_null_sender_shows_and_sends_nothing(place, channel, news):
    channel()
    news()
    ready()
    rest()
    message = Message.objects.get()
    assert (message.state, Attempt.objects.count()) == ("unsent", 0)


def test_what_a_killed_worker_left_without_its_job_is_given_up_in_sight(place, channel, news, gateway):
    channel()
    news()
    ready()
    Job.objects.filter(kind="outgoing.send").update(state=JobState.FAILED, ended_at=NOON)
    assert bury(LATER) == 1
    assert (Message.objects.get().state, Message.objects.get().why) == ("given_up", "发送多次中断")
    assert bury(LATER) == 0


def test_a_trial_goes_out_at_once_also_to_a_muted_channel(place, channel, gateway):
    box = channel()
    advance(Ref("channel", box.uid), "mute", actor=place.actor("street"), at=NOON)
    advance(Ref("channel", box.uid), "test", actor=place.actor("street"), at=NOON)
    post(NOON)
    rest()
    assert list(Message.objects.values_list("sort", "state", "text")) == [("trial", "sent", "测试消息：收到即说明渠道可用。")]


KILLS = st.lists(st.sampled_from(["", "weigh", "let_go", "ask", "before", "after", "fail", "late"]), max_size=8)


@given(steps=KILLS, notices=st.integers(1, 5), ringing=st.integers(0, 2))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_notice_is_lost_and_none_goes_out_twice_however_the_worker_dies(place, news, gateway, monkeypatch, steps, notices,
                                                                            ringing):
    """Of each notice there is one message; what is not sent stands there with its state; only a P1 may come twice."""
    from django.db import transaction  # noqa: PLC0415

    with transaction.atomic():
        gateway.clear()
        gateway.fails, gateway.dies = 0, ""
        box = Gateway.objects.get(uid=allow_gateway("mail", "邮箱", MAIL, actor=SYSTEM, at=NOON))
        person = place.people["street"]
        add_channel(box, "邮箱", {"address": "a@qu.cn"}, holder=person.name, person_id=person.id, actor=place.actor("street"), at=NOON)
        keys = [news(f"第{n}件", rings=n < ringing) for n in range(notices)]
        at = NOON
        for step in [*steps, "", "", ""]:
            at += timedelta(minutes=1)
            _round(step, at, gateway, monkeypatch)
        rest(TRIES)
        _round("", at + HOUR, gateway, monkeypatch)
        messages = {m.notice: m for m in Message.objects.exclude(notice=None)}
        assert set(messages) == set(keys)
        digests = {m.uid: m for m in Message.objects.filter(sort="digest")}
        for message in messages.values():
            leaves = digests.get(message.digest, message)
            assert leaves.state in ("sent", "cut", "given_up")
            times = gateway.count(str(leaves.uid))
            assert times <= 1 or leaves.rings
            assert times >= 1 or leaves.state != "sent"
        assert not Notice.objects.filter(weighed=False).exists()
        transaction.set_rollback(True)


def _round(step, at, gateway, monkeypatch):
    """One round of the worker that dies at a step; what a transaction held is gone."""
    from django.db import transaction  # noqa: PLC0415

    gateway.dies = step if step in ("before", "after") else ""
    gateway.fails = 1 if step == "fail" else 0
    where = {"weigh": (weighing, "advance_many"), "let_go": (gathering, "advance_many"), "ask": (gathering, "enqueue")}.get(step)
    with monkeypatch.context() as patched:
        if where:
            patched.setattr(*where, _dying(getattr(*where)))
        try:
            with transaction.atomic():
                post(at)
        except Killed:
            pass
    if step != "late":
        rest()


def _dying(work):
    def does(*args, **kwargs):
        work(*args, **kwargs)
        raise Killed

    return does


def test_channels_and_messages_are_in_the_journal_without_an_address(place, channel, news, gateway):
    channel("street", address="zhaoqiang.private@qu.cn")
    news()
    ready()
    rest()
    said = str(list(Entry.objects.values_list("data", flat=True)))
    assert "zhaoqiang" not in said
    assert "z***@qu.cn" in said
    assert Channel.objects.get().hint == "z***@qu.cn"
