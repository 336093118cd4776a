"""Books of the duty room: rosters, swaps, duty numbers."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.kernel.rules import rule
from anlan.places.rules import permitted
from anlan.toolkit.registers import Col, Facts, Register, Trail

from .models import DutyNumber, Roster, Swap
from .roster import ROSTER
from .rules import KEEP
from .selectors import numbers_seen_by, rosters_seen_by, swaps_seen_by
from .swap import SWAP

HOUSE = Col("organisation", filter="exact", sort=False)
STATE = Col("state", badge="state", edit=False, filter="exact")


class RosterRegister(Register):
    kind, slug, model, label, flow = "roster", "rosters", Roster, _("值班表"), ROSTER
    seen_by, create, edit, importable, order = rosters_seen_by, "", "", False, "-month"
    tones = {"draft": "new", "published": "working"}
    panels = (Facts(), Trail())
    cols = (Col("month", link=True, filter="range", sort=True), HOUSE, STATE, Col("published_at"), Col("area", filter="within", show=False))


class SwapRegister(Register):
    kind, slug, model, label, flow = "swap", "swaps", Swap, _("换班"), SWAP
    seen_by, create, edit, importable, order = swaps_seen_by, "", "", False, "-day"
    tones = {"asked": "new", "agreed": "waiting", "approved": "closed", "declined": "stopped", "rejected": "stopped",
             "withdrawn": "stopped", "lapsed": "stopped"}
    panels = (Facts(), Trail())
    cols = (Col("day", link=True, filter="range", sort=True), Col("place", filter="exact"), Col("giver"), Col("taker"),
            Col("back_day"), HOUSE, STATE, Col("why", show=False), Col("answer", show=False), Col("area", filter="within", show=False))


@rule(_("值班电话由本机构维护，区应急管理部门和总值班室可以代为维护"))
def keeps_numbers(case, facts, actor, when, given):
    """Of a new row the body is an input; whoever looks across bodies may enter for all of them."""
    return actor.system or actor.is_any("emergency", "duty") or not case.version or case.organisation_id == actor.organisation_id


class DutyNumberRegister(Register):
    kind, slug, model, label = "duty_number", "duty-numbers", DutyNumber, _("值班电话")
    seen_by, small, key = numbers_seen_by, True, ("organisation",)
    may_create = may_edit = may_retire = permitted(KEEP, _("值班电话由值班机构维护")) & keeps_numbers
    cols = (Col("organisation", link=True, filter="exact"), Col("day_phone", search=True), Col("night_phone", search=True),
            Col("deputy_phone", search=True), Col("fax", show=False), Col("note"), Col("area", filter="within", show=False),
            Col("state", badge="state", edit=False))
