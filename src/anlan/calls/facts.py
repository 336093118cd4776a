"""What rules and effects of a call know besides the call. Four statements for a whole set, each only where it is read."""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, Count, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Cast, JSONObject

from anlan.hazards.models import Hazard
from anlan.kernel.door import Subject
from anlan.kernel.models import Area
from anlan.matters.models import Matter
from anlan.people.models import Organisation, Post, Sort

from .models import Attendance, Call
from .routing import Body, Seat, Ways

RINGS = ("emergency", "leader")
HOUSES = (Sort.COMMUNITY, Sort.STREET_OFFICE, Sort.DEPARTMENT, Sort.COMMITTEE)


class Told(NamedTuple):
    """The matter a call hangs on; hazards: uid → (id, department)."""

    id: int
    uid: UUID
    state: str
    area_id: int
    what: str
    place: str
    opener: str
    hanging: tuple[str, ...]
    reporter_id: int | None
    premises_id: int | None
    department_id: int | None
    committee_no: int | None
    calls: int
    unanswered: bool
    point: tuple[float | None, float | None]
    hazards: dict[str, tuple[int, int | None]]


def matters(subjects: list[Subject]) -> list[Told | None]:
    ids = {s.case.matter_id for s in subjects if s.case.matter_id}
    uids = {s.given.matter for s in subjects if isinstance(s.given.matter, UUID)}
    found_on = Hazard.objects.filter(matter=OuterRef("pk")).order_by("id")
    calls = Call.objects.filter(matter=OuterRef("pk")).order_by().values("matter").annotate(n=Count("pk")).values("n")
    rows = Matter.objects.filter(Q(id__in=ids) | Q(uid__in=uids)).annotate(
        found=ArraySubquery(found_on.values(data=JSONObject(uid=Cast("uid", CharField()), id="id",
                                                            department="department_party"))),
        calls_made=Subquery(calls, output_field=IntegerField())).select_related("premises")
    told = [_told(m) for m in rows]
    by_id, by_uid = {t.id: t for t in told}, {t.uid: t for t in told}
    return [by_id.get(s.case.matter_id) if s.case.matter_id else by_uid.get(s.given.matter) for s in subjects]


def _told(m: Any) -> Told:
    unit = m.premises
    return Told(m.id, m.uid, m.state, m.area_id, m.what, m.place, m.opener, tuple(m.hanging), m.reporter_id, m.premises_id,
                unit.department_party if unit else None, unit.committee_no if unit else None, m.calls_made or 0,
                m.unanswered_since is not None, (m.lon, m.lat),
                {h["uid"]: (h["id"], h["department"]) for h in m.found})


def ways(subjects: list[Subject]) -> list[Ways]:
    """The same for all: every body of the ladder, and the posts that are called or rung. Two statements."""
    bodies = [Body(*row) for row in Organisation.objects.filter(sort__in=HOUSES, state="active").order_by("id").values_list(
        "id", "uid", "code", "name", "sort", "area_id", "lead_id", "valid_from", "valid_to")]
    grids = Area.objects.filter(id__in={s.case.area_id for s in subjects if s.case.area_id})
    told = Matter.objects.filter(uid__in={s.given.matter for s in subjects if isinstance(s.given.matter, UUID)})
    here = Q(area__in=grids.values("id")) | Q(area__in=told.values("area_id"))
    wanted = Q(roles__overlap=list(RINGS)) | Q(hours__isnull=False) | Q(deputy__isnull=False) | (
        Q(roles__contains=["warden"]) & here)
    seats = [Seat(row[0], row[1], row[2], tuple(row[3]), *row[4:]) for row in Post.objects.filter(
        wanted, state="active").order_by("id").values_list(
        "id", "organisation_id", "area_id", "roles", "hours_id", "deputy_id", "valid_from", "valid_to")]
    held = Ways(bodies, seats)
    return [held] * len(subjects)


class Helper(NamedTuple):
    """An assistant of a call who has not left yet. came_with: the merged call that brought it."""

    uid: UUID
    party: int
    why: str
    came_with: UUID | None = None


class Joined(NamedTuple):
    """A call that was merged into another, with the matter that waits for it. others: what else hangs on that."""

    uid: UUID
    from_party: int
    lower: UUID | None
    matter_id: int
    matter: UUID
    live: bool
    hanging: tuple[str, ...]


class Lead(NamedTuple):
    """The call that another is, or is to be, merged into."""

    call: Any
    team: tuple[Helper, ...]


class Circle(NamedTuple):
    """Who and what else a call carries: its assistants, the calls merged into it, and the one it goes into itself."""

    team: list[Helper]
    joined: list[Joined]
    lead: Lead | None


def circles(subjects: list[Subject]) -> list[Circle]:
    """All of it in one statement."""
    ids = {s.case.id for s in subjects}
    uids = {s.case.uid for s in subjects}
    leads = {u for s in subjects if isinstance(u := s.given.lead or s.case.merged_into, UUID)}
    helpers = Attendance.objects.filter(call=OuterRef("pk"), state__in=("summoned", "signed", "present")).order_by("id")
    rows = list(Call.objects.filter(Q(id__in=ids) | Q(uid__in=leads) | Q(merged_into__in=uids, state="merged"))
                .select_related("matter").order_by("id").annotate(helpers=ArraySubquery(helpers.values(data=JSONObject(
                    uid=Cast("uid", CharField()), party="party", why="why", came_with=Cast("came_with", CharField()))))))
    return [_circle(s, rows) for s in subjects]


def _circle(s: Subject, rows: list[Any]) -> Circle:
    wanted = s.given.lead or s.case.merged_into
    own = next((r for r in rows if r.id == s.case.id), None)
    lead = next((r for r in rows if wanted and r.uid == wanted), None)
    return Circle(_team(own) if own else [], [_joined(r) for r in rows if r.merged_into == s.case.uid and r.state == "merged"],
                  lead and Lead(lead, tuple(_team(lead))))


def _team(call: Any) -> list[Helper]:
    return [Helper(UUID(h["uid"]), h["party"], h["why"], UUID(h["came_with"]) if h["came_with"] else None) for h in call.helpers]


def _joined(call: Any) -> Joined:
    m = call.matter
    return Joined(call.uid, call.from_party, call.lower, m.id, m.uid, m.state in ("open", "answered"), tuple(m.hanging))
