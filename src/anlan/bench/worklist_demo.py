"""The lists of the demonstration's street officer, with the district as it is and ten times over."""

from __future__ import annotations

from anlan.hazards.models import Hazard

from . import worklist
from .demo import ONCE, TENFOLD, districts
from .ground import Ground
from .results import Report

NOTES = ("The demonstration's district, built here; ten times over, each case stands nine more times in its grid.", *worklist.NOTES)


def measure(ground: Ground, scale: float) -> Report:
    report = Report("worklist-demo", {}, list(NOTES))
    with districts(ground, scale) as demo:
        for name in (ONCE, TENFOLD):
            demo.use(name)
            report.sizes["hazards" if name == ONCE else "and"] = Hazard.objects.count()
        few, many = report.sizes.values()
        report.expect(many == 10 * few, f"{few} hazards became {many}, not ten times as many")
        worklist.compare(demo, report, worklist.ROUNDS if scale == 1 else 5, (ONCE, TENFOLD))
        once, tenfold = (worklist.statements(demo, name) for name in (ONCE, TENFOLD))
        report.figures += tenfold
        for a, b in zip(once, tenfold, strict=True):
            report.expect(a.value == b.value, f"{a.what}: {a.value:g} once, {b.value:g} ten times over")
    return report
