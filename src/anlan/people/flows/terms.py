"""Moves on appointments, licences, delegations and entrustments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from anlan.kernel import changes as c
from anlan.kernel.flows import NEW, Cell, Fact, Flow, Move, register
from anlan.places.named import id_of, named, named_many

from .. import forms, rules
from ..models import Appointment, Delegation, Entrustment, Licence, Organisation, Person, Post


class TermState(TextChoices):
    ACTIVE = "active", _("有效")
    ENDED = "ended", _("已结束")


ACTIVE, ENDED = TermState.ACTIVE, TermState.ENDED


def nowhere(case: Any) -> Cell:
    return Cell(None, 0)


def end(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> Iterator[c.Change]:
    yield c.Set(until=given.until)


def roles_elsewhere(subjects: list[Any]) -> list[list[str]]:
    """Roles of the posts that the named person holds already and will hold when the new term begins."""
    wanted = {s.given.person for s in subjects} - {None}
    rows = Appointment.objects.filter(person__uid__in=wanted) if wanted else Appointment.objects.none()
    found: dict[Any, list[tuple[Any, list[str]]]] = defaultdict(list)
    for uid, until, roles in rows.values_list("person__uid", "until", "post__roles"):
        found[uid].append((until, roles))
    return [[r for until, roles in found.get(s.given.person, ()) if until is None or until >= s.given.since
             for r in roles] for s in subjects]


def appoint(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> Iterator[c.Change]:
    yield c.Set(person_id=facts.person.id, post_id=facts.post.id, since=given.since, until=given.until)


APPOINTMENT = register(Flow(
    kind="appointment", label=_("任职"), model=Appointment, states=TermState, final=(ENDED,), cell=nowhere,
    link="/desk/appointments/{uid}/",
    load={"person": named(Person, "person"), "post": named(Post, "post"), "roles_elsewhere": Fact(roles_elsewhere)},
    moves=(
        Move("appoint", _("安排"), NEW, ACTIVE, by=rules.may_edit_accounts, says=_("{who}安排任职，自{since}起"),
             form=forms.AppointForm, needs=(rules.appointment_fits,), does=(appoint,)),
        Move("end", _("离任"), (ACTIVE,), ENDED, by=rules.may_edit_accounts, says=_("{who}结束任职，最后一天{until}"),
             form=forms.EndTermForm, needs=(rules.ends_after_it_begins,), does=(end,)),
    ),
))


def numbers_taken(subjects: list[Any]) -> list[bool]:
    wanted = {s.given.number for s in subjects} - {None}
    rows = Licence.objects.filter(number__in=wanted, state="active").exclude(uid__in=[s.case.uid for s in subjects])
    held = set(rows.values_list("sort", "number")) if wanted else set()
    return [(s.given.sort, s.given.number) in held for s in subjects]


def grant(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> Iterator[c.Change]:
    yield c.Set(person_id=facts.person.id, sort=given.sort, number=given.number, issuer=given.issuer,
                since=given.since, until=given.until)


LICENCE = register(Flow(
    kind="licence", label=_("资格证"), model=Licence, states=TermState, final=(ENDED,), cell=nowhere,
    link="/desk/licences/{uid}/",
    load={"person": named(Person, "person"), "number_taken": Fact(numbers_taken)},
    moves=(
        Move("grant", _("登记"), NEW, ACTIVE, by=rules.may_edit_licences,
             says=_("{who}登记资格证{number}，有效期至{until}"), form=forms.LicenceForm,
             needs=(rules.person_is_known, rules.licence_is_new), does=(grant,)),
        Move("revoke", _("注销"), (ACTIVE,), ENDED, by=rules.may_edit_licences, says=_("{who}注销资格证，最后一天{until}"),
             form=forms.EndTermForm, needs=(rules.ends_after_it_begins,), does=(end,)),
    ),
))


def delegate(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> Iterator[c.Change]:
    yield c.Set(from_post_id=facts.posts["from_post"].id, to_post_id=id_of(facts.posts["to_post"]),
                to_person_id=id_of(facts.to_person), since=given.since, until=given.until, reason=given.reason)


DELEGATION = register(Flow(
    kind="delegation", label=_("代理"), model=Delegation, states=TermState, final=(ENDED,), cell=nowhere,
    link="/desk/delegations/{uid}/",
    load={"posts": named_many(Post, "from_post", "to_post"), "to_person": named(Person, "to_person")},
    moves=(
        Move("delegate", _("安排"), NEW, ACTIVE, by=rules.may_delegate, says=_("{who}安排代理，自{since}起：{reason}"),
             form=forms.DelegationForm, needs=(rules.delegation_fits,), does=(delegate,)),
        Move("end", _("结束代理"), (ACTIVE,), ENDED, by=rules.may_delegate, says=_("{who}结束代理，最后一天{until}"),
             form=forms.EndTermForm, needs=(rules.ends_after_it_begins,), does=(end,)),
    ),
))


def entrust(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> Iterator[c.Change]:
    both = facts.organisations
    yield c.Set(department_id=both["department"].id, street_office_id=both["street_office"].id, number=given.number,
                scope=given.scope, scan=given.scan[0], since=given.since, until=given.until)
    yield c.Attach(given.scan[0], "scan")


ENTRUSTMENT = register(Flow(
    kind="entrustment", label=_("行政执法委托"), model=Entrustment, states=TermState, final=(ENDED,), cell=nowhere,
    link="/desk/entrustments/{uid}/",
    load={"organisations": named_many(Organisation, "department", "street_office")},
    moves=(
        Move("entrust", _("登记"), NEW, ACTIVE, by=rules.may_entrust, says=_("{who}登记执法委托{number}，自{since}起"),
             form=forms.EntrustmentForm, needs=(rules.entrustment_fits,), does=(entrust,)),
        Move("end", _("终止委托"), (ACTIVE,), ENDED, by=rules.may_entrust, says=_("{who}终止委托，最后一天{until}"),
             form=forms.EndTermForm, needs=(rules.ends_after_it_begins,), does=(end,)),
    ),
))
