"""A signed report has its figures counted and kept, by work in the background."""

from __future__ import annotations

from collections.abc import Sequence

from anlan.kernel.follow import Sealed, follower
from anlan.toolkit.jobs.queue import enqueue

from .freezing import FREEZE
from .models import Report


@follower("reports.freeze", kinds=("report",))
def freeze_signed(entries: Sequence[Sealed]) -> None:
    signed = {s.entry.subject_id: s for s in entries if s.entry.verb == "sign"}
    for report in Report.objects.filter(id__in=signed, state="signed"):
        sealed = signed[report.id]
        enqueue(FREEZE, {"report": str(report.uid), "at": sealed.entry.at.isoformat()}, key=sealed.request("reports.freeze"))
