"""Frozen text held against itself and against the last report of its kind."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from anlan.kernel.areas import within
from anlan.kernel.models import Area
from anlan.returns import judging
from anlan.returns.holding import Subject
from anlan.returns.judging import Finding, Stated
from anlan.toolkit.indicators import ANY_PERIOD, INDICATORS, Indicator, Ratio, adds_up, counts_of, question_of

from .models import Report


def stated_in(report: Report, codes: Mapping[str, str]) -> list[Stated]:
    """Its frozen figures; those of the report's own ground have no area. codes: area uid → code."""
    own = str(report.area.uid)
    return [Stated(_item(f), f["name"], date.fromisoformat(f["since"]), date.fromisoformat(f["until"]), Decimal(f["value"]),
                   f["unit"], "" if f["area"] in (None, own) else codes.get(f["area"], f["area"]))
            for f in report.frozen if f["value"] is not None]


def _item(frozen: Mapping[str, Any]) -> str:
    """What is counted: of one department or industry it is another thing than of all."""
    narrow = frozen.get("narrow") or {}
    return "|".join([frozen["indicator"], *(f"{dimension}={word}" for dimension, word in sorted(narrow.items()))])


def _indicator(item: str) -> Indicator | None:
    return INDICATORS.get(item.partition("|")[0])


def findings_in(report: Report, last: Report | None) -> list[Finding]:
    """A rate that is not its parts, streets that are not the district, a total that shrank; three statements."""
    uids = {UUID(f["area"]) for held in (report, last) if held for f in held.frozen if f["area"]}
    codes = {str(uid): code for uid, code in Area.objects.filter(uid__in=uids).values_list("uid", "code")}
    numbers = stated_in(report, codes)
    found = list(judging.rates(numbers, made_of(numbers)))
    found += judging.streets([n for n in numbers if (i := _indicator(n.item)) is None or adds_up(i)], _below(report))
    return found + list(judging.shrank([n for n in numbers if only_grows(n.item)], stated_in(last, codes) if last else ()))


def only_grows(item: str) -> bool:
    """What happened adds up; what stands may well shrink."""
    found = _indicator(item)
    return found is not None and all(count.since is not None for count in counts_of(question_of(found, ANY_PERIOD, None)))


def _below(report: Report) -> frozenset[str]:
    """Codes of the areas one level below the report's ground."""
    rows = Area.objects.filter(id__in=within(report.area_id, report.as_of), level=report.area.level + 1)  # type: ignore[arg-type]
    return frozenset(rows.values_list("code", flat=True))


def made_of(numbers: list[Stated]) -> dict[str, tuple[str, str]]:
    """rate → (part, whole) among the items of a text: those that ask the same question as its two counts, narrowed alike."""
    found = {n.item: i for n in numbers if (i := _indicator(n.item)) is not None}
    asked = {item: (question_of(i, ANY_PERIOD, None), item.partition("|")[2]) for item, i in found.items()}
    plain = {told: item for item, told in asked.items() if not isinstance(told[0], Ratio)}
    return {item: (plain[q.part, only], plain[q.whole, only]) for item, (q, only) in asked.items()
            if isinstance(q, Ratio) and found[item].unit == "%" and (q.part, only) in plain and (q.whole, only) in plain}


def subject_of(report: Report) -> Subject:
    return Subject("report", report.uid, report.title, f"/desk/reports/{report.uid}/", report.area_id, report.party_id)
