"""The lives of an incident and of a relay, on one screen. domain.md 5 is the source of who tells whom and by when."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anlan.kernel.flows import NEW, SAME, Cell, Fact, Flow, Move, Owed, register
from anlan.kernel.lastresort import last_resort
from anlan.kernel.rules import system_only

from . import effects as e
from . import facts as load
from . import forms as f
from . import rules as r
from .duties import watches
from .models import Incident, Relay


class State(models.TextChoices):
    OPEN = "open", _("处置中")
    ENDED = "ended", _("处置结束（待终报）")
    CLOSED = "closed", pgettext_lazy("incident", "已结案")
    DISMISSED = "dismissed", _("不予列报")


class Passing(models.TextChoices):
    WAITING = "waiting", _("尚未知晓")
    RUNNING = "running", _("待报告")
    DONE = "done", _("已报告")
    WITHDRAWN = "withdrawn", pgettext_lazy("relay", "已终止")


OWING = (Passing.WAITING, Passing.RUNNING, Passing.DONE)
LIVE = (State.OPEN, State.ENDED)
OVER = (State.CLOSED, State.DISMISSED)

INCIDENT = register(Flow(
    kind="incident", label=_("突发事件"), model=Incident, states=State, final=OVER,
    families={"live": LIVE, "over": OVER}, link="/desk/incidents/{uid}/", title=lambda x: x.title[:60],
    cell=lambda x: Cell(x.state, x.area_id, None, x.grade, x.sort),
    load={"where": Fact(load.wheres, queries=3), "plan_steps": Fact(load.plan_steps), "inside": Fact(load.insides, queries=0)},
    last_resort="nobody_acted",
    clock_names={"continue": _("续报"), "final": _("终报")}, roles={"continue": Owed(_("续报")), "final": Owed(_("终报"))},
    moves=(
        Move("open", _("登记突发事件"), NEW, State.OPEN, by=r.an_office, form=f.OpenForm, says=_("{who}登记：{title}"),
             needs=(r.place_is_known, r.triggers_known, r.times_in_order, r.not_from_an_exercise), does=(e.opened,), shown=False,
             secret=frozenset({"site_phone"})),
        Move("update", _("更新情况"), LIVE, SAME, by=r.an_office_of_the_ground, form=f.UpdateForm, primary=True,
             says=_("{who}更新情况"), needs=(r.triggers_known, r.times_in_order, r.not_from_an_exercise), does=(e.updated,),
             secret=frozenset({"site_phone"})),
        Move("retract", _("撤销触发情形"), LIVE, SAME, by=r.a_desk & r.meets_some, form=f.RetractForm, does=(e.retracted,),
             says=_("{who}撤销触发情形“{trigger}”：{reason}"), needs=(r.was_met, r.nothing_reported_on_it),
             asks=_("撤销后不再符合任何一条的，报送时限一并终止；理由记入留痕。")),
        Move("note", _("记一笔"), LIVE, SAME, by=r.an_office_of_the_ground, form=f.NoteForm, says=_("{who}：{text}"),
             does=(e.noted,)),
        Move("judged", _("已研判"), LIVE, SAME, by=r.within_incident, says=_("已研判"), does=(e.judged,), shown=False),
        Move("respond", _("启动或调整响应"), (State.OPEN,), SAME, by=r.may_start, form=f.ResponseForm, says=_("{who}启动{level}"),
             needs=(r.another_level, r.judged_for_it, r.plan_has_tasks), does=(e.responded,)),
        Move("ready", _("调整战备等级"), (State.OPEN,), SAME, by=r.a_desk, form=f.ReadinessForm,
             says=_("{who}调整战备等级：{level}。{reason}"), needs=(r.another_readiness,), does=(e.stood_ready,)),
        Move("tick", _("登记法定措施"), LIVE, SAME, by=r.a_desk, form=f.LawForm, says=_("{who}登记法定措施：{step}。{note}"),
             needs=(r.a_step_of_the_law,), does=(e.ticked,)),
        Move("end", _("结束处置"), (State.OPEN,), State.ENDED, by=r.a_desk, form=f.EndForm, says=_("{who}宣布处置结束：{reason}"),
             needs=(r.judged_to_close,), does=(e.ended,), stops=("continue",), asks=_("结束后进入终报。确定结束吗？")),
        Move("reported", _("报告已报出"), LIVE, SAME, by=r.within_incident, says=_("信息报告已报出"), does=(e.reported,), shown=False),
        Move("close", _("结案"), (State.ENDED,), State.CLOSED, by=r.a_desk, says=_("{who}结案"), needs=(r.final_is_sent,),
             stops=("final",)),
        Move("go_unreported", _("到期未续报"), (State.OPEN,), SAME, by=system_only, says=_("续报到期没有报出"), does=(e.went_unreported,),
             shown=False),
        Move("go_unfinished", _("到期未终报"), (State.ENDED,), SAME, by=system_only, says=_("终报到期没有报出"),
             does=(e.went_unreported,), shown=False),
        Move("dismiss", _("不予列报"), (State.OPEN,), State.DISMISSED, by=r.a_desk, form=f.EndForm,
             says=_("{who}核实后不予列报：{reason}"), needs=(r.nothing_reported,), does=(e.dismissed,),
             asks=_("核实后不属于突发事件的才可以不予列报，理由会记入留痕。")),
        last_resort(LIVE),
    ),
))

RELAY = register(Flow(
    kind="relay", label=_("报送环节"), model=Relay, states=Passing, final=(Passing.DONE, Passing.WITHDRAWN), last_resort="nobody_acted",
    families={"open": (Passing.WAITING, Passing.RUNNING), "done": (Passing.DONE, Passing.WITHDRAWN)}, link="/desk/relays/{uid}/",
    title=lambda x: x.who, cell=lambda x: Cell(x.state, x.area_id, x.party, x.rung),
    clock_names={"phone": _("电话报告"), "written": _("书面报告")},
    roles={"phone": Owed(_("电话报告")), "written": Owed(_("书面报告"))},
    load={"siblings": Fact(load.siblings), "watch": Fact(watches), "inside": Fact(load.insides, queries=0)},
    moves=(
        Move("start", _("启动报送"), NEW, Passing.RUNNING, by=r.within_incident, says=_("启动报送，时限从知晓时起算"), does=(e.begun,),
             shown=False),
        Move("await", _("等待知晓"), NEW, Passing.WAITING, by=r.within_incident, says=_("启动报送，等待这一级知晓"), does=(e.awaited,),
             shown=False),
        Move("learn", _("登记知晓"), (Passing.WAITING,), Passing.RUNNING, by=r.of_the_rung | r.within_incident, form=f.LearnForm,
             says=_("已知晓：{known_how}"), needs=(r.learned_by_now,), does=(e.learned,), primary=True),
        Move("acknowledge", _("签收"), (Passing.RUNNING,), SAME, by=r.of_the_rung, says=_("{who}签收"), does=(e.seen,)),
        Move("phone", _("已电话报告"), (Passing.RUNNING,), SAME, by=r.of_the_rung & r.not_phoned, form=f.PhoneForm, primary=True,
             says=_("{who}电话报告{whom}"), needs=(r.told_after_known, r.not_from_an_exercise), does=(e.phoned,)),
        Move("write", _("已书面报告"), (Passing.RUNNING,), Passing.DONE, by=r.of_the_rung | r.within_incident, form=f.WriteForm,
             says=_("{who}书面报告：{what}"), needs=(r.told_after_known, r.not_from_an_exercise), does=(e.wrote,),
             stops=("phone", "written")),
        Move("go_unphoned", _("到期未电话报告"), (Passing.RUNNING,), SAME, by=system_only, says=_("到期没有电话报告"),
             does=(e.went_late,), shown=False),
        Move("go_unwritten", _("到期未书面报告"), (Passing.RUNNING,), SAME, by=system_only, says=_("到期没有书面报告"),
             does=(e.went_late,), shown=False),
        Move("withdraw", _("终止报送"), OWING, Passing.WITHDRAWN, by=r.within_incident, says=_("触发情形已撤销，报送终止：{reason}"),
             does=(e.withdrawn,), shown=False),
        Move("blame", _("认定责任"), OWING, SAME, by=r.a_desk, form=f.FaultForm, says=_("{who}认定：{fault}。{reason}"),
             does=(e.blamed,)),
        last_resort((Passing.WAITING, Passing.RUNNING)),
    ),
))
