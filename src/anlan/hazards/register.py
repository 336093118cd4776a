"""The ledger of hazards and the queue of what waits for an answer."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import pgettext_lazy

from anlan.toolkit.layers import Layer
from anlan.toolkit.registers import Col, Facts, Linked, Papers, Register, Trail

from .flow import HAZARD
from .listing import LISTING
from .listing_models import Duty
from .listing_panels import LISTED, LISTING_PANEL, PROGRESS_PANEL, TEAM_PANEL
from .models import Hazard, Listing, Proposal
from .panels import BLOCKS_PANEL, PHOTOS
from .proposals import PROPOSAL
from .selectors import hazards_seen_by, listings_seen_by, proposals_seen_by

TONES = {"found": "new", "registered": "new", "graded": "new", "notified": "working", "rectifying": "working",
         "self_checked": "waiting", "review_pending": "waiting", "closed": "closed", "cancelled": "stopped",
         "to_enforcement": "stopped"}


class HazardRegister(Register):
    kind, slug, model, label, flow = "hazard", "hazards", Hazard, lazy("隐患"), HAZARD
    seen_by = hazards_seen_by
    create, edit, importable = "", "", False
    order, tones, undo, several = "-opened_at", TONES, {"draft_order": "withdraw_order"}, True
    layer = Layer("hazards", lazy("隐患"), colour_by="level", figure="haz-standing")
    panels = (PHOTOS, LISTED, Facts(), BLOCKS_PANEL,
              Linked("proposals", "hazard", lazy("待批事项")), Linked("calls", "hazard", pgettext_lazy("noun", "呼叫")),
              Papers(), Trail())
    cols = (
        Col("what", search=True, link=True), Col("premises", link=True), Col("area", filter="within"),
        Col("level", filter="exact"), Col("state", badge="state"), Col("due_on", filter="range"),
        Col("opened_at", sort=True, filter="range", label=lazy("发现时间")), Col("code", show=False),
        Col("item_code", show=False), Col("basis", show=False), Col("place", show=False, search=True),
        Col("opener", show=False), Col("grade_reason", show=False), Col("control", show=False),
        Col("fixed_what", show=False), Col("fixer_name", show=False), Col("order_no", show=False),
        Col("review_no", show=False), Col("closing_no", show=False), Col("closed_how", show=False),
        Col("closed_at", show=False), Col("overdue_since", show=False),
        Col("extensions", show=False), Col("returns", show=False), Col("matter", show=False, link=True),
    )

    @staticmethod
    def title(case: Hazard) -> str:
        return case.what[:60]


class ListingRegister(Register):
    kind, slug, model, label, flow = "listing", "listings", Listing, lazy("挂牌督办"), LISTING
    seen_by = listings_seen_by
    create, edit, importable = "", "", False
    order = "-opened_at"
    tones = {"proposed": "new", "approved": "new", "listed": "working", "rectifying": "working", "applied": "waiting",
             "reviewing": "waiting", "closed": "closed", "announced": "closed", "declined": "stopped",
             "withdrawn": "stopped"}
    clocks = {d.value: d.label for d in Duty}
    panels = (LISTING_PANEL, Facts(), PROGRESS_PANEL, TEAM_PANEL, Papers(), Trail())
    cols = (
        Col("unit_name", search=True, link=True), Col("what", search=True), Col("listing_no"), Col("batch", filter="exact"),
        Col("level", filter="exact"), Col("area", filter="within"), Col("state", badge="state"),
        Col("late", filter="exact"), Col("due_on", filter="range"), Col("listed_on", filter="range"),
        Col("opened_at", sort=True, filter="range", label=lazy("提请时间")), Col("hazard", link=True, show=False),
        Col("premises", show=False, link=True), Col("demand", show=False),
        Col("committee", show=False, label=lazy("督办委员会"), read=lambda x: str(x.committee or "")),
        Col("department", show=False, label=lazy("督办部门"), read=lambda x: str(x.department or "")),
        Col("leader", show=False, label=lazy("督办区领导"), read=lambda x: str(x.leader or "")), Col("days", show=False),
        Col("published_at", show=False), Col("media", show=False), Col("progress_on", show=False),
        Col("missed_reports", show=False), Col("extensions", show=False), Col("extension", show=False),
        Col("extension_no", show=False), Col("applied_on", show=False), Col("review_on", show=False),
        Col("review_no", show=False), Col("failed_reviews", show=False), Col("closing_no", show=False),
        Col("closed_at", show=False), Col("closed_published_at", show=False), Col("overdue_since", show=False),
        Col("escalated_on", show=False),
    )

    @staticmethod
    def title(case: Listing) -> str:
        return f"{case.unit_name}：{case.what}"[:60]


class ProposalRegister(Register):
    kind, slug, model, label, flow = "proposal", "proposals", Proposal, lazy("待批事项"), PROPOSAL
    seen_by = proposals_seen_by
    create, edit, importable = "", "", False
    order, default_state = "-opened_at", "open"
    tones = {"open": "waiting", "accepted": "closed", "passed": "closed", "declined": "stopped", "failed": "stopped"}
    panels = (Facts(), Trail())
    cols = (Col("text", search=False, link=True), Col("sort", filter="exact"), Col("hazard", link=True),
            Col("area", filter="within"), Col("days", show=False), Col("state", badge="state"),
            Col("opened_at", sort=True, filter="range", label=lazy("提出时间")), Col("answer", show=False),
            Col("answered_at", show=False))

    @staticmethod
    def title(case: Proposal) -> str:
        return f"{case.get_sort_display()}：{case.text[:40]}"
