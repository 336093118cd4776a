"""The life of a visit and of a round."""

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
from .models import Round, Visit


class VisitState(models.TextChoices):
    PLANNED = "planned", _("待检查")
    DONE = "done", _("已检查")
    MISSED = "missed", _("未检查")


class RoundState(models.TextChoices):
    OPEN = "open", _("进行中")
    DONE = "done", _("已完成")
    LAPSED = "lapsed", _("未全部完成")


def planned_visits(subjects):
    ids = {s.case.id for s in subjects}
    held: dict[int, list] = {}
    for round_id, uid in Visit.objects.filter(round_id__in=ids, state="planned").order_by("id").values_list(
            "round_id", "uid"):
        held.setdefault(round_id, []).append(uid)
    return [held.get(s.case.id, []) for s in subjects]


VISIT = register(Flow(
    kind="visit", label=_("巡查检查"), model=Visit, states=VisitState, final=(VisitState.DONE, VisitState.MISSED),
    families={"live": (VisitState.PLANNED,), "done": (VisitState.DONE, VisitState.MISSED)},
    cell=lambda v: Cell(v.state, v.area_id, v.visitor_party, "", v.by), link="/desk/visits/{uid}/",
    load={"unit": Fact(load.units), "book": Fact(load.books, queries=2)},
    moves=(
        Move("plan", _("列入任务"), NEW, VisitState.PLANNED, by=r.plans_here, says=_("{who}列入检查任务"), form=f.PlanForm,
             needs=(r.unit_known, r.unit_not_closed), does=(e.planned,), shown=False),
        Move("finish", _("完成检查"), (VisitState.PLANNED,), VisitState.DONE, by=r.holds_the_visit, form=f.FinishForm,
             says=_("{who}完成检查，结果：{result}"), primary=True, late="tell",
             needs=(r.book_in_force, r.answers_hold, r.finds_hold), does=(e.finished,)),
        Move("drop_in", _("临时检查"), NEW, VisitState.DONE, by=r.visits_here, form=f.DropInForm,
             says=_("{who}临时检查，结果：{result}"),
             needs=(r.unit_known, r.unit_not_closed, r.book_in_force, r.answers_hold, r.finds_hold), does=(e.dropped_in,)),
        Move("reassign", _("转交"), (VisitState.PLANNED,), SAME, by=r.within_round, says=_("{who}转交其他网格员"),
             does=(e.reassigned,), shown=False),
        Move("miss", _("未检查"), (VisitState.PLANNED,), VisitState.MISSED, by=r.within_round, says=_("当日未检查"),
             does=(e.missed,), shown=False),
    ),
))
ROUND = register(Flow(
    kind="round", label=_("巡查任务单"), model=Round, states=RoundState, final=(RoundState.DONE, RoundState.LAPSED),
    families={"live": (RoundState.OPEN,), "done": (RoundState.DONE, RoundState.LAPSED)}, last_resort="nobody_acted",
    cell=lambda x: Cell(x.state, x.area_id), link="/desk/rounds/{uid}/", title=lambda x: x.name,
    roles={"walk": Owed(_("巡查"), clock="day")},
    load={"post": Fact(load.posts), "planned": Fact(planned_visits)},
    moves=(
        Move("plan", _("安排"), NEW, RoundState.OPEN, by=r.plans_here, form=f.RoundForm, says=_("{who}安排任务单{name}"),
             needs=(r.post_known, r.post_here), does=(e.round_planned,)),
        Move("hand_over", _("整单转交"), (RoundState.OPEN,), SAME, by=r.plans_here, form=f.HandOverForm,
             says=_("{who}整单转交：{reason}"), needs=(r.post_known, r.post_here), does=(e.handed_over,)),
        Move("complete", _("完成"), (RoundState.OPEN,), RoundState.DONE, by=system_only, says=_("任务单全部完成"),
             does=(e.completed,), shown=False),
        Move("lapse", _("日终"), (RoundState.OPEN,), RoundState.LAPSED, by=system_only, says=_("日终未全部完成"),
             does=(e.lapsed,), shown=False),
        last_resort((RoundState.OPEN,)),
    ),
))
