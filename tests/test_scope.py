"""Who sees what in joint action: a trade in every area, a party its matter, a parent area all that its child sees."""

from datetime import timedelta
from itertools import pairwise, product
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from anlan.hazards.models import Hazard
from anlan.hazards.selectors import hazards_seen_by, proposals_seen_by
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.models import Stake
from anlan.matters.models import Matter
from anlan.matters.selectors import matters_seen_by
from anlan.patrols import handbook
from anlan.patrols.selectors import visits_seen_by
from anlan.people.models import Organisation
from anlan.people.testing import NOON, small_district
from anlan.places.actions import open_one
from anlan.premises.models import Premises
from anlan.premises.selectors import premises_seen_by, risk_points_seen_by

pytestmark = pytest.mark.django_db
BEFORE = NOON - timedelta(days=30)
SELECTORS = (hazards_seen_by, matters_seen_by, premises_seen_by, visits_seen_by, proposals_seen_by, risk_points_seen_by)


@pytest.fixture
def place(db, settings, tmp_path):
    settings.ANLAN_HOME = tmp_path
    made = small_district()
    handbook.load()
    return made


@pytest.fixture
def unit(place):
    """A unit with one hazard, found on a visit: unit(name, grid, department) → its file."""

    def made(name, grid, department=None, **more):
        told = {"name": name, "place_type": "shop", "address": f"{name}路1号", "area": place.areas[grid].uid, "gas": "lpg",
                "department": place.houses[department].uid if department else None, **more}
        uid = open_one("premises", "create", told, actor=place.actor("emergency"), at=BEFORE)
        found = {"uid": str(uuid4()), "matter": str(uuid4()), "item": "", "what": f"{name}地面湿滑", "days": 3,
                 "level": "general", "before": ["a" * 64]}
        warden = place.actor("warden" if grid == "G111" else "warden2")
        advance(Ref("visit", uuid4()), "drop_in", actor=warden, at=NOON, given={
            "premises": str(uid), "result": "hazards", "finds": [found], "answers": {}, "signature": ["b" * 64],
            "signer": "陈某"})
        return Premises.objects.get(uid=uid)

    return made


def seen(place, who, at=NOON):
    """Names of the units whose files, hazards, matters and visits one of the cast sees."""
    actor = place.actor(who, at)
    return {
        "premises": set(premises_seen_by(actor, at).values_list("name", flat=True)),
        **{selector.__name__.partition("_")[0]: set(selector(actor, at).values_list("premises__name", flat=True))
           for selector in (hazards_seen_by, matters_seen_by, visits_seen_by)}}


def everywhere(*names):
    return {kind: set(names) for kind in ("premises", "hazards", "matters", "visits")}


def test_a_department_sees_its_trade_in_every_area_and_no_other(place, unit):
    unit("东街气站", "G111", "gas_department")
    unit("西街气站", "G211", "gas_department")
    unit("西街书店", "G211", "government")
    assert seen(place, "gas") == everywhere("东街气站", "西街气站")
    assert seen(place, "street2") == everywhere("西街气站", "西街书店")
    for who in ("emergency", "director", "leader"):
        assert seen(place, who) == everywhere("东街气站", "西街气站", "西街书店")


def test_the_lead_of_a_committee_sees_what_the_committee_answers_for(place, unit):
    unit("西街餐馆", "G211", "government", committee_no=13)
    unit("西街书店", "G211", "government", committee_no=8)
    assert seen(place, "gas") == everywhere()
    committee = Organisation.objects.get(id=place.houses["gas_committee"].id)
    Organisation.objects.filter(id=committee.id).update(code="committee-13")
    assert seen(place, "gas") == everywhere("西街餐馆")


def test_a_department_of_another_trade_sees_a_matter_once_it_takes_part_and_still_when_it_is_done(place, unit):
    unit("西街书店", "G211", "government")
    unit("西街茶馆", "G211", "government")
    hazard = Hazard.objects.get(premises__name="西街书店")
    assert seen(place, "gas") == everywhere()
    ref = Ref("hazard", hazard.uid)
    advance(ref, "transfer", actor=place.actor("street2"), at=NOON, given={
        "department": place.houses["gas_department"].uid, "reason": "涉及用气"})
    part = {**everywhere("西街书店"), "visits": set()}
    assert seen(place, "gas") == part
    advance(ref, "self_check", actor=place.actor("street2"), at=NOON, given={
        "fixed_what": "已改", "fixer_name": "林某", "photos": ["c" * 64]})
    advance(ref, "plan_review", actor=place.actor("street2"), at=NOON, given={})
    advance(ref, "pass_review", actor=place.actor("emergency"), at=NOON, given={"opinion": "合格"})
    hazard.refresh_from_db()
    assert (hazard.state, Stake.objects.filter(kind="hazard", case_id=hazard.id).exists()) == ("closed", False)
    assert seen(place, "gas") == part
    assert seen(place, "street") == everywhere()


