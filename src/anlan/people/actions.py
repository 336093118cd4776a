"""Verbs on organisations, posts, people and terms: through the door, returning uids."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import transaction

from anlan.kernel.actors import Actor
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance, record
from anlan.kernel.instance import real_time
from anlan.places.actions import open_one

from .models import Credential, Person


def create_organisation(code: str, name: str, sort: str, area: UUID, valid_from: date, *, actor: Actor, at: datetime,
                        uid: UUID | None = None, **more: Any) -> UUID:
    """Create an organisation. more: parent, lead (uids), covers, phone, valid_to."""
    given = {"code": code, "name": name, "sort": sort, "area": area, "valid_from": valid_from, **more}
    return open_one("organisation", "create", given, actor=actor, at=at, uid=uid)


def create_post(title: str, organisation: UUID, roles: Sequence[str], valid_from: date, *, actor: Actor, at: datetime,
                area: UUID | None = None, uid: UUID | None = None, **more: Any) -> UUID:
    """Create a post. more: duty_phone, hours (code of a calendar), deputy (uid), valid_to."""
    given = {"title": title, "organisation": organisation, "roles": list(roles), "area": area,
             "valid_from": valid_from, **more}
    return open_one("post", "create", given, actor=actor, at=at, uid=uid)


def register_person(name: str, *, actor: Actor, at: datetime, login_name: str = "", phone: str = "",
                    language: str = "zh-hans", uid: UUID | None = None) -> UUID:
    """Register a person; one without a login name cannot sign in."""
    given = {"name": name, "login_name": login_name, "phone": phone, "language": language}
    return open_one("person", "register", given, actor=actor, at=at, uid=uid)


def appoint(person: UUID, post: UUID, since: date, until: date | None = None, *, actor: Actor, at: datetime,
            uid: UUID | None = None) -> UUID:
    """Let a person hold a post from a day up to and including another."""
    given = {"person": person, "post": post, "since": since, "until": until}
    return open_one("appointment", "appoint", given, actor=actor, at=at, uid=uid)


def grant_licence(person: UUID, sort: str, number: str, issuer: str, since: date, until: date | None = None, *,
                  actor: Actor, at: datetime, uid: UUID | None = None) -> UUID:
    """Record a certificate with its term."""
    given = {"person": person, "sort": sort, "number": number, "issuer": issuer, "since": since, "until": until}
    return open_one("licence", "grant", given, actor=actor, at=at, uid=uid)


def delegate(from_post: UUID, since: date, until: date | None, reason: str, *, actor: Actor, at: datetime,
             to_post: UUID | None = None, to_person: UUID | None = None, uid: UUID | None = None) -> UUID:
    """Let another post's holder, or a person, use a post's powers while its holder is absent."""
    given = {"from_post": from_post, "to_post": to_post, "to_person": to_person, "since": since, "until": until,
             "reason": reason}
    return open_one("delegation", "delegate", given, actor=actor, at=at, uid=uid)


def entrust(department: UUID, street_office: UUID, number: str, scope: str, scan: str, since: date,
            until: date | None = None, *, actor: Actor, at: datetime, uid: UUID | None = None) -> UUID:
    """A department lets a street office enforce in its name; scan: sha256 of the signed paper."""
    given = {"department": department, "street_office": street_office, "number": number, "scope": scope,
             "scan": scan, "since": since, "until": until}
    return open_one("entrustment", "entrust", given, actor=actor, at=at, uid=uid)


def set_password(person: UUID, password: str, *, actor: Actor, at: datetime, must_change: bool = True) -> None:
    """Store a new password and end every session of the person; the entry says only that it happened."""
    with transaction.atomic():
        advance(Ref("person", person), "end_sessions", actor=actor, at=at)
        row = Person.objects.get(uid=person)
        Credential.objects.update_or_create(person=row, defaults={
            "password": make_password(password), "set_at": real_time(), "must_change": must_change})
        record(row, "password_set", actor=actor, at=at, data={})
