"""The register of matters."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import pgettext_lazy

from anlan.toolkit.layers import Layer
from anlan.toolkit.registers import Col, Facts, Files, Linked, Register, Trail

from .flow import MATTER
from .models import Matter
from .selectors import matters_seen_by


class MatterRegister(Register):
    kind, slug, model, label, flow = "matter", "matters", Matter, lazy("事项"), MATTER
    seen_by = matters_seen_by
    create, edit, importable = "open", "", False
    order = "-opened_at"
    tones = {"open": "new", "answered": "working", "closed": "closed", "rejected": "stopped", "withdrawn": "stopped"}
    layer = Layer("matters", lazy("事项"), colour_by="state")
    panels = (Facts(), Linked("hazards", "matter", lazy("隐患")),
              Linked("calls", "matter", pgettext_lazy("noun", "呼叫")), Files(), Trail())
    cols = (
        Col("what", search=True, link=True), Col("code"), Col("premises", link=True), Col("place", search=True, show=False),
        Col("area", filter="within"), Col("opener", filter="exact", edit=False), Col("channel", filter="exact"),
        Col("state", badge="state", edit=False), Col("opened_at", sort=True, filter="range", edit=False),
        Col("sort", show=False, edit=False), Col("others", show=False, edit=False), Col("reworks", show=False, edit=False),
        Col("stars", show=False, edit=False), Col("solved", show=False, edit=False), Col("comment", show=False, edit=False),
        Col("answer", show=False, edit=False), Col("reached", show=False, edit=False),
        Col("reporter_name", show=False, private="people.see_phones"),
        Col("reporter_phone", show=False, private="people.see_phones"),
    )

    @staticmethod
    def title(case: Matter) -> str:
        return case.what[:60]
