"""The district as a small map to point on: outlines and names of streets and communities, nobody's data, no other service."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from shapely.geometry import shape

from anlan.kernel.instance import local_day
from anlan.people.middleware import public
from anlan.places.models import Boundary, Level

from . import limits

FINE_ENOUGH = 0.0001
"""Degrees by which an outline may be off, about ten metres: it is read on a phone."""
DIGITS, KEPT_S = 5, 3600


@public
@require_GET
def ground(request: HttpRequest) -> HttpResponse:
    if seconds := limits.wait_to_read(request):
        answer: HttpResponse = JsonResponse({"error": _("操作太频繁，请过%(n)s秒再试。") % {"n": seconds}}, status=429)
        answer["Retry-After"] = str(seconds)
        return answer
    answer = JsonResponse({"areas": outlines(local_day(request.at))}, json_dumps_params={"ensure_ascii": False})  # type: ignore[attr-defined]
    answer["Cache-Control"] = f"public, max-age={KEPT_S}"
    return answer


def outlines(on: date) -> list[dict[str, Any]]:
    """Streets first, then communities, each in its newest shape of that day; one statement."""
    rows = Boundary.objects.filter(state="active", valid_from__lte=on, area__state="active",
                                   area__level__in=(Level.STREET, Level.COMMUNITY))
    rows = rows.order_by("area_id", "-valid_from").distinct("area_id").select_related("area")
    found = [{"name": b.area.name, "level": b.area.level, "rings": _rings(b.geometry)} for b in rows]
    return sorted(found, key=lambda area: area["level"])


def _rings(geometry: dict[str, Any]) -> list[list[list[float]]]:
    drawn = shape(geometry).simplify(FINE_ENOUGH)
    parts = getattr(drawn, "geoms", [drawn])
    return [[[round(x, DIGITS), round(y, DIGITS)] for x, y, *_z in ring.coords]
            for part in parts for ring in (part.exterior, *part.interiors)]
