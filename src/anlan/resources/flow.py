"""The life of a callout: called → signed → on the way → there → stood down. The team's own moves stand in its register."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from anlan.kernel.flows import NEW, SAME, Cell, Clock, Fact, Flow, Move, Owed, register
from anlan.kernel.lastresort import last_resort
from anlan.kernel.rules import system_only
from anlan.toolkit.notices.telling import hushes

from . import team_effects as e
from . import team_facts as load
from . import team_forms as f
from . import team_rules as r
from .team_models import Callout


class State(models.TextChoices):
    CALLED = "called", _("待签收")
    SIGNED = "signed", _("已签收")
    ON_WAY = "on_way", _("在途")
    ARRIVED = "arrived", _("已到达")
    STOOD_DOWN = "stood_down", _("已归队")
    DECLINED = "declined", _("不能出动")
    CALLED_OFF = "called_off", _("已撤回")


OPEN = (State.CALLED, State.SIGNED, State.ON_WAY, State.ARRIVED)
DONE = (State.STOOD_DOWN, State.DECLINED, State.CALLED_OFF)


CALLOUT = register(Flow(
    kind="callout", label=_("队伍调派"), model=Callout, states=State, final=DONE, last_resort="nobody_acted",
    families={"open": OPEN, "done": DONE}, link="/desk/callouts/{uid}/", title=lambda x: x.task[:40],
    cell=lambda x: Cell(x.state, x.area_id, x.to_party),
    clock_names={"sign": _("签收"), "depart": _("出发"), "arrive": _("到达"), "work": _("轮换休整")},
    roles={"sign": Owed(_("签收调派")), "depart": Owed(_("出发")), "arrive": Owed(_("到达")), "work": Owed(_("现场处置")),
           "follow": Owed(_("等候队伍"))},
    load={"team": Fact(load.teams)},
    moves=(
        Move("ring", _("调派"), NEW, State.CALLED, by=r.within_team, says=_("{who}调派队伍：{task}"), does=(e.rang,), shown=False,
             clock=(Clock("sign", "team.sign_limit", ("chase",), "to_party", 0.5, starts="told_at"),)),
        Move("sign", _("签收"), (State.CALLED,), State.SIGNED, by=r.answers, says=_("{who}签收"), does=(e.signed,), stops=("sign",),
             primary=True, late="tell"),
        Move("depart", _("出发"), (State.SIGNED,), State.ON_WAY, by=r.answers, form=f.DepartForm, says=_("{who}报告出发，{people}人"),
             needs=(r.no_more_than_it_has,), does=(e.departed,), stops=("depart",), primary=True),
        Move("arrive", _("到达"), (State.ON_WAY,), State.ARRIVED, by=r.answers, says=_("{who}报告到达"), does=(e.arrived,),
             stops=("arrive",), primary=True),
        Move("stand_down", _("归队"), (State.ON_WAY, State.ARRIVED), State.STOOD_DOWN, by=r.answers, form=f.ResultForm,
             says=_("{who}报告归队：{result}"), does=(e.stood_down,), stops=("arrive", "work"), primary=True),
        Move("decline", _("不能出动"), (State.CALLED, State.SIGNED), State.DECLINED, by=r.answers, form=f.ReasonForm,
             says=_("{who}报告不能出动：{result}"), does=(e.declined,), stops=("sign", "depart", "arrive")),
        Move("call_off", _("撤回调派"), (State.CALLED, State.SIGNED), State.CALLED_OFF, by=r.is_caller, form=f.ReasonForm,
             says=_("{who}撤回调派：{result}"), does=(e.called_off,), stops=("sign", "depart", "arrive")),
        Move("chase", _("催促签收"), (State.CALLED,), SAME, by=system_only, says=_("到期没有签收，再次提醒"), does=(e.chased,),
             shown=False),
        Move("run_late", _("超时"), (State.CALLED, State.SIGNED, State.ON_WAY), SAME, by=system_only, says=_("时限“{clock}”到期，仍未完成"),
             does=(e.ran_late,), shown=False),
        Move("tire", _("连续工作满时限"), (State.ON_WAY, State.ARRIVED), SAME, by=system_only, says=_("连续工作满时限，须轮换休整"),
             does=(e.tired,), shown=False),
        last_resort(OPEN),
    ),
))

hushes("callout", "sign", "decline", "call_off")
