"""The life of a call, on one screen. domain.md 4.9 is the source of who calls whom, of its rules and of its limits."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anlan.kernel.flows import NEW, SAME, Cell, Clock, Fact, Flow, Move, Owed, register
from anlan.kernel.lastresort import last_resort
from anlan.kernel.rules import system_only

from . import effects as e
from . import facts as load
from . import forms as f
from . import merging as m
from . import rules as r
from .models import Call


class State(models.TextChoices):
    RINGING = "ringing", _("待签收")
    SIGNED = "signed", _("已签收")
    ARRIVED = "arrived", _("已到场")
    RETURNED = "returned", _("已退回")
    FINISHED = "finished", _("待评价")
    CLOSED = "closed", pgettext_lazy("call", "已办结")
    MISSED = "missed", _("未签收")
    PASSED_UP = "passed_up", _("已转上级")
    WITHDRAWN = "withdrawn", _("已收回")
    MERGED = "merged", _("已并入")


AT_WORK = (State.SIGNED, State.ARRIVED)
UNDER_WAY = (State.RINGING, *AT_WORK, State.RETURNED)
LIVE = (*UNDER_WAY, State.FINISHED)
DONE = (State.CLOSED, State.MISSED, State.PASSED_UP, State.WITHDRAWN, State.MERGED)


def cell(case) -> Cell:
    return Cell(case.state, case.area_id, case.to_party, case.to_level, case.priority)


CALL = register(Flow(
    kind="call", label=pgettext_lazy("noun", "呼叫"), model=Call, states=State, final=DONE, last_resort="nobody_acted", cell=cell,
    families={"waiting": (State.RINGING, State.RETURNED), "working": AT_WORK, "answered": (State.FINISHED,), "done": DONE},
    link="/desk/calls/{uid}/", title=lambda x: x.goal[:40],
    clock_names={"sign": _("签收"), "arrive": _("到场"), "finish": _("办结"), "rework": _("再次办结"), "resend": _("改派"),
                 "rate": _("评价"), "chase": _("催办")},
    roles={"sign": Owed(_("签收")), "arrive": Owed(_("到场")), "finish": Owed(_("办结")), "rework": Owed(_("再次办结")),
           "rate": Owed(_("评价"), decides=True), "resend": Owed(_("改派"), decides=True), "follow": Owed(_("等候结果"))},
    load={"matter": Fact(load.matters), "ways": Fact(load.ways, queries=2), "circle": Fact(load.circles)},
    moves=(
        Move("ring", _("呼叫"), NEW, State.RINGING, by=r.on_the_ladder, form=f.RingForm, says=_("{who}呼叫：{goal}"),
             needs=(r.matter_in_sight, r.matter_is_live, r.hazard_is_of_the_matter, r.behalf_is_true, r.calls_upwards,
                    r.skips_only_when_allowed, r.tried_first, r.department_known, r.helpers_known, r.somebody_answers,
                    r.calls_another),
             does=(e.rang,), shown=False),
        Move("climb_in", _("自下而上转来"), NEW, State.RINGING, by=r.within_call, says=_("由下一级转来：{goal}"),
             does=(e.climbed_in,), shown=False),
        Move("sign", _("签收"), (State.RINGING,), State.SIGNED, by=r.is_callee, says=_("{who}签收"), does=(e.signed,),
             stops=("sign",), primary=True, late="tell"),
        Move("arrive", _("到场"), (State.SIGNED,), State.ARRIVED, by=r.is_callee & r.not_yet_there,
             says=_("{who}到场"), does=(e.arrived,), stops=("arrive",), primary=True, late="tell"),
        Move("finish", _("办结"), AT_WORK, State.FINISHED, by=r.is_callee, form=f.FinishForm,
             says=_("{who}办结，结果：{result}。{finding}"), needs=(r.came_if_needed, r.shown_if_done), does=(e.finished,),
             stops=("arrive", "finish", "rework", "chase"), primary=True, late="tell",
             clock=(Clock("rate", "call.auto_close", ("lapse", "pass_up", "give_up"), "from_party"),)),
        Move("reply", _("反馈进展"), AT_WORK, SAME, by=r.is_callee, form=f.ReplyForm, says=_("{who}反馈：{progress}"),
             does=(e.replied,), late="tell"),
        Move("invite", _("请协办"), (State.RINGING, *AT_WORK), SAME, by=r.is_either, form=f.InviteForm,
             says=_("{who}请求协办：{why}"), needs=(r.helper_is_new,), does=(e.invited,)),
        Move("return_call", _("退回"), (State.RINGING, State.SIGNED), State.RETURNED,
             by=r.may_return, form=f.ReasonForm,
             says=_("{who}退回：{reason_text}"), does=(e.returned,), stops=("sign", "arrive", "finish")),
        Move("resend", _("改派或再呼"), (State.RETURNED,), State.RINGING, by=r.is_caller, form=f.ResendForm, primary=True,
             says=_("{who}改派或再呼：{answer}"), needs=(r.department_known,), does=(e.resent,), stops=("resend",)),
        Move("close", _("评价"), (State.FINISHED,), State.CLOSED, by=r.is_caller, form=f.CloseForm,
             says=_("{who}评价：响应{response_stars}分、结果{result_stars}分，{solved}。{comment}"), does=(e.closed,),
             stops=("rate",), primary=True),
        Move("rework", _("不满意，再办理"), (State.FINISHED,), State.SIGNED, by=r.may_ask_again,
             form=f.ReasonForm, says=_("{who}不满意，要求再办理：{reason_text}"), does=(e.reworked,), stops=("rate",)),
        Move("rate_by_reporter", _("报事人评价"), (State.FINISHED,), State.CLOSED, by=r.is_reporter, form=f.CloseForm,
             says=_("报事人评价：响应{response_stars}分、结果{result_stars}分，{solved}。{comment}"), does=(e.closed,),
             stops=("rate",), shown=False),
        Move("rework_by_reporter", _("报事人要求再办理"), (State.FINISHED,), State.SIGNED, by=r.reporter_may_ask_again,
             form=f.ReasonForm, says=_("报事人不满意，要求再办理：{reason_text}"), does=(e.reworked,), stops=("rate",), shown=False),
        Move("call_higher", _("向上再呼"), (*AT_WORK, State.RETURNED, State.FINISHED), State.PASSED_UP,
             by=r.is_caller & r.may_call_higher & r.not_solved, form=f.CallHigherForm, says=_("{who}向上再呼：{goal}"),
             needs=(r.somebody_above,), does=(e.passed_up,)),
        Move("report_again", _("并入重复来电"), LIVE, SAME, by=r.on_the_ladder, form=f.ReportForm,
             says=_("{who}并入一次重复来电：{what}"), needs=(r.matter_in_sight,), does=(e.reported_again,),
             secret=frozenset({"reporter_name", "reporter_phone"})),
        Move("take_back", _("收回"), UNDER_WAY, State.WITHDRAWN, by=r.is_above, form=f.ReasonForm,
             says=_("{who}收回由本级办理：{reason_text}"), does=(e.taken_back,), asks=_("收回后由您方负责办理。")),
        Move("call_off", _("撤回呼叫"), UNDER_WAY, State.WITHDRAWN, by=r.is_caller, form=f.ReasonForm,
             says=_("{who}撤回呼叫：{reason_text}"), does=(e.called_off,), asks=_("撤回后这次呼叫结束，事项重新等待答复。")),
        Move("merge", _("并入另一次呼叫"), UNDER_WAY, State.MERGED, by=m.may_merge, form=f.MergeForm,
             says=_("{who}确认与另一次呼叫是同一件事，并入一并办理"), shown=False, does=(m.merged,),
             needs=(m.lead_in_sight, m.lead_is_under_way, m.is_not_late, m.lead_is_as_urgent, m.carries_no_other,
                    m.neither_waits, m.of_one_trade, m.at_one_place)),
        Move("unmerge", _("撤销并入"), (State.MERGED,), State.RINGING, by=m.may_part & m.lead_still_runs,
             says=_("{who}撤销并入，重新呼叫受呼方"), does=(m.unmerged,)),
        Move("take_in", _("接受并入"), LIVE, SAME, by=r.within_call, says=_("呼叫{code}反映的是同一件事，已并入：{goal}"),
             does=(m.took_in,), shown=False),
        Move("let_out", _("解除并入"), (*LIVE, *DONE), SAME, by=r.within_call, says=_("呼叫{code}恢复单独办理：{goal}"),
             does=(m.let_out,), shown=False),
        Move("follow_lead", _("随主呼叫转办"), (State.MERGED,), SAME, by=r.within_call, says=_("所并入的呼叫已转到{to_level}，随之转办"),
             does=(m.followed_lead,), shown=False),
        Move("wait", _("等待上一级"), AT_WORK, SAME, by=r.within_call & r.is_callee, says=_("已向上一级呼叫，办结时限暂停"),
             does=(e.waits,), shown=False),
        Move("go_on", _("继续办理"), (*LIVE, *DONE), SAME, by=r.within_call, says=_("上一级的呼叫已结束"), does=(e.goes_on,),
             shown=False),
        Move("climb", _("自动上呼"), (State.RINGING,), State.MISSED, by=system_only, says=_("到期没有签收，自动向上一级呼叫"),
             needs=(r.somebody_above,), does=(e.climbed,), shown=False),
        Move("pass_up", _("自动转上级"), (State.RETURNED, State.FINISHED), State.PASSED_UP, by=system_only,
             says=_("到期没有改派或评价，没有办成的事自动向上一级呼叫"), needs=(r.somebody_above,), does=(e.passed_up,), shown=False),
        Move("lapse", _("到期未评价"), (State.FINISHED,), State.CLOSED, by=system_only, says=_("到期没有评价，自动结束"),
             needs=(r.has_answered_well,), does=(e.lapsed,), shown=False),
        Move("give_up", _("到期未评价，上面无人可呼"), (State.FINISHED,), State.CLOSED, by=system_only,
             says=_("到期没有评价，上面没有可以呼叫的一方，事项交回答复"), does=(e.lapsed,), shown=False),
        Move("go_late", _("到期未到场"), AT_WORK, SAME, by=system_only, says=_("到期没有到场"), does=(e.went_late,), shown=False),
        Move("go_overdue", _("超期"), AT_WORK, SAME, by=system_only, says=_("到期没有办结"), does=(e.went_overdue,), shown=False,
             clock=(Clock("chase", "call.chase", ("chase",), "to_party", 0.0),)),
        Move("chase", _("催办"), AT_WORK, SAME, by=system_only, says=_("超期没有办结，已催办"), does=(e.chased,), shown=False,
             clock=(Clock("chase", "call.chase", ("chase",), "to_party", 0.0),)),
        last_resort(LIVE),
    ),
))
