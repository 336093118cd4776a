"""Taking in the tree of areas and the map: a file is rehearsed first, then stored in one go."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from anlan.kernel.instance import local_day
from anlan.kernel.refusals import Refusal, Refused
from anlan.toolkit.attachments.keeping import store
from anlan.toolkit.forms import Day, TextLine
from anlan.toolkit.ui import parts

from .. import area_import, boundary_import
from ..coordinates import Datum

SHOWN = 200
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class UploadForm(forms.Form):
    """A file, or the one that was rehearsed a moment ago by its hash."""

    file = forms.FileField(label=gettext_lazy("文件"), required=False)
    staged = forms.RegexField(r"^[0-9a-f]{64}$", required=False, widget=forms.HiddenInput)
    name = forms.CharField(max_length=200, required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not given.get("file") and not given.get("staged"):
            self.add_error("file", _("请选择文件"))
        return given

    def content(self) -> tuple[bytes, str, str]:
        """(bytes, name, hash). Raises Refused where a staged file is gone."""
        given = self.cleaned_data
        if given.get("file"):
            data = given["file"].read()
            return data, given["file"].name, store().put(data)
        try:
            return store().get(given["staged"]), given["name"], given["staged"]
        except FileNotFoundError:
            raise Refused(Refusal((_("文件已不在，请重新上传"),))) from None


class BoundaryForm(UploadForm):
    datum = forms.ChoiceField(label=gettext_lazy("坐标系"), choices=Datum.choices, initial=Datum.CGCS2000)
    source = TextLine(label=gettext_lazy("来源"), max_length=200,
                      help_text=gettext_lazy("例如：区民政局2021年勘界成果"))
    valid_from = Day(label=gettext_lazy("生效日期"))
    generated = forms.BooleanField(label=gettext_lazy("示意边界，不是法定界线"), required=False)


def _keeps_areas(request: HttpRequest) -> None:
    if "areas.edit" not in request.actor.permits:  # type: ignore[attr-defined]
        raise Http404


@require_http_methods(["GET", "POST"])
def areas(request: HttpRequest) -> HttpResponse:
    """The tree of areas from a sheet."""
    _keeps_areas(request)
    form = UploadForm(*_sent(request))
    form.fields["file"].widget.attrs["accept"] = ".xlsx,.csv"
    result = None
    if request.method == "POST" and form.is_valid():
        try:
            data, name, digest = form.content()
            done = area_import.rehearse(data, name)
            if isinstance(done, Refusal):
                raise Refused(done)
            if form.cleaned_data["staged"]:
                count = area_import.commit(done, actor=request.actor, at=request.at)  # type: ignore[attr-defined]
                messages.success(request, _("已建立或更名 %(count)s 个区域") % {"count": count})
                return redirect("/desk/areas/")
            result = _area_result(done, name, digest, request.path)
        except Refused as refused:
            form.add_error(None, str(refused))
    return render(request, "places/import_areas.html", {"form": form, "result": result}, status=_status(form))


def _sent(request: HttpRequest) -> tuple[Any, Any]:
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


def _status(form: forms.Form) -> int:
    return 422 if form.is_bound and form.errors else 200


def _area_result(done: area_import.Rehearsal, name: str, digest: str, url: str) -> parts.ImportResult:
    faults = [parts.ImportFault(f.line, f.column, f.label, f.sentence) for f in done.faults[:SHOWN]]
    commit = None if done.faults else parts.Move(
        _("导入"), url, primary=True, posts=True, hidden={"staged": digest, "name": name})
    return parts.ImportResult(name, done.rows, done.good, faults, commit, again_url=url,
                              more_faults=max(0, len(done.faults) - SHOWN))


@require_GET
def area_template(request: HttpRequest) -> HttpResponse:
    """The empty sheet."""
    _keeps_areas(request)
    answer = HttpResponse(area_import.template(), content_type=SHEET)
    answer["Content-Disposition"] = "attachment; filename*=UTF-8''%E5%8C%BA%E5%88%92.xlsx"
    return answer


@require_http_methods(["GET", "POST"])
def boundaries(request: HttpRequest) -> HttpResponse:
    """Boundaries from a GeoJSON file."""
    _keeps_areas(request)
    on = local_day(request.at)  # type: ignore[attr-defined]
    form = BoundaryForm(*_sent(request), initial={"valid_from": on})
    form.fields["file"].widget.attrs["accept"] = ".geojson,.json"
    shown: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        try:
            data, name, digest = form.content()
            given = {k: form.cleaned_data[k] for k in ("datum", "source", "valid_from", "generated")}
            done = boundary_import.rehearse(data, **given)
            if form.cleaned_data["staged"]:
                count = boundary_import.commit(done, actor=request.actor, at=request.at)  # type: ignore[attr-defined]
                messages.success(request, _("已登记 %(count)s 个区域的边界") % {"count": count})
                return redirect("/desk/areas/")
            shown = _boundary_result(done, name, digest, given, request.path)
        except Refused as refused:
            form.add_error(None, str(refused))
    return render(request, "places/import_boundaries.html", {"form": form, **shown}, status=_status(form))


def _boundary_result(done: boundary_import.Rehearsal, name: str, digest: str, given: dict[str, Any],
                     url: str) -> dict[str, Any]:
    hidden = {"staged": digest, "name": name, "datum": given["datum"], "source": given["source"],
              "valid_from": given["valid_from"].isoformat()} | ({"generated": "on"} if given["generated"] else {})
    commit = None if done.faults else parts.Move(_("登记边界"), url, primary=True, posts=True, hidden=hidden)
    return {"done": done, "name": name, "commit": commit, "faults": done.faults[:SHOWN],
            "warnings": done.warnings[:SHOWN], "good": len(done.rows), "more": max(0, len(done.faults) - SHOWN)}
