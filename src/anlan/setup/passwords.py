"""Initial passwords: made when they are fetched, shown once on a sheet, replaced at the first sign-in."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.hashers import Argon2PasswordHasher, get_hasher, make_password
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from anlan.kernel.door import record
from anlan.kernel.instance import local_day, real_time
from anlan.people.models import Appointment, Credential, Person
from anlan.people.passwords import password_faults
from anlan.people.roles import THREE_ADMINISTRATORS
from anlan.toolkit.sheets import write_xlsx

from .flow import SETUP

BATCH = 500  # people on one sheet
LETTERS = "abcdefghjkmnpqrstuvwxyz"
SIGNS = LETTERS.upper() + "23456789"


def waiting() -> QuerySet[Person]:
    """People with a log-in and still without a password."""
    return Person.objects.filter(state="active", credential=None, login_name__isnull=False).order_by("id")


def untouched() -> QuerySet[Person]:
    """People whose initial password has not been replaced yet."""
    return Person.objects.filter(state="active", credential__must_change=True).order_by("id")


class LightHasher(Argon2PasswordHasher):
    """For passwords of 75 random bits, which no guessing finds: a first sign-in puts the full cost in its place."""

    time_cost, memory_cost, parallelism = 1, 8192, 1


def hashed(word: str) -> str:
    light = LightHasher()
    return light.encode(word, light.salt()) if isinstance(get_hasher(), Argon2PasswordHasher) else make_password(word)


def issue(at: datetime) -> bytes:
    """A sheet with new passwords for the next people who have none, the three administrators first."""
    first = set(Appointment.objects.filter(post__roles__overlap=list(THREE_ADMINISTRATORS))
                .values_list("person_id", flat=True))
    people = sorted(waiting(), key=lambda p: (p.id not in first, p.id))[:BATCH]
    return _issue(people, at)


def again(at: datetime) -> bytes:
    """The sheet was lost: new passwords for who has not signed in yet; the old ones are void."""
    return _issue(list(untouched()[:BATCH]), at)


def _issue(people: list[Person], at: datetime) -> bytes:
    made = {p.id: _password(p, at) for p in people}
    now = real_time()
    with transaction.atomic():
        Credential.objects.bulk_create(
            [Credential(person_id=i, password=hashed(word), set_at=now) for i, word in made.items()],
            update_conflicts=True, unique_fields=["person"], update_fields=["password", "set_at", "must_change"])
        for person in people:
            record(person, "password_set", actor=SETUP, at=at, data={})
    return write_xlsx([_("姓名"), _("登录名"), _("岗位"), _("初始密码")], _rows(people, made), title=_("初始密码"), notes=[
        _("只在这张表上出现一次，请分发后销毁；第一次登录时必须更换。")])


def _rows(people: list[Person], made: dict[int, str]) -> Iterable[list[str]]:
    posts: dict[int, list[str]] = {}
    for a in Appointment.objects.filter(person__in=people).select_related("post__organisation", "post__area").order_by("id"):
        place = a.post.area.name if a.post.area else ""
        posts.setdefault(a.person_id, []).append(" ".join(w for w in (a.post.organisation.name, place, a.post.title) if w))
    for p in people:
        yield [p.name, str(p.login_name), "；".join(posts.get(p.id, [])), made[p.id]]


def _password(person: Person, at: datetime) -> str:
    """Four groups of letters and digits that are not taken for one another: about 75 bits."""
    while True:
        groups = ["".join(secrets.choice(LETTERS) for _n in range(4)), "".join(secrets.choice(SIGNS) for _n in range(4)),
                  "".join(secrets.choice(LETTERS) for _n in range(4)), "".join(secrets.choice("23456789") for _n in range(3))]
        word = "-".join(groups)
        if not password_faults(word, login_name=str(person.login_name), name=person.name, on=local_day(at)):
            return word
