"""The books of gateways, channels and messages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from anlan.kernel.actors import Actor
from anlan.toolkit.registers import Col, Facts, Panel, Register, Trail
from anlan.toolkit.ui import parts

from . import flow
from .codes import shown_here
from .models import Channel, Gateway, Message, MessageSort, Sort
from .selectors import channels_seen_by, gateways_seen_by, messages_seen_by

STATE = Col("state", badge="state", edit=False, filter="exact")


def account(view: Any) -> str:
    return render_to_string("outgoing/account.html", {"gateway": view.case, "may": "gateways.edit" in view.actor.permits})


class Gateways(Register):
    kind, slug, model, label, flow = "gateway", "gateways", Gateway, _("外发网关"), flow.GATEWAY
    seen_by, create, edit, small, importable = gateways_seen_by, "", "", True, False
    tones = {"open": "working", "shut": "stopped"}
    cols = (Col("name", search=True, link=True), Col("sort", filter="exact"), Col("hint"), STATE)
    panels = (Panel(_("账号"), account), Facts(), Trail())

    @staticmethod
    def adds(actor: Actor, at: datetime) -> tuple[str, str] | None:
        return (str(_("登记外发网关")), "/desk/gateways/add/") if "gateways.edit" in actor.permits else None


class Channels(Register):
    kind, slug, model, label, flow = "channel", "channels", Channel, _("外发渠道"), flow.CHANNEL
    seen_by, create, edit, small, importable = channels_seen_by, "", "", True, False
    tones = {"active": "working", "muted": "waiting", "removed": "stopped"}
    cols = (Col("name", search=True, link=True), Col("way", label=_("途径"), read=lambda row: Sort(row.gateway.sort).label),
            Col("hint"), Col("holder", search=True), STATE)
    panels = (Facts(), Trail())

    @staticmethod
    def adds(actor: Actor, at: datetime) -> tuple[str, str] | None:
        """The bureau adds for a house or a post, everybody for herself."""
        if "gateways.edit" in actor.permits:
            return str(_("添加机构的外发渠道")), "/desk/channels/add/"
        return (str(_("添加我的渠道")), "/desk/my-notices/") if actor.person_id is not None else None


def course(view: Any) -> str:
    """Each try at sending, and what went together with it."""
    tries = list(view.case.attempts.order_by("id")[:50])
    together = []
    if view.case.sort == MessageSort.DIGEST:
        together = [(m.text, f"/desk/messages/{m.uid}/") for m in messages_seen_by(view.actor, view.at).filter(
            digest=view.case.uid).order_by("id")[:50]]
    lines = [parts.TrailEntry(t.began_at, str(t.fault or (_("网关已接受") if t.ended_at else _("没有回音"))),
                              late=bool(t.fault)) for t in tries]
    return render_to_string("outgoing/course.html", {
        "message": view.case, "tries": lines, "together": together, "code": shown_here(view.case), "now": view.at})


class Messages(Register):
    kind, slug, model, label, flow = "message", "messages", Message, _("发出的消息"), flow.MESSAGE
    seen_by, create, edit, importable = messages_seen_by, "", "", False
    order = "-at"
    tones = {"sent": "closed", "unsent": "closed", "digested": "closed", "dropped": "stopped", "given_up": "late", "cut": "late",
             "failed": "late", "held": "waiting", "waiting": "waiting"}
    cols = (Col("at", sort=True, filter="range"), Col("text", search=True, link=True), Col("to_name", search=True),
            Col("way", filter="exact"), Col("sort", filter="exact"), STATE, Col("ended_at"), Col("why"))
    panels = (Panel(_("发送经过"), course), Facts(), Trail())
