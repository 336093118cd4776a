"""The life of a monthly return, and of a contradiction in what was reported."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from anlan.kernel.flows import NEW, SAME, Cell, Fact, Flow, Move, Owed, register
from anlan.kernel.lastresort import last_resort
from anlan.kernel.rules import system_only

from . import effects as e
from . import facts as load
from . import forms as f
from . import rules as r
from .models import Contradiction, MonthlyReturn


class State(models.TextChoices):
    DUE = "due", _("待报送")
    SENT = "sent", _("待审核")
    SENT_BACK = "sent_back", _("已退回")
    ACCEPTED = "accepted", _("已接收")
    EXCUSED = "excused", _("免报")
    STOPPED = "stopped", _("不再要求")


class ContradictionState(models.TextChoices):
    OPEN = "open", _("待说明")
    EXPLAINED = "explained", _("已说明")
    CORRECTED = "corrected", _("已更正")


OPEN = (State.DUE, State.SENT_BACK)
ALIVE = (State.DUE, State.SENT, State.SENT_BACK, State.ACCEPTED, State.EXCUSED)
RETURN = register(Flow(
    kind="monthly_return", label=_("部门月报"), model=MonthlyReturn, states=State, final=(State.STOPPED,), last_resort="nobody_acted",
    families={"open": OPEN, "judging": (State.SENT,), "done": (State.ACCEPTED, State.EXCUSED, State.STOPPED)},
    cell=lambda x: Cell(x.state, x.area_id, x.organisation_id, "", x.detail), link="/desk/monthly-returns/{uid}/",
    title=lambda x: f"{x.month:%Y-%m} {x.code}",
    load={"house": Fact(load.houses), "sheet": Fact(load.sheets, queries=3)},
    clock_names={"send": _("报送月报"), "correct": _("更正月报"), "next": _("自动要求下月月报")},
    roles={"send": Owed(_("报送月报")), "correct": Owed(_("更正月报")), "judge": Owed(_("审核月报"), decides=True)},
    moves=(
        Move("ask", _("要求报送"), NEW, State.DUE, by=r.judges, form=f.AskForm, says=_("{who}要求报送{month}月报"),
             needs=(r.house_is_a_department, r.month_is_over, r.month_is_not_long_past, r.asked_once), does=(e.asked,)),
        Move("follow_on", _("接着要求"), NEW, State.DUE, by=r.within_a_return, says=_("到月末，自动要求报送{month}月报"),
             needs=(r.house_is_a_department,), does=(e.asked,), shown=False),
        Move("submit", _("报送"), (State.DUE,), State.SENT, by=r.of_the_house, form=f.SendForm, says=_("{who}报送月报"), primary=True,
             needs=(r.rows_are_sound,), does=(e.sent, e.first_sent), stops=("send",)),
        Move("send_back", _("退回更正"), (State.SENT,), State.SENT_BACK, by=r.judges, form=f.ReasonForm,
             says=_("{who}退回更正：{why}"), needs=(r.not_sent_back_before,), does=(e.handed_back,)),
        Move("send_again", _("更正后再报"), (State.SENT_BACK,), State.SENT, by=r.of_the_house, form=f.SendForm, primary=True,
             says=_("{who}更正后再报"), needs=(r.rows_are_sound,), does=(e.sent, e.waits), stops=("correct",)),
        Move("accept", _("接收"), (State.SENT,), State.ACCEPTED, by=r.judges, says=_("{who}接收月报"), does=(e.accepted,),
             primary=True),
        Move("amend", _("接收后更正"), (State.ACCEPTED,), SAME, by=r.of_the_house, form=f.AmendForm, says=_("{who}更正月报：{why}"),
             needs=(r.rows_are_sound,), does=(e.amended, e.sent)),
        Move("excuse", _("本月免报"), OPEN, State.EXCUSED, by=r.judges, form=f.ReasonForm, says=_("{who}准予本月免报：{why}"),
             does=(e.not_asked,), stops=("send", "correct")),
        Move("stop", _("不再要求"), ALIVE, State.STOPPED, by=r.judges, form=f.ReasonForm, says=_("{who}不再要求以后各月的月报：{why}"),
             does=(e.released,), stops=("send", "correct", "next")),
        Move("go_late", _("逾期"), OPEN, SAME, by=system_only, says=_("到期没有报送"), does=(e.went_late,), shown=False),
        Move("roll", _("到下月"), ALIVE, SAME, by=system_only, says=_("一个月已过，要求报送下一个月"), does=(e.rolled,), shown=False),
        last_resort(ALIVE),
    ),
))
CONTRADICTION = register(Flow(
    kind="contradiction", label=_("数据矛盾"), model=Contradiction, states=ContradictionState,
    final=(ContradictionState.EXPLAINED, ContradictionState.CORRECTED), last_resort="nobody_acted",
    families={"open": (ContradictionState.OPEN,), "done": (ContradictionState.EXPLAINED, ContradictionState.CORRECTED)},
    cell=lambda x: Cell(x.state, x.area_id, x.organisation_id, "", x.sort), link="/desk/contradictions/{uid}/",
    title=lambda x: x.sentence if len(x.sentence) <= 60 else f"{x.sentence[:59]}…",
    clock_names={"explain": _("说明矛盾")}, roles={"explain": Owed(_("说明矛盾"))},
    moves=(
        Move("name", _("指出"), NEW, ContradictionState.OPEN, by=system_only, form=f.NameForm, says=_("{sentence}"),
             does=(e.named,), shown=False),
        Move("explain", _("说明"), (ContradictionState.OPEN,), ContradictionState.EXPLAINED, by=r.answers_for_it, form=f.ExplainForm,
             says=_("{who}说明：{answer}"), does=(e.explained,), stops=("explain",), primary=True),
        Move("settle", _("已更正"), (ContradictionState.OPEN, ContradictionState.EXPLAINED), ContradictionState.CORRECTED,
             by=system_only, says=_("更正后不再矛盾"), does=(e.settled,), stops=("explain",), shown=False),
        Move("name_again", _("再次指出"), (ContradictionState.OPEN, ContradictionState.EXPLAINED, ContradictionState.CORRECTED),
             ContradictionState.OPEN, by=system_only, form=f.NameForm, says=_("再次指出：{sentence}"), does=(e.named_again,),
             stops=("explain",), shown=False),
        Move("chase", _("催办"), (ContradictionState.OPEN,), SAME, by=system_only, says=_("到期没有说明，已催办"), does=(e.chased,),
             shown=False),
        last_resort((ContradictionState.OPEN,)),
    ),
))
