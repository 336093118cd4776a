"""What the moves of returns and contradictions do."""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime, time, timedelta

from anlan.kernel import changes as c
from anlan.kernel.instance import zone
from anlan.kernel.rules import reads
from anlan.kernel.worktime import Limit, Unit
from anlan.toolkit.codes import public_code

from . import wording
from .facts import next_month, return_uid
from .items import ITEMS, RATE, YEARLY

ONE_DAY = Limit(1, Unit.CALENDAR_DAY)
NUMBERS = (*(item.name for item in ITEMS), RATE, *YEARLY)


def begin_of(day: date) -> datetime:
    return datetime.combine(day, time(0), zone())


@reads("house")
def asked(case, facts, actor, when, given):
    """Owed on the n-th working day after the month's end; next month's follows by itself."""
    house, month = facts.house, given.month
    ended = next_month(month)
    yield c.Set(organisation_id=house.id, area_id=house.area_id, month=month, code=public_code(case.uid, "B"),
                asked_by=given.asked_by or actor.organisation_id)
    yield c.Start("send", "return.due", ("go_late",), house.id, since=begin_of(ended) - timedelta(seconds=1))
    yield c.Start("next", ONE_DAY, ("roll",), None, 0.0, due=begin_of(next_month(ended)))
    yield c.Owe(house.id, "send")
    yield c.Tell(house.id, wording.asked(month))
    yield c.Event("asked", belongs_on=month)


@reads("sheet")
def sent(case, facts, actor, when, given):
    numbers = {name: str(given[name]) for name in NUMBERS if given.get(name) is not None}
    rows = facts.sheet.rows
    yield c.Set(numbers=numbers, rows=rows, detail=facts.sheet.detail, file=(given.file or [""])[0], sent_at=when.at,
                sender=actor.name, digest=digest_of(case.month, numbers, rows))
    for sha in given.file or ():
        yield c.Attach(sha, "detail")


def first_sent(case, facts, actor, when, given):
    clock = facts.clocks.get("send")
    in_time = clock is not None and when.at <= clock.due_at
    yield c.Event("sent_in_time" if in_time else "sent_late", belongs_on=case.month)
    yield from waits(case, facts, actor, when, given)


def waits(case, facts, actor, when, given):
    """It waits for whoever asked."""
    yield c.Release()
    if case.asked_by:
        yield c.Owe(case.asked_by, "judge")


def accepted(case, facts, actor, when, given):
    yield c.Set(accepted_at=when.at)
    yield c.Release()
    yield c.Tell(case.organisation_id, wording.accepted(case.month, case.code))
    yield c.Event("accepted", facet=case.detail, belongs_on=case.month)


def handed_back(case, facts, actor, when, given):
    yield c.Set(sent_back=True, reason=given.why)
    yield c.Release()
    yield c.Owe(case.organisation_id, "correct")
    yield c.Start("correct", "return.correct", ("go_late",), case.organisation_id)
    yield c.Tell(case.organisation_id, wording.handed_back(case.month, given.why))


@reads("sheet")
def amended(case, facts, actor, when, given):
    """A later fact: what was accepted before stays in the journal, and counts as of then."""
    yield c.Set(amended_at=when.at)
    if facts.sheet.detail != case.detail:
        yield c.Event("accepted", -1, facet=case.detail, belongs_on=case.month)
        yield c.Event("accepted", facet=facts.sheet.detail, belongs_on=case.month)
    if case.asked_by:
        yield c.Tell(case.asked_by, wording.amended(case.month, case.code, given.why))


def went_late(case, facts, actor, when, given):
    yield c.Set(late=True)
    for party in filter(None, (case.organisation_id, case.asked_by)):
        yield c.Tell(party, wording.late(case.month), urgent=True)


@reads("house")
def rolled(case, facts, actor, when, given):
    """The month after: asked for as soon as it has ended."""
    month = next_month(case.month)
    if facts.house and month not in facts.house.months:
        yield c.Spawn("monthly_return", return_uid(facts.house.uid, month), "follow_on", {
            "organisation_id": case.organisation_id, "month": month, "asked_by": case.asked_by})


def released(case, facts, actor, when, given):
    yield c.Release()


def not_asked(case, facts, actor, when, given):
    yield c.Release()
    yield c.TakeBack("asked")


def digest_of(month: date, numbers: dict, rows: list) -> str:
    """SHA-256 over what was reported; the receipt carries it."""
    said = json.dumps({"month": month.isoformat(), "numbers": numbers, "rows": rows}, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()


# Contradictions


def named(case, facts, actor, when, given):
    yield c.Set(**{name: given[name] for name in (
        "subject_kind", "subject_uid", "subject", "sort", "item", "sentence", "said") if name in given},
        found=given.found, unit=given.unit or "", link=given.link or "", asked=given.asked or {},
        area_id=given.area_id, organisation_id=given.organisation_id, answer="")
    if given.organisation_id:
        yield c.Owe(given.organisation_id, "explain")
        yield c.Start("explain", "return.explain", ("chase",), given.organisation_id)
        yield c.Tell(given.organisation_id, wording.named(given.sentence))
    yield c.Event("named", facet=given.sort)


def named_again(case, facts, actor, when, given):
    """The numbers are others now, or it has come back."""
    yield c.Set(sentence=given.sentence, said=given.said, found=given.found, asked=given.asked or {}, answer="")
    if case.organisation_id:
        yield c.Release()
        yield c.Owe(case.organisation_id, "explain")
        yield c.Start("explain", "return.explain", ("chase",), case.organisation_id)
        yield c.Tell(case.organisation_id, wording.named(given.sentence))


def explained(case, facts, actor, when, given):
    yield c.Set(answer=given.answer)
    yield c.Release()
    yield c.Event("explained", facet=case.sort)


def settled(case, facts, actor, when, given):
    yield c.Release()
    yield c.Event("corrected", facet=case.sort)


def chased(case, facts, actor, when, given):
    if case.organisation_id:
        yield c.Tell(case.organisation_id, wording.unexplained(case.sentence), urgent=True)


