"""The register of calls and of what assistants did; the work is done on the call's own page."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import pgettext_lazy

from anlan.kernel.flows import BY_MODEL
from anlan.toolkit.layers import Layer
from anlan.toolkit.registers import REGISTERS, CasePages, Col, Facts, Files, Register, Trail
from anlan.toolkit.registers.offered import Offer, offer

from .attendance import ATTENDANCE
from .drawing import TONES
from .flow import CALL, UNDER_WAY
from .models import Attendance, Call
from .panels import HELPERS, JOINED, LADDER, READERS
from .rules import level_of
from .selectors import attendances_seen_by, calls_seen_by


class CallRegister(Register):
    kind, slug, model, label, flow = "call", "calls", Call, pgettext_lazy("noun", "呼叫"), CALL
    create_alone = True
    seen_by = calls_seen_by
    create, edit, importable = "ring", "", False
    order, tones = "-opened_at", TONES
    layer = Layer("calls", pgettext_lazy("noun", "呼叫"), point="matter__tile_key", colour_by="priority", counted=False,
                  limits=True)
    panels = (LADDER, JOINED, HELPERS, Facts(), Files(), READERS, Trail())
    cols = (
        Col("goal", search=True, link=True, edit=False), Col("priority", filter="exact"), Col("to_level", filter="exact"),
        Col("state", badge="state", edit=False), Col("area", filter="within"),
        Col("opened_at", sort=True, filter="range", label=lazy("呼叫时间")), Col("code", show=False),
        Col("matter", show=False, link=True), Col("premises", show=False, link=True),
        Col("place", show=False, search=True), Col("trade", filter="exact", show=False),
        Col("reason", filter="exact", show=False), Col("tried", show=False), Col("wanted", show=False),
        Col("meet_at", show=False), Col("meet_place", show=False), Col("signed_at", show=False), Col("arrived_at", show=False),
        Col("finished_at", show=False), Col("result", filter="exact", show=False), Col("finding", show=False),
        Col("response_stars", show=False), Col("result_stars", show=False), Col("comment", show=False),
        Col("returns", show=False), Col("reworks", show=False), Col("reports", show=False),
        Col("in_time", show=False), Col("climbed", show=False),
    )

    @staticmethod
    def title(case: Call) -> str:
        return case.goal[:60]


PAGES = CasePages(flow=CALL, slug="calls", seen_by=calls_seen_by, facts=CallRegister.cols, panels=CallRegister.panels,
                  tones=TONES, template="calls/call.html", register=REGISTERS["calls"])


class AttendanceRegister(Register):
    kind, slug, model, label, flow = "attendance", "attendances", Attendance, lazy("协办报到"), ATTENDANCE
    seen_by = attendances_seen_by
    create, edit, importable = "", "", False
    order = "-opened_at"
    tones = {"summoned": "new", "signed": "working", "present": "working", "left": "closed", "released": "stopped"}
    panels = (Facts(), Trail())
    cols = (Col("why", link=True), Col("call", link=True), Col("state", badge="state"), Col("area", filter="within"),
            Col("opened_at", sort=True, filter="range", label=lazy("请协办时间")), Col("people", show=False),
            Col("signed_at", show=False), Col("arrived_at", show=False), Col("left_at", show=False), Col("did", show=False),
            Col("absent", show=False))

    @staticmethod
    def title(case: Attendance) -> str:
        return case.why[:60]


def may_call(case, actor) -> bool:
    """Whoever stands on the ladder, while the case is not over."""
    return bool(level_of(actor)) and case.state not in BY_MODEL[type(case)].final


def ring_on_matter(case) -> str:
    return f"/desk/calls/ring/?matter={case.uid}"


def ring_on_hazard(case) -> str:
    return f"/desk/calls/ring/?matter={case.matter.uid}&hazard={case.uid}"


def merge_with(case) -> str:
    return f"/desk/calls/{case.uid}/same/"


def may_be_merged(case, actor) -> bool:
    return bool(level_of(actor)) and case.state in UNDER_WAY


offer("call", Offer("same", lazy("合并重复"), merge_with, may_be_merged))
offer("matter", Offer("ring", pgettext_lazy("verb", "呼叫"), ring_on_matter, may_call))
offer("hazard", Offer("ring", pgettext_lazy("verb", "呼叫"), ring_on_hazard, may_call))
