"""Registers of teams, of what their members hold, and of callouts: open to any post on duty, since help crosses streets."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.kernel.flows import SAME, Cell, Clock, Fact, Move
from anlan.kernel.rules import system_only
from anlan.toolkit.layers import Layer
from anlan.toolkit.registers import Col, Facts, Linked, Register, Trail
from anlan.toolkit.registers.flow import RetireForm, UseState

from . import certificates as k
from . import team_effects as e
from . import team_forms as f
from . import team_rules as r
from .flow import CALLOUT
from .selectors import callouts_seen_by
from .team_facts import seen_with_post, teams
from .team_models import Callout, RescueTeam, TeamCertificate

TONES = {"called": "new", "signed": "working", "on_way": "working", "arrived": "working", "stood_down": "closed",
         "declined": "stopped", "called_off": "stopped"}
ACTIVE = (UseState.ACTIVE,)


class TeamRegister(Register):
    kind, slug, model, label, scope = "rescue_team", "teams", RescueTeam, _("救援队伍"), "district"
    may_create = may_edit = r.MAY_KEEP_TEAMS
    key, order, small, several = ("name",), "name", True, True
    needs, does = (r.stays_on_its_ground,), (e.counted,)
    layer = Layer("teams", _("救援队伍"), colour_by="tier", counted=False)
    clocks = {"rest": _("休整")}
    undo = {"retire": "restore", "stand_off": "stand_to"}
    panels = (Facts(), Linked("callouts", "team", _("调派")), Linked("team-certificates", "team", _("队员证书")),
              Linked("equipment", "team", _("装备")), Trail())
    load = {"seen": Fact(seen_with_post)}
    moves = (
        Move("call", _("调派"), ACTIVE, SAME, by=r.MAY_CALL, form=f.CallForm, says=_("{who}调派{title}：{task}"),
             needs=(r.is_ready, r.is_rested, r.arrives_later), does=(e.called,), primary=True),
        Move("name_leader", _("确定受调岗位"), ACTIVE, SAME, by=r.MAY_KEEP_TEAMS, form=f.LeaderForm, says=_("{who}确定{title}的受调岗位"),
             needs=(r.post_known,), does=(e.leader_named,)),
        Move("stand_off", _("离岗"), ACTIVE, SAME, by=r.MAY_KEEP_TEAMS & r.is_not_off, form=f.OffForm,
             says=_("{who}登记{title}离岗：{note}"),
             needs=(r.is_idle,), does=(e.stood_off,), stops=("rest",)),
        Move("stand_to", _("恢复待命"), ACTIVE, SAME, by=r.MAY_KEEP_TEAMS & r.is_off,
             says=_("{who}登记{title}恢复待命"), does=(e.stood_to,)),
        Move("retire", _("停用"), ACTIVE, UseState.RETIRED, by=r.MAY_KEEP_TEAMS, form=RetireForm, says=_("{who}停用{title}：{reason}"),
             needs=(r.is_idle,), does=(e.uncounted,), stops=("rest",)),
        Move("restore", _("恢复使用"), (UseState.RETIRED,), UseState.ACTIVE, by=r.MAY_KEEP_TEAMS, says=_("{who}恢复使用{title}"),
             does=(e.recounted,)),
        Move("go_out", _("出动"), ACTIVE, SAME, by=r.within_callout, says=_("{title}出动"), does=(e.went_out,), shown=False),
        Move("come_back", _("归队"), ACTIVE, SAME, by=r.within_callout, says=_("{title}归队"), does=(e.came_back,), shown=False,
             clock=(Clock("rest", e.rest_limit, ("rest_over",), None, 0, label=_("休整")),)),
        Move("release", _("解除调派"), ACTIVE, SAME, by=r.within_callout, says=_("{title}的调派已解除"), does=(e.released,), shown=False),
        Move("rest_over", _("休整结束"), ACTIVE, SAME, by=system_only, says=_("{title}休整结束，恢复待命"), does=(e.rested,), shown=False),
    )
    cols = (Col("name", search=True, sort=True, link=True), Col("tier", filter="exact"), Col("skill", filter="exact"),
            Col("level", filter="exact", show=False), Col("echelon", filter="exact"), Col("people", sort=True, filter="range"),
            Col("standing", filter="exact", edit=False), Col("area", filter="within"), Col("owner", show=False),
            Col("leader", show=False, edit=False),
            Col("leader_name", show=False), Col("leader_phone", show=False, private="people.see_phones"),
            Col("duty_phone"), Col("ready_minutes", show=False), Col("day_only", show=False, filter="exact"),
            Col("base", show=False, search=True), Col("gear", show=False),
            Col("insured_to", show=False, filter="range"), Col("drilled_on", show=False, filter="range"),
            Col("back_at", show=False, edit=False), Col("rest_until", show=False, edit=False),
            Col("state", badge="state", edit=False), Col("lon", show=False), Col("lat", show=False))

    def cell(team: RescueTeam) -> Cell:
        return Cell(team.state, team.area_id, None, team.tier, team.echelon)


class TeamCertificateRegister(Register):
    kind, slug, model, label, scope = "team_certificate", "team-certificates", TeamCertificate, _("队员证书"), "district"
    may_create = may_edit = r.MAY_KEEP_TEAMS
    key, order, small = ("number",), "valid_to", True
    does, clocks, undo = (k.watched,), {"valid": _("有效期")}, {"retire": "restore"}
    load = {"team": Fact(teams, queries=0)}  # in place of `seen` and `named`: only the system's moves read it, and they ask for neither
    moves = (
        Move("retire", _("停用"), ACTIVE, UseState.RETIRED, by=r.MAY_KEEP_TEAMS, form=RetireForm, says=_("{who}停用{title}：{reason}"),
             stops=("valid",)),
        Move("restore", _("恢复使用"), (UseState.RETIRED,), UseState.ACTIVE, by=r.MAY_KEEP_TEAMS, says=_("{who}恢复使用{title}"),
             does=(k.watched_again,)),
        Move("warn", _("到期提醒"), ACTIVE, SAME, by=system_only, says=_("将到期，已提醒"), does=(k.warned,), shown=False),
        Move("expire", _("过期"), ACTIVE, SAME, by=system_only, says=_("已过有效期"), does=(k.expired,), shown=False),
    )
    cols = (Col("sort", search=True, link=True), Col("holder", search=True), Col("number", search=True), Col("team"),
            Col("area", filter="within"), Col("valid_to", sort=True, filter="range"), Col("expired", filter="exact", edit=False),
            Col("state", badge="state", edit=False))


class CalloutRegister(Register):
    kind, slug, model, label, flow = "callout", "callouts", Callout, _("队伍调派"), CALLOUT
    seen_by = callouts_seen_by
    create, edit, importable, several = "", "", False, True
    order, tones, small = "-opened_at", TONES, True
    panels = (Facts(), Trail())
    layer = Layer("callouts", _("出动队伍"), point="team__tile_key", title="team__name", counted=False, limits=True, of="for_uid",
                  groups=(("called", ("called", "signed")), ("on_way", ("on_way",)),
                          ("done", ("arrived", "stood_down", "declined", "called_off"))))
    cols = (Col("task", search=True, link=True), Col("team", link=True), Col("place", search=True), Col("state", badge="state"),
            Col("area", filter="within"), Col("opened_at", sort=True, filter="range", label=_("调派时间")),
            Col("arrive_by", show=False), Col("people", show=False), Col("signed_at", show=False), Col("left_at", show=False),
            Col("arrived_at", show=False), Col("ended_at", show=False), Col("unsigned", show=False, filter="exact"),
            Col("late", show=False, filter="exact"), Col("tired", show=False, filter="exact"), Col("result", show=False))

    @staticmethod
    def title(case: Callout) -> str:
        return case.task[:60]
