"""The page under the bell."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from anlan.kernel.actors import Actor
from anlan.toolkit.ui import parts

from .inbox import mark_all_read, mark_read, notices_for
from .models import Notice

PAGE = 30
PRESSING = 20


def _reader(request: HttpRequest) -> tuple[Actor, datetime]:
    actor = getattr(request, "actor", None)
    if actor is None or actor.person_id is None:
        raise Http404
    return actor, request.at  # type: ignore[attr-defined]


@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    """Newest first, a page by key; `before` is the last notice of the page before."""
    actor, at = _reader(request)
    rows = notices_for(actor, at)
    if before := _before(request, rows):
        rows = rows.filter(Q(at__lt=before.at) | Q(at=before.at, id__lt=before.id))
    found = list(rows[: PAGE + 1])
    shown = found[:PAGE]
    pressing = list(rows.filter(read=False, urgent=True)[:PRESSING]) if before is None else []
    context = {
        "now": at, "pressing": [_part(n) for n in pressing], "any_unread": any(not n.read for n in shown),
        "notice_list": [_part(n) for n in shown if n not in pressing], "nothing": not shown,
        "next": f"?before={shown[-1].key}" if len(found) > PAGE else "", "first_page": before is None,
    }
    return render(request, "notices/inbox.html", context)


def _before(request: HttpRequest, rows: object) -> Notice | None:
    try:
        key = UUID(request.GET.get("before", ""))
    except ValueError:
        return None
    return rows.filter(key=key).first()  # type: ignore[attr-defined, no-any-return]


def _part(notice: Notice) -> parts.Notice:
    url = reverse("notices:open", args=[notice.key]) if notice.url else ""
    icon = "late" if notice.urgent else "bell"
    return parts.Notice(notice.text, notice.at, url, unread=not notice.read, icon=icon)  # type: ignore[attr-defined]


@require_GET
def open_notice(request: HttpRequest, key: UUID) -> HttpResponse:
    """On to what it is about; from now on it counts as read by this person."""
    actor, at = _reader(request)
    notice = notices_for(actor, at).filter(key=key).first()
    if notice is None:
        raise Http404
    mark_read([notice], actor, at)
    return redirect(notice.url or reverse("notices:inbox"))


@require_POST
def heard(request: HttpRequest, key: UUID) -> HttpResponse:
    """Acknowledged without opening it: it stops ringing on this person's screens."""
    actor, at = _reader(request)
    notice = notices_for(actor, at).filter(key=key).first()
    if notice is None:
        raise Http404
    mark_read([notice], actor, at)
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"heard": True})
    return redirect("notices:inbox")


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    actor, at = _reader(request)
    mark_all_read(actor, at)
    return redirect("notices:inbox")
