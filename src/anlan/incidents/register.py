"""The registers of incidents and of relays; the work is done on the incident's own page."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anlan.duty.selectors import stands_watch
from anlan.kernel import changes as c
from anlan.kernel.actors import Actor
from anlan.kernel.flows import SAME, Move
from anlan.people.models import Sort
from anlan.toolkit.layers import Layer
from anlan.toolkit.notices.telling import hushes
from anlan.toolkit.registers import Col, Facts, Files, Linked, Papers, Register, Trail
from anlan.toolkit.registers.flow import UseState
from anlan.toolkit.registers.offered import Offer, offer

from . import rulewords  # noqa: F401
from .command import INSTRUCTION, JUDGEMENT
from .crews import CREW
from .flow import INCIDENT, RELAY
from .forms import PlanTextForm
from .models import (
    ContingencyPlan,
    Crew,
    Incident,
    InfoReport,
    Instruction,
    Judgement,
    Need,
    PlanMember,
    PlanStep,
    Relay,
    Stage,
)
from .monthly import due_month
from .needs import NEED
from .panels import CHAIN, CONTENT, LAW, PLEDGES, RECEIPTS, TRIGGERS
from .reports import INFO_REPORT
from .rules import DESK, MAY_KEEP_PLANS, OFFICES, at_desk, watch_of
from .selectors import (
    crews_seen_by,
    handles,
    incidents_seen_by,
    info_reports_seen_by,
    instructions_seen_by,
    judgements_seen_by,
    needs_seen_by,
    relays_seen_by,
)

OPENING = "/desk/incidents/report/"


def text_attached(case, facts, actor, when, given):
    for sha in given.text:
        yield c.Attach(sha, "plan")


def lacking_of(case: Need) -> str:
    return f"{case.lacking}{case.get_measure_display()}"


class IncidentRegister(Register):
    kind, slug, model, label, flow = "incident", "incidents", Incident, _("突发事件"), INCIDENT
    seen_by = incidents_seen_by
    create, edit, importable = "", "", False
    order = "-opened_at"
    tones = {"open": "working", "ended": "waiting", "closed": "closed", "dismissed": "stopped"}
    layer = Layer("incidents", _("突发事件"), colour_by="state", counted=False, of="uid")
    panels = (CHAIN, Linked("info-reports", "incident", _("信息报告")), Linked("instructions", "incident", _("指令")),
              Linked("judgements", "incident", _("研判记录")), TRIGGERS, LAW, Facts(), Trail())
    cols = (
        Col("title", search=True, link=True), Col("code", show=False), Col("sort", filter="exact"), Col("subtype", show=False),
        Col("grade", filter="exact"), Col("area", filter="within"), Col("place", search=True, show=False),
        Col("state", badge="state"), Col("response", filter="exact", show=False),
        Col("readiness", filter="exact", show=False), Col("commander", show=False), Col("command", show=False),
        Col("plan", show=False),
        Col("opened_at", sort=True, filter="range", label=_("登记时间")), Col("happened_at", show=False), Col("known_at", show=False),
        Col("source", show=False), *(Col(n, show=False) for n in ("dead", "missing", "serious", "slight", "trapped", "evacuated")),
        Col("loss_yuan", show=False), Col("course", show=False), Col("cause", show=False), Col("influence", show=False),
        Col("measures", show=False), Col("needs", show=False), Col("forces", show=False), Col("site_leader", show=False),
        Col("site_phone", show=False, private="people.see_phones"), Col("ended_at", show=False), Col("end_reason", show=False))

    @staticmethod
    def title(case: Incident) -> str:
        return case.title[:60]

    @staticmethod
    def adds(actor: Actor, at: datetime) -> tuple[str, str] | None:
        may = actor.is_any(*OFFICES) or (not actor.roles and stands_watch(actor, at))
        return (str(_("登记突发事件")), OPENING) if may else None


class RelayRegister(Register):
    kind, slug, model, label, flow = "relay", "relays", Relay, _("报送环节"), RELAY
    seen_by = relays_seen_by
    create, edit, importable = "", "", False
    order = "-opened_at"
    tones = {"waiting": "waiting", "running": "working", "done": "closed", "withdrawn": "stopped"}
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


class JudgementRegister(Register):
    kind, slug, model, label, flow = "judgement", "judgements", Judgement, _("研判记录"), JUDGEMENT
    create_alone = True
    seen_by = judgements_seen_by
    create, edit, importable = "record", "", False
    order = "-opened_at"
    tones = {"recorded": "closed"}
    panels = (Facts(), Trail())
    cols = (Col("facts", link=True), Col("incident", link=True), Col("decision", filter="exact"), Col("level", filter="exact"),
            Col("grade", show=False), Col("area", filter="within"), Col("state", badge="state", show=False),
            Col("opened_at", sort=True, filter="range", label=_("研判时间")), Col("people", show=False), Col("compared", show=False),
            Col("chance", show=False), Col("effect", show=False), Col("next_at", show=False))

    @staticmethod
    def adds(actor: Actor, at: datetime) -> tuple[str, str] | None:
        """An incident's own stands on its page; here begins the month's."""
        return (str(_("月度研判")), f"/desk/judgements/new?month={due_month(at):%Y-%m}") if actor.is_any(*DESK) else None


class InstructionRegister(Register):
    kind, slug, model, label, flow = "instruction", "instructions", Instruction, _("指令"), INSTRUCTION
    create_alone = True
    seen_by = instructions_seen_by
    create, edit, importable = "issue", "", False
    order = "-opened_at"
    tones = {"issued": "new", "taken": "working", "done": "closed", "withdrawn": "stopped"}
    panels = (Facts(), Trail())
    cols = (Col("what", link=True), Col("who"), Col("incident", link=True), Col("area", filter="within"), Col("state", badge="state"),
            Col("opened_at", sort=True, filter="range", label=_("下达时间")), Col("plan", show=False), Col("minutes", show=False),
            Col("taken_at", show=False), Col("done_at", show=False), Col("result", show=False), Col("late", show=False))


class CrewRegister(Register):
    kind, slug, model, label, flow = "field_crew", "crews", Crew, _("入场队伍"), CREW
    create_alone = True
    seen_by = crews_seen_by
    create, edit, importable = "enter", "", False
    order = "-opened_at"
    tones = {"inside": "working", "silent": "late", "left": "closed"}
    layer = Layer("crews", _("入场队伍"), point="incident__tile_key", title="name", counted=False, limits=True, of="incident__uid",
                  aside=26, groups=(("inside", ("inside",)), ("silent", ("silent",)), ("done", ("left",))))
    panels = (Facts(), Trail())
    cols = (Col("name", search=False, link=True), Col("incident", link=True), Col("people"), Col("area", filter="within"),
            Col("state", badge="state"), Col("checked_at"), Col("opened_at", sort=True, filter="range", label=_("登记时间")),
            Col("entered_at", show=False), Col("place", show=False), Col("silent_since", show=False), Col("left_at", show=False),
            Col("people_out", show=False), Col("note", show=False))


class NeedRegister(Register):
    kind, slug, model, label, flow = "need", "needs", Need, _("现场需求"), NEED
    create_alone = True
    seen_by = needs_seen_by
    create, edit, importable = "raise", "", False
    order = "-opened_at"
    tones = {"open": "new", "met": "closed", "cancelled": "stopped"}
    layer = Layer("needs", _("现场需求"), point="incident__tile_key", title="what", counted=False, limits=True, of="incident__uid",
                  aside=-26)
    panels = (PLEDGES, Facts(), Trail())
    cols = (Col("what", search=False, link=True), Col("amount"), Col("measure"), Col("lacking", label=_("还缺"), read=lacking_of),
            Col("incident", link=True), Col("who"), Col("area", filter="within"), Col("state", badge="state"), Col("needed_by", show=False),
            Col("opened_at", sort=True, filter="range", label=_("提出时间")), Col("place", show=False), Col("late", show=False),
            Col("reason", show=False))


class PlanRegister(Register):
    kind, slug, model, label, scope = "contingency_plan", "contingency-plans", ContingencyPlan, _("应急预案"), "district"
    may_create = may_edit = may_retire = MAY_KEEP_PLANS
    key, order, small = ("code",), "code", True
    panels = (Facts(), Linked("plan-steps", "plan", _("预案任务"), most=50),
              Linked("plan-members", "plan", _("指挥机构成员"), most=50), Files(_("预案文本")), Trail())
    moves = (Move("attach", _("上传预案文本"), (UseState.ACTIVE,), SAME, by=MAY_KEEP_PLANS, form=PlanTextForm, says=_("{who}上传预案文本"),
                  does=(text_attached,)),)
    cols = (Col("name", search=True, link=True), Col("code", sort=True), Col("sort", filter="exact"), Col("edition"), Col("issued_on"),
            Col("owner"), Col("command"), Col("area", filter="within", show=False), Col("phones", show=False),
            Col("state", badge="state", edit=False))


class PlanStepRegister(Register):
    kind, slug, model, label, scope = "plan_step", "plan-steps", PlanStep, _("预案任务"), "district"
    may_create = may_edit = may_retire = MAY_KEEP_PLANS
    small, importable = True, False
    cols = (Col("what", search=True, link=True), Col("plan", filter="exact", link=True), Col("level", filter="exact"), Col("organisation"),
            Col("minutes"), Col("area", filter="within", show=False), Col("state", badge="state", edit=False))


class PlanMemberRegister(Register):
    kind, slug, model, label, scope = "plan_member", "plan-members", PlanMember, _("指挥机构成员"), "district"
    may_create = may_edit = may_retire = MAY_KEEP_PLANS
    small, importable = True, False
    cols = (Col("organisation", link=True), Col("plan", filter="exact", link=True), Col("seat", filter="exact"),
            Col("duty", search=True), Col("area", filter="within", show=False), Col("state", badge="state", edit=False))


def next_report(case: Incident) -> str:
    """The page on which the report that is due next is begun."""
    sort = Stage.FIRST if not case.reports else Stage.FINAL if case.state == "ended" else Stage.CONTINUED
    return f"/desk/info-reports/new?incident={case.uid}&sort={sort.value}"


def may_report(case, actor) -> bool:
    return actor.is_any(*OFFICES)


def may_handle(case: Incident, actor: Actor) -> bool:
    return actor.is_any(*OFFICES) and handles(actor, case)


def is_desk(case: Incident, actor: Actor) -> bool:
    return case.state == "open" and actor.is_any(*DESK)


def live_and_handled(case: Incident, actor: Actor) -> bool:
    return case.state == "open" and may_handle(case, actor)


def is_reportable(case: Incident, actor: Actor) -> bool:
    return case.state in ("open", "ended") and bool(case.triggers) and may_handle(case, actor)


def on_shift(view: Any) -> bool:
    """What roles do not say: the reader stands the shift of a body that this incident is told to."""
    takes_turns = not view.actor.roles or view.actor.detail("organisation_sort") == Sort.DEPARTMENT
    return takes_turns and watch_of(view.known).holds(view.actor)


def reports_on_shift(view: Any) -> bool:
    return view.case.state in ("open", "ended") and bool(view.case.triggers) and on_shift(view)


def desk_on_shift(view: Any) -> bool:
    return view.case.state == "open" and at_desk(view.known, view.actor)


def may_call_teams(case: Incident, actor: Actor) -> bool:
    return case.state == "open" and "teams.call" in actor.permits


def call_teams_for(case: Incident) -> str:
    known = {"for_kind": "incident", "for_uid": case.uid, "task": case.title[:120], "place": case.place[:120]}
    return f"/desk/resources/?{urlencode({k: v for k, v in known.items() if v})}"


def match_for(case: Incident) -> str:
    return f"/desk/resources/match/?{urlencode({'for_kind': 'incident', 'for_uid': case.uid, 'task': case.title[:120]})}"


def goods_for(case: Incident) -> str:
    return f"/desk/transfers/new?{urlencode({'for_kind': 'incident', 'for_uid': case.uid, 'purpose': case.title[:120]})}"


offer("call", Offer("incident", pgettext_lazy("verb", "按突发事件报告"), lambda x: f"{OPENING}?call={x.uid}", may_report))
offer("matter", Offer("incident", pgettext_lazy("verb", "按突发事件报告"), lambda x: f"{OPENING}?matter={x.uid}", may_report))
for kind, moves in {"relay": ("acknowledge", "phone", "write", "withdraw"), "instruction": ("take", "finish", "withdraw"),
                    "field_crew": ("check_in", "leave"), "need": ("pledge", "meet", "cancel")}.items():
    hushes(kind, *moves)
for made in (
    Offer("info_report", _("起草信息报告"), next_report, is_reportable, reports_on_shift),
    Offer("judgement", _("研判"), lambda x: f"/desk/judgements/new?incident={x.uid}", is_desk, desk_on_shift),
    Offer("instruction", _("下达指令"), lambda x: f"/desk/instructions/new?incident={x.uid}", is_desk, desk_on_shift),
    Offer("call_teams", _("调派队伍"), call_teams_for, may_call_teams),
    Offer("match", _("力量匹配"), match_for, may_call_teams),
    Offer("goods", _("申请物资"), goods_for, lambda x, actor: x.state == "open" and "stores.keep" in actor.permits),
    Offer("need", _("提出需求"), lambda x: f"/desk/needs/new?incident={x.uid}", live_and_handled, desk_on_shift),
    Offer("crew", _("登记进入现场"), lambda x: f"/desk/crews/new?incident={x.uid}", live_and_handled, desk_on_shift),
    Offer("room", _("指挥室"), lambda x: f"/desk/incidents/{x.uid}/room/", may_handle, on_shift),
    Offer("trace", _("倒查"), lambda x: f"/desk/incidents/{x.uid}/trace/", may_handle, on_shift),
):
    offer("incident", made)
