"""Which triggers an event meets, who tells whom, and within which limit. Pure: `rules` is the rulebook, `day` the deed's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from math import inf
from typing import Any, NamedTuple

from anlan.kernel.worktime import Limit, Unit, add

from .models import Grade, Rung, Sort

PHONE, WRITTEN = "phone", "written"
DESKS = (Rung.BUREAU, Rung.GOVOFFICE)
NEXT: Mapping[str, tuple[str, ...]] = {Rung.UNIT: (Rung.BUREAU,), Rung.COMMUNITY: (Rung.STREET,), Rung.STREET: DESKS,
                                       Rung.BUREAU: (), Rung.GOVOFFICE: ()}
"""Whom a level tells; what the two desks tell, they tell the city."""


def table(rules: Any, day: date) -> list[dict[str, Any]]:
    """十逢十必 as they stood on the day (domain.md 5.2 [unsure])."""
    return list(rules.value("incident.triggers", day))


def codes(rules: Any, day: date) -> set[str]:
    return {row["code"] for row in table(rules, day)}


def met(rows: Iterable[Mapping[str, Any]], chosen: Iterable[str], text: str, counts: Mapping[str, int | None]) -> dict[str, str]:
    """{code: how}: ticked by the officer, reached by a figure, or named by a word. In doubt one reports."""
    ticked, found = set(chosen), {}
    for row in rows:
        if row["code"] in ticked:
            found[row["code"]] = "ticked"
        elif row.get("measure") and sum(counts.get(name) or 0 for name in row["measure"]) >= int(row.get("least", 1)):
            found[row["code"]] = "figure"
        elif any(word in text for word in row.get("words", ())):
            found[row["code"]] = "words"
    return found


def is_sensitive(rows: Iterable[Mapping[str, Any]], triggers: Mapping[str, str]) -> bool:
    return any(row.get("sensitive") and row["code"] in triggers for row in rows)


class Weight(NamedTuple):
    """What decides between the shorter and the longer limit; an event without a grade takes the shorter."""

    sort: str
    grade: str
    sensitive: bool


class Due(NamedTuple):
    """A limit with the parameter row it comes from; None: this level owes nothing of the kind."""

    limit: Limit
    rule_id: int


def limit_of(rules: Any, day: date, rung: str, how: str, weight: Weight) -> Due | None:
    """The district's table, never beyond the two hours a level that Order 493 Arts 10 and 11 leave for an accident."""
    if rung == Rung.UNIT:
        return _law(rules, day, "incident.accident_unit_limit") if how == PHONE else None
    setting = rules.setting("incident.report_limits", day)
    row = setting.value.get(rung, {})
    easier = how == WRITTEN and weight.grade == Grade.GENERAL and not weight.sensitive and "general" in row
    if how not in row:
        return None
    own = Due(Limit.of(row["general" if easier else how]), setting.id)
    law = _law(rules, day, "incident.accident_level_limit")
    return law if weight.sort == Sort.ACCIDENT and _length(law.limit) < _length(own.limit) else own


def _law(rules: Any, day: date, key: str) -> Due:
    setting = rules.setting(key, day)
    return Due(Limit.of(setting.value), setting.id)


def _length(limit: Limit) -> float:
    """Minutes around the clock; a limit by office hours is never shorter than one."""
    of_unit = {Unit.MINUTE: 1, Unit.HOUR: 60}.get(limit.unit)
    return limit.value * of_unit if of_unit else inf


def due_at(known_at: datetime, limit: Limit, rules: Any) -> datetime:
    """Counted from when the level knew (domain.md 5.4)."""
    return add(known_at, limit, rules.calendar())
