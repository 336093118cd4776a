"""GET /desk/morning/ for the desk and the printer, /desk/morning/wall/ for the room."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from anlan.kernel.areas import within
from anlan.kernel.instance import local_day
from anlan.kernel.models import Area, Entry
from anlan.kernel.rulebook import rulebook
from anlan.people.access import needs_post
from anlan.toolkit.ui import parts

from ..shell import head_and_unread
from .due import sections
from .headlines import headlines
from .late import late_by_area
from .night import night_begins, night_of

FIRST_ON_PAPER = 6
"""Lines of a group that are printed; the page holds more behind a tap."""


@require_GET
@needs_post
def morning(request: HttpRequest) -> HttpResponse:
    return render(request, "desk/morning.html", _told(request))


@require_GET
@needs_post
def wall(request: HttpRequest) -> HttpResponse:
    """The same parts in turn, large and without a frame."""
    return render(request, "desk/morning_wall.html", _told(request))


def _told(request: HttpRequest) -> dict[str, Any]:
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    head, _unread = head_and_unread(request)  # before the rows are read: what is sealed later comes by the stream
    rules, (ground, below) = rulebook(), _areas(actor.area_id, local_day(at))
    names = {a.id: a.name for a in below}
    return {
        "day": local_day(at), "week": (local_day(at) - timedelta(days=7), local_day(at) - timedelta(days=1)), "ground": ground,
        "night_since": night_begins(at), "night": night_of(actor, at, head, rules, names), "now": at,
        "headlines": headlines(ground.id, ground.uid, at, ground.began) if ground else [],
        "late": late_by_area(ground, below, at) if ground else [], "parts_called": _called(below),
        "sections": sections(actor, at, rules, names), "first_on_paper": FIRST_ON_PAPER,
        "calm": parts.Empty(_("昨晚没有新情况"), _("昨天18时以后，您的范围内没有发现、呼叫、逾期和办结。"), icon="check")}


def _areas(ground_id: int | None, day: Any) -> tuple[Any, list[Area]]:
    """The reader's ground, with the instant at which the journal begins, and the areas one level below; one statement."""
    if ground_id is None:
        return None, []
    level = Area.objects.filter(id=ground_id).values("level")[:1]
    rows = Area.objects.filter(id__in=within(ground_id, day), level__lte=Subquery(level) + 1, state="active")
    found = list(rows.annotate(began=Subquery(Entry.objects.order_by("id").values("at")[:1])).order_by("level", "code"))
    ground = next((a for a in found if a.id == ground_id), None)
    return ground, [a for a in found if a.id != ground_id]


def _called(below: list[Area]) -> str:
    return {1: _("街道"), 2: _("社区"), 3: _("网格")}.get(below[0].level if below else 0, _("区域"))
