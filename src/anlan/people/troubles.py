"""What the machine could not do by itself: clocks set aside, background work that failed, parts of the worker that ail."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from anlan.kernel.door import record
from anlan.kernel.flows import FLOWS
from anlan.kernel.instance import real_time
from anlan.kernel.models import Parked
from anlan.kernel.tick import unpark
from anlan.kernel.wording import words
from anlan.toolkit.jobs.heart import heartbeat
from anlan.toolkit.jobs.queue import address_of, troubles
from anlan.toolkit.jobs.registry import HANDLERS
from anlan.toolkit.ui import parts

from .access import needs
from .sign_in import entrance

MOST = 100
SILENT = timedelta(seconds=30)
"""A worker that has said nothing for so long does not run."""
words("entrance", "unparked", gettext_lazy("{who}让搁置的时限重试：{what}"))


@needs("system.watch")
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """Newest first; each with why, and a button to try again once the cause is mended."""
    parked = list(Parked.objects.select_related("clock").order_by("-at", "-pk")[:MOST])
    return render(request, "people/troubles.html", {
        "worker": worker_lines(), "parked": [_parked(one) for one in parked], "jobs": _jobs(),
        "now": request.at})  # type: ignore[attr-defined]


def worker_lines() -> list[str]:
    """Sentences on the background process; none where it is well."""
    said = heartbeat(Path(settings.ANLAN_HOME))
    told = parse_datetime(str(said["at"])) if said else None
    if said is None or told is None:
        return [_("后台进程从未运行：时限不会到期，日志不会封存。请启动安澜。")]
    if said["stopped"] or real_time() - told > SILENT:
        return [_("后台进程没有在运行：时限不会到期，日志不会封存。请重新启动安澜。")]
    faults: Any = said["faults"]
    return [_("后台进程的“%(part)s”反复出错：%(fault)s") % {"part": part, "fault": fault} for part, fault in faults.items()]


def _parked(one: Parked) -> dict[str, Any]:
    return {"what": what_of(one), "due": one.clock.due_at, "at": one.at, "reason": one.reason,
            "again": reverse("people:unpark", args=[one.pk])}


def what_of(one: Parked) -> str:
    flow = FLOWS.get(one.clock.kind)
    return _("%(kind)s第%(n)s号的时限“%(name)s”") % {
        "kind": flow.label if flow else one.clock.kind, "n": one.clock.case_id, "name": one.clock.name}


def _jobs() -> parts.Table:
    columns = (parts.Column(_("任务")), parts.Column(_("时间"), "when"), parts.Column(_("原因")))
    rows = [parts.Row((HANDLERS[j.kind].label if j.kind in HANDLERS else j.kind, j.ended_at, j.error or j.sentence),
                      address_of(j.key)) for j in troubles(MOST)]
    return parts.Table(_("没有做成的后台任务"), columns, rows, parts.Empty(_("没有失败的任务"), _("导出、文书等都已做成。")))


@needs("system.watch")
@require_POST
def try_parked(request: HttpRequest, clock: int) -> HttpResponse:
    """The next tick takes the clock up again; that it was let is an entry."""
    one = Parked.objects.select_related("clock").filter(pk=clock).first()
    if one is None:
        raise Http404
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    record(entrance(at), "unparked", actor=actor, at=at, data={"what": what_of(one)})
    unpark([clock])
    messages.success(request, _("已放回，几秒内重试；仍出错的会再回到这里"))
    return redirect("people:troubles")
