"""A unit writes down of itself: a change of its file that an office confirms or refuses, who answers for what, trainings."""

import re
from datetime import timedelta

import pytest

from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.models import Entry, Stake
from anlan.kernel.refusals import Refused
from anlan.people.testing import NOON
from anlan.premises.models import FileChange, Premises, UnitRecord
from tests.journeys.conftest import picture, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(restaurant, sign_in):
    return sign_in("unit")


def page_of(client, restaurant):
    return text_of(client.get(f"/unit/premises/{restaurant.uid}/"))


def filled(client, address, **changed):
    """What the page sends: the file as it stands, and what was changed."""
    page = client.get(address).content.decode()
    form = page[page.index("<form", page.index("visually-hidden")):]
    given = dict(re.findall(r'<input[^>]*? name="(\w+)"[^>]*? value="([^"]*)"', form))
    given |= {n: re.search(r'<option value="([^"]*)" selected', s)[1] if "selected" in s else ""
              for n, s in re.findall(r'<select name="(\w+)"(.*?)</select>', form, re.DOTALL)}
    return client.post(address, {**given, **changed})


def ask(client, restaurant, **changed):
    return filled(client, f"/unit/premises/{restaurant.uid}/change/", **changed)


def test_a_change_waits_for_the_community_and_nothing_changes_until_it_is_confirmed(place, restaurant, owner):
    done = ask(owner, restaurant, safety_manager="周安", safety_phone="13900139000", gas="pipe", why="换了管道气")
    assert (done.status_code, done["Location"]) == (302, f"/unit/premises/{restaurant.uid}/")
    change = FileChange.objects.get()
    assert change.wanted == {"safety_manager": "周安", "safety_phone": "13900139000", "gas": "pipe"}
    restaurant.refresh_from_db()
    assert (restaurant.gas, restaurant.safety_manager) == ("lpg", "")
    assert Stake.objects.get(kind="file_change").party_id == place.parties["community11"]
    assert "用气：瓶装液化气 → 管道天然气" in page_of(owner, restaurant)
    assert not [e for e in Entry.objects.all() if "13900139000" in str(e.data)], "the journal does not hold the number"

    advance(Ref("file_change", change.uid), "confirm", actor=place.actor("community"), at=NOON)
    restaurant.refresh_from_db()
    assert (restaurant.gas, restaurant.safety_manager, restaurant.safety_phone, restaurant.address) == (
        "pipe", "周安", "13900139000", "中南路1号")
    assert "已采用" in page_of(owner, restaurant) and not Stake.objects.filter(kind="file_change").exists()
    assert Entry.objects.filter(kind="premises", verb="edit").count() == 1


def test_the_desk_shows_both_and_masks_numbers_from_who_may_not_see_them(place, restaurant, owner, sign_in):
    ask(owner, restaurant, legal_phone="13900139000")
    address = f"/desk/file-changes/{FileChange.objects.get().uid}/"
    assert "139****9000" not in text_of(sign_in("community").get(address)) and "13900139000" in text_of(sign_in("community").get(address))
    assert "139****9000" in text_of(sign_in("gas").get(address))
    assert [sign_in(who).get(address).status_code for who in ("street2", "unit2")] == [404, 404]


def test_a_refusal_needs_a_reason_and_is_read_by_the_unit(place, restaurant, owner):
    ask(owner, restaurant, staff="12")
    change = FileChange.objects.get()
    with pytest.raises(Refused, match="不采用的理由"):
        advance(Ref("file_change", change.uid), "refuse", actor=place.actor("community"), at=NOON)
    advance(Ref("file_change", change.uid), "refuse", actor=place.actor("street"), at=NOON, given={"answer": "与社保人数不符"})
    assert "未采用：与社保人数不符" in page_of(owner, restaurant)
    restaurant.refresh_from_db()
    assert restaurant.staff is None


def test_one_change_waits_at_a_time_and_can_be_taken_back(place, restaurant, owner):
    ask(owner, restaurant, staff="12")
    assert "已有一份变更申请在核实" in text_of(ask(owner, restaurant, staff="13"))
    page = owner.get(f"/unit/premises/{restaurant.uid}/").content.decode()
    form = page[page.index("/unit/file-changes/"):]
    hidden = dict(re.findall(r'name="(_\w+)" value="([^"]+)"', form))
    assert owner.post(f"/unit/file-changes/{FileChange.objects.get().uid}/withdraw/", hidden).status_code == 302
    assert FileChange.objects.get().state == "withdrawn"
    assert "没有要变更的内容" in text_of(ask(owner, restaurant))


@pytest.mark.parametrize(("who", "move"), [("unit", "confirm"), ("street2", "confirm"), ("community", "withdraw"), ("unit2", "withdraw"),
                                           ("warden", "confirm")])
def test_who_may_not_is_refused(place, restaurant, owner, who, move):
    ask(owner, restaurant, staff="12")
    with pytest.raises(Refused):
        advance(Ref("file_change", FileChange.objects.get().uid), move, actor=place.actor(who), at=NOON)


def test_who_answers_for_what_stands_beside_the_next_inspection(place, restaurant, owner):
    address = f"/unit/premises/{restaurant.uid}/records/duty/"
    assert filled(owner, address, what="燃气和灶台", people="厨师长 李强").status_code == 302
    assert "燃气和灶台 ：李强" not in page_of(owner, restaurant) and "燃气和灶台 ：厨师长 李强" in page_of(owner, restaurant)
    check = owner.get(f"/unit/premises/{restaurant.uid}/check/", follow=True)
    assert "燃气和灶台 ：厨师长 李强" in text_of(check)
    record = UnitRecord.objects.get()
    assert (record.sort, record.on_day, record.area) == ("duty", NOON.date(), restaurant.area)
    assert owner.post(f"/unit/unit-records/{record.uid}/end/").status_code == 302
    record.refresh_from_db()
    assert (record.state, record.ended_on) == ("ended", NOON.date())
    assert "厨师长" not in page_of(owner, restaurant)


def test_a_training_is_recorded_with_heads_and_photo_and_seen_by_the_street(place, restaurant, owner, sign_in):
    address = f"/unit/premises/{restaurant.uid}/records/training/"
    given = {"what": "灭火器使用", "people": "消防站 王队", "hours": "1.5"}
    assert "培训请写明人数" in text_of(filled(owner, address, **given))
    ahead = (NOON + timedelta(days=2)).date().isoformat()
    assert "日期不能晚于今天" in text_of(filled(owner, address, **given, heads="8", on_day=ahead))
    assert filled(owner, address, **{**given, "photos": picture()}, heads="8").status_code == 302
    assert "灭火器使用 · 消防站 王队 · 8 人 · 1.5 学时" in page_of(owner, restaurant)
    seen = sign_in("street").get(f"/desk/unit-records/{UnitRecord.objects.get().uid}/")
    assert "灭火器使用" in text_of(seen)
    assert sign_in("unit2").get(address).status_code == 404
    assert sign_in("street").post(address, given).status_code == 404


def test_a_page_that_is_sent_twice_counts_once(place, restaurant, owner):
    address = f"/unit/premises/{restaurant.uid}/records/duty/"
    page = owner.get(address).content.decode()
    hidden = dict(re.findall(r'name="(_\w+)" value="([^"]+)"', page))
    for _n in range(2):
        owner.post(address, {**hidden, "what": "配电箱", "people": "李强", "on_day": NOON.date().isoformat()})
    assert (UnitRecord.objects.count(), Premises.objects.count()) == (1, 1)
