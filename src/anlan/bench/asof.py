"""A figure as of a day from 2.5 million marks, the rows behind it, and the folds that must equal it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from django.db.models import Q

from anlan.hazards.indicators import OPEN
from anlan.hazards.models import Hazard
from anlan.kernel import folds, marks
from anlan.kernel.follow import FOLLOWERS, Sealed, follow_once
from anlan.kernel.instance import local_day
from anlan.kernel.journal import head_of_chain
from anlan.kernel.models import Cursor, Entry, Fold, FoldMonth, Mark, Seal
from anlan.matters.models import Matter
from anlan.toolkit import indicators

from . import fill
from .ground import Ground
from .results import Figure, Report, duration
from .timing import in_turns, seconds, side

DATABASE = "bench_asof"
MARKS, MARKS_A_CASE, ROUNDS = 2_500_000, 13, 15
PIECE, FOLLOWED = 20_000, 10_000
MOST_FIGURE_MS, MOST_ROWS_MS, MOST_FOLDS_MS = 50.0, 100.0, 10.0
NOTES = (
    "Three years of hazards, thirteen marks for each that was struck off; the day asked about is a year before the last.",
    "Figures and rows are those of the pages: the actor's ground, the area tree of that day, the head of the journal.",
    "The plain way counts cases by two columns of theirs; it answers neither late-told deeds nor corrections, nor what a"
    " frozen report knew.",
)
Work = Callable[[], Any]


def measure(ground: Ground, scale: float) -> Report:
    count = max(300, int(MARKS / MARKS_A_CASE * scale))
    ground.fresh(DATABASE)
    fill.hazards(ground, count, owed=False)
    first = fill.next_id(Entry)
    fill.entries(ground, count, first=first)
    made = fill.marks(ground, count, first=first)
    fill.settle(Matter, Hazard, Entry, Seal, Mark)
    report = Report("asof", {"marks": made, "hazards": count}, list(NOTES))
    report.figures.append(_folded())
    fill.settle(Fold, FoldMonth)
    rounds = ROUNDS if scale == 1 else 3
    for found in (_figures(ground, rounds), _rows(ground, rounds), _folds(ground, rounds)):
        report.figures += found
    _check(ground, report)
    ground.drop(DATABASE)
    return report


def _folded() -> Figure:
    """All marks in large pieces by the fold's own statements, the last by the follower as the worker runs it: its rate."""
    seals = list(Seal.objects.filter(no__gt=Cursor.objects.get(name="folds").no).order_by("no").values_list("no", "entry_id"))
    early, late = seals[:-FOLLOWED], seals[-FOLLOWED:]
    for start in range(0, len(early), PIECE):
        folds.fold([Sealed(no, Entry(id=id)) for no, id in early[start:start + PIECE]])
    Cursor.objects.filter(name="folds").update(no=late[0][0] - 1)

    def work() -> None:
        while follow_once(FOLLOWERS["folds"]):
            pass

    followed = Mark.objects.filter(entry_id__in=[id for _no, id in late]).count()
    return Figure("fold_rate", "marks folded by the follower", followed / seconds(work), "/s")


def _day(ground: Ground) -> date:
    return local_day(ground.at) - timedelta(days=365)


def _asked(ground: Ground, id: str, who: str, **more: Any) -> dict[str, Any]:
    return {"id": id, "actor": ground.actors[who], "at": ground.at, "on": _day(ground), **more}


