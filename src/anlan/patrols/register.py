"""The archives of visits and rounds; the warden's work has its own pages."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as lazy

from anlan.toolkit.layers import Layer
from anlan.toolkit.registers import Col, Facts, Files, Linked, Papers, Register, Trail

from .flow import ROUND, VISIT
from .models import Round, Visit
from .selectors import rounds_seen_by, visits_seen_by


class VisitRegister(Register):
    kind, slug, model, label, flow = "visit", "visits", Visit, lazy("检查"), VISIT
    seen_by = visits_seen_by
    create, edit, importable = "", "", False
    order = "-due_on"
    tones = {"planned": "new", "done": "closed", "missed": "stopped"}
    layer = Layer("visits", lazy("检查"), point="premises__tile_key", colour_by="state", title="premises__name", day="due_on")
    panels = (Facts(), Papers(), Files(), Trail())
    cols = (Col("premises", link=True), Col("by", filter="exact"), Col("result", filter="exact"),
            Col("state", badge="state"), Col("due_on", sort=True, filter="range"),
            Col("finished_at", filter="range"), Col("hazards_count"), Col("area", filter="within", show=False),
            Col("signer", show=False), Col("reason", show=False), Col("round", show=False, link=True))

    @staticmethod
    def title(case: Visit) -> str:
        return str(case.premises)


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
