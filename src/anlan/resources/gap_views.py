"""力量空白: what of the ground nobody of a kind reaches in time, as a map and by street and community; the address is its state."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET
from shapely.geometry import mapping

from anlan.kernel.instance import local_day
from anlan.people.access import needs_post
from anlan.people.roles import OUTSIDE
from anlan.toolkit.registers.books import note
from anlan.toolkit.registers.declare import REGISTERS
from anlan.toolkit.sheets import write_csv
from anlan.toolkit.ui import parts

from . import gaps
from .gap_drawing import KINDS, drawing
from .gap_facts import DAY, NIGHT, NOW, Asked, Ground, answering, ground_of_reader
from .gaps import Answers, Covered, Network, Row, covered, rows_of, whole
from .matching import Roads
from .road_facts import network_on, straight_on
from .team_models import Skill

ALL = "all"
KIND_CHOICES = [(ALL, gettext_lazy("所有救援队伍")), *Skill.choices, ("rescue-station", gettext_lazy("街道应急救援站")),
                ("service-station", gettext_lazy("社区应急服务站（已建成）"))]
WHEN_CHOICES = [(DAY, gettext_lazy("白天")), (NIGHT, gettext_lazy("夜间")), (NOW, gettext_lazy("此刻"))]
USUAL = 15


class GapForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("力量"), choices=KIND_CHOICES)
    within = forms.IntegerField(label=gettext_lazy("几分钟内到达"), min_value=1, max_value=240)
    when = forms.ChoiceField(label=gettext_lazy("时段"), choices=WHEN_CHOICES)

    def asked(self) -> Asked:
        told = self.cleaned_data
        return Asked("" if told["kind"] == ALL else told["kind"], told["within"], told["when"])


@dataclass(frozen=True)
class Found:
    asked: Asked
    ground: Ground
    answers: Sequence[Answers]
    covered: Sequence[Covered]
    rows: Sequence[Row]
    whole: Row | None
    roads: Roads
    network: str


def find(asked: Asked, request: HttpRequest) -> Found:
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    day = local_day(at)
    ground, answers, roads, network = ground_of_reader(actor, at), answering(asked, actor, at), straight_on(day), network_on(day)
    found = covered(ground.plots, answers, roads, Network(network.graph, network.snap_m) if network else None)
    return Found(asked, ground, answers, found, rows_of(found, asked.within), whole(found, asked.within), roads,
                 network.name if network else "")


def _form(request: HttpRequest) -> GapForm:
    if request.actor.is_any(*OUTSIDE):  # type: ignore[attr-defined]
        raise PermissionDenied(_("应急力量由各级值班和指挥人员查看。"))
    told = {"kind": ALL, "within": USUAL, "when": DAY, **{k: v for k, v in request.GET.items() if k in GapForm.base_fields and v}}
    return GapForm(told)


@require_GET
@needs_post
def gap_page(request: HttpRequest) -> HttpResponse:
    form = _form(request)
    if not form.is_valid():
        return render(request, "resources/gap.html", {"form": form}, status=422)
    found = find(form.asked(), request)
    state = request.GET.urlencode()
    links = [parts.Link(label, f"/desk/resources/gap/{format}/{'?' + state if state else ''}")
             for format, label in (("csv", _("按街道社区的表（CSV）")), ("geojson", _("按网格的图（GeoJSON）")))]
    return render(request, "resources/gap.html", {
        "form": form, "found": found, "links": links, "now": request.at,  # type: ignore[attr-defined]
        "kind": dict(KIND_CHOICES)[found.asked.kind or ALL], "when": dict(WHEN_CHOICES)[found.asked.when],
        "drawing": drawing(found.ground, found.covered, found.answers, found.asked.within)})


@require_GET
@needs_post
def gap_export(request: HttpRequest, format: str) -> HttpResponseBase:
    """The same as the page, for another's sheet or map; that somebody took it is journalled."""
    form = _form(request)
    if format not in ("csv", "geojson") or not form.is_valid():
        raise Http404
    found = find(form.asked(), request)
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    count = len(found.rows) if format == "csv" else len(found.covered)
    note(REGISTERS["teams"], "exported", actor=actor, at=at, data={"rows": count, "format": format.upper()})
    answer: HttpResponseBase
    if format == "csv":
        answer = StreamingHttpResponse(write_csv(headers(), map(sheet_row, found.rows)), content_type="text/csv; charset=utf-8")
    else:
        answer = HttpResponse(json.dumps(as_geojson(found), ensure_ascii=False), content_type="application/geo+json")
    name = quote(f"{_('力量空白')}{local_day(at).isoformat()}.{format}")
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    answer["Cache-Control"] = "no-store"
    return answer


def headers() -> list[str]:
    return [_("街道"), _("社区"), _("网格数"), _("够不到的网格数"), _("面积（平方公里）"), _("够不到的面积（平方公里）"),
            _("够不到的面积占比"), _("单位数"), _("够不到的单位数"), _("最慢的网格"), _("最先到的力量"), _("分钟")]


def sheet_row(row: Row) -> list[Any]:
    slowest = row.slowest
    return [row.street, row.community or _("合计"), row.plots, row.out, round(row.km2, 3), round(row.km2_out, 3), f"{row.share * 100:.1f}%",
            row.units, row.units_out, slowest.plot.name, slowest.answers.name if slowest.answers else "",
            "" if slowest.minutes is None else slowest.minutes]


def as_geojson(found: Found) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(_features(found))}


def _features(found: Found) -> Iterator[dict[str, Any]]:
    for c in found.covered:
        yield {"type": "Feature", "geometry": mapping(found.ground.shapes[c.plot.code]), "properties": {
            "code": c.plot.code, "name": c.plot.name, "community": c.plot.community, "street": c.plot.street, "minutes": c.minutes,
            "nearest": c.answers.name if c.answers else None, "within": c.step(found.asked.within) == gaps.NEAR,
            "step": KINDS[c.step(found.asked.within)], "by_road": c.by_road, "units": c.plot.units, "km2": round(c.plot.km2, 4)}}
