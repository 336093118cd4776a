"""Signing in by a code sent to one's telephone: for the people of units, who have no password to remember.

A code is of six digits, good for some minutes and a few tries, and used once. Whether a number is known is never told.
Whoever also holds a post of the offices signs in by name and password.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import NamedTuple

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.utils.translation import gettext as _

from anlan.kernel.actors import Actor
from anlan.kernel.door import record
from anlan.kernel.instance import local_day
from anlan.kernel.refusals import Refusal
from anlan.places.defaults import rule_value

from . import strikes
from .models import Person, PhoneCode
from .roles import Role
from .sign_in import Admission
from .standing import Standing, standing_of

DIGITS = 6
HOUR = timedelta(hours=1)


class Issued(NamedTuple):
    """person None: nobody signs in with this number; nothing is sent, and nothing of it is told."""

    person: Person | None
    code: str
    minutes: int


def issue(phone: str, *, at: datetime, now: datetime) -> Issued | Refusal:
    """A new code in place of an earlier one. Refused where too many were asked for this number within an hour."""
    on, key = local_day(at), strikes.key_of("phone code sent", phone)
    most, minutes = int(rule_value("auth.code_per_hour", on)), int(rule_value("auth.code_minutes", on))
    if left := strikes.locked_for(key, now):
        return Refusal((_("这个号码要的验证码太多，请%(n)s分钟后再试；也可以用登录名和密码登录。") % {"n": strikes.minutes_of(left)},))
    strikes.strike(key, most, HOUR, now)
    code = "".join(secrets.choice("0123456789") for _n in range(DIGITS))
    hashed, found = make_password(code), unit_person(phone, at)
    if found is not None:
        PhoneCode.objects.update_or_create(person=found.person, defaults={
            "code": hashed, "expires_at": now + timedelta(minutes=minutes), "tries": 0})
    return Issued(found.person if found else None, code, minutes)


def unit_person(phone: str, at: datetime) -> Standing | None:
    """The one who signs in with this number; all posts she may act in are of units."""
    for person in Person.objects.filter(phone=phone, state="active").order_by("id")[:5] if phone else ():
        standing = standing_of(person, local_day(at))
        if standing and standing.usable and all(set(h.roles) == {Role.UNIT} for h in standing.usable):
            return standing
    return None


def enter(phone: str, code: str, address: str, *, at: datetime, now: datetime) -> Admission | Refusal:
    """Judge a number and its code. Wrong ones lock the address they came from, for this number; a code bears few tries."""
    on, key = local_day(at), strikes.key_of("phone code", phone, address)
    most, minutes = int(rule_value("auth.fail_max", on)), int(rule_value("auth.lock_min", on))
    if left := strikes.locked_for(key, now):
        return Refusal((strikes.locked_sentence(left),))
    standing = unit_person(phone, at)
    if standing is not None and _fits(standing.person, code, most, now):
        strikes.forgive(key)
        record(standing.person, "signed_in", actor=Actor(name=standing.person.name, person_id=standing.person.id), at=at,
               data={"by": "phone_code"})
        return Admission(standing, False, timedelta(minutes=int(rule_value("auth.idle_min", on))),
                         timedelta(hours=int(rule_value("auth.longest_hours", on))))
    span = timedelta(minutes=minutes)
    struck = strikes.strike(key, most, span, now)
    return Refusal((strikes.locked_sentence(span) if struck.locked else _("验证码不对或已过期，请核对，或者再要一个"),))


@transaction.atomic
def _fits(person: Person, code: str, most: int, now: datetime) -> bool:
    """Each try counts, wherever it comes from; the right one uses the code up."""
    held = PhoneCode.objects.select_for_update().filter(person=person).first()
    if held is None or held.expires_at <= now or held.tries >= most:
        return False
    if check_password(code.strip(), held.code):
        held.delete()
        return True
    held.tries += 1
    held.save(update_fields=["tries"])
    return False
