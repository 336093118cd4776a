"""The archives of visits and rounds; the warden's work has its own pages."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from anlan.toolkit.layers import Layer
from anlan.toolkit.registers import Col, Facts, Files, Linked, Panel, Papers, Register, Trail
from anlan.toolkit.ui import parts

from .flow import ROUND, VISIT
from .models import Round, SelfInspection, Visit
from .selectors import rounds_seen_by, self_inspections_seen_by, visits_seen_by
from .self_inspection import SELF_INSPECTION


class VisitRegister(Register):
    kind, slug, model, label, flow = "visit", "visits", Visit, lazy("检查"), VISIT
    seen_by = visits_seen_by
    create, edit, importable = "", "", False
    order = "-due_on"
    tones = {"planned": "new", "done": "closed", "missed": "stopped"}
    layer = Layer("visits", lazy("检查"), point="premises__tile_key", colour_by="state", title="premises__name", day="due_on",
                  figure="haz-units-checked")
    panels = (Facts(), Papers(), Files(), Trail())
    cols = (Col("premises", link=True), Col("by", filter="exact"), Col("result", filter="exact"),
            Col("state", badge="state"), Col("due_on", sort=True, filter="range"),
            Col("finished_at", filter="range"), Col("hazards_count"), Col("area", filter="within", show=False),
            Col("signer", show=False), Col("reason", show=False), Col("round", show=False, link=True))

    @staticmethod
    def title(case: Visit) -> str:
        return str(case.premises)


def problems(view: Any) -> str:
    """What the unit found at home, and what became of it."""
    facts = [parts.Fact(p["what"], _("已改好：{how}").format(how=p["mended"]) if p["mended"] else _("未改好")) for p in view.case.problems]
    return render_to_string("patrols/problems.html", {"facts": facts}) if facts else ""


class SelfInspectionRegister(Register):
    kind, slug, model, label, flow = "self_inspection", "self-inspections", SelfInspection, lazy("自查"), SELF_INSPECTION
    seen_by = self_inspections_seen_by
    create, edit, importable, small = "", "", False, True
    order = "-done_on"
    tones = {"kept": "closed"}
    panels = (Facts(), Panel(lazy("发现的问题"), problems), Files(), Trail())
    cols = (Col("premises", link=True), Col("done_on", sort=True, filter="range"), Col("found"), Col("standing"),
            Col("area", filter="within"), Col("inspector_name", show=False), Col("note", show=False),
            Col("state", show=False, badge="state"))

    @staticmethod
    def title(case: SelfInspection) -> str:
        return f"{case.premises} {case}"


class RoundRegister(Register):
    kind, slug, model, label, flow = "round", "rounds", Round, lazy("巡查任务单"), ROUND
    seen_by = rounds_seen_by
    create, edit, importable = "plan", "", False
    order = "-day"
    tones = {"open": "working", "done": "closed", "lapsed": "late"}
    layer = Layer("wardens", lazy("网格员在岗"), point="last_key", colour_by="state", title="last_told", day="day", moved_by="visit",
                  added=("last_key", "last_told"))
    panels = (Facts(), Linked("visits", "round", lazy("检查")), Trail())
    cols = (Col("name", link=True), Col("area", filter="within"), Col("day", sort=True, filter="range"),
            Col("done", label=lazy("已查"), read=lambda r: r.done), Col("total", label=lazy("应查"), read=lambda r: r.total),
            Col("state", badge="state"), Col("finished_at", show=False))
