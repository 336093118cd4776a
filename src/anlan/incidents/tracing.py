"""倒查: who knew when, who told whom, each gap against its limit. The limits are read from the rules of the day; nobody is blamed here."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from anlan.kernel.instance import local_day
from anlan.kernel.worktime import Limit

from . import chain
from .models import Incident, Relay

MINUTE = timedelta(minutes=1)


class Gap(NamedTuple):
    """One report that one level owed. told_at None: not told by now. late: whole minutes beyond the limit, 0 in time."""

    relay: Relay
    how: str
    known_at: datetime
    told_at: datetime | None
    limit: Limit
    due_at: datetime
    took: int
    late: int
    provisional: bool

    @property
    def said(self) -> str:
        """用时 23 分钟，时限 15 分钟，超过 8 分钟."""
        took = _("用时{n}分钟").format(n=self.took) if self.told_at else _("至今{n}分钟没有报告").format(n=self.took)
        limit = _("时限{n}分钟").format(n=(self.due_at - self.known_at) // MINUTE)
        return "，".join((took, limit, _("超过{n}分钟").format(n=self.late) if self.late else _("没有超过")))


def gaps(incident: Incident, relays: Iterable[Relay], rules: Any, at: datetime) -> list[Gap]:
    """Level by level, phone before writing; a level that does not know yet owes nothing."""
    day = local_day(incident.chain_at or incident.opened_at)
    weight = chain.Weight(incident.sort, incident.grade, chain.is_sensitive(chain.table(rules, day), incident.triggers))
    found = (_gap(relay, how, weight, rules, at) for relay in relays if relay.known_at and relay.known_at <= at
             for how in (chain.PHONE, chain.WRITTEN))
    return [g for g in found if g is not None]


def _gap(relay: Relay, how: str, weight: chain.Weight, rules: Any, at: datetime) -> Gap | None:
    day = local_day(relay.known_at)
    due = chain.limit_of(rules, day, relay.rung, how, weight)
    if due is None:
        return None
    told_at = _told(relay, how)
    told_at = told_at if told_at and told_at <= at else None
    ends = chain.due_at(relay.known_at, due.limit, rules)
    until = told_at or at
    table = rules.setting("incident.report_limits", day)
    return Gap(relay, how, relay.known_at, told_at, due.limit, ends, (until - relay.known_at) // MINUTE,
               max(0, -((ends - until) // MINUTE)), due.rule_id == table.id and table.provisional)


def _told(relay: Relay, how: str) -> datetime | None:
    """A written report also tells where nobody phoned."""
    if how == chain.WRITTEN:
        return relay.wrote_at
    return min(filter(None, (relay.phoned_at, relay.wrote_at)), default=None)
