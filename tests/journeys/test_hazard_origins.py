"""Where a hazard comes from decides who answers for it, and whether it has been there before."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from anlan.hazards.models import Hazard
from anlan.kernel.models import Mark, Stake
from anlan.kernel.rulebook import parameter
from anlan.people.testing import NOON

from .conftest import AFTER, BEFORE, SIGNATURE, find

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(walk, restaurant):
    """A hazard made of what the warden told about the restaurant."""

    def do(at=NOON, **more):
        matter, hazard = uuid4(), uuid4()
        walk("matter", matter, "open", "warden", at, what="软管老化", premises=str(restaurant.uid))
        walk("hazard", hazard, "find", "warden", at, matter=str(matter), what="软管老化", **more)
        return Hazard.objects.get(uid=hazard)

    return do


@pytest.fixture
def hose_closed(walk, restaurant):
    """The hose was replaced during a visit."""
    found = find("CY05", before=[BEFORE], after=[AFTER], fixed="更换软管")
    walk("visit", uuid4(), "drop_in", "street", NOON, premises=str(restaurant.uid), result="hazards", finds=[found],
         signature=[SIGNATURE], signer="陈某")
    return Hazard.objects.get(uid=UUID(found["uid"]))


def test_what_was_told_is_answered_for_by_the_ground_it_was_told_of(place, told):
    hazard = told()
    houses = place.houses
    assert (hazard.area_id, hazard.community_party, hazard.street_party, hazard.owner_party) == (
        place.areas["G111"].id, houses["community11"].id, houses["street1_office"].id, houses["restaurant"].id)


def test_a_major_one_made_of_a_report_is_owed_its_confirmation_by_the_street(place, told, walk):
    hazard = told()
    walk("hazard", hazard.uid, "register", "community", NOON)
    walk("hazard", hazard.uid, "grade", "street", NOON, level="major", days=1, reason="气瓶间漏气")
    owed = Stake.objects.filter(kind="hazard", case_id=hazard.id, role="confirm").values_list("party_id", flat=True)
    assert list(owed) == [place.houses["street1_office"].id]


@pytest.mark.parametrize(("days", "again"), [(-1, True), (0, True), (1, False)])
def test_the_same_item_of_the_same_unit_within_the_days_has_recurred_however_it_came(hose_closed, told, days, again):
    later = NOON + timedelta(days=parameter("hazard.recur_days", NOON.date()) + days)
    hazard = told(at=later, item_code="CY05")
    assert hazard.recurred_from_id == (hose_closed.id if again else None)
    assert Mark.objects.filter(kind="hazard", case_id=hazard.id, cell="recurred").count() == int(again)


def test_another_item_or_another_unit_has_not_recurred(hose_closed, told, walk, place):
    assert told(item_code="CY09").recurred_from is None
    matter, hazard = uuid4(), uuid4()
    walk("matter", matter, "open", "warden", NOON, what="楼道软管", area=str(place.areas["G111"].uid), place="楼道")
    walk("hazard", hazard, "find", "warden", NOON, matter=str(matter), what="楼道软管", item_code="CY05")
    assert Hazard.objects.get(uid=hazard).recurred_from is None
