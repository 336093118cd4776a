"""In which posts a person stands on a day, and the actor that follows: one statement."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _

from anlan.kernel.actors import Actor
from anlan.kernel.instance import local_day
from anlan.kernel.models import Revision
from anlan.kernel.refusals import Refusal, Refused
from anlan.places.terms import in_term

from .models import Appointment, Delegation, Entrustment, Licence, Organisation, Person, Sort, committee_no
from .permits import MAY_ORDER, permits_of
from .roles import THREE_ADMINISTRATORS, Role
from .rules import enforcement_faults

POST_FIELDS = {"post_id": "id", "post_uid": "uid", "title": "title", "roles": "roles", "area_id": "area_id",
               "post_from": "valid_from", "post_to": "valid_to", "organisation_id": "organisation_id",
               "organisation": "organisation__name", "sort": "organisation__sort", "house_to": "organisation__valid_to"}
NOBODY, NO_DAY = -1, date.min  # stand in a statement for who and when is asked


@dataclass(frozen=True)
class Holding:
    """A post that a person holds, or uses for another who is absent (`for_another`).

    leads: the numbers of the committees that its organisation leads.
    """

    post_id: int
    post_uid: UUID
    title: str
    organisation_id: int
    organisation: str
    sort: str
    area_id: int | None
    roles: frozenset[str]
    since: date
    until: date | None
    post_from: date
    post_to: date | None
    house_to: date | None
    leads: tuple[int, ...]
    for_another: bool

    def fault(self, on: date) -> str:
        """Why nobody can act in it on that day; empty when it can be done."""
        if self.since > on:
            return _("您在“%(title)s”的任职自%(day)s才开始") % {"title": self.title, "day": self.since}
        if self.until is not None and self.until < on:
            return _("您在“%(title)s”的任职已于%(day)s结束，不能再以这个岗位办理") % {
                "title": self.title, "day": self.until}
        if self.post_from > on or (self.post_to is not None and self.post_to <= on):
            return _("岗位“%(title)s”在%(day)s不在用") % {"title": self.title, "day": on}
        if self.house_to is not None and self.house_to <= on:
            return _("“%(name)s”已于%(day)s停用") % {"name": self.organisation, "day": self.house_to}
        return ""

    @property
    def acting_title(self) -> str:
        return _("%(title)s（代）") % {"title": self.title} if self.for_another else self.title

    @property
    def label(self) -> str:
        return f"{self.organisation} · {self.acting_title}"


@dataclass(frozen=True)
class Standing:
    """A person with every post, own ones first, and what is in force on the day. areas: revision of the area tree."""

    person: Person
    on: date
    holdings: tuple[Holding, ...]
    licences: frozenset[str]
    entrusted_by: Mapping[int, tuple[int, ...]]
    areas: int | None = None

    @property
    def usable(self) -> tuple[Holding, ...]:
        return tuple(h for h in self.holdings if not h.fault(self.on))


def standing_of(person: Person | int, on: date) -> Standing | None:
    """How a person stands on a day; None for nobody. Every request asks: its statement is worded once in a process."""
    sql, params = _worded()
    told: dict[Any, Any] = {NOBODY: person if isinstance(person, int) else person.pk, NO_DAY: on}
    for row in Person.objects.raw(sql, [told.get(p, p) for p in params]):
        for name in ("_held", "_lent", "_entrusted"):
            setattr(row, name, [json.loads(packed) for packed in getattr(row, name)])
        return read_standing(row, on)
    return None


@cache
def _worded() -> tuple[str, tuple[Any, ...]]:
    """The statement that reads NOBODY on NO_DAY."""
    sql, params = with_standing(NO_DAY).filter(pk=NOBODY).query.sql_with_params()
    return sql, tuple(params)


def with_standing(on: date) -> QuerySet[Person]:
    """People with posts, licences and entrustments packed into their row."""
    mine = OuterRef("pk")
    held = Appointment.objects.filter(person=mine).order_by("since", "id")
    lent = Delegation.objects.filter(in_term(on)).filter(
        Q(to_person=mine) | (Q(to_post__appointments__person=mine) & in_term(on, "to_post__appointments__")))
    licences = Licence.objects.filter(in_term(on), person=mine)
    entrusted = Entrustment.objects.filter(in_term(on), street_office__posts__appointments__person=mine).order_by("id")
    return Person.objects.annotate(
        _held=ArraySubquery(held.values(data=_post_data("post__"))),
        _lent=ArraySubquery(lent.order_by("since", "id").values(data=_post_data("from_post__"))),
        _licences=ArraySubquery(licences.values("sort")),
        _areas=Subquery(Revision.objects.filter(name="areas").values("n")[:1]),
        _entrusted=ArraySubquery(entrusted.values(data=JSONObject(
            office=F("street_office_id"), department=F("department_id")))),
    )


def _post_data(prefix: str) -> JSONObject:
    fields = {name: F(prefix + path) for name, path in POST_FIELDS.items()}
    led = Organisation.objects.filter(sort=Sort.COMMITTEE, state="active", lead=OuterRef(f"{prefix}organisation_id"))
    return JSONObject(since=F("since"), until=F("until"), leads=ArraySubquery(led.values("code")), **fields)


def read_standing(row: Any, on: date) -> Standing:
    own = [_holding(d, for_another=False) for d in row._held]
    ids = {h.post_id for h in own}
    lent = {h.post_id: h for h in (_holding(d, for_another=True) for d in row._lent) if h.post_id not in ids}
    entrusted: dict[int, tuple[int, ...]] = {}
    for e in row._entrusted:
        entrusted[e["office"]] = tuple(dict.fromkeys((*entrusted.get(e["office"], ()), e["department"])))
    return Standing(row, on, (*own, *lent.values()), frozenset(row._licences), entrusted, row._areas)


def _holding(data: Mapping[str, Any], *, for_another: bool) -> Holding:
    days = {k: date.fromisoformat(v) if (v := data[k]) else None
            for k in ("since", "until", "post_from", "post_to", "house_to")}
    leads = tuple(sorted(n for code in data["leads"] if (n := committee_no(code)) is not None))
    return Holding(**{**data, **days, "post_uid": UUID(data["post_uid"]), "roles": frozenset(data["roles"]),
                      "leads": leads}, for_another=for_another)


def actor_for(person: Person | int, post_id: int | None, at: datetime, device: int | None = None) -> Actor:
    """The person as an actor in a post held at `at` (None: the first one). Raises Refused with a sentence."""
    standing = standing_of(person, local_day(at))
    if standing is None:
        raise Refused(Refusal((_("没有找到这个人员"),)))
    return actor_of(standing, post_id, device)


def actor_of(standing: Standing, post_id: int | None = None, device: int | None = None) -> Actor:
    """The actor that a standing gives in one of its posts. Raises Refused."""
    person = standing.person
    if not person.is_active:
        raise Refused(Refusal((_("您的账号已停用，请与系统管理员联系"),)))
    if post_id is None and not standing.usable:
        return Actor(name=person.name, person_id=person.id, device_id=device, licences=standing.licences)
    held = standing.usable[0] if post_id is None else _chosen(standing, post_id)
    actor = Actor(
        name=person.name, person_id=person.id, post_id=held.post_id, title=held.acting_title,
        organisation_id=held.organisation_id, roles=held.roles, permits=permits_of(held.roles),
        licences=standing.licences, parties=_parties(held, standing), area_id=held.area_id, device_id=device,
        extra=(("organisation_sort", held.sort), ("organisation", held.organisation),
               ("entrusted_by", standing.entrusted_by.get(held.organisation_id, ())),
               ("for_another", held.for_another), ("leads", held.leads), ("areas", standing.areas)))
    return actor if enforcement_faults(actor) else replace(actor, permits=actor.permits | {MAY_ORDER})


def _chosen(standing: Standing, post_id: int) -> Holding:
    terms = [h for h in standing.holdings if h.post_id == post_id]
    if not terms:
        raise Refused(Refusal((_("您不在这个岗位上"),)))
    for held in terms:
        if not held.fault(standing.on):
            return held
    raise Refused(Refusal((terms[-1].fault(standing.on),)))


def _parties(held: Holding, standing: Standing) -> tuple[int, ...]:
    """The post, its organisation, and whom the person acts for; an administrator of the three, and a member of the
    Congress, does no duty of the house."""
    own = (held.post_id,) if {*THREE_ADMINISTRATORS, Role.MEMBER} & set(held.roles) else (held.post_id, held.organisation_id)
    return _each((*own,
                  *(i for h in standing.usable if h.for_another for i in (h.post_id, h.organisation_id))))


def _each(ids: Sequence[int]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(ids))
