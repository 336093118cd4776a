"""Signing in: one answer for every wrong try, known name or not; locked after some; every try journalled.

Duties follow the instance clock; everything here that waits (locks, sessions) follows real time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import NAMESPACE_OID, uuid5

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.utils.translation import gettext as _

from anlan.kernel.actors import SYSTEM, Actor
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance, record
from anlan.kernel.instance import local_day
from anlan.kernel.refusals import Refusal
from anlan.places.defaults import rule_value

from . import strikes
from .forms import LOGIN_NAME
from .models import Credential, Entrance, Person
from .standing import Standing, standing_of

UNKNOWN = Actor(name="访客")
ENTRANCE = uuid5(NAMESPACE_OID, "anlan.entrance")


@dataclass(frozen=True)
class Admission:
    """A person let in. must_change: the password has to be replaced before anything else."""

    standing: Standing
    must_change: bool
    idle: timedelta
    longest: timedelta


def sign_in(login_name: str, password: str, *, at: datetime, now: datetime) -> Admission | Refusal:
    """Judge a name and a password. at: the instance clock; now: real time."""
    on, key = local_day(at), strikes.key_of(login_name)
    left = strikes.locked_for(key, now)
    person = _person(login_name.strip().lower())
    right = _password_fits(person, password)
    if left is not None:
        return Refusal((strikes.locked_sentence(left),))
    if person is None or not person.is_active or not right:
        return _strike(key, person, on, at, now)
    return _admit(person, key, at, now)


def _person(login_name: str) -> Person | None:
    """Whatever was typed; what cannot be a name finds nobody."""
    asked = login_name if LOGIN_NAME.fullmatch(login_name) else ""
    return Person.objects.filter(login_name=asked).select_related("credential").first()


def _password_fits(person: Person | None, password: str) -> bool:
    """One hash is worked out in any case, so that the answer takes as long for a name that does not exist."""
    held = getattr(person, "credential", None) if person is not None else None
    if held is None:
        make_password(password)
        return False

    def upgrade(raw: str) -> None:
        Credential.objects.filter(pk=held.pk).update(password=make_password(raw))

    return check_password(password, held.password, upgrade)


def _strike(key: str, person: Person | None, on: date, at: datetime, now: datetime) -> Refusal:
    """Count a failure; the one that reaches auth.fail_max locks the name for auth.lock_min minutes."""
    most, minutes = int(rule_value("auth.fail_max", on)), int(rule_value("auth.lock_min", on))
    span = timedelta(minutes=minutes)
    with transaction.atomic():
        struck = strikes.strike(key, most, span, now)
        verb = "sign_in_locked" if struck.locked else "sign_in_failed"
        record(person if person is not None else entrance(at), verb, actor=UNKNOWN, at=at,
               data={"name": key[:12], **({"count": struck.count, "minutes": minutes} if struck.locked else {})})
    return Refusal((strikes.locked_sentence(span) if struck.locked else _("登录名或密码不对"),))


def entrance(at: datetime) -> Entrance:
    """The row on which failures of unknown names are journalled."""
    row = Entrance.objects.filter(uid=ENTRANCE).first()
    if row is None:
        advance(Ref("entrance", ENTRANCE), "open", actor=SYSTEM, at=at)
        row = Entrance.objects.get(uid=ENTRANCE)
    return row


def _admit(person: Person, key: str, at: datetime, now: datetime) -> Admission | Refusal:
    on = local_day(at)
    standing = standing_of(person, on)
    assert standing is not None
    if not standing.usable:
        return Refusal((_no_post(standing),))
    strikes.forgive(key)
    record(person, "signed_in", actor=Actor(name=person.name, person_id=person.id), at=at, data={})
    return Admission(standing, must_change(person.credential, on, now),
                     timedelta(minutes=int(rule_value("auth.idle_min", on))),
                     timedelta(hours=int(rule_value("auth.longest_hours", on))))


def _no_post(standing: Standing) -> str:
    why = standing.holdings[-1].fault(standing.on) if standing.holdings else _("您还没有安排岗位")
    return _("%(why)s。请与系统管理员联系") % {"why": why}


def must_change(held: Credential, on: date, now: datetime) -> bool:
    """First sign-in, or the password is older than auth.password_days (0: never); the demo's never grow old."""
    if settings.ANLAN_IS_DEMO:
        return held.must_change
    days = int(rule_value("auth.password_days", on))
    return held.must_change or (days > 0 and now - held.set_at > timedelta(days=days))
