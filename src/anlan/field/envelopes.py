"""What a phone tells: envelopes with its signature, each carried out once, in the post of the deed's own time."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _

from anlan.kernel.actors import Actor
from anlan.kernel.changes import Ref
from anlan.kernel.door import ABSENT, Order, Receipt
from anlan.kernel.flows import FLOWS
from anlan.kernel.instance import local_day
from anlan.kernel.models import Entry
from anlan.kernel.refusals import Refusal, Refused
from anlan.people.models import Post
from anlan.people.standing import actor_of, standing_of
from anlan.toolkit.attachments.access import SELECTORS
from anlan.toolkit.intake import answers
from anlan.toolkit.intake.bodies import Unreadable, parse_json, read_instant, read_uid
from anlan.toolkit.intake.envelopes import Envelope, Outcome, carry_out, deed_instant, order_of

from .keys import signed
from .models import Device

VERSIONS = (1,)
MOST = 200
"""Envelopes of one batch."""
LONGEST = 64 * 1024
"""Characters of one envelope."""
SENT = {"visit": ("finish", "drop_in"), "matter": ("open",), "hazard": ("find", "control"), "premises": ("add_on_spot",),
        "call": ("sign", "arrive", "reply", "finish"), "self_inspection": ("record",)}
"""What may be told by a phone: kinds and their moves."""


@dataclass(frozen=True)
class Letter:
    """An envelope as read: id of the deed, n: the device's own count, ref: the case, parents: cases it hangs on."""

    id: UUID
    n: int
    ref: Ref
    move: str
    post: UUID
    at: datetime
    given: Mapping[str, Any]
    parents: tuple[Ref, ...] = ()

    @property
    def opens(self) -> bool:
        return FLOWS[self.ref.kind].move(self.move).opens


def _fault(sentence: str) -> Refusal:
    return Refusal((sentence,))


def read_letter(sent: Any, device: Device) -> Letter | Refusal:
    """sent: {"body": JSON text, "signature": base64}; the signature is over the text, byte for byte."""
    text, signature = (sent.get("body"), sent.get("signature")) if isinstance(sent, dict) else (None, None)
    if not isinstance(text, str) or not isinstance(signature, str):
        return _fault(_("记录的格式不对，请更新应用后重新填写"))
    if len(text) > LONGEST:
        return _fault(_("这条记录的文字太长，请删减后重发"))
    try:
        mark = base64.b64decode(signature, validate=True)
        body = parse_json(text.encode())
    except (binascii.Error, ValueError, Unreadable):
        return _fault(_("记录的格式不对，请更新应用后重新填写"))
    if not signed(bytes.fromhex(device.key), text.encode(), mark):
        return _fault(_("记录的签名与这台手机不符，未接收"))
    return _letter(body, device)


def _letter(body: Any, device: Device) -> Letter | Refusal:
    if not isinstance(body, dict) or body.get("v") not in VERSIONS or body.get("device") != str(device.uid):
        return _fault(_("记录的格式不对，请更新应用后重新填写"))
    kind, move, n, given = body.get("kind"), body.get("move"), body.get("n"), body.get("given")
    if not isinstance(kind, str) or move not in SENT.get(kind, ()):
        return _fault(_("手机上不能办理这一步"))
    if not isinstance(n, int) or not 0 <= n < 2**53 or not isinstance(given, dict):
        return _fault(_("记录的格式不对，请更新应用后重新填写"))
    uids = [read_uid(str(body.get(name)), name) for name in ("id", "case", "post")]
    at = read_instant(str(body.get("at")), "at")
    parents = _parents(body.get("parents", []))
    for part in (*uids, at, parents):
        if isinstance(part, Refusal):
            return part
    return Letter(uids[0], n, Ref(kind, uids[1]), move, uids[2], at, given, parents)  # type: ignore[arg-type]


def _parents(raw: Any) -> tuple[Ref, ...] | Refusal:
    found = []
    for one in raw if isinstance(raw, list) and len(raw) <= 9 else [None]:
        uid = read_uid(str(one.get("uid"))) if isinstance(one, dict) and one.get("kind") in SENT else ABSENT
        if isinstance(uid, Refusal):
            return _fault(_("记录的格式不对，请更新应用后重新填写"))
        found.append(Ref(one["kind"], uid))
    return tuple(found)


def tell(batch: Sequence[Any], device: Device, sent_at: datetime | None, told_at: datetime) -> list[dict[str, Any]]:
    """A receipt each, in the order sent: applied, told (kept, not applied), refused, waiting (for a parent) or later."""
    read = [read_letter(sent, device) for sent in batch]
    letters = {i: x for i, x in enumerate(read) if isinstance(x, Letter)}
    outcomes: dict[int, Outcome | None] = {i: x for i, x in enumerate(read) if isinstance(x, Refusal)}
    posting = _Posting(device, sent_at, told_at, letters.values())
    while letters:
        level = _free(letters)
        outcomes |= posting.carry(level)
        for i in level:
            del letters[i]
    _count(device, [x.n for x in read if isinstance(x, Letter)])
    return [_told(i, read[i], batch[i], outcomes.get(i)) for i in range(len(batch))]


