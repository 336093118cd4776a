"""Holding returns and frozen texts against themselves, their last time and Anlan's rows; findings become cases."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from anlan.kernel import marks
from anlan.kernel.actors import SYSTEM
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.marks import Count
from anlan.toolkit.indicators import INDICATORS, Period, counts_of, question_of

from . import judging
from .facts import next_month
from .items import ITEMS, RATE, YEARLY, label_of, unit_of
from .judging import Finding, Stated
from .models import Contradiction, Detail, MonthlyReturn
from .sheet import sums

MADE_OF = {RATE: ("rectified", "found")}


class Subject(NamedTuple):
    """What states the numbers: its kind, uid and name, its page, its ground, and who has to explain."""

    kind: str
    uid: UUID
    name: str
    link: str
    area_id: int | None
    organisation_id: int | None


# A return


def stated_in(held: MonthlyReturn) -> list[Stated]:
    """Its numbers, each with its days: of the month, or of the year so far."""
    until = next_month(held.month) - timedelta(days=1)
    return [Stated(name, label_of(name), _first(name, held.month), until, Decimal(value), unit_of(name))
            for name, value in held.numbers.items()]


def _first(name: str, month: date) -> date:
    return month.replace(month=1) if name in YEARLY else month


def findings_in(held: MonthlyReturn, at: datetime) -> list[Finding]:
    """Everything in a return that cannot be true; three statements."""
    numbers = stated_in(held)
    found = list(judging.rates(numbers, MADE_OF))
    if held.rows:
        found += judging.rows(numbers, sums(held.rows), held.detail == Detail.STREETS)
    last = MonthlyReturn.objects.filter(organisation_id=held.organisation_id, month__lt=held.month, month__year=held.month.year,
                                        sent_at__isnull=False).order_by("-month").first()
    found += judging.shrank(numbers, [n for n in stated_in(last) if n.item in YEARLY] if last else ())
    found += judging.differs(numbers, own_of(held, at))
    return found


def own_of(held: MonthlyReturn, at: datetime) -> dict[str, tuple[Decimal, Mapping[str, Any]]]:
    """What Anlan's rows give for the same month, where the department stands in them; one statement."""
    period = Period(held.month, next_month(held.month) - timedelta(days=1), at)
    asked = {i.name: own_count(i.own, period, held.area_id, held.organisation_id) for i in ITEMS if i.own}
    told = marks.totals(list(asked.values()))
    return {name: (value, asking(next(i.own for i in ITEMS if i.name == name), period, held.organisation_id))
            for name, value in zip(asked, told, strict=True)}


def own_count(id: str, period: Period, area_id: int | None, party_id: int | None) -> Count:
    (count,) = counts_of(question_of(INDICATORS[id], period, area_id))
    return replace(count, party_id=party_id)


def asking(id: str, period: Period, party_id: int | None) -> dict[str, Any]:
    """How the rows are asked for again, as plain JSON."""
    return {"indicator": id, "since": period.since.isoformat(), "until": period.until.isoformat(), "at": period.at.isoformat(),
            "party": party_id}


def asked_again(held: Contradiction) -> Count | None:
    """The count behind the second number; None where it has no rows of Anlan's own."""
    told = held.asked
    if not told:
        return None
    period = Period(date.fromisoformat(told["since"]), date.fromisoformat(told["until"]), datetime.fromisoformat(told["at"]))
    return own_count(told["indicator"], period, held.area_id, told["party"])


def subject_of(held: MonthlyReturn) -> Subject:
    return Subject("monthly_return", held.uid, f"{held.organisation} {held.month:%Y-%m}", f"/desk/monthly-returns/{held.uid}/",
                   held.area_id, held.organisation_id)


# Cases


def hold(subject: Subject, findings: Iterable[Finding], *, at: datetime, request: Callable[[int], UUID]) -> None:
    """Open what is new, name again what has other numbers or has come back, settle what no longer contradicts."""
    known = {c.uid: c for c in Contradiction.objects.filter(subject_uid=subject.uid).order_by("id")}
    orders = []
    for one in findings:
        uid = uuid5(subject.uid, one.key)
        case = known.pop(uid, None)
        if case is None:
            orders.append((uid, "name", _given(subject, one)))
        elif case.state == "corrected" or (case.said, case.found) != (one.said, one.found):
            orders.append((uid, "name_again", _given(subject, one)))
    orders += [(uid, "settle", {}) for uid, case in known.items() if case.state != "corrected"]
    for n, (uid, move, given) in enumerate(orders):
        advance(Ref("contradiction", uid), move, actor=SYSTEM, at=at, given=given, request=request(n))


def _given(subject: Subject, one: Finding) -> dict[str, Any]:
    return {"subject_kind": subject.kind, "subject_uid": str(subject.uid), "subject": subject.name[:160], "link": subject.link,
            "area_id": subject.area_id, "organisation_id": subject.organisation_id, "sort": str(one.sort), "item": one.item[:60],
            "sentence": one.sentence[:300], "said": str(one.said), "found": None if one.found is None else str(one.found),
            "unit": one.unit, "asked": dict(one.asked)}
