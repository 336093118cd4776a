"""Registers of organisations, posts, people and their terms."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from anlan.toolkit.registers import Col, Facts, Files, Linked, Panel, Register, Trail

from .administration import account_lines
from .flows.organisations import ORGANISATION
from .flows.persons import PERSON
from .flows.posts import POST
from .flows.terms import APPOINTMENT, DELEGATION, ENTRUSTMENT, LICENCE
from .models import Appointment, Delegation, Entrustment, Licence, Organisation, Person, Post
from .roles import LICENCE_SORTS
from .selectors import (
    appointments_seen,
    delegations_seen,
    entrustments_seen,
    licences_seen,
    organisations_seen,
    people_seen,
    posts_seen,
)

USE = {"active": "working", "retired": "stopped"}
TERM = {"active": "working", "ended": "stopped"}


class Organisations(Register):
    kind, slug, model, label, flow = "organisation", "organisations", Organisation, _("机构"), ORGANISATION
    small, key, called_by, tones = True, ("code",), ("code", "name"), USE
    seen_by = organisations_seen
    default_state = "active"
    cols = (
        Col("name", search=True, link=True), Col("code", search=True, show=False), Col("sort", filter="exact"),
        Col("parent"), Col("lead", show=False), Col("area", filter="within"), Col("phone"),
        Col("chair", show=False), Col("covers", show=False), Col("valid_from", show=False),
        Col("valid_to", show=False), Col("state", badge="state", edit=False),
    )
    panels = (Facts(), Linked("posts", "organisation", _("岗位")), Trail())


class Posts(Register):
    kind, slug, model, label, flow = "post", "posts", Post, _("岗位"), POST
    small, tones, importable = True, USE, True
    seen_by = posts_seen
    default_state = "active"
    cols = (
        Col("title", search=True, link=True), Col("organisation", filter="exact"), Col("area", filter="within"),
        Col("holders", label=_("现任"), read=lambda post: getattr(post, "holders", [])), Col("roles"), Col("duty_phone"),
        Col("hours", show=False), Col("deputy", show=False),
        Col("valid_from", show=False), Col("valid_to", show=False), Col("state", badge="state", edit=False),
    )
    panels = (Facts(), Linked("appointments", "post", _("任职")), Linked("delegations", "from_post", _("代理")), Trail())

    @staticmethod
    def title(case: Any) -> str:
        return f"{case.organisation} {case.title}"


class People(Register):
    kind, slug, model, label, flow = "person", "people", Person, _("人员"), PERSON
    create, small, called_by = "register", True, ("name",)
    tones = {"active": "working", "disabled": "stopped"}
    seen_by = people_seen
    default_state = "active"
    cols = (
        Col("name", search=True, link=True),
        Col("held", label=_("岗位"), read=lambda person: getattr(person, "held", [])), Col("login_name"),
        Col("phone", private="people.see_phones"),
        Col("language", show=False, choices=(("zh-hans", "简体中文"), ("en", "English"))),
        Col("state", badge="state", edit=False),
    )
    panels = (Facts(), Panel(_("账号"), account_lines), Linked("appointments", "person", _("任职")),
              Linked("licences", "person", _("资格证")), Trail())


class Appointments(Register):
    kind, slug, model, label, flow = "appointment", "appointments", Appointment, _("任职"), APPOINTMENT
    create, edit, small, tones = "appoint", "", True, TERM
    seen_by = appointments_seen
    default_state = "active"
    cols = (Col("person", link=True, filter="exact"), Col("post", filter="exact"), Col("since", filter="range"),
            Col("until", filter="range"), Col("state", badge="state", edit=False))


class Licences(Register):
    kind, slug, model, label, flow = "licence", "licences", Licence, _("资格证"), LICENCE
    create, edit, small, tones, key = "grant", "", True, TERM, ("number",)
    seen_by = licences_seen
    default_state = "active"
    cols = (Col("number", search=True, link=True), Col("person", filter="exact"),
            Col("sort", filter="exact", choices=LICENCE_SORTS), Col("issuer"), Col("since", filter="range"),
            Col("until", filter="range"), Col("state", badge="state", edit=False))


class Delegations(Register):
    kind, slug, model, label, flow = "delegation", "delegations", Delegation, _("代理"), DELEGATION
    create, edit, small, importable, tones = "delegate", "", True, False, TERM
    seen_by = delegations_seen
    default_state = "active"
    cols = (Col("from_post", link=True, filter="exact"), Col("to_post"), Col("to_person"), Col("reason"),
            Col("since", filter="range"), Col("until", filter="range"), Col("state", badge="state", edit=False))


class Entrustments(Register):
    kind, slug, model, label, flow = "entrustment", "entrustments", Entrustment, _("行政执法委托"), ENTRUSTMENT
    create, edit, small, importable, tones = "entrust", "", True, False, TERM
    seen_by = entrustments_seen
    default_state = "active"
    cols = (Col("number", search=True, link=True), Col("department", filter="exact"),
            Col("street_office", filter="exact"), Col("scope"), Col("since", filter="range"),
            Col("until", filter="range"), Col("state", badge="state", edit=False))
    panels = (Facts(), Files(), Trail())