def _free(letters: Mapping[int, Letter]) -> dict[int, Letter]:
    """Those that wait for none of the others, by the device's count; where all wait for each other, all. Of a unit's own
    inspections one at a time: each follows on the one before."""
    opening = {x.ref for x in letters.values() if x.opens}
    free = {i: x for i, x in letters.items() if not (set(x.parents) - {x.ref}) & opening} or dict(letters)
    ordered = sorted(free.items(), key=lambda item: (item[1].n, item[0]))
    first = {x.given.get("premises"): i for i, x in reversed(ordered) if x.ref.kind == "self_inspection"}
    return {i: x for i, x in ordered if x.ref.kind != "self_inspection" or first[x.given.get("premises")] == i}


def _count(device: Device, numbers: Sequence[int]) -> None:
    if numbers and max(numbers) > device.counter:
        Device.objects.filter(pk=device.pk, counter__lt=max(numbers)).update(counter=max(numbers))


class _Posting:
    """One batch on its way to the door."""

    def __init__(self, device: Device, sent_at: datetime | None, told_at: datetime, letters: Iterable[Letter]) -> None:
        self.device, self.sent_at, self.told_at = device, sent_at, told_at
        letters = list(letters)
        self.posts = {p.uid: p.id for p in Post.objects.filter(uid__in={x.post for x in letters})}
        known = Entry.objects.filter(request__in=[x.id for x in letters], actor_id=device.person_id)
        self.told_before = set(known.values_list("request", flat=True))
        self.standings: dict[Any, Any] = {}

    def carry(self, level: Mapping[int, Letter]) -> dict[int, Outcome | None]:
        """None: its parent is not there yet."""
        absent = _absent({p for x in level.values() for p in x.parents})
        orders: dict[int, Order | Refusal | None] = {
            i: None if absent & set(x.parents) else self._order(x) for i, x in level.items()}
        self._hide(level, orders)
        passed = {i: o for i, o in orders.items() if isinstance(o, Order)}
        outcomes = dict(zip(passed, carry_out(list(passed.values())), strict=True))
        return {i: self._own(outcomes[i]) if i in outcomes else o for i, o in orders.items()}  # type: ignore[misc]

    def _order(self, x: Letter) -> Order | Refusal:
        envelope = Envelope(x.ref.uid, x.ref.kind, x.move, self._shifted(x), x.at, self.sent_at, self.device.id,
                            request=x.id)
        at = deed_instant(envelope, self.told_at)
        if isinstance(at, Refusal):
            return at
        try:
            return order_of(envelope, self._actor(x.post, at), self.told_at)
        except Refused as refused:
            return refused.refusal

    def _actor(self, post: UUID, at: datetime) -> Actor:
        """The person of the device in the post it held when it happened. Raises Refused."""
        day = local_day(at)
        if day not in self.standings:
            self.standings[day] = standing_of(self.device.person_id, day)
        if self.standings[day] is None or post not in self.posts:
            raise Refused(_fault(_("您不在这个岗位上")))
        return actor_of(self.standings[day], self.posts[post], self.device.id)

    def _shifted(self, x: Letter) -> dict[str, Any]:
        """Instants inside are by the phone's clock too."""
        form = FLOWS[x.ref.kind].move(x.move).form
        given = dict(x.given)
        for name, field in form.base_fields.items() if form else ():  # type: ignore[attr-defined]
            if isinstance(field, forms.DateTimeField) and isinstance(given.get(name), str):
                at = read_instant(given[name], name)
                at = at if isinstance(at, Refusal) else deed_instant(
                    Envelope(x.ref.uid, x.ref.kind, x.move, at=at, sent_at=self.sent_at), self.told_at)
                given[name] = None if isinstance(at, Refusal) else at.isoformat()
        return {k: v for k, v in given.items() if v is not None}

    def _hide(self, level: Mapping[int, Letter], orders: dict[int, Order | Refusal | None]) -> None:
        """What the sender may not see looks absent; what it has told before it is told again."""
        wanted: dict[tuple[str, Actor], list[int]] = {}
        for i, order in orders.items():
            if isinstance(order, Order) and not level[i].opens and level[i].id not in self.told_before:
                wanted.setdefault((order.ref.kind, order.actor), []).append(i)
        for (kind, actor), places in wanted.items():
            seen = set(SELECTORS[kind](actor, self.told_at).filter(
                uid__in=[level[i].ref.uid for i in places]).order_by().values_list("uid", flat=True))
            orders |= {i: ABSENT for i in places if level[i].ref.uid not in seen}

    def _own(self, outcome: Outcome) -> Outcome:
        """The first receipt of somebody else's deed is not given away."""
        if isinstance(outcome, Receipt) and outcome.replay:
            sender = Entry.objects.filter(id=outcome.entry_id).values_list("actor_id", flat=True).first()
            return outcome if sender == self.device.person_id else ABSENT
        return outcome


def _absent(parents: set[Ref]) -> set[Ref]:
    kinds: dict[str, set[UUID]] = {}
    for kind, uid in parents:
        kinds.setdefault(kind, set()).add(uid)
    there = {Ref(kind, uid) for kind, uids in kinds.items()
             for uid in FLOWS[kind].model._default_manager.filter(uid__in=uids).values_list("uid", flat=True)}
    return parents - there


def _told(place: int, read: Letter | Refusal, sent: Any, outcome: Outcome | None) -> dict[str, Any]:
    out: dict[str, Any] = {"place": place, "id": str(read.id) if isinstance(read, Letter) else None}
    if isinstance(outcome, Receipt):
        return out | {"outcome": "applied" if outcome.applied else "told", **answers.receipt(outcome)}
    if isinstance(outcome, Refusal):
        return out | {"outcome": "refused", **answers.fault(outcome.sentences, outcome.fields)}
    return out | {"outcome": "waiting" if outcome is None else "later"}
