"""The kinds of notices that a person chooses among, and which of them nobody may switch off."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.utils.translation import gettext as _

from anlan.kernel.flows import FLOWS
from anlan.kernel.rulebook import Rulebook
from anlan.toolkit.notices.models import Notice
from anlan.toolkit.notices.telling import REMINDER

P1, OTHER = "p1", "other"


def kinds() -> list[tuple[str, str]]:
    """Cases that somebody owes something in, reminders, and the rest."""
    owing = [(kind, str(flow.label)) for kind, flow in sorted(FLOWS.items()) if flow.roles]
    return [*owing, (REMINDER, _("快到时限的提醒")), (OTHER, _("其他通知"))]


def kind_of(notice: Notice) -> str:
    if notice.verb == REMINDER:
        return REMINDER
    flow = FLOWS.get(notice.about)
    return notice.about if flow is not None and flow.roles else OTHER


def always_out(rules: Rulebook, on: date) -> frozenset[str]:
    return frozenset(what for what, on_always in rules.value("notice.always_out", on).items() if on_always)


def is_always_out(notice: Notice, always: Collection[str]) -> bool:
    return (notice.rings and P1 in always) or f"{notice.about}.{notice.verb}" in always


def told_always(always: Collection[str]) -> list[str]:
    """In words, for whoever wonders why these cannot be switched off."""
    return [_("一级呼叫") if what == P1 else _always(what) for what in sorted(always)]


def _always(what: str) -> str:
    kind, _dot, verb = what.partition(".")
    flow = FLOWS.get(kind)
    move = flow.by_name.get(verb) if flow else None
    return f"{flow.label}·{move.label}" if flow and move else what
