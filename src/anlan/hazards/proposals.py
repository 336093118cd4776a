"""Small cases that wait for an answer: open → accepted | declined; a sample re-check: open → passed | failed."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from anlan.kernel import changes as c
from anlan.kernel.flows import NEW, SAME, Cell, Clock, Fact, Flow, Move, Owed, register
from anlan.kernel.lastresort import last_resort
from anlan.kernel.rules import rule, system_only

from . import forms as f
from . import rules as r
from . import wording
from .effects import attach
from .models import Hazard, Proposal, Sort


class State(models.TextChoices):
    OPEN = "open", _("待批复")
    ACCEPTED = "accepted", _("已同意")
    DECLINED = "declined", _("未同意")
    PASSED = "passed", _("抽查合格")
    FAILED = "failed", _("抽查不合格")


DONE = (State.ACCEPTED, State.DECLINED, State.PASSED, State.FAILED)


def hazards(subjects):
    """(uid, state, finder) of the hazard behind each proposal."""
    ids = {s.case.hazard_id for s in subjects} - {None}
    rows = {i: behind for i, *behind in Hazard.objects.filter(id__in=ids).values_list("id", "uid", "state", "finder_id")}
    return [rows.get(s.case.hazard_id) for s in subjects]


@rule(_("隐患已不在整改中，延期不再适用"), reads=("hazard",))
def hazard_still_owed(case, facts, actor, when, given):
    needs_open = case.sort in (Sort.EXTENSION, Sort.OBJECTION)
    return not needs_open or facts.hazard[1] in ("notified", "rectifying")


@rule(_("这是抽查，请填写抽查合格或不合格"))
def is_request(case, facts, actor, when, given):
    return case.sort != Sort.RECHECK


@rule(_("只有当场整改的抽查才这样办理"))
def is_recheck(case, facts, actor, when, given):
    return case.sort == Sort.RECHECK


@rule(_("当场销号的人不能抽查自己的结果"), reads=("hazard",))
def not_the_closer(case, facts, actor, when, given):
    return actor.person_id is not None and actor.person_id != facts.hazard[2]


def raised(case, facts, actor, when, given):
    yield c.Set(**{k: given[k] for k in ("sort", "hazard_id", "area_id", "text", "days", "asked_by", "asker_party",
                                         "street_party")})
    if given.street_party:
        yield c.Owe(given.street_party, "answer")
    yield c.Event("raised", facet=given.sort)


def accepted(case, facts, actor, when, given):
    yield from answered(case, facts, actor, when, given)
    uid = facts.hazard[0]
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


def rechecked(result):
    def effect(case, facts, actor, when, given):
        yield from answered(case, facts, actor, when, given)
        yield from attach(given.photos, "recheck")
        yield c.Event("rechecked", facet=result)

    return effect


def found_wanting(case, facts, actor, when, given):
    yield c.Also(c.Ref("hazard", facts.hazard[0]), "reopen", {"days": given.days, "reason": given.answer})


found_wanting.reads = ("hazard",)


def told_unanswered(case, facts, actor, when, given):
    if case.street_party:
        yield c.Tell(case.street_party, wording.unanswered(case.text), urgent=True)


PROPOSAL = register(Flow(
    kind="proposal", label=_("待批事项"), model=Proposal, states=State, final=DONE,
    families={"live": (State.OPEN,), "done": DONE}, last_resort="nobody_acted",
    cell=lambda p: Cell(p.state, p.area_id, None, "", p.sort), link="/desk/proposals/{uid}/",
    title=lambda p: p.text[:40], load={"hazard": Fact(hazards)},
    clock_names={"answer": _("批复")},
    roles={"answer": Owed(_("批复"), decides=True)},
    moves=(
        Move("raise_up", _("提出"), NEW, State.OPEN, by=r.within_hazard, says=_("{who}提出：{text}"), does=(raised,),
             shown=False, clock=(Clock("answer", "proposal.answer_limit", ("go_unanswered",), "street_party"),)),
        Move("accept", _("同意"), (State.OPEN,), State.ACCEPTED, by=is_request & r.answers_proposals & r.not_asker & hazard_still_owed,
             form=f.AnswerForm, primary=True, says=_("{who}同意：{answer}"), does=(accepted,), stops=("answer",)),
        Move("decline", _("不同意"), (State.OPEN,), State.DECLINED, by=is_request & r.answers_proposals & r.not_asker,
             form=f.AnswerForm, says=_("{who}不同意：{answer}"), does=(answered,), stops=("answer",)),
        Move("pass_recheck", _("抽查合格"), (State.OPEN,), State.PASSED, by=is_recheck & r.answers_proposals & not_the_closer,
             form=f.RecheckForm, primary=True, says=_("{who}抽查合格：{answer}"), does=(rechecked("passed"),), stops=("answer",)),
        Move("fail_recheck", _("抽查不合格"), (State.OPEN,), State.FAILED, by=is_recheck & r.answers_proposals & not_the_closer,
             form=f.FailRecheckForm, says=_("{who}抽查不合格，退回整改：{answer}"), does=(rechecked("failed"), found_wanting),
             stops=("answer",)),
        Move("go_unanswered", _("逾期未批复"), (State.OPEN,), SAME, by=system_only, says=_("到期未批复，已提醒街道"),
             does=(told_unanswered,), shown=False,
             clock=(Clock("answer", "proposal.answer_limit", ("go_unanswered",), "street_party"),)),
        last_resort((State.OPEN,)),
    ),
))