def test_what_a_department_files_itself_does_not_vanish_from_its_sight(place):
    gas = place.actor("gas")
    uid = open_one("premises", "create", {"name": "新气站", "place_type": "shop", "address": "西路2号",
                                          "area": place.areas["G211"].uid}, actor=gas, at=NOON)
    matter = UUID(int=7)
    advance(Ref("matter", matter), "open", actor=gas, at=NOON, given={"what": "管线占压", "area": place.areas["G211"].uid})
    hazard = open_one("hazard", "find", {"matter": matter, "what": "管线占压", "place": "路口"}, actor=gas, at=NOON)
    assert [list(rows.values_list("uid", flat=True)) for rows in (
        premises_seen_by(gas, NOON), matters_seen_by(gas, NOON), hazards_seen_by(gas, NOON))] == [[uid], [matter], [hazard]]


# A parent area sees what its child sees

CHAINS = (("warden", "community", "street", "director"), ("warden2", "street2", "director"), ("gas", "director"))
PARTIES = ("restaurant", "tea_house", "government", "gas_department", "street1_office", "street2_office", "community11", "community12",
           "community21", "warden", "warden2", "gas", "street")
GRIDS = ("G111", "G112", "G121", "G211", "G221")
OWNERS, DEPARTMENTS = ("restaurant", "tea_house"), ("gas_department", "government")
case = st.tuples(st.sampled_from(GRIDS), st.sampled_from(GRIDS), st.sampled_from(OWNERS), st.sampled_from(DEPARTMENTS),
                 st.sampled_from(PARTIES), st.sampled_from(("matter", "hazard", "premises", "proposal")))


@settings(max_examples=20, deadline=None, phases=(Phase.explicit, Phase.generate),
          suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cases=st.lists(case, min_size=1, max_size=6))
def test_a_parent_area_sees_what_its_child_sees(place, cases):
    with transaction.atomic():
        for n, told in enumerate(cases):
            _put(place, n, *told)
        actors = {who: place.actor(who) for chain in CHAINS for who in chain}
        for selector in SELECTORS:
            rows = {who: set(selector(actor, NOON).values_list("id", flat=True)) for who, actor in actors.items()}
            unseen = {(child, parent): rows[child] - rows[parent] for chain in CHAINS for child, parent in pairwise(chain)}
            assert {pair: left for pair, left in unseen.items() if left} == {}, selector.__name__
        transaction.set_rollback(True)


@pytest.mark.parametrize("kind, letter, selector", [("matter", "S", matters_seen_by), ("hazard", "H", hazards_seen_by)])
def test_whoever_takes_part_sees_the_case_wherever_it_lies(place, kind, letter, selector):
    told = list(product(("warden", "street", "street2", "gas"), GRIDS))
    for n, (who, grid) in enumerate(told):
        _put(place, n, grid, grid, "tea_house", "government", who, kind)
    seen_by = {who: set(selector(place.actor(who), NOON).values_list("code", flat=True)) for who, _grid in told}
    assert [(who, grid) for n, (who, grid) in enumerate(told) if f"{letter}{n}" not in seen_by[who]] == []


def _put(place, n, ground, unit_ground, owner, department, stake, kind):
    """A unit, a matter and a hazard, each with parties of its own, and one stake; straight into the tables."""
    common = {"version": 1, "opened_at": NOON, "changed_at": NOON}
    parties = place.parties
    unit = Premises.objects.create(**common, uid=uuid4(), state="active", area=place.areas[unit_ground], name=f"{n}",
                                   address=f"{n}", door_token=uuid4(), owner_party=parties[owner],
                                   department_party=parties[department], place_type="shop")
    matter = Matter.objects.create(**common, uid=uuid4(), state="open", area=place.areas[ground], code=f"S{n}",
                                   premises=unit, opener="warden", channel="desk", what="x")
    hazard = Hazard.objects.create(**common, uid=uuid4(), state="notified", area=place.areas[ground], code=f"H{n}",
                                   matter=matter, premises=unit if n % 2 else None, opener="warden", found_on=NOON.date(),
                                   days=3, owner_party=parties[owner], department_party=parties[department])
    target = {"matter": matter, "premises": unit}.get(kind, hazard)
    Stake.objects.create(party_id=parties[stake], kind=kind, case_id=target.id, role="assist", area_id=target.area_id)
