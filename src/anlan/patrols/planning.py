"""The office plans a day's rounds: who walks, how many units are due, and one button for all."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from anlan.kernel.areas import within
from anlan.kernel.door import Receipt
from anlan.kernel.instance import local_day
from anlan.people.access import needs_post
from anlan.people.models import Post

from .models import Round
from .rounds import due_by_area, plan_rounds
from .rules import PLANNERS

MOST_POSTS = 400


@require_http_methods(["GET", "POST"])
@needs_post
def plan(request: HttpRequest) -> HttpResponse:
    if not request.actor.is_any(*PLANNERS):
        raise PermissionDenied(_("任务由社区、街道或有关部门安排。"))
    day = _day(request)
    posts = list(wardens(request, day)[:MOST_POSTS])
    if request.method == "POST":
        made = plan_rounds(posts, day, actor=request.actor, at=request.at)
        count = sum(isinstance(r, Receipt) for r in made)
        messages.success(request, _("已安排{n}张任务单。").format(n=count) if count else _("没有到期的单位，或当天已经安排。"))
        return redirect(f"{request.path}?day={day}")
    return render(request, "patrols/plan.html", {"day": day, "rows": _rows(posts, day), "tomorrow": local_day(request.at)
                                                 + timedelta(days=1), "today": local_day(request.at)})


def _day(request: HttpRequest) -> date:
    raw = request.POST.get("day") or request.GET.get("day") or ""
    try:
        return parse_date(raw) or local_day(request.at)
    except ValueError:
        return local_day(request.at)


def wardens(request: HttpRequest, day: date) -> Any:
    """Wardens' posts on the actor's ground."""
    rows = Post.objects.filter(state="active", roles__contains=["warden"], area__isnull=False)
    return rows.filter(area_id__in=within(request.actor.area_id, day)).select_related("area").order_by("area__code", "id")


def _rows(posts: list[Post], day: date) -> list[dict[str, Any]]:
    planned = {r.post_id: r for r in Round.objects.filter(post_id__in=[p.id for p in posts], day=day)}
    due = due_by_area([p.area_id for p in posts], day)
    return [{"post": p, "round": planned.get(p.id), "due": due.get(p.area_id, 0)} for p in posts]
