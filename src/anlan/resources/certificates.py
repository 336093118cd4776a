"""A member's certificate is told of some days before its last day, and stands red from the day after it."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from anlan.kernel import changes as c
from anlan.kernel.instance import zone
from anlan.kernel.rules import reads
from anlan.kernel.worktime import Limit, Unit

from . import wording


def watched(row, facts, actor, when, given):
    yield from _watch(given.valid_to, facts, when)


def _watch(day, facts, when):
    """Warned of first, where that day still lies ahead."""
    end = datetime.combine(day + timedelta(days=1), time(), zone()).astimezone(UTC)
    warning = end - timedelta(days=int(facts.value("team.certificate_days")))
    due, move = (warning, "warn") if warning > when.at else (max(end, when.at), "expire")
    yield c.Set(expired=False)
    yield c.Start("valid", Limit(int((due - when.at) / timedelta(minutes=1)), Unit.MINUTE), (move,), remind=0, due=due)


@reads("team")
def warned(row, facts, actor, when, given):
    yield c.Event("warned")
    yield c.Tell(facts.team.called_party, wording.certificate_ends(facts.team.name, row.holder, row.sort, row.valid_to))
    yield from _watch(row.valid_to, facts, when)


@reads("team")
def expired(row, facts, actor, when, given):
    yield c.Set(expired=True)
    yield c.Event("expired")
    yield c.Tell(facts.team.called_party, wording.certificate_over(facts.team.name, row.holder, row.sort), urgent=True)


def watched_again(row, facts, actor, when, given):
    yield from _watch(row.valid_to, facts, when)
