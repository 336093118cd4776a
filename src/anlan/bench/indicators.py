"""Figures: all of them over the demo; from 1 M and 10 M facts, beside plain SQL and DuckDB; from the sums of 100 M."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any, NamedTuple

from django.db import connection

from anlan.commands.tables import bring_up
from anlan.hazards.indicators import OPEN
from anlan.kernel import folds, marks
from anlan.kernel.instance import local_day
from anlan.kernel.marks import Count
from anlan.kernel.models import Area, Entry, Fold, FoldMonth, Mark, Seal
from anlan.reports import figures
from anlan.reports.grammar import FigureRef
from anlan.reports.reckoning import Ground as Counting
from anlan.reports.reckoning import count_all
from anlan.toolkit.indicators import INDICATORS, Period, counts_of, question_of, value_of

from . import fill
from .facts import Columns, Flat, plainly
from .ground import Ground, run
from .results import Figure, Report, duration
from .timing import in_turns, seconds, side

DATABASE, DEMO = "bench_indicators", "bench_demo"
FACTS, MANIFOLD = {"1 M": 1_000_000, "10 M": 10_000_000}, 10
ROLLED = "100 M"
FACTS_A_CASE = 13
MOST_ALL_S, MOST_ROLLED_MS = 1.0, 100.0
SMALLEST_DEMO, REPORTED = 0.02, date(2021, 6, 24)
MONTH = "CAST(date_trunc('month', belongs_on) AS DATE)"
NOTES = (
    "The demo is built here; its figures are those of `anlan report figures`, and every indicator of the catalogue for the year.",
    "From rows: the present head of the journal, what waits for its seal left out, areas by the tree of the day. Plain SQL asks one"
    " flat table with an index on cell and day; DuckDB reads the same rows from one Parquet file, with a thread a processor. Neither"
    " knows of seals, of heads, or of areas that change; both have the street written beside each fact.",
    "Every way must give the same numbers before any is timed.",
    "100 M: the daily sums of 10 M facts, held against the marks, then made tenfold, with a sum for every community, day and cell: as"
    " many rows as 100 M facts of such a district can have.",
)
Work = Callable[[], Any]


class Asked(NamedTuple):
    """A question: how Anlan answers it, and its counts in the SQL of others. key: what their rows are told apart by."""

    name: str
    what: str
    ours: Callable[[], dict[Any, Decimal]]
    counts: tuple[Count, ...]
    key: str = "''"


def measure(ground: Ground, scale: float) -> Report:
    report = Report("indicators", {}, list(NOTES))
    report.figures += _demo(ground, scale, report)
    for name, facts in FACTS.items():
        cases = max(300, int(facts / FACTS_A_CASE * scale))
        _lay(ground, cases)
        report.figures += _from_rows(ground, report, name, (7 if facts < 2_000_000 else 3) if scale == 1 else 3)
    report.figures += _rolled(ground, report, 7 if scale == 1 else 3)
    ground.drop(DATABASE)
    return report


# The demo


def _demo(ground: Ground, scale: float, report: Report) -> Iterator[Figure]:
    """Built into a database of its own, and all of its figures counted together."""
    from anlan.demo.build import build  # noqa: PLC0415  what it builds is asked for here alone

    ground.use("postgres")
    run(f'DROP DATABASE IF EXISTS "{DEMO}"', f'CREATE DATABASE "{DEMO}"')
    ground.use(DEMO)
    bring_up()
    share = 1.0 if scale == 1 else max(SMALLEST_DEMO, scale)
    build(lambda _sentence, _share: None, None, share, os.cpu_count() or 1)
    ground.use(DEMO)
    fill.settle(Mark, Entry, Seal, Fold, FoldMonth)
    report.sizes |= {"marks of the demo": Mark.objects.count(), "indicators": len(INDICATORS)}
    _check_demo(report, whole=share == 1)
    for name, what, work in (
        ("all_source", f"all {len(figures.wanted())} figures of the source report", partial(figures.counted, REPORTED)),
        ("all_indicators", f"all {len(INDICATORS)} indicators, district, the year so far", _catalogue),
    ):
        work()
        yield duration(name, f"demo: {what}", [seconds(work) for _ in range(5)], "s", MOST_ALL_S)
    ground.drop(DEMO)


def _district() -> Counting:
    top = Area.objects.get(level=0)
    return Counting(REPORTED, folds.end_of(REPORTED), top.id, None, {}, top.uid)


def _catalogue() -> dict[str, Decimal | None]:
    asked = [FigureRef(id, "本年") for id in INDICATORS]
    told = count_all(asked, _district())
    return {ref.indicator: told[ref.key].value for ref in asked}


def _check_demo(report: Report, *, whole: bool) -> None:
    """Together they tell what each tells alone; over the whole demo they are what the source says."""
    where, together = _district(), _catalogue()
    period = Period(REPORTED.replace(month=1, day=1), REPORTED, where.at)
    for id, found in INDICATORS.items():
        alone = value_of(found, period, where.area_id)
        report.expect(alone == together[id], f"{id}: {alone} alone, {together[id]} together")
    told = figures.counted(REPORTED)
    for line in figures.wanted() if whole else ():
        if (value := told[line.id].value) is not None and line.op != "in":
            report.expect(figures.fits(line, value), f"{line.id}: {value}, the source says {line.op} {line.value}")


# From rows


def _lay(ground: Ground, cases: int) -> None:
    """Three years of hazards, as their marks; the hazards themselves are not asked for."""
    ground.fresh(DATABASE)
    first = fill.next_id(Entry)
    fill.entries(ground, cases, first=first)
    fill.marks(ground, cases, first=first)
    fill.settle(Entry, Seal, Mark)


def _from_rows(ground: Ground, report: Report, size: str, rounds: int) -> Iterator[Figure]:
    flat, columns = Flat(), Columns(ground.server.home)
    report.sizes[f"facts counted of {size}"] = flat.lay()
    report.sizes[f"bytes of Parquet of {size}"] = columns.lay()
    for asked in _questions(ground):
        told = asked.ours()
        for other in (flat, columns):
            theirs = _answer(asked, other)
            report.expect(told == theirs, f"{size} {asked.name}: {_shortly(told)}, {other.way} says {_shortly(theirs)}")
        ours, plain, columnar = in_turns(rounds, partial(seconds, asked.ours), *(partial(seconds, partial(_answer, asked, other))
                                                                                for other in (flat, columns)))
        for word, other, spent in (("plain", flat, plain), ("duckdb", columns, columnar)):
            name = f"{asked.name}_{size.replace(' ', '')}_{word}"
            yield duration(name, f"{size} facts: {asked.what}", ours, "ms", None, side(other.way, spent))
    columns.close()


def _answer(asked: Asked, other: Flat | Columns) -> dict[Any, Decimal]:
    """A share comes as its two counts, under 0 and 1; what came to nothing is left out."""
    told = [other.ask(plainly(count, other.source, asked.key)) for count in asked.counts]
    return _without_nothing(told[0] if len(told) == 1 else {n: one[""] for n, one in enumerate(told)})


def _without_nothing(told: dict[Any, Decimal]) -> dict[Any, Decimal]:
    return {key: value for key, value in told.items() if value}


def _shortly(told: dict[Any, Decimal]) -> str:
    return str(dict(list(told.items())[:3]))


def _questions(ground: Ground) -> Iterator[Asked]:
    day = local_day(ground.at) - timedelta(days=365)
    period = Period(day.replace(month=1, day=1), day, folds.end_of(day))
    for id, what in (("haz-found", "found this year, district"), ("haz-rate", "the share put right, district"),
                     ("haz-standing", "standing on the day, district")):
        counts = counts_of(question_of(INDICATORS[id], period, None))
        yield Asked(id, what, partial(_ours, counts), counts)
    found, = counts_of(question_of(INDICATORS["haz-found"], period, None))
    yield Asked("by_street", "found this year, by street", partial(_by_street, found), (found,), "street")
    yield Asked("by_month", "found this year, by month", partial(_by_month, found), (found,), MONTH)


def _ours(counts: tuple[Count, ...]) -> dict[Any, Decimal]:
    told = marks.totals(counts)
    return _without_nothing({"": told[0]} if len(told) == 1 else dict(enumerate(told)))


def _by_street(count: Count) -> dict[Any, Decimal]:
    return _without_nothing(dict(marks.by_area(count, 1)))


def _by_month(count: Count) -> dict[Any, Decimal]:
    return _without_nothing(dict(marks.by_month_of([count])[0]))


# From the sums


COMPLETE = """
INSERT INTO kernel_fold (kind, sort, cell, level, area_id, day, came, went)
SELECT 'hazard', c.sort, c.cell, c.level, a.id, d::date, 0, 0
FROM (SELECT DISTINCT sort, cell, level FROM kernel_fold WHERE kind = 'hazard') c
CROSS JOIN (SELECT DISTINCT area_id AS id FROM kernel_fold WHERE kind = 'hazard') a
CROSS JOIN generate_series((SELECT min(day) FROM kernel_fold WHERE kind = 'hazard'),
                           (SELECT max(day) FROM kernel_fold WHERE kind = 'hazard'), interval '1 day') d
