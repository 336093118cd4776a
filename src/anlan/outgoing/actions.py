"""Adding a gateway or a channel: what it takes is kept apart, and only what may be shown goes through the door."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import uuid_utils
from django import forms
from django.db import transaction
from django.utils.translation import gettext as _

from anlan.kernel.actors import Actor
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.refusals import Refusal, Refused

from .gateways import WAYS, is_deliverable, key_is_lost
from .models import Gateway, Kept


def allow_gateway(sort: str, name: str, fields: Mapping[str, Any], *, actor: Actor, at: datetime,
                  uid: UUID | None = None) -> UUID:
    """Raises Refused."""
    given = {"sort": sort, "name": name, "hint": WAYS[sort].account(fields)[:80]}
    return _opened("gateway", "allow", fields, given, actor, at, uid)


def renew_account(gateway: Gateway, fields: Mapping[str, Any], *, actor: Actor, at: datetime) -> None:
    """Another password or server for the same gateway. Raises Refused."""
    with transaction.atomic():
        advance(Ref("gateway", gateway.uid), "renew", actor=actor, at=at, given={"hint": WAYS[gateway.sort].account(fields)[:80]})
        Kept.objects.filter(uid=gateway.uid).update(fields=dict(fields))


def add_channel(gateway: Gateway, name: str, fields: Mapping[str, Any], *, holder: str, actor: Actor, at: datetime,
                person_id: int | None = None, party_id: int | None = None, uid: UUID | None = None) -> UUID:
    """For a person or a party. Raises Refused, also where Apprise would not take the address."""
    way, kept = WAYS[gateway.sort], Kept.objects.filter(uid=gateway.uid).first()
    if kept and kept.fields is None:
        raise Refused(Refusal((key_is_lost(),)))
    if kept is None or not is_deliverable(way.url(kept.fields, fields)):
        raise Refused(Refusal((_("按填写的内容组不成可用的地址，请核对"),)))
    given = {"gateway": gateway.uid, "name": name, "hint": way.hint(fields), "holder": holder[:140]}
    given |= {"person_id": person_id} if person_id is not None else {"party_id": party_id}
    return _opened("channel", "add", fields, given, actor, at, uid)


def _opened(kind: str, move: str, fields: Mapping[str, Any], given: Mapping[str, Any], actor: Actor, at: datetime,
            uid: UUID | None) -> UUID:
    uid = uid or UUID(bytes=uuid_utils.uuid7().bytes)
    with transaction.atomic():
        Kept.objects.create(uid=uid, fields=dict(fields))
        advance(Ref(kind, uid), move, actor=actor, at=at, given=given)
    return uid


def named_form(address: type[forms.Form], label: str) -> type[forms.Form]:
    """The form of an address with a name to tell it by."""
    name = forms.CharField(label=_("名称"), max_length=40, initial=label)
    return type("NamedForm", (address,), {"name": name, "field_order": ["name"]})
