"""What a phone tells counts once, in the post and at the time of the deed; only a receipt refuses."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import pytest
from PIL import Image

from anlan.hazards.models import Hazard
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.models import Entry
from anlan.matters.models import Matter
from anlan.patrols.models import Visit
from anlan.people.testing import NOON, PASSWORD
from anlan.premises.models import Premises
from anlan.toolkit.attachments.models import File
from anlan.toolkit.attachments.tests.made import HEIC_PHOTO

from .conftest import outcomes

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def a_find(**more):
    return {"uid": str(uuid4()), "matter": str(uuid4()), "item": "CY09", "before": ["a" * 64], **more}


def test_a_visit_told_an_hour_later_keeps_both_times_its_post_and_its_phone(place, out, walk_of_three):
    me, visit = out(), walk_of_three[0]
    find = a_find()
    sent = me.phone.envelope("visit", "finish", visit.uid, NOON - HOUR, {"result": "hazards", "finds": [find]})
    (receipt,) = me.sync(sent).json()["receipts"]
    entry = Entry.objects.get(kind="visit", verb="finish")
    assert (receipt["outcome"], receipt["at"], receipt["told_at"]) == (
        "applied", (NOON - HOUR).isoformat().replace("+00:00", "Z"), NOON.isoformat().replace("+00:00", "Z"))
    assert (entry.at, entry.told_at, entry.post_id, entry.device_id) == (
        NOON - HOUR, NOON, place.posts["warden"].id, me.device.id)
    assert Hazard.objects.get().uid.hex == find["uid"].replace("-", "")


def test_the_second_sending_gets_the_first_receipt_and_changes_nothing(out, walk_of_three):
    me = out()
    sent = [me.phone.envelope("visit", "finish", walk_of_three[0].uid, NOON - HOUR, {"result": "hazards", "finds": [a_find()]}),
            me.phone.envelope("matter", "open", uuid4(), NOON - HOUR, {"what": "井盖破损", "premises": str(walk_of_three[0].premises.uid)})]
    first = me.sync(*sent).json()["receipts"]
    rows = (Hazard.objects.count(), Matter.objects.count(), Entry.objects.count())
    again = me.sync(*reversed(sent)).json()["receipts"][::-1]
    assert [(a["replay"], a["version"], a["told_at"]) for a in again] == [(True, f["version"], f["told_at"]) for f in first]
    assert (Hazard.objects.count(), Matter.objects.count(), Entry.objects.count()) == rows == (1, 2, rows[2])


def test_a_phone_three_days_fast_is_set_right(out, walk_of_three):
    me = out(clock_off=timedelta(days=3))
    given = {"result": "normal", "arrived_at": (NOON - 2 * HOUR + timedelta(days=3)).isoformat()}
    assert outcomes(me.sync(me.phone.envelope("visit", "finish", walk_of_three[0].uid, NOON - HOUR, given))) == ["applied"]
    done = Visit.objects.get(uid=walk_of_three[0].uid)
    assert (done.finished_at, done.arrived_at) == (NOON - HOUR, NOON - 2 * HOUR)


def test_a_child_waits_for_its_parent_and_others_pass(place, out, walk_of_three):
    me, shop = out(), uuid4()
    lon, lat = place.point("G111")
    parent = me.phone.envelope("premises", "add_on_spot", shop, NOON - HOUR, {
        "name": "新开小店", "place_type": "restaurant", "address": "中南路9号", "photos": ["b" * 64], "lon": lon, "lat": lat})
    child = me.phone.envelope("visit", "drop_in", uuid4(), NOON - HOUR, {"premises": str(shop), "result": "normal"},
                              parents=(("premises", shop),))
    other = me.phone.envelope("visit", "finish", walk_of_three[0].uid, NOON - HOUR, {"result": "normal"})
    assert outcomes(me.sync(child, other)) == ["waiting", "applied"]
    assert outcomes(me.sync(child, parent)) == ["applied", "applied"]
    assert Visit.objects.filter(premises=Premises.objects.get(uid=shop), state="done").count() == 1


def test_a_refused_record_says_why_and_spoils_no_other(out, walk_of_three):
    me = out()
    bad = me.phone.envelope("visit", "finish", walk_of_three[0].uid, NOON - HOUR, {"result": "refused"})
    good = me.phone.envelope("visit", "finish", walk_of_three[1].uid, NOON - HOUR, {"result": "closed"})
    told = me.sync(bad, good).json()["receipts"]
    assert [(r["outcome"], r.get("sentences")) for r in told] == [
        ("refused", ["说明：请写明拒绝检查的情况"]), ("applied", None)]
    mended = me.phone.envelope("visit", "finish", walk_of_three[0].uid, NOON - HOUR, {"result": "refused", "reason": "店主不让进"})
    assert outcomes(me.sync(mended)) == ["applied"]


def test_a_visit_already_made_is_kept_in_the_trail_and_the_receipt_says_so(place, out, walk_of_three):
    me, visit = out(), walk_of_three[0]
    advance(Ref("visit", visit.uid), "finish", actor=place.actor("warden"), at=NOON - timedelta(minutes=5), given={"result": "normal"})
    (told,) = me.sync(me.phone.envelope("visit", "finish", visit.uid, NOON - HOUR, {"result": "closed"})).json()["receipts"]
    assert (told["outcome"], told["sentence"]) == ("told", "当前状态为“已检查”，不能“完成检查”")
    assert Visit.objects.get(uid=visit.uid).result == "normal"


def test_a_reassigned_visit_is_refused_in_words_and_made_as_one_nobody_planned(place, out, walk_of_three):
    me, visit = out(), walk_of_three[0]
    Visit.objects.filter(uid=visit.uid).update(post_id=place.posts["warden2"].id)
    (told,) = me.sync(me.phone.envelope("visit", "finish", visit.uid, NOON - HOUR, {"result": "normal"})).json()["receipts"]
    assert (told["outcome"], told["sentences"]) == ("refused", ["须由承担本任务的岗位检查"])
    mended = me.phone.envelope("visit", "drop_in", uuid4(), NOON - HOUR, {"result": "normal", "premises": str(visit.premises.uid)})
    assert outcomes(me.sync(mended)) == ["applied"]


def test_what_lies_elsewhere_looks_absent(place, out, walk_of_three):
    west = out("warden2")
    (told,) = west.sync(west.phone.envelope("visit", "finish", walk_of_three[0].uid, NOON - HOUR, {"result": "normal"})).json()["receipts"]
    assert (told["outcome"], told["sentences"]) == ("refused", ["没有找到这一事项，或者它不在您的范围内"])


def test_a_post_not_held_at_the_time_is_refused_for_that_record_alone(out, walk_of_three, place):
    me = out()
    me.phone.post = place.posts["street"].uid
    wrong = me.phone.envelope("visit", "finish", walk_of_three[0].uid, NOON - HOUR, {"result": "normal"})
    me.phone.post = place.posts["warden"].uid
    right = me.phone.envelope("visit", "finish", walk_of_three[0].uid, NOON - HOUR, {"result": "normal"})
    assert outcomes(me.sync(wrong, right)) == ["refused", "applied"]


@pytest.mark.parametrize("spoil", [
    lambda e: {**e, "body": e["body"].replace("normal", "closed")}, lambda e: {**e, "signature": "QUJD"}, lambda e: {"body": 3},
    lambda e: "x", lambda e: {**e, "body": e["body"].replace('"v": 1', '"v": 99')}])
def test_what_is_not_signed_or_not_read_is_refused(out, walk_of_three, spoil):
    me = out()
    sent = me.phone.envelope("visit", "finish", walk_of_three[0].uid, NOON - HOUR, {"result": "normal"})
    assert outcomes(me.sync(spoil(sent))) == ["refused"]
    assert Visit.objects.filter(state="done").count() == 0


def test_a_hundred_thousand_signs_are_refused_in_a_sentence_and_hold_up_no_other(out, walk_of_three):
    me = out()
    long = [me.phone.envelope("visit", "finish", walk_of_three[0].uid, NOON - HOUR, {"result": "refused", "reason": "长" * n})
            for n in (301, 100_000)]
    good = me.phone.envelope("visit", "finish", walk_of_three[1].uid, NOON - HOUR, {"result": "normal"})
    told = me.sync(*long, good).json()["receipts"]
    assert [r["outcome"] for r in told] == ["refused", "refused", "applied"]
    assert "说明：" in told[0]["sentences"][0]
    assert told[1]["sentences"] == ["这条记录的文字太长，请删减后重发"]


def test_a_unit_that_closed_meanwhile_is_told_and_nothing_is_dropped(place, out, walk_of_three):
    me, visit = out(), walk_of_three[0]
    advance(Ref("premises", visit.premises.uid), "close", actor=place.actor("street"), at=NOON - timedelta(minutes=30),
            given={"reason": "搬走"})
    sent = me.phone.envelope("visit", "finish", visit.uid, NOON - HOUR, {"result": "hazards", "finds": [a_find()]})
    (told,) = me.sync(sent).json()["receipts"]
    assert (told["outcome"], Hazard.objects.count()) == ("applied", 1), "it stood open when she was there"
    unit = {"result": "normal", "premises": str(visit.premises.uid)}
    before, after = (me.phone.envelope("visit", "drop_in", uuid4(), NOON - timedelta(minutes=n), unit) for n in (40, 5))
    told = me.sync(before, after).json()["receipts"]
    assert [(r["outcome"], r.get("sentences")) for r in told] == [("applied", None), ("refused", ["这个单位已停业注销，不再检查"])]


def test_what_a_phone_may_not_do_is_refused(out, walk_of_three):
    me = out()
    assert outcomes(me.sync(me.phone.envelope("hazard", "pass_review", uuid4(), NOON, {"opinion": "好"}))) == ["refused"]


def test_nobody_signed_in_is_asked_to_sign_in_and_nothing_is_judged(out, walk_of_three):
    me = out()
    sent = me.phone.batch([me.phone.envelope("visit", "finish", walk_of_three[0].uid, NOON - HOUR, {"result": "normal"})], NOON)
    me.client.cookies.clear()
    answer = me.ask("/field/sync", sent)
    assert (answer.status_code, answer.json()["error"]["sentences"]) == (401, ["请先登录"])
    assert "anlan" not in answer.json()


def test_another_person_on_the_same_phone_sends_nothing(place, out, walk_of_three):
    me, other = out(), out("community")
    sent = me.phone.batch([me.phone.envelope("visit", "finish", walk_of_three[0].uid, NOON - HOUR, {"result": "normal"})], NOON)
    answer = other.ask("/field/sync", sent, **{"x-anlan-device": str(me.phone.uid)})
    assert (answer.status_code, answer.json()["error"]["sentences"]) == (
        403, ["这台手机登记在王敏名下，请由本人登录后发送"])


def test_a_lost_phone_is_shut_out_by_the_office_and_told_to_wipe_itself(out, walk_of_three):
    me, office = out(), out("community")
    told = office.client.post("/field/phones/", {"uid": str(me.phone.uid), "reason": "手机丢失"})
    assert (told.status_code, me.ask("/field/pack").json()["wipe"]) == (302, True)
    sent = me.phone.batch([me.phone.envelope("visit", "finish", walk_of_three[0].uid, NOON - HOUR, {"result": "normal"})], NOON)
    answer = me.ask("/field/sync", sent)
    assert (answer.status_code, answer.json()["wipe"], Visit.objects.filter(state="done").count()) == (403, True, 0)


def test_an_office_elsewhere_neither_sees_nor_shuts_out_the_phone(out):
    me, west = out(), out("street2")
    assert "王敏" not in west.client.get("/field/phones/").content.decode()
    told = west.client.post("/field/phones/", {"uid": str(me.phone.uid), "reason": "手机丢失"})
    me.device.refresh_from_db()
    assert (told.status_code, me.device.state) == (422, "in_use")


def test_a_phone_given_back_sends_no_more(out):
    me = out()
    assert me.ask("/field/give-back", {}).json()["wipe"] is True
    me.client.post("/sign-in/", {"login_name": "warden", "password": PASSWORD})
    assert me.ask("/field/pack").json()["wipe"] is True


def test_the_pack_holds_the_day_and_is_sent_once(place, out, walk_of_three, django_assert_max_num_queries):
    me = out()
    with django_assert_max_num_queries(24):
        answer = me.ask("/field/pack")
    held = answer.json()["pack"]
    assert [len(r["visits"]) for r in held["rounds"]] == [3]
    assert {u["name"] for u in held["units"].values()} == {"小馆1", "小馆2", "小馆3"}
    assert (held["person"], len(held["handbook"]["items"]), held["phones"][0]["phone"]) == ("王敏", 83, "119")
    assert me.ask("/field/pack", **{"if-none-match": answer["ETag"]}).status_code == 304


def test_a_foreign_page_cannot_ask_in_the_apps_name(out, walk_of_three):
    me = out()
    assert me.client.post("/field/sync", "{}", "application/json").status_code == 403


# Photos


def picture():
    out = BytesIO()
    Image.effect_noise((300, 200), 60).save(out, "JPEG")
    data = out.getvalue()
    return data, hashlib.sha256(data).hexdigest()


def test_a_photo_comes_in_pieces_and_goes_on_where_it_broke(out):
    me, (data, sha) = out(), picture()
    path, half = f"/field/photos/{sha}", len(data) // 2
    put = lambda at, piece: me.ask(f"{path}?offset={at}&size={len(data)}", piece, "put").json()  # noqa: E731
    assert (put(0, data[:half])["offset"], File.objects.count()) == (half, 0)
    assert (put(0, data[:half])["offset"], me.ask(path).json()["offset"]) == (half, half)
    assert put(half, data[half:])["whole"] is True
    assert (File.objects.get().sha256, put(0, data)["whole"]) == (sha, True)


def test_bytes_that_are_others_than_promised_begin_anew(out):
    me, (data, _sha) = out(), picture()
    path = f"/field/photos/{'0' * 64}"
    told = me.ask(f"{path}?offset=0&size={len(data)}", data, "put").json()
    assert (told["offset"], told["whole"], File.objects.count()) == (0, False, 0)


def test_a_photo_that_cannot_be_read_is_refused_in_a_sentence(out):
    me, data = out(), b"#!/bin/sh\nrm -rf /\n"
    told = me.ask(f"/field/photos/{hashlib.sha256(data).hexdigest()}?offset=0&size={len(data)}", data, "put").json()
    assert told["whole"] is False
    assert told["refused"]["sentences"]


def test_a_heic_photo_that_the_phone_could_not_shrink_is_converted(out):
    me, sha = out(), hashlib.sha256(HEIC_PHOTO).hexdigest()
    told = me.ask(f"/field/photos/{sha}?offset=0&size={len(HEIC_PHOTO)}", HEIC_PHOTO, "put").json()
    file = File.objects.get(sha256=sha)
    assert (told["whole"], told["refused"], file.mime, file.state) == (True, None, "image/jpeg", "kept")


def test_a_photo_is_taken_while_another_phone_finishes_its_own(out, settings):
    """The other's pieces stand in the list of the folder and are gone when they are looked at."""
    pieces = Path(settings.MEDIA_ROOT) / "pieces"
    pieces.mkdir(parents=True)
    (pieces / "other.7").symlink_to(pieces / "gone")
    data, sha = picture()
    answer = out().ask(f"/field/photos/{sha}?offset=0&size={len(data)}", data, "put")
    assert (answer.status_code, answer.json().get("whole")) == (200, True)
