"""The nine registers of incidents keep the contract: the street of the place, or the bureau, against those it does not concern."""

from itertools import count

import pytest

from anlan.incidents.models import (
    ContingencyPlan,
    Crew,
    Incident,
    InfoReport,
    Instruction,
    Judgement,
    Need,
    PlanMember,
    PlanStep,
    Relay,
)
from anlan.kernel.actors import SYSTEM
from anlan.people.testing import NOON
from anlan.places.actions import open_one
from anlan.toolkit.registers.contract import RegisterContract


class OfIncidents(RegisterContract):
    """The street of the place against another street."""

    keeper, stranger, formula_input = "street", "street2", ""

    @pytest.fixture
    def within(self, place):
        return place.actor(self.keeper)

    @pytest.fixture
    def outside(self, place):
        return place.actor(self.stranger)

    @pytest.fixture
    def incident(self, place, office, happen):
        """incident(n, ...) → one in the first grid, reported by its street."""
        return lambda n, **more: happen("street", **{
            "title": f"东街居民楼{n}起火", "area": str(place.areas["G111"].uid), "place": f"中山路{n}号",
            "site_phone": f"138001370{n:02}", **more})

    @pytest.fixture
    def make(self, place, incident, begin):
        numbers = count(1)
        return lambda **more: self.one(place, incident, begin, next(numbers), more)


class TestIncidents(OfIncidents):
    """A live one is open to every post of the district: it is the units that see none."""

    slug, stranger, formula_input = "incidents", "unit", "title"

    def one(self, place, incident, begin, n, more):
        return incident(n, sort=("accident", "health")[n % 2], grade=("", "3", "4")[n % 3], **more)


class TestRelays(OfIncidents):
    """The street and both desks owe a relay each, whence an incident makes three rows."""

    slug = "relays"

    def one(self, place, incident, begin, n, more):
        rung = ("street", "bureau", "govoffice")[(n - 1) % 3]
        return Relay.objects.get(incident=incident(n) if rung == "street" else Incident.objects.latest("id"), rung=rung)


class TestInfoReports(OfIncidents):
    slug = "info-reports"

    def one(self, place, incident, begin, n, more):
        return begin(InfoReport, "draft", "street", incident=str(incident(n).uid), sort="first", **more)


class TestJudgements(OfIncidents):
    slug, formula_input = "judgements", "facts"

    def one(self, place, incident, begin, n, more):
        return begin(Judgement, "record", "emergency", incident=str(incident(n).uid), **{
            "people": "卫华、蒋军", "facts": f"火势向{n}楼蔓延", "decision": ("respond", "watch")[n % 2], "level": ("3", "")[n % 2],
            **more})


class TestInstructions(OfIncidents):
    slug, formula_input = "instructions", "what"

    def one(self, place, incident, begin, n, more):
        house = ("gas_department", "street1_office")[n % 2]
        return begin(Instruction, "issue", "emergency", incident=str(incident(n).uid), organisation=str(place.houses[house].uid), **{
            "what": f"关闭中山路{n}号燃气阀门", "minutes": 20 + n, **more})


class TestCrews(OfIncidents):
    """Joint action: any post on duty sees who is inside, and a unit only a team that it leads."""

    slug, stranger, formula_input = "crews", "unit", "name"

    def one(self, place, incident, begin, n, more):
        return begin(Crew, "enter", "emergency", incident=str(incident(n).uid), **{"name": f"抢修班{n}", "people": 3 + n, **more})


class TestNeeds(OfIncidents):
    slug, stranger, formula_input = "needs", "unit", "what"

    def one(self, place, incident, begin, n, more):
        return begin(Need, "raise", "street", incident=str(incident(n).uid), **{
            "what": f"排水泵{n}", "amount": n, "measure": ("machine", "piece")[n % 2], **more})


def plan(place, n, **more):
    return ContingencyPlan.objects.get(uid=open_one("contingency_plan", "create", {
        "code": f"YA-{n:02}", "name": f"火灾事故应急预案{n}", "sort": ("accident", "natural")[n % 2], "edition": "2021版",
        "area": place.areas["D"].uid, "owner": place.houses["emergency_bureau"].uid, "phones": f"值班室 889360{n:02}", **more},
        actor=SYSTEM, at=NOON))


class TestContingencyPlans(OfIncidents):
    slug, keeper, stranger, formula_input = "contingency-plans", "emergency", "unit", "name"

    def one(self, place, incident, begin, n, more):
        return plan(place, n, **more)


class TestPlanSteps(OfIncidents):
    slug, keeper, stranger, formula_input = "plan-steps", "emergency", "unit", "what"

    def one(self, place, incident, begin, n, more):
        return PlanStep.objects.get(uid=open_one("plan_step", "create", {
            "plan": plan(place, n).uid, "level": "234"[n % 3], "organisation": place.houses["gas_department"].uid,
            "what": f"关阀断气{n}", "minutes": 20 + n, "area": place.areas["D"].uid, **more}, actor=SYSTEM, at=NOON))


class TestPlanMembers(OfIncidents):
    slug, keeper, stranger, formula_input = "plan-members", "emergency", "unit", "duty"

    def one(self, place, incident, begin, n, more):
        return PlanMember.objects.get(uid=open_one("plan_member", "create", {
            "plan": plan(place, n).uid, "organisation": place.houses["gas_department"].uid, "seat": ("head", "member")[n % 2],
            "duty": f"燃气供应保障{n}", "area": place.areas["D"].uid, **more}, actor=SYSTEM, at=NOON))
