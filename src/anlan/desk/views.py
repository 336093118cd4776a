"""The public front, search, and the catalogue of figures."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from anlan.hazards.selectors import hazards_seen_by
from anlan.kernel.flows import FLOWS
from anlan.kernel.instance import local_day
from anlan.matters.selectors import matters_seen_by
from anlan.people.access import needs_post
from anlan.places.grids import district_name
from anlan.premises.selectors import premises_seen_by
from anlan.toolkit.codes import looks_right
from anlan.toolkit.indicators import INDICATORS, url_of
from anlan.toolkit.ui import parts

from .shell import home_of


@require_GET
def front(request: HttpRequest) -> HttpResponse:
    """The public front: what this is, how to report, where to sign in."""
    if request.actor.post_id is not None:
        return redirect(home_of(request.actor))
    if not district_name():
        return redirect("/setup/")
    return render(request, "desk/front.html")


@require_GET
def no_stream(request: HttpRequest) -> HttpResponse:
    """Where a server without the stream answers (anlan.rsgi has its own): the page asks no more."""
    return HttpResponse("event: off\ndata: {}\n\n", content_type="text/event-stream")


@require_GET
@needs_post
def search(request: HttpRequest) -> HttpResponse:
    """Units, hazards and matters by name, address or code; a whole code opens its case."""
    text = request.GET.get("q", "").strip()[:60]
    if looks_right(text):
        for kind, rows in (("hazard", hazards_seen_by), ("matter", matters_seen_by)):
            case = rows(request.actor, request.at).filter(code=text.upper()).first()
            if case:
                return redirect(FLOWS[kind].url(case.uid))
    return render(request, "desk/search.html", {"text": text, "found": _found(request, text) if len(text) > 1 else {}})


def _found(request: HttpRequest, text: str) -> dict[str, list[Any]]:
    actor, at = request.actor, request.at
    return {
        "premises": list(premises_seen_by(actor, at).filter(name__icontains=text)[:10]),
        "hazards": list(hazards_seen_by(actor, at).filter(what__icontains=text)[:10]),
        "matters": list(matters_seen_by(actor, at).filter(what__icontains=text)[:10]),
    }


@require_GET
@needs_post
def figures(request: HttpRequest) -> HttpResponse:
    """The catalogue of figures: what each counts; each opens its value for the reader's ground, and its rows."""
    day = local_day(request.at)
    text = request.GET.get("q", "").strip()
    chosen = [i for i in sorted(INDICATORS.values(), key=lambda i: i.id) if text.lower() in f"{i.name}{i.name_en}{i.definition}".lower()]
    since = day.replace(month=1, day=1)
    rows = [parts.Row((i.label, i.unit, i.definition, str(i.belongs), i.split), url_of(i.id, None, day, since)) for i in chosen]
    columns = (parts.Column(_("指标")), parts.Column(_("单位")), parts.Column(_("数的是什么")), parts.Column(_("归属")),
               parts.Column(_("可以按这些看")))
    empty = parts.Empty(_("没有找到这样的指标"), _("可以换一个更短的词。"))
    table = parts.Table(_("指标"), columns, rows, empty)
    return render(request, "desk/figures.html", {"table": table, "text": text, "day": day})
