"""A hazard that was told instead of written: the note comes in pieces like a photo, and the office plays it."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from uuid import uuid4

import pytest

from anlan.hazards.models import Hazard
from anlan.people.testing import NOON
from anlan.toolkit.attachments.models import File
from anlan.toolkit.attachments.tests.made import sound

from .conftest import outcomes

pytestmark = pytest.mark.django_db
NOTE = sound("webm") + b"\x07" * 900
SHA = hashlib.sha256(NOTE).hexdigest()
WAITS, PLAYS = "有一段录音还在发现人的手机上，联网后自动送达。", f'<audio controls preload="metadata" src="/files/{SHA}"'


@pytest.fixture
def told(out, walk_of_three):
    """A visit with one find that nobody wrote a word about."""
    me, find = out(), {"uid": str(uuid4()), "matter": str(uuid4()), "voice": [SHA]}
    sent = me.phone.envelope("visit", "finish", walk_of_three[0].uid, NOON - timedelta(hours=1), {"result": "hazards", "finds": [find]})
    assert outcomes(me.sync(sent)) == ["applied"]
    return me, Hazard.objects.get()


def give(me, data, sha):
    half = len(data) // 2
    for at, piece in ((0, data[:half]), (half, data[half:])):
        answer = me.ask(f"/field/photos/{sha}?offset={at}&size={len(data)}", piece, "put").json()
    return answer


def test_a_hazard_told_by_voice_needs_no_word_and_waits_for_its_note(told, out):
    _me, hazard = told
    page = out("community").client.get(f"/desk/hazards/{hazard.uid}/").content.decode()
    assert (hazard.what, WAITS in page, PLAYS in page) == ("见语音说明", True, False)


def test_the_note_comes_in_pieces_and_is_played_by_the_office(told, out):
    me, hazard = told
    assert give(me, NOTE, SHA)["whole"] is True
    office = out("community").client
    page = office.get(f"/desk/hazards/{hazard.uid}/").content.decode()
    part = office.get(f"/files/{SHA}", headers={"Range": "bytes=0-9"})
    assert (WAITS in page, PLAYS in page) == (False, True)
    assert (part.status_code, part["Content-Type"], part.content) == (206, "audio/webm", NOTE[:10])
    assert out("street2").client.get(f"/files/{SHA}").status_code == 404


def test_a_film_or_a_program_in_the_notes_place_is_refused_in_a_sentence(out):
    me = out()
    for data in (sound("webm") + b"V_VP9" * 9, b"MZ" + b"\x00" * 400):
        refused = give(me, data, hashlib.sha256(data).hexdigest())["refused"]
        assert refused["sentences"][0].endswith(("是视频，这里只接收录音。", "不是照片或文档，未接收。"))
    assert File.objects.filter(state="kept").count() == 0


def test_a_find_without_photo_voice_or_word_is_still_refused(out, walk_of_three):
    me, find = out(), {"uid": str(uuid4()), "matter": str(uuid4())}
    sent = me.phone.envelope("visit", "finish", walk_of_three[0].uid, NOON, {"result": "hazards", "finds": [find]})
    (told,) = me.sync(sent).json()["receipts"]
    assert (told["outcome"], told["sentences"]) == ("refused", ["发现的隐患：第1处隐患没有写明情况"])


def test_a_matter_seen_in_passing_is_told_by_voice_too(place, out, walk_of_three):
    me, uid = out(), uuid4()
    given = {"what": "见语音说明", "voice": [SHA], "premises": str(walk_of_three[0].premises.uid)}
    assert outcomes(me.sync(me.phone.envelope("matter", "open", uid, NOON - timedelta(hours=1), given))) == ["applied"]
    office = out("community").client
    waits = office.get(f"/desk/matters/{uid}/").content.decode()
    give(me, NOTE, SHA)
    page = office.get(f"/desk/matters/{uid}/").content.decode()
    assert [WAITS in waits, PLAYS in waits, WAITS in page, PLAYS in page] == [True, False, False, True]
    assert office.get(f"/files/{SHA}").status_code == 200
    two = me.phone.envelope("matter", "open", uuid4(), NOON, {**given, "voice": [SHA, "a" * 64]})
    (told,) = me.sync(two).json()["receipts"]
    assert (told["outcome"], told["sentences"]) == ("refused", ["语音说明：最多1个附件"])
