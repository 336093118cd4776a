"""The clocks of the demonstration's district, fired in batches up to instants that cut what is open into equal parts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from itertools import count
from typing import Any, NamedTuple

from django.db import connection

from anlan.kernel import tick as ticking
from anlan.kernel.models import Clock, Entry, Parked

from .demo import MANIFOLD, ONCE, TENFOLD, copied, districts
from .ground import Ground
from .results import Figure, Report, Side, duration, growth
from .timing import seconds

PARTS = 10
MOST_GROWTH, MOST_EMPTY_MS = 1.5, 2.0
QUANTILES = """
SELECT percentile_disc(array(SELECT n::float / %s FROM generate_series(1, %s) AS n)) WITHIN GROUP (ORDER BY due_at)
FROM kernel_clock WHERE stopped_at IS NULL AND paused_at IS NULL AND due_at > %s AND due_at < 'infinity'"""
NOTES = (
    "The demonstration's district, built here, from the morning of its last day on: whatever its open clocks fire, what follows"
    " from that included, up to the instants by which a tenth, two tenths … of them are due.",
    "Ten times over, each clock has nine more beside it that are due at the same instant; the journal stands once. At every"
    " instant each move must happen ten times as often; only what belongs to offices (a month's return) happens as often as before.",
)


class Step(NamedTuple):
    """What a tick did. moves: (kind, verb) → how often."""

    fired: int
    spent: float
    statements: int
    moves: Counter[tuple[str, str]]


def measure(ground: Ground, scale: float) -> Report:
    report = Report("tick-demo", {}, list(NOTES))
    with districts(ground, scale) as demo:
        demo.use(ONCE)
        instants = quantiles(demo.at)
        steps, empty = {}, {}
        for name in (ONCE, TENFOLD):
            demo.use(name)
            report.sizes["open clocks" if name == ONCE else "and"] = Clock.objects.filter(stopped_at=None).count()
            empty[name] = [seconds(lambda: ticking.tick(at=demo.at)) for _n in range(20)]
            steps[name] = [_step(at) for at in instants]
            report.expect(not Parked.objects.exists(), f"{name}: {Parked.objects.count()} clocks were parked")
    _compare(report, steps[ONCE], steps[TENFOLD])
    report.figures += [*_figures(steps[ONCE], steps[TENFOLD]),
                       duration("empty", "nothing due, ten times over", empty[TENFOLD], "ms", MOST_EMPTY_MS)]
    return report


def quantiles(after: datetime) -> list[datetime]:
    """Instants by which a tenth, two tenths … of the open clocks are due."""
    with connection.cursor() as cursor:
        cursor.execute(QUANTILES, [PARTS, PARTS, after])
        return sorted(set(cursor.fetchone()[0] or ()))


def _step(at: datetime) -> Step:
    last = Entry.objects.order_by("-id").values_list("id", flat=True).first() or 0
    fired, statements = [], count()

    def counted(execute: Callable[..., Any], *asked: Any) -> Any:
        next(statements)
        return execute(*asked)

    with connection.execute_wrapper(counted):
        spent = seconds(lambda: fired.append(ticking.tick(at=at).fired))
    moves = Counter(Entry.objects.filter(id__gt=last).values_list("kind", "verb"))
    return Step(fired[0], spent, next(statements), moves)


def _compare(report: Report, once: list[Step], tenfold: list[Step]) -> None:
    report.expect(sum(s.fired for s in once) > 0, "nothing fired")
    many = copied()
    for i, (a, b) in enumerate(zip(once, tenfold, strict=True), 1):
        wanted = Counter({move: n * (MANIFOLD if move[0] in many else 1) for move, n in a.moves.items()})
        report.expect(b.moves == wanted, f"instant {i}: moves {dict(b.moves)}, not {dict(wanted)}")
        report.expect(b.fired >= a.fired, f"instant {i}: {a.fired} fired, {b.fired} ten times over")
        report.expect(b.statements <= MANIFOLD * a.statements, f"instant {i}: {a.statements} statements, {b.statements} ten times over")


def _figures(once: list[Step], tenfold: list[Step]) -> list[Figure]:
    def of(way: str, steps: list[Step]) -> Side:
        spent, fired = sum(s.spent for s in steps), sum(s.fired for s in steps)
        return Side(way, spent / fired * 1000, "ms a clock")

    def rate(steps: list[Step]) -> float:
        return sum(s.fired for s in steps) / sum(s.spent for s in steps)

    few, many = of("once", once), of("", tenfold)
    a_clock = [sum(s.statements for s in steps) / sum(s.fired for s in steps) for steps in (once, tenfold)]
    return [growth("a_clock", "a fired clock: growth", many, few, MOST_GROWTH),
            Figure("rate_once", "fired, once", rate(once), "/s"), Figure("rate_tenfold", "fired, ten times over", rate(tenfold), "/s"),
            Figure("statements", "statements a fired clock, ten times over", a_clock[1], "", "at most", a_clock[0])]
