"""Books of the duty room: rosters, swaps, duty numbers."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.kernel.rules import rule
from anlan.places.rules import permitted
from anlan.toolkit.registers import Col, Facts, Register, Trail
from anlan.toolkit.registers.offered import Offer, offer

from .handover import HANDOVER
from .models import DutyNumber, Handover, LoggedCall, MorningSheet, RollCall, Roster, Swap
from .panels import NOTES, OPEN_MATTERS, SHEET_PANEL
from .phonelog import LOGGED
from .rollcall import ROLL_CALL
from .roster import ROSTER
from .rules import KEEP, LOG
from .selectors import (
    handovers_seen_by,
    logged_calls_seen_by,
    may_log,
    numbers_seen_by,
    roll_calls_seen_by,
    rosters_seen_by,
    sheets_seen_by,
    swaps_seen_by,
)
from .sheet import SHEET
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


class LoggedCallRegister(Register):
    kind, slug, model, label, flow = "logged_call", "phone-log", LoggedCall, _("通话记录"), LOGGED
    seen_by, create, edit, importable, order = logged_calls_seen_by, "", "", False, "-called_at"
    tones = {"open": "new", "done": "closed", "filed": "closed"}
    panels = (Facts(), Trail())
    cols = (Col("called_at", sort=True, filter="range"), Col("way", filter="exact"), Col("what", search=True, link=True),
            Col("unit", search=True), Col("caller", private="people.see_phones", show=False),
            Col("number", private="people.see_phones", show=False), Col("action", show=False), Col("to_whom"), STATE, HOUSE,
            Col("done_at", show=False), Col("area", filter="within", show=False))

    @staticmethod
    def adds(actor, at):
        return (str(_("登记通话")), "/desk/duty/log/") if may_log(actor, at) else None


class HandoverRegister(Register):
    kind, slug, model, label, flow = "handover", "handovers", Handover, _("交接班"), HANDOVER
    seen_by, create, edit, importable, order = handovers_seen_by, "", "", False, "-day"
    tones = {"given": "new", "taken": "waiting", "confirmed": "closed", "noted": "waiting"}
    panels = (NOTES, OPEN_MATTERS, Facts(), Trail())
    cols = (Col("day", link=True, sort=True, filter="range"), HOUSE, Col("giver_post"), Col("taker_post"), Col("leader_post", show=False),
            Col("matters_count"), STATE, Col("equipment", show=False), Col("keyring", show=False), Col("warnings", show=False),
            Col("note", show=False), Col("given_at", show=False), Col("taken_at", show=False), Col("confirmed_at", show=False),
            Col("area", filter="within", show=False))


class RollCallRegister(Register):
    kind, slug, model, label, flow = "roll_call", "roll-calls", RollCall, _("点名"), ROLL_CALL
    seen_by, create, edit, importable, order = roll_calls_seen_by, "", "", False, "-called_at"
    tones = {"called": "new", "answered": "closed", "missed": "late"}
    panels = (Facts(), Trail())
    cols = (Col("organisation", link=True, filter="exact"), Col("called_at", sort=True, filter="range"), STATE, Col("took"),
            Col("answerer"), Col("seconds", show=False), Col("drawn_from", show=False), Col("answered_at", show=False),
            Col("area", filter="within", show=False))


class MorningSheetRegister(Register):
    kind, slug, model, label, flow = "morning_sheet", "morning-sheets", MorningSheet, _("值班晨报"), SHEET
    seen_by, create, edit, importable, order = sheets_seen_by, "", "", False, "-day"
    tones = {"waiting": "waiting", "due": "waiting", "drawn": "new", "signed": "closed"}
    panels = (SHEET_PANEL, Facts(), Trail())
    cols = (Col("day", link=True, sort=True, filter="range"), HOUSE, STATE, Col("weather"), Col("drawn_at", show=False),
            Col("signer_post"), Col("signed_at", show=False), Col("area", filter="within", show=False))


def to_matter(case):
    return f"/desk/duty/log/{case.uid}/matter/"


def may_become_a_matter(case, actor):
    return LOG in actor.permits and case.state in ("open", "done") and case.organisation_id == actor.organisation_id


offer("logged_call", Offer("to_matter", _("转为事项"), to_matter, may_become_a_matter))
