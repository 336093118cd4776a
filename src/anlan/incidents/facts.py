"""What rules and effects of an incident know besides it: its ground, who answers there, and the two desks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Q
from django.db.models.functions import JSONObject

from anlan.kernel.door import Subject
from anlan.kernel.instance import local_day
from anlan.kernel.rulebook import parameter
from anlan.kernel.spaces import in_exercise
from anlan.matters.facts import grounds
from anlan.people.answerers import answerers_of
from anlan.people.models import Organisation

from .duties import NOBODY, Watch, shift_day, watch_in, with_shifts
from .models import PlanMember, PlanStep, Relay, Rung


class Body(NamedTuple):
    id: int
    name: str


class Where(NamedTuple):
    """area_id None: the place is unknown. bodies: who stands on each rung there; a desk that does not exist is absent.

    watch: who is on shift in these bodies.
    """

    area_id: int | None
    bodies: dict[str, Body]
    watch: Watch = NOBODY

    def body(self, rung: str) -> Body | None:
        return self.bodies.get(rung)

    def rung_of(self, party: int | None) -> str:
        return next((rung for rung, body in self.bodies.items() if body.id == party), "")


def insides(subjects: list[Subject]) -> list[bool]:
    """Whether this is an exercise; asks nothing."""
    return [in_exercise()] * len(subjects)


def wheres(subjects: list[Subject]) -> list[Where]:
    """Three statements for a whole set: the named area, who answers for the ground, and all houses by name and shift."""
    areas = [g.area_id or _fallback(s) for g, s in zip(grounds(subjects), subjects, strict=True)]
    days = [local_day(s.when.at) for s in subjects]
    answerers = answerers_of(list(zip(areas, days, strict=True)))
    codes = parameter("incident.govoffice_codes", days[0])
    ids = {i for a in answerers for i in (a.community_id, a.street_id) if i}
    shift_days = [shift_day(s.when.told_at) for s in subjects]
    rows = with_shifts(Organisation.objects.filter(state="active"), set(shift_days))
    houses = {o.id: o for o in rows.filter(Q(id__in=ids) | Q(code__in=codes) | Q(is_bureau=True) | Q(is_office=True)).order_by("id")}
    desks = _desks(houses, codes, ids)
    held = {day: watch_in(houses.values(), day, {d.id for d in desks.values()}) for day in set(shift_days)}
    return [Where(area, desks | {rung: Body(i, houses[i].name) for rung, i in (
        (Rung.COMMUNITY, a.community_id), (Rung.STREET, a.street_id)) if i in houses}, held[day])
        for area, a, day in zip(areas, answerers, shift_days, strict=True)]


def _fallback(s: Subject) -> int | None:
    """An event without a place stands in the ground of whoever reports it: a first report waits for nothing."""
    return s.case.area_id or s.actor.area_id


def _desks(houses: Mapping[int, Any], codes: list[str], others: set[int]) -> dict[str, Body]:
    """The bureau by its coordinators; the government office by its code, else by the posts of its duty room (总值班室)."""
    free = [h for h in houses.values() if h.id not in others]
    office = [h for h in free if h.code in codes] or [h for h in free if h.is_office and not h.is_bureau]
    bureau = [h for h in free if h.is_bureau and h not in office[:1]]
    return {rung: Body(found[0].id, found[0].name) for rung, found in ((Rung.BUREAU, bureau), (Rung.GOVOFFICE, office)) if found}


def siblings(subjects: list[Subject]) -> list[dict[str, Relay]]:
    """The relays of the same incident by rung, of the chain that runs."""
    ids = {s.case.incident_id for s in subjects} - {None}
    rows = list(Relay.objects.filter(incident_id__in=ids).exclude(state="withdrawn").select_related("incident").order_by("id"))
    return [{r.rung: r for r in rows if r.incident_id == s.case.incident_id} for s in subjects]


def plan_steps(subjects: list[Subject]) -> list[list[PlanStep]]:
    """The tasks of the named plan; members on each: who sits in its command, by house and seat."""
    uids = {s.given.plan for s in subjects if isinstance(s.given.plan, UUID)}
    members = PlanMember.objects.filter(plan=OuterRef("plan"), state="active").order_by("id")
    rows = list(PlanStep.objects.filter(plan__uid__in=uids, state="active", plan__state="active")
                .annotate(members=ArraySubquery(members.values(data=JSONObject(party=F("organisation_id"), seat=F("seat")))))
                .select_related("plan", "organisation").order_by("id"))
    return [[r for r in rows if r.plan.uid == s.given.plan] for s in subjects]
