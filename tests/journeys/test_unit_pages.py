"""A shop owner on a phone: what is owed, put right and proven, struck off; an extension, an objection; its file."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils.timezone import localtime

from anlan.hazards.models import Hazard, Proposal
from anlan.hazards.selectors import hazards_seen_by
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.models import Clock
from anlan.kernel.tick import tick
from anlan.people.testing import NOON
from anlan.toolkit.notices.models import Notice
from tests.journeys.conftest import BEFORE, SIGNATURE, find, picture, text_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def hazard(place, restaurant, walk):
    found = find("CY05", before=[BEFORE])
    walk("visit", uuid4(), "drop_in", "street", NOON - DAY, premises=str(restaurant.uid), result="hazards", finds=[found],
         signature=[SIGNATURE], signer="陈某")
    return Hazard.objects.get(uid=found["uid"])


def test_what_is_owed_is_put_right_proven_reviewed_by_another_and_struck_off(place, hazard, sign_in):
    owner = sign_in("unit")
    assert "要整改的隐患 1 起" in text_of(owner.get("/unit/")) and "今天到期" in text_of(owner.get("/unit/"))
    page = text_of(owner.get(f"/unit/hazards/{hazard.uid}/"))
    assert "怎样改" in page and "城镇燃气管理条例" in page and "改好了，拍照上报" in page
    empty = owner.post(f"/unit/hazards/{hazard.uid}/self_check/", {"fixed_what": "已换软管", "fixer_name": "陈老板"})
    assert empty.status_code == 422 and "已换软管" in empty.content.decode()
    done = owner.post(f"/unit/hazards/{hazard.uid}/self_check/", {
        "fixed_what": "已换软管", "fixer_name": "陈老板", "photos": picture()})
    assert (done.status_code, done["Location"]) == (302, f"/unit/hazards/{hazard.uid}/")
    assert "已报改好，等待复查" in text_of(owner.get("/unit/"))

    advance(Ref("hazard", hazard.uid), "plan_review", actor=place.actor("street"), at=NOON)
    advance(Ref("hazard", hazard.uid), "pass_review", actor=place.actor("reviewer"), at=NOON, given={"opinion": "合格"})
    assert "要整改的隐患 0 起" in text_of(owner.get("/unit/")) and "已销号" in text_of(owner.get(f"/unit/hazards/{hazard.uid}/"))


@pytest.mark.parametrize(("move", "given", "sort", "label"), [
    ("ask_extension", {"reason": "等配件", "days": "5"}, "extension", "延期申请"),
    ("object", {"reason": "不是我的管子"}, "objection", "异议")])
def test_more_time_and_objections_are_asked_for_and_their_answer_is_read(place, hazard, sign_in, move, given, sort, label):
    owner = sign_in("unit")
    assert owner.get(f"/unit/hazards/{hazard.uid}/{move}/").status_code == 200
    assert owner.post(f"/unit/hazards/{hazard.uid}/{move}/", given).status_code == 302
    assert "申请已交，等待答复" in text_of(owner.get("/unit/"))
    advance(Ref("proposal", Proposal.objects.get(sort=sort).uid), "decline",
            actor=place.actor("street"), at=NOON, given={"answer": "请按期整改"})
    page = text_of(owner.get(f"/unit/hazards/{hazard.uid}/"))
    assert label in page and "请按期整改" in page


def test_moves_of_offices_and_hazards_of_others_are_absent(place, hazard, sign_in):
    assert sign_in("unit2").get(f"/unit/hazards/{hazard.uid}/").status_code == 404
    owner = sign_in("unit")
    assert owner.get(f"/unit/hazards/{hazard.uid}/cancel/").status_code == 404
    assert owner.post(f"/unit/hazards/{hazard.uid}/pass_review/", {"opinion": "好"}).status_code == 404
    assert sign_in("street").get(f"/unit/hazards/{hazard.uid}/")["Location"] == f"/desk/hazards/{hazard.uid}/"


def test_the_file_shows_its_history_and_what_to_print(place, restaurant, hazard, sign_in):
    owner = sign_in("unit")
    page = owner.get(f"/unit/premises/{restaurant.uid}/").content.decode()
    assert "card.pdf" in page and "doorplate" in page and "发现隐患" in text_of(owner.get(f"/unit/premises/{restaurant.uid}/"))
    assert owner.get(f"/desk/premises/{restaurant.uid}/card.pdf").status_code == 200
    assert hazards_seen_by(place.actor("unit2"), NOON).count() == 0


def test_the_unit_is_reminded_before_a_hazard_is_due_and_told_once_it_is(place, restaurant, walk):
    found = find("CY09", before=[BEFORE])
    walk("visit", uuid4(), "drop_in", "street", NOON, premises=str(restaurant.uid), result="hazards", finds=[found],
         signature=[SIGNATURE], signer="陈某")
    clock = Clock.objects.get(kind="hazard", name="rectify", stopped_at=None)
    assert NOON < clock.remind_at < clock.due_at
    told = Notice.objects.filter(party_id=place.houses["restaurant"].id, text__contains="快到时限")
    tick(at=clock.remind_at - timedelta(minutes=1))
    before = told.count()
    tick(at=clock.remind_at)
    assert (before, told.count()) == (0, 1)
    assert all(word in told.get().text for word in ("隐患", "快到时限", f"请在 {localtime(clock.due_at):%m-%d %H:%M} 前"))


def test_script_in_every_field_stays_words(place, restaurant, hazard, sign_in):
    owner, script = sign_in("unit"), "<script>alert(1)</script>"
    owner.post(f"/unit/hazards/{hazard.uid}/object/", {"reason": script})
    owner.post(f"/unit/hazards/{hazard.uid}/self_check/", {"fixed_what": script, "fixer_name": script, "photos": picture()})
    owner.post(f"/unit/premises/{restaurant.uid}/records/duty/", {"what": script, "people": script, "on_day": NOON.date().isoformat()})
    owner.post(f"/unit/premises/{restaurant.uid}/records/training/", {
        "what": script, "people": script, "heads": "3", "on_day": NOON.date().isoformat()})
    check = owner.get(f"/unit/premises/{restaurant.uid}/check/")["Location"]
    owner.post(check, {"answer-CY05": "hazard", "note-CY05": script, "note-other": script, "inspector_name": script, "note": script})
    pages = [owner.get(a) for a in ("/unit/", f"/unit/premises/{restaurant.uid}/", f"/unit/hazards/{hazard.uid}/", check)]
    pages += [sign_in("street").get(a) for a in (f"/desk/hazards/{hazard.uid}/", "/desk/unit-records/", "/desk/self-inspections/")]
    assert [script in p.content.decode() for p in pages] == [False] * 7
    assert ["&lt;script&gt;" in p.content.decode() for p in pages] == [False, *[True] * 5, False], "it was kept, as words"
