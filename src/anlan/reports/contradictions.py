"""Frozen text held against itself and against the last report of its kind."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from uuid import UUID

from anlan.kernel.areas import within
from anlan.kernel.models import Area
from anlan.returns import judging
from anlan.returns.holding import Subject
from anlan.returns.judging import Finding, Stated
from anlan.toolkit.indicators import ANY_PERIOD, INDICATORS, Ratio, adds_up, counts_of, question_of

from .models import Report


def stated_in(report: Report, codes: Mapping[str, str]) -> list[Stated]:
    """Its frozen figures; those of the report's own ground have no area. codes: area uid → code."""
    own = str(report.area.uid)
    return [Stated(f["indicator"], f["name"], date.fromisoformat(f["since"]), date.fromisoformat(f["until"]), Decimal(f["value"]),
                   f["unit"], "" if f["area"] in (None, own) else codes.get(f["area"], f["area"]))
            for f in report.frozen if f["value"] is not None]


def findings_in(report: Report, last: Report | None) -> list[Finding]:
    """A rate that is not its parts, streets that are not the district, a total that shrank; three statements."""
    uids = {UUID(f["area"]) for held in (report, last) if held for f in held.frozen if f["area"]}
    codes = {str(uid): code for uid, code in Area.objects.filter(uid__in=uids).values_list("uid", "code")}
    numbers = stated_in(report, codes)
    found = list(judging.rates(numbers, made_of(numbers)))
    found += judging.streets([n for n in numbers if n.item not in INDICATORS or adds_up(INDICATORS[n.item])], _below(report))
    return found + list(judging.shrank([n for n in numbers if only_grows(n.item)], stated_in(last, codes) if last else ()))


def only_grows(id: str) -> bool:
    """What happened adds up; what stands may well shrink."""
    return id in INDICATORS and all(count.since is not None for count in counts_of(question_of(INDICATORS[id], ANY_PERIOD, None)))


def _below(report: Report) -> frozenset[str]:
    """Codes of the areas one level below the report's ground."""
    rows = Area.objects.filter(id__in=within(report.area_id, report.as_of), level=report.area.level + 1)  # type: ignore[arg-type]
    return frozenset(rows.values_list("code", flat=True))


def made_of(numbers: list[Stated]) -> dict[str, tuple[str, str]]:
    """rate → (part, whole) among the indicators of a text: those that ask the same question as its two counts."""
    asked = {n.item: question_of(INDICATORS[n.item], ANY_PERIOD, None) for n in numbers if n.item in INDICATORS}
    plain = {question: id for id, question in asked.items() if not isinstance(question, Ratio)}
    return {id: (plain[q.part], plain[q.whole]) for id, q in asked.items()
            if isinstance(q, Ratio) and INDICATORS[id].unit == "%" and q.part in plain and q.whole in plain}


def subject_of(report: Report) -> Subject:
    return Subject("report", report.uid, report.title, f"/desk/reports/{report.uid}/", report.area_id, report.party_id)
