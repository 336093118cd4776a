"""Small cases that wait for an answer: open → accepted | declined."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from anlan.kernel import changes as c
from anlan.kernel.flows import NEW, SAME, Cell, Clock, Fact, Flow, Move, register
from anlan.kernel.lastresort import last_resort
from anlan.kernel.rules import rule, system_only

from . import forms as f
from . import rules as r
from . import wording
from .models import Hazard, Proposal, Sort


class State(models.TextChoices):
    OPEN = "open", _("待批复")
    ACCEPTED = "accepted", _("已同意")
    DECLINED = "declined", _("未同意")


def hazards(subjects):
    """(uid, state) of the hazard behind each proposal."""
    ids = {s.case.hazard_id for s in subjects} - {None}
    rows = {i: (uid, state) for i, uid, state in Hazard.objects.filter(id__in=ids).values_list("id", "uid", "state")}
    return [rows.get(s.case.hazard_id) for s in subjects]


@rule(_("隐患已不在整改中，延期不再适用"), reads=("hazard",))
def hazard_still_owed(case, facts, actor, when, given):
    needs_open = case.sort in (Sort.EXTENSION, Sort.OBJECTION)
    return not needs_open or facts.hazard[1] in ("notified", "rectifying")


def raised(case, facts, actor, when, given):
    yield c.Set(**{k: given[k] for k in ("sort", "hazard_id", "area_id", "text", "days", "asked_by", "asker_party",
                                         "street_party")})
    if given.street_party:
        yield c.Owe(given.street_party, "answer")
    yield c.Event("raised", facet=given.sort)


def accepted(case, facts, actor, when, given):
    yield from answered(case, facts, actor, when, given)
    uid, _state = facts.hazard
    if case.sort == Sort.EXTENSION:
        yield c.Also(c.Ref("hazard", uid), "extend", {"days": case.days})
    if case.sort == Sort.OBJECTION:
        yield c.Also(c.Ref("hazard", uid), "uphold", {"reason": given.answer})
    if case.sort == Sort.LISTING:
        yield c.Also(c.Ref("hazard", uid), "accept_listing", {"reason": case.text})
    yield c.Event("accepted", facet=case.sort)


accepted.reads = ("hazard",)


def answered(case, facts, actor, when, given):
    yield c.Set(answer=given.answer, answered_at=when.at, answered_by=actor.person_id)
    if case.asker_party:
        yield c.Tell(case.asker_party, wording.answered(given.answer))


def told_unanswered(case, facts, actor, when, given):
    if case.street_party:
        yield c.Tell(case.street_party, wording.unanswered(case.text), urgent=True)


PROPOSAL = register(Flow(
    kind="proposal", label=_("待批事项"), model=Proposal, states=State, final=(State.ACCEPTED, State.DECLINED),
    families={"live": (State.OPEN,), "done": (State.ACCEPTED, State.DECLINED)}, last_resort="nobody_acted",
    cell=lambda p: Cell(p.state, p.area_id, None, "", p.sort), link="/desk/proposals/{uid}/",
    title=lambda p: p.text[:40], load={"hazard": Fact(hazards)},
    clock_names={"answer": _("批复")},
    moves=(
        Move("raise_up", _("提出"), NEW, State.OPEN, by=r.within_hazard, says=_("{who}提出：{text}"), does=(raised,),
             shown=False, clock=(Clock("answer", "proposal.answer_limit", ("go_unanswered",), "street_party"),)),
        Move("accept", _("同意"), (State.OPEN,), State.ACCEPTED, by=r.answers_proposals & r.not_asker & hazard_still_owed,
             form=f.AnswerForm, primary=True, says=_("{who}同意：{answer}"), does=(accepted,), stops=("answer",)),
        Move("decline", _("不同意"), (State.OPEN,), State.DECLINED, by=r.answers_proposals & r.not_asker, form=f.AnswerForm,
             says=_("{who}不同意：{answer}"), does=(answered,), stops=("answer",)),
        Move("go_unanswered", _("逾期未批复"), (State.OPEN,), SAME, by=system_only, says=_("到期未批复，已提醒街道"),
             does=(told_unanswered,), shown=False,
             clock=(Clock("answer", "proposal.answer_limit", ("go_unanswered",), "street_party"),)),
        last_resort((State.OPEN,)),
    ),
))
