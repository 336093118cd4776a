"""The registers of incidents and of relays; the work is done on the incident's own page."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anlan.kernel.actors import Actor
from anlan.toolkit.layers import Layer
from anlan.toolkit.notices.telling import hushes
from anlan.toolkit.registers import Col, Facts, Linked, Papers, Register, Trail
from anlan.toolkit.registers.offered import Offer, offer

from .flow import INCIDENT, RELAY
from .models import Incident, InfoReport, Relay, Stage
from .panels import CHAIN, CONTENT, RECEIPTS, TRIGGERS
from .reports import INFO_REPORT
from .rules import OFFICES
from .selectors import incidents_seen_by, info_reports_seen_by, relays_seen_by

OPENING = "/desk/incidents/report/"


class IncidentRegister(Register):
    kind, slug, model, label, flow = "incident", "incidents", Incident, _("突发事件"), INCIDENT
    seen_by = incidents_seen_by
    create, edit, importable = "", "", False
    order = "-opened_at"
    tones = {"open": "working", "ended": "waiting", "closed": "closed", "dismissed": "stopped"}
    layer = Layer("incidents", _("突发事件"), colour_by="state", counted=False)
    panels = (CHAIN, Linked("info-reports", "incident", _("信息报告")), TRIGGERS, Facts(), Trail())
    cols = (
        Col("title", search=True, link=True), Col("code", show=False), Col("sort", filter="exact"), Col("subtype", show=False),
        Col("grade", filter="exact"), Col("area", filter="within"), Col("place", search=True, show=False),
        Col("state", badge="state"), Col("response", show=False),
        Col("opened_at", sort=True, filter="range", label=_("登记时间")), Col("happened_at", show=False), Col("known_at", show=False),
        Col("source", show=False), *(Col(n, show=False) for n in ("dead", "missing", "serious", "slight", "trapped", "evacuated")),
        Col("loss_yuan", show=False), Col("course", show=False), Col("cause", show=False), Col("influence", show=False),
        Col("measures", show=False), Col("needs", show=False), Col("forces", show=False), Col("site_leader", show=False),
        Col("site_phone", show=False), Col("ended_at", show=False), Col("end_reason", show=False))

    @staticmethod
    def title(case: Incident) -> str:
        return case.title[:60]

    @staticmethod
    def adds(actor: Actor) -> tuple[str, str] | None:
        return (str(_("登记突发事件")), OPENING) if actor.is_any(*OFFICES) else None


class RelayRegister(Register):
    kind, slug, model, label, flow = "relay", "relays", Relay, _("报送环节"), RELAY
    seen_by = relays_seen_by
    create, edit, importable = "", "", False
    order = "-opened_at"
    tones = {"waiting": "waiting", "running": "working", "done": "closed"}
    panels = (Facts(), Trail())
    cols = (Col("who", link=True), Col("incident", link=True), Col("rung", filter="exact"), Col("area", filter="within"),
            Col("state", badge="state"), Col("opened_at", sort=True, filter="range", label=_("启动时间")), Col("known_at"),
            Col("known_how", show=False), Col("seen_at", show=False), Col("phoned_at"), Col("phoned_whom", show=False), Col("wrote_at"),
            Col("wrote_what", show=False), Col("fault", filter="exact", show=False), Col("fault_reason", show=False))


class InfoReportRegister(Register):
    kind, slug, model, label, flow = "info_report", "info-reports", InfoReport, _("信息报告"), INFO_REPORT
    seen_by = info_reports_seen_by
    create, edit, importable = "draft", "fill", False
    order = "-opened_at"
    tones = {"draft": "new", "signed": "working", "sent": "closed", "dropped": "stopped"}
    panels = (CONTENT, RECEIPTS, Facts(), Papers(), Trail())
    cols = (Col("title", search=False, link=True), Col("number"), Col("sort", filter="exact"), Col("incident", link=True), Col("who"),
            Col("area", filter="within"), Col("state", badge="state"), Col("sent_at", filter="range"),
            Col("opened_at", sort=True, filter="range", label=_("起草时间")), Col("reporter", show=False), Col("signer", show=False),
            Col("signed_at", show=False))

    @staticmethod
    def initial(case: InfoReport) -> dict[str, str]:
        return dict(case.content)


def next_report(case: Incident) -> str:
    """The page on which the report that is due next is begun."""
    sort = Stage.FIRST if not case.reports else Stage.FINAL if case.state == "ended" else Stage.CONTINUED
    return f"/desk/info-reports/new?incident={case.uid}&sort={sort.value}"


hushes("relay", "acknowledge", "phone", "write")


def may_report(case, actor) -> bool:
    return actor.is_any(*OFFICES)


offer("call", Offer("incident", pgettext_lazy("verb", "按突发事件报告"), lambda x: f"{OPENING}?call={x.uid}", may_report))
offer("matter", Offer("incident", pgettext_lazy("verb", "按突发事件报告"), lambda x: f"{OPENING}?matter={x.uid}", may_report))
offer("incident", Offer("info_report", _("起草信息报告"), next_report,
                        lambda x, actor: x.state in ("open", "ended") and bool(x.triggers) and may_report(x, actor)))