def _figures(ground: Ground, rounds: int) -> Iterator[Figure]:
    year = _day(ground).replace(month=1, day=1)
    for name, what, asked, plain in (
        ("found_district", "found this year, district", _asked(ground, "haz-found", "director", since=year), None),
        ("rectified_district", "rectified this year, district", _asked(ground, "haz-rectified", "director", since=year),
         None),
        ("standing_district", "standing on the day, district", _asked(ground, "haz-standing", "director"),
         partial(_plain_standing, ground)),
        ("standing_street", "standing on the day, one street", _asked(ground, "haz-standing", "street"), None),
        ("standing_frozen", "standing, district, as a frozen report knew it",
         _asked(ground, "haz-standing", "director", head=head_of_chain()[0]), None),
    ):
        limit = None if "frozen" in name else MOST_FIGURE_MS
        yield _timed(name, f"figure: {what}", partial(_figure, asked), rounds, limit, plain)
    alone = partial(marks.total, marks.Count("hazard", OPEN, at=folds.end_of(_day(ground))))
    yield _timed("standing_marks", "figure: standing on the day, district, from the marks alone", alone, rounds,
                 MOST_FIGURE_MS)
    state = partial(marks.standing, "hazard", "notified", at=folds.end_of(_day(ground)))
    yield _timed("one_state", "figure: one state, district", state, rounds, MOST_FIGURE_MS)


def _figure(asked: dict[str, Any]) -> Any:
    return indicators.figure(**asked)


def _plain_standing(ground: Ground) -> int:
    end = folds.end_of(_day(ground))
    return Hazard.objects.filter(Q(closed_at__isnull=True) | Q(closed_at__gt=end), opened_at__lte=end).count()


def _rows(ground: Ground, rounds: int) -> Iterator[Figure]:
    year = _day(ground).replace(month=1, day=1)
    for name, what, asked in (
        ("rows_standing", "standing, district", _asked(ground, "haz-standing", "director")),
        ("rows_found", "found this year, district", _asked(ground, "haz-found", "director", since=year)),
        ("rows_street", "standing, one street", _asked(ground, "haz-standing", "street")),
    ):
        yield _timed(name, f"first 50 rows: {what}", partial(lambda of: indicators.rows(**of), asked), rounds,
                     MOST_ROWS_MS)


def _folds(ground: Ground, rounds: int) -> Iterator[Figure]:
    day = _day(ground)
    yield _timed("fold_state", "fold: one state, district",
                 partial(folds.standing_folded, "hazard", "notified", None, day), rounds, MOST_FOLDS_MS)
    yield _timed("fold_standing", f"fold: standing, district ({len(OPEN)} states)", partial(_folded_standing, day), rounds,
                 MOST_FOLDS_MS)
    yield _timed("fold_year", "fold: found this year, district",
                 partial(folds.happened_folded, "hazard", "found", None, day.replace(month=1, day=1), day), rounds,
                 MOST_FOLDS_MS)


def _folded_standing(day: date) -> Decimal:
    return folds.standing_folded("hazard", OPEN, None, day)


def _timed(name: str, what: str, work: Work, rounds: int, at_most: float | None, plain: Work | None = None) -> Figure:
    """After one run that is not counted."""
    work()
    if plain is None:
        return duration(name, what, [seconds(work) for _ in range(rounds)], "ms", at_most)
    plain()
    ours, theirs = in_turns(rounds, partial(seconds, work), partial(seconds, plain))
    return duration(name, what, ours, "ms", at_most, side("COUNT(*) of the cases", theirs))


def _check(ground: Ground, report: Report) -> None:
    """Marks, folds, rows and the cases themselves tell the same."""
    for months in (1, 7, 12, 26):
        day = local_day(ground.at) - timedelta(days=30 * months)
        since = day.replace(month=1, day=1)
        count = marks.Count("hazard", OPEN, at=folds.end_of(day))
        standing = marks.total(count)
        report.expect(standing == _folded_standing(day), f"{day}: {standing} stood, the folds say otherwise")
        report.expect(standing == sum(share for _id, share in marks.rows(count, limit=None)), f"{day}: rows differ")
        found = marks.happened("hazard", "found", since=since, until=day)
        folded = folds.happened_folded("hazard", "found", None, since, day)
        report.expect(found == folded, f"{since} to {day}: {found} found, the folds say {folded}")
    stood = indicators.figure(**_asked(ground, "haz-standing", "director")).value
    report.expect(stood == _plain_standing(ground), f"{stood} stood, the cases say {_plain_standing(ground)}")