ON CONFLICT ON CONSTRAINT fold_key DO NOTHING"""


def _rolled(ground: Ground, report: Report, rounds: int) -> Iterator[Figure]:
    """The largest facts that were laid, as daily sums, tenfold."""
    for sums in (Fold, FoldMonth):
        sums.objects.all().delete()  # of the small district, whose followers have run
    folds.fold_whole()
    day = local_day(ground.at) - timedelta(days=365)
    year, street = day.replace(month=1, day=1), ground.areas["S1"].id
    below = _under(street)
    standing, found = Count("hazard", OPEN, at=folds.end_of(day)), Count("hazard", ("found",), since=year, until=day)
    asked: tuple[tuple[str, str, Work, Count], ...] = (
        ("standing", "standing on the day, district", partial(folds.standing_folded, "hazard", OPEN, None, day), standing),
        ("standing_street", "standing on the day, one street", partial(folds.standing_folded, "hazard", OPEN, below, day),
         replace(standing, area_id=street)),
        ("found", "found this year, district", partial(folds.happened_folded, "hazard", "found", None, year, day), found),
        ("found_street", "found this year, one street", partial(folds.happened_folded, "hazard", "found", below, year, day),
         replace(found, area_id=street)))
    by_marks = {name: marks.total(count) for name, _what, _work, count in asked}
    for name, _what, work, _count in asked:
        report.expect(work() == by_marks[name], f"{name}: {by_marks[name]} by the marks, the sums say {work()}")
    _tenfold()
    report.sizes[f"daily sums of {ROLLED}"] = Fold.objects.count()
    for name, what, work, _count in asked:
        report.expect(work() == MANIFOLD * by_marks[name], f"{name}: the tenfold sums are not ten times {by_marks[name]}")
        spent = [seconds(work) for _ in range(rounds)]
        yield duration(f"rolled_{name}", f"{ROLLED} facts by their sums: {what}", spent, "ms", MOST_ROLLED_MS)


def _tenfold() -> None:
    run(COMPLETE, f"UPDATE kernel_fold SET came = came * {MANIFOLD}, went = went * {MANIFOLD} WHERE came <> 0 OR went <> 0",
        f"UPDATE kernel_foldmonth SET change = change * {MANIFOLD}")
    fill.settle(Fold, FoldMonth)


def _under(street: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT area_id FROM kernel_areain WHERE ancestor_id = %s", [street])
        return [row[0] for row in cursor.fetchall()]
