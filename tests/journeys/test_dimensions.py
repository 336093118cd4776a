"""Figures by department and by industry: what is declared can be asked for, and nothing else."""

from datetime import timedelta
from uuid import uuid4

import pytest

from anlan.kernel.actors import SYSTEM
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.journal import head_of_chain, seal_all
from anlan.kernel.models import Mark
from anlan.kernel.refusals import Absent, Refused
from anlan.people.testing import NOON
from anlan.places.actions import open_one
from anlan.premises.models import Premises
from anlan.toolkit import spreads
from anlan.toolkit.dimensions import OTHERS
from anlan.toolkit.indicators import INDICATORS, adds_up, figure, period_of

from .conftest import BEFORE, SIGNATURE, find, text_of

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)
CHECKS = "/desk/figures/haz-units-checked/"


@pytest.fixture
def checked(place, restaurant, walk):
    """The restaurant looked at by the warden, by its street and twice by the gas department, who found one hazard."""
    def look(who, *finds):
        walk("visit", uuid4(), "drop_in", who, NOON, premises=str(restaurant.uid), result="hazards" if finds else "normal",
             finds=[find("", name, days=3, before=[BEFORE]) for name in finds], signature=[SIGNATURE], signer="陈某")

    for who, finds in (("warden", ()), ("street", ()), ("gas", ("软管老化",)), ("gas", ())):
        look(who, *finds)
    seal_all()


def told(id, at=NOON, **narrow):
    return figure(id, actor=SYSTEM, at=at, narrow=narrow).value


def split(id, by, at=NOON):
    return {c.word: v for c, v in spreads.by_dimension(INDICATORS[id], period_of(at=at), None, by)}


def test_checks_are_counted_for_the_department_that_made_them(checked):
    assert (told("haz-units-checked"), told("haz-units-checked", department="gas_department")) == (4, 2)
    assert split("haz-units-checked", "department") == {"gas_department": 2, OTHERS: 2}, "a warden's and a street's stand by themselves"
    assert told("haz-units-checked", department=OTHERS) == 2
    assert told("haz-found", department="gas_department") == 1


def test_what_is_split_adds_up_to_the_whole_and_each_part_is_asked_for_by_its_word(checked, place, walk):
    matter = uuid4()
    walk("matter", matter, "open", "warden", NOON, what="楼道软管", area=str(place.areas["G111"].uid), place="楼道")
    walk("hazard", uuid4(), "find", "warden", NOON, matter=str(matter), what="楼道软管")
    seal_all()
    assert split("haz-found", "industry") == {"H": 1, OTHERS: 1}, "a staircase is of no industry"
    for found in INDICATORS.values():
        for by in found.more if adds_up(found) else ():
            parts = split(found.id, by)
            assert sum(parts.values()) == told(found.id), (found.id, by)
            assert {word: told(found.id, **{by: word}) for word in parts} == parts, (found.id, by)


def test_what_hangs_on_a_unit_is_of_the_industry_that_the_unit_had_at_the_instant(checked, place, restaurant):
    before = {id: told(id, industry="H") for id in ("haz-units-checked", "haz-found", "haz-standing", "grd-tasks")}
    assert before == {"haz-units-checked": 4, "haz-found": 1, "haz-standing": 1, "grd-tasks": 1}
    head = head_of_chain()[0]
    given = {name: getattr(restaurant, name) for name in ("name", "place_type", "address")}
    advance(Ref("premises", restaurant.uid), "edit", actor=place.actor("street", at=LATER), at=LATER,
            given={**given, "area": place.areas["G111"].uid, "trade_code": "F5219"})
    seal_all()
    assert {id: told(id, industry="H") for id in before} == before, "as of before the file was changed"
    assert {id: told(id, LATER, industry="F") for id in before} == before
    assert {told(id, LATER, industry="H") for id in before} == {0}
    assert [split(id, "industry", LATER) for id in before] == [{"F": value} for value in before.values()]
    assert figure("haz-found", actor=SYSTEM, at=LATER, head=head, narrow={"industry": "H"}).value == 1, "by the journal of then"


def test_a_unit_is_of_the_industry_of_its_kind_of_place_until_its_file_says_another(checked, place):
    for trade, name in (("", "甲"), ("J6620", "乙"), ("无", "丙")):
        open_one("premises", "create", {"name": name, "place_type": "hotel", "address": f"{name}路1号", "trade_code": trade,
                                        "area": place.areas["G111"].uid}, actor=place.actor("street"), at=NOON)
    made = {p.id: p.name for p in Premises.objects.filter(place_type="hotel")}
    kept = Mark.objects.filter(kind="premises", case_id__in=made).values_list("case_id", "facet")
    assert {made[id]: facet for id, facet in kept} == {"甲": "H.hotel", "乙": "J.hotel", "丙": "H.hotel"}


def test_a_dimension_that_is_not_declared_is_refused_in_a_sentence(checked, sign_in):
    sentence = "“网格员上报问题隐患”不能按部门看，只能按区域、时段看"
    with pytest.raises(Refused, match=sentence):
        told("grd-events", department="gas_department")
    for id, narrow in (("haz-found", {"industry": "Z"}), ("haz-found", {"department": "nobody"})):
        with pytest.raises(Absent):
            told(id, **narrow)
    browser = sign_in("emergency")
    page = browser.get("/desk/figures/grd-events/?department=gas_department")
    assert (page.status_code, sentence in text_of(page)) == (422, True)
    answer = browser.get("/api/v1/indicators/grd-events?department=gas_department")
    assert (answer.status_code, sentence in answer.content.decode()) == (422, True)
    assert browser.get(CHECKS + "?industry=Z").status_code == 404
    assert browser.get("/desk/figures/grd-events/by/department/").status_code == 404


def test_the_page_narrows_splits_and_exports(checked, sign_in):
    browser = sign_in("emergency")
    page = browser.get(f"{CHECKS}?department=gas_department&industry=H").content.decode()
    assert '<option value="gas_department" selected>' in page and '<option value="H" selected>' in page
    lines = b"".join(browser.get(f"{CHECKS}export.csv?department=gas_department").streaming_content).splitlines()
    assert len(lines) == 1 + 2, "a head, and the rows of the two checks"
    by = browser.get(f"{CHECKS}by/industry/")
    assert "住宿和餐饮业" in text_of(by) and "?industry=H" in by.content.decode()
    rows = b"".join(browser.get(f"{CHECKS}by/department/export.csv").streaming_content).decode("utf-8-sig").splitlines()
    assert [line.split(",")[0::2][:2] for line in rows[1:]] == [
        ["gas_department", "2"], [OTHERS, "2"]]


def test_the_catalogue_and_the_api_say_what_is_declared(checked, sign_in):
    browser = sign_in("emergency")
    assert "完成日 区域、时段、部门、行业" in text_of(browser.get("/desk/figures/?q=排查企业家次"))
    listed = {i["id"]: i for i in browser.get("/api/v1/indicators").json()["indicators"]}
    assert set(INDICATORS) == set(listed)
    assert (listed["haz-found"]["belongs"], listed["haz-found"]["dims"]) == ("发现日", ["area", "period", "department", "industry"])
    one = browser.get("/api/v1/indicators/haz-units-checked?industry=H").json()
    assert (one["value"], one["unit"], one["rows"]) == (4, "家次", "/desk/figures/haz-units-checked/?industry=H")
