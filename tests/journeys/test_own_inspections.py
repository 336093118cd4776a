"""A unit's own inspection on a phone: recorded, mended, its interval counted; no case comes of it."""

from datetime import timedelta
from uuid import uuid4

import pytest

from anlan.hazards.models import Hazard
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.follow import follow_all
from anlan.kernel.journal import seal_all
from anlan.kernel.models import Attached, Clock, Entry
from anlan.kernel.tick import tick
from anlan.matters.models import Matter
from anlan.patrols.models import SelfInspection
from anlan.people.testing import NOON
from anlan.toolkit.notices.models import Notice
from tests.journeys.conftest import picture, text_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def begun(owner, restaurant):
    return owner.get(f"/unit/premises/{restaurant.uid}/check/")["Location"]


def test_an_own_inspection_is_kept_with_its_day_and_what_was_found_is_mended(place, restaurant, sign_in):
    owner = sign_in("unit")
    assert "还没有自查记录" in text_of(owner.get("/unit/"))
    address = begun(owner, restaurant)
    page = owner.get(address).content.decode()
    assert "CY05" in page and 'name="inspector_name" value="陈老板"' in page
    sent = {"answer-CY01": "normal", "answer-CY05": "hazard", "note-CY05": "软管老化", "note-other": "后门堆了纸箱",
            "photo-CY05": picture(), "inspector_name": "陈老板"}
    assert owner.post(address, sent)["Location"] == address
    held = SelfInspection.objects.get()
    assert (held.done_on, held.found, held.standing, held.answers["items"], [p["what"] for p in held.problems]) == (
        NOON.date(), 2, 2, {"CY01": "ok", "CY05": "hazard"}, ["软管老化", "后门堆了纸箱"])
    assert (Hazard.objects.count(), Matter.objects.count()) == (0, 0)

    assert owner.post(address, {**sent, "photo-CY05": picture(40)}).status_code == 200
    assert SelfInspection.objects.count() == 1

    bare = owner.post(address, {"n": "1", "mended": "换了新软管"})
    assert bare.status_code == 422 and "至少需要1张照片" in text_of(bare)
    assert owner.post(address, {"n": "1", "mended": "换了新软管", "photos": picture(50)}).status_code == 302
    held.refresh_from_db()
    assert (held.standing, held.problems[0]["mended"], held.problems[0]["mended_on"]) == (1, "换了新软管", "2021-06-01")
    assert "没有这处问题，或者它已经改好" in text_of(owner.post(address, {"n": "1", "mended": "再换", "photos": picture(51)}))
    assert sorted(Attached.objects.filter(kind="self_inspection").values_list("role", flat=True)) == ["after", "before"]
    assert "还有 1 处没有改好" in text_of(owner.get(f"/unit/premises/{restaurant.uid}/"))
    assert "自查：还剩 30 天" in text_of(owner.get("/unit/"))


def test_an_empty_inspection_and_an_unsaid_problem_are_refused(place, restaurant, sign_in):
    owner = sign_in("unit")
    address = begun(owner, restaurant)
    assert "请至少查一项" in text_of(owner.post(address, {"inspector_name": "陈老板"}))
    unsaid = owner.post(address, {"inspector_name": "", "answer-CY01": "normal"})
    assert (unsaid.status_code, SelfInspection.objects.count()) == (422, 0)


def test_an_own_inspection_is_seen_by_those_who_answer_for_the_ground_and_made_by_the_unit_alone(place, restaurant, sign_in):
    owner = sign_in("unit")
    address = begun(owner, restaurant)
    owner.post(address, {"answer-CY01": "normal", "inspector_name": "陈老板"})
    held = SelfInspection.objects.get()
    assert {who: sign_in(who).get(f"/desk/self-inspections/{held.uid}/").status_code for who in ("community", "street2", "unit2")} == {
        "community": 200, "street2": 404, "unit2": 404}
    other = f"/unit/premises/{restaurant.uid}/check/{uuid4()}/"
    told = {"answer-CY01": "normal", "inspector_name": "王"}
    assert [sign_in(who).post(other, told).status_code for who in ("street", "unit2")] == [404, 404]


def noticed(place):
    return list(Notice.objects.filter(party_id=place.parties["restaurant"]).order_by("at", "id").values_list("text", flat=True))


def test_the_unit_is_reminded_before_its_next_inspection_is_due_and_once_it_is(place, restaurant, sign_in):
    def inspect(at):
        uid = uuid4()
        advance(Ref("self_inspection", uid), "record", actor=place.actor("unit", at=at), at=at, given={
            "premises": str(restaurant.uid), "inspector_name": "陈老板", "answers": {"CY01": "ok"}})
        return Clock.objects.get(kind="self_inspection", case_id=SelfInspection.objects.get(uid=uid).id)

    first = inspect(NOON)
    assert (first.due_at.date() - NOON.date()).days in (30, 31) and first.party_id == place.parties["restaurant"]
    tick(at=NOON + 20 * DAY)
    assert noticed(place) == []
    tick(at=NOON + 26 * DAY)
    assert noticed(place) == ["自查“2021-06-01”快到时限：07-02 00:00 到期。"]
    second = inspect(NOON + 27 * DAY)
    first.refresh_from_db()
    assert (first.outcome, first.stopped_at) == ("met", NOON + 27 * DAY)
    tick(at=second.due_at + DAY)
    follow_everything()
    assert any("该自查了，今天到期" in text for text in noticed(place))
    second.refresh_from_db()
    assert (second.outcome, Entry.objects.filter(kind="self_inspection", verb="go_due").count()) == ("fired", 1)


def follow_everything():
    seal_all()
    follow_all()
