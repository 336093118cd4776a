"""The page of one piece of work, for whoever asked for it: how far it is, what came of it, or why it failed."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from anlan.toolkit.attachments.keeping import store
from anlan.toolkit.attachments.media import Damaged

from .models import Job, JobState
from .queue import try_again
from .registry import HANDLERS


def _own(request: HttpRequest, key: UUID) -> Job:
    """Work is seen by who asked for it, and by the keepers of the system."""
    actor = getattr(request, "actor", None)
    job = Job.objects.filter(key=key).first()
    if actor is None or actor.person_id is None or job is None:
        raise Http404
    if job.person_id != actor.person_id and not actor.is_any("sysadmin"):
        raise Http404
    return job


@require_GET
def show(request: HttpRequest, key: UUID) -> HttpResponse:
    job = _own(request, key)
    context: dict[str, Any] = {
        "job": job, "label": HANDLERS[job.kind].label if job.kind in HANDLERS else job.kind,
        "under_way": job.state in (JobState.WAITING, JobState.RUNNING), "failed": job.state == JobState.FAILED,
        "file": job.result if isinstance(job.result, dict) and "sha256" in job.result else None,
    }
    return render(request, "jobs/job.html", context)


@require_POST
def again(request: HttpRequest, key: UUID) -> HttpResponse:
    try_again(_own(request, key).key)
    return redirect("jobs:job", key)


@require_GET
def fetch(request: HttpRequest, key: UUID) -> HttpResponse:
    """The file that came of the work, as a download."""
    made = _own(request, key).result
    if not isinstance(made, dict) or "sha256" not in made:
        raise Http404
    try:
        answer = HttpResponse(store().get(made["sha256"]), content_type=made["mime"])
    except (FileNotFoundError, Damaged) as lost:
        raise Http404 from lost
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(made['name'], safe='')}"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer
