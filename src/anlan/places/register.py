"""The register of areas, and the pages of boundaries and of single values of rules."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from shapely.geometry import shape as shape_of

from anlan.kernel.models import Area
from anlan.toolkit.registers import CasePages, Col, Facts, Panel, Register, Trail
from anlan.toolkit.ui.sketch import sketch

from .flow import AREA, BOUNDARY, PARAMETER
from .forms import CONFIDENCES
from .geometry import square_metres
from .models import Boundary, Level
from .selectors import areas_seen, boundaries_seen, parameters_seen
from .words import value_words

STATES = {"active": "working", "retired": "stopped", "withdrawn": "stopped"}


def parent_of(area: Any) -> str:
    return getattr(area, "parent_name", "") or ""


class Areas(Register):
    kind, slug, model, label, flow = "area", "areas", Area, _("区域"), AREA
    edit, small, order, key, called_by = "rename", True, "-id", ("code",), ("code", "name")
    importable = False  # a tree comes in by its own sheet: places.area_import
    seen_by = areas_seen
    tones = STATES
    cols = (
        Col("name", search=True, link=True), Col("code", search=True, filter="exact"),
        Col("level", filter="exact", choices=Level.choices, edit=False),
        Col("parent", label=_("上级区域"), read=parent_of),
        Col("valid_from", filter="range"), Col("valid_to", filter="range"), Col("state", badge="state", edit=False),
    )
    panels = (Facts(), Panel(_("边界"), lambda view: boundary_lines(view)), Trail())

    @staticmethod
    def initial(case: Any) -> dict[str, Any]:
        return {"name": case.name}


def boundary_lines(view: Any) -> str:
    """The area's boundaries, newest first: the newest drawn, each with its size and where it came from."""
    rows = list(boundaries_seen(view.actor, view.at).filter(area_id=view.case.id, state="active")[:20])
    for row in rows:
        row.extent = extent(row)
    return drawn(rows[0], rows) if rows else ""


def drawn(row: Boundary, rows: list[Boundary]) -> str:
    caption = _("示意边界，不是法定界线") if row.generated else row.source
    return render_to_string("places/boundary_panel.html", {
        "drawing": sketch(row.geometry, label=row.area.name), "caption": caption, "rows": rows})


def extent(row: Boundary) -> str:
    """0.99 平方公里."""
    return str(_("%(size).2f平方公里") % {"size": square_metres(shape_of(row.geometry)) / 1e6})


CasePages(
    flow=BOUNDARY, slug="boundaries", seen_by=boundaries_seen, tones={"active": "working", "withdrawn": "stopped"},
    facts=(Col("area", edit=False), Col("valid_from"), Col("source"), Col("datum"), Col("generated"),
           Col("extent", label=_("面积"), read=extent)),
    panels=(Facts(), Panel(_("图示"), lambda view: drawn(view.case, [])), Trail()))
CasePages(
    flow=PARAMETER, slug="settings", seen_by=parameters_seen, tones={"active": "working", "withdrawn": "stopped"},
    facts=(Col("label"), Col("key"), Col("told", label=_("取值"), read=lambda row: value_words(row.value, row.key)),
           Col("valid_from"), Col("source"), Col("confidence", choices=CONFIDENCES)),
    panels=(Facts(), Trail()))
