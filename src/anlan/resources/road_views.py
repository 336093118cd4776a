"""Bringing in roads from a GeoJSON file: rehearsed first, then kept in one go."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from anlan.kernel.instance import local_day
from anlan.kernel.refusals import Refused
from anlan.people.access import needs_post
from anlan.places.coordinates import Datum
from anlan.places.views.imports import SHOWN, UploadForm
from anlan.toolkit.forms import Day, TextLine
from anlan.toolkit.ui import parts

from .road_file import RoadReading
from .road_import import RoadsGiven, commit, rehearse


class RoadForm(UploadForm):
    called = TextLine(label=gettext_lazy("路网名称"), max_length=80, help_text=gettext_lazy("例如：2021年区交通图"))
    datum = forms.ChoiceField(label=gettext_lazy("坐标系"), choices=Datum.choices, initial=Datum.CGCS2000)
    source = TextLine(label=gettext_lazy("来源"), max_length=200, help_text=gettext_lazy("例如：市规划局路网数据"))
    valid_from = Day(label=gettext_lazy("启用日期"))

    def given(self) -> RoadsGiven:
        told = self.cleaned_data
        return RoadsGiven(told["called"], told["source"], told["datum"], told["valid_from"])


@require_http_methods(["GET", "POST"])
@needs_post
def import_roads(request: HttpRequest) -> HttpResponse:
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    if "roads.edit" not in actor.permits:
        raise PermissionDenied(_("道路网由应急管理部门导入和撤回"))
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = RoadForm(*sent, initial={"valid_from": local_day(at)})
    form.fields["file"].widget.attrs["accept"] = ".geojson,.json"
    shown: dict[str, Any] = {}
    if form.is_bound and form.is_valid():
        try:
            data, name, digest = form.content()
            reading = rehearse(data, form.given())
            if form.cleaned_data["staged"]:
                uid = commit(reading, form.given(), actor=actor, at=at)
                messages.success(request, _("已导入 %(n)s 条道路") % {"n": len(reading.roads)})
                return redirect(f"/desk/roads/{uid}/")
            shown = _result(reading, name, digest, form, request.path)
        except Refused as refused:
            form.add_error(None, str(refused))
    return render(request, "resources/import_roads.html", {"form": form, **shown}, status=422 if form.is_bound and form.errors else 200)


def _result(reading: RoadReading, name: str, digest: str, form: RoadForm, url: str) -> dict[str, Any]:
    given = form.given()
    hidden = {"staged": digest, "name": name, "called": given.name, "datum": given.datum, "source": given.source,
              "valid_from": given.valid_from.isoformat()}
    return {"reading": reading, "name": name, "faults": reading.faults[:SHOWN], "more": max(0, len(reading.faults) - SHOWN),
            "warnings": reading.warnings, "roads": len(reading.roads), "nodes": len(reading.graph), "km": round(reading.km, 1),
            "commit": None if reading.faults else parts.Move(_("导入"), url, primary=True, posts=True, hidden=hidden)}
