"""The figures of the source report (data/figures.csv), each counted as of a day."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from anlan.kernel.folds import end_of
from anlan.kernel.marks import Day
from anlan.kernel.models import Area
from anlan.toolkit.indicators import counts_of, question_of

from .freezing import rows_behind
from .grammar import FigureRef
from .reckoning import Counted, Ground, count_all

SOURCE = Path(__file__).parent / "data" / "figures.csv"
TOLERANCE = Decimal("0.02")


class Wanted(NamedTuple):
    """A line of the source: op is = > >= ~ or in; word is 余, 近, 约, 超 or empty."""

    id: str
    app: str
    label_zh: str
    label_en: str
    period: str
    op: str
    value: str
    unit: str
    word: str
    note: str


def wanted() -> list[Wanted]:
    with SOURCE.open(encoding="utf-8", newline="") as file:
        return [Wanted(**row) for row in csv.DictReader(file)]


def counted(on: date, ids: Collection[str] | None = None) -> dict[str, Counted]:
    """Every line's figure (or those of some) for the whole district, by its id; an indicator has the id of its line."""
    top = Area.objects.filter(level=0).first()
    ground = Ground(on, end_of(on), top.id if top else None, None, {}, top.uid if top else None)
    lines = [w for w in wanted() if ids is None or w.id in ids]
    found = count_all([FigureRef(w.id, w.period) for w in lines], ground)
    return {w.id: found[FigureRef(w.id, w.period).key] for w in lines}


def printed(on: date) -> Iterator[dict[str, Any]]:
    """{"id", "value", "indicator", "rows"} of every line once; null for what no app counts yet."""
    for id, held in counted(on).items():
        if held.indicator is None or held.period is None:
            yield {"id": id, "value": None, "indicator": None, "rows": None}
            continue
        rows = sum(rows_behind(c) for c in counts_of(question_of(held.indicator, held.period, held.area_id)))
        yield {"id": id, "value": _json(held.value), "indicator": held.indicator.id, "rows": rows}


def _json(value: Decimal | None) -> int | float | str | None:
    if value is None:
        return None
    if isinstance(value, Day):
        return value.day.isoformat() if value.day else None
    return int(value) if value == value.to_integral_value() else float(value)


def fits(line: Wanted, value: Decimal) -> bool:
    """Whether a value is what the source says of it."""
    said = day_of(line.value) if line.unit == "date" else Decimal(line.value)
    return {"=": value == said, ">": value > said, ">=": value >= said,
            "~": abs(value - said) <= said * TOLERANCE}[line.op]


def day_of(text: str) -> Day:
    return Day(text.replace("-", ""))


def as_of(text: str) -> date:
    """Raises ValueError with a sentence."""
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007  a day, not an instant
    except ValueError as wrong:
        raise ValueError(f"日期“{text}”应写成 2021-06-24 / write the day as 2021-06-24") from wrong
