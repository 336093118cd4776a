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
        return g.lec(part["likelihood"], part["exposure"], part["consequence"], g.LecTables.of(value("risk.lec")))
    return g.ls(part["likelihood"], part["consequence"], g.LsTables.of(value("risk.ls")))


def stored(given: Any, grade: g.Grade, prefix: str = "") -> dict[str, Any]:
    inputs = {n: getattr(given, prefix + n) for n in ("likelihood", "exposure", "consequence") if getattr(given, prefix + n)}
    return {"method": grade.method, **inputs, "score": str(grade.score), "level": grade.level, "colour": grade.colour,
            "reading": grade.reading}
