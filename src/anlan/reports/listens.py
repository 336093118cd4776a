"""A signed report has its figures counted and kept, by work in the background."""

from __future__ import annotations

from collections.abc import Sequence

from anlan.kernel.follow import Sealed, follower
from anlan.returns.holding import hold
from anlan.toolkit.jobs.queue import enqueue

from .contradictions import findings_in, subject_of
from .freezing import FREEZE
from .models import Report
from .panels import before


@follower("reports.freeze", kinds=("report",))
def freeze_signed(entries: Sequence[Sealed]) -> None:
    signed = {s.entry.subject_id: s for s in entries if s.entry.verb == "sign"}
    for report in Report.objects.filter(id__in=signed, state="signed"):
        sealed = signed[report.id]
        enqueue(FREEZE, {"report": str(report.uid), "at": sealed.entry.at.isoformat()}, key=sealed.request("reports.freeze"))


@follower("reports.hold", kinds=("report",))
def hold_frozen(entries: Sequence[Sealed]) -> None:
    """A frozen report is held against itself and against the last one of its kind."""
    frozen = {s.entry.subject_id: s for s in entries if s.entry.verb == "freeze"}
    for report in Report.objects.filter(id__in=frozen).select_related("area").order_by("id"):
        sealed = frozen[report.id]
        hold(subject_of(report), findings_in(report, before(report)), at=sealed.entry.told_at,
             request=lambda n, s=sealed: s.request("reports.hold", n))  # type: ignore[misc]
