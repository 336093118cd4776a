"""Grading a risk point from its inputs and the dated tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import grading as g

Value = Callable[[str], Any]


def grade(given: Any, value: Value) -> g.PointGrade:
    """The point's grades and colour; value: key → dated parameter. ValueError, as a sentence, for a bad input."""
    grounds = [given.forced] if given.forced else []
    inherent = g.forced_red(_side(given, "", value), grounds, value("risk.forced_red"))
    residual = _side(given, "residual_", value) if given.residual_likelihood else inherent
    return g.point_grade(inherent, residual, value("risk.decided_by"))


def _side(given: Any, prefix: str, value: Value) -> g.Grade:
    part = {n: getattr(given, prefix + n) for n in ("likelihood", "exposure", "consequence")}
    if given.method == "lec":
        return g.lec(part["likelihood"], part["exposure"], part["consequence"], _read(g.LecTables, value("risk.lec")))
    return g.ls(part["likelihood"], part["consequence"], _read(g.LsTables, value("risk.ls")))


_known: dict[int, tuple[Any, Any]] = {}
KNOWN_MOST = 16


def _read(tables: Any, raw: Any) -> Any:
    """The tables of a rule's value, read once: it is the same object as long as the rule stands."""
    held = _known.get(id(raw))
    if held is None or held[0] is not raw:
        if len(_known) >= KNOWN_MOST:
            _known.clear()
        held = _known[id(raw)] = raw, tables.of(raw)
    return held[1]


def stored(given: Any, grade: g.Grade, prefix: str = "") -> dict[str, Any]:
    inputs = {n: getattr(given, prefix + n) for n in ("likelihood", "exposure", "consequence") if getattr(given, prefix + n)}
    return {"method": grade.method, **inputs, "score": str(grade.score), "level": grade.level, "colour": grade.colour,
            "reading": grade.reading}
