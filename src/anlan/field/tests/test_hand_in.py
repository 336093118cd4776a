"""A file that a phone exported is taken by the office: judged by the phone's signature, and each record once."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from anlan.kernel.models import Entry
from anlan.matters.models import Matter
from anlan.people.testing import NOON
from anlan.toolkit.attachments.tests.made import image, saved

from .conftest import outcomes

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def me(out, walk_of_three):
    return out()


@pytest.fixture
def sent(me, walk_of_three):
    unit = str(walk_of_three[0].premises.uid)
    return [me.phone.envelope("matter", "open", uuid4(), NOON - n * HOUR, {"what": f"第{n}处井盖破损", "premises": unit})
            for n in (3, 2, 1)]


def exported(me, envelopes, **more):
    told = {"anlan": 1, "device": str(me.phone.uid), "exported_at": NOON.isoformat(),
            "envelopes": [{"n": 1, "at": "", "state": "kept", "sentences": [], **e} for e in envelopes], **more}
    return SimpleUploadedFile("anlan-2021-06-01.json", json.dumps(told).encode(), "application/json")


def hand_in(who, *files, **more):
    answer = who.client.post("/field/hand-in/", {"records": files[0], **more} if files else more)
    return answer.status_code, " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def test_an_office_of_her_ground_hands_in_what_she_could_not_send(out, me, sent):
    status, page = hand_in(out("community"), exported(me, sent), files=SimpleUploadedFile("a.jpg", saved(image()), "image/jpeg"))
    assert (status, page.count("已收下"), "收下照片和录音 1 个" in page) == (200, 3, True)
    entry = Entry.objects.filter(kind="matter").first()
    assert (entry.actor_id, entry.device_id, entry.at, entry.told_at) == (me.device.person_id, me.device.id, NOON - 3 * HOUR, NOON)
    trail = Entry.objects.get(kind="device", verb="hand_in")
    assert (trail.data["n"], trail.actor_id != me.device.person_id) == (3, True)
    assert outcomes(me.sync(*sent)) == ["applied"] * 3
    assert Matter.objects.count() == 3, "what the phone sends after all is known"


def test_she_hands_in_herself_and_what_was_changed_is_not_taken(me, sent):
    spoilt = {**sent[0], "body": sent[0]["body"].replace("井盖", "路灯")}
    status, page = hand_in(me, exported(me, [spoilt, sent[1]]))
    assert (status, Matter.objects.count(), "记录的签名与这台手机不符，未接收" in page) == (200, 1, True)


def test_a_clock_that_ran_fast_is_seen_by_the_file_itself(out, walk_of_three):
    me = out(clock_off=timedelta(days=2))
    one = me.phone.envelope("matter", "open", uuid4(), NOON - HOUR, {"what": "井盖破损", "premises": str(walk_of_three[0].premises.uid)})
    hand_in(out("community"), exported(me, [one], exported_at=(NOON + timedelta(days=2)).isoformat()))
    assert Entry.objects.get(kind="matter").at == NOON - HOUR


@pytest.mark.parametrize("who", ["street2", "warden2"])
def test_an_office_elsewhere_takes_nothing(out, me, sent, who):
    assert hand_in(out(who), exported(me, sent))[0] == 422
    assert Matter.objects.count() == 0


def test_a_phone_that_was_shut_out_is_not_heard_by_this_way_either(out, me, sent):
    office = out("community")
    office.client.post("/field/phones/", {"uid": str(me.phone.uid), "reason": "手机丢失"})
    status, page = hand_in(office, exported(me, sent))
    assert (status, "这台手机已停用，它的记录不再接收。" in page, Matter.objects.count()) == (422, True, 0)


@pytest.mark.parametrize("data", [b"", b"x", b"[]", b"{}", b'{"device": 3, "envelopes": []}', b'{"envelopes": {"a": 1}}', b"\xff\xfe"])
def test_what_is_no_such_file_gets_a_sentence(me, data):
    status, page = hand_in(me, SimpleUploadedFile("a.json", data, "application/json"))
    assert (status, re.search("不是手机导出的记录文件|请选择手机导出的文件", page) is not None) == (422, True)


def test_nothing_chosen_and_files_that_are_none_get_a_sentence(me):
    assert "请选择手机导出的文件" in hand_in(me)[1]
    status, page = hand_in(me, files=SimpleUploadedFile("a.jpg", b"MZ" + b"\0" * 400, "image/jpeg"))
    assert (status, "不是照片或文档，未接收" in page) == (422, True)
