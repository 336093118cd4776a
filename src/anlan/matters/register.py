"""The register of matters."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import pgettext_lazy

from anlan.toolkit.layers import Layer
from anlan.toolkit.registers import Col, Facts, Files, Linked, Panel, Register, Trail
from anlan.toolkit.registers.offered import Offer, offer

from .flow import MATTER
from .models import Matter, Unsealing
from .panels import informant, voices
from .selectors import matters_seen_by, unsealings_seen_by
from .unsealing import ASKS, UNSEALING


class MatterRegister(Register):
    kind, slug, model, label, flow = "matter", "matters", Matter, lazy("事项"), MATTER
    seen_by = matters_seen_by
    create, edit, importable = "open", "", False
    order = "-opened_at"
    tones = {"open": "new", "answered": "working", "closed": "closed", "rejected": "stopped", "withdrawn": "stopped"}
    layer = Layer("matters", lazy("事项"), colour_by="state", figure="grd-events")
    panels = (Panel(lazy("语音说明"), voices), Facts(), Linked("hazards", "matter", lazy("隐患")),
              Linked("calls", "matter", pgettext_lazy("noun", "呼叫")), Files(), Trail())
    cols = (
        Col("what", search=True, link=True), Col("code"), Col("premises", link=True), Col("place", search=True, show=False),
        Col("area", filter="within"), Col("opener", filter="exact", edit=False), Col("channel", filter="exact"),
        Col("state", badge="state", edit=False), Col("opened_at", sort=True, filter="range", edit=False),
        Col("sort", show=False, edit=False), Col("others", show=False, edit=False), Col("reworks", show=False, edit=False),
        Col("stars", show=False, edit=False), Col("solved", show=False, edit=False), Col("comment", show=False, edit=False),
        Col("answer", show=False, edit=False), Col("reached", show=False, edit=False),
    )

    @staticmethod
    def title(case: Matter) -> str:
        return case.what[:60]


class UnsealingRegister(Register):
    kind, slug, model, label, flow = "unsealing", "unsealings", Unsealing, lazy("启封申请"), UNSEALING
    create_alone = True
    seen_by = unsealings_seen_by
    create, edit, importable, small = "ask", "", False, True
    order = "-opened_at"
    tones = {"asked": "waiting", "granted": "working", "declined": "stopped", "ended": "closed"}
    panels = (Panel(lazy("上报人"), informant), Facts(), Trail())
    cols = (Col("reason", link=True), Col("matter", link=True), Col("area", filter="within", edit=False),
            Col("state", badge="state", edit=False), Col("opened_at", sort=True, filter="range", edit=False, label=lazy("申请时间")),
            Col("answer", show=False, edit=False),
            Col("decided_at", show=False, edit=False), Col("until", show=False, edit=False), Col("looks", edit=False),
            Col("looked_at", show=False, edit=False))

    @staticmethod
    def title(case: Unsealing) -> str:
        return case.reason[:40]


offer("matter", Offer("unsealing", lazy("申请查看上报人"), lambda m: f"/desk/unsealings/new?matter={m.uid}",
                      lambda m, actor: m.opener in ("resident", "warden") and actor.is_any(*ASKS)))
