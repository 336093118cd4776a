"""Whether the district looks like one: days, weekends, streets, what is late; and what the report's pairs say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.db import connection

from anlan.hazards.listing_models import Listing
from anlan.hazards.models import Hazard, Proposal
from anlan.kernel.marks import Count, rows
from anlan.matters.models import Matter
from anlan.patrols.models import Round, Visit
from anlan.premises.models import Premises, RiskPoint
from anlan.toolkit.indicators import INDICATORS, Period

from .days import BEGAN, SHUT, UNTIL, busyness, each_day, works
from .today import OPENS_AT
from .totals import FIGURES, Totals

MANY = 1000  # from so many rows on a kind is looked at
DAY_MOST = 0.015  # of a kind's rows on one day
STREET_OFF = 0.4  # how far a street's share may be from its share of the units
LATE_LEAST, RETURNED_LEAST = 0.05, 0.01
KINDS = {"visit": Visit, "round": Round, "matter": Matter, "hazard": Hazard, "proposal": Proposal, "premises": Premises,
         "risk_point": RiskPoint}
BY_DAY = "SELECT (opened_at AT TIME ZONE 'Asia/Shanghai')::date AS day, count(*) FROM \"{}\" GROUP BY 1"
BY_STREET = "SELECT left(a.code, 9), count(*) FROM \"{}\" t JOIN kernel_area a ON a.id = t.area_id GROUP BY 1"


def faults(many: int = MANY) -> list[str]:
    """Every sentence against the history as it stands in the database. many: from so many rows on a kind is looked at."""
    return [*_days(many), *_streets(many), *_shares(many), *_closed_city()]


def _ask(sql: str) -> dict[Any, int]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return dict(cursor.fetchall())


def _days(many: int) -> Iterator[str]:
    for kind, model in KINDS.items():
        held = {d: n for d, n in _ask(BY_DAY.format(model._meta.db_table)).items() if d <= UNTIL}
        total = sum(held.values())
        if total < many:
            continue
        day, most = max(held.items(), key=lambda x: x[1])
        if most > DAY_MOST * total:
            yield f"{kind}：{day} 一天有 {most} 条，超过全部 {total} 条的 {DAY_MOST:.1%}"
        if (rest := _mean(held, work=False)) >= 0.7 * (work := _mean(held, work=True)):
            yield f"{kind}：休息日平均 {rest:.1f} 条，不低于工作日 {work:.1f} 条"


def _mean(held: Mapping[date, int], *, work: bool) -> float:
    days = [d for d in each_day(min(held), max(held)) if works(d) == work]
    return sum(held.get(d, 0) for d in days) / max(1, len(days))


def _streets(many: int) -> Iterator[str]:
    units = _ask(BY_STREET.format(Premises._meta.db_table))
    for kind, model in KINDS.items():
        held = _ask(BY_STREET.format(model._meta.db_table))
        total = sum(held.values())
        if total < many:
            continue
        for street, n in units.items():
            share = held.get(street, 0) / total / (n / sum(units.values()))
            if not 1 - STREET_OFF <= share <= 1 + STREET_OFF:
                yield f"{kind}：街道 {street} 的数量是按单位数应有的 {share:.0%}"
        if len(set(held.values())) < len(held):
            yield f"{kind}：有两个街道数量相同"


def _shares(many: int) -> Iterator[str]:
    ended = _ask("SELECT outcome, count(*) FROM kernel_clock WHERE kind = 'hazard' AND name = 'rectify'"
                 " AND outcome NOT IN ('', 'void') GROUP BY 1")
    if (total := sum(ended.values())) >= many and (late := total - ended.get("met", 0)) < LATE_LEAST * total:
        yield f"逾期 {late} 起，少于 {total} 起的 {LATE_LEAST:.0%}"
    results = _ask("SELECT result, count(*) FROM patrols_visit WHERE state = 'done' GROUP BY 1")
    if (total := sum(results.values())) >= many and results.get("refused", 0) < RETURNED_LEAST * total:
        yield f"拒绝检查少于 {RETURNED_LEAST:.0%}"
    closed = Hazard.objects.filter(closed_how="reviewed")
    if (total := closed.count()) >= many and closed.filter(returns__gt=0).count() < RETURNED_LEAST * total:
        yield f"复查退回少于 {RETURNED_LEAST:.0%}"


def _closed_city() -> Iterator[str]:
    """While the city was closed there were few checks."""
    held = _ask("SELECT (finished_at AT TIME ZONE 'Asia/Shanghai')::date, count(*) FROM patrols_visit"
                " WHERE state = 'done' GROUP BY 1")
    total, days = sum(held.values()), each_day(*SHUT)[:-1]
    share = sum(held.get(d, 0) for d in days) / max(1, total) / (len(days) / len(each_day(BEGAN, UNTIL)))
    if total >= MANY and share > 0.2 + 2 * max(busyness(d) for d in days):
        yield f"封城期间的检查是平日的 {share:.0%}"


def pairs(totals: Totals) -> list[str]:
    """What the file says of each pair, against the rows behind the two figures."""
    behind = {name: rows_behind(name) for name, id in FIGURES.items() if id in INDICATORS}
    wrong = []
    for pair, relation in totals.pairs.items():
        part, whole = pair.split("/")
        if part in behind and whole in behind and (said := judged(behind[part], behind[whole])) != relation != "unknown":
            wrong.append(f"{pair}：文件写明 {relation}，实际 {said}")
    return wrong


def judged(part: set[tuple[str, int]], whole: set[tuple[str, int]]) -> str:
    """How two sets of rows lie to each other."""
    if part <= whole:
        return "subset"
    return "overlap" if part & whole else "disjoint"


def rows_behind(name: str) -> set[tuple[str, int]]:
    """(kind, case) of each row of a figure of the report."""
    count = INDICATORS[FIGURES[name]].ask(Period(BEGAN, UNTIL, OPENS_AT), None)
    assert isinstance(count, Count)
    cases = {case for case, _share in rows(count, limit=None)}
    if name == "listings":  # a listing stands for the hazard that is listed
        return {("hazard", h) for h in Listing.objects.filter(id__in=cases).values_list("hazard_id", flat=True)}
    return {(count.kind, case) for case in cases}
