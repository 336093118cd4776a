"""Number and PIN, told once, to keep: on the page, as a code for another phone, on paper."""

from __future__ import annotations

from io import BytesIO
from urllib.parse import urlencode

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe

from anlan.calls import pins
from anlan.matters.models import Matter


def shown(request: HttpRequest, matter: Matter, pin: str, *, new: bool, joined: bool = False, urgent: bool = False) -> HttpResponse:
    """new False: the same was sent before; it is said, and nothing has changed. An empty PIN: too many follow it already."""
    kept = pins.kept_of(matter.code)
    address = request.build_absolute_uri("/public/follow/") + "#" + urlencode({"code": matter.code, "pin": pin, "kept": kept})
    answer = render(request, "portal/receipt.html", {
        "matter": matter, "pin": pin, "kept": kept, "new": new, "joined": joined, "urgent": urgent, "code": _drawn(address) if pin else "",
        "now": request.at})  # type: ignore[attr-defined]
    answer["Cache-Control"] = "no-store"
    return answer


def _drawn(address: str) -> str:
    """What stands after # never reaches a server's log."""
    out = BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind="svg", xmldecl=False, svgns=True, scale=4, border=2, omitsize=False)
    return mark_safe(out.getvalue().decode())
