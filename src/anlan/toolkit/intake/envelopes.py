"""An envelope is one thing somebody did, as told by a phone or another system."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import DataError, IntegrityError, InterfaceError, OperationalError
from django.utils import timezone
from django.utils.translation import gettext as _

from anlan.kernel.actors import Actor
from anlan.kernel.changes import Ref
from anlan.kernel.door import Order, Receipt, advance_many
from anlan.kernel.refusals import Refusal
from anlan.kernel.rulebook import Missing

AHEAD = timedelta(minutes=5)
"""How far a sender's clock may run ahead of ours before its deed is refused."""
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
OWN_CLOCK = timedelta(minutes=1)
"""Below this difference a sender's clock is taken as ours."""

Outcome = Receipt | Refusal | Exception
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Envelope:
    """uid: of the case, made by the sender (UUIDv7) where the move opens one.

    at: the deed; None: now. sent_at: the sender's own clock when it sent, so that a wrong clock can be reckoned with.
    photos: SHA-256 of files whose bytes may come later. request: the sender's id of this deed.
    """

    uid: UUID
    kind: str
    move: str
    given: Mapping[str, Any] = field(default_factory=dict)
    at: datetime | None = None
    sent_at: datetime | None = None
    device: int | None = None
    photos: tuple[str, ...] = ()
    request: UUID | None = None
    expect: int | None = None


def receive(envelopes: Sequence[Envelope], actor: Actor, told_at: datetime) -> list[Receipt | Refusal]:
    """Each by itself is whole or refused, in the order sent; a second sending gets the first receipt."""
    orders = [order_of(e, actor, told_at) for e in envelopes]
    outcomes = iter(carry_out([o for o in orders if isinstance(o, Order)]))
    return [o if isinstance(o, Refusal) else _told(next(outcomes)) for o in orders]


def order_of(envelope: Envelope, actor: Actor, told_at: datetime) -> Order | Refusal:
    """The wish to be put to the door, or why its time cannot be right."""
    at = deed_instant(envelope, told_at)
    if isinstance(at, Refusal):
        return at
    given = {**envelope.given, "photos": list(envelope.photos)} if envelope.photos else envelope.given
    if envelope.device is not None:
        actor = replace(actor, device_id=envelope.device)
    return Order(Ref(envelope.kind, envelope.uid), envelope.move, actor, at, given, envelope.request, envelope.expect,
                 told_at)


def deed_instant(envelope: Envelope, told_at: datetime) -> datetime | Refusal:
    """When it happened by our clock: never after it was told."""
    at = envelope.at or told_at
    offset = told_at - envelope.sent_at if envelope.sent_at else timedelta(0)
    if abs(offset) > OWN_CLOCK:
        at = _shifted(at, offset)
    if at < EARLIEST:
        return _faulty_time(_("时间是%(year)s年，早于2000年。请检查设备的日期后重新提交。") % {"year": at.year})
    if at > told_at + AHEAD:
        told = timezone.localtime(told_at).strftime("%Y-%m-%d %H:%M")
        return _faulty_time(_("时间晚于现在（%(now)s）。请检查设备的日期和时间后重新提交。") % {"now": told})
    return min(at, told_at)


def _shifted(at: datetime, offset: timedelta) -> datetime:
    try:
        return at + offset
    except OverflowError:
        return at


def _faulty_time(sentence: str) -> Refusal:
    return Refusal((sentence,), (("at", (sentence,)),))


def carry_out(orders: Sequence[Order]) -> list[Outcome]:
    """All orders in one deed; where one breaks it, halves, so that nobody pays for another's fault.

    What nothing can be said about comes back as the exception itself. A database that does not answer ends all.
    """
    if not orders:
        return []
    try:
        return list(advance_many(orders))
    except Exception as fault:
        if _is_down(fault):
            return [fault] * len(orders)
        if len(orders) == 1:
            return [_judged(fault)]
    half = len(orders) // 2
    return carry_out(orders[:half]) + carry_out(orders[half:])


def _is_down(fault: Exception) -> bool:
    """No connection, or a server that stops or has no room: trying again in halves would only load it more."""
    if isinstance(fault, InterfaceError):
        return True
    state = getattr(fault.__cause__, "sqlstate", None) or "08"
    return isinstance(fault, OperationalError) and state.startswith(("08", "53", "57"))


def _judged(fault: Exception) -> Outcome:
    """Values that no column takes are the sender's fault, as is a day before any rule; everything else is ours."""
    if isinstance(fault, DataError | OverflowError):
        return Refusal((_("有的内容超出了允许的范围（过长、过大或含有无法保存的字符）。请修改后重新提交。"),))
    if isinstance(fault, IntegrityError):
        log.warning("an order broke a constraint", exc_info=fault)
        return Refusal((_("内容与已有记录冲突，未保存。请刷新后核对。"),))
    if isinstance(fault, Missing):
        log.warning("no rule in force on the day of the deed", exc_info=fault)
        return Refusal((_("%(fault)s，办不了。请核对时间；时间没错的，请系统管理员补齐规则。") % {"fault": fault},))
    return fault


def _told(outcome: Outcome) -> Receipt | Refusal:
    if isinstance(outcome, Exception):
        log.error("an envelope could not be carried out", exc_info=outcome)
        return Refusal((_("系统出错，这一项没有保存。请稍后重新提交。"),))
    return outcome
