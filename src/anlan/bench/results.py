"""What a scenario found: figures beside their limits and the plain way, as a table and as JSON."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Side:
    """One of the two ways. value: in the side's own unit; p50_ms and p99_ms where single requests were timed."""

    way: str
    value: float
    unit: str
    p50_ms: float | None = None
    p99_ms: float | None = None

    def __str__(self) -> str:
        text = f"{told(self.value)} {self.unit}"
        if self.p50_ms is not None and self.p99_ms is not None:
            text += f" (p50 {told(self.p50_ms)} ms, p99 {told(self.p99_ms)} ms)"
        return text


@dataclass(frozen=True)
class Figure:
    """One number. sense: "at least" or "at most", with its limit; without a limit it only informs.

    low and high: the least and the greatest of the rounds, of which value is the median.
    """

    name: str
    what: str
    value: float
    unit: str
    sense: str = ""
    limit: float | None = None
    ours: Side | None = None
    plain: Side | None = None
    low: float | None = None
    high: float | None = None

    @property
    def kept(self) -> bool | None:
        """Whether the limit is kept; None without one."""
        if self.limit is None:
            return None
        return self.value >= self.limit if self.sense == "at least" else self.value <= self.limit

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"kept": self.kept}


@dataclass
class Report:
    """A scenario's figures. faults: what came out wrong; a fast wrong answer is no result."""

    name: str
    sizes: dict[str, Any]
    notes: list[str] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    seconds: float = 0.0
    load: float = 0.0

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"figures": [f.as_json() for f in self.figures]}

    def expect(self, holds: bool, fault: str) -> None:
        if not holds:
            self.faults.append(fault)


def told(value: float) -> str:
    """A number as people read it: three figures, no exponent."""
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.2f}" if abs(value) < 10 else f"{value:.1f}"


def ratio(name: str, what: str, ours: Sequence[Side], plain: Sequence[Side], *, at_least: float | None = None) -> Figure:
    """Ours over plain, round by round; sides are the medians of their rounds."""
    shares = [a.value / b.value for a, b in zip(ours, plain, strict=True)]
    return Figure(name, what, statistics.median(shares), "×", "at least" if at_least is not None else "", at_least,
                  middle(ours), middle(plain), min(shares), max(shares))


def growth(name: str, what: str, large: Side, small: Side, at_most: float) -> Figure:
    """Large over small, by their medians."""
    return Figure(name, what, large.value / small.value, "×", "at most", at_most, large, small)


def duration(name: str, what: str, seconds: Sequence[float], unit: str, at_most: float | None = None,
             plain: Side | None = None) -> Figure:
    """The median of some durations, in ms or s."""
    values = [s * (1000 if unit == "ms" else 1) for s in seconds]
    return Figure(name, what, statistics.median(values), unit, "at most" if at_most is not None else "", at_most,
                  None, plain, min(values), max(values))


def middle(sides: Sequence[Side]) -> Side:
    """The medians of the rounds of one way."""
    first = sides[0]

    def of(read: Callable[[Side], float | None]) -> float | None:
        values = [v for v in map(read, sides) if v is not None]
        return statistics.median(values) if values else None

    return Side(first.way, statistics.median(s.value for s in sides), first.unit, of(lambda s: s.p50_ms),
                of(lambda s: s.p99_ms))


COLUMNS = ("what", "figure", "rounds", "limit", "kept", "ours", "plain way")


def rows(figures: Iterable[Figure]) -> list[tuple[str, ...]]:
    """As in COLUMNS."""
    return [(f.what, _with_unit(f.value, f.unit), _span(f), _limit(f), {None: "", True: "yes", False: "**no**"}[f.kept],
             str(f.ours or ""), f"{f.plain.way}: {f.plain}" if f.plain else "") for f in figures]


def _with_unit(value: float, unit: str) -> str:
    return f"{told(value)}{'' if unit == '×' else ' '}{unit}"


def _span(f: Figure) -> str:
    return "" if f.low is None or f.high is None else f"{told(f.low)}–{told(f.high)}"


def _limit(f: Figure) -> str:
    return "" if f.limit is None else f"{'≥' if f.sense == 'at least' else '≤'} {_with_unit(f.limit, f.unit)}"


def table(report: Report) -> str:
    """For a terminal."""
    lines = [COLUMNS, *rows(report.figures)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(COLUMNS))]
    text = [f"{report.name}  ({', '.join(f'{k} {_size(v)}' for k, v in report.sizes.items())}; {report.seconds:.0f} s)"]
    text += ["  " + "  ".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)).rstrip() for line in lines]
    text += [f"  · {note}" for note in report.notes] + [f"  WRONG: {fault}" for fault in report.faults]
    return "\n".join(text)


def _size(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


def markdown(report: dict[str, Any]) -> str:
    """The section of one scenario in bench/README.md, from its JSON."""
    figures = [_figure(f) for f in report["figures"]]
    lines = [f"### {report['name']}", "", ", ".join(f"{k} {_size(v)}" for k, v in report["sizes"].items())
             + f"; took {report['seconds']:.0f} s at a load average of {report['load']:.1f}, on {report['date']}"
               f" ({report['processor']})", "",
             "| " + " | ".join(COLUMNS) + " |", "|" + " --- |" * len(COLUMNS)]
    lines += ["| " + " | ".join(cells) + " |" for cells in rows(figures)]
    lines += ["", *(f"- {note}" for note in report["notes"])] if report["notes"] else []
    return "\n".join([*lines, *(f"- **Wrong**: {fault}" for fault in report["faults"]), ""])


def _figure(told_as: dict[str, Any]) -> Figure:
    sides = {name: Side(**told_as[name]) if told_as[name] else None for name in ("ours", "plain")}
    return Figure(**{**{k: v for k, v in told_as.items() if k != "kept"}, **sides})  # type: ignore[arg-type]
