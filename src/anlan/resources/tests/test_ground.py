"""Shelters and hydrants: every post on duty sees them, only who answers for their ground changes them."""


import pytest

from anlan.kernel.actors import SYSTEM
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.refusals import Refused
from anlan.people.testing import CAST, NOON, small_district
from anlan.places.actions import open_one
from anlan.resources.models import Hydrant, Shelter
from anlan.toolkit.registers import REGISTERS

from .of_the_district import OfTheDistrict


@pytest.fixture
def place(district_stands, db):
    return small_district()


def shelter(ground, n=1, actor=SYSTEM, **more):
    return Shelter.objects.get(uid=open_one("shelter", "create", {
        "name": f"首义广场{n}", "sort": ("outdoor", "school")[n % 2], "capacity": 500 + n, "address": f"首义路{n}号",
        "area": ground.areas["C11"].uid, **more}, actor=actor, at=NOON))


def hydrant(ground, n=1, actor=SYSTEM, **more):
    return Hydrant.objects.get(uid=open_one("hydrant", "create", {
        "code": f"X{n:03}", "sort": ("ground", "under")[n % 2], "place": f"户部巷{n}号门前", "area": ground.areas["G111"].uid,
        **more}, actor=actor, at=NOON))


class TestShelters(OfTheDistrict):
    keeper = "street"
    slug = "shelters"
    one = staticmethod(shelter)


class TestHydrants(OfTheDistrict):
    keeper = "street"
    slug, formula_input = "hydrants", "place"
    one = staticmethod(hydrant)


def test_any_post_on_duty_sees_what_stands_in_either_street(place):
    rows = {"shelters": shelter(place), "hydrants": hydrant(place)}
    for slug, row in rows.items():
        seen = {who for who in CAST if row in REGISTERS[slug].rows(place.actor(who), NOON)}
        assert seen == set(CAST) - {"unit", "unit2"}, slug


def refused(move, who, row, kind, place, **given):
    with pytest.raises(Refused) as told:
        advance(Ref(kind, row.uid), move, actor=place.actor(who), at=NOON, given=given)
    return told.value.refusal.sentences


def test_another_street_sees_a_shelter_and_changes_nothing_of_it(place):
    row = shelter(place)
    assert refused("retire", "street2", row, "shelter", place, reason="看着没用") == ("只能由负责所在区域的单位办理",)
    advance(Ref("shelter", row.uid), "retire", actor=place.actor("community"), at=NOON, given={"reason": "改建"})
    advance(Ref("shelter", row.uid), "restore", actor=place.actor("emergency"), at=NOON)
    row.refresh_from_db()
    assert (row.state, row.version) == ("active", 3)


def test_nobody_registers_on_foreign_ground_or_without_the_permit(place):
    with pytest.raises(Refused, match="不在您的范围内"):
        hydrant(place, actor=place.actor("street2"))
    with pytest.raises(Refused, match="由社区、街道或应急管理部门维护"):
        hydrant(place, actor=place.actor("warden"))
    assert hydrant(place, actor=place.actor("street")).faulty is False


def test_a_place_for_nobody_is_no_shelter(place):
    with pytest.raises(Refused, match="可容纳人数"):
        shelter(place, capacity=0)
