"""Pages of a unit beyond its file: the doorplate, the notice card, and what a passer-by sees who scans the plate."""

from __future__ import annotations

from io import BytesIO
from uuid import UUID, uuid4

import segno
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET

from anlan.kernel.instance import local_day
from anlan.people.access import needs_post
from anlan.people.middleware import public
from anlan.toolkit.documents import to_pdf

from .documents import risk_card
from .models import Premises
from .selectors import premises_seen_by


def _unit(request: HttpRequest, uid: UUID) -> Premises:
    unit = premises_seen_by(request.actor, request.at).filter(uid=uid).first()
    if unit is None:
        raise Http404
    return unit


def door_address(request: HttpRequest, unit: Premises) -> str:
    return request.build_absolute_uri(f"/public/door/{unit.door_token}/")


@require_GET
@needs_post
def doorplate(request: HttpRequest, uid: UUID) -> HttpResponse:
    """A plate to print and stick beside the door."""
    unit = _unit(request, uid)
    out = BytesIO()
    segno.make(door_address(request, unit), error="q", micro=False).save(out, kind="svg", xmldecl=False, svgns=True,
                                                                        scale=6, border=2, omitsize=False)
    return render(request, "premises/doorplate.html", {
        "unit": unit, "code": mark_safe(out.getvalue().decode()), "address": door_address(request, unit)})


@require_GET
@needs_post
def card(request: HttpRequest, uid: UUID) -> HttpResponse:
    """风险告知卡 as PDF."""
    unit = _unit(request, uid)
    out = BytesIO()
    segno.make(door_address(request, unit), error="q", micro=False).save(out, kind="png", scale=8, border=2)
    points = unit.risk_points.filter(state="active").order_by("id")
    paper = risk_card(unit, list(points), on=local_day(request.at), issuer=str(request.actor.detail("organisation") or ""),
                      code=out.getvalue())
    response = HttpResponse(to_pdf(paper), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="card-{unit.uid}.pdf"'
    return response


@require_GET
@public
def door(request: HttpRequest, token: UUID) -> HttpResponse:
    """Who scans the plate: a post on duty goes to its check, everyone else sees what the card says."""
    unit = Premises.objects.filter(door_token=token).exclude(state="closed").first()
    if unit is None:
        raise Http404
    if request.actor.is_any("warden", "community", "street", "officer") and premises_seen_by(
            request.actor, request.at).filter(id=unit.id).exists():
        return redirect("field-drop-in", unit.uid, uuid4())
    points = unit.risk_points.filter(state="active").order_by("id")
    return render(request, "premises/door.html", {"unit": unit, "points": points})
