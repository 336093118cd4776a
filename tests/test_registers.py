"""Every register of the house keeps the contract: the district's own street keeps it, another sees nothing of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from anlan.calls.models import Attendance, Call
from anlan.hazards.models import Hazard, Listing, Proposal
from anlan.indicators.models import SavedQuestion, Subscription
from anlan.kernel import instance, rulebook
from anlan.kernel.actors import SYSTEM
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.models import Area
from anlan.matters.models import Matter, Unsealing
from anlan.onemap.models import Sketch
from anlan.patrols.models import Round, SelfInspection, Visit
from anlan.people.models import Appointment, Delegation, Entrustment, Licence, Organisation, Person, Post
from anlan.people.testing import NOON, District, small_district
from anlan.places.actions import open_one
from anlan.premises.models import FileChange, Premises, RiskPoint, SpecialObject, UnitRecord
from anlan.reports.models import Commitment, Report, ReportTemplate
from anlan.returns.models import Contradiction, MonthlyReturn
from anlan.toolkit.registers import REGISTERS
from anlan.toolkit.registers.contract import RegisterContract
from anlan.toolkit.registers.views import create_label

SHA = "a" * 64
DAY = timedelta(days=1)
ROOT = Path(__file__).resolve().parent.parent
AGO = NOON - 30 * DAY


@pytest.fixture
def place(handbook_stands: None, db: Any, settings: Any, tmp_path: Any) -> District:
    settings.ANLAN_HOME = tmp_path
    rulebook.forget()
    instance.forget()
    return small_district()


class House(RegisterContract):
    """Two of the cast, one on the ground of the rows and one who is not, and how a row comes to be."""

    keeper, stranger = "street", "street2"

    @pytest.fixture
    def within(self, place: District) -> Any:
        return place.actor(self.keeper)

    @pytest.fixture
    def outside(self, place: District) -> Any:
        return place.actor(self.stranger)

    @pytest.fixture
    def make(self, place: District) -> Callable[..., Any]:
        numbers = count(1)
        return lambda **more: self.one(place, next(numbers), more)

    def one(self, place: District, n: int, more: dict[str, Any]) -> Any:
        raise NotImplementedError


def opened(model: Any, kind: str, move: str, given: dict[str, Any], actor: Any = SYSTEM, at: Any = AGO) -> Any:
    return model.objects.get(uid=open_one(kind, move, given, actor=actor, at=at))


def unit(place: District, n: int = 0, **more: Any) -> Premises:
    given = {"name": f"百瑞景小馆{n}", "place_type": ("restaurant", "hotel")[n % 2], "address": f"中南路{n}号",
             "area": place.areas["G111"].uid, "owner": place.houses["restaurant"].uid, "legal_person": f"陈{n}",
             "legal_phone": f"138001380{n:02}", "licence_from": "2019-05-06"}
    return opened(Premises, "premises", "create", given | more, place.actor("street", at=AGO))


def visit(place: District, n: int, finds: list[dict[str, Any]], **more: Any) -> Visit:
    uid = uuid4()
    advance(Ref("visit", uid), "drop_in", actor=place.actor("warden"), at=NOON, given={
        "premises": str(unit(place, n).uid), "result": "hazards" if finds else "normal", "finds": finds,
        "signature": [SHA], "signer": "陈某", **more})
    return Visit.objects.get(uid=uid)


def find(n: int, **more: Any) -> dict[str, Any]:
    return {"uid": str(uuid4()), "matter": str(uuid4()), "item": "", "what": f"后厨地面湿滑{n}", "days": n % 3 + 2,
            "level": "general", "before": [SHA], **more}


def hazard(place: District, n: int, **more: Any) -> Hazard:
    found = find(n, **more)
    visit(place, n, [found])
    return Hazard.objects.get(uid=found["uid"])


class TestAreas(House):
    slug = "areas"

    def one(self, place, n, more):
        return opened(Area, "area", "create", {
            "code": f"X{n:03}", "name": f"新网格{n}", "level": "3", "parent": place.areas["C11"].uid,
            "valid_from": date(2021, 1, n % 3 + 1), **more})


class TestOrganisations(House):
    slug, keeper = "organisations", "sysadmin"

    def one(self, place, n, more):
        return opened(Organisation, "organisation", "create", {
            "code": f"unit-{n}", "name": f"老陈饭店{n}", "sort": "unit_owner", "area": place.areas["G111"].uid,
            "valid_from": date(2020, 1, 1), "phone": "027-88880000", **more})


class TestPosts(House):
    slug, keeper, stranger, formula_input = "posts", "sysadmin", "unit2", "title"

    def one(self, place, n, more):
        return opened(Post, "post", "create", {
            "title": f"协管员{n}", "organisation": place.houses["street1_office"].uid, "area": place.areas["S1"].uid,
            "roles": ["street"], "valid_from": date(2020, 1, 1), **more})


def person(place: District, n: int, **more: Any) -> Person:
    held = TestPosts().one(place, n, {})
    made = opened(Person, "person", "register", {"name": f"王敏{n}", "phone": f"139001380{n:02}", **more})
    open_one("appointment", "appoint", {"person": made.uid, "post": held.uid, "since": date(2020, 2, n % 3 + 1)},
             actor=SYSTEM, at=AGO)
    return made


class TestPeople(House):
    slug, keeper = "people", "sysadmin"

    def one(self, place, n, more):
        return person(place, n, **more)


class TestAppointments(House):
    slug, keeper, formula_input = "appointments", "sysadmin", ""

    def one(self, place, n, more):
        return Appointment.objects.get(person=person(place, n))


class TestLicences(House):
    slug, keeper, formula_input = "licences", "secadmin", "issuer"

    def one(self, place, n, more):
        return opened(Licence, "licence", "grant", {
            "person": person(place, n).uid, "sort": ("gas", "enforcement")[n % 2], "number": f"演示{n:04}",
            "issuer": "区城管局", "since": date(2021, 1, n % 3 + 1), "until": date(2023, 1, n % 3 + 1), **more})


class TestDelegations(House):
    slug, keeper, formula_input = "delegations", "street", "reason"

    def one(self, place, n, more):
        since = date(2021, 7, 1) + n * 2 * DAY
        return opened(Delegation, "delegation", "delegate", {
            "from_post": place.posts["street"].uid, "to_person": place.people["reviewer"].uid, "reason": "学习",
            "since": since, "until": since + DAY, **more}, at=NOON)


class TestEntrustments(House):
    slug, keeper, stranger, formula_input = "entrustments", "emergency", "unit", "scope"

    def one(self, place, n, more):
        return opened(Entrustment, "entrustment", "entrust", {
            "department": place.houses["gas_department"].uid, "street_office": place.houses["street1_office"].uid,
            "number": f"城管委〔2021〕{n}号", "scope": "燃气安全检查", "scan": SHA, "since": date(2021, 1, n % 3 + 1),
            "until": date(2021, 12, 31), **more})


class TestPremises(House):
    slug = "premises"

    def one(self, place, n, more):
        return unit(place, n, **more)


class TestSpecialObjects(House):
    slug = "special-objects"

    def one(self, place, n, more):
        return opened(SpecialObject, "special_object", "create", {
            "sort": ("elevator", "gas_pipe")[n % 2], "name": f"宝通寺电梯{n}", "area": place.areas["G111"].uid,
            "keeper": "百瑞景物业", "check_due_on": date(2021, 8, n % 3 + 1), **more})


class TestRiskPoints(House):
    slug = "risk-points"

    def one(self, place, n, more):
        return opened(RiskPoint, "risk_point", "create", {
            "premises": unit(place, n).uid, "name": f"后厨用气{n}", "method": "ls", "likelihood": str(n % 3 + 1),
            "consequence": "4", **more})


class TestMatters(House):
    slug, formula_input = "matters", "what"

    def one(self, place, n, more):
        return opened(Matter, "matter", "open", {
            "what": f"楼道堆放杂物{n}", "area": place.areas["G111"].uid, "reporter_name": f"居民{n}",
            "reporter_phone": f"137001380{n:02}", **more}, place.actor("warden"), NOON)


class TestSelfInspections(House):
    slug, formula_input = "self-inspections", ""

    def one(self, place, n, more):
        return opened(SelfInspection, "self_inspection", "record", {
            "premises": unit(place, n).uid, "inspector_name": f"陈{n}", "answers": {}, "problems": [{"item": "", "what": f"堆物{n}"}],
            **more}, place.actor("unit"), NOON)


class TestFileChanges(House):
    slug, formula_input = "file-changes", "why"

    def one(self, place, n, more):
        return opened(FileChange, "file_change", "propose", {"premises": unit(place, n).uid, "safety_manager": f"安{n}", "why": f"换人{n}",
                                                             **more}, place.actor("unit"), NOON)


class TestUnitRecords(House):
    slug, formula_input = "unit-records", "what"

    def one(self, place, n, more):
        return opened(UnitRecord, "unit_record", "note", {
            "premises": unit(place, n).uid, "sort": "duty", "what": f"灶台{n}", "people": f"师傅{n}", "on_day": date(2021, 5, n % 28 + 1),
            **more}, place.actor("unit"), NOON)


class TestUnsealings(House):
    slug, formula_input = "unsealings", "reason"

    def one(self, place, n, more):
        matter = opened(Matter, "matter", "open", {"what": f"井盖松动{n}", "area": place.areas["G111"].uid, "reporter_name": "某人"},
                        place.actor("community"), NOON)
        return opened(Unsealing, "unsealing", "ask", {"matter": matter.uid, "reason": f"需到场指认{n}", **more},
                      place.actor("street"), NOON)


class TestHazards(House):
    slug, formula_input = "hazards", "what"

    def one(self, place, n, more):
        return hazard(place, n, **more)


class TestProposals(House):
    slug, formula_input = "proposals", ""

    def one(self, place, n, more):
        asked = hazard(place, n)
        advance(Ref("hazard", asked.uid), "ask_extension", actor=place.actor("unit"), at=NOON,
                given={"reason": f"清洗公司排期{n}", "days": 3})
        return Proposal.objects.get(hazard=asked)


class TestVisits(House):
    slug, formula_input = "visits", "signer"

    def one(self, place, n, more):
        return visit(place, n, [find(n)] if n % 2 else [], **more)


class TestRounds(House):
    slug, formula_input = "rounds", ""

    def one(self, place, n, more):
        from anlan.patrols.rounds import plan_rounds  # noqa: PLC0415

        unit(place, n)
        day = NOON.date() + n * 40 * DAY
        (receipt,) = plan_rounds([place.posts["warden"]], day, actor=place.actor("community"), at=NOON)
        assert receipt.state == "open", receipt
        return Round.objects.get(day=day, post_id=place.posts["warden"].id)


class TestListings(House):
    slug, formula_input = "listings", ""

    def one(self, place, n, more):
        held = hazard(place, n, item="CY02", control="remove", level="major")
        advance(Ref("hazard", held.uid), "confirm", actor=place.actor("street"), at=NOON)
        advance(Ref("hazard", held.uid), "ask_listing", actor=place.actor("emergency"), at=NOON, given={
            "reason": "临街餐馆，人员密集", "level": "district", "batch": n % 3 + 1, "days": 90})
        return Listing.objects.get(hazard=held)


def ring(place: District, n: int, **more: Any) -> Call:
    """The warden calls the community about a matter, with the street office beside it."""
    matter, uid = TestMatters().one(place, n, {}), uuid4()
    advance(Ref("call", uid), "ring", actor=place.actor("warden"), at=NOON, given={
        "matter": str(matter.uid), "goal": f"楼道请清理{n}", "priority": "P3", "reason": "force", "tried": "劝导无效",
        "assistants": [str(place.houses["street1_office"].uid)], **more})
    return Call.objects.get(uid=uid)


class TestCalls(House):
    slug, formula_input = "calls", "goal"

    def one(self, place, n, more):
        return ring(place, n, **more)


class TestAttendances(House):
    slug, formula_input = "attendances", ""

    def one(self, place, n, more):
        return Attendance.objects.get(call=ring(place, n))


class TestReportTemplates(House):
    slug = "report-templates"

    def one(self, place, n, more):
        return opened(ReportTemplate, "report_template", "create", {
            "sort": "daily", "name": f"东街日报{n}", "text": "# 今日\n发现一般隐患{haz-found 本日}起。", **more},
            place.actor("street"), NOON)


class TestReports(House):
    slug, formula_input = "reports", "title"

    def one(self, place, n, more):
        held = TestReportTemplates().one(place, n, {})
        return opened(Report, "report", "begin", {
            "sort": "daily", "title": f"东街日报{n}", "as_of": NOON.date() - n % 3 * DAY, "template": str(held.uid), **more},
            place.actor("street"), NOON)


class TestCommitments(House):
    slug, formula_input = "commitments", "text"

    def one(self, place, n, more):
        held = TestReports().one(place, n, {})
        return opened(Commitment, "commitment", "promise", {
            "report": str(held.uid), "source": "promise", "text": f"排查燃气{n}", "due_on": date(2021, 11, n % 3 + 1),
            "organisation": str(place.houses["street1_office"].uid), **more}, place.actor("street"), NOON)


class TestSavedQuestions(House):
    slug = "saved-questions"

    def one(self, place, n, more):
        return opened(SavedQuestion, "saved_question", "keep", {
            "name": f"东街隐患{n}", "indicator": "haz-found", "period": "本年", "grouping": ("", "area", "month")[n % 3], **more},
            place.actor("street"), NOON)


class TestSubscriptions(House):
    slug, formula_input = "subscriptions", ""

    def one(self, place, n, more):
        held = TestSavedQuestions().one(place, n, {})
        advance(Ref("saved_question", held.uid), "subscribe", actor=place.actor("street"), at=NOON,
                given={"rhythm": ("daily", "weekly", "monthly")[n % 3]})
        return Subscription.objects.get(question=held)


class TestSketches(House):
    slug = "sketches"

    def one(self, place, n, more):
        lon, lat = place.point("G111")
        return opened(Sketch, "sketch", "draw", {
            "name": f"警戒区{n}", "shared": True, "geometry": {"type": "Point", "coordinates": [lon, lat]}, **more},
            place.actor("street"), NOON)


class TestMonthlyReturns(House):
    slug, keeper, formula_input = "monthly-returns", "emergency", ""

    def one(self, place, n, more):
        house = place.houses[("gas_department", "emergency_bureau")[n % 2]]
        year, month = divmod(2021 * 12 + 5 - (n + 1) // 2, 12)
        return opened(MonthlyReturn, "monthly_return", "ask", {
            "organisation": str(house.uid), "month": date(year, month + 1, 1), **more}, place.actor("emergency"), NOON)


class TestContradictions(House):
    slug, keeper, formula_input = "contradictions", "gas", ""

    def one(self, place, n, more):
        house = place.houses["gas_department"]
        return opened(Contradiction, "contradiction", "name", {
            "subject_kind": "monthly_return", "subject_uid": str(uuid4()), "subject": str(house), "link": "/desk/monthly-returns/",
            "area_id": house.area_id, "organisation_id": house.id, "sort": ("rate", "rows")[n % 2], "item": "rate",
            "sentence": f"整改率写作9{n}%，可整改一般隐患3除以排查一般隐患4是75%", "said": f"9{n}", "found": "75", "unit": "%",
            **more}, SYSTEM, NOON)


def test_no_register_is_without_its_contract():
    """Here, or in a test of its own app; by the contract itself, or by one that stands upon it."""
    files = [*ROOT.glob("tests/test_*.py"), *ROOT.glob("src/anlan/**/tests/*.py")]
    texts = [file.read_text(encoding="utf-8") for file in files]
    upon = {name for text in texts for name in re.findall(r"^class (\w+)\(RegisterContract\)", text, re.M)}
    under = re.compile(rf"^class Test\w+\(.*\b(?:RegisterContract|{'|'.join(sorted(upon))})\b", re.M)
    kept = {slug for text in texts if under.search(text)
            for slug in re.findall(r'^    slug(?:, \w+)* = "([a-z-]+)"', text, re.M)}
    assert set(REGISTERS) - kept == set()


def test_no_button_says_twice_what_it_makes():
    labels = [create_label(r, r.move_to_create) for r in REGISTERS.values() if r.move_to_create and r.move_to_create.form]
    twice = [label for label in labels if any(label.count(label[n:n + 2]) > 1 for n in range(len(label) - 1))]
    assert (twice, "登记单位" in labels) == ([], True)
