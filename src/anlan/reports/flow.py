"""The life of a report, and of what it promises."""

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
from .models import Commitment, Report


class State(models.TextChoices):
    DRAFT = "draft", _("起草中")
    REVIEW = "review", _("送审")
    SIGNED = "signed", _("已签发")
    FROZEN = "frozen", _("已定稿")
    PUBLISHED = "published", _("已公开")
    DROPPED = "dropped", _("已作废")


class CommitmentState(models.TextChoices):
    OPEN = "open", _("办理中")
    DONE = "done", _("已完成")
    DROPPED = "dropped", _("已取消")


WRITING = (State.DRAFT, State.REVIEW)
REPORT = register(Flow(
    kind="report", label=_("报告"), model=Report, states=State, final=(State.PUBLISHED, State.DROPPED),
    families={"writing": WRITING, "done": (State.SIGNED, State.FROZEN, State.PUBLISHED), "dropped": (State.DROPPED,)},
    cell=lambda x: Cell(x.state, x.area_id, x.party_id, "", x.sort), link="/desk/reports/{uid}/", title=lambda x: x.title,
    roles={"sign_report": Owed(_("签发报告"), decides=True)},
    load={"template": Fact(load.templates), "marks": Fact(load.marks, queries=3)},
    moves=(
        Move("begin", _("起草"), NEW, State.DRAFT, by=r.writes, form=f.BeginForm, says=_("{who}起草“{title}”，数据截至{as_of}"),
             needs=(r.not_in_the_future, r.template_known), does=(e.begun,)),
        Move("edit", _("修改"), (State.DRAFT,), SAME, by=r.writes, form=f.EditForm, says=_("{who}修改报告"),
             needs=(r.not_in_the_future,), does=(e.edited,)),
        Move("comment", _("提意见"), WRITING, SAME, by=r.writes | r.signs, form=f.CommentForm, says=_("{who}：{comment}")),
        Move("submit", _("送审"), (State.DRAFT,), State.REVIEW, by=r.writes, says=_("{who}送审"), primary=True,
             does=(e.handed_in,)),
        Move("send_back", _("退回修改"), (State.REVIEW,), State.DRAFT, by=r.signs | r.writes, form=f.ReasonForm,
             says=_("{who}退回修改：{reason}"), does=(e.handed_back,)),
        Move("sign", _("签发"), (State.REVIEW,), State.SIGNED, by=r.signs & r.not_the_writer, primary=True,
             says=_("{who}签发"), needs=(r.every_sentence_holds,), does=(e.signed,),
             asks=_("签发后数据固化，正文不能再改。确定签发吗？")),
        Move("freeze", _("固化数据"), (State.SIGNED,), State.FROZEN, by=system_only, says=_("数据已固化，摘要{digest}"),
             does=(e.frozen,), shown=False),
        Move("publish", _("公开"), (State.FROZEN,), State.PUBLISHED, by=r.signs, primary=True, says=_("{who}公开报告"),
             does=(e.published,), asks=_("公开后任何人都能看到报告和它的摘要。确定公开吗？")),
        Move("drop", _("作废"), WRITING, State.DROPPED, by=r.writes, form=f.ReasonForm, says=_("{who}作废：{reason}"),
             does=(e.handed_back,)),
    ),
))
COMMITMENT = register(Flow(
    kind="commitment", label=_("承诺事项"), model=Commitment, states=CommitmentState,
    final=(CommitmentState.DONE, CommitmentState.DROPPED), last_resort="nobody_acted",
    families={"live": (CommitmentState.OPEN,), "done": (CommitmentState.DONE, CommitmentState.DROPPED)},
    cell=lambda x: Cell(x.state, x.area_id, x.organisation_id, "", x.source), link="/desk/commitments/{uid}/",
    title=lambda x: x.text[:40], load={"report": Fact(load.reports), "house": Fact(load.houses)},
    clock_names={"commitment": _("兑现承诺")}, roles={"commitment": Owed(_("兑现承诺"))},
    moves=(
        Move("promise", _("登记"), NEW, CommitmentState.OPEN, by=r.writes, form=f.PromiseForm,
             says=_("{who}登记承诺事项：{text}"), needs=(r.report_known, r.house_known), does=(e.promised,)),
        Move("follow_up", _("随报告登记"), NEW, CommitmentState.OPEN, by=r.within_report, shown=False,
             says=_("报告签发，登记承诺事项：{text}"), does=(e.promised,)),
        Move("finish", _("报完成"), (CommitmentState.OPEN,), CommitmentState.DONE, by=r.answers_for_it, form=f.DoneForm,
             says=_("{who}报完成：{result}"), primary=True, does=(e.done,), stops=("commitment",)),
        Move("go_late", _("逾期"), (CommitmentState.OPEN,), SAME, by=system_only, says=_("到期未完成"), does=(e.went_late,),
             shown=False),
        Move("drop", _("取消"), (CommitmentState.OPEN,), CommitmentState.DROPPED, by=r.writes, form=f.ReasonForm,
             says=_("{who}取消：{reason}"), does=(e.dropped,), stops=("commitment",)),
        last_resort((CommitmentState.OPEN,)),
    ),
))
