"""The people of a unit that nobody has opened an account for: the telephone on the unit's file is enough to begin with.

An office has written the number down; whoever holds the telephone proves it by the code. Then owner, post and person are
opened as the system would, each step in the journal, and the unit's open hazards name their owner.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from anlan.hazards.flow import OPEN
from anlan.hazards.models import Hazard
from anlan.kernel.actors import SYSTEM
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.instance import local_day
from anlan.kernel.models import Area
from anlan.people.models import Organisation, Person, Sort
from anlan.people.roles import Role
from anlan.places.actions import open_one
from anlan.premises.models import Premises

ROLES = (("legal_phone", "legal_person"), ("operator_phone", "operator"), ("safety_phone", "safety_manager"))
UNITS_MOST = 50


def open_from_file(phone: str, at: datetime) -> None:
    """Opens what is missing where the number stands on a unit's file and nobody has it yet; else nothing.

    A number on some files only of an owner with more units opens nothing: it would show the others too.
    """
    if Person.objects.filter(phone=phone).exists():
        return
    with transaction.atomic():
        units = units_with(phone)  # locked: of two browsers that ask at the same moment one waits here
        if units and not Person.objects.filter(phone=phone).exists() and not _others(units):
            _open(phone, units, at)


def units_with(phone: str) -> list[Premises]:
    """In business and confirmed, with this number as that of an answerable person."""
    named = Q(*[(column, phone) for column, _name in ROLES], _connector=Q.OR)
    return list(Premises.objects.select_for_update(no_key=True).filter(named, state="active").order_by("id")[:UNITS_MOST])


def _others(units: Sequence[Premises]) -> bool:
    owners = {u.owner_party for u in units} - {None}
    held = Premises.objects.filter(owner_party__in=owners).exclude(state="closed").exclude(id__in=[u.id for u in units])
    return held.exists()


def _open(phone: str, units: Sequence[Premises], at: datetime) -> None:
    name = next((getattr(u, person) for u in units for number, person in ROLES if getattr(u, number) == phone and getattr(u, person)), "")
    person = open_one("person", "register", {"name": name or _("单位负责人"), "phone": phone}, actor=SYSTEM, at=at)
    new: dict[int | None, UUID] = {}
    for unit in units:
        if unit.owner_party is None:
            new[None] = new.get(None) or _owner(unit, at)
            _name(unit, Organisation.objects.get(uid=new[None]).id, at)
    held = Organisation.objects.filter(id__in={u.owner_party for u in units} - {None}, sort=Sort.UNIT_OWNER)
    for owner in [*new.values(), *held.values_list("uid", flat=True)]:
        post = open_one("post", "create", {"title": _("单位负责人"), "organisation": owner, "roles": [Role.UNIT.value],
                                           "valid_from": local_day(at)}, actor=SYSTEM, at=at)
        open_one("appointment", "appoint", {"person": person, "post": post, "since": local_day(at)}, actor=SYSTEM, at=at)


def _owner(unit: Premises, at: datetime) -> UUID:
    area = Area.objects.values_list("uid", flat=True).get(id=unit.area_id)
    return open_one("organisation", "create", {
        "code": f"U{unit.uid.hex[-11:].upper()}", "name": unit.name, "sort": Sort.UNIT_OWNER.value, "area": area,
        "valid_from": local_day(at)}, actor=SYSTEM, at=at, uid=uuid5(unit.uid, "owner"))


def _name(unit: Premises, owner: int, at: datetime) -> None:
    advance(Ref("premises", unit.uid), "name_owner", actor=SYSTEM, at=at, given={"owner": owner})
    for uid in Hazard.objects.filter(premises=unit, state__in=OPEN, owner_party=None).order_by("id").values_list("uid", flat=True):
        advance(Ref("hazard", uid), "name_owner", actor=SYSTEM, at=at, given={"owner": owner})
